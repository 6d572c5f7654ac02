"""A site of made documents, served, for tests in a browser; and the same of hostile ones."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from parley import corpus, document
from parley.dataset import build
from parley.document import Annotations, Mention
from parley.project import Project
from parley.reader import serve, site
from tests import chromium
from tests.agreement import rounds
from tests.dataset import made_documents, made_projects
from tests.reader.tab import Tab

#: Markup, an end of a script, and characters that turn the direction of what follows.
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>&amp; \u202eback\u202c"


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dataset of 30 made documents."""
    root = tmp_path_factory.mktemp("reader-project")
    made_projects.a_project(root, 30, lines=8)
    return _built(root)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dataset whose text, title and registers hold markup."""
    root = tmp_path_factory.mktemp("hostile-project")
    made_projects.a_project(root, 3)
    made, _ = made_documents.a_document(Random(3), "hostile-wire", story="dry-dock")
    text = f"{HOSTILE} title\n{HOSTILE} body of Lenna.\n"
    cut = text.index("\n")
    made = replace(
        made,
        title=text[:cut],
        text=text,
        length=len(text),
        sha256=document.digest(text),
        source=HOSTILE,
        paragraphs=(
            document.Paragraph(0, cut, "title"),
            document.Paragraph(cut + 1, len(text) - 1, "body"),
        ),
        sentences=((0, cut), (cut + 1, len(text) - 1)),
    )
    at = text.index("Lenna")
    found = Annotations(made.id, made.sha256, made.length, ("entity",))
    found.mentions = [
        Mention("m1", at, at + 5, "GPE", "name", "lenna"),
        Mention("m2", cut + 1, cut + 9, "PERSON", "name"),
    ]
    made_projects.write(root, made, found)
    made_projects.lines(
        root / "corpus" / "entities.jsonl",
        [
            {
                "id": name,
                "name": f"{HOSTILE} {name}",
                "type": "GPE",
                "qid": None,
                "variants": [HOSTILE],
                "role": HOSTILE,
            }
            for name in ("lenna", "mirkwood")
        ],
    )
    made_projects.lines(
        root / "corpus" / "stories.jsonl",
        [
            {"id": story, "title": f"{HOSTILE} {story}", "period": HOSTILE, "summary": HOSTILE}
            for story in made_projects.STORIES
        ],
    )
    return _built(root)


def _built(root: Path) -> Path:
    out = root / "dist" / "parley"
    build.build(Project(root), out, jobs=1, checked=False, cached=False)
    return out


@contextmanager
def served(data: Path, out: Path) -> Iterator[str]:
    """The site of a dataset, built into `out` and served: its address."""
    site.build(data, out)
    with listening(out) as address:
        yield address


@contextmanager
def listening(folder: Path) -> Iterator[str]:
    """A server of a folder: its address, without the last slash."""
    made = serve.server(folder)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield serve.address(made).rstrip("/")
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


@pytest.fixture(scope="session")
def address(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of `dataset` is served."""
    with served(dataset, tmp_path_factory.mktemp("reader") / "site") as found:
        yield found


@pytest.fixture(scope="session")
def hostile_address(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of `hostile` is served."""
    with served(hostile, tmp_path_factory.mktemp("hostile") / "site") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with chromium.browser() as found:
        yield found


@pytest.fixture(scope="session")
def round_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dataset of a project with a round that two annotators did, each in their way."""
    root = made_projects.a_project(tmp_path_factory.mktemp("round") / "project", 3)
    random = Random(11)
    found = {doc.id: doc for doc in corpus.every(Project(root))}
    for annotator in ("ann-a", "ann-b"):
        items = {
            doc_id: (doc.text or "", made_documents.annotate(random, doc))
            for doc_id, doc in found.items()
        }
        rounds.export(root, annotator, items)
    return _built(root)


@pytest.fixture
def tab(browser: Any) -> Iterator[Tab]:
    """A tab that must end without a fault."""
    made = Tab(browser)
    yield made
    made.close()
    assert made.faults == []
