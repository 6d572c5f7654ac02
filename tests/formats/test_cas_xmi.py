"""UIMA CAS XMI: whole when read back, the same in dkpro-cassis, and others' types as they are."""

import io
import zipfile
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from random import Random

import cassis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.document import Annotations, Mention, digest
from parley.formats import cas_types, cas_xmi, source
from parley.formats.foreign import about
from parley.formats.source import Source
from parley.formats.standoff import Standoff
from parley.incidents import IncidentError
from parley.ontology import LAYERS
from tests.dataset import made_documents
from tests.formats.made_foreign import a_source, bare, ends, lines, wanted
from tests.strategies import TEXTS, annotations

HERE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
TYPE = "de.tudarmstadt.ukp.dkpro.core.api"


def dkpro_core() -> cassis.TypeSystem:
    """DKPro Core's types, which cassis has as a file."""
    packed = files("cassis.resources") / "dkpro-core-types.xml"
    return cassis.load_typesystem(io.BytesIO(packed.read_bytes()))


def loaded(folder: Path, name: str) -> cassis.Cas:
    """A file as cassis reads it, which refuses any type or feature that is not described."""
    with (folder / cas_xmi.TYPE_SYSTEM).open("rb") as file:
        system = cassis.load_typesystem(file)
    with (folder / name).open("rb") as file:
        return cassis.load_cas_from_xmi(file, typesystem=system)


def one(path: Path) -> Standoff:
    (found,) = cas_xmi.read(path)
    return found


@HERE
@given(st.data())
def test_everything_comes_back_and_cassis_has_the_same_words(
    tmp_path: Path, data: st.DataObject
) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    made = cas_xmi.export([a_source(text, found, lines(text))], tmp_path)
    assert not made.lost
    assert made.files == ["TypeSystem.xml", "doc.xmi"]
    back = one(tmp_path / "doc.xmi")
    assert back.text == text
    assert back.faults == [] and not back.aside
    assert back.layers == found.layers
    assert back.paragraphs == lines(text)
    assert bare(back) == wanted(found)
    cas = loaded(tmp_path, "doc.xmi")
    assert cas.sofa_string == text
    names = [item for item in found.mentions if item.mention_type == "name"]
    assert sorted(
        (it.begin, it.end, it.value) for it in cas.select(cas_types.NAMED_ENTITY)
    ) == sorted((item.start, item.end, item.type) for item in names)
    triggers = {it.id: it for it in cas.select(cas_types.EVENT)}
    assert triggers.keys() == {event.id for event in found.events}
    for event in found.events:
        mine = triggers[event.id]
        assert mine.get_covered_text() == text[event.start : event.end]
        assert (mine.label, mine.mode, mine.event) == (event.type, event.mode, event.event)
        links = mine.arguments.elements if mine.arguments else []
        assert {(link.role, link.target.id) for link in links} == {
            (argument.role, argument.target) for argument in event.arguments
        }


