"""The import of foreign files: whole projects, mappings, units, several annotators."""

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import files, json_io, ontology
from parley.cli import _run
from parley.document import Annotations, canonical, from_dict
from parley.formats import brat, doccano, labelstudio_other
from parley.formats.standoff import Link, Mark, Standoff
from parley.importing import mapping, starter, store, units
from parley.importing.convert import count
from parley.incidents import IncidentError
from parley.labelstudio.offsets import same_words, utf16
from parley.project import Project
from tests.checks import project as base
from tests.dataset.made_projects import a_project
from tests.importing import through
from tests.strategies import TEXTS, annotations, spans

ONTOLOGY = ontology.load()
NEW = ["--form", "news", "--published", "2024-08-17", "--language", "en"]


def command(*args: object) -> int:
    return _run.command([str(arg) for arg in args], ["import", "export", "build", "check"])


def gold(root: Path, doc_id: str) -> Annotations:
    return from_dict(json_io.loads((root / f"annotations/gold/{doc_id}.json").read_bytes()))


# ---------------------------------------------------------------------- whole projects
def test_an_export_imported_into_a_new_project_builds_the_same_dataset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pyarrow.parquet as pq

    first, second, files = tmp_path / "first", tmp_path / "second", tmp_path / "files"
    # In other draws an event has the same argument twice, which an import folds.
    a_project(first, 6, lines=12, seed=1)
    fact = {"id": "F001", "story": "dry-dock"}
    (first / "corpus/facts.jsonl").write_text(json.dumps(fact) + "\n", "utf-8")
    # Made articles are no clean ones: the checks are left out on both sides.
    assert command("build", "--root", first, "--no-check", "--no-cache", "--jobs", 1) == 0
    data = first / "dist" / "parley"
    assert command("export", "brat", "--data", data, "--out", files) == 0
    for split in ("train", "validation", "test"):
        args = ["--out", second, "--registry", data / "registers"]
        assert command("import", "brat", files / split, *args) == 0, capsys.readouterr().err
    assert command("build", "--root", second, "--no-check", "--no-cache", "--jobs", 1) == 0
    tables = sorted(path.relative_to(data) for path in data.rglob("*.parquet"))
    assert tables
    for table in tables:
        ours, theirs = pq.read_table(data / table), pq.read_table(second / "dist/parley" / table)
        assert ours.equals(theirs), table


def test_a_project_made_by_an_import_is_checked_and_built_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    lines = ("Ida Holm left her boat.", "Every quay was shut for a week.", "Dockers sang on.")
    for split, line in zip(ONTOLOGY.splits, lines, strict=True):
        (folder / f"{split}.txt").write_text(f"Lisvik {split}\n{line}\n", "utf-8")
        (folder / f"{split}.ann").write_text(
            "T1\tGPE 0 6\tLisvik\nN1\tReference T1 Wikidata:Q1002\tLisvik\n", "utf-8"
        )
        args = ["--out", tmp_path / "new", "--split", split, "--story", f"story-{split}", *NEW]
        assert command("import", "brat", folder / f"{split}.ann", *args) == 0
    assert command("check", "--root", tmp_path / "new") == 0
    assert command("build", "--root", tmp_path / "new") == 0
    capsys.readouterr()
    rows = (tmp_path / "new/corpus/entities.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(row) for row in rows] == [
        {
            "id": "q1002",
            "name": "Lisvik",
            "type": "GPE",
            "qid": "Q1002",
            "variants": [],
            "role": None,
        }
    ]


