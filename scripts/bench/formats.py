"""How fast are exports and imports, in sentences a second, against the nearest converter?

The documents of a built dataset are repeated under new ids, and in one run are timed

    conll_export   `parley.formats.conll` from the dataset's documents
    conll_usual    label_studio_sdk.converter: the same names as a Label Studio export to CoNLL-2003
    brat_export    `parley.formats.brat`, every layer (no other tool writes brat's files from ours)
    brat_read      the files of that export read: lines, ids, attributes, notes
    brat_usual     pybrat: the same files parsed (it leaves attributes and notes alone)
    brat_floor     the same files decoded and split at line ends and tabs: no reader can be faster
    brat_import    the whole way in: read, mapping, ingest, gold, ledger (nothing like it elsewhere)

Prints JSON. The usual ways are timed on fewer documents (--usual).

    python scripts/bench/formats.py --data dist/parley --documents 1000
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from parley import json_io, ontology
from parley.formats import brat, conll, source
from parley.formats.source import Source
from parley.importing import mapping, store


def main() -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("dist/parley"))
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--usual", type=int, default=100, help="documents of the usual ways")
    args = parser.parse_args()
    base = [item for many in source.read(args.data).values() for item in many]
    many, few = repeated(base, args.documents), repeated(base, args.usual)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        folder = Path(name)
        found["conll_export"] = rate(many, lambda: conll.export(many, folder / "conll"))
        found["conll_usual"] = label_studio(few, folder / "usual")
        found["brat_export"] = rate(many, lambda: brat.export(many, folder / "brat"))
        found["brat_read"] = rate(many, lambda: list(brat.read(folder / "brat")))
        found["brat_import"] = rate(many, lambda: imported(folder / "brat", folder / "project"))
        found["brat_floor"] = rate(many, lambda: split(folder / "brat"))
        brat.export(few, folder / "few")
        found["brat_usual"] = pybrat(few, folder / "few")
    ratios = {
        name: round(found[f"{name}_{way}"] / found[f"{name}_usual"], 1)
        for name, way in (("conll", "export"), ("brat", "read"))
    }
    rows = {name: round(value) for name, value in found.items()}
    told = {"documents": len(many), "usual_documents": len(few)}
    print(json.dumps({**told, "sentences_a_second": rows, "times_the_usual": ratios}, indent=2))
    return 0


def repeated(base: Sequence[Source], number: int) -> list[Source]:
    """`number` documents, each of `base` in turn under new ids."""
    return [
        replace(base[at % len(base)], doc_id=f"{base[at % len(base)].doc_id[:60]}-{at}")
        for at in range(number)
    ]


def rate(documents: Sequence[Source], work: Callable[[], object]) -> float:
    """Sentences a second of processor time: other work on the machine does not count."""
    begin = time.process_time()
    work()
    return sum(len(item.sentences) for item in documents) / (time.process_time() - begin)


def split(folder: Path) -> None:
    """What every reader of brat's files must do."""
    for path in folder.glob("*.ann"):
        path.with_suffix(".txt").read_bytes().decode()
        for line in path.read_bytes().decode().split("\n"):
            line.split("\t")


def imported(files: Path, root: Path) -> None:
    """Imports a folder of brat's files into a project of its own."""
    options = store.Options("round", form="news", published="2024-08-17", new=True)
    done = store.run(brat.read(files), store.create(root), mapping.Scheme(ontology.load()), options)
    # Ids of events have no rows in the new project's register.
    assert {one.code for one in done.incidents} <= {"I040"}, done.incidents[:3]
    assert all(ledger.adds_up for ledger in done.ledgers)


def label_studio(documents: Sequence[Source], folder: Path) -> float:
    """The converter of Label Studio's SDK, on an export of names alone."""
    from label_studio_sdk.converter import Converter

    labels = "".join(f'<Label value="{name}"/>' for name in ontology.load().names("entity"))
    config = (
        '<View><Labels name="entity" toName="text">'
        f'{labels}</Labels><Text name="text" value="$text"/></View>'
    )
    folder.mkdir()
    path = folder / "export.json"
    path.write_bytes(json_io.dumps([task(at, item) for at, item in enumerate(documents, 1)]))
    untyped: Any = Converter

    def convert() -> None:
        made = untyped(config=config, project_dir=str(folder))
        made.convert_to_conll2003(str(path), str(folder), is_dir=False)

    return rate(documents, convert)


def task(number: int, document: Source) -> dict[str, Any]:
    """A task with the document's names."""
    result = [
        {
            "id": item.id,
            "from_name": "entity",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": item.start,
                "end": item.end,
                "text": document.text[item.start : item.end],
                "labels": [item.type],
            },
        }
        for item in document.annotations.mentions
        if item.mention_type == source.NAME
    ]
    return {
        "id": number,
        "data": {"text": document.text},
        "annotations": [{"id": number, "result": result, "completed_by": 1}],
    }


def pybrat(documents: Sequence[Source], folder: Path) -> float:
    """pybrat, told to go on where two annotations have one span."""
    from pybrat.parser import BratParser

    return rate(documents, lambda: BratParser(error="ignore").parse(folder))


if __name__ == "__main__":
    sys.exit(main())
