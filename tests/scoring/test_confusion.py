"""Confusion matrices and outcomes account for every item once."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.scoring.confusion import ABOUT, NOTHING, about, confusions, fates
from parley.scoring.errors import Error
from parley.scoring.result import Result
from tests.scoring.noisy import scored


def _totals(result: Result, name: str) -> tuple[int, int, int]:
    """Matched, predicted, gold."""
    layer, metric = ABOUT[name]
    measure = result.layers[layer].measure(metric)
    assert measure is not None
    matched, predicted, gold = measure.counts.sum(axis=0).tolist()
    return matched, predicted, gold


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_matrix_has_every_gold_item_in_one_row_and_every_prediction_in_one_column(
    seed: int,
) -> None:
    result, _ = scored(seed)
    for item in confusions(result):
        matched, predicted, gold = _totals(result, item.about)
        assert item.labels[-1] == NOTHING and item.cells[-1][-1] == 0
        assert sum(map(sum, item.cells[:-1])) == gold
        assert sum(sum(row[:-1]) for row in item.cells) == predicted
        diagonal = sum(item.cells[at][at] for at in range(len(item.labels)))
        assert diagonal == matched + item.edges


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_outcomes_add_up_to_the_items_of_each_side_and_each_label(seed: int) -> None:
    result, _ = scored(seed)
    found = fates(result)
    assert [item.about for item in found if not item.label] == list(ABOUT)
    for item in found:
        layer, metric = ABOUT[item.about]
        score = result[layer, metric, item.label]
        assert sum(item.gold.values()) == score.gold, item
        assert sum(item.predicted.values()) == score.predicted, item


def test_gold_taken_for_predictions_has_nothing_off_the_diagonal() -> None:
    result, _ = scored(5)
    perfect = replace(
        result, layers={name: replace(layer, errors=[]) for name, layer in result.layers.items()}
    )
    for item in confusions(perfect):
        for at, row in enumerate(item.cells):
            assert sum(row) == row[at]


def test_a_wrong_label_stands_in_golds_row_and_the_predicted_column() -> None:
    result, _ = scored(5)
    errors = [
        Error("events", "type", 0, ((0, 4),), ((0, 4),), "AID", "HARM"),
        Error("events", "wrong role", 0, ((5, 9),), ((5, 9),), "AID.actor", "AID.recipient"),
        Error("events", "wrong trigger", 0, ((5, 9),), ((5, 9),), "AID.theme", "AID.theme"),
        Error("events", "missing", 0, ((5, 9),), (), "AID.time", None),
        Error("events", "spurious", 0, (), ((5, 9),), None, "AID"),
    ]
    layer = replace(result.layers["events"], measures=[], errors=errors)
    found = {item.about: item for item in confusions(replace(result, layers={"events": layer}))}

    def cell(name: str, gold: str, predicted: str) -> int:
        labels = found[name].labels
        return found[name].cells[labels.index(gold)][labels.index(predicted)]

    assert cell("triggers", "AID", "HARM") == 1
    assert cell("triggers", NOTHING, "AID") == 1
    assert cell("arguments", "actor", "recipient") == 1
    assert cell("arguments", "theme", "theme") == 1 and found["arguments"].edges == 1
    assert cell("arguments", "time", NOTHING) == 1
    assert sum(map(sum, found["triggers"].cells)) == 2


def test_arguments_are_told_from_triggers_by_their_labels() -> None:
    assert about(Error("events", "missing", 0, ((0, 1),), (), "AID")) == "triggers"
    assert about(Error("events", "spurious", 0, (), ((0, 1),), None, "AID.time")) == "arguments"
    assert about(Error("stances", "missing", 0, ((0, 1),), (), "FAVOR")) == "stances"
