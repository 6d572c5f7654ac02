"""Measure the linguistic formats against their nearest converters: sentences a second, in one run.

Every way gets the same documents of a built dataset in memory and makes or reads the same file:

- CAS XMI against dkpro-cassis used by hand in the plain way: a type system, `cas.add_all`,
  `to_xmi`; `load_cas_from_xmi` and a `select` of every type. What cassis reads is what we wrote.
- CoNLL-U against the library conllu (`serialize` of sentences that are parsed already; `parse`),
  which takes lines apart and stops there, and against udapi, the nearest converter that does what
  ours does: entities out of `Entity` (it does not read our other layers), and the text.
- CoNLL-U and DocBin against `spacy convert` (its converter and DocBin, without its start): the
  same sentences in CoNLL-U, made a DocBin. It converts words, not entities.

Figures are the best of several passes in processor time. A peer that is not installed is reported
as absent.

    python scripts/bench/formats_linguistic.py [--data dist/parley] [--split NAME] [--json]
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from parley.formats import cas_types, cas_xmi, conllu, source, spacy_docbin  # noqa: E402
from parley.formats.source import Source  # noqa: E402
from parley.formats.standoff import PARTS, of  # noqa: E402

PASSES = 5
ABSENT = "not installed"


def rate(work: Callable[[], Any], sentences: int) -> float:
    """Sentences a second in the best of several passes."""
    best = float("inf")
    for _ in range(PASSES):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return sentences / best


def cassis_system() -> Any:
    """Our type system, as cassis has it."""
    import io

    import cassis

    return cassis.load_typesystem(io.BytesIO(cas_types.type_system()))


def by_hand(document: Source, system: Any) -> str:
    """A document as XMI through cassis: the annotations that our export writes."""
    import cassis

    cas = cassis.Cas(typesystem=system)
    cas.sofa_string = document.text
    cas.sofa_mime = "text"
    types = {name: system.get_type(name) for name in (one.name for one in cas_types.TYPES)}
    array = system.get_type("uima.cas.FSArray")
    found: list[Any] = [
        types[cas_types.PARAGRAPH](begin=one.start, end=one.end, divType=one.kind)
        for one in document.paragraphs
    ]
    for sentence in document.sentences:
        end = sentence.start + len(sentence.text)
        found.append(types[cas_types.SENTENCE](begin=sentence.start, end=end, id=sentence.id))
        found += [types[cas_types.TOKEN](begin=start, end=end) for start, end in sentence.tokens]
    marks, links = of(document.annotations)
    parts = {link.tail for link in links if link.label in PARTS}
    made: dict[str, tuple[str, Any]] = {}
    for mark in marks:
        layer = {
            "entity": cas_types.MENTION,
            "event": cas_types.EVENT,
            "attribution": cas_types.PART if mark.id in parts else cas_types.ATTRIBUTION,
            "stance": cas_types.STANCE,
        }[mark.layer]
        features: dict[str, Any] = {"id": mark.id, **mark.attributes}
        if layer not in (cas_types.ATTRIBUTION, cas_types.STANCE):
            features["label"] = mark.label
        start, end = mark.spans[0]
        one = types[layer](begin=start, end=end, **features)
        made[mark.id] = layer, one
        found.append(one)
        for start, end in mark.spans[1:]:
            found.append(types[cas_types.PART](begin=start, end=end, label=mark.label))
        if mark.layer == "entity" and mark.attributes.get("mention_type", "name") == "name":
            found.append(types[cas_types.NAMED_ENTITY](begin=start, end=end, value=mark.label))
    heads: dict[str, list[Any]] = {}
    for link in links:
        _, kind = cas_types.LINKS[made[link.head][0]]
        target = made[link.tail][1]
        heads.setdefault(link.head, []).append(
            system.get_type(kind)(role=link.label, target=target)
        )
    for name, ends in heads.items():
        layer, one = made[name]
        setattr(one, cas_types.LINKS[layer][0], array(elements=ends))
    cas.add_all(found)
    text: str = cas.to_xmi()
    return text


def read_by_hand(folder: Path, system: Any) -> int:
    """Every file through cassis, every annotation of every type selected."""
    import cassis

    count = 0
    for path in sorted(folder.glob("*.xmi")):
        with path.open("rb") as file:
            cas = cassis.load_cas_from_xmi(file, typesystem=system)
        count += sum(len(cas.select(one.name)) for one in cas_types.TYPES)
    return count


def read_with_udapi(path: Path) -> Callable[[], int] | None:
    """What reads a file with udapi: entities with their mentions, the text of sentences."""
    try:
        document_of: Any = import_module("udapi.core.document").Document
    except ImportError:
        return None
    # Our files have no syntax, of which udapi would warn at each word.
    logging.getLogger().setLevel(logging.ERROR)

    def work() -> int:
        document = document_of(str(path))
        mentions = sum(len(entity.mentions) for entity in document.coref_entities)
        return mentions + sum(len(tree.compute_text()) for tree in document.trees)

    return work


def measure(documents: list[Source], folder: Path) -> Iterator[tuple[str, str, float | str]]:
    """(format and direction, who, sentences a second)."""
    sentences = sum(len(document.sentences) for document in documents)
    yield "cas write", "parley", rate(lambda: cas_xmi.export(documents, folder), sentences)
    yield "cas read", "parley", rate(lambda: list(cas_xmi.read(folder)), sentences)
    try:
        system = cassis_system()
    except ImportError:
        yield "cas write", "dkpro-cassis", ABSENT
    else:
        write = rate(lambda: [by_hand(document, system) for document in documents], sentences)
        yield "cas write", "dkpro-cassis", write
        yield "cas read", "dkpro-cassis", rate(lambda: read_by_hand(folder, system), sentences)
    path = folder / conllu.FILE
    yield "conllu write", "parley", rate(lambda: conllu.export(documents, folder), sentences)
    yield "conllu read", "parley", rate(lambda: list(conllu.read(path)), sentences)
    data = path.read_text("utf-8")
    try:
        import conllu as library
    except ImportError:
        yield "conllu read", "conllu", ABSENT
    else:
        parsed = library.parse(data)
        write = rate(lambda: "".join(one.serialize() for one in parsed), sentences)
        yield "conllu write", "conllu", write
        yield "conllu read", "conllu", rate(lambda: library.parse(data), sentences)
    if (udapi := read_with_udapi(path)) is None:
        yield "conllu read", "udapi", ABSENT
    else:
        yield "conllu read", "udapi", rate(udapi, sentences)
    packed = folder / spacy_docbin.FILE
    try:
        from spacy.tokens import DocBin
        from spacy.training.converters.conllu_to_docs import conllu_to_docs
    except ImportError:
        yield "spacy write", "parley", ABSENT
        return

    def convert() -> bytes:
        to_docs: Any = conllu_to_docs
        made = to_docs(data, n_sents=10, no_print=True)
        converted: bytes = DocBin(docs=made, store_user_data=True).to_bytes()
        return converted

    converted = rate(convert, sentences)
    yield "conllu write", "spacy convert", converted
    yield "spacy write", "spacy convert", converted
    yield "spacy write", "parley", rate(lambda: spacy_docbin.export(documents, folder), sentences)
    yield "spacy read", "parley", rate(lambda: list(spacy_docbin.read(packed)), sentences)


def main() -> int:
    """Prints a line for each, or JSON: sentences a second, and how many times a peer ours is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT / "dist" / "parley")
    parser.add_argument("--split", default="train")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    documents = source.read(args.data, args.split)[args.split]
    found: dict[str, dict[str, float | str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for what, who, value in measure(documents, Path(folder)):
            found.setdefault(what, {})[who] = value
    told: dict[str, Any] = {
        "documents": len(documents),
        "sentences": sum(len(document.sentences) for document in documents),
        "sentences_a_second": {
            what: {
                who: value if value == ABSENT else round(float(value)) for who, value in row.items()
            }
            for what, row in found.items()
        },
        "times": {
            what: {
                who: round(float(row["parley"]) / float(value), 1)
                for who, value in row.items()
                if who != "parley" and ABSENT not in (value, row.get("parley"))
            }
            for what, row in found.items()
        },
    }
    if args.json:
        print(json.dumps(told, indent=2))
        return 0
    print(f"{told['documents']} documents, {told['sentences']} sentences of {args.split}")
    for what, row in told["sentences_a_second"].items():
        for who, value in row.items():
            times = told["times"][what].get(who)
            more = "" if times is None else f"  (parley {times}×)"
            print(f"{what:<13} {who:<14} {value:>9}{more}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
