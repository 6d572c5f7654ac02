"""UIMA CAS XMI read: files of Parley, and any other with whatever types it has.

Of a file that Parley wrote the custom layers are known. Of others a span annotation is a mark: of
DKPro's `NamedEntity` (and its subtypes) the label is `value`; of any other layer it is the type's
short name, with `:` and the value of its feature `value` or `label` where it has one. Its further
features are attributes. A feature that points to an annotation, a link of a link feature, and a
relation (`Governor`, `Dependent`) are links. Chains of coreference give their members a `group`.
What DKPro's segmentation, morphology and syntax annotate is no mark. Set aside and counted (I005)
are annotations of other views than the first, and features and relations that point to what is no
mark.

Which features point to something is told by `TypeSystem.xml` (or `typesystem.xml`) beside the file
or with it in a zip file; without one, only links, relations and chains are known to.
Offsets are UTF-16 code units there, code points here.
"""

import io
import lzma
import re
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath

from parley.document import Paragraph, Span
from parley.formats import cas_types as types
from parley.formats.foreign import listed, unreadable
from parley.formats.standoff import PARTS, STANCE, Link, Mark, Standoff
from parley.incidents import Incident, say, show

_TYPE_SYSTEMS = ("TypeSystem.xml", "typesystem.xml")
_XMI = "{http://www.omg.org/XMI}"
_NAMESPACE = re.compile(r"\{http:///(.*)\.ecore\}(.+)", re.DOTALL)
#: Larger members of a zip file are not unpacked.
_LARGEST = 200_000_000
_RESOURCE = "{http://uima.apache.org/resourceSpecifier}"
#: Packages of DKPro Core whose annotations are no marks.
_STRUCTURE = tuple(
    f"{types.DKPRO}.{name}."
    for name in ("segmentation", "lexmorph", "syntax", "metadata", "anomaly", "structure")
)
#: Of those, the ones that most of a file is: tokens, their tags and their trees.
_BULK = tuple(f"{types.DKPRO}.{name}." for name in ("segmentation", "lexmorph", "syntax"))
#: Those that are read all the same.
_TOLD = (types.SENTENCE, types.PARAGRAPH, types.DIV, types.METADATA)
_OWN = {
    types.MENTION: "entity",
    types.EVENT: "event",
    types.ATTRIBUTION: "attribution",
    types.PART: "attribution",
    types.STANCE: "stance",
}
_COMMON = ("sofa", "begin", "end", f"{_XMI}id")
#: Type -> feature -> whether it points to other structures.
Features = dict[str, dict[str, bool]]


def read(path: Path) -> Iterator[Standoff]:
    """The documents of a `.xmi` or `.zip` file, or of those of a folder.

    Raises `IncidentError` (I001) where there is no file. Faults of a document: I001 no CAS XMI,
    I004 a reference to nothing, I020 offsets that are none.
    """
    for file, name in listed(path, ".xmi", ".zip"):
        data = file.read_bytes()
        if data[:4] == b"PK\x03\x04":
            yield from _zipped(data, name)
            continue
        beside = [file.parent / one for one in _TYPE_SYSTEMS]
        found = next((one.read_bytes() for one in beside if one.is_file()), None)
        yield from _file(data, name, found)


def _zipped(data: bytes, name: str) -> Iterator[Standoff]:
    """The `.xmi` members of a zip file, each with the type system of its folder or the root."""
    faults = []
    members: list[tuple[str, bytes, bytes | None]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sizes = {item.filename: item.file_size for item in packed.infolist()}
            for member in sorted(one for one in sizes if one.endswith(".xmi")):
                if sizes[member] > _LARGEST:
                    where = f"{name}/{member}"
                    faults.append(unreadable(where, "too large", expected="at most 200 MB"))
                    continue
                places = [PurePosixPath(member).parent, PurePosixPath(".")]
                options = [str(place / one) for place in places for one in _TYPE_SYSTEMS]
                system = next((one for one in options if sizes.get(one, _LARGEST) < _LARGEST), "")
                described = packed.read(system) if system else None
                members.append((member, packed.read(member), described))
    except _UNPACKABLE as error:
        what = f"a zip file that cannot be unpacked: {error}"
        faults.append(unreadable(name, what, expected="CAS XMI"))
    for member, inner, described in members:
        yield from _file(inner, f"{name}/{member}", described)
    if not members and not faults:
        faults.append(unreadable(name, "no .xmi file inside", expected="CAS XMI"))
    if faults:
        yield Standoff(_stem(name), "", faults=faults)


#: What zipfile and its decompressors raise on damaged bytes.
_UNPACKABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, EOFError, ValueError, OSError),
)


