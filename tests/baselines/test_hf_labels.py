"""Labels of other schemes: what they stand for, and what spans their sequences are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.baselines import CannotRunError
from parley.baselines.hf import decode, tag
from parley.baselines.labels import read_map, types_of
from parley.baselines.sample import Sample
from parley.ontology import load


def spans(labels: str) -> list[tuple[int, int, str]]:
    """The spans of labels with spaces between."""
    return list(decode([tag(label) for label in labels.split()]))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("O B-PER I-PER O B-LOC", [(1, 2, "PER"), (4, 4, "LOC")]),
        ("B-PER B-PER I-PER", [(0, 0, "PER"), (1, 2, "PER")]),
        ("I-PER I-PER O I-LOC", [(0, 1, "PER"), (3, 3, "LOC")]),
        ("B-PER I-LOC", [(0, 0, "PER"), (1, 1, "LOC")]),
        ("S-PER B-ORG I-ORG E-ORG E-ORG", [(0, 0, "PER"), (1, 3, "ORG"), (4, 4, "ORG")]),
        ("U-PER B-ORG L-ORG", [(0, 0, "PER"), (1, 2, "ORG")]),
        ("PER PER O LOC ORG", [(0, 1, "PER"), (3, 3, "LOC"), (4, 4, "ORG")]),
        ("B_PER I_PER", [(0, 1, "PER")]),
        ("", []),
        ("O O", []),
    ],
)
def test_io_bio_and_bioes_labels_are_read_as_conlleval_reads_them(
    labels: str, expected: list[tuple[int, int, str]]
) -> None:
    assert spans(labels) == expected


@given(st.lists(st.sampled_from("O B-PER I-PER B-LOC I-LOC S-PER E-LOC E-PER".split())))  # noqa: SIM905
def test_spans_cover_every_labelled_word_once_and_no_other(labels: list[str]) -> None:
    found = spans(" ".join(labels))
    words = [place for first, last, _ in found for place in range(first, last + 1)]
    assert words == [place for place, label in enumerate(labels) if label != "O"]
    for first, last, label in found:
        assert {tag(name)[1] for name in labels[first : last + 1]} == {label}


def train(*types: str) -> Sample:
    """A document with one name of each type given."""
    rows = [
        {"id": f"m{place}", "start": 0, "end": 1, "type": name, "mention_type": "name"}
        for place, name in enumerate(types)
    ]
    return Sample("a", "text", (), (), "2031", "a", "wire", {"doc_id": "a", "mentions": rows})


def test_a_class_of_conll_is_the_most_frequent_of_the_types_that_it_covers() -> None:
    names = ["PER", "LOC", "ORG", "MISC"]
    common = train("LOC", "FAC", "FAC", "LAW", "PERSON")
    assert types_of(names, {}, [common]) == {
        "PER": "PERSON",
        "LOC": "FAC",
        "ORG": "ORG",
        "MISC": "LAW",
    }
    assert types_of(["LOC"], {}, [])["LOC"] == "FAC"
    assert types_of(["Location", "person"], {}, [train("GPE")]) == {
        "Location": "GPE",
        "person": "PERSON",
    }


def test_labels_of_ontonotes_are_read_by_name_and_language_is_left_out() -> None:
    names = load().names("entity")
    found = types_of([*names, "LANGUAGE"], {}, [])
    assert found == {name: name for name in names} | {"LANGUAGE": ""}
    assert types_of(["gpe", "LOC"], {}, [train("GPE")]) == {"gpe": "GPE", "LOC": "LOC"}


def test_all_labels_without_a_type_are_told_at_once_with_lines_to_copy() -> None:
    with pytest.raises(CannotRunError) as caught:
        types_of(["LABEL_1", "PRODCT", "GPE"], {}, [])
    message = str(caught.value)
    assert "'LABEL_1'" in message and "nearest is 'PRODUCT'" in message
    assert '"LABEL_1" = ""' in message and '"PRODCT" = ""' in message


def test_a_label_map_is_checked_against_parleys_types_and_the_models_labels(tmp_path: Path) -> None:
    names = load().names("entity")
    file = tmp_path / "map.toml"
    file.write_text('town = "GPE"\nboss = "PERSN"\nx = 3\n')
    with pytest.raises(CannotRunError) as caught:
        read_map(file, names)
    assert "nearest is 'PERSON'" in str(caught.value) and "got 3" in str(caught.value)
    file.write_text('town = "GPE"\nboss = ""\n')
    given_ = read_map(file, names)
    assert types_of(["town", "boss"], given_, []) == {"town": "GPE", "boss": ""}
    with pytest.raises(CannotRunError, match="nearest is 'towns'"):
        types_of(["towns"], given_, [])
    for bad in ("town = ", 'town = ""'):
        file.write_text(bad)
        with pytest.raises(CannotRunError, match=r"map\.toml"):
            read_map(file, names)
    with pytest.raises(CannotRunError, match=r"none\.toml"):
        read_map(tmp_path / "none.toml", names)
