"""A spaCy pipeline (Honnibal et al. 2020) trained from blank: mentions and event triggers.

Three components over one convolutional encoder of words, prefixes, suffixes and shapes, with no
vectors from outside: `ner` learns the outermost mentions; `nested`, a span categorizer, all of
them; `triggers`, another, the triggers. Tokens are Parley's, texts are single sentences.

A mention is predicted where `nested` is sure of it (`--threshold`), under its type; and where `ner`
finds it and `nested` does not rule it out (`FLOOR`), under ner's type. So a span comes once from
the two, and more than once only where `nested` is sure of several types.
"""

import argparse
import random
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parley import arguments
from parley.baselines import CannotRunError, Made, need, spans
from parley.baselines.sample import Sample
from parley.baselines.spans import Found
from parley.dataset.tokens import tokens
from parley.document import Span
from parley.incidents import say
from parley.ontology import load

EPILOG = """\
examples:
  parley baseline spacy --out spacy.jsonl
  parley baseline spacy --model-out models/spacy --split validation --out spacy-validation.jsonl
  parley baseline spacy --model models/spacy --out spacy.jsonl
"""
#: The least probability under which `nested` rules out what `ner` finds.
FLOOR = 0.2
#: The three components, and the layer that each is for.
COMPONENTS = {"ner": "mentions", "nested": "mentions", "triggers": "events"}
#: Sentences in an update.
_BATCH = 16
_WIDTH = 96
_CONFIG = f"""
[nlp]
lang = "en"
pipeline = ["tok2vec", "ner", "nested", "triggers"]

[components]

[components.tok2vec]
factory = "tok2vec"
[components.tok2vec.model]
@architectures = "spacy.HashEmbedCNN.v2"
width = {_WIDTH}
depth = 4
embed_size = 2000
window_size = 1
maxout_pieces = 3
subword_features = true
pretrained_vectors = null

[components.ner]
factory = "ner"
[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 64
maxout_pieces = 2
use_upper = true
nO = null
[components.ner.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = {_WIDTH}
upstream = "*"

[components.nested]
factory = "spancat"
spans_key = "mentions"
[components.nested.suggester]
@misc = "spacy.ngram_suggester.v1"
sizes = [1, 2, 3, 4]
[components.nested.model]
@architectures = "spacy.SpanCategorizer.v1"
[components.nested.model.scorer]
@layers = "spacy.LinearLogistic.v1"
[components.nested.model.reducer]
@layers = "spacy.mean_max_reducer.v1"
hidden_size = {_WIDTH}
[components.nested.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = {_WIDTH}
upstream = "*"

[components.triggers]
factory = "spancat"
spans_key = "events"
[components.triggers.suggester]
@misc = "spacy.ngram_suggester.v1"
sizes = [1, 2]
[components.triggers.model]
@architectures = "spacy.SpanCategorizer.v1"
[components.triggers.model.scorer]
@layers = "spacy.LinearLogistic.v1"
[components.triggers.model.reducer]
@layers = "spacy.mean_max_reducer.v1"
hidden_size = {_WIDTH}
[components.triggers.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = {_WIDTH}
upstream = "*"
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the options of this baseline."""
    parser.epilog = EPILOG
    parser.add_argument(
        "--epochs",
        type=arguments.whole(1_000_000, 1),
        default=40,
        metavar="N",
        help="how often each sentence of the train split is learnt from (default: 40)",
    )
    parser.add_argument(
        "--dropout", type=arguments.number(1), default=0.2, metavar="P", help="default: 0.2"
    )
    parser.add_argument(
        "--learning-rate",
        type=arguments.number(1),
        default=0.002,
        metavar="R",
        help="default: 0.002",
    )
    parser.add_argument(
        "--threshold",
        type=arguments.number(1),
        default=0.5,
        metavar="P",
        help="the least probability of a mention (default: 0.5)",
    )
    parser.add_argument(
        "--trigger-threshold",
        type=arguments.number(1),
        default=0.2,
        metavar="P",
        help="the least probability of an event trigger (default: 0.2)",
    )
    parser.add_argument(
        "--model-out", type=Path, metavar="DIR", help="keep the trained pipeline in a new folder"
    )
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="use a pipeline that --model-out kept"
    )


