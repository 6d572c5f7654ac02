"""brat's stand-off files: what is written is brat's, and comes back whole."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybrat.parser import BratParser

from parley import ontology
from parley.cli import main
from parley.document import Annotations, Attribution, Paragraph, Span
from parley.formats import brat, source
from parley.formats.source import Source
from parley.formats.standoff import Standoff
from parley.importing.convert import count
from parley.incidents import IncidentError
from tests.importing import through
from tests.strategies import TEXTS, annotations

ONTOLOGY = ontology.load()


def a_source(found: Annotations, text: str, doc_id: str = "doc") -> Source:
    about = {"doc_id": doc_id, "title": "A title", "story": "a-story", "facts": ["F1", "F2"]}
    return Source(doc_id, text, found, {}, [], [Paragraph(0, 1, "title")], about)


def written(folder: Path, found: Annotations, text: str) -> list[str]:
    """The lines of the .ann file that is written for a document."""
    brat.export([a_source(found, text)], folder)
    data = (folder / "doc.ann").read_bytes().decode()
    # A reader that breaks lines as Python does, which brat's is, sees the same lines.
    assert data.splitlines() == data.split("\n")[:-1]
    return data.splitlines()


@given(st.data())
def test_annotations_come_back_equal_whatever_they_are(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    with TemporaryDirectory() as folder:
        written(Path(folder), found, text)
        (back,) = brat.read(Path(folder))
    assert back.text == text
    assert (back.layers, back.faults) == (found.layers, [])
    assert back.about == {"title": "A title", "story": "a-story", "facts": "F1 F2"}
    assert back.paragraphs == [Paragraph(0, 1, "title")]
    made = through.annotations(back)
    made.provenance = {}
    assert made == found


@given(st.data())
def test_lines_keep_every_rule_that_brat_checks(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    with TemporaryDirectory() as folder:
        lines = written(Path(folder), found, text)
        declared = conf((Path(folder) / "annotation.conf").read_text("utf-8"))
    strictly(lines, text, declared)


def conf(text: str) -> dict[str, dict[str, set[str]]]:
    """The sections of annotation.conf: type -> what stands behind it, by key."""
    found: dict[str, dict[str, set[str]]] = {}
    section: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
            continue
        name, _, rest = line.partition("\t")
        assert re.fullmatch("[a-zA-Z0-9_-]+", name)
        assert name not in section
        section[name] = set()
        for part in filter(None, rest.split(", ")):
            key, values = re.fullmatch(r"(\S*?):(\S*)", part).groups()  # type: ignore[union-attr]
            section[name] |= {f"{key.rstrip('?*+')}:{value}" for value in values.split("|")}
    assert list(found) == ["entities", "relations", "events", "attributes"]
    return found


def strictly(lines: list[str], text: str, declared: dict[str, dict[str, set[str]]]) -> None:
    """Asserts what brat's server checks of a file (server/src/annotation.py, brat 1.3)."""
    rows = {line.split("\t", 1)[0]: line.split("\t", 2)[1:] for line in lines}
    assert len(rows) == len(lines), "ids are given once"
    types: dict[str, str] = {}
    for name, (data, *tail) in rows.items():
        assert re.fullmatch(r"[TENA#][1-9][0-9]*", name)
        if name[0] != "T":
            continue
        types[name], places = data.split(" ", 1)
        assert types[name] in declared["entities"] or types[name] in declared["events"]
        spans: list[Span] = []
        for place in places.split(";"):
            start, end = map(int, place.split(" "))
            assert 0 <= start < end <= len(text)
            spans.append((start, end))
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
        assert tail == [" ".join(text[start:end] for start, end in spans)]
    triggers = {}
    for name, (data, *_) in rows.items():
        if name[0] == "E":
            (label, trigger), *ends = [part.split(":") for part in data.split(" ")]
            assert types[trigger] == label
            assert trigger not in triggers
            triggers[trigger] = name
            assert len({role for role, _ in ends}) == len(ends)
            for role, target in ends:
                kind = rows[target][0].split(":")[0] if target[0] == "E" else types[target]
                assert f"{role.rstrip('0123456789')}:{kind}" in declared["events"][label]
    for name, (data, *_) in rows.items():
        if name[0] in "AN#":
            parts = data.split(" ")
            assert parts[1] in rows
            assert parts[1] not in triggers, "only events refer to triggers"
        if name[0] == "A":
            owner = parts[1]
            kind = rows[owner][0].split(":")[0] if owner[0] == "E" else types[owner]
            assert {f"Arg:{kind}", f"Value:{parts[2]}"} <= declared["attributes"][parts[0]]


