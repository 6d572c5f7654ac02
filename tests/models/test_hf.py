"""Token classification: the right words at the right offsets, whatever stands before them."""

from pathlib import Path

import pytest

from parley.baselines import CannotRunError, hf
from parley.baselines.sample import Sample
from tests.models import made

pytestmark = pytest.mark.models
pytest.importorskip("torch")
pytest.importorskip("transformers")

NAMES = {"halvard": "B-PER", "mirkwood": "I-PER", "lennaburg": "B-LOC"}


def quiet(words: str) -> None:
    """Says nothing."""


def train(*types: str) -> Sample:
    """A train document with one name of each type given."""
    rows = [
        {"id": f"m{place}", "start": 0, "end": 7, "type": name, "mention_type": "name"}
        for place, name in enumerate(types)
    ]
    return Sample(
        "train-1", made.TEXT, (), (), "2031-04-01", "t", "wire", {"doc_id": "t", "mentions": rows}
    )


def spans(text: str, row: dict[str, object]) -> list[tuple[int, int, str]]:
    """A row's mentions, each checked against its own words."""
    rows = row["mentions"]
    assert isinstance(rows, list)
    for item in rows:
        assert item["text"] == text[item["start"] : item["end"]]
        assert item["mention_type"] == "name"
    return [(item["start"], item["end"], item["type"]) for item in rows]


def places(text: str, words: str, type_: str) -> list[tuple[int, int, str]]:
    """Where `words` stand in the reading text, which begins after the second line."""
    found = []
    at = text.index("🚢")
    while (at := text.find(words, at)) >= 0:
        found.append((at, at + len(words), type_))
        at += len(words)
    return found


@pytest.mark.parametrize("aggregation", ["first", "max"])
def test_names_stand_where_they_are_behind_emoji_accents_and_other_scripts(
    tmp_path: Path, aggregation: str
) -> None:
    model = made.classifier(tmp_path / "m", NAMES, ("I-LOC", "B-ORG", "I-ORG", "B-MISC"), 64)
    args = made.options(hf, "--model", str(model), "--aggregation", aggregation)
    answer = hf.predict(args, [train("GPE", "GPE", "LOC", "FAC")], [made.sample()], quiet)
    text = made.TEXT
    expected = [
        *places(text, "Halvard Mirkwood", "PERSON"),
        *places(text, "Lennaburg", "GPE"),
        *[
            span
            for span in places(text, "Mirkwood", "PERSON")
            if text[span[0] - 8 : span[0]] != "Halvard "
        ],
    ]
    assert spans(text, answer.rows[0]) == sorted(expected)
    assert answer.details["labels"]["LOC"] == "GPE"
    assert answer.details["windows"]["windows"] >= 1
    assert len(answer.details["weights_sha256"]["model.safetensors"]) == 64
    assert answer.details["model"] == "m"


def test_a_byline_is_not_predicted_although_the_model_finds_a_name_in_it(tmp_path: Path) -> None:
    args = made.options(hf, "--model", str(made.classifier(tmp_path / "m", NAMES)))
    answer = hf.predict(args, [], [made.sample()], quiet)
    byline = made.TEXT.index("By Halvard"), made.TEXT.index("🚢")
    assert not [span for span in spans(made.TEXT, answer.rows[0]) if span[0] < byline[1]]


@pytest.mark.parametrize("length", [12, 16, 33, 64])
def test_long_texts_are_read_to_the_end_in_windows_of_any_length(
    tmp_path: Path, length: int
) -> None:
    body = "The river was closed again because it did not rain and Mirkwood said it in the cafe. "
    endless = "and the river and Lennaburg said it did not rain " * 20
    text = f"Title talks\nBy the desk\n🚢 {body * 12}\n{endless}end Mirkwood.\n"
    model = made.classifier(tmp_path / "m", {"mirkwood": "S-PER", "lennaburg": "S-LOC"}, (), length)
    answer = hf.predict(
        made.options(hf, "--model", str(model), "--batch-size", "3"), [], [made.sample(text)], quiet
    )
    expected = places(text, "Mirkwood", "PERSON") + places(text, "Lennaburg", "FAC")
    assert spans(text, answer.rows[0]) == sorted(expected)
    assert answer.details["windows"]["sentences_split"] >= 1
    assert answer.details["windows"]["words_not_read"] == []


def test_a_word_longer_than_the_model_reads_is_reported_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    endless = "harbourtalks" * 40
    text = f"Title talks\nBy the desk\n🚢 Mirkwood said {endless} and Mirkwood left.\n"
    model = made.classifier(tmp_path / "m", {"mirkwood": "S-PER"}, (), 32)
    # WordPiece gives up on words of more than 100 characters: one unknown piece. Bytes would not.
    made_long = hf.predict(
        made.options(hf, "--model", str(model), "--max-tokens", "4"), [], [made.sample(text)], quiet
    )
    assert spans(text, made_long.rows[0]) == places(text, "Mirkwood", "PERSON")
    short = "harbourtalks" * 5
    text = f"Title talks\nBy the desk\n🚢 Mirkwood said {short} and Mirkwood left.\n"
    answer = hf.predict(
        made.options(hf, "--model", str(model), "--max-tokens", "8"), [], [made.sample(text)], quiet
    )
    assert spans(text, answer.rows[0]) == places(text, "Mirkwood", "PERSON")
    assert answer.details["windows"]["words_not_read"] == [
        {"doc_id": "harbour-talks", "start": text.index(short), "end": text.index(short) + 60}
    ]


def test_two_runs_give_the_same_rows(tmp_path: Path) -> None:
    args = made.options(hf, "--model", str(made.classifier(tmp_path / "m", NAMES)))
    runs = [hf.predict(args, [], [made.sample()], quiet) for _ in range(2)]
    assert runs[0] == runs[1]


def test_a_label_map_says_what_labels_of_the_models_own_are(tmp_path: Path) -> None:
    model = made.classifier(tmp_path / "m", {"mirkwood": "B-boss", "lennaburg": "B-town"})
    table = tmp_path / "map.toml"
    table.write_text('boss = "PERSON"\ntown = ""\n')
    args = made.options(hf, "--model", str(model), "--label-map", str(table))
    answer = hf.predict(args, [], [made.sample()], quiet)
    assert {item["type"] for item in answer.rows[0]["mentions"]} == {"PERSON"}
    with pytest.raises(CannotRunError, match=r"'boss'(?s:.)*'town'(?s:.)*--label-map"):
        hf.predict(made.options(hf, "--model", str(model)), [], [made.sample()], quiet)


def test_a_folder_that_holds_no_model_and_a_device_that_is_not_there_are_told(
    tmp_path: Path,
) -> None:
    with pytest.raises(CannotRunError, match="cannot be loaded"):
        hf.predict(made.options(hf, "--model", str(tmp_path)), [], [made.sample()], quiet)
    args = made.options(hf, "--model", str(made.classifier(tmp_path / "m", NAMES)))
    args.device = "warp:1"
    with pytest.raises(CannotRunError, match="--device warp:1 cannot be used"):
        hf.predict(args, [], [made.sample()], quiet)
    args.device, args.max_tokens = "cpu", 99
    with pytest.raises(CannotRunError, match=r"--max-tokens 99 is more than the model reads: 32"):
        hf.predict(args, [], [made.sample()], quiet)
