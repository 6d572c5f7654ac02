"""Makes tests/fixtures/checks/base: the small valid project that every fault is planted in.

Run `python tests/checks/base.py` after a change of a file format, then review the diff. The texts
are made up, and are no news.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from parley import article, document, json_io, ontology, withheld
from parley.document import Annotations, Argument, Attribution, Document, Event, Mention, Stance
from parley.labelstudio import exports, ingest, results
from parley.labelstudio.ingest import Known

BASE = Path(__file__).parents[1] / "fixtures" / "checks" / "base"

HARBOUR = """Fire closes grain harbour
5 March 2024 09:40 GMT
A fire closed the grain harbour of Lisvik on 4 March, the port office said.
"No ship was damaged," said Ida Holm, who runs the office. Two dockers were hurt.
"""
BRIDGE = """Bridge works begin at Lisvik
By the Regions desk
6 March 2024
Works on the Lisvik bridge began on Tuesday, Mayor Per Dahl said. “The old span is unsafe,” he \
told residents. He opposes the plan of the ferry company. A cafe\u0301 near the quay stays open.
Dahl, according to the daily Nordposten, asked the ministry for a longer closure.
"""
FERRY = """Ferry talks put off
7 March 2024
Talks on a new ferry line were put off on Thursday, the company said. Unions wanted more time.
"""

STORIES = [
    {"id": "bridge-works", "title": "Bridge works", "summary": "The bridge at Lisvik is repaired."},
    {"id": "ferry-talks", "title": "Ferry talks", "summary": "A ferry line is talked about."},
    {"id": "harbour-fire", "title": "Harbour fire", "summary": "A fire in the grain harbour."},
]
SPLITS = [
    {"story": "bridge-works", "split": "validation", "reason": "drawn by lot"},
    {"story": "ferry-talks", "split": "test", "reason": "drawn by lot"},
    {"story": "harbour-fire", "split": "train", "reason": "drawn by lot"},
]
ENTITIES: list[dict[str, Any]] = [
    {"id": "ferry-company", "name": "Ferry company", "type": "ORG"},
    {"id": "ida-holm", "name": "Ida Holm", "type": "PERSON", "qid": "Q1001"},
    {"id": "lisvik", "name": "Lisvik", "type": "GPE", "qid": "Q1002", "variants": ["Lisviken"]},
    {"id": "lisvik-bridge", "name": "Lisvik bridge", "type": "FAC"},
    {"id": "nordposten", "name": "Nordposten", "type": "ORG"},
    {"id": "per-dahl", "name": "Per Dahl", "type": "PERSON", "variants": ["Dahl"]},
]
EVENTS: list[dict[str, Any]] = [
    {"id": "bridge-closure", "type": "COERCE", "date": "2024-03", "name": "Closure of the bridge"}
    | {"story": "bridge-works", "facts": ["F2"], "shared": None},
    {"id": "grain-fire", "type": "OCCUR", "date": "2024-03-04", "name": "Fire in the grain harbour"}
    | {"story": "harbour-fire", "facts": ["F1"], "shared": None},
]
FACTS: list[dict[str, Any]] = [
    {"id": "F1", "story": "harbour-fire", "date": "2024-03-04", "fact": "A fire shut the harbour."}
    | {"phrases": ["No ship was damaged"]},
    {"id": "F2", "story": "bridge-works", "date": "2024-03-05", "fact": "Repair of a bridge began."}
    | {"phrases": ["The old span is unsafe"]},
    {"id": "F3", "story": "ferry-talks", "date": "2024-03-07", "fact": "Talks were put off."}
    | {"phrases": []},
]


def make(root: Path) -> None:
    """Writes the whole project to `root`."""
    scheme = ontology.load()
    _write(root / ".gitignore", b"/corpus/texts/\n")
    _registers(root / "corpus")

    harbour = _open(root, "harbour-wire", "harbour-fire", "wire", HARBOUR, "F1")
    bridge = _open(root, "bridge-daily", "bridge-works", "regional-daily", BRIDGE, "F2")
    ferry = _document("ferry-note", "ferry-talks", "news", FERRY, "F3")
    _write(root / "corpus" / "withheld" / "ferry-note.json", withheld.dump(ferry))

    _export(root, harbour, _harbour(harbour), scheme)
    _gold(root, bridge, _bridge(bridge), BRIDGE)
    _gold(root, ferry, _ferry(ferry), None)


def _registers(corpus: Path) -> None:
    entity: dict[str, Any] = {"qid": None, "variants": [], "role": None}
    fact: dict[str, Any] = {
        "actors": [],
        "places": [],
        "claimed_by": [],
        "status": "claimed",
        "disputed_by": [],
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "stories": STORIES,
        "splits": SPLITS,
        "entities": [entity | row for row in ENTITIES],
        "events": EVENTS,
        "facts": [fact | {"sources": ["https://example.org/report"]} | row for row in FACTS],
    }
    for name, items in rows.items():
        order = {"entities": ("id", "name", "type", "qid", "variants", "role")}.get(name)
        lines = [{key: row[key] for key in order} if order else row for row in items]
        _write(corpus / f"{name}.jsonl", b"".join(json_io.dumps(row) + b"\n" for row in lines))


def _document(doc_id: str, story: str, form: str, text: str, fact: str) -> Document:
    """The document of an article whose second line, or third, is its date."""
    lines = text.split("\n")
    kinds = ["title", "byline"] if lines[1].startswith("By ") else ["title"]
    kinds.append("date")
    kinds += ["body"] * (len([line for line in lines if line]) - len(kinds))
    day = lines[len(kinds) - kinds.count("body") - 1]
    stamp = f"2024-03-0{day[0]}" + (f"T{day[-9:-4]}:00+00:00" if "GMT" in day else "")
    head = [f'story = "{story}"', f'form = "{form}"', f'title = "{lines[0]}"']
    head += [f"published = {stamp}", 'language = "en"', f'facts = ["{fact}"]']
    head += [f'blocks = "{" ".join(kinds)}"']
    data = "+++\n" + "\n".join(head) + "\n+++\n" + text
    return article.parse(
        data.encode(), file=f"corpus/articles/{story}/{doc_id}.txt", doc_id=doc_id, story=story
    )


def _open(root: Path, doc_id: str, story: str, form: str, text: str, fact: str) -> Document:
    found = _document(doc_id, story, form, text, fact)
    _write(root / found.file, article.write(found))
    return found


class _Spans:
    """Finds the n-th occurrence of words in a text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, words: str, number: int = 1) -> tuple[int, int]:
        start = -1
        for _ in range(number):
            start = self.text.index(words, start + 1)
        return start, start + len(words)


