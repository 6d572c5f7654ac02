"""Every code of imports: one file that triggers it, the exact report, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.cli import _run
from parley.codes import codes
from tests.checks import project

TEXT = "Ida Holm told the port that Per Dahl fears Lisvik.\n"
HOLM = "T1\tPERSON 0 8\tIda Holm\n"
SAID = "T2\tCue 9 13\ttold\nT3\tContent 23 49\tthat Per Dahl fears Lisvik\n"
QUOTE = SAID + "E1\tCue:T2 Content:T3\n"
SPAN = {"doc_id": "talks", "label": [[0, 8, "PERSON"]]}
NEW = ["--form", "news", "--published", "2024-08-17"]

#: Code -> the files of the folder that is imported, further arguments, the report. Codes that are
#: no faults have no report and stand in the ledger alone.
CASES: dict[str, tuple[dict[str, str], list[str], list[str]]] = {
    "I001": (
        {"talks.ann": HOLM},
        NEW,
        [
            "talks.txt: I001 the text of the annotations cannot be read: No such file or "
            "directory; expected talks.txt beside them, or a mapping with [files] texts"
        ],
    ),
    "I002": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "T2 GPE 43 49 Lisvik\n"},
        NEW,
        [
            "talks.ann:2: I002 no annotation line; got 'T2 GPE 43 49 Lisvik'; expected an id such "
            "as T1, and a tab"
        ],
    ),
    "I003": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "T1\tGPE 43 49\tLisvik\n"},
        NEW,
        ["talks.ann:2:T1: I003 an id that is given already; got 'T1'"],
    ),
    "I004": (
        {"talks.txt": TEXT, "talks.ann": QUOTE.replace("E1\tCue:T2", "E1\tCue:T2 Source:T7")},
        NEW,
        ["talks.ann:3: I004 [talks/E1 Source T7] a link to a mark that is not there; got 'T7'"],
    ),
    "I005": (
        {"talks.jsonl": json.dumps({"id": 1, "text": TEXT, "label": ["sports"]})},
        ["--format", "doccano", *NEW],
        ["talks.jsonl:1: I005 a category of the whole document has no place here; got 'sports'"],
    ),
    "I010": (
        {"talks.txt": TEXT, "talks.ann": HOLM, "map.toml": '[labels]\n"PER" = "PERSN"\n'},
        ["--labels", "map.toml", *NEW],
        [
            "map.toml: I010 [labels.PER] no such label; got 'PERSN'; expected a label, "
            "LAYER/LABEL, attribution, or false; nearest is 'PERSON'"
        ],
    ),
    "I011": (
        {"talks.txt": TEXT, "talks.ann": HOLM.replace("PERSON", "Person")},
        NEW,
        [
            "talks.ann:1: I011 [talks] a label that nothing maps, 1 time; got 'Person'; expected "
            "a label of the ontology; nearest is 'PERSON'; give --labels a mapping with [labels] "
            '"Person" = "PERSON", or false to leave it out'
        ],
    ),
    "I012": (
        {"talks.txt": TEXT, "talks.ann": QUOTE + HOLM + "R1\tsays Arg1:T1 Arg2:E1\n"},
        NEW,
        [
            "talks.ann:5: I012 [talks] a link of an entity that nothing maps, 1 time; got 'says'; "
            "expected nothing: this layer has none; give --labels a mapping with [links] "
            '"says" = false to leave it out'
        ],
    ),
    "I013": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "A1\tNegation T1\n"},
        NEW,
        [
            "talks.ann:1: I013 [talks] an attribute of an entity that nothing maps, 1 time; got "
            "'Negation'; expected mention_type, entity, group or value; give --labels a mapping "
            'with [attributes] "Negation" = false to leave it out'
        ],
    ),
    "I014": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "A1\tmention_type T1 nom\n"},
        NEW,
        [
            "talks.ann:1: I014 [talks] a value of 'mention_type' that nothing maps, 1 time; got "
            "'nom'; expected name, nominal or pronoun; nearest is 'nominal'; give --labels a "
            'mapping with [values.mention_type] "nom" = "nominal", or false to leave it out'
        ],
    ),
    "I015": (
        {"talks.txt": TEXT, "talks.ann": HOLM, "map.toml": '[labels]\n"PERSON" = false\n'},
        ["--labels", "map.toml", *NEW],
        [],
    ),
    "I020": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "T2\tGPE 900 906\tLisvik\n"},
        NEW,
        [
            "talks.ann:2: I020 [talks/T2 GPE] a span that is none of the text; got [[900, 906]]; "
            "expected 0 <= start < end <= 51, on whole characters"
        ],
    ),
    "I021": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "T2\tGPE 40 46\tLisvik\n"},
        NEW,
        [
            "talks.ann:2: I021 [talks/T2 GPE] not the words of its span; got 'Lisvik'; expected "
            "'rs Lis'"
        ],
    ),
    "I022": (
        {"talks.txt": f"\U0001f6a2 {TEXT}", "talks.ann": "T1\tPERSON 3 11\tIda Holm\n"},
        NEW,
        [],
    ),
    "I023": (
        {"talks.txt": TEXT, "talks.ann": "T1\tPERSON 0 8;28 36\tIda Holm Per Dahl\n"},
        NEW,
        [
            "talks.ann:1: I023 [talks/T1 PERSON] an entity in 2 parts; got [[0, 8], [28, 36]]; "
            "expected one unbroken span"
        ],
    ),
    "I024": (
        {
            "talks.txt": TEXT,
            "talks.ann": HOLM + "A1\tmention_type T1 name\n",
            "map.toml": '[labels]\n"PERSON" = false\n',
        },
        ["--labels", "map.toml", *NEW],
        [],
    ),
    "I025": (
        {
            "talks.txt": TEXT,
            "talks.ann": HOLM + "T2\tQuote 9 13\ttold\nE1\tQuote:T2 \n",
            "map.toml": '[labels]\n"Quote" = "attribution"\n',
        },
        ["--labels", "map.toml", *NEW],
        [
            "talks.ann:3: I025 [talks/E1 Quote] an attribution without cue, source or content; got "
            "'Quote'; expected links from it to its parts; delete it in the file, or link its parts"
        ],
    ),
    "I030": (
        {"Talks.txt": TEXT, "Talks.ann": HOLM, "talks.txt": TEXT, "talks.ann": HOLM},
        NEW,
        [
            "talks.ann: I030 [talks] the name comes to the id 'talks', as another does; got "
            "'talks'; expected a name unlike 'Talks'; rename the file"
        ],
    ),
    "I031": (
        {
            "talks.jsonl": json.dumps({**SPAN, "text": TEXT})
            + "\n"
            + json.dumps({**SPAN, "text": TEXT + "More.\n"})
        },
        ["--format", "doccano", *NEW],
        [
            "talks.jsonl: I031 [talks] another text than the same document has elsewhere in this "
            "import; got '57 characters'; expected the 51 of talks.jsonl"
        ],
    ),
    "I032": (
        {"talks.jsonl": "\n".join([json.dumps({**SPAN, "text": TEXT})] * 2)},
        ["--format", "doccano", *NEW],
        [
            "talks.jsonl: I032 [talks] the document comes twice from one annotator; got 'talks by "
            "import'; import the files one by one, with another --annotator each"
        ],
    ),
    "I033": (
        {"bridge-daily.txt": TEXT, "bridge-daily.ann": HOLM},
        NEW,
        [
            "bridge-daily.ann: I033 [bridge-daily] the corpus has a document of this id with "
            "another text; got '51 characters'; expected 331 characters; rename the file, or "
            "restore its text"
        ],
    ),
    "I034": (
        {
            "talks.txt": TEXT,
            "talks.ann": HOLM,
            "parley.json": json.dumps(
                {"format": "parley-brat/1", "documents": {"talks": {"status": "withheld"}}}
            ),
        },
        NEW,
        [
            "talks.ann: I034 [talks] a withheld document, whose text may not become an open "
            "article; import it into the project that withholds it"
        ],
    ),
    "I035": (
        {"talks.txt": TEXT, "talks.ann": HOLM},
        ["--form", "news"],
        [
            "talks.ann: I035 [talks] the file does not say what an article must; expected "
            "--published"
        ],
    ),
    "I036": (
        {"talks.txt": TEXT, "talks.ann": HOLM},
        [*NEW, "--round", "pilot", "--annotator", "ann-a"],
        [
            "talks.ann: I036 [talks] the round has an export of that annotator, with other "
            "documents; got 'annotations/exports/pilot/ann-a.json'; expected a name that is not "
            "taken; give another --round or --annotator"
        ],
    ),
    "I040": (
        {"talks.txt": TEXT, "talks.ann": HOLM + "N1\tReference T1 entity:ida\tIda\n"},
        NEW,
        [
            "talks.ann:1: I040 [talks] an id of the registry that is not there, 1 time; got "
            "'ida'; add a row for it"
        ],
    ),
    "I041": (
        {
            "talks.txt": TEXT,
            "talks.ann": "T1\tQUANTITY 14 22\tthe port\nN1\tReference T1 entity:port\tport\n",
        },
        NEW,
        [
            "talks.ann:1: I041 [talks] an entity's id on a type that refers to none, 1 time; got "
            "'QUANTITY'"
        ],
    ),
}


def run(
    root: Path, files: dict[str, str], args: list[str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str], Any]:
    """The exit code, the report's lines and the summary of an import of files."""
    folder = root / "in"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    args = [str(folder / arg) if arg.endswith(".toml") else arg for arg in args]
    name = "brat"
    if "--format" in args:
        name = args[args.index("--format") + 1]
        args = args[2:]
    args = ["import", name, str(folder), "--root", str(root / "project"), "--json", *args]
    code = _run.command(args, ["import"])
    told = capsys.readouterr()
    return code, told.err.splitlines(), json.loads(told.out) if told.out else None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project.copy(tmp_path / "project")
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_a_fault_gives_its_report_and_no_other(
    name: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, args, expected = CASES[name]
    code, lines, told = run(root, files, args, capsys)
    assert lines == expected
    if name == "I010":
        assert code == 2
        return
    assert code == (1 if expected else 0)
    (row,) = told
    assert row["incidents"] == len(expected)
    assert name in {found for export in row["exports"] for found in export["codes"]}
    for export in row["exports"]:
        done = export["kept"] + export["repaired"] + export["rejected"]
        assert done == export["results"] > 0


def test_every_code_of_imports_has_a_case() -> None:
    assert set(CASES) == {name for name in codes() if name.startswith("I0")}
