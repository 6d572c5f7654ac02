"""GLiNER (Zaratiana et al. 2024): spans labelled by a model that is told the labels in words.

Nothing is learnt here. Event triggers are found by a second pass with the event types as labels.
"""

import argparse
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from parley import arguments
from parley.baselines import CannotRunError, Made, labels, models, need, spans, windows
from parley.baselines.sample import Sample
from parley.baselines.spans import Found
from parley.ontology import load

EPILOG = """\
A label map says other words than the built-in ones, several for one type if need be; those of
mentions and those of events may stand in one file, and what it has nothing for stays built-in:
  "armed group" = "ORG"
  "organization" = "ORG"
  "air strike" = "ASSAULT"

examples:
  parley baseline gliner --model urchade/gliner_medium-v2.1 --out gliner.jsonl
  parley baseline gliner --model models/gliner --layers mentions,events --threshold 0.3
"""

#: What the model is asked for, by layer: words for each type of the ontology, after its definition.
PROMPTS = {
    "mentions": {
        "PERSON": "person",
        "NORP": "nationality, religious or political group",
        "FAC": "building or structure",
        "ORG": "organization",
        "GPE": "country, region or city",
        "LOC": "natural or other location",
        "PRODUCT": "weapon or product",
        "EVENT": "named event",
        "LAW": "law, decree or treaty",
        "WORK_OF_ART": "title of a book, film or programme",
        "DATE": "date",
        "TIME": "time of day",
        "PERCENT": "percentage",
        "MONEY": "amount of money",
        "QUANTITY": "measurement with a unit",
        "ORDINAL": "ordinal number",
        "CARDINAL": "number",
    },
    "events": {
        "AGREE": "agreement or promise",
        "CONSULT": "meeting, visit or talks",
        "SUPPORT": "praise or endorsement",
        "CONCEDE": "concession or apology",
        "COOPERATE": "joint action or exchange",
        "AID": "giving aid, weapons or shelter",
        "RETREAT": "withdrawal, release or ceasefire",
        "REQUEST": "request, demand or order",
        "ACCUSE": "accusation, charge or investigation",
        "REJECT": "refusal or denial",
        "THREATEN": "threat or warning",
        "PROTEST": "protest or boycott",
        "SANCTION": "sanction, conviction or dismissal",
        "MOBILIZE": "deployment or build-up of forces",
        "COERCE": "seizure, arrest or restriction",
        "ASSAULT": "attack, strike or battle",
        "MOVE": "movement of people or goods",
        "HARM": "death, injury or damage",
        "OCCUR": "other happening",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the options of this baseline."""
    parser.epilog = EPILOG
    models.options(parser)
    parser.add_argument(
        "--threshold",
        type=arguments.number(1),
        default=0.5,
        metavar="P",
        help="the least probability of a span (default: 0.5)",
    )
    parser.add_argument(
        "--layers",
        type=_layers,
        default=("mentions",),
        metavar="LAYERS",
        help="mentions, events or both with a comma between (default: mentions)",
    )
    parser.add_argument(
        "--label-map", type=Path, metavar="FILE", help="other words for Parley's types, TOML"
    )


def predict(
    args: argparse.Namespace,
    train: Sequence[Sample],
    documents: Sequence[Sample],
    tell: Callable[[str], None],
) -> Made:
    """Mentions and triggers of every document, by a model that exists; spans may be nested.

    Raises `CannotRunError` where a library is missing or the model cannot be loaded.
    """
    name: str = args.model
    torch = need("torch", "gliner")
    prompts = _prompts(args.label_map)
    with warnings.catch_warnings():
        # torch's own, of a decorator that one of its parts, or of GLiNER's, still has.
        warnings.filterwarnings("ignore", r"`torch\.jit", FutureWarning)
        warnings.filterwarnings("ignore", r"`torch\.jit", DeprecationWarning)
        gliner = need("gliner", "gliner")
        model = models.loaded(
            name,
            lambda: gliner.GLiNER.from_pretrained(
                name, revision=args.revision, local_files_only=Path(name).is_dir()
            ),
        )
    torch.manual_seed(args.seed)
    model.to(models.device(args, torch)).eval()

    rows: list[dict[str, Any]] = [{"doc_id": sample.doc_id} for sample in documents]
    details: dict[str, Any] = {
        **models.identity(name, model.config, "gliner", "transformers", "torch"),
        "threshold": args.threshold,
        "layers": list(args.layers),
        "labels": {layer: prompts[layer] for layer in args.layers},
        "windows": {},
    }
    for layer in args.layers:
        fits = _fits(args, model, list(prompts[layer]))
        read = windows.Tally()
        for number, (sample, row) in enumerate(zip(documents, rows, strict=True), 1):
            tell(f"{layer}, {number} of {len(documents)}: {sample.doc_id}")
            sentences = sample.reading_sentences()
            cut = windows.cut(sample.text, sentences, fits)
            read.add(sample.doc_id, cut)
            found = spans.within(sentences, _run(args, model, prompts[layer], sample.text, cut))
            made = spans.mentions if layer == "mentions" else spans.events
            row[layer] = made(sample.text, found)
        details["windows"][layer] = read.details()
    return Made(rows, details)


def _run(
    args: argparse.Namespace,
    model: Any,
    prompts: dict[str, str],
    text: str,
    cut: windows.Cut,
) -> Iterable[Found]:
    if not cut.windows:
        return
    with warnings.catch_warnings():
        # Windows are cut so that this cannot be; if it is all the same, it is not to pass unseen.
        warnings.filterwarnings("error", ".*has been truncated")
        answers = model.inference(
            [text[window.start : window.end] for window in cut.windows],
            list(prompts),
            flat_ner=False,
            threshold=args.threshold,
            batch_size=args.batch_size,
        )
    for window, answer in zip(cut.windows, answers, strict=True):
        for item in answer:
            start = window.start + item["start"]
            if window.own_start <= start < window.own_end:
                yield Found(start, window.start + item["end"], prompts[item["label"]])


def _fits(args: argparse.Namespace, model: Any, prompts: Sequence[str]) -> Callable[[str], bool]:
    """Whether a text is read whole: its words, and its pieces together with those of the prompt."""
    processor = model.data_processor
    tokenizer = processor.transformer_tokenizer
    most = models.most_tokens(args, tokenizer, model.config.encoder_config)

    def pieces(words: list[str]) -> int:
        return len(tokenizer(words, is_split_into_words=True, verbose=False)["input_ids"])

    # Each label with its marker, and the separator: as `prepare_inputs` of GLiNER puts them.
    marks = [model.config.ent_token, model.config.sep_token]
    used = pieces([word for prompt in prompts for word in (marks[0], prompt)] + marks[1:])
    if used >= most:
        raise CannotRunError(
            f"the {len(prompts)} labels take {used} tokens of the {most} that the model reads; "
            "give fewer or shorter ones with --label-map, or a larger --max-tokens"
        )

    def fits(text: str) -> bool:
        words = [word for word, _, _ in processor.words_splitter(text)]
        return len(words) <= model.config.max_len and used + pieces(words) <= most

    return fits


def _prompts(path: Path | None) -> dict[str, dict[str, str]]:
    """The words asked for and the types that they stand for, by layer."""
    made = {
        layer: {words: name for name, words in table.items()} for layer, table in PROMPTS.items()
    }
    if path is not None:
        scheme = load()
        types = {"mentions": scheme.names("entity"), "events": scheme.names("event")}
        given = labels.read_map(path, [name for names in types.values() for name in names])
        for layer, names in types.items():
            of_layer = {words: name for words, name in given.items() if name in names}
            made[layer] = of_layer or made[layer]
    return made


def _layers(words: str) -> tuple[str, ...]:
    """Reads layers with commas between, each once, in the order of `PROMPTS`."""
    asked = {word.strip() for word in words.split(",")}
    if asked and asked <= set(PROMPTS):
        return tuple(layer for layer in PROMPTS if layer in asked)
    raise argparse.ArgumentTypeError(f"got {words!r}; expected mentions, events or mentions,events")