def test_annotations_of_a_document_of_the_corpus_become_its_gold(tmp_path: Path) -> None:
    root = tmp_path / "project"
    base.copy(root)
    (root / "annotations/gold/harbour-wire.json").unlink()
    article = root / "corpus/articles/harbour-fire/harbour-wire.txt"
    text = article.read_text("utf-8").split("+++\n")[2]
    before = article.read_bytes()
    at = text.index("Lisvik")
    folder = tmp_path / "in"
    folder.mkdir()
    # Line ends of another system: brat counts them as one.
    (folder / "harbour-wire.txt").write_bytes(text.replace("\n", "\r\n").encode())
    (folder / "harbour-wire.ann").write_text(
        f"T1\tGPE {at} {at + 6}\tLisvik\nN1\tReference T1 entity:lisvik\tLisvik\n"
        f"A1\tmention_type T1 name\n",
        "utf-8",
    )
    assert command("import", "brat", folder, "--root", root) == 0
    (mention,) = gold(root, "harbour-wire").mentions
    assert (mention.start, mention.end, mention.entity) == (at, at + 6, "lisvik")
    assert article.read_bytes() == before
    ledger = json.loads((root / "annotations/ledger/in/import.json").read_bytes())
    assert (ledger["results"], ledger["kept"]) == (3, 3)
    assert command("check", "--root", root, "--level", 3) == 0
    # A second time is the same again; nothing is added.
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert command("import", "brat", folder, "--root", root) == 0
    assert files == {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_gold_of_another_export_stays_unless_it_is_told_to_give_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, folder = tmp_path / "project", tmp_path / "in"
    base.copy(root)
    folder.mkdir()
    article = root / "corpus/articles/harbour-fire/harbour-wire.txt"
    (folder / "harbour-wire.txt").write_text(article.read_text("utf-8").split("+++\n")[2], "utf-8")
    (folder / "harbour-wire.ann").write_text("T1\tOCCUR 0 4\tFire\nE1\tOCCUR:T1\n", "utf-8")
    before = gold(root, "harbour-wire")
    assert command("import", "brat", folder, "--root", root, "--json") == 1
    told = capsys.readouterr()
    assert "harbour-wire.ann: X060 [harbour-wire] gold annotations" in told.err
    (row,) = json.loads(told.out)[0]["exports"]
    assert (row["results"], row["rejected"], row["codes"]) == (1, 1, {"X060": 1})
    assert gold(root, "harbour-wire") == before
    assert command("import", "brat", folder, "--root", root, "--replace") == 0
    assert [item.type for item in gold(root, "harbour-wire").events] == ["OCCUR"]


def test_words_of_a_withheld_document_are_nowhere_in_the_project(tmp_path: Path) -> None:
    from tests.checks.base import FERRY

    root, folder = tmp_path / "project", tmp_path / "in"
    base.copy(root)
    (root / "annotations/gold/ferry-note.json").unlink()
    folder.mkdir()
    (folder / "ferry-note.txt").write_text(FERRY, "utf-8")
    at = FERRY.index("Thursday")
    (folder / "ferry-note.ann").write_text(
        f"T1\tDATE {at} {at + 8}\tThursday\nT2\tday {at} {at + 8}\tThursday\n", "utf-8"
    )
    before = {path for path in root.rglob("*") if path.is_file()}
    assert command("import", "brat", folder, "--root", root) == 1
    assert [item.start for item in gold(root, "ferry-note").mentions] == [at]
    new = {path for path in root.rglob("*") if path.is_file()} - before
    assert {path.name for path in new} == {"ferry-note.json", "import.json"}
    assert not any(b"Thursday" in path.read_bytes() for path in new)


def test_a_dry_run_and_a_list_of_labels_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "talks.txt").write_text("Ida Holm spoke.\n", "utf-8")
    (tmp_path / "talks.ann").write_text("T1\tPerson 0 8\tIda Holm\n", "utf-8")
    out = tmp_path / "new"
    assert command("import", "brat", tmp_path, "--out", out, "--dry-run", *NEW) == 1
    assert not out.exists()
    capsys.readouterr()
    assert command("import", "brat", tmp_path, "--list-labels") == 0
    told = capsys.readouterr().out
    assert '"Person" = "PERSON"  # 1\n' in told
    path = tmp_path / "made.toml"
    path.write_text(told, "utf-8")
    args = ["--labels", path, "--out", out, *NEW]
    assert command("import", "brat", tmp_path / "talks.ann", *args) == 0
    assert [item.type for item in gold(out, "talks").mentions] == ["PERSON"]


def test_a_folder_that_is_no_project_is_not_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    assert command("import", "brat", tmp_path, "--out", tmp_path) == 2
    assert "is neither empty nor a Parley project" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]
    assert command("import", "brat", tmp_path / "gone", "--out", tmp_path / "new") == 2
    assert "gone: I001 no such file or folder" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    args = ["--out", tmp_path / "new", "--form", "nws", "--split", "dev", "--round", "A B"]
    assert command("import", "brat", tmp_path, *args) == 2
    assert [line[:30] for line in capsys.readouterr().err.splitlines()] == [
        "parley import: bad --round; go",
        "parley import: bad --split; go",
        "parley import: bad --form; got",
    ]


def test_texts_that_no_article_can_hold_are_refused_or_made_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "talks.txt").write_text("Ida\x0cHolm spoke.\n", "utf-8")
    (tmp_path / "talks.ann").write_text("T1\tPERSON 0 8\tIda\x0cHolm\n", "utf-8")
    out = tmp_path / "new"
    assert command("import", "brat", tmp_path / "talks.ann", "--out", out, *NEW) == 1
    assert "talks.ann: P103 [talks] a control character" in capsys.readouterr().err
    assert not list(out.glob("corpus/articles/*/*"))
    (tmp_path / "map.toml").write_text('[text]\ncontrol = "space"\n', "utf-8")
    args = ["--labels", tmp_path / "map.toml", "--out", out, *NEW]
    assert command("import", "brat", tmp_path / "talks.ann", *args) == 0
    (path,) = out.glob("corpus/articles/*/*")
    assert path.read_text("utf-8").endswith("+++\nIda Holm spoke.\n")


