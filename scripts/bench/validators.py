"""Rates of the schema validators, and of all checks of one document, in one run.

jsonschema is what a user would take first; Parley lets jsonschema-rs decide and jsonschema explain.
The document has 100 mentions, 30 events, 15 attributions and 10 stances. Prints JSON; rates are
documents a second, the median of several rounds.

    python scripts/bench/validators.py [--rounds 7]
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from parley import document, json_io, ontology, schemas, validation
from parley.checks import document as checks
from parley.document import Annotations, Argument, Attribution, Document, Event, Mention, Stance

LINE = "Lisvik's mayor Per Dahl said on Tuesday the works on the quay had begun in the old port."


def sample() -> tuple[Document, dict[str, Any]]:
    """A clean document of 40 paragraphs, and its annotations."""
    text = "Works in the port\n" + f"{LINE}\n" * 40
    paragraphs = [document.Paragraph(0, 17, "title")]
    sentences = [(0, 17)]
    for number in range(40):
        start = 18 + number * (len(LINE) + 1)
        paragraphs.append(document.Paragraph(start, start + len(LINE), "body"))
        sentences.append((start, start + len(LINE)))
    made = Annotations("bench", document.digest(text), len(text), ontology.LAYERS)

    def at(number: int, words: str) -> tuple[int, int]:
        start = sentences[1 + number][0] + LINE.index(words)
        return start, start + len(words)

    for number in range(34):
        made.mentions.append(Mention(f"g{number}", *at(number, "Lisvik"), "GPE"))
        made.mentions.append(Mention(f"p{number}", *at(number, "Per Dahl"), "PERSON"))
        if number < 32:
            date = Mention(f"d{number}", *at(number, "Tuesday"), "DATE", value="2024-03-05")
            made.mentions.append(date)
    for number in range(30):
        arguments = [Argument("location", f"g{number}"), Argument("time", f"d{number}")]
        made.events.append(Event(f"e{number}", *at(number, "begun"), "OCCUR", arguments=arguments))
    for number in range(15):
        made.attributions.append(
            Attribution(
                f"a{number}",
                [at(number, "said")],
                [at(number, "Lisvik's mayor Per Dahl")],
                [at(number, "the works on the quay had begun in the old port")],
            )
        )
    for number in range(10):
        made.stances.append(
            Stance(f"s{number}", *at(number, "old"), "AGAINST", f"e{number}", f"p{number}")
        )
    document.nest(made)
    raw = json_io.loads(document.dump(made, text))
    found = Document(
        id="bench",
        story="bench",
        status="open",
        title="Works in the port",
        published="2024-03-06",
        form="news",
        language="en",
        length=len(text),
        sha256=made.sha256,
        paragraphs=tuple(paragraphs),
        sentences=tuple(sentences),
        text=text,
    )
    return found, raw


def rate(work: Callable[[], object], rounds: int, seconds: float = 0.5) -> float:
    """Calls a second: the median of `rounds` rounds of `seconds` / `rounds` each."""
    work()
    found = []
    for _ in range(rounds):
        count, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds / rounds or count == 0:
            work()
            count += 1
        found.append(count / spent)
    return statistics.median(found)


def measure(rounds: int) -> dict[str, Any]:
    """Both validators on the same document, and all of levels 2 to 5."""
    import jsonschema
    import jsonschema_rs

    found, raw = sample()
    incidents = checks.check(found, raw)
    if incidents:
        raise SystemExit(f"the sample is not clean: {incidents[0]}")
    wanted = schemas.schema("annotations", ontology.load())
    usual = jsonschema.Draft202012Validator(wanted)
    fast = jsonschema_rs.Draft202012Validator(wanted)
    rates = {
        "jsonschema": rate(lambda: usual.is_valid(raw), rounds, 3.0),
        "jsonschema_rs": rate(lambda: fast.is_valid(raw), rounds),
        "parley_schema_level": rate(lambda: validation.accepts("annotations", raw), rounds),
        "parley_levels_2_to_5": rate(lambda: checks.check(found, raw), rounds),
    }
    return {
        "document": {
            "bytes": len(json_io.dumps(raw)),
            "characters": found.length,
            **{
                layer: len(raw[layer])
                for layer in ("mentions", "events", "attributions", "stances")
            },
        },
        "documents_per_second": {name: round(value, 1) for name, value in rates.items()},
        "milliseconds_per_document": {
            name: round(1000 / value, 3) for name, value in rates.items()
        },
        "ratio_jsonschema_rs_to_jsonschema": round(rates["jsonschema_rs"] / rates["jsonschema"], 1),
        "ratio_parley_levels_2_to_5_to_jsonschema": round(
            rates["parley_levels_2_to_5"] / rates["jsonschema"], 1
        ),
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))


if __name__ == "__main__":
    main()
