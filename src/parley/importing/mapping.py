"""Mapping files: what the labels, links and attributes of another scheme are in ours.

    layers = ["attribution"]            # what was annotated, where files do not say so

    [labels]
    "person" = "PERSON"                 # a label of the ontology; "event/ASSAULT" names its layer
    "quote" = "attribution"             # a frame: its parts come from links, its own span does not
    "hedge" = { to = "attribution", source_kind = "unnamed" }
    "abstract" = false                  # left out on purpose

    [links]
    "speaker" = "source"                # a role, a part of an attribution, an end of a stance
    "said_by" = { to = "source", reverse = true }

    [attributes]
    "Negation" = "polarity=negative"    # the value where it is set
    "certainty" = "modality"            # its values as they are, or by a table:
    [values.certainty]
    "L1" = "possible"

    [derive]                            # of attributions whose file gives no style or source kind
    style = { quoted = "direct", partly = "mixed" }
    source_kind = { none = "unnamed" }

    [text]
    control = "space"                   # control characters become spaces, one for one

    [files]                             # brat: where texts are, who annotated, the date
    texts = "../text"
    annotator = "_([0-9a-f]+)$"
    published = "^([0-9]{4}-[0-9]{2}-[0-9]{2})_"

Names that are the ontology's own need no line.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from parley.incidents import Incident, IncidentError, nearest, one_of, say
from parley.ontology import LAYERS, Ontology

SHIPPED = Path(__file__).parent / "mappings"
#: Attributes that are no choices of the ontology, by layer.
FREE = {
    "entity": ("entity", "group", "value"),
    "event": ("event", "mode"),
    "attribution": (),
    "stance": (),
}
#: An attribute of every mark.
NOTE = "note"
_SECTIONS = ("layers", "labels", "links", "attributes", "values", "derive", "text", "files")
_DERIVED = {"style": ("quoted", "partly"), "source_kind": ("none",)}


@dataclass(frozen=True, slots=True)
class Target:
    """What a label is in our scheme: `label` is None for a frame, whose parts come from links."""

    layer: str
    label: str | None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a link is: a role, part or end; `reverse` where head and tail change places."""

    to: str
    reverse: bool = False


#: A name that is left out on purpose.
Dropped = Literal[False]


@dataclass(slots=True)
class Scheme:
    """How another scheme maps to ours: a mapping in force, on one ontology."""

    ontology: Ontology
    layers: tuple[str, ...] | None = None
    labels: dict[str, Target | Dropped] = field(default_factory=dict)
    links: dict[str, Turn | Dropped] = field(default_factory=dict)
    attributes: dict[str, tuple[str, str | None] | Dropped] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    derive: dict[str, dict[str, str]] = field(default_factory=dict)
    spaces: bool = False
    files: dict[str, str] = field(default_factory=dict)

    def target(self, label: str, layer: str = "", *, head: bool = False) -> Target | Dropped | None:
        """What a label is; None where nothing says so.

        `layer` is what the file says of the mark, `head` whether links start from it: of two layers
        that have the label, one with links is meant then.
        """
        if label in self.labels:
            return self.labels[label]
        if layer:
            return Target(layer, label) if label in self.ontology.names(layer) else None
        layers = [name for name in LAYERS if label in self.ontology.names(name)]
        if head and len(layers) > 1:
            layers = [name for name in layers if name != "entity"]
        return Target(layers[0], label) if layers else None

    def turn(self, label: str) -> Turn | Dropped:
        """What a link is: by the mapping, else its own name."""
        for name in (label, label.rstrip("0123456789")):
            if name in self.links:
                return self.links[name]
        return Turn(label)

    def link(self, name: str, layer: str) -> str | None:
        """The role, part or end of that name in a layer: a number at its end counts for nothing
        (brat numbers roles), nor does case."""
        known = link_names(self.ontology, layer)
        for one in (name, name.rstrip("0123456789")):
            for role in known:
                if role.casefold() == one.casefold():
                    return role
        return None

    def attribute(self, name: str, value: str, layer: str) -> tuple[str, str] | Dropped | None:
        """(attribute, value) of ours; None where nothing says so, or the value is none of ours."""
        to = name
        if name in self.attributes:
            found = self.attributes[name]
            if found is False:
                return False
            to, fixed = found
            if fixed is not None:
                return (to, fixed) if value.casefold() not in ("false", "no", "0") else False
        value = self.values.get(name, {}).get(value, value)
        if to == NOTE or to in FREE[layer]:
            valid = self.ontology.modes() if to == "mode" else None
        else:
            known = self.ontology.attributes.get(to)
            if known is None or known.layer != layer:
                return None
            valid = known.values
        return (to, value) if valid is None or value in valid else None