@HERE
@given(st.data())
def test_files_that_cassis_writes_again_say_the_same(tmp_path: Path, data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    cas_xmi.export([a_source(text, found, lines(text))], tmp_path)
    again = tmp_path / "again"
    again.mkdir(exist_ok=True)
    (again / "TypeSystem.xml").write_bytes((tmp_path / "TypeSystem.xml").read_bytes())
    (again / "doc.xmi").write_text(loaded(tmp_path, "doc.xmi").to_xmi(), "utf-8")
    back = one(again / "doc.xmi")
    assert back.text == text and back.faults == []
    assert bare(back) == wanted(found)


def test_a_built_dataset_comes_back_from_a_folder(built: Path, tmp_path: Path) -> None:
    documents = source.read(built, "train")["train"]
    made = cas_xmi.export(documents, tmp_path)
    assert not made.lost
    back = list(cas_xmi.read(tmp_path))
    assert [item.doc_id for item in back] == sorted(document.doc_id for document in documents)
    for item, document in zip(back, sorted(documents, key=lambda d: d.doc_id), strict=True):
        assert item.text == document.text
        assert bare(item) == wanted(document.annotations)
        assert item.paragraphs == list(document.paragraphs)
        assert item.sentences == [
            (sentence.start, sentence.start + len(sentence.text)) for sentence in document.sentences
        ]
        assert item.about == about(document)
        cas = loaded(tmp_path, f"{document.doc_id}.xmi")
        words = [token.get_covered_text() for token in cas.select(cas_types.TOKEN)]
        assert words == [word for sentence in document.sentences for word in sentence.words]


def test_offsets_are_utf_16_code_units_in_the_file(tmp_path: Path) -> None:
    text = "🚢🚢 Ada"
    mention = Mention("m1", 3, 6, "PERSON")
    found = Annotations("doc", digest(text), len(text), LAYERS, [mention])
    cas_xmi.export([a_source(text, found, [])], tmp_path)
    assert 'begin="5" end="8" id="m1"' in (tmp_path / "doc.xmi").read_text("utf-8")
    assert one(tmp_path / "doc.xmi").marks[0].spans == [(3, 6)]


def test_a_document_with_characters_that_xml_forbids_is_left_out_and_counted(
    tmp_path: Path,
) -> None:
    document, found = made_documents.a_document(Random(2), "bad", lines=6)
    assert document.text is not None
    text = document.text + "\x01"
    other = Annotations("good", digest("x"), 1, LAYERS)
    made = cas_xmi.export([a_source(text, found, []), a_source("x", other, [])], tmp_path)
    assert made.files == ["TypeSystem.xml", "good.xmi"]
    assert not made.held
    assert made.lost == {
        "documents with characters that XML 1.0 does not allow": 1,
        "mentions": len(found.mentions),
        "events": len(found.events),
        "arguments": sum(len(event.arguments) for event in found.events),
        "attributions": len(found.attributions),
        **({"stances": len(found.stances)} if found.stances else {}),
    }
    assert not (tmp_path / "bad.xmi").exists()


def test_what_annotators_add_later_comes_with_an_id_of_its_own(tmp_path: Path) -> None:
    text = "Ada Brand left Lenna"
    found = Annotations(
        "doc", digest(text), len(text), LAYERS, [Mention("m1", 0, 9, "PERSON", entity="ada-brand")]
    )
    cas_xmi.export([a_source(text, found, lines(text))], tmp_path)
    cas = loaded(tmp_path, "doc.xmi")
    mention = cas.typesystem.get_type(cas_types.MENTION)
    entity = cas.typesystem.get_type(cas_types.NAMED_ENTITY)
    cas.add(mention(begin=15, end=20, label="GPE"))
    cas.add(entity(begin=15, end=20, value="LOC"))
    (tmp_path / "doc.xmi").write_text(cas.to_xmi(), "utf-8")
    back = one(tmp_path / "doc.xmi")
    # The name m1 stands there twice and is one mark; the second place has two different ones.
    assert sorted((mark.label, mark.spans[0]) for mark in back.marks) == [
        ("GPE", (15, 20)),
        ("LOC", (15, 20)),
        ("PERSON", (0, 9)),
    ]
    assert all(mark.id == "m1" or mark.id.startswith("x") for mark in back.marks)


# ---------------------------------------------------------------------------- other makers
def a_foreign(folder: Path, *, described: bool = True) -> Path:
    """A file of a project with layers of its own: spans, a relation, links, a chain."""
    system = dkpro_core()
    span = system.create_type("webanno.custom.Claim")
    system.create_feature(span, "value", "uima.cas.String")
    system.create_feature(span, "sure", "uima.cas.Boolean")
    system.create_feature(span, "weight", "uima.cas.Integer")
    system.create_feature(span, "about", "uima.tcas.Annotation")
    link = system.create_type("webanno.custom.ClaimSpeakersLink", "uima.cas.TOP")
    system.create_feature(link, "role", "uima.cas.String")
    system.create_feature(link, "target", "uima.tcas.Annotation")
    system.create_feature(
        span, "speakers", "uima.cas.FSArray", elementType=link.name, multipleReferencesAllowed=False
    )
    relation = system.create_type("webanno.custom.Doubts")
    system.create_feature(relation, "Governor", "uima.tcas.Annotation")
    system.create_feature(relation, "Dependent", "uima.tcas.Annotation")
    system.create_feature(relation, "label", "uima.cas.String")
    cas = cassis.Cas(typesystem=system)
    cas.sofa_string = "🚢 Ada says Bo sank it"
    cas.sofa_mime = "text/plain"
    ner = system.get_type(f"{TYPE}.ner.type.NamedEntity")
    person = system.get_type(f"{TYPE}.ner.type.Person")
    token = system.get_type(f"{TYPE}.segmentation.type.Token")
    pos = system.get_type(f"{TYPE}.lexmorph.type.pos.POS")
    noun = pos(begin=2, end=5, PosValue="NNP")
    cas.add_all([noun, token(begin=2, end=5, pos=noun)])
    cas.add(system.get_type(f"{TYPE}.segmentation.type.Sentence")(begin=0, end=21))
    ada = ner(begin=2, end=5, value="PER", identifier="ada")
    bo = person(begin=11, end=13)
    claim = span(begin=11, end=21, value="report", sure=True, weight=2, about=bo)
    claim.speakers = system.get_type("uima.cas.FSArray")(
        elements=[link(role="speaker", target=ada), link(target=bo)]
    )
    bare_span = span(begin=0, end=1)
    last = system.get_type(f"{TYPE}.coref.type.CoreferenceLink")(begin=19, end=21)
    first = system.get_type(f"{TYPE}.coref.type.CoreferenceLink")(
        begin=0, end=1, next=last, referenceType="nam"
    )
    chain = system.get_type(f"{TYPE}.coref.type.CoreferenceChain")(first=first)
    cas.add_all([ada, bo, claim, bare_span, first, last, chain])
    cas.add(relation(begin=11, end=21, Governor=claim, Dependent=ada, label="strong"))
    folder.mkdir(exist_ok=True)
    if described:
        (folder / "TypeSystem.xml").write_text(system.to_xml(), "utf-8")
    path = folder / "boat.xmi"
    path.write_text(cas.to_xmi(pretty_print=True), "utf-8")
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_layers_relations_and_links_of_other_projects_are_marks_and_links(
    packed: bool, tmp_path: Path
) -> None:
    path = a_foreign(tmp_path)
    if packed:
        path = tmp_path / "boat.zip"
        with zipfile.ZipFile(path, "w") as file:
            for name in ("boat.xmi", "TypeSystem.xml"):
                file.write(tmp_path / name, name)
    found = one(path)
    assert found.faults == [] and not found.aside
    assert (found.doc_id, found.text) == ("boat", "🚢 Ada says Bo sank it")
    assert found.sentences == [(0, 21)]
    assert found.layers is None
    by_words = {(mark.label, found.text[slice(*mark.spans[0])]): mark for mark in found.marks}
    told = {key: (mark.layer, mark.attributes) for key, mark in by_words.items()}
    (group,) = {mark.attributes["group"] for mark in found.marks if "group" in mark.attributes}
    assert told == {
        ("PER", "Ada"): ("entity", {"identifier": "ada"}),
        ("Person", "Bo"): ("entity", {}),
        ("Claim:report", "Bo sank it"): ("", {"sure": "true", "weight": "2"}),
        ("Claim", "🚢"): ("", {}),
        ("CoreferenceLink", "🚢"): ("entity", {"referenceType": "nam", "group": group}),
        ("CoreferenceLink", "it"): ("entity", {"group": group}),
    }
    claim, ada, bo = (
        by_words[key].id
        for key in (("Claim:report", "Bo sank it"), ("PER", "Ada"), ("Person", "Bo"))
    )
    assert ends(found.links) == {
        (claim, ada, "speaker"),
        (claim, bo, "speakers"),
        (claim, bo, "about"),
        (claim, ada, "strong"),
    }
    name = "boat.zip/boat.xmi" if packed else "boat.xmi"
    assert all(mark.where == f"{name}#{mark.id[1:]}" for mark in found.marks)


def test_without_a_type_system_links_relations_and_chains_are_still_known(tmp_path: Path) -> None:
    found = one(a_foreign(tmp_path, described=False))
    claim = next(mark for mark in found.marks if mark.label == "Claim:report")
    assert sorted(link.label for link in found.links) == ["speaker", "speakers", "strong"]
    # What points cannot be told from a number: it stands as the file has it.
    assert claim.attributes.keys() == {"sure", "weight", "about"}
    assert len([mark for mark in found.marks if "group" in mark.attributes]) == 2


XMI = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
    'xmlns:c="http:///webanno/custom.ecore"{} xmi:version="2.0">{}</xmi:XMI>'
)
SOFA = '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="🚢 Ada"/>'


