"""A language model behind an OpenAI-compatible address: few-shot prompts, answers by quoted words.

The prompt has the labels, the rules, and examples from the train split, the same ones for every
document. The model answers with quoted words, which become offsets: a quote has to be one place of
the paragraph that it names, and where its words stand there more than once the answer must say
which (`n`, or longer words around it). A quote that is not there, or could be in several places, is
left out and counted; nothing is guessed.

Replies are kept in the cache (--cache) under a digest of model, messages and parameters, not of the
address; only what is not there is asked. With --offline nothing is asked at all, so a cache that is
kept beside a result reproduces it anywhere. Replies quote the texts: a cache of withheld documents
is not for publishing. What was interrupted, or failed, is asked for by the next run.

A window of text whose answer cannot be read counts as nothing predicted, and is listed in
FILE.meta.json under without_answer, with counts of every kind of fault.

The key comes from PARLEY_LLM_KEY (or OPENAI_API_KEY) in the environment.
"""

import argparse
import queue
import re
import sys
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from parley import arguments, json_io
from parley.baselines import CannotRunError, Made, llm_examples
from parley.baselines.sample import JSON, Sample
from parley.document import Annotations
from parley.files import is_id
from parley.incidents import Incident, say
from parley.llm import prompt as prompts
from parley.llm.annotator import Annotator, Part
from parley.llm.client import Client
from parley.ontology import load
from parley.predictions.rows import to_row
from parley.project import NotAProjectError, Project

