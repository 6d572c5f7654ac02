"""`parley correct`: record, failing check, gold, changelog; and that nothing undoes it unseen."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from parley import article, changelog, document, json_io, ontology
from parley.checks.run import check_project
from parley.cli import _run, main
from parley.codes import codes
from parley.corrections.record import read_all
from parley.document import Annotations
from parley.project import Project
from tests.checks import project as base

ROOT = Path(__file__).parents[2]
EXPORT = "annotations/exports/pilot/ann-a.json"
WHY = ("--reason", "A number of people is a quantity", "--by", "A. Reader")
#: `QUANTITY` where the base project's gold says `CARDINAL`.
SET = ("set", "harbour-wire", "m4", "type", "QUANTITY", *WHY)
#: The base project's one stance, with the pronoun and the nominal that only it needs.
NO_STANCE = ("--remove", "s1", "--remove", "m7", "--remove", "m8")
RECORD = "annotations/corrections/0001-a-number-of-people-is-a-quantity.toml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "project"
    base.copy(found)
    return found


def correct(root: Path, step: str, *args: str) -> int:
    return _run.command(["correct", step, "--root", str(root), *args], ["correct"])


def gold(root: Path, doc_id: str = "harbour-wire") -> Annotations:
    path = root / "annotations" / "gold" / f"{doc_id}.json"
    return document.from_dict(json_io.loads(path.read_bytes()))


def said(root: Path, item: str, doc_id: str = "harbour-wire") -> Any:
    found = gold(root, doc_id)
    every: list[Any] = [*found.mentions, *found.events, *found.attributions, *found.stances]
    return next((each for each in every if each.id == item), None)


def faults(root: Path) -> list[str]:
    return [str(each) for each in check_project(Project(root))]


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_set_takes_every_step_and_says_each(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert correct(root, *SET) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"recorded: {RECORD}"
    assert out[1:3] == [
        "gold does not hold it yet, as it should be:",
        "  V012 gold does not hold the correction: m4 type; got 'CARDINAL'; expected 'QUANTITY'",
    ]
    assert out[3] == "corrected: annotations/gold/harbour-wire.json"
    day = tomllib.loads((root / RECORD).read_text("utf-8"))["date"].isoformat()
    line = (
        f"{day}: correction 0001 (harbour-wire): m4 type CARDINAL → QUANTITY. A number of people "
        "is a quantity."
    )
    assert out[4] == f"changelog: {line}"
    assert out[5] == (
        f"next: parley check, then commit {RECORD} annotations/gold/harbour-wire.json "
        "corpus/CHANGELOG.md"
    )
    assert said(root, "m4").type == "QUANTITY"
    assert gold(root).provenance["corrections"] == {Path(RECORD).stem: ["m4"]}
    assert changelog.entries(root / "corpus" / "CHANGELOG.md")[0].lines == (line,)
    assert faults(root) == []


def test_a_record_fails_until_it_is_applied_and_applying_twice_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / "annotations" / "gold" / "harbour-wire.json").read_bytes()
    change = ("--change", "m4", "type", "QUANTITY")
    assert correct(root, "new", "harbour-wire", *change, *WHY) == 0
    assert (root / "annotations" / "gold" / "harbour-wire.json").read_bytes() == before
    fault = (
        f"{RECORD}: V012 [harbour-wire] gold does not hold the correction: m4 type; got "
        "'CARDINAL'; expected 'QUANTITY'; run `parley correct apply 0001`"
    )
    assert faults(root) == [fault]
    capsys.readouterr()
    assert correct(root, "check") == 1
    assert capsys.readouterr().err == fault + "\n"
    assert correct(root, "apply", "1") == 0
    assert correct(root, "check") == 0
    now = files(root)
    capsys.readouterr()
    assert correct(root, "apply", "--all") == 0
    assert capsys.readouterr().out == "gold holds them already; nothing was written\n"
    assert files(root) == now


def test_an_ingest_of_the_same_export_does_not_undo_a_correction_unseen(root: Path) -> None:
    correct(root, *SET)
    corrected = (root / "annotations" / "gold" / "harbour-wire.json").read_bytes()
    log = (root / "corpus" / "CHANGELOG.md").read_bytes()
    assert main(["ingest", str(root / EXPORT), "--root", str(root)]) == 0
    assert said(root, "m4").type == "CARDINAL"
    assert [fault.split(": ")[1][:4] for fault in faults(root)] == ["V012"]
    assert correct(root, "apply", "--all") == 0
    assert (root / "annotations" / "gold" / "harbour-wire.json").read_bytes() == corrected
    assert (root / "corpus" / "CHANGELOG.md").read_bytes() == log
    assert faults(root) == []


def test_an_edit_of_gold_by_hand_is_found_in_a_corrected_document_too(root: Path) -> None:
    correct(root, *SET)
    path = root / "annotations" / "gold" / "harbour-wire.json"
    found = gold(root)
    found.mentions[-1].type = "NORP"
    text = article.read(next(root.glob("corpus/articles/*/harbour-wire.txt")), root).text
    path.write_bytes(document.dump(found, text))
    assert faults(root) == [
        "annotations/gold/harbour-wire.json: P323 [harbour-wire] not what its export gives and its "
        f"corrections make of it: {EXPORT}; run `parley ingest` on the export, then "
        "`parley correct apply --all`; never edit the file"
    ]


def test_every_kind_of_edit_is_made(root: Path) -> None:
    edits = [
        {"op": "remove", "layer": "arguments", "id": "e2", "role": "quantity", "target": "m4"},
        {"op": "remove", "id": "m4"},
        {"op": "change", "id": "m5", "field": "span", "to": {"quote": "Two dockers"}},
        {
            "op": "add",
            "layer": "mentions",
            "id": "c1",
            "at": {"quote": "Lisvik"},
            "type": "FAC",
        },
        {"op": "add", "layer": "arguments", "id": "e2", "role": "location", "target": "c1"},
        {
            "op": "change",
            "id": "a1",
            "field": "content",
            "to": [{"quote": "A fire closed the grain harbour"}, {"quote": "on 4 March"}],
        },
        {
            "op": "add",
            "layer": "stances",
            "id": "c2",
            "at": {"quote": "closed"},
            "label": "AGAINST",
            "target": "c1",
        },
    ]
    args = [word for edit in edits for word in ("--edit", json.dumps(edit))]
    assert correct(root, "new", "harbour-wire", *WHY, *args) == 0
    assert correct(root, "apply", "1") == 0
    assert said(root, "m4") is None
    text = article.read(next(root.glob("corpus/articles/*/harbour-wire.txt")), root).text
    assert text is not None
    assert text[said(root, "m5").start : said(root, "m5").end] == "Two dockers"
    assert {(arg.role, arg.target) for arg in said(root, "e2").arguments} == {
        ("recipient", "m5"),
        ("location", "c1"),
    }
    assert len(said(root, "a1").content) == 2
    assert said(root, "c2").attribution == "a1", "what follows from others is derived anew"
    assert correct(root, "check") == 0
    [record] = read_all(Project(root))[0]
    assert record.edits[1]["from"] == {
        "at": {"quote": "Two"},
        "type": "CARDINAL",
        "mention_type": "name",
    }
    assert record.edits[2]["from"] == {"quote": "dockers"}


def test_gold_of_an_adjudication_goes_on_saying_where_every_annotation_comes_from(
    root: Path,
) -> None:
    path = root / "annotations" / "gold" / "bridge-daily.json"
    found = gold(root, "bridge-daily")
    every: list[Any] = [*found.mentions, *found.events, *found.attributions, *found.stances]
    origin = {item.id: "agreed" for item in every}
    found.provenance["adjudication"] = {"origin": origin, "counts": {"agreed": len(origin)}}
    text = article.read(next(root.glob("corpus/articles/*/bridge-daily.txt")), root).text
    path.write_bytes(document.dump(found, text))
    add = {"op": "add", "layer": "mentions", "id": "c1", "at": {"quote": "quay"}, "type": "FAC"}
    change = ("--change", "m3", "type", "LOC", "--change", "m3", "entity", "")
    args = (*change, *NO_STANCE, "--edit", json.dumps(add), *WHY)
    assert correct(root, "new", "bridge-daily", *args) == 0
    assert correct(root, "apply", "1") == 0
    told = gold(root, "bridge-daily").provenance["adjudication"]
    assert told["origin"]["m3"] == "edited" and told["origin"]["c1"] == "new"
    assert "s1" not in told["origin"]
    assert told["counts"] == {"agreed": len(origin) - 4, "edited": 1, "new": 1}


def test_a_withheld_document_is_corrected_by_offsets_without_its_text(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert correct(root, "set", "ferry-note", "a1", "source_kind", "collective", *WHY) == 0
    mention = said(root, "m1", "ferry-note")
    span = f"{mention.start}-{mention.end - 3}"
    assert correct(root, "set", "ferry-note", "m1", "span", span, *WHY) == 0
    assert b'"text"' not in (root / "annotations" / "gold" / "ferry-note.json").read_bytes()
    assert said(root, "m1", "ferry-note").end == mention.end - 3
    log = (root / "corpus" / "CHANGELOG.md").read_text("utf-8")
    assert "correction 0002 (ferry-note): m1 span moved." in " ".join(log.split())
    assert faults(root) == []


def test_a_hydrated_text_is_quoted_in_no_record(root: Path) -> None:
    from tests.checks.base import FERRY

    texts = root / "corpus" / "texts"
    texts.mkdir()
    (texts / "ferry-note.txt").write_text(FERRY, "utf-8")
    assert correct(root, "set", "ferry-note", "m1", "value", "2024-03", *WHY) == 0
    assert correct(root, "new", "ferry-note", "--remove", "a1", *WHY) == 0
    records = "".join(path.read_text("utf-8") for path in root.glob("annotations/corrections/*"))
    for words in ("Thursday", "company", "ferry line", "said"):
        assert words in FERRY and words not in records


def test_nothing_is_written_where_anything_is_refused(root: Path) -> None:
    before = files(root)
    refused: list[tuple[str, ...]] = [
        ("set", "harbour-wire", "m4", "type", "CARDINAL", *WHY),
        ("set", "harbour-wire", "m4", "type", "NUMBER", *WHY),
        ("set", "harbour-wire", "m99", "type", "GPE", *WHY),
        ("new", "harbour-wire", "--remove", "m1", *WHY),
        ("new", "harbour-wire", "--change", "m4", "type", "GPE", "--remove", "m98", *WHY),
    ]
    for args in refused:
        assert correct(root, *args) == 1, args
    wrong: list[tuple[str, ...]] = [
        ("set", "harbor-wire", "m4", "type", "GPE", *WHY),
        ("new", "harbour-wire", *WHY),
        ("new", "harbour-wire", "--edit", "{", *WHY),
        ("new", "harbour-wire", "--edit", "[]", *WHY),
        ("set", "harbour-wire", "m4", "type", "QUANTITY", "--reason", " ", "--by", "A"),
        ("apply",),
        ("apply", "1", "--all"),
    ]
    for args in wrong:
        assert correct(root, *args) == 2, args
    assert files(root) == before


def test_all_documents_are_corrected_or_none(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert correct(root, "new", "bridge-daily", *NO_STANCE, *WHY) == 0
    change = ("--change", "m4", "type", "QUANTITY")
    assert correct(root, "new", "harbour-wire", *change, *WHY) == 0
    path = root / "annotations" / "gold" / "harbour-wire.json"
    path.write_bytes(path.read_bytes().replace(b'"CARDINAL"', b'"ORDINAL"'))
    before = files(root)
    capsys.readouterr()
    assert correct(root, "apply", "--all") == 1
    assert "V013" in capsys.readouterr().err
    assert files(root) == before
    assert correct(root, "apply", "1") == 0
    assert said(root, "s1", "bridge-daily") is None


def test_list_and_show_say_what_holds(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    correct(root, *SET)
    correct(root, "new", "bridge-daily", *NO_STANCE, *WHY)
    capsys.readouterr()
    assert correct(root, "list", "--json") == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["number"], row["holds"]) for row in rows] == [(1, True), (2, False)]
    assert rows[1]["edits"] == [
        "stance s1 AGAINST removed",
        "mention m7 PERSON removed",
        "mention m8 ORG removed",
    ]
    assert correct(root, "list") == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "holds          harbour-wire: m4 type CARDINAL → QUANTITY" in first
    assert "does not hold  bridge-daily: stance s1 AGAINST removed" in second
    assert correct(root, "show", "1") == 0
    assert capsys.readouterr().out.endswith('to = "QUANTITY"\n\ngold holds it\n')
    assert correct(root, "show", "2", "--json") == 1
    assert json.loads(capsys.readouterr().out)["edit"][0]["id"] == "s1"


def test_questions_are_asked_on_a_terminal_only(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = "m98\nm4\ncolour\nm4\ntype\nQUANTITY\n\nbecause it is one\n"
    monkeypatch.setattr("sys.stdin", Terminal(answers))
    assert correct(root, "new", "harbour-wire", "--by", "A. Reader") == 0
    [record] = read_all(Project(root))[0]
    assert (record.reason, record.by) == ("because it is one", "A. Reader")
    assert record.edits == (
        {"op": "change", "id": "m4", "field": "type", "from": "CARDINAL", "to": "QUANTITY"},
    )
    err = capsys.readouterr().err
    assert "gold has no annotation 'm98'" in err and "mentions have no field 'colour'" in err


# -- the exact message of each code


def write(root: Path, text: str, name: str = "0001-made.toml") -> None:
    path = root / "annotations" / "corrections" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def made(root: Path, edit: str, *, doc_id: str = "harbour-wire", **members: str) -> str:
    """A record with one edit."""
    sha256 = gold(root, "harbour-wire").sha256
    if (root / "annotations" / "gold" / f"{doc_id}.json").is_file():
        sha256 = gold(root, doc_id).sha256
    head = {"document": doc_id, "sha256": sha256, "by": "A. Reader", "reason": "made"} | members
    lines = [f'{key} = "{value}"' for key, value in head.items()]
    return "\n".join([*lines, "date = 2026-01-02", "[[edit]]", edit])


CHANGE = 'op = "change"\nid = "m4"\nfield = "type"\nfrom = "CARDINAL"\nto = "QUANTITY"'
FILE = "annotations/corrections/0001-made.toml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("document = ", f"{FILE}: V010 not TOML: Invalid value (at end of document)"),
        (
            CHANGE.replace("change", "alter"),
            f"{FILE}: V010 [edit/m4/op] 'op' is none of the allowed values; got 'alter'; expected "
            "change, add or remove",
        ),
        (
            CHANGE.replace("field", "fields"),
            f"{FILE}: V010 [edit/m4] unknown member; got 'fields'",
        ),
        (
            'op = "change"\nid = "m4"',
            f"{FILE}: V010 [edit/0] member 'field' is missing in op 'change'",
        ),
        (
            CHANGE + '\nlabel = "AGAINST"',
            f"{FILE}: V010 [edit/0] op 'change' has no such member; got 'label'; expected field, "
            "from, id, op, to",
        ),
        (
            CHANGE.replace("m4", "m44"),
            f"{FILE}: V011 [harbour-wire/edit/0] gold has no annotation of this id; got 'm44'; "
            "nearest is 'm4'; if the document was annotated anew, look whether the correction is "
            "still needed, then name the new id or remove the record",
        ),
        (
            CHANGE.replace('"type"', '"typ"'),
            f"{FILE}: V011 [harbour-wire/edit/0] mentions have no such field that can be changed; "
            "got 'typ'; expected span, type, mention_type, entity or value; nearest is 'type'",
        ),
        (
            CHANGE.replace("CARDINAL", "QUANTITY"),
            f"{FILE}: V011 [harbour-wire/edit/0] the edit changes nothing; m4 type: 'QUANTITY'",
        ),
        (
            'op = "change"\nid = "m4"\nfield = "span"\nfrom = {quote = "Two"}\nto = "Two dockers"',
            f"{FILE}: V011 [harbour-wire/edit/0] no place; got 'Two dockers'; expected "
            '{quote = "…"} or {start = …, end = …}',
        ),
        (
            'op = "change"\nid = "m4"\nfield = "span"\nfrom = {quote = "Two"}\n'
            'to = {quote = "Three"}',
            f"{FILE}: V011 [harbour-wire/edit/0] not in the text: 'Three' (Q001)",
        ),
        (
            'op = "add"\nlayer = "mentions"\nid = "c1"\ntype = "GPE"',
            f"{FILE}: V011 [harbour-wire/edit/0] the new one of mentions lacks at",
        ),
        (
            CHANGE,
            f"{FILE}: V012 [harbour-wire] gold does not hold the correction: m4 type; got "
            "'CARDINAL'; expected 'QUANTITY'; run `parley correct apply 0001`",
        ),
    ],
)
def test_v010_to_v012_are_found_by_the_check(root: Path, text: str, message: str) -> None:
    write(root, made(root, text) if text.startswith("op") else text)
    [found] = faults(root)
    assert found.startswith(message)


def test_v010_names_and_numbers_of_files(root: Path) -> None:
    write(root, made(root, CHANGE), "first.toml")
    write(root, made(root, CHANGE))
    write(root, made(root, CHANGE), "0001-other.toml")
    assert correct(root, "apply", "1") == 0
    folder = "annotations/corrections"
    assert faults(root) == [
        f"{folder}/0001-other.toml: V010 [harbour-wire] the number of another correction; got "
        f"'0001'; the other is {FILE}; give this one the next number",
        f"{folder}/first.toml: V010 not the name of a correction; got 'first.toml'; expected "
        "NNNN-words.toml",
    ]


def test_v011_a_document_that_is_not_there(root: Path) -> None:
    write(root, made(root, CHANGE, doc_id="harbor-wire"))
    assert faults(root) == [
        f"{FILE}: V011 [harbor-wire] no such document; got 'harbor-wire'; nearest is 'harbour-wire'"
    ]


def test_v013_gold_that_the_record_does_not_know(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, made(root, CHANGE.replace("CARDINAL", "ORDINAL")))
    assert correct(root, "apply", "1") == 1
    assert capsys.readouterr().err == (
        f"{FILE}: V013 [harbour-wire] gold is not what the correction was made on: m4 type; got "
        "'CARDINAL'; expected 'ORDINAL'; look at the document; change the record, or remove it\n"
        "parley correct: nothing was written\n"
    )


def test_v014_another_text(root: Path) -> None:
    now = gold(root).sha256
    write(root, made(root, CHANGE, sha256="0" * 64))
    assert faults(root) == [
        f"{FILE}: V014 [harbour-wire] the text is not the one that the correction was made on; got "
        f"{now!r}; expected the digest {'0' * 64!r}; look whether it still holds; then give the "
        "record the new digest"
    ]


def test_v015_a_correction_that_breaks_the_document(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert correct(root, "new", "harbour-wire", "--remove", "m1", *WHY) == 1
    err = capsys.readouterr().err
    assert err.startswith(
        f"{RECORD}: V015 [harbour-wire] the document's check would find P302 [e1] "
    )
    assert err.endswith(
        "give another value, or correct that too in the same record\n"
        "parley correct: nothing was written\n"
    )


def test_v016_a_chain_that_is_broken(root: Path) -> None:
    write(root, made(root, CHANGE))
    assert correct(root, "apply", "1") == 0
    write(root, made(root, CHANGE.replace('to = "QUANTITY"', 'to = "ORDINAL"')), "0002-more.toml")
    assert faults(root) == [
        "annotations/corrections/0002-more.toml: V016 [harbour-wire/edit/0] the correction does "
        "not go on where the one before ended: m4 type; got 'CARDINAL'; expected 'QUANTITY', as "
        "0001-made has it"
    ]


def test_v017_words_of_a_withheld_text(root: Path) -> None:
    edit = 'op = "change"\nid = "m1"\nfield = "span"\nfrom = {quote = "a"}\nto = {quote = "b"}'
    write(root, made(root, edit, doc_id="ferry-note"))
    assert set(faults(root)) == {
        f"{FILE}: V017 [ferry-note/edit/0] the correction quotes a withheld text, which records "
        "are not to repeat; expected {start = …, end = …}"
    }


def test_v018_a_number_that_no_record_has(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert correct(root, "show", "12") == 2
    assert capsys.readouterr().err == (
        "annotations/corrections: V018 no correction of this number that can be read; got '0012'; "
        "`parley correct list` names all, `parley correct check` what is wrong\n"
    )


def test_v019_a_correction_of_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    correct(root, *SET)
    capsys.readouterr()
    edit = {"op": "change", "id": "m4", "field": "type", "from": "CARDINAL", "to": "QUANTITY"}
    (root / RECORD).unlink()
    assert correct(root, "new", "harbour-wire", "--edit", json.dumps(edit), *WHY) == 1
    assert capsys.readouterr().err == (
        f"{RECORD}: V019 gold says so already: there is nothing to correct; look at "
        "`parley correct show` and at the document\nparley correct: nothing was written\n"
    )


def test_the_codes_of_corrections_are_explained() -> None:
    for number in range(10, 20):
        code = codes()[f"V{number:03}"]
        assert code.title and code.explain.endswith(".") and code.bad and code.good
        assert len(code.title) <= 70


def test_every_correction_of_the_corpus_holds() -> None:
    project = Project(ROOT)
    from parley import correcting

    records, found = correcting.check(project)
    assert found == []
    named = list((ROOT / "annotations" / "corrections").glob("[0-9]*.toml"))
    assert len(records) == len(named)


def test_the_record_that_the_readme_shows_is_one(root: Path) -> None:
    text = (ROOT / "annotations" / "corrections" / "README.md").read_text("utf-8")
    example = "\n".join(
        line[4:] for line in text.split("## The record")[1].split("There are three")[0].splitlines()
    )
    write(root, example.replace('"…"', f'"{gold(root).sha256}"'))
    [record], wrong = read_all(Project(root))
    assert wrong == [] and record.edits[0]["to"] == "GPE"


def test_the_schema_of_corrections_has_a_file() -> None:
    from parley import schemas

    scheme = ontology.load()
    path = ROOT / "schema" / "correction.schema.json"
    assert path.read_bytes() == schemas.files(scheme)["correction.schema.json"]


@pytest.mark.parametrize("place", [RECORD, "annotations/corrections", "annotations"])
def test_a_record_can_be_checked_alone_and_in_its_folder(root: Path, place: str) -> None:
    assert correct(root, *SET) == 0
    assert check_project(Project(root), paths=[root / place]) == []
    path = root / "annotations" / "gold" / "harbour-wire.json"
    path.write_text(path.read_text().replace("QUANTITY", "CARDINAL"))
    found = check_project(Project(root), paths=[root / place])
    assert [(each.code, each.file) for each in found if each.code[0] == "V"] == [("V012", RECORD)]
    (root / RECORD).write_text("document = ")
    found = check_project(Project(root), paths=[root / place])
    assert [(each.code, each.file) for each in found if each.code[0] == "V"] == [("V010", RECORD)]


def test_a_record_alone_is_told_its_own_faults_only(root: Path) -> None:
    assert correct(root, *SET) == 0
    (root / "annotations" / "corrections" / "0002-broken.toml").write_text("document = ")
    assert check_project(Project(root), paths=[root / RECORD]) == []
