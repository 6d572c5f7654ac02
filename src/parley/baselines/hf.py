"""A Hugging Face token classifier that somebody trained: mentions, and those only names.

Nothing is learnt here but one thing: which Parley type a class stands for that covers several
(CoNLL's LOC, MISC), by how frequent they are in the train split.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from parley.baselines import CannotRunError, Made, labels, models, need, spans, windows
from parley.baselines.sample import Sample
from parley.baselines.spans import Found
from parley.dataset.tokens import tokens
from parley.document import Span
from parley.ontology import load

EPILOG = """\
The model's labels are IO, BIO (IOB2, IOB1) or BIOES (BILOU) over CoNLL's four classes, OntoNotes'
or Parley's own types; for any others, --label-map FILE.toml has a line for each:
  "corporation" = "ORG"
  "creative-work" = ""          (left out)

examples:
  parley baseline hf --model dslim/bert-base-NER --out bert.jsonl
  parley baseline hf --model models/mine --label-map mine.toml --split validation --out mine.jsonl
"""
#: First letter of a label -> what it does, in every scheme: begins, goes on, ends, stands alone.
_PREFIXES = {"B": "B", "I": "I", "E": "E", "L": "E", "S": "S", "U": "S"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the options of this baseline."""
    parser.epilog = EPILOG
    models.options(parser)
    parser.add_argument(
        "--label-map", type=Path, metavar="FILE", help="the model's labels and Parley's types, TOML"
    )
    parser.add_argument(
        "--aggregation",
        choices=("first", "max"),
        default="first",
        help="a word's label: its first piece's, or that of its surest piece (default: first)",
    )


def predict(
    args: argparse.Namespace,
    train: Sequence[Sample],
    documents: Sequence[Sample],
    tell: Callable[[str], None],
) -> Made:
    """Mentions of every document, by a model that exists.

    Raises `CannotRunError` where a library is missing, or the model cannot be loaded or says things
    that have no type here.
    """
    name: str = args.model
    torch = need("torch", "transformers")
    transformers = need("transformers", "transformers")
    entity = load().names("entity")
    given = labels.read_map(args.label_map, entity) if args.label_map else {}
    where = {"revision": args.revision, "local_files_only": Path(name).is_dir()}
    tokenizer, model = models.loaded(
        name,
        lambda: (
            transformers.AutoTokenizer.from_pretrained(name, **where),
            transformers.AutoModelForTokenClassification.from_pretrained(name, **where),
        ),
    )
    if not tokenizer.is_fast:
        raise CannotRunError(
            f"the model {name} has no fast tokenizer, which alone says where its pieces stand; "
            "expected a tokenizer.json beside the model"
        )
    tags = [tag(model.config.id2label[place]) for place in range(model.config.num_labels)]
    types = labels.types_of({label for _, label in tags if label}, given, train)
    most = models.most_tokens(args, tokenizer, model.config)
    torch.manual_seed(args.seed)
    model.to(models.device(args, torch)).eval()

    def fits(text: str) -> bool:
        return len(tokenizer(text, verbose=False)["input_ids"]) <= most

    rows = []
    read = windows.Tally()
    for number, sample in enumerate(documents, 1):
        tell(f"{number} of {len(documents)}: {sample.doc_id}")
        sentences = sample.reading_sentences()
        cut = windows.cut(sample.text, sentences, fits)
        read.add(sample.doc_id, cut)
        found = []
        for window, pieces, probabilities in _run(torch, model, tokenizer, sample.text, cut, args):
            for words in _by_sentence(sample.text, window, sentences):
                chosen = [
                    ("", "") if place is None else tags[place]
                    for place in _choose(words, pieces, probabilities, args.aggregation)
                ]
                found += [
                    Found(words[first][0], words[last][1], types[label], "name")
                    for first, last, label in decode(chosen)
                    if types[label] and window.own_start <= words[first][0] < window.own_end
                ]
        rows.append({"doc_id": sample.doc_id, "mentions": spans.mentions(sample.text, found)})
    return Made(
        rows,
        {
            **models.identity(name, model.config, "transformers", "torch"),
            "aggregation": args.aggregation,
            "labels": types,
            "max_tokens": most,
            "windows": read.details(),
        },
    )


def tag(label: str) -> tuple[str, str]:
    """A model's label as (what it does, entity label): B-PER is ("B", "PER"), O ("", "").

    A label without a prefix (IO) goes on where the label before it is the same.
    """
    if label in ("O", ""):
        return "", ""
    head, mark, rest = label[:1], label[1:2], label[2:]
    if head in _PREFIXES and mark in ("-", "_") and rest:
        return _PREFIXES[head], rest
    return "I", label


def decode(tags: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Spans (first word, last word, label) of a sentence's tags.

    As conlleval reads them: B and S begin a span whatever is before them, I and E begin one where
    the word before is not in a span of the same label; E and S end it.
    """
    begun: int | None = None
    before = ""
    for place, (does, label) in enumerate([*tags, ("", "")]):
        if begun is not None and (label != before or does in ("B", "S")):
            yield begun, place - 1, before
            begun = None
        if begun is None and label:
            begun, before = place, label
        if begun is not None and does in ("E", "S"):
            yield begun, place, before
            begun = None


def _run(
    torch: Any,
    model: Any,
    tokenizer: Any,
    text: str,
    cut: windows.Cut,
    args: argparse.Namespace,
) -> Iterator[tuple[windows.Window, list[Span], Any]]:
    """Each window, its pieces (offsets in the document), and a row of probabilities for each."""
    for first in range(0, len(cut.windows), args.batch_size):
        batch = cut.windows[first : first + args.batch_size]
        coded = tokenizer(
            [text[window.start : window.end] for window in batch],
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        offsets = coded.pop("offset_mapping").tolist()
        special = coded.pop("special_tokens_mask").tolist()
        with torch.inference_mode():
            logits = model(**coded.to(model.device)).logits.float()
        probabilities = logits.softmax(-1).cpu().numpy()
        for place, window in enumerate(batch):
            kept, pieces = [], []
            for row, ((start, end), mark) in enumerate(
                zip(offsets[place], special[place], strict=True)
            ):
                start, end = start + window.start, end + window.start
                # Some tokenizers count the space before a piece as a part of it.
                while start < end and text[start].isspace():
                    start += 1
                if start < end and not mark:
                    kept.append(row)
                    pieces.append((start, end))
            yield window, pieces, probabilities[place][kept]


def _by_sentence(
    text: str, window: windows.Window, sentences: Sequence[Span]
) -> Iterator[list[Span]]:
    """The words of a window, sentence by sentence, those between sentences left out."""
    for start, end in sentences:
        start, end = max(start, window.start), min(end, window.end)
        if start < end:
            _, starts, ends = tokens(text[start:end])
            yield [(start + first, start + last) for first, last in zip(starts, ends, strict=True)]


def _choose(
    words: Sequence[Span], pieces: Sequence[Span], probabilities: Any, aggregation: str
) -> Iterator[int | None]:
    """The number of each word's label, from the pieces that it shares a character with.

    None where there is no such piece: some tokenizers drop characters.
    """
    at = 0
    for start, end in words:
        while at < len(pieces) and pieces[at][1] <= start:
            at += 1
        rows = []
        place = at
        while place < len(pieces) and pieces[place][0] < end:
            rows.append(place)
            place += 1
        if not rows:
            yield None
        elif aggregation == "first":
            yield int(probabilities[rows[0]].argmax())
        else:
            surest = max(rows, key=lambda row: float(probabilities[row].max()))
            yield int(probabilities[surest].argmax())
