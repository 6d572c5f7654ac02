"""Linear-chain conditional random fields (Lafferty et al. 2001): mentions, and event triggers.

Two CRFs by python-crfsuite, trained with L-BFGS, tag the tokens of `parley.dataset.tokens` sentence
by sentence with BIO labels. Of mentions that overlap the outermost is learnt and predicted. The
features are the usual ones of a tagger without gazetteers: the word, its shape, prefixes and
suffixes, and the same of its neighbours. Predictions hold no arguments.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any

from parley import arguments
from parley.baselines import CannotRunError, Made, need
from parley.baselines.sample import JSON, Sample
from parley.dataset.tokens import tokens
from parley.document import Span

EPILOG = """\
examples:
  parley baseline crf --out crf.jsonl
  parley baseline crf --split validation --c1 0.1 --c2 0.1 --out crf-validation.jsonl
"""
#: (start, end, label) of a span in a document.
Labelled = tuple[int, int, str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Regularisation; the defaults were chosen on the validation split."""
    parser.epilog = EPILOG
    parser.add_argument(
        "--c1",
        type=arguments.number(1000),
        default=0.01,
        metavar="W",
        help="weight of L1 (default: 0.01)",
    )
    parser.add_argument(
        "--c2",
        type=arguments.number(1000),
        default=0.01,
        metavar="W",
        help="weight of L2 (default: 0.01)",
    )
    parser.add_argument(
        "--iterations",
        type=arguments.whole(100_000, 1),
        default=100,
        metavar="N",
        help="of L-BFGS (default: 100)",
    )


def predict(
    args: argparse.Namespace,
    train: Sequence[Sample],
    documents: Sequence[Sample],
    tell: Callable[[str], None],
) -> Made:
    """Mentions and events without arguments; L-BFGS is deterministic, the seed changes nothing."""
    library = need("sklearn_crfsuite", "crf")
    taggers: dict[str, Tagger] = {}
    for layer in ("mentions", "events"):
        tell(f"crf: training on {layer}")
        taggers[layer] = Tagger(library, args.c1, args.c2, args.iterations)
        taggers[layer].train([item for item in train if layer in (item.row or {})], layer)
    rows = []
    for sample in documents:
        row: JSON = {"doc_id": sample.doc_id}
        for layer, letter in (("mentions", "m"), ("events", "e")):
            row[layer] = [
                {
                    "id": f"{letter}{number}",
                    "start": start,
                    "end": end,
                    "type": label,
                    **({"arguments": []} if layer == "events" else {}),
                }
                for number, (start, end, label) in enumerate(taggers[layer].find(sample), start=1)
            ]
        rows.append(row)
    return Made(
        rows,
        {
            "layers": ["mentions", "events"],
            "options": {"c1": args.c1, "c2": args.c2, "iterations": args.iterations},
            "libraries": {name: version(name) for name in ("sklearn-crfsuite", "python-crfsuite")},
        },
    )


class Tagger:
    """One CRF over BIO labels."""

    def __init__(self, library: Any, c1: float, c2: float, iterations: int) -> None:
        self._crf = library.CRF(
            algorithm="lbfgs",
            c1=c1,
            c2=c2,
            max_iterations=iterations,
        )

    def train(self, samples: Sequence[Sample], layer: str) -> None:
        """Learns from the gold of `samples`. Raises `CannotRunError` where there is none."""
        features, labels = [], []
        for sample in samples:
            spans = outermost(
                [(item["start"], item["end"], item["type"]) for item in (sample.row or {})[layer]]
            )
            for words, starts, ends in sentences(sample):
                features.append(token_features(words))
                labels.append(bio(spans, starts, ends))
        if not any(label != "O" for row in labels for label in row):
            raise CannotRunError(f"the train split has no {layer} to learn from")
        self._crf.fit(features, labels)

    def find(self, sample: Sample) -> list[Labelled]:
        """Labelled spans of the reading text of `sample`, in text order."""
        found = []
        for words, starts, ends in sentences(sample):
            labels = self._crf.predict_single(token_features(words))
            found += list(spans_of(labels, starts, ends))
        return found


def sentences(sample: Sample) -> Iterator[tuple[list[str], list[int], list[int]]]:
    """The tokens of each sentence of the reading text: words, starts, ends in the document."""
    for start, end in sample.reading_sentences():
        words, starts, ends = tokens(sample.text[start:end])
        if words:
            yield words, [start + at for at in starts], [start + at for at in ends]


def outermost(spans: Sequence[Labelled]) -> list[Labelled]:
    """Of spans that overlap, the longest, then the first; in text order."""
    kept: list[Labelled] = []
    for item in sorted(spans, key=lambda item: (item[0] - item[1], item[0], item[2])):
        if all(item[1] <= other[0] or other[1] <= item[0] for other in kept):
            kept.append(item)
    return sorted(kept)


def bio(spans: Sequence[Labelled], starts: Sequence[int], ends: Sequence[int]) -> list[str]:
    """The BIO label of each token, spans widened to the tokens that they touch."""
    labels = ["O"] * len(starts)
    for first, last, label in spans:
        inside = [n for n in range(len(starts)) if starts[n] < last and first < ends[n]]
        if inside and all(labels[n] == "O" for n in inside):
            labels[inside[0]] = f"B-{label}"
            for n in inside[1:]:
                labels[n] = f"I-{label}"
    return labels


def spans_of(
    labels: Sequence[str], starts: Sequence[int], ends: Sequence[int]
) -> Iterator[Labelled]:
    """The spans of BIO labels; an I- that continues nothing begins a span of its own."""
    opened: tuple[Span, str] | None = None
    for label, start, end in zip(labels, starts, ends, strict=True):
        part, _, name = label.partition("-")
        if opened is not None and part == "I" and name == opened[1]:
            opened = (opened[0][0], end), name
            continue
        if opened is not None:
            yield *opened[0], opened[1]
        opened = ((start, end), name) if part in ("B", "I") else None
    if opened is not None:
        yield *opened[0], opened[1]


def token_features(words: Sequence[str]) -> list[list[str]]:
    """The features of each token of a sentence, as names that are on."""
    own = [_own(word) for word in words]
    found = []
    for at in range(len(words)):
        features = ["bias", *own[at]]
        for step in (-2, -1, 1, 2):
            near = at + step
            if 0 <= near < len(words):
                kept = own[near] if abs(step) == 1 else own[near][:2]
                features += [f"{step:+d}:{name}" for name in kept]
            elif abs(step) == 1:
                features.append(f"{step:+d}:edge")
        found.append(features)
    return found


def _own(word: str) -> list[str]:
    lowered = word.lower()
    affixes = [f"p{n}={lowered[:n]}" for n in (1, 2, 3) if len(word) > n]
    affixes += [f"s{n}={lowered[-n:]}" for n in (1, 2, 3, 4) if len(word) > n]
    return [f"w={lowered}", f"shape={_shape(word)}", *affixes]


def _shape(word: str) -> str:
    """Letters as X or x, digits as 9, runs longer than two cut to two."""
    shape = ""
    for char in word:
        sign = "9" if char.isdigit() else "X" if char.isupper() else "x" if char.isalpha() else char
        if not shape.endswith(sign * 2):
            shape += sign
    return shape
