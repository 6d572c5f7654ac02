"""The page is one whole file that shows every figure, and nothing in it can do anything."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from parley import cli, json_io
from parley.predictions.inputs import Inputs
from parley.scoring import page
from parley.scoring.page_meaning import meaning
from parley.scoring.text import value
from tests.scoring.made_results import counts
from tests.scoring.made_results import result as made_result
from tests.scoring.noisy import scored

HOSTILE = "<script>alert(1)</script>\"' onload=x & </style></title>\x00\u202e"
_VOID = {"meta"}


class _Page(HTMLParser):
    """The tags of a page, their nesting held to be right."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


@pytest.fixture(scope="module")
def made() -> str:
    """A page with everything on it."""
    result, inputs = scored(1, documents=6, resamples=50)
    return page.render(result, inputs)


def test_it_is_well_formed_and_fetches_nothing(made: str) -> None:
    found = _Page(made)
    tags = {tag for tag, _ in found.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for tag, attributes in found.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert attributes.get("href", "#").startswith("#")  # type: ignore[union-attr]
        assert "src" not in attributes
    assert "url(" not in made and "@import" not in made and "http" not in made


def test_links_lead_to_parts_of_the_page_and_ids_are_given_once(made: str) -> None:
    found = _Page(made)
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    hrefs = {attributes["href"] for tag, attributes in found.tags if tag == "a"}
    assert hrefs and hrefs <= {f"#{name}" for name in ids}


def test_tables_have_captions_and_plots_say_what_they_show(made: str) -> None:
    found = _Page(made)
    tags = [tag for tag, _ in found.tags]
    assert tags.count("table") == tags.count("caption") > 10
    for at, (tag, attributes) in enumerate(found.tags):
        if tag == "svg" and attributes.get("aria-hidden") != "true":
            assert attributes["role"] == "img" and tags[at + 1] == "title"
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_overall_figure_and_the_signature_are_on_it() -> None:
    result, inputs = scored(2, resamples=50)
    words = " ".join(_Page(page.render(result, inputs)).words)
    assert str(result.signature) in words
    for score in result.scores:
        if not score.label:
            assert score.metric in words and value(score.f1) in words
            if score.low is not None:
                assert f"[{value(score.low)}, {value(score.high)}]" in words


def test_every_metric_that_scorers_give_is_explained() -> None:
    result, _ = scored(3)
    unknown = {
        (score.layer, score.metric)
        for score in result.scores
        if not score.label and meaning(score.layer, score.metric) is None
    }
    assert unknown == set()
    assert meaning("mentions", "no such metric") is None


def test_plots_stay_within_their_width(made: str) -> None:
    for name in ("x", "x1", "x2", "cx", "width"):
        for place in re.findall(rf' {name}="([-\d.]+)%"', made):
            assert 0 <= float(place) <= 100.01, (name, place)


def test_hostile_words_names_and_labels_come_out_as_text() -> None:
    result, inputs = scored(4, system=HOSTILE)
    swapped = {
        layer: replace(
            given,
            doc_ids=[f"{HOSTILE}{number}" for number in range(len(given))],
            texts=[HOSTILE * 200 for _ in given.texts],
            stories=[HOSTILE for _ in given.stories],
            forms=[f"{HOSTILE} form" for _ in given.forms],
        )
        for layer, given in inputs.items()
    }
    layer = result.layers["mentions"]
    errors = [replace(error, gold_label=HOSTILE) if error.gold else error for error in layer.errors]
    scores = [replace(score, label=score.label and HOSTILE) for score in result.scores]
    spoilt = replace(
        result,
        scores=scores,
        layers={**result.layers, "mentions": replace(layer, errors=errors)},
        missing=[HOSTILE],
        ignored=[HOSTILE],
        signature=replace(result.signature, corpus=HOSTILE, system=(("model", HOSTILE),)),
    )
    source = page.render(spoilt, swapped)
    found = _Page(source)
    assert not {tag for tag, _ in found.tags} & {"script"}
    assert not any("onload" in attributes for _, attributes in found.tags)
    assert "\x00" not in source and "\u202e" not in source
    assert source.count("</style>") == source.count("</title>") - source.count("<title>") + 1


def test_without_examples_no_words_of_documents_are_on_the_page() -> None:
    result, inputs = scored(5)
    without = page.render(result, inputs, examples=0)
    assert "in context" not in without and "<ins>" not in without and "<del>" not in without
    assert 'class="example"' in page.render(result, inputs)


def test_a_withheld_text_is_said_to_be_withheld() -> None:
    result, inputs = scored(5)
    bare = {layer: replace(given, texts=[None] * len(given)) for layer, given in inputs.items()}
    assert "(the text is withheld)" in page.render(result, bare)


def test_the_same_result_gives_the_same_page() -> None:
    assert page.render(*scored(6)) == page.render(*scored(6))


def test_a_result_of_nothing_and_one_without_inputs_are_pages() -> None:
    _Page(page.render(made_result("made", {}), {}))
    _Page(page.render(made_result("made", {"mentions": counts(3, 0.5, 1)}), {}))
    empty = Inputs([], [], [], [], [], [])
    _Page(page.render(made_result("made", {}), {"mentions": empty, "events": empty}))


def _files(folder: Path) -> tuple[Path, Path]:
    """Gold and predictions: two lines of gold, of which one is predicted."""
    text = "Anna Mirkwood left Lenna."
    mention = {"id": "m1", "start": 0, "end": 13, "type": "PERSON"}
    gold, predicted = folder / "gold.jsonl", folder / "system.jsonl"
    gold.write_bytes(
        b"".join(
            json_io.dumps({"doc_id": name, "text": text, "mentions": [mention]}) + b"\n"
            for name in ("made-1", "made-2")
        )
    )
    wrong = {**mention, "end": 4}
    predicted.write_bytes(json_io.dumps({"doc_id": "made-1", "mentions": [wrong]}) + b"\n")
    return gold, predicted


def test_the_command_writes_the_page_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, predicted = _files(tmp_path)
    out = tmp_path / "page.html"
    code = cli.main(["report", str(gold), str(predicted), "--out", str(out), "--resamples", "0"])
    said = capsys.readouterr()
    assert code == 1 and said.out == f"{out}\n" and "made-2" in said.err
    words = "".join(_Page(out.read_text(encoding="utf-8")).words)
    assert "Scores of system" in words and "Anna Mirkwood left Lenna." in words


def test_the_command_names_the_faults_of_a_bad_file_and_writes_no_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, predicted = _files(tmp_path)
    predicted.write_text('{"doc_id": "made-1", "mentions": [{"id": "m1", "start": 0}]}\n{\n')
    out = tmp_path / "page.html"
    assert cli.main(["report", str(gold), str(predicted), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert f"{predicted}:1" in said and f"{predicted}:2" in said and not out.exists()