def written(path: Path, inner: str, bound: str = "") -> Path:
    path.write_text(XMI.format(bound, inner), "utf-8")
    return path


@pytest.mark.parametrize(
    ("begin", "end"), [("1", "3"), ("0", "9"), ("4", "3"), ("-1", "3"), ("a", "3"), ("3", "")]
)
def test_offsets_that_are_none_are_told_and_no_mark(begin: str, end: str, tmp_path: Path) -> None:
    annotation = f'<c:Name xmi:id="7" sofa="1" begin="{begin}" end="{end}"/>'
    found = one(written(tmp_path / "d.xmi", SOFA + annotation))
    assert found.marks == []
    assert [str(fault) for fault in found.faults] == [
        f"d.xmi: I020 [7] 'Name': bad offsets; got '{begin}-{end}'; expected UTF-16 code units of "
        "the text, begin before end"
    ]


def test_references_to_nothing_are_told_at_their_structure(tmp_path: Path) -> None:
    body = (
        '<c:L xmi:id="5" role="r" target="99"/>'
        '<c:Name xmi:id="7" sofa="1" begin="3" end="6" who="5"/>'
        '<c:Rel xmi:id="8" sofa="1" begin="3" end="6" Governor="7" Dependent="98"/>'
    )
    found = one(written(tmp_path / "d.xmi", body + SOFA))
    assert [mark.label for mark in found.marks] == ["Name"]
    assert found.links == []
    assert [str(fault) for fault in found.faults] == [
        "d.xmi: I004 [7] 'Name': who points to nothing; got '99'",
        "d.xmi: I004 [8] 'Rel': a relation whose ends are not there; got '7 98'",
    ]