def link_names(ontology: Ontology, layer: str) -> tuple[str, ...]:
    """The roles, parts or ends that links from a mark of a layer may have."""
    roles = {
        "event": ontology.roles,
        "attribution": ontology.links,
        "stance": ontology.stance_links,
    }.get(layer, ())
    return tuple(role.name for role in roles)


def load(name: str | None, ontology: Ontology) -> Scheme:
    """The mapping of a file, or of the shipped one of that name (`polnear`); none is the ontology's
    own names.

    Raises `IncidentError` (I010) with every fault of the file.
    """
    if name is None:
        return Scheme(ontology)
    path = Path(name)
    if not path.suffix and (SHIPPED / f"{name}.toml").is_file():
        path = SHIPPED / f"{name}.toml"
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        shipped = sorted(path.stem for path in SHIPPED.glob("*.toml"))
        message = say(
            f"the mapping cannot be read: {error.strerror}",
            expected=f"a TOML file, or {one_of(shipped)}",
            nearest=nearest(name, shipped),
        )
        raise IncidentError(Incident("I010", name, message)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IncidentError(Incident("I010", name, f"not TOML: {error}")) from None
    return _Reader(path.name, ontology).read(raw)


class _Reader:
    """Reads a mapping, with all its faults."""

    def __init__(self, file: str, ontology: Ontology) -> None:
        self.file = file
        self.ontology = ontology
        self.found: list[Incident] = []

    def fault(self, item: str, what: str, **more: Any) -> None:
        self.found.append(Incident("I010", self.file, say(what, **more), item=item))

    def read(self, raw: dict[str, Any]) -> Scheme:
        out = Scheme(self.ontology)
        for key in raw.keys() - set(_SECTIONS):
            self.fault(
                key,
                "unknown section",
                got=key,
                expected=one_of(_SECTIONS),
                nearest=nearest(key, _SECTIONS),
            )
        layers = raw.get("layers")
        if layers is not None:
            if not isinstance(layers, list) or not set(layers) <= set(LAYERS):
                self.fault("layers", "bad layers", got=layers, expected=f"some of {one_of(LAYERS)}")
            else:
                out.layers = tuple(layer for layer in LAYERS if layer in layers)
        for name, value in self.table(raw, "labels"):
            self.label(name, value, out)
        for name, value in self.table(raw, "links"):
            self.link(name, value, out)
        for name, value in self.table(raw, "attributes"):
            self.attribute(name, value, out)
        for name, value in self.table(raw, "values"):
            if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
                out.values[name] = value
            else:
                self.fault(f"values.{name}", "bad values", got=value, expected="a table of text")
        for name, value in self.table(raw, "derive"):
            self.derive(name, value, out)
        for name, value in self.table(raw, "text"):
            if name == "control" and value in ("refuse", "space"):
                out.spaces = value == "space"
            else:
                self.fault(
                    f"text.{name}", "no such choice", got=value, expected='control = "space"'
                )
        for name, value in self.table(raw, "files"):
            self.files(name, value, out)
        if self.found:
            raise IncidentError(*sorted(self.found, key=Incident.sort_key))
        return out

    def table(self, raw: dict[str, Any], key: str) -> Iterable[tuple[str, Any]]:
        value = raw.get(key, {})
        if isinstance(value, dict):
            return value.items()
        self.fault(key, f"{key} is no table", got=value, expected=f"[{key}]")
        return ()

    def label(self, name: str, value: Any, out: Scheme) -> None:
        attributes: dict[str, str] = {}
        to = value
        if isinstance(value, dict):
            to = value.get("to")
            attributes = {key: one for key, one in value.items() if key != "to"}
        if to is False:
            out.labels[name] = False
            return
        target = self.target(to) if isinstance(to, str) else None
        if target is None:
            known = [label for layer in LAYERS for label in self.ontology.names(layer)]
            self.fault(
                f"labels.{name}",
                "no such label",
                got=to,
                expected="a label, LAYER/LABEL, attribution, or false",
                nearest=nearest(to.rpartition("/")[2], [*known, "attribution"])
                if isinstance(to, str)
                else None,
            )
            return
        for key, one in attributes.items():
            if not isinstance(one, str) or not out.attribute(key, one, target.layer):
                self.fault(
                    f"labels.{name}",
                    f"no such attribute or value of {target.layer}: {key}",
                    got=one,
                    expected=self.values_of(key, target.layer),
                )
                return
        out.labels[name] = Target(target.layer, target.label, attributes)

    def target(self, to: str) -> Target | None:
        if to == "attribution":
            return Target(to, None)
        layer, slash, label = to.rpartition("/")
        layers = [name for name in LAYERS if label in self.ontology.names(name)]
        if slash:
            return Target(layer, label) if layer in layers else None
        return Target(layers[0], label) if len(layers) == 1 else None

    def values_of(self, name: str, layer: str) -> str:
        known = self.ontology.attributes.get(name)
        if known is not None and known.layer == layer:
            return one_of(known.values)
        mine = [key for key, one in self.ontology.attributes.items() if one.layer == layer]
        return one_of([*mine, *FREE[layer]])

    def link(self, name: str, value: Any, out: Scheme) -> None:
        if value is False:
            out.links[name] = False
            return
        turn = value if isinstance(value, dict) else {"to": value}
        known = [role for layer in LAYERS for role in link_names(self.ontology, layer)]
        to, reverse = turn.get("to"), turn.get("reverse", False)
        if to in known and isinstance(reverse, bool) and turn.keys() <= {"to", "reverse"}:
            out.links[name] = Turn(to, reverse)
            return
        self.fault(
            f"links.{name}",
            "no such link",
            got=value,
            expected=f"{one_of(known)}, or false",
            nearest=nearest(to, known),
        )

    def attribute(self, name: str, value: Any, out: Scheme) -> None:
        if value is False:
            out.attributes[name] = False
            return
        to, equals, fixed = value.partition("=") if isinstance(value, str) else ("", "", "")
        known = self.ontology.attributes.get(to)
        free = [one for names in FREE.values() for one in names]
        if known is not None and (not equals or fixed in known.values):
            out.attributes[name] = (to, fixed if equals else None)
            return
        if to in (*free, NOTE) and not equals:
            out.attributes[name] = (to, None)
            return
        names = [*self.ontology.attributes, *free, NOTE]
        self.fault(
            f"attributes.{name}",
            "no such attribute, or no such value of it",
            got=value,
            expected=one_of(known.values) if known else f"{one_of(names)}, or false",
            nearest=nearest(fixed, known.values) if known else nearest(to, names),
        )

    def derive(self, name: str, value: Any, out: Scheme) -> None:
        known = self.ontology.attributes.get(name)
        keys = _DERIVED.get(name)
        good = (
            known is not None
            and keys is not None
            and isinstance(value, dict)
            and set(value) == set(keys)
            and all(one in known.values for one in value.values())
        )
        if good:
            out.derive[name] = value
        else:
            expected = one_of([f"{key} with {one_of(more)}" for key, more in _DERIVED.items()])
            self.fault(f"derive.{name}", "nothing to derive by", got=value, expected=expected)

    def files(self, name: str, value: Any, out: Scheme) -> None:
        valid = ("texts", "annotator", "published")
        good = name in valid and isinstance(value, str)
        if good and name != "texts":
            try:
                good = re.compile(value).groups == 1
            except re.error:
                good = False
        if good:
            out.files[name] = value
        else:
            self.fault(
                f"files.{name}",
                "no such place",
                got=value,
                expected="texts (a folder, from that of the annotations), annotator or published "
                "(regular expressions with one group: who, or the date, in the file's name)",
                nearest=None if name in valid else nearest(name, valid),
            )