class Pybrat(BratParser):
    """pybrat, which takes two annotations of one span for an error; brat does not."""

    def _check_entities(self, entities: Any) -> None:
        pass


def test_another_reader_finds_the_same_mentions_events_and_ids(built: Path, tmp_path: Path) -> None:
    documents = source.read(built, "train")["train"]
    made = brat.export(documents, tmp_path)
    assert not +made.lost
    found = {Path(str(item.id)).name: item for item in Pybrat().parse(tmp_path)}
    for document in documents:
        item = found[document.doc_id]
        mentions = Counter(
            (one.type, document.text[one.start : one.end], one.entity)
            for one in document.annotations.mentions
        )
        theirs = Counter(
            (one.type, one.mention, one.references[0].eid if one.references else None)
            for one in item.entities
            if one.type in ONTOLOGY.names("entity")
        )
        assert {k: v for k, v in theirs.items() if "\n" not in k[1]} == mentions
        events = Counter(one.type for one in item.events)
        whole = document.annotations
        ours = Counter(one.type for one in whole.events)
        ours.update(Cue=len(whole.attributions), Stance=len(whole.stances))
        assert events == +ours
        arguments = sum(len(one.arguments) for one in item.events)
        assert arguments == made_links(whole)


def made_links(found: Annotations) -> int:
    parts = sum(len(one.source) + len(one.content) for one in found.attributions)
    ends = sum(1 + (one.holder is not None) for one in found.stances)
    return parts + ends + sum(len(one.arguments) for one in found.events)


def test_a_view_shows_the_layers_of_its_config_alone(built: Path) -> None:
    for whole in source.read(built, "train")["train"]:
        names = source.view(whole, "ner")
        assert {item.mention_type for item in names.annotations.mentions} == {"name"}
        assert not names.annotations.events and "attributions" not in names.row
        assert names.annotations.layers == ("entity",)
        only = source.view(whole, "attribution")
        assert only.annotations.attributions == whole.annotations.attributions
        assert not only.annotations.mentions and not only.annotations.stances
        assert source.view(whole, "documents") is whole


def test_a_config_that_a_format_cannot_show_is_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--data", str(built), "--out", str(tmp_path / "out")]
    assert main(["export", "brat", *args, "--config", "stance"]) == 0
    assert main(["export", "conll", *args, "--config", "attribution"]) == 2
    assert "no place for anything that the config attribution shows" in capsys.readouterr().err
    assert main(["export", "csv", *args, "--config", "ner"]) == 2
    assert "tables of its own" in capsys.readouterr().err
    assert main(["export", "brat", *args, "--config", "nre"]) == 2
    assert "nearest is 'ner'" in capsys.readouterr().err


# ---------------------------------------------------------------------- reading
TEXT = "Ida Holm told the port\nthat Per Dahl does not fear Lisvik.\n"


def reading(tmp_path: Path, lines: str, text: str = TEXT, **more: str) -> Any:
    (tmp_path / "doc.txt").write_bytes(text.encode())
    (tmp_path / "doc.ann").write_bytes(lines.encode())
    (found,) = brat.read(tmp_path, **more)
    return found