def _harbour(found: Document) -> Annotations:
    at = _Spans(HARBOUR)
    content = at("A fire closed the grain harbour of Lisvik on 4 March")
    return Annotations(
        found.id,
        found.sha256,
        found.length,
        ("entity", "event", "attribution", "stance"),
        mentions=[
            Mention("m1", *at("Lisvik"), "GPE", entity="lisvik"),
            Mention("m2", *at("4 March"), "DATE", value="2024-03-04"),
            Mention("m3", *at("Ida Holm"), "PERSON", entity="ida-holm"),
            Mention("m4", *at("Two"), "CARDINAL"),
            Mention("m5", *at("dockers"), "PERSON", "nominal"),
        ],
        events=[
            Event(
                "e1",
                *at("fire"),
                "OCCUR",
                event="grain-fire",
                arguments=[Argument("location", "m1"), Argument("time", "m2")],
            ),
            Event(
                "e2",
                *at("hurt"),
                "HARM",
                arguments=[Argument("quantity", "m4"), Argument("recipient", "m5")],
            ),
        ],
        attributions=[
            Attribution("a1", [at("said")], [at("the port office")], [content]),
            Attribution(
                "a2",
                [at("said", 2)],
                [at("Ida Holm, who runs the office")],
                [at('"No ship was damaged,"')],
                style="direct",
            ),
        ],
    )


