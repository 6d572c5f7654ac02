"""Who is paired with whom."""

from itertools import permutations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from parley import pairing
from parley.document import Annotations, Attribution, Event, Mention, Stance
from tests.strategies import TEXTS, annotations


def mention(item: str, start: int, end: int, kind: str = "GPE") -> Mention:
    return Mention(item, start, end, kind)


def ids(pairs: pairing.Pairs[Mention]) -> tuple[list[str], list[str], list[str]]:
    return (
        [f"{x.id}-{y.id}" for x, y in pairs.both],
        [item.id for item in pairs.only_a],
        [item.id for item in pairs.only_b],
    )


def test_the_exact_span_is_not_taken_by_a_longer_neighbour() -> None:
    a = [mention("a1", 0, 4)]
    b = [mention("b1", 0, 12), mention("b2", 0, 4)]
    assert ids(pairing.mentions(a, b)) == (["a1-b2"], [], ["b1"])


def test_the_same_type_goes_first_on_one_span() -> None:
    a = [mention("a1", 0, 4, "GPE"), mention("a2", 0, 4, "ORG")]
    b = [mention("b1", 0, 4, "ORG"), mention("b2", 0, 4, "FAC")]
    assert ids(pairing.mentions(a, b)) == (["a1-b2", "a2-b1"], [], [])


def test_the_best_total_overlap_beats_the_largest_single_one() -> None:
    # a1 overlaps b1 by 9 and b2 by 8; a2 overlaps b1 alone, by 5. Greedy would leave a2 alone.
    a = [mention("a1", 5, 22), mention("a2", 0, 10)]
    b = [mention("b1", 4, 14), mention("b2", 14, 25)]
    assert ids(pairing.mentions(a, b)) == (["a2-b1", "a1-b2"], [], [])


def test_spans_that_only_touch_are_not_paired() -> None:
    pairs = pairing.mentions([mention("a1", 0, 5)], [mention("b1", 5, 9)])
    assert ids(pairs) == ([], ["a1"], ["b1"])


def test_content_decides_where_one_cue_carries_two_attributions() -> None:
    a = [
        Attribution("a1", [(0, 4)], content=[(5, 20)]),
        Attribution("a2", [(0, 4)], content=[(30, 50)]),
    ]
    b = [
        Attribution("b1", [(0, 4)], content=[(28, 48)]),
        Attribution("b2", [(0, 4)], content=[(6, 20)]),
    ]
    both = pairing.attributions(a, b).both
    assert [(x.id, y.id) for x, y in both] == [("a1", "b2"), ("a2", "b1")]


def test_cues_that_overlap_alike_are_told_apart_by_content() -> None:
    a = [Attribution("a1", [(0, 4)], content=[(30, 40)])]
    b = [
        Attribution("b1", [(0, 9)], content=[(10, 20)]),
        Attribution("b2", [(0, 12)], content=[(31, 40)]),
    ]
    assert [(x.id, y.id) for x, y in pairing.attributions(a, b).both] == [("a1", "b2")]


def test_stances_on_one_expression_are_paired_by_target_then_label() -> None:
    a = [Stance("a1", 0, 5, "FAVOR", "m1"), Stance("a2", 0, 5, "AGAINST", "m2")]
    b = [Stance("b1", 0, 5, "FAVOR", "n2"), Stance("b2", 0, 5, "AGAINST", "n1")]
    by_target = pairing.stances(a, b, {"m1": "n1", "m2": "n2"}).both
    assert {(x.id, y.id) for x, y in by_target} == {("a1", "b2"), ("a2", "b1")}
    by_label = pairing.stances(a, b).both
    assert {(x.id, y.id) for x, y in by_label} == {("a1", "b1"), ("a2", "b2")}


def test_many_annotations_over_each_other_are_paired_in_a_bearable_time() -> None:
    a = [Event(f"a{at}", at, 1000 + at, "OCCUR") for at in range(300)]
    b = [Event(f"b{at}", at, 1001 + at, "OCCUR") for at in range(300)]
    assert len(pairing.events(a, b).both) == 300


def test_overlap_counts_each_code_point_once() -> None:
    assert pairing.overlap([(0, 5), (3, 8)], [(4, 6), (5, 10)]) == 4
    assert pairing.overlap([], [(0, 3)]) == 0


@st.composite
def two(draw: st.DrawFn) -> tuple[Annotations, Annotations]:
    text = draw(TEXTS)
    return draw(annotations(text)), draw(annotations(text))


def named(found: pairing.Alignment) -> list[object]:
    layers = (found.mentions, found.events, found.attributions, found.stances)
    return [
        (
            [(x.id, y.id) for x, y in pairs.both],
            [item.id for item in pairs.only_a],
            [item.id for item in pairs.only_b],
        )
        for pairs in layers
    ]


@given(two(), st.integers())
def test_the_order_of_the_lists_changes_nothing(
    pair: tuple[Annotations, Annotations], seed: int
) -> None:
    a, b = pair
    before = named(pairing.align(a, b))
    random = Random(seed)
    for item in (a, b):
        for values in (item.mentions, item.events, item.attributions, item.stances):
            random.shuffle(values)
    assert named(pairing.align(a, b)) == before


@given(two())
def test_turning_the_annotators_round_turns_the_pairs_round(
    pair: tuple[Annotations, Annotations],
) -> None:
    a, b = pair
    there, back = pairing.align(a, b), pairing.align(b, a)
    assert {second: first for first, second in there.ids.items()} == back.ids
    assert {(x.id, y.id) for x, y in there.stances.both} == {
        (y.id, x.id) for x, y in back.stances.both
    }
    assert there.mentions.only_a == back.mentions.only_b


def test_twins_are_paired_alike_from_either_side() -> None:
    # Alike in all but their ids, on both sides: any pairing is as good, but it must be one.
    a = [mention(f"m{at}", 0, 4) for at in range(3)]
    b = [mention(f"m{at}", 0, 4) for at in range(3)]
    assert ids(pairing.mentions(a, b))[0] == ["m0-m0", "m1-m1", "m2-m2"]


@given(two())
def test_everything_is_paired_once_or_left_over(pair: tuple[Annotations, Annotations]) -> None:
    a, b = pair
    found = pairing.align(a, b)
    ours = [x.id for x, _ in found.mentions.both] + [x.id for x in found.mentions.only_a]
    theirs = [y.id for _, y in found.mentions.both] + [y.id for y in found.mentions.only_b]
    assert sorted(ours) == sorted(item.id for item in a.mentions)
    assert sorted(theirs) == sorted(item.id for item in b.mentions)
    assert all(x.start < y.end and y.start < x.end for x, y in found.mentions.both)


SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=5,
    unique=True,
)


@given(SPANS, SPANS)
def test_no_other_assignment_of_what_is_not_exact_overlaps_more(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    ours = [mention(f"a{at}", *span) for at, span in enumerate(a)]
    theirs = [mention(f"b{at}", *span) for at, span in enumerate(b)]
    found = pairing.mentions(ours, theirs)
    exact = set(a) & set(b)
    left, right = [s for s in a if s not in exact], [s for s in b if s not in exact]
    if len(left) > len(right):
        left, right = right, left
    best = max(
        sum(pairing.overlap([x], [y]) for x, y in zip(left, chosen, strict=True))
        for chosen in permutations(right, len(left))
    )
    total = sum(
        pairing.overlap([(x.start, x.end)], [(y.start, y.end)])
        for x, y in found.both
        if (x.start, x.end) != (y.start, y.end)
    )
    assert total == best
