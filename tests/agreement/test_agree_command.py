"""`parley agree` as a person runs it."""

import json
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from parley.cli import _run
from parley.document import Annotations, Mention, digest
from parley.ontology import LAYERS
from tests.agreement.rounds import a_project, empty, export
from tests.agreement.test_report import TEXT, first, second

HOSTILE = (
    "<script>alert(1)</script> \"quoted\" 'x' & http://example.org/ \x1b[31mred\x1b[0m "
    "\u202eturned <img src=x onerror=alert(2)> </mark></style>\n"
)


def agree(*args: str) -> int:
    return _run.command(["agree", *args], ["agree"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = a_project(tmp_path / "project", {"d1": TEXT, "d2": TEXT.replace("Kyiv", "Kiev")})
    export(root, "ann-a", {"d1": (TEXT, first())})
    export(root, "ann-b", {"d1": (TEXT, second())})
    return root


def test_the_report_begins_with_the_headline_and_says_what_it_rests_on(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agree("first", "--root", str(project)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[:3] == [
        "agreement in the round first: 1 document done by two or more of 2 annotators",
        "annotators (documents compared of done): ann-a (1 of 1), ann-b (1 of 1)",
        "intervals: 95 %, percentile bootstrap over documents, 1,000 resamples, seed 0",
    ]
    assert [" ".join(line.split()) for line in lines[4:8]] == [
        "layer measure value 95 % alpha in words",
        "entity span alpha 0.866 reliable",
        "label alpha, type 0.545 not reliable (< 0.67)",
        "F1, span and label 0.500 one document: no interval over documents",
    ]


def test_json_is_the_whole_report(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert agree("first", "--json", "--seed", "3", "--resamples", "50", "--root", str(project)) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["format"] == "parley-agreement/1"
    assert (made["round"], made["seed"], made["resamples"]) == ("first", 3, 50)
    assert [item["name"] for item in made["annotators"]] == ["ann-a", "ann-b"]
    assert [item["id"] for item in made["documents"]] == ["d1"]


def test_only_documents_done_by_two_are_compared(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = TEXT.replace("Kyiv", "Kiev")
    export(project, "ann-c", {"d2": (other, empty("d2", other))})
    assert agree("first", "--json", "--root", str(project)) == 0
    made = json.loads(capsys.readouterr().out)
    assert [(pair["a"], pair["b"]) for pair in made["pairs"]] == [("ann-a", "ann-b")]
    assert made["annotators"][2] == {"name": "ann-c", "documents": 1, "compared": 0}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["frist"], "no such round; got 'frist'; expected first; nearest is 'first'"),
        (["../first"], "no such round"),
        (["first", "--documents", "d3"], "nobody did this document in the round 'first'"),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(
    args: list[str], words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agree(*args, "--root", str(project)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_one_annotator_could_not_run_and_learns_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "annotations/exports/first/ann-b.json").unlink()
    assert agree("first", "--root", str(project)) == 2
    assert capsys.readouterr().err == (
        "parley agree: the round 'first' has 1 annotator; agreement needs two: put another "
        "annotator's export beside it as annotations/exports/first/NAME.json, or run "
        "`parley ingest EXPORT.json --round first --annotator NAME`\n"
    )


def test_no_document_in_common_could_not_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = TEXT.replace("Kyiv", "Kiev")
    export(project, "ann-b", {"d2": (other, empty("d2", other))})
    assert agree("first", "--root", str(project)) == 2
    assert capsys.readouterr().err == (
        "parley agree: no document of the round 'first' was done by two annotators (documents "
        "done: ann-a 1, ann-b 1); give two annotators the same documents\n"
    )


def test_an_export_that_is_not_json_is_reported_before_what_follows_from_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "annotations/exports/first/ann-b.json").write_bytes(b"[1")
    assert agree("first", "--root", str(project)) == 2
    err = capsys.readouterr().err.splitlines()
    assert "ann-b.json: X001" in err[0]
    assert err[1].startswith("parley agree: no document")


def test_a_fault_in_an_export_is_reported_and_the_rest_is_compared(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "annotations/exports/first/ann-b.json"
    tasks: list[dict[str, Any]] = json.loads(path.read_bytes())
    tasks[0]["annotations"][0]["result"][0]["value"]["end"] = 9999
    path.write_text(json.dumps(tasks))
    assert agree("first", "--root", str(project)) == 1
    out, err = capsys.readouterr()
    assert "annotations/exports/first/ann-b.json: X" in err
    assert out.startswith("agreement in the round first: 1 document")


def test_bad_numbers_are_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("-1", "many", "1000000000000"):
        with pytest.raises(SystemExit) as ended:
            agree("first", "--resamples", words, "--root", str(project))
        assert ended.value.code == 2
        assert "expected a whole number, 0 to 100,000" in capsys.readouterr().err


def test_gamma_says_which_package_it_lacks(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    assert agree("first", "--gamma", "--root", str(project)) == 2
    assert "`pip install 'parley[gamma]'`" in capsys.readouterr().err


class Page(HTMLParser):
    """Checks that tags close in order, and gathers what a browser would act on."""

    EMPTY = frozenset({"meta", "br", "rect", "line", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere(
    project: Path, tmp_path: Path
) -> None:
    path = tmp_path / "out" / "page.html"
    assert agree("first", "--html", str(path), "--root", str(project)) == 0
    words = path.read_text("utf-8")
    parsed = Page()
    parsed.feed(words)
    assert parsed.open == []
    assert {"svg", "table", "mark", "details"} <= parsed.tags
    assert not {"script", "link", "img", "iframe"} & parsed.tags
    assert not {"src", "srcset", "onload", "onclick"} & {name for name, _ in parsed.attributes}
    assert "http" not in words
    assert "url(" not in words
    assert "@import" not in words


def test_hostile_texts_and_names_stay_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = a_project(tmp_path / "project", {"d1": HOSTILE})

    def found(kind: str, longer: int) -> Annotations:
        made = Annotations("d1", digest(HOSTILE), len(HOSTILE), LAYERS)
        places = [0, HOSTILE.index("\x1b[31m"), HOSTILE.index("\u202e"), HOSTILE.index("<img")]
        made.mentions = [
            Mention(f"m{number}", start, start + 8 + longer * (number > 1), kind)
            for number, start in enumerate(places)
        ]
        return made

    export(root, "<script>x", {"d1": (HOSTILE, found("GPE", 0))})
    export(root, "<b onmouseover=1>\x1b[31m", {"d1": (HOSTILE, found("ORG", 1))})
    path = tmp_path / "page.html"
    assert agree("first", "--html", str(path), "--root", str(root)) == 0
    words, out = path.read_text("utf-8"), capsys.readouterr().out
    parsed = Page()
    parsed.feed(words)
    assert parsed.open == []
    assert not {"script", "img", "b"} & parsed.tags
    assert "&lt;script&gt;" in words
    for shown in (words, out):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
