"""Built datasets of made documents, and the same Parquet files for SQL."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from parley.dataset import build
from parley.project import Project
from parley.statistics import Statistics, of
from tests.dataset import made_documents, made_projects

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("counted")
    made_projects.a_project(root, 12, lines=14, seed=11)
    return made(root)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that nobody annotated."""
    root = tmp_path_factory.mktemp("bare")
    made_projects.a_project(root, 0)
    for place, story in enumerate(made_projects.STORIES):
        item, _ = made_documents.a_document(Random(place), f"bare-{place}", story=story)
        made_projects.write(root, item, None)
    return made(root)


def made(root: Path) -> Path:
    out = root / "dist" / "parley"
    build.build(Project(root), out, checked=False, cached=False, jobs=1)
    return out


@pytest.fixture(scope="session")
def found(built: Path) -> Statistics:
    return of(built)


@pytest.fixture(scope="session")
def ask(built: Path) -> Ask:
    """SQL over the Parquet files: a view for each list of `documents`, with `doc_id`, `split`."""
    connection = duckdb.connect()
    for config in ("documents", "sentences", "claims"):
        connection.execute(
            f"CREATE VIEW {config} AS SELECT *, "
            "regexp_extract(filename, '([a-z]+)-00000', 1) AS split "
            f"FROM read_parquet('{built}/{config}/*.parquet', filename = true)"
        )
    for column, view in (
        ("mentions", "mentions"),
        ("events", "events"),
        ("event_arguments", "arguments"),
        ("attributions", "attributions"),
        ("attribution_spans", "parts"),
        ("stances", "stances"),
        ("paragraphs", "paragraphs"),
    ):
        connection.execute(
            f"CREATE VIEW {view} AS SELECT doc_id, story, split, item.* FROM "
            f"(SELECT doc_id, story, split, unnest({column}) AS item FROM documents)"
        )
    connection.execute(
        "CREATE VIEW tokens AS SELECT doc_id, split, doc_start + first AS first, "
        "doc_start + last AS last FROM (SELECT doc_id, split, doc_start, "
        "unnest(token_starts) AS first, unnest(token_ends) AS last FROM sentences)"
    )
    connection.execute(
        'CREATE VIEW places AS SELECT doc_id, item.start AS first, item."end" AS last, place FROM '
        "(SELECT doc_id, unnest(sentences) AS item, generate_subscripts(sentences, 1) AS place "
        "FROM documents)"
    )

    def answer(question: str) -> list[tuple[Any, ...]]:
        return connection.execute(question).fetchall()

    return answer