def test_an_import_interrupted_at_any_write_and_run_again_makes_the_same_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    for name, words in (("first", "Ida Holm sang."), ("second", "Per Dahl slept.")):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.txt").write_text(f"{words}\n", "utf-8")
        (folder / name / f"{name}.ann").write_text(
            f"T1\tPERSON 0 8\t{words[:8]}\nN1\tReference T1 entity:{name}\t{words[:8]}\n", "utf-8"
        )

    def tree(root: Path) -> dict[str, bytes]:
        paths = (path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}

    steps: list[tuple[str, int]] = []

    def imported(root: Path) -> None:
        options = store.Options("round", form="news", published="2024-08-17", new=True)
        documents = brat.read(folder)
        tell = lambda step, number: steps.append((step, number))  # noqa: E731
        store.run(documents, Project(root), mapping.Scheme(ONTOLOGY), options, tell)

    imported(tmp_path / "whole")
    assert steps == [("read", 1), ("read", 2), ("mapped", 1), ("mapped", 2), ("written", 2)]
    whole = tree(tmp_path / "whole")
    write = files.write
    for stop in range(100):
        left = stop

        def interrupted(path: Path, data: bytes) -> None:
            nonlocal left
            if not left:
                raise KeyboardInterrupt
            left -= 1
            write(path, data)

        root = tmp_path / f"stopped-{stop}"
        monkeypatch.setattr(files, "write", interrupted)
        try:
            imported(root)
        except KeyboardInterrupt:
            monkeypatch.setattr(files, "write", write)
            imported(root)
            assert tree(root) == whole, stop
            continue
        break
    assert stop > 8, "every file was one that it stopped before"


# ---------------------------------------------------------------------- PolNeAR
NEWS = (
    "Per Dahl says bridge may stay shut\n\n"
    "“The span is unsafe,” Mayor Per Dahl said on Monday, “and we shall close it.”\n"
    "Ida Holm and the ferry company reportedly do think that he told dockers to wait.\n"
)


def polnear(
    root: Path, who: str, statements: list[tuple[str, list[tuple[str, list[str]]]]]
) -> None:
    """A document in PolNeAR's layout: `statements` are events with parts by their words."""
    lines: list[str] = []
    ids: dict[tuple[str, str], str] = {}
    number = 0

    def bound(label: str, words: list[str]) -> str:
        nonlocal number
        number += 1
        places = [(NEWS.index(part), NEWS.index(part) + len(part)) for part in words]
        shown = ";".join(f"{start} {end}" for start, end in places)
        lines.append(f"T{number}\t{label} {shown}\t{' '.join(words)}")
        return f"T{number}"

    for event, (label, parts) in enumerate(statements, 1):
        cue = next((words for role, words in parts if role == "Cue"), ["says"])
        ends: Counter[str] = Counter()
        roles = []
        for role, words in parts:
            key = (role, "|".join(words))
            ids.setdefault(key, "") or ids.update({key: bound(role, words)})
            ends[role] += 1
            roles.append(f"{role}{'' if ends[role] == 1 else ends[role]}:{ids[key]}")
        lines.append(f"E{event}\t{label}:{bound(label, cue[:1])} {' '.join(roles)}")
    for folder in ("text", "attributions"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "text" / "lisvik_2016-09-08_bridge-may-stay_.txt").write_text(NEWS, "utf-8")
    name = f"lisvik_2016-09-08_bridge-may-stay__{who}.ann"
    (root / "attributions" / name).write_text("\n".join(lines) + "\n", "utf-8")


HEADLINE = (
    "Attribution",
    [("Source", ["Per Dahl"]), ("Cue", ["says"]), ("Content", ["bridge may stay shut"])],
)
SPLIT_QUOTE = (
    "Attribution",
    [
        ("Content", ["“The span is unsafe,”", "“and we shall close it.”"]),
        ("Source", ["Mayor Per Dahl"]),
        ("Cue", ["said on Monday"]),
    ],
)
OUTER = (
    "Attribution",
    [
        ("Source", ["Ida Holm"]),
        ("Source", ["the ferry company"]),
        ("Cue", ["reportedly", "think"]),
        ("Content", ["that he told dockers to wait"]),
    ],
)
INNER = (
    "Attribution",
    [("Source", ["he"]), ("Cue", ["told"]), ("Content", ["dockers to wait"])],
)
NOBODY = ("Attribution-no-source", [("Cue", ["unsafe"]), ("Content", ["close it"])])


