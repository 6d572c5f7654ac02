"""GLiNER: what it says of a window is what stands in the document, and nothing is cut off."""

import warnings
from pathlib import Path
from typing import Any

import pytest

from parley import ontology
from parley.baselines import CannotRunError, gliner_
from tests.models import made

pytestmark = [
    pytest.mark.models,
    # torch's own, where it imports parts of itself.
    pytest.mark.filterwarnings("ignore:`torch.jit:FutureWarning"),
    pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning"),
]
pytest.importorskip("torch")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    library = pytest.importorskip("gliner")


def quiet(words: str) -> None:
    """Says nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of random weights that reads 40 words and 512 pieces."""
    return made.gliner(tmp_path_factory.mktemp("gliner") / "tiny")


def check(text: str, row: dict[str, Any], layer: str, types: tuple[str, ...]) -> None:
    """Spans that are words of the reading text, each once, under types of the ontology."""
    seen = set()
    for item in row[layer]:
        assert item["type"] in types
        assert item["text"] == text[item["start"] : item["end"]]
        assert item["text"].strip() == item["text"] != ""
        assert "\n" not in item["text"]
        seen.add((item["start"], item["end"], item["type"]))
    assert len(seen) == len(row[layer])


def test_spans_are_what_the_model_says_of_the_sentence_moved_to_the_document(folder: Path) -> None:
    text = (
        "Title\nBy us\n🚢 In the cafe\u0301 of 北京, Halvard Mirkwood met 🇳🇴 envoys of Lennaburg.\n"
    )
    args = made.options(gliner_, "--model", str(folder), "--threshold", "0.5")
    answer = gliner_.predict(args, [], [made.sample(text)], quiet)
    model = library.GLiNER.from_pretrained(str(folder), local_files_only=True)
    prompts = {words: name for name, words in gliner_.PROMPTS["mentions"].items()}
    body = text.index("🚢")
    # The window has the title before the sentence, and the byline between them.
    said = model.inference([text.rstrip("\n")], list(prompts), flat_ner=False, threshold=0.5)[0]
    expected = {
        (item["start"], item["end"], prompts[item["label"]])
        for item in said
        if item["start"] >= body or item["end"] <= len("Title")
    }
    rows = answer.rows[0]["mentions"]
    assert {(item["start"], item["end"], item["type"]) for item in rows} == expected
    assert expected
    check(text, answer.rows[0], "mentions", ontology.load().names("entity"))


def test_long_texts_are_read_to_the_end_without_a_word_cut_off(folder: Path) -> None:
    body = "The river was closed again and Mirkwood said it in the cafe of Lennaburg on sea. "
    endless = "and the river and Lennaburg said it did not rain " * 15
    text = f"Title talks\nBy the desk\n🚢 {body * 9}\n{endless}end Mirkwood.\n"
    args = made.options(
        gliner_, "--model", str(folder), "--layers", "events,mentions", "--threshold", "0.4"
    )
    answer = gliner_.predict(args, [], [made.sample(text)], quiet)
    scheme = ontology.load()
    row = answer.rows[0]
    assert list(row) == ["doc_id", "mentions", "events"]
    check(text, row, "mentions", scheme.names("entity"))
    check(text, row, "events", scheme.names("event"))
    assert max(item["end"] for item in row["mentions"]) > text.index(endless) + len(endless) // 2
    for layer in ("mentions", "events"):
        assert answer.details["windows"][layer]["windows"] > 4
        assert answer.details["windows"][layer]["sentences_split"] >= 1
        assert answer.details["windows"][layer]["words_not_read"] == []
    assert all(event["arguments"] == [] for event in row["events"])


def test_two_runs_give_the_same_rows(folder: Path) -> None:
    args = made.options(gliner_, "--model", str(folder))
    runs = [gliner_.predict(args, [], [made.sample()], quiet) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0].details["model"] == "tiny"
    assert len(runs[0].details["weights_sha256"]["model.safetensors"]) == 64


def test_a_label_map_replaces_the_words_of_its_layer_alone(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "map.toml"
    table.write_text('"armed group" = "ORG"\norganization = "ORG"\n')
    args = made.options(
        gliner_,
        *("--model", str(folder), "--label-map", str(table), "--layers", "mentions,events"),
        *("--threshold", "0.3"),
    )
    answer = gliner_.predict(args, [], [made.sample()], quiet)
    assert {item["type"] for item in answer.rows[0]["mentions"]} == {"ORG"}
    assert answer.details["labels"]["mentions"] == {"armed group": "ORG", "organization": "ORG"}
    assert len(answer.details["labels"]["events"]) == len(ontology.load().names("event"))


def test_labels_that_leave_no_room_for_text_and_folders_without_a_model_are_told(
    folder: Path, tmp_path: Path
) -> None:
    args = made.options(gliner_, "--model", str(folder), "--max-tokens", "60")
    with pytest.raises(CannotRunError, match="17 labels take"):
        gliner_.predict(args, [], [made.sample()], quiet)
    args = made.options(gliner_, "--model", str(tmp_path))
    with pytest.raises(CannotRunError, match="cannot be loaded"):
        gliner_.predict(args, [], [made.sample()], quiet)


def test_every_type_of_the_ontology_has_words_of_its_own() -> None:
    scheme = ontology.load()
    for layer, names in (("mentions", scheme.names("entity")), ("events", scheme.names("event"))):
        assert tuple(gliner_.PROMPTS[layer]) == names
        assert len(set(gliner_.PROMPTS[layer].values())) == len(names)
