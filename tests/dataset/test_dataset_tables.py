"""JSON Lines to Parquet: every value comes back, and the bytes hang on the rows alone."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import document, json_io, ontology
from parley.dataset import features, tables
from parley.dataset.features import BOOL, INSTANT, INT, STRING, Config, Field, Label, ListOf
from parley.dataset.rows import Labels, rows
from parley.dataset.tables import LabelRangeError, SplitWriter
from tests.dataset import made_documents

SCHEME = ontology.load()
MEMBERS = (Field("word", STRING, "A."), Field("place", INT, "A."))
CONFIG = Config(
    "made",
    "a row",
    (
        Field("text", STRING, "A."),
        Field("number", INT, "A."),
        Field("flag", BOOL, "A."),
        Field("at", INSTANT, "A."),
        Field("items", features._list(*MEMBERS), "A."),
        Field("words", ListOf(STRING), "A."),
        Field("label", Label("stance"), "A."),
    ),
    group=5,
)
NO_SURROGATES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.fixed_dictionaries(
    {
        "text": NO_SURROGATES | st.none(),
        "number": st.integers(-(2**31), 2**31 - 1) | st.none(),
        "flag": st.booleans() | st.none(),
        "at": st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
            lambda at: at.isoformat().removesuffix("+00:00") + "Z"
        ),
        "items": st.lists(
            st.fixed_dictionaries({"word": NO_SURROGATES | st.none(), "place": st.integers(0, 9)}),
            max_size=3,
        ),
        "words": st.lists(NO_SURROGATES, max_size=3),
        "label": st.integers(0, 2) | st.none(),
    }
)


def _lines(found: list[dict[str, Any]]) -> bytes:
    return b"".join(json_io.dumps(row) + b"\n" for row in found)


def _plain(table: Any) -> list[dict[str, Any]]:
    return [
        {**row, "at": row["at"].isoformat().removesuffix("+00:00") + "Z"}
        for row in table.to_pylist()
    ]


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_json_lines_keep_every_value(found: list[dict[str, Any]]) -> None:
    table = tables.read_lines(_lines(found), features.arrow_schema(CONFIG))
    assert _plain(table) == found


@given(st.lists(ROWS, max_size=17), st.lists(st.integers(0, 17), max_size=4))
def test_the_same_rows_give_the_same_bytes_however_they_arrive(
    tmp_path_factory: pytest.TempPathFactory, found: list[dict[str, Any]], cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    results = []
    for name, places in (("whole", []), ("parts", sorted(cuts))):
        writer = SplitWriter(folder / name, CONFIG, SCHEME, {})
        for start, end in zip([0, *places], [*places, len(found)], strict=True):
            part = found[start:end]
            writer.add(_lines(part), len(part))
            writer._columns()
        results.append(writer.close())
    assert results[0].sha256 == results[1].sha256
    assert results[0].logical == results[1].logical
    assert results[0].uncompressed == results[1].uncompressed
    assert _plain(pq.read_table(folder / "parts")) == found


def test_a_split_without_rows_is_a_valid_file(tmp_path: Path) -> None:
    written = SplitWriter(tmp_path / "empty.parquet", CONFIG, SCHEME, {b"made": b"yes"}).close()
    table = pq.read_table(written.path)
    assert (written.rows, table.num_rows) == (0, 0)
    assert table.schema.remove_metadata() == features.arrow_schema(CONFIG)
    assert table.schema.metadata == {b"made": b"yes"}


@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_out_of_range_is_refused(tmp_path: Path, label: int) -> None:
    writer = SplitWriter(tmp_path / "made.parquet", CONFIG, SCHEME, {})
    row = {field.name: None for field in CONFIG.fields} | {"label": label}
    writer.add(_lines([row]), 1)
    with pytest.raises(LabelRangeError, match=r"made\.label: .* expected 0 to 2"):
        writer.close()
    writer.abandon()


def test_a_label_in_a_list_is_looked_at_too(tmp_path: Path) -> None:
    [config] = [config for config in features.CONFIGS if config.name == "ner"]
    writer = SplitWriter(tmp_path / "made.parquet", config, SCHEME, {})
    row = {"id": "d:s0", "doc_id": "d", "sent_id": 0, "tokens": ["a"], "ner_tags": [35]}
    writer.add(_lines([row]), 1)
    with pytest.raises(LabelRangeError, match=r"ner\.ner_tags"):
        writer.close()
    writer.abandon()


def test_a_member_that_the_schema_does_not_have_is_refused() -> None:
    with pytest.raises(pa.ArrowInvalid):
        tables.read_lines(b'{"extra": 1}\n', features.arrow_schema(CONFIG))


@pytest.mark.parametrize("config", features.CONFIGS, ids=lambda config: config.name)
def test_rows_of_a_document_come_back_as_they_were(config: Config) -> None:
    item, annotations = made_documents.a_document(Random(5), lines=20)
    built = rows(item, document.to_dict(annotations), Labels.make(SCHEME)).rows[config.name]
    table = tables.read_lines(_lines(built), features.arrow_schema(config))
    found = table.to_pylist()
    for row in found:
        if "published" in row:
            row["published"] = row["published"].isoformat().removesuffix("+00:00") + "Z"
    assert found == built
