"""Windows of a text: everything is read once, with context, and nothing longer than the model."""

from hypothesis import given
from hypothesis import strategies as st

from parley.baselines.spans import Found, events, mentions, within
from parley.baselines.windows import Tally, cut


def lines(words: list[list[int]]) -> tuple[str, list[tuple[int, int]]]:
    """A text of sentences of words of these lengths, a line each, and where the sentences are."""
    text = ""
    spans = []
    for sentence in words:
        line = " ".join("é" * length for length in sentence)
        spans.append((len(text), len(text) + len(line)))
        text += line + "\n"
    return text, spans


sentences = st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=40), max_size=12)


@given(sentences, st.integers(1, 60))
def test_every_place_is_one_windows_own_unless_its_word_is_reported(
    words: list[list[int]], most: int
) -> None:
    text, spans = lines(words)
    made = cut(text, spans, lambda part: len(part) <= most)
    for window in made.windows:
        assert window.end - window.start <= most
        assert window.start <= window.own_start < window.own_end <= window.end
    for start, end in spans:
        for place in range(start, end):
            owners = [item for item in made.windows if item.own_start <= place < item.own_end]
            lost = any(first <= place < last for first, last in made.lost)
            assert len(owners) == (0 if lost else 1) or text[place].isspace()
    assert [item.own_start for item in made.windows] == sorted(
        item.own_start for item in made.windows
    )


@given(sentences, st.integers(20, 60))
def test_a_sentence_that_fits_is_read_whole_in_the_window_that_owns_it(
    words: list[list[int]], most: int
) -> None:
    text, spans = lines(words)
    made = cut(text, spans, lambda part: len(part) <= most)
    assert made.split == [(start, end) for start, end in spans if end - start > most]
    for start, end in spans:
        if end - start <= most:
            [owner] = [item for item in made.windows if item.own_start <= start < item.own_end]
            assert owner.start <= start and end <= owner.end <= owner.start + most
            assert end <= owner.own_end


def test_windows_share_a_sentence_so_that_it_is_context_for_the_next() -> None:
    text, spans = lines([[3], [3], [3], [3]])
    made = cut(text, spans, lambda part: len(part) <= 11)
    assert [(item.start, item.end) for item in made.windows] == [(0, 11), (8, 15)]
    assert [(item.own_start, item.own_end) for item in made.windows] == [(0, 11), (12, 15)]


def test_a_sentence_of_many_windows_has_half_of_the_shared_words_on_each_side_of_a_border() -> None:
    text, spans = lines([[1] * 200])
    made = cut(text, spans, lambda part: len(part.split()) <= 64)
    first, second = made.windows[:2]
    assert made.split == spans
    assert len(text[second.start : first.end].split()) == 32
    assert len(text[second.start : second.own_start].split()) == 16


def test_a_tally_adds_up_documents_and_names_the_words_that_were_not_read() -> None:
    text, spans = lines([[2, 9, 2]])
    tally = Tally()
    tally.add("a", cut(text, spans, lambda part: len(part) <= 4))
    tally.add("b", cut(text, [], lambda part: False))
    assert tally.details() == {
        "windows": 2,
        "sentences_split": 1,
        "words_not_read": [{"doc_id": "a", "start": 3, "end": 12}],
    }


def test_spans_between_or_across_sentences_are_left_out() -> None:
    found = [Found(0, 3, "ORG"), Found(2, 6, "ORG"), Found(4, 5, "ORG"), Found(5, 9, "ORG")]
    assert within([(0, 4), (5, 9)], [*found, found[0]]) == [found[0], found[3]]


def test_rows_stand_in_order_each_span_and_type_once_with_its_words() -> None:
    found = [Found(1, 2, "ORG", "name"), Found(0, 2, "LAW"), Found(1, 2, "ORG"), Found(0, 1, "LAW")]
    assert [(row["id"], row["text"], row["type"]) for row in mentions("é🚢", found)] == [
        ("m1", "é🚢", "LAW"),
        ("m2", "é", "LAW"),
        ("m3", "🚢", "ORG"),
    ]
    assert "mention_type" not in mentions("é🚢", found)[0]
    assert mentions("é🚢", found)[2]["mention_type"] == "name"
    assert [row["arguments"] for row in events("é🚢", found)] == [[], [], []]