def _stem(name: str) -> str:
    return PurePosixPath(name).name.rsplit(".", 1)[0]


def _file(data: bytes, name: str, system: bytes | None) -> Iterator[Standoff]:
    faults: list[Incident] = []
    features: Features | None = None
    if system is not None:
        try:
            features = _features(system)
        except (ElementTree.ParseError, ValueError) as error:
            faults.append(unreadable(name, f"its type system: {error}", expected="XML"))
    try:
        if b"<!DOCTYPE" in data[:4000]:
            raise ValueError("a document type is declared")
        bulk = _bulk(data)
        root = ElementTree.fromstring(bulk.sub(b"", data) if bulk else data)
        if root.tag != f"{_XMI}XMI":
            raise ValueError(f"the root element is {show(root.tag, 60)}")
        found = _Cas(root, name, features, (data, bulk) if bulk else None)
        if found.text is None:
            raise ValueError("no text (cas:Sofa with a sofaString)")
    # LookupError: an encoding that is none.
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        faults.append(unreadable(name, str(error), expected="UIMA CAS XMI"))
        yield Standoff(_stem(name), "", faults=faults)
        return
    made = found.standoff()
    made.faults[:0] = faults
    yield made


#: The start of a file, up to the end of its root's start tag.
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*<[\w.-]+:XMI\s([^<>]*)>")
_BOUND = re.compile(rb'xmlns:([\w.-]+)="([^"<&]*)"')


def _bulk(data: bytes) -> re.Pattern[bytes] | None:
    """What finds the elements that are no marks, and makes up most of a file: without them an XML
    parser has half the work or less. Its group is the id. None where that is not safe to say
    without a parser: prefixes that are bound again further down, or sections of characters.

    It matches an empty element without entities alone, which can stand nowhere but among elements,
    since no value of an attribute has a `<`.
    """
    root = _ROOT.match(data)
    if root is None or data.count(b"xmlns") != root[1].count(b"xmlns") or b"<![" in data:
        return None
    return _bulk_of(root[1])


@lru_cache(64)
def _bulk_of(root: bytes) -> re.Pattern[bytes] | None:
    """The same of the attributes of a root element."""
    bound = {uri.decode("utf-8", "replace"): prefix for prefix, uri in _BOUND.findall(root)}
    mine = bound.get(_XMI[1:-1])
    wanted = [
        re.escape(prefix) for uri, prefix in bound.items() if _kind(f"{{{uri}}}X").startswith(_BULK)
    ]
    if mine is None or not wanted:
        return None
    told = b"|".join(one.rpartition(".")[2].encode() for one in _TOLD)
    return re.compile(
        rb"<(?:%s):(?!(?:%s)[\s/])[\w.-]+\s+%s:id=\"([^\"<&]+)\"[^<>&]*/>"
        % (b"|".join(wanted), told, re.escape(mine))
    )


@lru_cache(16)
def _features(data: bytes) -> Features:
    """Which features of which type point to something, inherited ones included."""
    own: dict[str, tuple[str, dict[str, bool]]] = {}
    for item in ElementTree.fromstring(data).iter(f"{_RESOURCE}typeDescription"):
        named = item.findtext(f"{_RESOURCE}name", "").strip()
        parent = item.findtext(f"{_RESOURCE}supertypeName", "").strip()
        points = {}
        for one in item.iter(f"{_RESOURCE}featureDescription"):
            kind = one.findtext(f"{_RESOURCE}rangeTypeName", "").strip()
            plain = kind.startswith("uima.cas.") and not kind.startswith(
                ("uima.cas.FS", "uima.cas.TOP", "uima.cas.Annotation")
            )
            points[one.findtext(f"{_RESOURCE}name", "").strip()] = not plain
        own[named] = parent, points
    found: Features = {}
    for name in own:
        points, at, seen = {}, name, set[str]()
        while at in own and at not in seen:
            seen.add(at)
            parent, mine = own[at]
            points = mine | points
            at = parent
        found[name] = points
    return found