EPILOG = """\
examples:
  PARLEY_LLM_KEY=... parley baseline llm --url https://api.openai.com/v1 --model gpt-4.1-mini \\
      --price-in 0.4 --price-out 1.6 --out llm.jsonl
  parley baseline llm --url http://127.0.0.1:8000/v1 --model qwen3-8b --shots 1 --window 1500 \\
      --param max_tokens=12000 --param seed=1 --out qwen.jsonl
  parley baseline llm --model gpt-4.1-mini --cache answers --offline --out llm.jsonl
"""
#: Faults that are counted apart, and their codes.
FAULTS = {
    "empty_answers": ("A005",),
    "json_among_words": ("A008",),
    "quotes_not_found": ("Q001", "Q003", "Q004"),
    "ambiguous_quotes": ("Q002",),
    "invalid_labels": ("Q006",),
    "invalid_references": ("Q007",),
    "malformed_items": ("Q005",),
}
_RULE = (
    "a quote is one place of the paragraph named; several places without an occurrence: left out"
)
#: What --param cannot say: it would change what is asked, or how it is read.
_OWN = ("model", "messages", "stream", "n")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the options of this baseline."""
    parser.epilog = EPILOG
    add = parser.add_argument
    add("--url", metavar="URL", help="the address, up to and without /chat/completions")
    add("--model", required=True, metavar="NAME", help="as the server calls it")
    add(
        "--shots",
        type=arguments.whole(50),
        default=3,
        metavar="N",
        help="examples from the train split (default: 3)",
    )
    add(
        "--window",
        type=arguments.whole(1_000_000, 1),
        default=3_000,
        metavar="CHARS",
        help="text in one question; whole paragraphs, at least one (default: 3000)",
    )
    add(
        "--no-repair",
        action="store_true",
        help="do not ask once more, with the faults named, where an answer has faults",
    )
    add(
        "--param",
        action="append",
        default=[],
        type=_parameter,
        metavar="KEY=JSON",
        help="a parameter of every request; null takes one out (default: temperature=0)",
    )
    add(
        "--cache",
        type=Path,
        metavar="DIR",
        help="where replies are kept (default: .cache/llm of the project)",
    )
    add("--offline", action="store_true", help="ask nothing: the cache, or a list of what it lacks")
    add(
        "--concurrency",
        type=arguments.whole(64, 1),
        default=4,
        metavar="N",
        help="requests at a time (default: 4)",
    )
    add(
        "--timeout",
        type=arguments.number(1e6, over_zero=True),
        default=300.0,
        metavar="SECONDS",
        help="of one request (default: 300)",
    )
    add(
        "--retries",
        type=arguments.whole(20),
        default=5,
        metavar="N",
        help="of one request, after 1 s, 2 s, 4 s ... or as the server says (default: 5)",
    )
    for name, what in (("in", "prompt"), ("out", "completion")):
        add(
            f"--price-{name}",
            type=arguments.number(1e6),
            metavar="PRICE",
            help=f"of a million {what} tokens, for the cost in FILE.meta.json",
        )


def predict(
    args: argparse.Namespace,
    train: Sequence[Sample],
    documents: Sequence[Sample],
    tell: Callable[[str], None],
) -> Made:
    """All four layers and clusters of every document.

    Raises `CannotRunError` where nothing can be asked, where every request failed, and offline
    where the cache lacks a reply; `IncidentError` (A002) for a bad address or key.
    """
    if not args.url and not args.offline:
        raise CannotRunError("--url is missing: the address of the model; or --offline")
    ontology = load()
    parameters = {"temperature": 0} | dict(args.param)
    parameters = {name: value for name, value in parameters.items() if value is not None}
    examples = llm_examples.choose(train, args.shots, ontology)
    prompt = prompts.prompt(
        ontology, predicted=True, examples=[(item.question, item.answer) for item in examples]
    )
    client = Client(
        args.url,
        args.model,
        parameters=parameters,
        cache=_cache(args),
        offline=args.offline,
        timeout=args.timeout,
        retries=args.retries,
        option="--url",
    )
    annotator = Annotator(
        client, prompt, ontology, args.window, repair=not args.no_repair, predicted=True
    )

    def one(sample: Sample) -> _Done:
        done = _Done(sample, *annotator.annotate(llm_examples.document(sample)))
        for part in done.parts:
            if part.failed and part.failed.hopeless:
                raise CannotRunError(
                    f"{part.failed.incident}; every other request would fail like this one; what "
                    "was answered is in the cache"
                )
        return done

    results: dict[str, _Done] = {}
    for done in _each(one, documents, args.concurrency, client.stop):
        results[done.sample.doc_id] = done
        tell(f"llm: {len(results)} of {len(documents)} documents; {client.counts.requests} asked")
    ordered = [results[sample.doc_id] for sample in documents]
    _stop_where_nothing_is_known(args, ordered)
    details = {
        "model": args.model,
        "prompt_sha256": _digest(prompt, parameters, annotator),
        "options": {
            "shots": args.shots,
            "window": args.window,
            "repair": annotator.repair,
            "parameters": parameters,
            "quotes": _RULE,
        },
        "examples": [
            {"doc_id": item.doc_id, "start": item.start, "end": item.end} for item in examples
        ],
        **_account(args, ordered),
        "run": _run(args, client),
    }
    _summary(details)
    return Made([_row(done.found) for done in ordered], details)


@dataclass(frozen=True, slots=True)
class _Done:
    sample: Sample
    found: Annotations
    parts: list[Part]


def _each(
    work: Callable[[Sample], _Done],
    items: Sequence[Sample],
    threads: int,
    stop: Callable[[], None],
) -> Iterator[_Done]:
    """What `work` makes of each item, as it comes, by so many threads.

    The threads do not keep the interpreter from ending: an interrupt is not to wait for a server.
    """
    waiting: queue.SimpleQueue[Sample] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    made: queue.SimpleQueue[_Done | BaseException] = queue.SimpleQueue()
    ended = threading.Event()

    def worker() -> None:
        while not ended.is_set():
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                made.put(work(item))
            except BaseException as error:  # noqa: BLE001 (raised again by who waits)
                ended.set()
                made.put(error)

    started = [
        threading.Thread(target=worker, daemon=True) for _ in range(min(threads, len(items)))
    ]
    try:
        for thread in started:
            thread.start()
        for _ in items:
            result = made.get()
            if isinstance(result, BaseException):
                raise result
            yield result
    finally:
        ended.set()
        stop()
        for thread in started:
            # Long enough to write a reply that has come, not to wait for one that has not.
            thread.join(0.5 / len(started))


def _stop_where_nothing_is_known(args: argparse.Namespace, results: Sequence[_Done]) -> None:
    """Offline, a reply that is missing makes another result; and no reply at all makes none."""
    parts = [(done.sample.doc_id, part) for done in results for part in done.parts]
    missing = Counter(doc_id for doc_id, part in parts if part.failed and part.failed.missing)
    if missing:
        names = "\n".join(
            f"  {doc_id}: {number} repl{'y' if number == 1 else 'ies'}"
            for doc_id, number in missing.items()
        )
        raise CannotRunError(
            f"--offline: {missing.total()} replies are not in the cache, of {len(missing)} of "
            f"{len(results)} documents:\n{names}\nask for them without --offline, with --url; or "
            "look whether model, options and train split are those that the cache was made with"
        )
    failed = [part.failed for _, part in parts if part.failed and not part.replies]
    if failed and len(failed) == len(parts):
        raise CannotRunError(f"no request was answered; the first: {failed[0].incident}")


def _row(found: Annotations) -> JSON:
    """The line of a document. Entity ids are put into the form of ids, in which they are equal
    across windows and documents."""
    for mention in found.mentions:
        mention.entity = _slug(mention.entity) if mention.entity else None
    row = to_row(found, None)
    row.setdefault("clusters", [])
    return row


def _slug(words: str) -> str | None:
    """`Volodymyr Zelenský` and `volodymyr_zelensky` as `volodymyr-zelensky`."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:80].strip("-")
    return slug if is_id(slug) else None


# ---------------------------------------------------------------------- details


def _digest(prompt: prompts.Prompt, parameters: JSON, annotator: Annotator) -> str:
    """Names everything that a model is asked besides the text: instructions with labels and format,
    examples, parameters, how text is cut, and what is said of faults."""
    value = {
        "messages": prompt.messages(""),
        "parameters": parameters,
        "window": annotator.window,
        "repair": prompts.complaint([]) if annotator.repair else None,
    }
    return sha256(json_io.canonical(value)).hexdigest()


