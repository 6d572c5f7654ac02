"""Examples show the words at fault, whose they are, and come from documents far apart."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.predictions.inputs import Inputs
from parley.scoring.errors import Error, Span
from parley.scoring.examples import CONTEXT, Example, example, patterns
from tests.scoring.noisy import scored

TEXT = "The mayor of Lenna said on Tuesday that the old bridge over the river would stay shut."


def _inputs(*texts: str | None) -> Inputs:
    rows = [{"doc_id": f"made-{number}"} for number in range(len(texts))]
    names = [row["doc_id"] for row in rows]
    return Inputs(names, rows, rows, texts, ["flood"] * len(texts), ["wire"] * len(texts))


def _span(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return start, start + len(words)


def _marked(found: Example) -> list[tuple[str, str]]:
    return [(piece.words, piece.mark) for piece in found.pieces]


def _shown(gold: tuple[Span, ...], predicted: tuple[Span, ...], text: str = TEXT) -> Example:
    return example(Error("mentions", "boundary", 0, gold, predicted, "LOC", "LOC"), _inputs(text))


def test_an_overlap_shows_what_each_side_has_alone_and_what_both_have() -> None:
    found = _shown((_span("old bridge over the river"),), (_span("the old bridge"),))
    assert _marked(found) == [
        ("The mayor of Lenna said on Tuesday that ", ""),
        ("the ", "predicted"),
        ("old bridge", "both"),
        (" over the river", "gold"),
        (" would stay shut.", ""),
    ]


def test_apart_spans_stand_in_text_order_with_the_words_between() -> None:
    found = _shown((_span("mayor of Lenna"), _span("said")), (_span("Tuesday"),))
    assert _marked(found)[1:6] == [
        ("mayor of Lenna", "gold"),
        (" ", ""),
        ("said", "gold"),
        (" on ", ""),
        ("Tuesday", "predicted"),
    ]


def test_context_stays_on_the_line_and_is_cut_between_words() -> None:
    line = "word " * 60
    text = f"A line before.\n{line}Lenna {line.strip()}\nA line after."
    found = _shown((_span("Lenna", text),), (), text)
    left, marked, right = (piece.words for piece in found.pieces)
    assert marked == "Lenna"
    assert left == "…" + "word " * (CONTEXT // 5) and right == " word" * (CONTEXT // 5) + "…"
    short = _shown((_span("before", text),), (), text)
    assert [piece.words for piece in short.pieces] == ["A line ", "before", "."]


def test_a_long_span_is_shortened_in_its_middle() -> None:
    text = "Lenna " * 500
    found = _shown(((0, len(text)),), (), text)
    ((words, mark),) = _marked(found)
    assert mark == "gold" and len(words) < 300 and " … " in words


def test_a_letter_keeps_its_combining_marks() -> None:
    text = "é" * 400
    place = 400
    found = _shown(((place, place + 2),), (), text)
    assert all(piece.words.lstrip("…")[0] == "e" for piece in found.pieces)


def test_a_withheld_text_leaves_the_spans_to_show() -> None:
    found = example(Error("mentions", "missing", 0, ((4, 9),), (), "LOC"), _inputs(None))
    assert found.pieces == () and found.gold == ((4, 9),)


@settings(deadline=None)
@given(
    st.text(max_size=400),
    st.lists(st.tuples(st.integers(-5, 500), st.integers(0, 500)), max_size=4),
    st.lists(st.tuples(st.integers(-5, 500), st.integers(0, 500)), max_size=4),
)
def test_whatever_the_spans_only_words_of_the_text_are_shown(
    text: str, gold: list[Span], predicted: list[Span]
) -> None:
    found = _shown(tuple(gold), tuple(predicted), text)
    for piece in found.pieces:
        assert piece.words
        assert all(part.strip() in text for part in piece.words.split("…") if "…" not in text)


def _missing(document: int, words: str = "Lenna") -> Error:
    return Error("mentions", "missing", document, (_span(words),), (), "LOC")


def test_examples_are_of_documents_far_apart() -> None:
    inputs = _inputs(*[TEXT] * 9)
    errors = [_missing(document) for document in range(9)]
    (found,) = patterns({"mentions": errors}, {"mentions": inputs}, examples=3)
    assert [item.doc_id for item in found.examples] == ["made-0", "made-3", "made-6"]
    assert (found.count, found.documents) == (9, 9)


def test_a_document_is_used_again_only_when_there_are_no_others() -> None:
    errors = [_missing(0), _missing(0, "mayor"), _missing(0, "river"), _missing(1)]
    (found,) = patterns({"mentions": errors}, {"mentions": _inputs(TEXT, TEXT)}, examples=3)
    assert [item.doc_id for item in found.examples] == ["made-0", "made-0", "made-1"]
    assert len({item.gold for item in found.examples if item.doc_id == "made-0"}) == 2


def test_patterns_are_the_most_frequent_of_each_kind_whatever_the_order_of_errors() -> None:
    result, inputs = scored(4)
    layers = {name: list(layer.errors) for name, layer in result.layers.items() if name in inputs}
    backwards = {name: errors[::-1] for name, errors in layers.items()}
    found = patterns(layers, inputs, examples=2, most=3)
    assert found == patterns(backwards, inputs, examples=2, most=3)
    for one, other in pairwise(found):
        if (one.about, one.kind) == (other.about, other.kind):
            assert one.count >= other.count
    assert all(1 <= len(item.examples) <= 2 for item in found)
    everything = patterns(layers, inputs, examples=0, most=1000)
    assert sum(item.count for item in everything) == sum(map(len, layers.values()))