TOKENS = (
    '<t:Token xmi:id="20" sofa="1" begin="0" end="3" pos="30"/>'
    '<p:PROPN xmi:id="30" sofa="1" begin="0" end="3"/>\n'
    '<t:Token\n xmi:id="21" sofa="1" begin="900" end="3" />'
    '<t:Sentence xmi:id="22" sofa="1" begin="0" end="6"/>'
)
BOUND = (
    ' xmlns:t="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore"'
    ' xmlns:p="http:///de/tudarmstadt/ukp/dkpro/core/api/lexmorph/type/pos.ecore"'
)
OTHERS = (
    '<c:Dep xmi:id="8" sofa="1" begin="0" end="3" Governor="20" Dependent="30"/>'
    '<c:L xmi:id="5" role="r" target="21"/>'
    '<c:Name xmi:id="7" sofa="1" begin="3" end="6" who="5" links=""'
    ' value="a &lt;t:Token/>"/>'
)


@pytest.mark.parametrize(
    "comment", ["", "<!-- -->", "<![CDATA[ ]]>", '<c:X xmlns:y="u" xmi:id="9"/>']
)
def test_tokens_are_no_marks_and_what_hangs_on_them_alone_is_set_aside(
    comment: str, tmp_path: Path
) -> None:
    found = one(written(tmp_path / "d.xmi", comment + TOKENS + OTHERS + SOFA, BOUND))
    assert found.faults == []
    assert [found.text[start:end] for start, end in found.sentences] == [found.text]
    (mark,) = found.marks
    assert (mark.label, mark.attributes) == ("Name:a <t:Token/>", {})
    assert found.links == []
    assert found.aside == {"I005": 1}


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ('<t:Token sofa="1" begin="0" end="3"/>', "an element Token without xmi:id"),
        ('<t:Token xmi:id="20" begin="0></t:Token>', "not well-formed"),
        ('<t:Token xmi:id="20" begin="0">', "mismatched tag"),
    ],
)
def test_damage_among_tokens_is_told(inner: str, message: str, tmp_path: Path) -> None:
    found = one(written(tmp_path / "d.xmi", inner + SOFA, BOUND))
    assert [fault.code for fault in found.faults] == ["I001"]
    assert message in str(found.faults[0])


def test_annotations_of_other_views_are_counted_apart(tmp_path: Path) -> None:
    other = '<cas:Sofa xmi:id="2" sofaNum="2" sofaID="plain" sofaString="other"/>'
    name = '<c:Name xmi:id="7" sofa="2" begin="0" end="5"/>'
    found = one(written(tmp_path / "d.xmi", other + name + SOFA))
    assert found.text == "🚢 Ada"
    assert (found.marks, found.aside) == ([], {"I005": 1})


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("", "no text (cas:Sofa with a sofaString)"),
        ('<cas:Sofa xmi:id="1" sofaNum="1" sofaURI="x"/>', "no text (cas:Sofa with a sofaString)"),
        (SOFA + '<c:Name sofa="1" begin="0" end="1"/>', "an element Name without xmi:id"),
    ],
)
def test_a_cas_that_is_none_is_told(inner: str, message: str, tmp_path: Path) -> None:
    found = one(written(tmp_path / "d.xmi", inner))
    assert [str(fault) for fault in found.faults] == [
        f"d.xmi: I001 {message}; expected UIMA CAS XMI"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<a/>", "the root element is 'a'"),
        (b"<a>", "no element found: line 1, column 3"),
        (b"", "no element found: line 1, column 0"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a document type is declared"),
        (b'<?xml version="1.0" encoding="none"?><a/>', "unknown encoding: none"),
        (b"PK\x03\x04", "a zip file that cannot be unpacked: File is not a zip file"),
    ],
)
def test_files_of_another_kind_are_told_and_the_others_are_read(
    data: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "a.xmi").write_bytes(data)
    written(tmp_path / "b.xmi", SOFA)
    bad, good = cas_xmi.read(tmp_path)
    expected = "CAS XMI" if data.startswith(b"PK") else "UIMA CAS XMI"
    assert [str(fault) for fault in bad.faults] == [f"a.xmi: I001 {message}; expected {expected}"]
    assert (bad.text, good.text) == ("", "🚢 Ada")


