"""The spaCy baseline learns names, names in names and triggers, and does it again the same."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from parley.baselines import CannotRunError, spacy_
from parley.baselines.sample import Sample

pytest.importorskip("spacy")
# spaCy imports whatever plugs into it, and one such package (pysbd) is written without raw strings.
pytestmark = [
    pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:invalid escape sequence:SyntaxWarning"),
]

PEOPLE = ("Halvard Mirkwood", "Oda Fenn", "Rolf Tarn", "Ingrid Vale")
TOWNS = ("Lennaburg", "Ötvös", "Seim", "Karsk")


def a_sample(doc_id: str, shift: int, *, gold: bool) -> Sample:
    """A document of four sentences of one pattern, with names in names, names and triggers."""
    text = "🚢 Harbour talks\n"
    mentions: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    spans = [(0, len(text) - 1)]

    def put(words: str, type_: str = "", how: str = "name") -> None:
        nonlocal text
        if type_:
            span = {"start": len(text), "end": len(text) + len(words), "type": type_}
            if how == "event":
                events.append({"id": f"e{len(events) + 1}", **span, "arguments": []})
            else:
                mentions.append({"id": f"m{len(mentions) + 1}", **span, "mention_type": how})
        text += words

    for turn in range(4):
        start = len(text)
        town = TOWNS[(shift + turn) % 4]
        put(PEOPLE[(shift * turn + 1) % 4], "PERSON")
        put(" attacked" if turn % 2 else " met", "ASSAULT" if turn % 2 else "CONSULT", "event")
        events[-1]["start"] = int(str(events[-1]["start"])) + 1
        put(" the ")
        put(f"{town} council", "ORG")
        inner = len(text) - len(f"{town} council")
        mentions.append(
            {
                "id": f"m{len(mentions) + 1}",
                "start": inner,
                "end": inner + len(town),
                "type": "GPE",
                "mention_type": "name",
            }
        )
        put(" and ")
        put("he", "PERSON", "pronoun")
        put(" left.")
        spans.append((start, len(text)))
        put("\n")
    row = {"doc_id": doc_id, "mentions": mentions, "events": events} if gold else None
    lines = tuple((*span, "title" if not place else "body") for place, span in enumerate(spans))
    return Sample(doc_id, text, tuple(spans), lines, "2031-04-01", "harbour", "wire", row)


def options(*words: str) -> Namespace:
    """The options as the command gives them."""
    parser = ArgumentParser()
    spacy_.configure(parser)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(words)


def quiet(words: str) -> None:
    """Says nothing."""


TRAIN = [a_sample(f"train-{number}", number, gold=True) for number in range(4)]
TEST = a_sample("test-1", 2, gold=False)
GOLD = a_sample("test-1", 2, gold=True).row or {}


def test_names_names_inside_them_pronouns_and_triggers_are_found_and_kept_in_a_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "models" / "tiny"
    learnt = options("--epochs", "30", "--model-out", str(folder))
    made = spacy_.predict(learnt, TRAIN, [TEST], quiet)
    row = made.rows[0]
    for layer in ("mentions", "events"):
        assert {(item["start"], item["end"], item["type"]) for item in row[layer]} == {
            (item["start"], item["end"], item["type"]) for item in GOLD[layer]
        }
        assert all(TEST.text[item["start"] : item["end"]] == item["text"] for item in row[layer])
    assert {item["mention_type"] for item in row["mentions"]} == {"name", "pronoun"}
    assert made.details["sentences_learnt"] == 20
    assert made.details["spans_off_tokens"] == 0
    again = spacy_.predict(options("--model", str(folder)), [], [TEST], quiet)
    assert again.rows == made.rows
    assert again.details["model"] == "tiny"
    assert [file.name for file in folder.parent.iterdir()] == ["tiny"]
    with pytest.raises(CannotRunError, match="expected a new folder"):
        spacy_.predict(learnt, TRAIN, [TEST], quiet)


def test_two_runs_with_one_seed_give_the_same_rows() -> None:
    few = options("--epochs", "4", "--threshold", "0.1", "--trigger-threshold", "0.1")
    runs = [spacy_.predict(few, TRAIN, [TEST], quiet).rows for _ in range(2)]
    assert runs[0] == runs[1]


def test_documents_that_nobody_annotated_a_layer_of_teach_nothing(tmp_path: Path) -> None:
    row = {key: value for key, value in (TRAIN[0].row or {}).items() if key != "events"}
    half = Sample(TRAIN[0].doc_id, TRAIN[0].text, (), (), "2031", "harbour", "wire", row)
    with pytest.raises(CannotRunError, match="nothing to train on"):
        spacy_.predict(options("--epochs", "1"), [half], [TEST], quiet)


def test_a_folder_without_a_pipeline_and_options_that_exclude_each_other_are_told(
    tmp_path: Path,
) -> None:
    import spacy

    with pytest.raises(CannotRunError, match="a folder that --model-out wrote"):
        spacy_.predict(options("--model", str(tmp_path)), [], [TEST], quiet)
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(CannotRunError, match="has not the components"):
        spacy_.predict(options("--model", str(tmp_path / "blank")), [], [TEST], quiet)
    both = options("--model", str(tmp_path), "--model-out", str(tmp_path / "new"))
    with pytest.raises(CannotRunError, match="expected one of them"):
        spacy_.predict(both, [], [TEST], quiet)