def test_every_kind_of_line_that_brat_has_is_read(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        "T1\tPER 0 8\tIda Holm\r\n"
        "T2\tPER 28 36\tPer Dahl\n"
        "T3\tFear 46 50\tfear\n"
        "T4\tLOC 14 17;18 22\tthe port\n"
        "\n"
        "E1\tFear:T3 Agent:T2 Theme:T1 Theme2:T4\n"
        "R1\tknows Arg2:T2 Arg1:T1\n"
        "R2\tcoref Anaphora:T3 Antecedent:T1\n"
        "*\tEquiv T1 T2 T4\n"
        "A1\tNegation E1\n"
        "M1\tSpeculation T3\n"
        "A2\tDegree T1 very high\n"
        "N1\tReference T1 Wikidata:Q5\tIda\n"
        "N2\tReference Referent:GeoNames:12 Annotation:T4\tport\n"
        "#1\tAnnotatorNotes T1\twho is she?\n"
        "#2\tAnnotatorNotes T1\ta mayor\n",
    )
    assert found.faults == []
    marks = {mark.id: mark for mark in found.marks}
    assert list(marks) == ["T1", "T2", "T4", "E1"]
    assert marks["T4"].spans == [(14, 22)], "white space alone parts no fragments"
    assert marks["E1"].label == "Fear" and marks["E1"].where == "doc.ann:6"
    assert marks["E1"].attributes == {"Negation": "true", "Speculation": "true"}
    assert marks["T1"].attributes == {
        "Degree": "very high",
        "entity": "Q5",
        "note": "who is she? / a mayor",
    }
    assert marks["T4"].attributes == {"entity": "GeoNames:12"}
    links = [(link.head, link.label, link.tail, link.where) for link in found.links]
    assert links == [
        ("E1", "Agent", "T2", "doc.ann:6"),
        ("E1", "Theme", "T1", "doc.ann:6"),
        ("E1", "Theme2", "T4", "doc.ann:6"),
        ("T1", "knows", "T2", "doc.ann:7"),
        ("E1", "coref", "T1", "doc.ann:8"),
        ("T1", "Equiv", "T2", "doc.ann:9"),
        ("T2", "Equiv", "T4", "doc.ann:9"),
    ]


def test_fragments_keep_the_order_in_which_the_file_shows_their_words(tmp_path: Path) -> None:
    lines = "T1\tContent 37 57;0 8\tdoes not fear Lisvik Ida Holm\n"
    (mark,) = reading(tmp_path, lines).marks
    assert (mark.spans, mark.text) == ([(37, 57), (0, 8)], "does not fear Lisvik Ida Holm")
    made, unknown = through.converted(Standoff("doc", TEXT, [mark]))
    assert not made.incidents and not unknown.counts
    found = [(item["value"]["start"], item["value"]["end"]) for item in made.results]
    assert found == [(0, 8), (37, 57)], "in text order"
    # Parts that an annotator added from behind are one span all the same.
    (mark,) = reading(tmp_path, "T1\tPERSON 4 8;0 3\tHolm Ida\n").marks
    made, _ = through.converted(Standoff("doc", TEXT, [mark]))
    assert [item["value"]["text"] for item in made.results] == ["Ida Holm"]


def test_a_span_over_lines_stays_in_the_parts_that_brat_made_of_it(tmp_path: Path) -> None:
    (mark,) = reading(tmp_path, "T1\tContent 9 17;18 22;23 36\ttold the port that Per Dahl\n").marks
    assert mark.spans == [(9, 22), (23, 36)], "no span goes over the end of a paragraph"


@given(st.integers(0, 10**20), st.integers(0, 10**20), st.sampled_from(["", " "]), st.booleans())
def test_offsets_are_read_alike_in_every_form_of_a_line(
    start: int, end: int, space: str, zero: bool
) -> None:
    lead = "0" if zero else ""
    body = f"PER {space}{lead}{start} {space}{end}{space}"
    with TemporaryDirectory() as folder:
        found = reading(Path(folder), f"T1\t{body}\tIda\n")
    if max(len(f"{lead}{start}"), len(str(end))) > 18:
        assert [fault.code for fault in found.faults] == ["I002"] and not found.marks
    else:
        assert [(mark.label, mark.spans) for mark in found.marks] == [("PER", [(start, end)])]


def test_who_annotated_and_when_it_was_published_may_stand_in_the_files_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "lisvik_2016-09-08_quay.txt").write_text(TEXT, "utf-8")
    (tmp_path / "lisvik_2016-09-08_quay_ab12.ann").write_text("", "utf-8")
    (found,) = brat.read(
        tmp_path, annotator="_([0-9a-f]{4})$", published="_([0-9]{4}-[0-9]{2}-[0-9]{2})_"
    )
    assert (found.doc_id, found.annotator) == ("lisvik_2016-09-08_quay", "ab12")
    assert found.about == {"published": "2016-09-08"}