@dataclass(slots=True)
class _Structure:
    """A feature structure: an element of the file."""

    number: str
    type: str
    features: dict[str, str]
    span: Span | None = None

    @property
    def short(self) -> str:
        return self.type.rpartition(".")[2]


@dataclass(slots=True)
class _Cas:
    """A file's structures, and what becomes of them."""

    root: ElementTree.Element
    name: str
    known: Features | None
    #: The whole file, and what finds those of its elements that are not under `root`.
    left: tuple[bytes, re.Pattern[bytes]] | None = None
    text: str | None = None
    length: int = 0
    sofa: str = ""
    #: Numbers of what is no mark: tokens and their like.
    silent: set[str] = field(default_factory=set)
    structures: dict[str, _Structure] = field(default_factory=dict)
    #: Type -> features that are no attributes of a mark.
    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Incident] = field(default_factory=list)
    ignored: int = 0
    #: UTF-16 code unit -> code point; None where they are the same.
    places: dict[int, int] | None = None
    own: bool = False

    def __post_init__(self) -> None:
        """Raises `ValueError` where an element has no id."""
        sofas: dict[str, dict[str, str]] = {}
        kinds: dict[str, str] = {}
        for element in self.root:
            kind = kinds.get(element.tag)
            if kind is None:
                kind = kinds[element.tag] = _kind(element.tag)
            if not kind:
                self.ignored += 1
                continue
            if kind == "uima.cas.View":
                continue
            number = element.attrib.get(f"{_XMI}id")
            if kind == "uima.cas.Sofa":
                sofas[number or ""] = element.attrib
                continue
            if number is None:
                if kind != "uima.cas.NULL":
                    short = kind.rpartition(".")[2]
                    raise ValueError(f"an element {short[:60]} without xmi:id")
                continue
            if kind.startswith(_STRUCTURE) and kind not in _TOLD:
                self.silent.add(number)
                continue
            features = element.attrib
            for child in element:
                # Arrays of strings are elements, one a string.
                had = features.get(child.tag)
                value = (child.text or "").strip()
                features[child.tag] = value if had is None else f"{had}|{value}"
            self.structures[number] = _Structure(number, kind, features)
        self._sofa(sofas)

    def _sofa(self, sofas: Mapping[str, dict[str, str]]) -> None:
        """The text: of several views the initial one, else the first."""
        texts = {number: one for number, one in sofas.items() if "sofaString" in one}
        chosen = [one for one, it in texts.items() if it.get("sofaID") == "_InitialView"]
        for number in (*chosen, *texts)[:1]:
            self.sofa = number
            self.text = texts[number]["sofaString"]
            self.length = len(self.text)
            if self.text and max(self.text) > "\uffff":
                self.places, unit = {}, 0
                for place, char in enumerate(self.text):
                    self.places[unit] = place
                    unit += 1 + (char > "\uffff")
                self.places[unit] = len(self.text)

    def standoff(self) -> Standoff:
        """The document."""
        assert self.text is not None
        found = Standoff(_stem(self.name), self.text, faults=self.faults)
        kinds = {one.type for one in self.structures.values()}
        self.own = types.ARTICLE in kinds
        for one in self.structures.values():
            self._place(one)
        for one in self.structures.values():
            self._about(one, found)
        found.sentences.sort()
        found.paragraphs.sort(key=lambda paragraph: paragraph.start)
        marks = self._marks(found)
        self._links(marks, found)
        self._chains(marks)
        if self.own:
            _join_cues(found)
        if self.ignored:
            found.aside["I005"] = self.ignored
        return found

    def _silent(self, number: str) -> bool:
        """Whether that is a structure which is no mark."""
        if self.left is not None:
            data, bulk = self.left
            self.silent.update(found.decode("utf-8", "replace") for found in bulk.findall(data))
            self.left = None
        return number in self.silent

    def _fault(self, code: str, one: _Structure, what: str, **more: str) -> None:
        message = say(f"{show(one.short, 60)}: {what}", **more)
        self.faults.append(Incident(code, self.name, message, item=one.number))

    def _place(self, one: _Structure) -> None:
        """The span of an annotation of the text, in code points."""
        begin, end = one.features.get("begin"), one.features.get("end")
        if begin is None and end is None:
            return
        if one.features.get("sofa", self.sofa) != self.sofa:
            self.ignored += 1
            return
        start = stop = None
        # Of any other digits Python would make a number, too.
        if begin and end and (both := begin + end).isascii() and both.isdecimal():
            start, stop = self._point(begin), self._point(end)
        if start is None or stop is None or start > stop:
            self._fault(
                "I020",
                one,
                "bad offsets",
                got=f"{begin}-{end}",
                expected="UTF-16 code units of the text, begin before end",
            )
            return
        one.span = start, stop

    def _point(self, digits: str) -> int | None:
        """The code point that an offset means; None where it is none of the text."""
        if len(digits) > 10:
            return None
        unit = int(digits)
        if self.places is not None:
            return self.places.get(unit)
        return unit if unit <= self.length else None

    def _about(self, one: _Structure, found: Standoff) -> None:
        """Segmentation and metadata."""
        features = one.features
        if one.type == types.SENTENCE and one.span:
            found.sentences.append(one.span)
        elif one.type in (types.PARAGRAPH, types.DIV) and one.span and self.own:
            found.paragraphs.append(Paragraph(*one.span, features.get("divType", "")))
        elif one.type == types.METADATA:
            if self.own:
                found.doc_id = features.get("documentId") or found.doc_id
            names = {"title": "documentTitle", "language": "language", "story": "collectionId"}
            for name, feature in names.items():
                # x-unspecified is UIMA's word for none.
                value = features.get(feature, "")
                if value and value != "x-unspecified" and (self.own or name != "story"):
                    found.about[name] = value
        elif one.type == types.ARTICLE:
            for name in ("form", "published", "source", "status", "section", "facts"):
                if name in features:
                    found.about[name] = features[name]
            found.layers = tuple(features.get("layers", "").split())

    def _marks(self, found: Standoff) -> dict[str, Mark]:
        """Marks by the number of their structure."""
        marks: dict[str, Mark] = {}
        mentions = set()
        for one in self.structures.values():
            if one.span is None or one.type in _TOLD or _relation(one):
                continue
            if one.type == "uima.tcas.DocumentAnnotation":
                continue
            if self.own and one.type == types.MENTION:
                mentions.add((one.span, one.features.get("label")))
            marks[one.number] = self._mark(one)
        if self.own:
            # Names stand there twice; those that somebody added later, once.
            for one in list(self.structures.values()):
                twin = one.type == types.NAMED_ENTITY and one.number in marks
                if twin and (one.span, one.features.get("value")) in mentions:
                    del marks[one.number]
        found.marks.extend(marks.values())
        return marks

    def _mark(self, one: _Structure) -> Mark:
        assert one.span is not None
        dropped = self.dropped.get(one.type)
        if dropped is None:
            points = (self.known or {}).get(one.type) or {}
            pointing = [name for name in (*points, *_POINTERS) if points.get(name, True)]
            dropped = self.dropped[one.type] = (*_COMMON, *pointing)
        # UIMA writes an array that is empty as nothing.
        attributes = {name: value for name, value in one.features.items() if value}
        for name in dropped:
            attributes.pop(name, None)
        where = f"{self.name}#{one.number}"
        name = f"x{one.number}"
        if self.own and one.type in _OWN:
            name = attributes.pop("id", name)
            if one.type == types.ATTRIBUTION:
                label = PARTS["cue"]
            elif one.type == types.STANCE:
                label = STANCE
            else:
                label = attributes.pop("label", "")
            return Mark(name, _OWN[one.type], label, [one.span], attributes, where)
        mark = Mark(name, "", one.short, [one.span], attributes, where)
        if one.type.startswith(f"{types.DKPRO}.ner.type."):
            mark.layer = "entity"
            mark.label = attributes.pop("value", "") or one.short
        else:
            named = [attributes.pop(name) for name in ("value", "label") if attributes.get(name)][
                :1
            ]
            mark.label = ":".join((one.short, *named))
        return mark

    def _links(self, marks: dict[str, Mark], found: Standoff) -> None:
        # Type -> its features that point to something, where the type system knows them.
        pointing = {
            kind: [name for name, points in one.items() if points and name not in _LEFT]
            for kind, one in (self.known or {}).items()
            if one
        }
        for one in self.structures.values():
            if _relation(one):
                self._relation(one, marks, found)
            elif one.number in marks:
                known = pointing.get(one.type)
                names = list(one.features) if known is None else known
                for name in names:
                    value = one.features.get(name)
                    if value is None or name in _LEFT:
                        continue
                    if known is not None or _listed(value):
                        sure = bool(self.known) and one.type in (self.known or {})
                        self._pointer(one, name, value, marks, found, sure=sure)

    def _relation(self, one: _Structure, marks: dict[str, Mark], found: Standoff) -> None:
        head, tail = one.features.get("Governor", ""), one.features.get("Dependent", "")
        if one.type.startswith(_STRUCTURE):
            return
        if head not in marks or tail not in marks:
            if all(end in self.structures or self._silent(end) for end in (head, tail)):
                # Between tokens, say.
                self.ignored += 1
            else:
                what = "a relation whose ends are not there"
                self._fault("I004", one, what, got=f"{head} {tail}"[:60])
            return
        named = [one.features[name] for name in ("value", "label") if one.features.get(name)]
        label = named[0] if named else one.short
        where = f"{self.name}#{one.number}"
        found.links.append(Link(marks[head].id, marks[tail].id, label, where))

    def _pointer(
        self,
        one: _Structure,
        name: str,
        value: str,
        marks: dict[str, Mark],
        found: Standoff,
        *,
        sure: bool,
    ) -> None:
        """A feature that points: to annotations, or to links with a role and a target."""
        numbers = value.split()
        targets = [self.structures.get(number) for number in numbers]
        if not sure and not all(one and "target" in one.features for one in targets):
            # Digits in a feature of a type that nothing describes: an attribute already.
            return
        marks[one.number].attributes.pop(name, None)
        for number, target in zip(numbers, targets, strict=True):
            if target is None:
                if not self._silent(number):
                    self._fault("I004", one, f"{name} points to nothing", got=number[:60])
                continue
            if target.type == "uima.cas.FSArray":
                # An array that several may share stands by itself.
                inner = target.features.get("elements", "")
                if inner != value:
                    self._pointer(one, name, inner, marks, found, sure=sure)
                continue
            role, end = name, target.number
            if "target" in target.features and target.span is None:
                role = target.features.get("role") or name
                end = target.features["target"]
            if end in marks:
                where = f"{self.name}#{target.number}"
                found.links.append(Link(marks[one.number].id, marks[end].id, role, where))
            elif end in self.structures:
                self.ignored += not self.structures[end].type.startswith(_STRUCTURE)
            elif not self._silent(end):
                self._fault("I004", one, f"{name} points to nothing", got=end[:60])

    def _chains(self, marks: dict[str, Mark]) -> None:
        """Members of a chain (of coreference, or a chain layer) share a group, its number."""
        for one in self.structures.values():
            if one.span is not None or not one.type.endswith("Chain"):
                continue
            at, seen = one.features.get("first", ""), set[str]()
            while at in self.structures and at not in seen:
                seen.add(at)
                if at in marks:
                    marks[at].layer = "entity"
                    marks[at].attributes["group"] = one.number
                at = self.structures[at].features.get("next", "")


#: Features that point whatever the type system: of chains and relations.
_POINTERS = ("next", "first", "Governor", "Dependent")
#: Those that make no links of a mark.
_LEFT = (*_COMMON, *_POINTERS)


def _relation(one: _Structure) -> bool:
    return "Governor" in one.features and "Dependent" in one.features


def _listed(value: str) -> bool:
    return value.replace(" ", "").isdecimal()


def _kind(tag: str) -> str:
    """The type of an element, by UIMA's rule for namespaces; empty where it has none."""
    match = _NAMESPACE.fullmatch(tag)
    if match is None:
        return ""
    package = match[1].replace("/", ".")
    return match[2] if package == "uima.noNamespace" else f"{package}.{match[2]}"


def _join_cues(found: Standoff) -> None:
    """Puts the further parts of cues, which are annotations of their own there, back into one."""
    marks = {mark.id: mark for mark in found.marks}
    gone = set()
    for link in found.links:
        if link.label == "cue" and link.head in marks and link.tail in marks:
            marks[link.head].spans += marks[link.tail].spans
            gone.add(link.tail)
    found.marks[:] = [mark for mark in found.marks if mark.id not in gone]
    found.links[:] = [link for link in found.links if link.tail not in gone]
