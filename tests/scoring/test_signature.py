"""Signatures: what must be equal for two scores to be comparable."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.scoring import signature
from parley.scoring.signature import Signature, SignatureError, comparable, parse

MADE = Signature(
    corpus="parley/0.1.0",
    digest="0123456789abcdef",
    split="test",
    layers=("mentions", "events"),
    documents=8,
    resamples=1000,
    seed=0,
)
LINE = (
    "parley|corpus:parley/0.1.0|digest:0123456789abcdef|split:test|layers:mentions,events|"
    "match:one-to-one/1|singletons:kept|docs:8|resamples:1000|seed:0|scorer:1"
)
# Whatever Python can hold in a string, lone surrogates and the line's own signs too.
WORDS = st.text(st.characters() | st.sampled_from("|:,%\n\r\t \ud800\U0001f600"), max_size=12)
NUMBERS = st.integers(0, 10**18 - 1)
NAMES = WORDS.filter(
    lambda name: (
        name
        not in {
            *("", "corpus", "digest", "split", "layers", "match"),
            *("singletons", "docs", "resamples", "seed", "scorer"),
        }
    )
)
SIGNATURES = st.builds(
    Signature,
    corpus=WORDS,
    digest=WORDS,
    split=WORDS,
    layers=st.lists(WORDS.filter(bool), max_size=4).map(tuple),
    documents=NUMBERS,
    resamples=NUMBERS,
    seed=NUMBERS,
    singletons=WORDS,
    matching=WORDS,
    scorer=WORDS,
    system=st.dictionaries(NAMES, WORDS, max_size=3).map(lambda given: tuple(given.items())),
)


def test_a_signature_is_one_line_in_a_fixed_order() -> None:
    assert str(MADE) == LINE
    assert str(replace(MADE, system=(("model", "a|b:c\nd"),))) == f"{LINE}|model:a%7Cb%3Ac%0Ad"


@settings(deadline=None)
@given(SIGNATURES)
def test_every_signature_reads_back_as_it_was_written(made: Signature) -> None:
    line = str(made)
    assert line.isascii()
    assert line.isprintable()
    assert parse(line) == made


def test_every_fault_of_a_line_is_named_at_once() -> None:
    with pytest.raises(SignatureError) as raised:
        parse(
            "parley|corpsu:x/1|digest:0|digest:1|split:test|layers:|docs:many|what|scorer:1|seed:1"
        )
    words = str(raised.value)
    for expected in (
        "a field given twice; got 'digest'",
        "no field of a signature; got 'what'; expected name:value",
        "no field 'corpus'; is 'corpsu' meant for it?",
        "no field 'match'",
        "docs is no number; got 'many'; expected a whole number",
        "no field 'resamples'",
    ):
        assert expected in words


@settings(deadline=None)
@given(st.text() | st.text().map(lambda text: f"parley|{text}") | st.text().map(LINE.__add__))
def test_a_bad_line_is_an_error_of_its_own_kind_and_never_another(line: str) -> None:
    try:
        parse(line)
    except SignatureError as error:
        assert str(error)


@pytest.mark.parametrize("names", [["scorer"], [""], ["model", "model"]])
def test_the_system_cannot_pass_itself_off_as_a_field(names: list[str]) -> None:
    with pytest.raises(SignatureError, match="the system's names must differ"):
        replace(MADE, system=tuple((name, "x") for name in names))


def test_seed_resamples_and_system_may_differ_between_comparable_scores() -> None:
    other = replace(MADE, seed=3, resamples=10, system=(("model", "x"),))
    assert comparable(MADE, other) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("corpus", "parley/0.2.0"),
        ("digest", "f"),
        ("split", "validation"),
        ("layers", ("mentions",)),
        ("match", "greedy/1"),
        ("singletons", "dropped"),
        ("docs", 7),
        ("scorer", "2"),
    ],
)
def test_each_thing_that_a_score_rests_on_hinders_comparing(field: str, value: object) -> None:
    attribute = {"match": "matching", "docs": "documents"}.get(field, field)
    other = replace(MADE, **{attribute: value})  # type: ignore[arg-type]
    assert comparable(MADE, other) == [field] == comparable(other, MADE)


def test_the_digest_of_gold_rows_goes_by_what_they_say_and_not_by_their_order() -> None:
    rows = [{"doc_id": "b", "mentions": []}, {"mentions": [], "doc_id": "a"}]
    turned = [{"doc_id": "a", "mentions": []}, {"doc_id": "b", "mentions": []}]
    assert signature.gold_digest(rows) == signature.gold_digest(turned)
    assert signature.gold_digest(rows) != signature.gold_digest(rows[:1])
    assert signature.short(signature.gold_digest(rows)) == signature.gold_digest(rows)[:16]


def test_a_meta_file_gives_baseline_model_and_prompt_and_nothing_more() -> None:
    meta = {
        "format": "parley-system/1",
        "baseline": "llm",
        "details": {"model": "some/model:7b", "prompt_sha256": "ab" * 32, "cost": 3},
    }
    assert signature.system_part(meta) == (
        ("baseline", "llm"),
        ("model", "some/model:7b"),
        ("prompt", "ab" * 8),
    )
    assert signature.system_part({"system": "mine"}) == ()