def test_lines_that_cannot_be_read_are_faults_at_their_place(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        "T1\tPER 0 8\tIda Holm\nT1\tPER 0 3\tIda\nT2 PER 0 3 Ida\nT3\tPER 0-3\tIda\n"
        "E1\tFear:T9 Agent:T1\nE2\tFear\nA1\tNegation E7\nA2\tNegation\nR1\tknows Arg1:T1\n"
        "N1\tReference T1 Q5\tIda\n*\tEquiv T1\n?\tnothing\n#1\tAnnotatorNotes T9\tgone\n"
        "A3\tDegree T1 low\nA4\tDegree T1 high\n",
    )
    assert [(fault.code, fault.line, fault.item) for fault in found.faults] == [
        ("I003", 2, "T1"),
        ("I002", 3, None),
        ("I002", 4, "T3"),
        ("I002", 6, "E2"),
        ("I002", 12, None),
        ("I004", 5, "E1"),
        ("I004", 7, "A1"),
        ("I002", 8, "A2"),
        ("I002", 9, "R1"),
        ("I002", 10, "N1"),
        ("I002", 11, "*"),
        ("I004", 13, "#1"),
        ("I003", 15, "A4"),
    ]
    assert [mark.id for mark in found.marks] == ["T1"]


def test_folders_may_nest_and_files_come_in_parts(tmp_path: Path) -> None:
    for name in ("a/doc", "b/doc", "empty"):
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, "utf-8")
    (tmp_path / "a/doc.a1").write_text("T1\tPER 0 8\tIda Holm\n", "utf-8")
    (tmp_path / "a/doc.a2").write_text("T2\tFear 46 50\tfear\nE1\tFear:T2 Agent:T1\n", "utf-8")
    (tmp_path / "b/doc.ann").write_text("T1\tPER 0 8\tIda Holm\n", "utf-8")
    (tmp_path / "empty.ann").write_text("", "utf-8")
    found = {item.doc_id: item for item in brat.read(tmp_path)}
    assert set(found) == {"a/doc", "b/doc", "empty"}
    assert [(mark.id, mark.where) for mark in found["a/doc"].marks] == [
        ("T1", "a/doc.a1:1"),
        ("E1", "a/doc.a2:2"),
    ]
    assert count(found["empty"]) == 0
    with pytest.raises(IncidentError, match="I001 no annotation files"):
        list(brat.read(tmp_path / "nowhere"))


def test_what_was_moved_in_brat_keeps_its_id_and_gets_the_new_place(tmp_path: Path) -> None:
    text = "Ida Holm\nsaid no.\n"
    found = Annotations("doc", "", len(text), ("attribution",))
    found.attributions = [Attribution("a1", [(0, 12)], [], [(14, 16)])]
    (first, *_), folder = written(tmp_path, found, text), tmp_path / "doc.ann"
    assert first == "T1\tCue 0 8;9 12\tIda Holm sai"
    moved = folder.read_text("utf-8").replace("Cue 0 8;9 12\tIda Holm sai", "Cue 9 13\tsaid")
    folder.write_text(moved, "utf-8")
    (back,) = brat.read(folder)
    assert [(mark.id, mark.spans) for mark in back.marks] == [
        ("a1-c1", [(14, 16)]),
        ("a1", [(9, 13)]),
    ]


@given(st.data())
def test_damaged_files_never_crash_and_nothing_is_lost_silently(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    with TemporaryDirectory() as folder:
        written(Path(folder), found, text)
        path = Path(folder) / data.draw(
            st.sampled_from(["doc.ann", "doc.ann", "doc.txt", "parley.json"])
        )
        raw = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 12))):
            if raw:
                at = data.draw(st.integers(0, len(raw) - 1))
                raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        path.write_bytes(raw)
        (back,) = brat.read(Path(folder))
    made, _ = through.converted(back)
    assert len(made.items) == count(back)
    assert all(item.rejected == bool(item.codes) or item.codes == ["I022"] for item in made.items)
    for item in made.items:
        assert item.rejected or item.results or item.follows is not None
