"""All tables and plots of a dataset."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley import ontology
from parley.ontology import Ontology
from parley.statistics import balance, columns, events, mentions, sizes, voices
from parley.statistics.drawings import drawings
from parley.statistics.table import Table

FORMAT = "parley-statistics/1"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a dataset holds, as tables by name; `data` says of what: version, digest, splits."""

    data: Mapping[str, Any]
    tables: Mapping[str, Table]
    scheme: Ontology

    def plots(self) -> dict[str, str]:
        """Name (as tables are named) -> SVG, in their order; a table with nothing has none."""
        return drawings(self.tables, self.data["splits"], self.scheme)

    def only(self, names: Iterable[str]) -> "Statistics":
        """The same with these tables alone, in the order given."""
        return replace(self, tables={name: self.tables[name] for name in names})

    def to_dict(self) -> dict[str, Any]:
        """`format`, `data` and `tables`, a list; each table says in `what` what its figures are."""
        return {
            "format": FORMAT,
            "data": dict(self.data),
            "tables": [table.to_dict() for table in self.tables.values()],
        }


def of(folder: Path, split: str | None = None, scheme: Ontology | None = None) -> Statistics:
    """The statistics of a built dataset, of one split or of all.

    `scheme` gives the order of labels and their colours (default: the packaged one); a label that
    it does not have is counted all the same. Raises `IncidentError`: S001 no built dataset, S002
    no such split, S003 a damaged one.
    """
    from parley.dataset.read import manifest

    scheme = scheme or ontology.load()
    told = manifest(folder)
    corpus = columns.read(folder, split, scheme)
    tables = [
        table
        for module in (sizes, mentions, events, voices, balance)
        for table in module.make(corpus)
    ]
    return Statistics(
        {
            "version": told["version"],
            "digest": told["logical_sha256"],
            "splits": list(corpus.splits),
        },
        {table.name: table for table in tables},
        scheme,
    )