def predict(
    args: argparse.Namespace,
    train: Sequence[Sample],
    documents: Sequence[Sample],
    tell: Callable[[str], None],
) -> Made:
    """Mentions and triggers of every document, by a pipeline trained now or before.

    Raises `CannotRunError` where spaCy is missing, nothing is there to learn from, or a folder is
    not what its option expects.
    """
    need("spacy", "spacy")
    from thinc.api import use_ops

    if args.model_out is not None and args.model is not None:
        raise CannotRunError("--model and --model-out: expected one of them")
    if args.model_out is not None and args.model_out.exists():
        raise CannotRunError(f"--model-out {args.model_out} is there; expected a new folder")
    details: dict[str, Any] = {
        "versions": {"spacy": version("spacy"), "thinc": version("thinc")},
        "threshold": args.threshold,
        "trigger_threshold": args.trigger_threshold,
    }
    # Of the two matrix products on a CPU, thinc's own (BLIS) measured three times slower.
    with use_ops("numpy", use_blis=False):
        if args.model is not None:
            pipeline = _load(args.model)
            details["model"] = args.model.resolve().name
        else:
            pipeline, learnt = _train(args, train, tell)
            details |= learnt
        if args.model_out is not None:
            _keep(pipeline, args.model_out)
        pipeline.get_pipe("nested").cfg["threshold"] = min(FLOOR, args.threshold)
        pipeline.get_pipe("triggers").cfg["threshold"] = args.trigger_threshold
        rows = []
        for number, sample in enumerate(documents, 1):
            tell(f"{number} of {len(documents)}: {sample.doc_id}")
            mentions, events = _found(args, pipeline, sample)
            rows.append(
                {
                    "doc_id": sample.doc_id,
                    "mentions": spans.mentions(sample.text, mentions),
                    "events": spans.events(sample.text, events),
                }
            )
    return Made(rows, details)


def _train(
    args: argparse.Namespace, train: Sequence[Sample], tell: Callable[[str], None]
) -> tuple[Any, dict[str, Any]]:
    """A trained pipeline, and what there is to say of the training."""
    from thinc.api import Config

    util = need("spacy.util", "spacy")
    # A document that nobody annotated a layer of would teach that there is nothing in it.
    train = [sample for sample in train if {"mentions", "events"} <= (sample.row or {}).keys()]
    util.fix_random_seed(args.seed)
    pipeline = util.load_model_from_config(Config().from_str(_CONFIG), auto_fill=True)
    examples = []
    left_out = 0
    for sample in train:
        made, missed = _examples(pipeline, sample)
        examples += made
        left_out += missed
    if not any(
        example.reference.spans["mentions"] and example.reference.spans["events"]
        for example in examples
    ):
        raise CannotRunError(
            "nothing to train on; expected documents with mentions and event triggers in the split "
            f"{getattr(args, 'train_split', 'train')!r}"
        )
    optimizer = pipeline.initialize(lambda: examples)
    optimizer.learn_rate = args.learning_rate
    shuffler = random.Random(args.seed)
    for epoch in range(1, args.epochs + 1):
        tell(f"epoch {epoch} of {args.epochs}")
        shuffler.shuffle(examples)
        for batch in util.minibatch(examples, _BATCH):
            pipeline.update(batch, drop=args.dropout, sgd=optimizer)
    return pipeline, {
        "epochs": args.epochs,
        "dropout": args.dropout,
        "learning_rate": args.learning_rate,
        "documents_learnt": len(train),
        "sentences_learnt": len(examples),
        "spans_off_tokens": left_out,
    }


def _documents(pipeline: Any, sample: Sample) -> Iterator[tuple[Any, list[int], list[int]]]:
    """Each sentence as spaCy's document, with where its tokens start and end in the text."""
    from spacy.tokens import Doc

    for start, end in sample.reading_sentences():
        words, starts, ends = tokens(sample.text[start:end])
        if words:
            spaces = [
                last < first for last, first in zip(ends, [*starts[1:], ends[-1]], strict=True)
            ]
            yield (
                Doc(pipeline.vocab, words=words, spaces=spaces),
                [start + place for place in starts],
                [start + place for place in ends],
            )