def _bridge(found: Document) -> Annotations:
    at = _Spans(BRIDGE)
    made = Annotations(
        found.id,
        found.sha256,
        found.length,
        ("entity", "event", "attribution", "stance"),
        mentions=[
            Mention("m1", *at("Lisvik"), "GPE", entity="lisvik"),
            Mention("m2", *at("Lisvik bridge"), "FAC", entity="lisvik-bridge"),
            Mention("m3", *at("Lisvik", 2), "GPE", entity="lisvik"),
            Mention("m4", *at("Tuesday"), "DATE", value="2024-03-05"),
            Mention("m5", *at("Per Dahl"), "PERSON", entity="per-dahl"),
            Mention(
                "m6", *at("he told")[:1], at("he told")[0] + 2, "PERSON", "pronoun", "per-dahl"
            ),
            Mention("m7", *at("He opposes")[:1], at("He opposes")[0] + 2, "PERSON", "pronoun"),
            Mention("m8", *at("ferry company"), "ORG", "nominal", "ferry-company"),
            Mention("m9", *at("Dahl", 2), "PERSON", entity="per-dahl"),
            Mention("m10", *at("Nordposten"), "ORG", entity="nordposten"),
            Mention("m11", *at("ministry"), "ORG", "nominal"),
        ],
        events=[
            Event(
                "e1",
                *at("Works"),
                "OCCUR",
                arguments=[Argument("location", "m2"), Argument("time", "m4")],
            ),
            Event(
                "e2",
                *at("asked"),
                "REQUEST",
                mode="change",
                arguments=[
                    Argument("actor", "m9"),
                    Argument("recipient", "m11"),
                    Argument("theme", "e3"),
                ],
            ),
            Event(
                "e3",
                *at("closure"),
                "COERCE",
                mode="restrict",
                modality="hypothetical",
                tense="unspecified",
                event="bridge-closure",
            ),
        ],
        attributions=[
            Attribution(
                "a1",
                [at("said")],
                [at("Mayor Per Dahl")],
                [at("Works on the Lisvik bridge began on Tuesday")],
            ),
            Attribution(
                "a2",
                [at("told")],
                [(at("he told")[0], at("he told")[0] + 2)],
                [at("“The old span is unsafe,”")],
                style="direct",
            ),
            Attribution(
                "a3",
                [at("according to")],
                [at("the daily Nordposten")],
                [at("Dahl", 2), at("asked the ministry for a longer closure")],
                source_kind="outlet",
            ),
            Attribution(
                "a4", [at("asked")], [at("Dahl", 2)], [at("a longer closure")], kind="eventuality"
            ),
        ],
        stances=[Stance("s1", *at("opposes"), "AGAINST", "m8", "m7")],
    )
    document.nest(made)
    return made


def _ferry(found: Document) -> Annotations:
    at = _Spans(FERRY)
    made = Annotations(
        found.id,
        found.sha256,
        found.length,
        ("entity", "event", "attribution"),
        mentions=[Mention("m1", *at("Thursday"), "DATE", value="2024-03-07")],
        events=[Event("e1", *at("put off", 2), "REJECT", arguments=[Argument("time", "m1")])],
        attributions=[
            Attribution(
                "a1",
                [at("said")],
                [at("the company")],
                [at("Talks on a new ferry line were put off on Thursday")],
            )
        ],
    )
    document.nest(made)
    return made


def _gold(root: Path, found: Document, made: Annotations, text: str | None) -> None:
    _write(root / "annotations" / "gold" / f"{found.id}.json", document.dump(made, text))


def _export(root: Path, found: Document, made: Annotations, scheme: ontology.Ontology) -> None:
    """The annotations as an export, and what ingest makes of it."""
    text = found.text or ""
    document.nest(made)
    task = {
        "id": 1,
        "data": {"doc_id": found.id, "title": found.title, "text": text},
        "annotations": [
            {
                "id": 11,
                "completed_by": 1,
                "was_cancelled": False,
                "ground_truth": False,
                "updated_at": "2024-04-01T10:00:00Z",
                "result": results.results(made, text, scheme),
            }
        ],
    }
    name = "annotations/exports/pilot/ann-a.json"
    data = exports.dump([task])
    known = Known("open", found.sha256, found.length, text)
    done = ingest.read(data, name, scheme, _Lookup(found.id, known))
    if done.incidents:
        raise ValueError("\n".join(map(str, done.incidents)))
    done.ledger.sha256 = hashlib.sha256(data).hexdigest()
    _write(root / name, data)
    _write(root / "annotations" / "ledger" / "pilot" / "ann-a.json", done.ledger.dump())
    _gold(root, found, done.annotations[found.id], text)


class _Lookup:
    """The one document of an export."""

    def __init__(self, doc_id: str, known: Known) -> None:
        self.doc_id = doc_id
        self.known = known

    def by_id(self, doc_id: str) -> Known | None:
        return self.known if doc_id == self.doc_id else None

    def by_digest(self, sha256: str) -> str | None:
        return self.doc_id if sha256 == self.known.sha256 else None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    shutil.rmtree(BASE, ignore_errors=True)
    make(BASE)
