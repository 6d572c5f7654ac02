"""Where places go when a text is edited."""

from hypothesis import given
from hypothesis import strategies as st

from parley.versions.shifts import Shift, edits
from tests.strategies import TEXTS, spans


@given(TEXTS, TEXTS)
def test_the_edits_of_a_text_make_the_other_one_of_it(old: str, new: str) -> None:
    made, at = "", 0
    for start, end, first, last in edits(old, new):
        made += old[at:start] + new[first:last]
        at = end
    assert made + old[at:] == new


@given(TEXTS, TEXTS, st.data())
def test_a_place_that_is_kept_begins_and_ends_with_the_same_characters(
    old: str, new: str, data: st.DataObject
) -> None:
    start, end = data.draw(spans(old))
    found = Shift(old, new).span((start, end))
    if found is not None:
        assert new[found[0]] == old[start]
        assert new[found[1] - 1] == old[end - 1]


@given(TEXTS, st.data())
def test_in_an_equal_text_every_place_stays(text: str, data: st.DataObject) -> None:
    span = data.draw(spans(text))
    assert Shift(text, text).span(span) == Shift(text, text).around(span) == span


def test_words_put_in_before_move_a_place_and_words_inside_stretch_it() -> None:
    shift = Shift("The bridge was shut.", "The old bridge was soon shut.")
    assert shift.span((4, 10)) == (8, 14)
    assert shift.span((4, 19)) == (8, 28)


def test_a_place_whose_first_word_was_edited_is_lost_and_its_edge_is_the_new_word() -> None:
    shift = Shift("The bridge was shut.", "The viaduct was shut.")
    assert shift.span((4, 14)) is None
    assert shift.around((4, 14)) == (4, 15)


def test_half_a_word_is_never_kept() -> None:
    assert edits("Lisvik burns", "Lisviken burns") == [(0, 6, 0, 8)]