def test_polnear_arrives_as_attributions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    polnear(tmp_path / "data", "4b22", [HEADLINE, SPLIT_QUOTE, OUTER, INNER, NOBODY])
    out = tmp_path / "new"
    args = ["--labels", "polnear", "--out", out, *NEW]
    code = command("import", "brat", tmp_path / "data", *args)
    assert (code, capsys.readouterr().err) == (0, "")
    doc_id = "lisvik_2016-09-08_bridge-may-stay"
    found = gold(out, doc_id)
    assert found.layers == ("attribution",)
    assert found.provenance["annotator"] == "4b22"

    def words(parts: list[Any]) -> list[str]:
        return [NEWS[start:end] for start, end in parts]

    told = {
        words(item.cue)[0]: (
            *(words(item.source), words(item.cue), words(item.content)),
            *(item.style, item.source_kind),
        )
        for item in found.attributions
    }
    # "told" stands in the headline's words only once, as do the others.
    assert told == {
        "says": (["Per Dahl"], ["says"], ["bridge may stay shut"], "indirect", "named"),
        "said on Monday": (
            ["Mayor Per Dahl"],
            ["said on Monday"],
            ["“The span is unsafe,”", "“and we shall close it.”"],
            *("direct", "named"),
        ),
        "reportedly": (
            ["Ida Holm", "the ferry company"],
            ["reportedly", "think"],
            ["that he told dockers to wait"],
            *("indirect", "named"),
        ),
        "told": (["he"], ["told"], ["dockers to wait"], "indirect", "named"),
        "unsafe": ([], ["unsafe"], ["close it"], "indirect", "unnamed"),
    }
    outer, inner = (
        next(item for item in found.attributions if words(item.cue)[0] == cue)
        for cue in ("reportedly", "told")
    )
    assert inner.parent == outer.id
    ledger = json.loads((out / "annotations/ledger/data/4b22.json").read_bytes())
    # Each event, each part and each link from one to the other.
    parts = sum(len(parts) for _, parts in (HEADLINE, SPLIT_QUOTE, OUTER, INNER, NOBODY))
    assert ledger["results"] == ledger["kept"] == 5 + 2 * parts