def test_a_type_system_that_is_no_xml_is_told_and_the_file_read(tmp_path: Path) -> None:
    path = a_foreign(tmp_path)
    (tmp_path / "TypeSystem.xml").write_bytes(b"<types>")
    found = one(path)
    assert [str(fault) for fault in found.faults] == [
        "boat.xmi: I001 its type system: no element found: line 1, column 7; expected XML"
    ]
    assert len(found.marks) == 6


def test_a_zip_file_without_a_cas_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("notes.txt", "none")
    assert [str(fault) for fault in one(path).faults] == [
        "a.zip: I001 no .xmi file inside; expected CAS XMI"
    ]


def test_where_there_is_no_file_it_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match=r"I001 no such files here.*end in \.xmi or \.zip"):
        list(cas_xmi.read(tmp_path))


@pytest.mark.parametrize("packed", [False, True])
def test_damaged_files_are_told_of_and_never_stop_the_reading(packed: bool, tmp_path: Path) -> None:
    random = Random(7)
    document, found = made_documents.a_document(random, lines=3)
    assert document.text is not None
    made: Source = a_source(document.text, found, list(document.paragraphs))
    cas_xmi.export([made], tmp_path)
    whole = (tmp_path / f"{document.id}.xmi").read_bytes()
    if packed:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("d.xmi", whole)
        whole = buffer.getvalue()
    path = tmp_path / "other" / ("damaged.zip" if packed else "damaged.xmi")
    path.parent.mkdir()
    told = 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            at = random.randrange(len(data))
            piece = random.choice((b"", b'"', b"<", b"9", b"\xff", b"-", b"x", b" "))
            data[at : at + random.choice((0, 1, 1, 2))] = piece
        path.write_bytes(data)
        for item in cas_xmi.read(path):
            told += bool(item.faults)
            assert {fault.code for fault in item.faults} <= {"I001", "I004", "I020"}
            for mark in item.marks:
                assert all(0 <= start <= end <= len(item.text) for start, end in mark.spans)
    assert told > 200


def test_the_written_types_are_those_of_dkpro_core() -> None:
    """Feature by feature, so that another tool may join the two descriptions."""
    system = dkpro_core()
    ours = cassis.load_typesystem(io.BytesIO(cas_types.type_system()))
    for name in ("SENTENCE", "TOKEN", "DIV", "PARAGRAPH", "NAMED_ENTITY"):
        theirs = system.get_type(getattr(cas_types, name))
        mine = ours.get_type(theirs.name)
        assert mine.supertype.name == theirs.supertype.name
        known = {feature.name: feature.rangeType.name for feature in theirs.features}
        assert {f.name: f.rangeType.name for f in mine.features}.items() <= known.items()


def test_structures_are_numbered_without_a_gap_and_the_view_lists_annotations(
    tmp_path: Path,
) -> None:
    document, found = made_documents.a_document(Random(4), lines=10)
    assert document.text is not None
    cas_xmi.export([a_source(document.text, found, list(document.paragraphs))], tmp_path)
    data = (tmp_path / f"{document.id}.xmi").read_text("utf-8")
    numbers = sorted(int(piece.split('"')[0]) for piece in data.split('xmi:id="')[1:])
    assert all(b - a == 1 for a, b in pairwise(numbers))
    members = data.split('members="')[1].split('"')[0].split()
    # All but the text itself and the links, which only their layers' annotations lead to.
    assert len(members) == len(numbers) - 1 - data.count(" role=")
