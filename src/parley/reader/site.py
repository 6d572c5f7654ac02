"""The whole site, into one folder: the same dataset gives the same bytes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import files, json_io, ontology
from parley.agreement import page as agreement_page
from parley.dataset import place
from parley.incidents import stop
from parley.ontology import Ontology
from parley.reader import about, page_document, page_search, page_statistics, pages, shell
from parley.reader.across import Across
from parley.reader.data import Corpus, documents, read_corpus
from parley.reader.examples import Examples
from parley.reader.index import Index
from parley.reader.items import items

JSON = dict[str, Any]
#: The file that tells a site from other folders, and what it was made of.
MARK = "site.json"
FORMAT = "parley-site/1"
ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: numbers of documents, files and bytes; `withheld` are the documents whose
    texts are others' and stand in the site."""

    documents: int
    files: int
    bytes: int
    withheld: tuple[str, ...]


def build(
    data: Path,
    out: Path,
    *,
    scheme: Ontology | None = None,
    comparisons: Mapping[str, JSON] | None = None,
    reports: Mapping[str, JSON] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Built:
    """Makes the site of the built dataset `data` in `out`, whole or not at all.

    `scheme` says what labels mean (default: the packaged ontology). `comparisons` are what
    `parley.reader.compare` found, by document id; `reports` agreement reports, by round.

    Raises `IncidentError`: S001 no built dataset, S003 a file that is not what the manifest says,
    or an id that cannot name a file; `place.ForeignError` where `out` holds something else, and
    `place.BusyError` where another build is writing to it.
    """
    import pyarrow as pa

    scheme = scheme or ontology.load()
    corpus = read_corpus(data, scheme)
    found = about.card(data, corpus.manifest)
    corpus.name = found.name
    for head in corpus.heads:
        if not files.is_id(head.id):
            raise stop(
                "S003",
                data.as_posix(),
                "an id that cannot name a file",
                got=head.id,
                expected="1 to 80 of a-z, 0-9, _ and -",
                do="build the dataset again",
            )
    corpus.places = {*shell.NAVIGATION} - ({"agreement.html"} if not reports else set())
    with place.folder(out, MARK) as folder:
        for path in sorted(ASSETS.rglob("*")):
            if path.is_file():
                _put(folder, f"assets/{path.relative_to(ASSETS).as_posix()}", path.read_bytes())
        _put(folder, "assets/labels.js", page_document.labels(scheme))
        _put(folder, "assets/documents_data.js", pages.documents_data(corpus).encode())
        # First, since it holds the whole corpus as columns, and nothing else is held yet.
        for here, text in page_statistics.files(corpus, scheme):
            _put(folder, here, text.encode())
        pa.default_memory_pool().release_unused()
        index, across, examples = Index(corpus), Across(corpus), Examples(corpus)
        for done, document in enumerate(documents(corpus), 1):
            held = items(document)
            index.add(document, held)
            across.add(document, held)
            examples.add(held)
            name = document["doc_id"]
            shown = page_document.page(corpus, document, (comparisons or {}).get(name))
            _put(folder, f"documents/{name}.json", json_io.dumps(document))
            _put(folder, f"documents/{name}.html", shown.encode())
            if progress:
                progress(done, len(corpus.heads))
        index.write(folder / "search")
        del index
        _put(folder, page_search.HERE, page_search.page(corpus, examples.queries()).encode())
        for here, text in _lists(corpus, across, found, reports or {}):
            _put(folder, here, text.encode())
        mark = {
            "format": FORMAT,
            "version": corpus.version,
            "logical_sha256": corpus.digest,
            "documents": len(corpus.heads),
        }
        _put(folder, MARK, json_io.dumps(mark, pretty=True))
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Built(
        len(corpus.heads),
        len(sizes),
        sum(sizes),
        tuple(head.id for head in corpus.heads if head.status == "withheld"),
    )


def _lists(
    corpus: Corpus, across: Across, found: about.Card, reports: Mapping[str, JSON]
) -> Iterator[tuple[str, str]]:
    from parley.reader import page_agreement

    yield from pages.documents(corpus)
    yield from pages.stories(corpus, across)
    yield from pages.entities(corpus, across)
    yield from pages.checks(corpus)
    yield "about.html", about.page(corpus, found)
    if reports:
        yield page_agreement.HERE, page_agreement.page(corpus, reports)
        for name, report in reports.items():
            yield f"agreement/{name}.html", agreement_page.render(report)


def _put(folder: Path, here: str, data: bytes) -> None:
    path = folder / here
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
