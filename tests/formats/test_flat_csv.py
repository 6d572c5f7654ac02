"""CSV read back by pandas, Arrow and Python, and held against the Parquet rows."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.dataset.read import tables
from parley.formats import flat_csv, source
from parley.formats.source import Source, Written

JSON = dict[str, Any]
#: `documents` column -> table.
LISTS = {
    "mentions": "mentions",
    "events": "events",
    "event_arguments": "arguments",
    "attributions": "attributions",
    "attribution_spans": "attribution_spans",
    "stances": "stances",
}
FIELDS = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.sampled_from(['"', ",", "\n", '",\n"', "NA", "None", "=1+1", "  ", "nan", "'", "\\", "\t"]),
)


@pytest.fixture(scope="module")
def documents(built: Path) -> list[Source]:
    return source.read(built, "train")["train"]


@pytest.fixture(scope="module")
def folder(documents: list[Source], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("csv")
    flat_csv.export(documents, out)
    return out


def frame(folder: Path, name: str) -> pandas.DataFrame:
    """As the module says to read it."""
    return pandas.read_csv(
        folder / f"{name}.csv", keep_default_na=False, na_values=[""], dtype_backend="pyarrow"
    )


def values(found: pandas.DataFrame) -> list[JSON]:
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def plain(row: JSON, columns: list[str]) -> JSON:
    """A row of the dataset as CSV has it: instants and lists of ids as text, nothing as None."""
    made: JSON = {}
    for name in columns:
        value = row[name]
        if name == "published":
            value = value.isoformat().replace("+00:00", "Z")
        elif isinstance(value, list):
            value = " ".join(value)
        made[name] = None if value == "" else value
    return made


def test_documents_sentences_and_claims_are_the_rows_of_the_dataset(
    built: Path, folder: Path
) -> None:
    for name in ("documents", "sentences", "claims"):
        [(_, rows)] = tables(built, name, "train")
        found = frame(folder, name)
        columns = list(found.columns)
        assert values(found) == [plain(row, columns) for row in rows], name
        assert rows
        lists = {key for row in rows for key, value in row.items() if _structs(value)}
        unheld = {"tokens", "token_starts", "token_ends", "annotated_layers"}
        assert set(rows[0]) - lists - set(columns) <= (unheld if name == "sentences" else set())


def _structs(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def test_annotations_are_the_members_of_the_documents(built: Path, folder: Path) -> None:
    [(_, rows)] = tables(built, "documents", "train")
    for column, name in LISTS.items():
        found = frame(folder, name)
        columns = list(found.columns)
        expected = [
            plain({"doc_id": row["doc_id"], **item}, columns)
            for row in rows
            for item in row[column]
        ]
        assert expected, name
        assert values(found) == expected, name
        assert set(columns) == {"doc_id", *rows[0][column][0]}, name


def test_chains_of_claims_are_rows_of_their_own(built: Path, folder: Path) -> None:
    [(_, rows)] = tables(built, "claims", "train")
    expected = [
        {"claim_id": row["id"], "doc_id": row["doc_id"], "position": position, **link}
        for row in rows
        for position, link in enumerate(row["chain"], 1)
    ]
    assert values(frame(folder, "claim_sources")) == expected
    assert max(row["position"] for row in expected) > 1, "the documents have no chain"


def test_tables_join_on_their_keys(folder: Path) -> None:
    for name in ("mentions", "events", "attributions", "stances"):
        assert not frame(folder, name).duplicated(["doc_id", "id"]).any()
    joined = frame(folder, "arguments").merge(
        frame(folder, "events"), left_on=["doc_id", "event_id"], right_on=["doc_id", "id"]
    )
    assert len(joined) == len(frame(folder, "arguments"))
    spoken = frame(folder, "claims").merge(
        frame(folder, "attributions"),
        left_on=["doc_id", "attribution_id"],
        right_on=["doc_id", "id"],
    )
    assert len(spoken) == len(frame(folder, "claims"))
    assert (spoken["depth_x"] == spoken["depth_y"]).all()


def test_what_is_not_there_differs_from_an_empty_text(
    documents: list[Source], tmp_path: Path
) -> None:
    untitled = [
        replace(document, about={**document.about, "title": "", "source": None})
        for document in documents
    ]
    flat_csv.export(untitled, tmp_path)
    read = pyarrow.csv.read_csv(
        tmp_path / "documents.csv",
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    assert set(read["title"].to_pylist()) == {""}
    assert set(read["source"].to_pylist()) == {None}


def test_the_codebook_says_every_column_of_every_table(folder: Path) -> None:
    book = frame(folder, "codebook")
    for path in folder.glob("*.csv"):
        if path.name != flat_csv.CODEBOOK:
            columns = list(pandas.read_csv(path, nrows=0).columns)
            assert list(book[book["table"] == path.stem]["column"]) == columns
    assert book["meaning"].notna().all()
    assert set(book["table"]) == set(flat_csv.TABLES)


def test_the_written_files_and_rows_are_told(documents: list[Source], tmp_path: Path) -> None:
    made = flat_csv.export(documents, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(made.files)
    assert not made.lost
    assert made.held["mentions"] == sum(len(item.annotations.mentions) for item in documents)


def test_no_documents_give_headers_alone(tmp_path: Path) -> None:
    made = flat_csv.export([], tmp_path)
    assert isinstance(made, Written)
    assert not +made.held
    for name, fields in flat_csv.TABLES.items():
        assert list(frame(tmp_path, name).columns) == [field.name for field in fields]
        assert frame(tmp_path, name).empty


def test_files_are_rfc_4180(folder: Path) -> None:
    data = (folder / "documents.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert data.count(b"\r\n") == len(frame(folder, "documents")) + 1


@given(st.integers(2, 4).flatmap(lambda wide: st.lists(st.tuples(*[FIELDS] * wide), min_size=1)))
def test_any_text_comes_back_from_python_and_pandas(rows: list[tuple[Any, ...]]) -> None:
    head = [f"c{place}" for place in range(len(rows[0]))]
    data = flat_csv._csv([head, *rows])
    expected = [["" if value is None else str(value) for value in row] for row in rows]
    assert list(csv.reader(io.StringIO(data.decode(), newline=""))) == [head, *expected]
    read = pandas.read_csv(
        io.BytesIO(data), keep_default_na=False, na_values=[], dtype=str, skip_blank_lines=False
    )
    assert read.values.tolist() == expected


def test_a_formula_is_data_and_stays_what_it_is() -> None:
    assert flat_csv._csv([["=1+1", "@x", "-2"]]) == b'"=1+1","@x","-2"\r\n'