def _account(args: argparse.Namespace, results: Sequence[_Done]) -> JSON:
    """What the answers were like, and their cost, whether they came from the cache or not: the
    same for every run with the same answers."""
    parts = [part for done in results for part in done.parts]
    faults = [item for part in parts for item in part.answer.faults]
    replies = [reply for part in parts for reply in part.replies]
    codes = Counter(item.code for item in faults)
    without = [
        {
            "doc_id": done.sample.doc_id,
            "start": part.start,
            "end": part.end,
            "why": [f"{item.code} {item.message}" for item in part.incidents],
        }
        for done in results
        for part in done.parts
        if part.answer.annotations is None
    ]
    tokens_in = [reply.prompt_tokens for reply in replies]
    tokens_out = [reply.completion_tokens for reply in replies]
    return {
        "answers": {
            "documents": len(results),
            "windows": len(parts),
            "replies": len(replies),
            "repairs": sum(len(part.replies) > 1 for part in parts),
            "without_answer": len(without),
            "failed_requests": sum(part.failed is not None for part in parts),
            "refusals": sum(any(reply.refusal for reply in part.replies) for part in parts),
            "cut_off": sum(any(reply.cut for reply in part.replies) for part in parts),
            "parse_failures": sum(_unread(part) for part in parts),
            **{name: sum(codes[code] for code in those) for name, those in FAULTS.items()},
            "annotations": sum(part.answer.kept for part in parts),
            "annotations_left_out": sum(part.answer.lost for part in parts),
            "fields_ignored": sum(part.answer.ignored for part in parts),
            "prompt_tokens": sum(number or 0 for number in tokens_in),
            "completion_tokens": sum(number or 0 for number in tokens_out),
            "replies_without_token_counts": sum(
                None in pair for pair in zip(tokens_in, tokens_out, strict=True)
            ),
            **_cost(args, sum(filter(None, tokens_in)), sum(filter(None, tokens_out))),
        },
        "without_answer": without,
        "incidents": [_incident(item) for part in parts for item in part.incidents],
    }


def _unread(part: Part) -> bool:
    """Whether the model wrote something, and no answer could be read from it."""
    empty = any(item.code == "A005" for item in part.answer.faults)
    return bool(part.replies) and part.answer.annotations is None and not empty


def _run(args: argparse.Namespace, client: Client) -> JSON:
    """What this run asked and paid; a second one with the same cache asks nothing."""
    counts = asdict(client.counts)
    return counts | _cost(args, counts["prompt_tokens"], counts["completion_tokens"])


def _cost(args: argparse.Namespace, tokens_in: int, tokens_out: int) -> JSON:
    if args.price_in is None and args.price_out is None:
        return {}
    cost = tokens_in * (args.price_in or 0) + tokens_out * (args.price_out or 0)
    return {"cost": round(cost / 1_000_000, 6)}


def _incident(item: Incident) -> JSON:
    made = {"code": item.code, "doc_id": item.doc_id, "item": item.item, "message": item.message}
    return {key: value for key, value in made.items() if value is not None}


def _summary(details: JSON) -> None:
    """What went wrong, on standard error: documents without an answer by name, the rest by
    number."""
    for item in details["without_answer"]:
        place = f"{item['doc_id']}, {item['start']} to {item['end']}"
        print(f"{place}: nothing predicted: {'; '.join(item['why'])}", file=sys.stderr)
    answers = details["answers"]
    names = ("failed_requests", "refusals", "parse_failures", *FAULTS, "annotations_left_out")
    said = [f"{answers[name]} {name.replace('_', ' ')}" for name in names if answers[name]]
    if said:
        print(f"parley baseline llm: {', '.join(said)}", file=sys.stderr)


# ---------------------------------------------------------------------- options


def _cache(args: argparse.Namespace) -> Path:
    """The folder of replies. Raises `CannotRunError` where there is none to read offline."""
    folder: Path | None = args.cache
    if folder is None:
        try:
            folder = Project.find(args.root).cache / "llm"
        except NotAProjectError:
            raise CannotRunError("not in a project: say where replies are kept, --cache DIR") from (
                None
            )
    if args.offline and not folder.is_dir():
        raise CannotRunError(f"--offline: no cache of replies in {folder}; name one with --cache")
    return folder


def _parameter(words: str) -> tuple[str, Any]:
    name, sign, value = words.partition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(say("no parameter", got=words, expected="KEY=JSON"))
    if name in _OWN:
        raise argparse.ArgumentTypeError(f"{name} is not for --param to say")
    try:
        return name, json_io.loads(value.encode())
    except json_io.JsonError:
        what = say("no JSON", got=value, expected=f'a JSON value, such as {name}=1 or {name}="x"')
        raise argparse.ArgumentTypeError(what) from None
