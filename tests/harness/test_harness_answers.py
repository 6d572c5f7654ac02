"""The scorer that both harnesses use: SQuAD's figures, with Unicode's punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from parley.harness import parley_answers as answers


@pytest.mark.parametrize(
    ("answer", "accepted", "exact", "overlap"),
    [
        ("the Lenna Post.", ["Lenna Post"], 1.0, 1.0),
        ("“Ada Brand”", ["mayor Ada Brand", "Ada Brand"], 1.0, 1.0),
        ("The town's mayor", ["the town’s mayor"], 1.0, 1.0),
        ("Ada Brand, the mayor", ["mayor Brand"], 0.0, 0.8),
        ("\nthe crew\nbecause it struck", ["crew"], 1.0, 1.0),
        ("crew crew", ["crew"], 0.0, 2 / 3),
        ("harbour", ["crew"], 0.0, 0.0),
        ("", ["crew"], 0.0, 0.0),
        ("crew", [], 0.0, 0.0),
    ],
)
def test_an_answer_has_the_score_that_squad_gives_it(
    answer: str, accepted: list[str], exact: float, overlap: float
) -> None:
    assert answers.exact_match(answer, accepted) == exact
    assert answers.f1(answer, accepted) == pytest.approx(overlap)


@given(st.text(), st.lists(st.text(), min_size=1))
def test_an_exact_match_has_f1_of_one_and_no_score_leaves_its_range(
    answer: str, accepted: list[str]
) -> None:
    exact, overlap = answers.exact_match(answer, accepted), answers.f1(answer, accepted)
    assert exact <= overlap <= 1.0
    assert overlap >= 0.0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_macro_f1_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    gold, picked = zip(*pairs, strict=True)
    expected = f1_score(gold, picked, average="macro", zero_division=0)
    assert answers.macro_f1(pairs) == pytest.approx(expected)


def test_the_likeliest_choice_is_picked_and_length_can_be_taken_out() -> None:
    row = {"choices": ["against", "openly refuses to take a side"], "label": 1}
    found = answers.choice_results(row, [(-4.0, False), (-5.0, False)])
    assert found == {"acc": 0.0, "acc_norm": 1.0, "macro_f1": (1, 0)}
