"""The report for a terminal says what was scored, fits, and cannot steer the terminal."""

from dataclasses import replace

from parley.scoring import text
from tests.scoring.made_results import counts
from tests.scoring.made_results import result as made_result
from tests.scoring.noisy import scored


def test_every_line_fits_a_terminal_and_ends_without_spaces() -> None:
    result, _ = scored(1, resamples=20)
    for line in text.render(result).splitlines():
        assert len(line) <= text.WIDTH and line == line.rstrip()


def test_it_shows_the_signature_every_layer_and_every_overall_metric() -> None:
    result, _ = scored(1, resamples=20)
    shown = text.render(result)
    assert str(result.signature) in shown.replace("\n  |", "|")
    for layer in result.layers:
        assert f"\n{layer}: " in shown
    for score in result.scores:
        if not score.label:
            assert f"  {score.metric}" in shown and text.value(score.f1) in shown


def test_labels_of_headline_metrics_have_rows_and_can_be_left_out() -> None:
    result, _ = scored(1)
    labels = {score.label for score in result.scores if score.metric == "strict"} - {""}
    with_labels = text.render(result).split("\nevents: ")[0]
    assert labels and all(f" {label} " in with_labels for label in labels)
    without = text.render(result, labels=False).split("\nevents: ")[0]
    assert not any(f" {label} " in without for label in labels)


def test_what_is_missing_is_said_before_the_figures() -> None:
    result = made_result(
        "made",
        {"mentions": counts(9, 0.5, 1)},
        missing=[f"lost-{number}" for number in range(7)],
        partial={"mentions": ["half"]},
    )
    shown = text.render(replace(result, ignored=["stranger"], not_predicted=["events"]))
    head = " ".join(shown.split("\nmentions: ")[0].split())
    assert "lost-4 and 2 more" in head and "7 documents, counted as nothing predicted" in head
    assert "without mentions: 1 document" in head and "half" in head
    assert "not predicted: events (not scored)" in head and "stranger" in head


def test_errors_are_counted_by_kind_with_the_part_of_an_attribution_that_differs() -> None:
    result, _ = scored(2)
    shown = text.render(result).split("\nerrors\n")[1].replace("\n    ", " ")
    kinds = result.layers["mentions"].kinds()
    assert all(f"{kind} {number}" in shown for kind, number in kinds.items())
    assert "boundary of source" in shown


def test_hostile_names_cannot_steer_the_terminal() -> None:
    result, _ = scored(1, system="bad\x1b[2J\x07name\nsecond\u202eline")
    assert text.render(result).isprintable() is False  # newlines, of course
    assert all(line.isprintable() for line in text.render(result).splitlines())


def test_weight_is_added_only_when_asked_for() -> None:
    result, _ = scored(1)
    plain, colored = text.render(result), text.render(result, color=True)
    assert "\x1b" not in plain and "\x1b[1m" in colored
    assert plain == colored.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")


def test_a_result_of_nothing_is_shown() -> None:
    assert text.render(made_result("made", {})).startswith("made\n")
