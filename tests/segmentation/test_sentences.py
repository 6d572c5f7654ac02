"""What a sentence is, where it begins and ends, and what holds of any text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parley
from parley.segmentation import scan, sentences

HERE = Path(__file__).resolve().parent
GOLD = HERE.parents[2] / "shared" / "segmentation"


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


CASES = {case["id"]: case for case in _read(HERE / "hard_news_cases.jsonl")}

#: Cases that the segmenter gets wrong, and why. The list is exact: a case that starts to pass
#: must leave it.
KNOWN_FAILURES = {
    "acronyms-13": "a surname after U.S. may as well go on with a name as open a sentence",
    "letter-at-sentence-end-08": "a noun in the plural after an initial looks like a surname",
    "title-inside-quotation-01": "a title with a mark and a capital inside it",
}

#: Span F1 in percent, below which a change to the rules is a step back.
FLOORS = {"gum_interview": 95.0, "pud_news": 99.6}


def _pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _found(case: dict[str, Any]) -> list[list[int]]:
    return [list(span) for span in sentences(case["text"])]


@pytest.mark.parametrize("case_id", [key for key in CASES if key not in KNOWN_FAILURES])
def test_hard_news_case_is_cut_as_a_reader_would(case_id: str) -> None:
    assert _found(CASES[case_id]) == CASES[case_id]["spans"]


@pytest.mark.parametrize("case_id", KNOWN_FAILURES)
def test_known_failure_still_fails(case_id: str) -> None:
    assert _found(CASES[case_id]) != CASES[case_id]["spans"]


def test_hard_cases_are_many_and_well_formed() -> None:
    assert len(CASES) >= 180
    for case in CASES.values():
        text, end = case["text"], 0
        for start, stop in case["spans"]:
            assert not text[end:start].strip()
            assert text[start:stop] == text[start:stop].strip() != ""
            end = stop
        assert not text[end:].strip()


@pytest.mark.parametrize("name", FLOORS)
def test_gold_set_is_matched_at_least_as_well_as_before(name: str) -> None:
    path = GOLD / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"the gold set {name} is not beside this checkout")
    counts: Counter[str] = Counter()
    for row in _read(path):
        gold = {tuple(span) for span in row["spans"]}
        found = set(sentences(row["text"]))
        counts.update(hits=len(gold & found), total=len(gold) + len(found))
    assert 200 * counts["hits"] / counts["total"] >= FLOORS[name]


def test_no_text_has_no_sentences() -> None:
    assert sentences("") == []
    assert sentences(" \n\t\u00a0\u2028 ") == []


def test_offsets_are_code_points() -> None:
    assert sentences("\U0001f600 Yes. No.") == [(0, 6), (7, 10)]


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_ends_a_sentence(mark: str) -> None:
    assert _pieces(f"The road is{mark}closed") == ["The road is", "closed"]


def test_a_paragraph_without_a_stop_is_one_sentence() -> None:
    assert _pieces("Talks stall in Doha") == ["Talks stall in Doha"]


def test_package_offers_the_same_function() -> None:
    assert parley.sentences is sentences


def test_importing_the_segmenter_does_not_load_the_model() -> None:
    code = "import sys, parley.segmentation; sys.exit('punkt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Text made to trip: marks, quotes, odd spaces and breaks, abbreviations, combining marks, emoji.
_AWKWARD = st.sampled_from(
    [
        *".!?…,;:'\"“”‘’«»()[]{}-–—*_/@#&%$€§0123456789",
        *" \t\u00a0\u2009\u3000\u200b\u200d\ufeff",
        *"\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029",
        *["U.S.", "Mr.", "No.", "p.m.", "Aug.", "etc.", "J.", "Yu.", "i.e.", "St.", "..", ". . ."],
        *["The ", "said", " he ", "I ", "Koval ", "iPad", "https://a.b/c?d", "[1]", ":)"],
        *["e\u0301", "\u0301", "\U0001f1fa\U0001f1e6", "\U0001f469\u200d\U0001f692", "ß", "ǅ", "ж"],
    ]
)
_TEXTS = st.one_of(st.text(), st.lists(st.one_of(_AWKWARD, st.characters())).map("".join))


@given(_TEXTS)
@settings(max_examples=500, deadline=None)
def test_spans_are_ordered_trimmed_and_cover_all_but_white_space(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop <= len(text)
        assert not text[end:start].strip()
        piece = text[start:stop]
        assert piece == piece.strip()
        assert len(piece.splitlines()) == 1
        end = stop
    assert not text[end:].strip()


@given(_TEXTS)
@settings(max_examples=300, deadline=None)
def test_paragraphs_are_cut_independently(text: str) -> None:
    offset, expected = 0, []
    for line in text.splitlines(keepends=True):
        expected += [(start + offset, end + offset) for start, end in sentences(line)]
        offset += len(line)
    assert sentences(text) == expected


@given(_TEXTS)
@settings(max_examples=200, deadline=None)
def test_same_text_gives_the_same_spans(text: str) -> None:
    assert sentences(text) == sentences(text)


@given(_TEXTS)
@settings(max_examples=500, deadline=None)
def test_fast_answer_never_differs_from_the_full_rules(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "plainly_ends", lambda *_: False)
        in_full = sentences(text)
    assert sentences(text) == in_full