def test_what_polnears_files_really_have_is_imported_checked_and_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fragments in the order of clicks, a quotation over lines, one trigger of two events of which
    one is empty, marks for a talk among annotators, dates in names, no line end at the text's end.
    """
    import pyarrow.parquet as pq

    out = tmp_path / "new"
    more = {
        "Lisvik": "Nets hung dry along both piers while gulls walked between empty crates. Nobody "
        "bought herring before noon, and children threw pebbles from a low wall of wet granite.",
        "Odrava": "Every window of this customs house has been boarded up since early autumn. A "
        "clerk keeps its keys under some brick, as his father did through forty wet winters.",
        "Ternholt": "Old people here remember how coal barges once came upriver. Their songs name "
        "each lock and each keeper, though most keepers drowned or left for better paid work.",
    }
    for split, town in zip(ONTOLOGY.splits, more, strict=True):
        text = (
            f"The ferry to {town} is expected to stop.\n\n{more[town]}\n\nThere are two things to "
            f"do, said Ida Holm:\n\nClose the quay of {town}\nSell the last boats"
        )
        at = {word: text.index(word) for word in ("is expected", "to stop", "said", "Ida Holm")}
        first, second = text.index("There are"), text.index("Close")
        last, end = text.index("Sell"), len(text)
        todo, quay, boats = text[first : at["said"] - 2], text[second : last - 1], text[last:]
        lines = [
            f"T1\tCue {at['is expected']} {at['is expected'] + 11}\tis expected",
            f"T2\tContent {at['to stop']} {at['to stop'] + 7};0 {13 + len(town)}"
            f"\tto stop The ferry to {town}",
            f"T3\tAttribution-no-source {at['is expected']} {at['is expected'] + 11}\tis expected",
            "E1\tAttribution-no-source:T3 ",
            "E2\tAttribution-no-source:T3 Cue:T1 Content:T2",
            f"T4\tCue {at['said']} {at['said'] + 4}\tsaid",
            f"T5\tSource {at['Ida Holm']} {at['Ida Holm'] + 8}\tIda Holm",
            f"T6\tContent {first} {at['said'] - 2};{second} {last - 1};{last} {end}"
            f"\t{todo} {quay} {boats}",
            f"T7\tAttribution {at['said']} {at['said'] + 4}\tsaid",
            "E4\tAttribution:T7 Content:T6 Cue:T4 Source:T5",
            f"T8\tDiscuss {first} {at['said'] - 2}\t{todo}",
        ]
        name = f"lisvik-post_2016-09-08_ferry-{town.lower()}-"
        for folder in ("text", "attributions"):
            (tmp_path / split / folder).mkdir(parents=True)
        (tmp_path / split / "text" / f"{name}.txt").write_text(text, "utf-8")
        path = tmp_path / split / "attributions" / f"{name}_4b22.ann"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        args = ["--labels", "polnear", "--form", "news", "--language", "en", "--out", out]
        assert command("import", "brat", tmp_path / split, *args) == 1
        (fault,) = capsys.readouterr().err.splitlines()
        assert fault.startswith(f"attributions/{name}_4b22.ann:4: I025 ")
    ledger = json.loads((out / f"annotations/ledger/{split}/4b22.json").read_bytes())
    assert (ledger["results"], ledger["kept"], ledger["rejected"]) == (14, 12, 2)
    assert command("check", "--root", out) == 0, capsys.readouterr()
    assert command("build", "--root", out) == 0, capsys.readouterr()
    (path,) = (out / "dist/parley/attribution").glob(f"{split}*.parquet")
    parts = ("cue", "source", "content")
    assert [
        {part: [one["text"] for one in row[part]] for part in parts}
        for row in pq.read_table(path).to_pylist()
    ] == [
        {"cue": ["is expected"], "source": [], "content": [f"The ferry to {town}", "to stop"]},
        {"cue": ["said"], "source": ["Ida Holm"], "content": [todo, quay, boats]},
    ]
    (path,) = (out / "corpus/articles" / split).iterdir()
    assert "published = 2016-09-08\n" in path.read_text("utf-8")


def test_the_starter_mapping_of_polnears_layout_imports_it_once_its_files_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    polnear(tmp_path / "data", "4b22", [HEADLINE, NOBODY])
    args = ["import", "brat", tmp_path / "data"]
    assert command(*args, "--list-labels") == 0
    starter_file = tmp_path / "own.toml"
    told = capsys.readouterr().out
    assert '"Attribution" = "attribution"  # 1\n"Attribution-no-source" = "attribution"' in told
    # The report of a text that is not where it was looked for says what the mapping must.
    (tmp_path / "data/text/lisvik.txt").write_text("Another.\n", "utf-8")
    starter_file.write_text(told, "utf-8")
    assert command(*args, "--labels", starter_file, "--out", tmp_path / "new", *NEW) == 1
    told_now = capsys.readouterr().err
    lines = "texts = \"../text\" and annotator = '_([0-9A-Za-z]+)$'"
    assert "nearest is '../text/lisvik_2016-09-08_bridge-may-stay_.txt'" in told_now
    assert f"give --labels a mapping with [files] {lines}" in told_now
    starter_file.write_text(f"{told}\n[files]\n" + lines.replace(" and ", "\n") + "\n", "utf-8")
    assert command(*args, "--labels", starter_file, "--out", tmp_path / "new", *NEW) == 0
    assert len(gold(tmp_path / "new", "lisvik_2016-09-08_bridge-may-stay").attributions) == 2


def test_nothing_is_derived_from_a_part_that_was_rejected() -> None:
    text = "“Yes,” said Ida Holm.\n“No,” she said, and left.\n"
    marks = [
        Mark("a", "", "Attribution", [(7, 11)]),
        Mark("s", "", "Source", [(12, 20)], text="Per Dahl"),
        Mark("c", "", "Content", [(0, 6)]),
        Mark("d", "", "Content", [(22, 27)], text="not the words"),
        Mark("b", "", "Attribution", [(32, 36)]),
        Mark("e", "", "Content", [(22, 27)]),
    ]
    links = [Link("a", "s", "Source"), Link("a", "c", "Content"), Link("a", "d", "Content")]
    links.append(Link("b", "e", "Content"))
    made, _ = through.converted(
        Standoff("doc", text, marks, links), mapping.load("polnear", ONTOLOGY)
    )
    assert [item.codes for item in made.items if item.codes] == [["I021"]] * 2 + [["I024"]] * 2
    told = [
        (item["id"], *item["value"]["choices"])
        for item in made.results
        if item["type"] == "choices"
    ]
    assert told == [("b", "direct"), ("b", "unnamed")]


def test_a_document_of_several_annotators_goes_to_a_round_without_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    polnear(tmp_path / "data", "4b22", [HEADLINE, SPLIT_QUOTE])
    polnear(tmp_path / "data", "ef2d", [HEADLINE])
    out = tmp_path / "new"
    args = ["--labels", "polnear", "--out", out, "--json", *NEW]
    assert command("import", "brat", tmp_path / "data", *args) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert [row["export"] for row in told["exports"]] == [
        "annotations/exports/data-shared/4b22.json",
        "annotations/exports/data-shared/ef2d.json",
    ]
    assert not (out / "annotations/gold").exists()
    from parley.agreement.read import read

    found = read(Project(out), "data-shared")
    assert [len(items) for items in found.annotators.values()] == [1, 1]


def test_one_source_may_be_that_of_two_attributions(tmp_path: Path) -> None:
    text = "Ida Holm said yes and wrote no.\n"
    marks = [
        Mark("s", "", "Source", [(0, 8)]),
        Mark("a", "", "Cue", [(9, 13)]),
        Mark("b", "", "Cue", [(22, 27)]),
        Mark("p", "", "PERSON", [(0, 8)]),
        Mark("c", "", "Content", [(14, 17)]),
    ]
    links = [Link("a", "s", "source"), Link("b", "s", "source"), Link("a", "c", "content")]
    links += [Link("b", "p", "content")]
    found = through.annotations(Standoff("doc", text, marks, links))
    assert [(item.id, item.source, item.content) for item in found.attributions] == [
        ("a", [(0, 8)], [(14, 17)]),
        # A mention may be a part: the attribution gets a region of its own there.
        ("b", [(0, 8)], [(0, 8)]),
    ]
    assert [item.type for item in found.mentions] == ["PERSON"]


# ---------------------------------------------------------------------- mappings
def scheme(tmp_path: Path, text: str) -> mapping.Scheme:
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    return mapping.load(str(path), ONTOLOGY)


def test_a_mapping_turns_labels_links_attributes_and_values(tmp_path: Path) -> None:
    told = scheme(
        tmp_path,
        """
        [labels]
        "speech" = "attribution/Cue"
        "who" = { to = "PERSON", mention_type = "nominal" }
        "attack" = "event/ASSAULT"
        "junk" = false
        [links]
        "says" = { to = "source", reverse = true }
        "by" = "actor"
        "near" = false
        [attributes]
        "Negation" = "polarity=negative"
        "certainty" = "modality"
        "speed" = false
        [values.certainty]
        "L1" = "possible"
        """,
    )
    text = "Ida Holm said dockers struck the quay.\n"
    marks = [
        Mark("w", "", "who", [(14, 21)], {"note": "how many?"}),
        Mark("s", "", "speech", [(9, 13)]),
        Mark("p", "", "who", [(0, 8)], {"mention_type": "name"}),
        Mark("e", "", "attack", [(22, 28)], {"Negation": "true", "certainty": "L1", "speed": "9"}),
        Mark("j", "", "junk", [(29, 37)], {"Negation": "true"}),
    ]
    links = [Link("p", "s", "says"), Link("e", "w", "by"), Link("w", "e", "near")]
    links += [Link("e", "j", "by")]
    source = Standoff("doc", text, marks, links)
    made, unknown = through.converted(source, told)
    assert not unknown.counts and not made.incidents
    codes = {item.name: item.codes for item in made.items if item.codes}
    assert codes == {
        "e speed": ["I015"],
        "j junk": ["I015"],
        "j Negation": ["I024"],
        "w near e": ["I015"],
        "e by j": ["I024"],
    }
    found = through.annotations(Standoff("doc", text, marks[:4], links[:2]), told)
    # What the file says of a mark counts more than what the mapping says of its label.
    assert [(item.type, item.mention_type) for item in found.mentions] == [
        ("PERSON", "name"),
        ("PERSON", "nominal"),
    ]
    (event,) = found.events
    assert (event.polarity, event.modality) == ("negative", "possible")
    assert [(item.role, item.target) for item in event.arguments] == [("actor", "w")]
    assert [item.source for item in found.attributions] == [[(0, 8)]]
    assert found.provenance["notes"] == {"w": "how many?"}


def test_every_fault_of_a_mapping_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(IncidentError) as told:
        scheme(
            tmp_path,
            """
            layers = ["entities"]
            [label]
            [labels]
            "a" = "PERSN"
            "b" = { to = "PERSON", mention_type = "noun" }
            "c" = 7
            [links]
            "d" = "agent"
            "e" = { to = "actor", backwards = true }
            [attributes]
            "f" = "polarity=no"
            "g" = "colour"
            [values]
            "h" = 1
            [derive]
            style = "direct"
            [text]
            control = "keep"
            [files]
            annotator = "_[a-z]+$"
            """,
        )
    assert [one.item for one in told.value.incidents] == [
        *("attributes.f", "attributes.g", "derive.style", "files.annotator", "label"),
        *("labels.a", "labels.b", "labels.c", "layers", "links.d", "links.e", "text.control"),
        "values.h",
    ]
    assert {one.code for one in told.value.incidents} == {"I010"}
    with pytest.raises(IncidentError, match="nearest is 'polnear'"):
        mapping.load("polnea", ONTOLOGY)


@pytest.mark.parametrize("path", sorted(mapping.SHIPPED.glob("*.toml")), ids=lambda p: p.stem)
def test_shipped_mappings_are_right(path: Path) -> None:
    assert mapping.load(path.stem, ONTOLOGY).labels


@given(st.data())
def test_the_mapping_to_begin_with_is_a_right_one(data: st.DataObject) -> None:
    names = st.text(max_size=8)
    marks = [
        Mark("m", "", data.draw(names), [(0, 1)], {data.draw(names): data.draw(names)})
        for _ in range(data.draw(st.integers(0, 4)))
    ]
    links = [Link("m", "m", data.draw(names)) for _ in range(data.draw(st.integers(0, 3)))]
    written = starter.write([Standoff("doc", "x", marks, links)], mapping.Scheme(ONTOLOGY))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "map.toml"
        path.write_bytes(written.encode())
        made = mapping.load(str(path), ONTOLOGY)
    assert all(made.target(mark.label) is not None for mark in marks)


# ---------------------------------------------------------------------- units of offsets
UNITS = ["code points", "UTF-16 code units", "bytes"]


@given(st.data())
def test_offsets_in_any_unit_come_to_the_same_words(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    raw = data.draw(st.sampled_from(["", "\ufeff"])) + text
    if data.draw(st.booleans()):
        raw = raw.replace("\n", "\r\n")
    unit = data.draw(st.sampled_from(UNITS))
    marks = []
    for number in range(data.draw(st.integers(1, 6))):
        start, end = data.draw(spans(text))
        places = [
            len(raw) - len(rest) for at in (start, end) if (rest := tail(raw, len(text) - at)) or 1
        ]
        counted = [measure(raw, place, unit) for place in places]
        words = text[start:end]
        marks.append(Mark(f"m{number}", "", "GPE", [(counted[0], counted[1])], {}, "", words))
    reading, missed = units.choose(raw, marks)
    assert canonical(raw) == text
    assert missed == 0
    for mark in marks:
        span = reading.span(mark.spans[0])
        assert span is not None
        assert same_words(mark.text or "", text[span[0] : span[1]])


def tail(raw: str, length: int) -> str:
    """The end of a text that is `length` characters of its canonical form."""
    for at in range(len(raw) + 1):
        if len(canonical("x" + raw[at:])) - 1 == length and not raw[at:].startswith("\ufeff"):
            return raw[at:]
    raise AssertionError(length)


def measure(raw: str, place: int, unit: str) -> int:
    if unit == "bytes":
        return len(raw[:place].encode())
    return utf16(raw, place) if unit == UNITS[1] else place


def test_one_mark_that_fits_by_accident_moves_no_others() -> None:
    text = "🚢 aa aa bb cc dd"
    marks = [
        Mark("1", "", "GPE", [(3, 5)], {}, "", "aa"),
        Mark("2", "", "GPE", [(2, 4)], {}, "", "aa"),
        Mark("3", "", "GPE", [(8, 10)], {}, "", "bb"),
        Mark("4", "", "GPE", [(11, 13)], {}, "", "cc"),
    ]
    reading, missed = units.choose(text, marks)
    assert (reading.name, missed) == ("code points", 1)


def test_a_file_of_another_text_is_refused_with_one_report() -> None:
    marks = [Mark(f"m{n}", "", "GPE", [(n, n + 3)], {}, f"a.ann:{n}", "abc") for n in range(9)]
    made, _ = through.converted(Standoff("doc", "Nothing of this sort is here.", marks))
    (told,) = made.incidents
    assert (told.code, told.line) == ("I021", 0)
    assert "9 of 9 marks do not fit the text" in told.message
    assert made.refused == "I021" and not made.results


# ---------------------------------------------------------------------- doccano, Label Studio
def test_both_shapes_of_doccano_are_read(tmp_path: Path) -> None:
    rows: list[Any] = [
        {"id": 4, "text": "🚢 Ida\r\nHolm", "label": [[2, 5, "PER"], [0, 99, "PER"], [1, "PER"]]},
        {
            "id": 5,
            "text": "Ida met Per",
            "Comments": [],
            "entities": [
                {"id": 7, "label": "PER", "start_offset": 0, "end_offset": 3},
                {"id": 8, "label": "PER", "start_offset": 8, "end_offset": 11},
                {"id": 9, "label": "PER"},
            ],
            "relations": [
                {"id": 1, "from_id": 7, "to_id": 8, "type": "met"},
                {"id": 2, "from_id": 7, "type": "met"},
            ],
        },
        {"doc_id": "talks", "text": "x", "labels": None, "meta": {"published": "2024-08-17"}},
        [],
    ]
    path = tmp_path / "all.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n{\n\n", "utf-8")
    found = list(doccano.read(path))
    assert [item.doc_id for item in found] == ["all-4", "all-5", "talks", "all-4", "all-5"]
    assert [(mark.id, mark.spans, mark.text) for mark in found[0].marks] == [
        ("label1", [(2, 5)], "Ida"),
        ("label2", [(0, 99)], "🚢 Ida\r\nHolm"),
    ]
    assert [fault.code for item in found for fault in item.faults] == [
        *("I002", "I002", "I002", "I001", "I001")
    ]
    assert [mark.id for mark in found[1].marks] == ["7", "8"]
    assert [(link.head, link.label, link.tail) for link in found[1].links] == [("7", "met", "8")]
    assert found[2].about == {"published": "2024-08-17"}


def label_studio(**more: Any) -> dict[str, Any]:
    region = {
        "id": "r1",
        "from_name": "ner",
        "to_name": "t",
        "type": "labels",
        "value": {"start": 0, "end": 8, "text": "Ida Holm", "labels": ["PER"]},
    }
    result = [
        region,
        {**region, "id": "r2", "value": {"start": 14, "end": 18, "labels": ["LOC", "ORG"]}},
        {**region, "type": "choices", "from_name": "sure", "value": {"start": 0, "end": 8,
         "choices": ["very"]}},
        {"from_name": "topic", "type": "choices", "value": {"choices": ["sports"]}, "id": "x"},
        {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "left", "labels": []},
        {**region, "id": "r3", "value": {"start": "1", "end": "2", "labels": ["PER"]}},
        {**region, "id": "r9", "type": "rating", "from_name": "stars", "value": {"start": 0,
         "end": 8, "rating": 3}},
    ]  # fmt: skip
    done = {"id": 5, "result": result, "completed_by": 1, **more}
    return {"id": 3, "data": {"body": "Ida Holm left port.", "title": "A"}, "annotations": [done]}


def test_label_studio_projects_of_other_schemes_are_read(tmp_path: Path) -> None:
    task = label_studio()
    task["annotations"] += [
        {"id": 6, "result": [task["annotations"][0]["result"][0]], "completed_by": 2},
        {"id": 7, "result": [{}, {}], "completed_by": 2, "was_cancelled": True},
    ]
    task["predictions"] = [{"id": 1, "result": [{}]}]
    path = tmp_path / "other.json"
    path.write_text(json.dumps([task]), "utf-8")
    first, second = labelstudio_other.read(path)
    assert (first.doc_id, first.annotator, first.text) == ("other-3", "1", "Ida Holm left port.")
    assert [(mark.id, mark.label, mark.text) for mark in first.marks] == [
        ("r1", "PER", "Ida Holm"),
        ("r2", "LOC", "port"),
        ("r2-2", "ORG", "port"),
    ]
    assert first.marks[0].attributes == {"sure": "very"}
    assert [(link.head, link.label, link.tail) for link in first.links] == [
        ("r2", "relation", "r1")
    ]
    assert [fault.code for fault in first.faults] == ["I002", "I005", "I004"]
    assert first.aside == Counter({"L003": 1})
    assert (second.annotator, len(second.marks)) == ("2", 1)
    assert second.aside == Counter({"L001": 2})
    # Nothing is lost: each result is a statement of one of the two, that of two labels two.
    results = sum(len(row["result"]) for row in (*task["annotations"], *task["predictions"]))
    assert count(first) + count(second) == results + 1


def test_exports_from_before_label_studio_1_are_read(tmp_path: Path) -> None:
    new = label_studio()
    old = {**new, "completions": new.pop("annotations")}
    del old["annotations"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps([old]), "utf-8")
    (found,) = labelstudio_other.read(path)
    assert [mark.id for mark in found.marks] == ["r1", "r2", "r2-2"]
    path.write_text('[{"text": "x", "ner": []}]', "utf-8")
    with pytest.raises(IncidentError, match="I001 no task has data and annotations"):
        list(labelstudio_other.read(path))


# ---------------------------------------------------------------------- nothing vanishes
@given(st.data())
def test_every_statement_of_a_file_is_in_the_ledger_whatever_it_says(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    from parley.formats.standoff import of

    marks, links = of(found)
    names = st.sampled_from([mark.id for mark in marks] or ["x"]) | st.just("gone")
    numbers = st.integers(-3, len(text) + 3)
    for mark in marks:
        mark.where = "a.x:1"
        if data.draw(st.booleans()):
            mark.id = data.draw(names)
        if data.draw(st.booleans()):
            mark.layer, mark.label = "", data.draw(st.sampled_from(["Person", "Cue", "Stance"]))
        if data.draw(st.booleans()):
            mark.spans = data.draw(st.lists(st.tuples(numbers, numbers), max_size=3))
        if data.draw(st.booleans()):
            mark.attributes[data.draw(st.sampled_from(["label", "group", "x"]))] = "FAVOR"
        if data.draw(st.booleans()):
            mark.text = data.draw(st.sampled_from([text, "Sumy", ""]))
    for link in links:
        link.where = "a.x:2"
        if data.draw(st.booleans()):
            link.head, link.tail = data.draw(names), data.draw(names)
    source = Standoff("a", text, marks, links, aside=Counter(L002=2))
    with TemporaryDirectory() as folder:
        options = store.Options(
            "round", form="news", published="2024-08-17", new=True, dry_run=data.draw(st.booleans())
        )
        project = store.create(Path(folder) / "new")
        done = store.run([source], project, mapping.Scheme(ONTOLOGY), options)
        written = project.ledger / "round" / "import.json"
        if written.is_file():
            assert json.loads(written.read_bytes())["results"] == count(source)
    (ledger,) = done.ledgers
    assert ledger.results == count(source)
    assert ledger.adds_up
    assert "X011" not in {one.code for one in done.incidents}
    for entry in ledger.entries:
        assert entry.codes and entry.outcome in ("repaired", "rejected")


def test_names_of_files_become_ids(tmp_path: Path) -> None:
    assert store.ids(["a/Talks", "b/Talks", "b/Ötvös 北京", "北京"]) == {
        "a/Talks": "a-talks",
        "b/Talks": "b-talks",
        "b/Ötvös 北京": "otvos",
        "北京": "",
    }