def _examples(pipeline: Any, sample: Sample) -> tuple[list[Any], int]:
    """What to learn from a document; and how many spans do not begin and end with tokens of one
    sentence, so that they cannot be learnt."""
    from spacy.tokens import Span as Tokens
    from spacy.training import Example

    row = sample.row or {}
    made = []
    learnt = 0
    for plain, starts, ends in _documents(pipeline, sample):
        first = {place: number for number, place in enumerate(starts)}
        last = {place: number for number, place in enumerate(ends, 1)}

        def here(
            layer: str, first: dict[int, int] = first, last: dict[int, int] = last
        ) -> list[tuple[int, int, str]]:
            rows = [item for item in row[layer] if item["start"] in first and item["end"] in last]
            return [(first[item["start"]], last[item["end"]], _label(item)) for item in rows]

        gold = plain.copy()
        mentions, events = here("mentions"), here("events")
        learnt += len(mentions) + len(events)
        gold.set_ents([Tokens(gold, *span) for span in _outermost(mentions)])
        gold.spans["mentions"] = [Tokens(gold, *span) for span in sorted(set(mentions))]
        gold.spans["events"] = [Tokens(gold, *span) for span in sorted(set(events))]
        made.append(Example(plain, gold))
    return made, len(row["mentions"]) + len(row["events"]) - learnt


def _label(item: dict[str, Any]) -> str:
    """The label that is learnt: a mention that is no name has its way of referring in it."""
    how = item.get("mention_type", "name")
    return str(item["type"] if how == "name" else f"{item['type']}/{how}")


def _outermost(spans_: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans without those inside or across an earlier one; the first in the alphabet of equals."""
    kept: list[tuple[int, int, str]] = []
    for span in sorted(set(spans_), key=lambda item: (item[0], -item[1], item[2])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _found(
    args: argparse.Namespace, pipeline: Any, sample: Sample
) -> tuple[list[Found], list[Found]]:
    """The mentions and the triggers of a document.

    `nested` gives what is at least at the lower of `FLOOR` and `--threshold`, with its probability.
    """
    mentions: list[Found] = []
    events: list[Found] = []
    places = list(_documents(pipeline, sample))
    answers = pipeline.pipe([plain for plain, _, _ in places])
    for answer, (_, starts, ends) in zip(answers, places, strict=True):

        def found(span: Any, starts: list[int] = starts, ends: list[int] = ends) -> Found:
            type_, _, how = span.label_.partition("/")
            return Found(starts[span.start], ends[span.end - 1], type_, how)

        group = answer.spans["mentions"]
        scored = list(zip(map(found, group), map(float, group.attrs["scores"]), strict=True))
        sure = [span for span, score in scored if score >= args.threshold]
        taken = {(span.start, span.end) for span in sure}
        possible: set[Span] = {
            (span.start, span.end) for span, score in scored if score >= FLOOR
        } - taken
        named = [found(span) for span in answer.ents]
        mentions += sure + [span for span in named if (span.start, span.end) in possible]
        events += map(found, answer.spans["events"])
    return (
        [Found(item.start, item.end, item.type, item.mention_type or "name") for item in mentions],
        events,
    )


def _load(folder: Path) -> Any:
    """A pipeline that `_keep` wrote; raises `CannotRunError` where it is none."""
    try:
        pipeline = need("spacy", "spacy").load(folder)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).splitlines()[0]
        raise CannotRunError(
            f"--model {folder}: {first}; expected a folder that --model-out wrote"
        ) from None
    missing = [name for name in COMPONENTS if name not in pipeline.pipe_names]
    if missing:
        raise CannotRunError(
            say(
                f"--model {folder} has not the components",
                got=", ".join(pipeline.pipe_names),
                expected=", ".join(COMPONENTS),
                do="train one with --model-out",
            )
        )
    scheme = load()
    names = {"mentions": scheme.names("entity"), "events": scheme.names("event")}
    strange = sorted(
        label
        for name, layer in COMPONENTS.items()
        for label in pipeline.get_pipe(name).labels
        if label.partition("/")[0] not in names[layer]
    )
    if strange:
        raise CannotRunError(
            f"--model {folder} was trained on types that the ontology does not have: "
            f"{', '.join(strange)}; train it again"
        )
    return pipeline


def _keep(pipeline: Any, folder: Path) -> None:
    """Writes the pipeline aside and renames."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        pipeline.to_disk(part)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
