"""Foreign documents into a project: articles, registers, exports, gold annotations, ledgers.

Each annotator's annotations become one export, annotations/exports/ROUND/NAME.json, which
`parley.labelstudio.store` reads like any other. Its ledger is then written in the terms of the
source: one entry for each statement of a file that is not simply kept, with its place. A document
that several annotated gets no gold of this: their exports go to a round of their own,
ROUND-shared, for `parley agree` and `parley adjudicate`.
"""

import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from parley import article, files, json_io, ontology
from parley.document import Document, Paragraph, digest
from parley.formats.standoff import Standoff
from parley.importing.convert import Converted, Unknown, convert, count, place, referring
from parley.importing.mapping import Scheme
from parley.incidents import Incident, IncidentError, one_of, say
from parley.labelstudio import names
from parley.labelstudio.ingest import Ingested
from parley.labelstudio.ledger import Entry, Ledger
from parley.labelstudio.lookup import ProjectLookup
from parley.labelstudio.store import Store
from parley.memory import uncollected
from parley.ontology import LAYERS
from parley.project import Project
from parley.schemas import REGISTERS

JSON = dict[str, Any]
#: Told the step (read, mapped, written) and how many documents are through it.
Progress = Callable[[str, int], None]
ONLY = "import"


@dataclass(slots=True)
class Options:
    """What the command says of the documents; None where it says nothing.

    `new` is whether a project of its own is filled, whose registers may grow, by rows of those in
    the folder `registry` first; `round` names the exports, `annotator` who made what names nobody;
    `replace` is whether gold that came from another export gives way.
    """

    round: str
    annotator: str = ONLY
    story: str | None = None
    form: str | None = None
    published: str | None = None
    language: str | None = None
    split: str | None = None
    new: bool = False
    registry: Path | None = None
    replace: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Report:
    """What came of an import: a ledger for each export, and every incident.

    `created` are the ids of documents that the project did not have.
    """

    ledgers: list[Ledger] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    #: What offsets were found to count, where that is not code points: documents by unit.
    readings: Counter[str] = field(default_factory=Counter)


def create(root: Path) -> Project:
    """A project at `root` with empty registers and this one's scheme, or the one that is there."""
    project = Project(root)
    if not (root / "schema").is_dir():
        # Beside its place first: a scheme that was copied in part would be taken for a whole one.
        part = root / ".schema.part"
        try:
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(ontology.schema_folder(), part)
            part.rename(root / "schema")
        finally:
            shutil.rmtree(part, ignore_errors=True)
    for name in REGISTERS:
        if not project.register(name).is_file():
            files.write(project.register(name), b"")
    return project


def run(
    sources: Iterable[Standoff],
    project: Project,
    scheme: Scheme,
    options: Options,
    progress: Progress | None = None,
) -> Report:
    """Imports documents; what is wrong with one does not keep the others from going through.

    Nothing is written before all of them are read; a project of its own is made then. What is
    written is the same when an interrupted import is run again.
    """
    tell = progress or (lambda step, number: None)
    with uncollected():
        documents = []
        for document in sources:
            documents.append(document)
            tell("read", len(documents))
        if options.new and not options.dry_run:
            create(project.root)
        return _Import(project, scheme, options, tell).run(documents)


class _Import:
    def __init__(self, project: Project, scheme: Scheme, options: Options, tell: Progress) -> None:
        self.project = project
        self.tell = tell
        self.scheme = scheme
        self.options = options
        self.report = Report()
        self.lookup = ProjectLookup(project)
        self.registers = Registers(
            project, scheme, options.registry if options.new else None, options.new
        )
        #: Article files to write, by document.
        self.articles: dict[str, tuple[Path, bytes]] = {}

    def run(self, sources: list[Standoff]) -> Report:
        report = self.report
        unknown = Unknown(self.scheme)
        names = ids(source.doc_id for source in sources)
        found: list[Converted] = []
        for source in sources:
            item = convert(source, names[source.doc_id], self.scheme, self.registers, unknown)
            found.append(item)
            report.incidents += item.incidents
            if item.reading:
                report.readings[item.reading] += 1
            self.tell("mapped", len(found))
        report.incidents += unknown.incidents()
        self._same_ids(found)
        for item in found:
            if not item.refused:
                self._document(item)
        groups = self._groups(found)
        self._taken(groups)
        ready = [item for item in found if not item.refused]
        if not self.options.dry_run:
            self._write(ready)
        layers = self.scheme.layers or {layer for item in ready for layer in item.layers}
        done = 0
        for name, items in groups.items():
            self._export(*name, items, layers)
            done += len(items)
            self.tell("written", done)
        kept = {item.doc_id for item in ready}
        report.created = sorted(self.articles.keys() & kept)
        return report

    def refuse(self, item: Converted, code: str, message: str) -> None:
        """Refuses a document as a whole: one incident, everything of it rejected."""
        self.report.incidents.append(Incident(code, _file(item), message, doc_id=item.doc_id))
        item.refuse(code)

    # ------------------------------------------------------------------ documents
    def _same_ids(self, found: Sequence[Converted]) -> None:
        """Refuses documents whose names come to no id, or to that of another."""
        first: dict[str, Converted] = {}
        done: set[tuple[str, str]] = set()
        for item in found:
            name, who = item.source.doc_id, item.source.annotator
            other = first.setdefault(item.doc_id, item)
            if not files.is_id(item.doc_id):
                message = say(
                    "the name gives no document id",
                    got=name,
                    expected="letters a-z or digits in it",
                    do="rename the file",
                )
                self.refuse(item, "I030", message)
            elif other.source.doc_id != name:
                message = say(
                    f"the name comes to the id {item.doc_id!r}, as another does",
                    got=name,
                    expected=f"a name unlike {other.source.doc_id!r}",
                    do="rename the file",
                )
                self.refuse(item, "I030", message)
            elif other.text != item.text:
                message = say(
                    "another text than the same document has elsewhere in this import",
                    got=f"{len(item.text)} characters",
                    expected=f"the {len(other.text)} of {_file(other)}",
                )
                self.refuse(item, "I031", message)
            elif (item.doc_id, who) in done:
                message = say(
                    "the document comes twice from one annotator",
                    got=f"{name} by {who or self.options.annotator}",
                    do="import the files one by one, with another --annotator each",
                )
                self.refuse(item, "I032", message)
            done.add((item.doc_id, who))

    def _document(self, item: Converted) -> None:
        """Refuses a document that neither is nor can be one of the project's."""
        known = self.lookup.by_id(item.doc_id)
        if known is None:
            if item.doc_id not in self.articles:
                self._new(item)
        elif known.sha256 != digest(item.text):
            message = say(
                "the corpus has a document of this id with another text",
                got=f"{len(item.text)} characters",
                expected=f"{known.length} characters",
                do="rename the file, or restore its text",
            )
            self.refuse(item, "I033", message)

    def _new(self, item: Converted) -> None:
        about, options = item.source.about, self.options
        if about.get("status") == "withheld":
            message = say(
                "a withheld document, whose text may not become an open article",
                do="import it into the project that withholds it",
            )
            self.refuse(item, "I034", message)
            return
        form = about.get("form") or options.form
        published = about.get("published") or options.published
        missing = [
            name for name, value in (("--form", form), ("--published", published)) if not value
        ]
        if form is None or published is None or missing:
            message = say(
                "the file does not say what an article must",
                expected=" and ".join(missing),
                do=f"forms: {one_of(self.scheme.ontology.forms)}" if "--form" in missing else None,
            )
            self.refuse(item, "I035", message)
            return
        story = slug(about.get("story") or options.story or options.round)
        paragraphs = _paragraphs(item, self.scheme)
        document = Document(
            id=item.doc_id,
            story=story,
            status="open",
            title=about.get("title") or _first_line(item.text) or item.doc_id,
            published=published,
            form=form,
            language=about.get("language") or options.language or "und",
            length=len(item.text),
            sha256=digest(item.text),
            paragraphs=paragraphs,
            sentences=(),
            text=item.text,
            source=about.get("source"),
            section=about.get("section"),
            facts=self.registers.facts(about.get("facts", "").split()),
        )
        try:
            data = article.write(document)
            article.parse(data, file=_file(item), doc_id=item.doc_id, story=story, segment=False)
        except ValueError as error:
            message = say(
                f"no publication date: {error}", got=published, expected="2024-08-17, or an instant"
            )
            self.refuse(item, "I035", message)
        except IncidentError as error:
            # An article's own faults: a control character, no text. Lines are those of no file yet.
            for one in error.incidents:
                self.report.incidents.append(
                    Incident(one.code, one.file, one.message, doc_id=item.doc_id, item=one.item)
                )
            item.refuse(error.incidents[0].code)
        else:
            path = self.project.articles / story / f"{item.doc_id}.txt"
            self.articles[item.doc_id] = (path, data)
            split = options.split or self.scheme.ontology.splits[0]
            self.registers.story(story, split, item.doc_id)

    def _write(self, ready: Sequence[Converted]) -> None:
        wanted = {item.doc_id for item in ready}
        facts = [fact for item in ready for fact in item.source.about.get("facts", "").split()]
        # Registers first: an import that was interrupted must find them when it is run again, since
        # the articles that are there by then are no new documents any more.
        self.registers.write(wanted, facts)
        for doc_id, (path, data) in self.articles.items():
            if doc_id in wanted:
                files.write(path, data)

    # ------------------------------------------------------------------ exports
    def _groups(self, found: Sequence[Converted]) -> dict[tuple[str, str], list[Converted]]:
        """The documents of each export, by round and annotator."""
        readers = Counter(item.doc_id for item in found if not item.refused)
        groups: dict[tuple[str, str], list[Converted]] = {}
        for item in found:
            shared = readers[item.doc_id] > 1
            name = f"{self.options.round[:70]}-shared" if shared else self.options.round
            who = slug(item.source.annotator) or self.options.annotator
            groups.setdefault((name, who), []).append(item)
        return dict(sorted(groups.items()))

    def _path(self, round_name: str, who: str) -> Path:
        return self.project.exports / round_name / f"{who}.json"

    def _taken(self, groups: dict[tuple[str, str], list[Converted]]) -> None:
        """Refuses the documents of an export that would write over another's documents."""
        for (round_name, who), items in groups.items():
            path = self._path(round_name, who)
            if not path.is_file():
                continue
            others = _documents(path) - {item.doc_id for item in items}
            if not others:
                continue
            for item in items:
                if not item.refused:
                    message = say(
                        "the round has an export of that annotator, with other documents",
                        got=self.project.relative(path),
                        expected="a name that is not taken",
                        do="give another --round or --annotator",
                    )
                    self.refuse(item, "I036", message)

    def _export(
        self, round_name: str, who: str, items: list[Converted], layers: Iterable[str]
    ) -> None:
        ready = sorted((item for item in items if not item.refused), key=lambda item: item.doc_id)
        path = self._path(round_name, who)
        if not ready:
            self.report.ledgers.append(_ledger(Ledger(_file(items[0]), ""), items, None))
            return
        tasks = [
            task(number, item, who, _layers(item, layers)) for number, item in enumerate(ready, 1)
        ]
        store = Store(
            self.project if self.project.ontology.is_file() else None,
            None,
            replace=self.options.replace,
            dry_run=self.options.dry_run,
            gold=not round_name.endswith("-shared"),
        )
        done = store.ingest(json_io.dumps(tasks), path, round_name, who)
        ledger = _ledger(done.ledger, items, done)
        self.report.ledgers.append(ledger)
        self.report.incidents += _placed(done, ready)
        if not ledger.adds_up:
            message = say("the ledger does not add up", expected=f"{ledger.results} statements")
            self.report.incidents.append(Incident("X011", ledger.export, message))
        if not self.options.dry_run:
            files.write(self.project.ledger / round_name / path.name, ledger.dump())


def task(number: int, item: Converted, who: str, layers: Sequence[str]) -> JSON:
    """A document's results as a task of an export with one submitted annotation."""
    results = [*item.results]
    if layers:
        results.append(
            {
                "id": names.LAYERS_CONTROL,
                "from_name": names.LAYERS_CONTROL,
                "to_name": names.TEXT,
                "type": "choices",
                "value": {"choices": list(layers)},
            }
        )
    annotation = {
        "id": number,
        "completed_by": {"email": who},
        "was_cancelled": False,
        "ground_truth": False,
        "result": results,
    }
    data = {
        "doc_id": item.doc_id,
        "title": item.source.about.get("title") or item.doc_id,
        "text": item.text,
        "sha256": digest(item.text),
    }
    return {"id": number, "data": data, "annotations": [annotation]}


def _layers(item: Converted, common: Iterable[str]) -> list[str]:
    """The layers that somebody annotated: as the file says, else those of the whole import."""
    told = item.source.layers if item.source.layers is not None else common
    return [layer for layer in LAYERS if layer in {*told, *item.layers}]


def _ledger(read: Ledger, items: Sequence[Converted], done: Ingested | None) -> Ledger:
    """The ledger in terms of the source: `read` is that of the export, whose unit is results."""
    ledger = Ledger(read.export, read.sha256, len(items))
    ledger.results = sum(count(item.source) for item in items)
    changed: dict[tuple[str, int], list[Entry]] = {}
    for entry in read.entries:
        meta = entry.before.get("meta") if isinstance(entry.before, dict) else None
        if isinstance(meta, dict) and "item" in meta:
            changed.setdefault((entry.doc_id, meta["item"]), []).append(entry)
    for item in items:
        for code, number in sorted(item.source.aside.items()):
            entry = Entry(item.doc_id, "", "", "set aside", "rejected", [code], count=number)
            ledger.entries.append(entry)
        if done is not None and not item.refused and item.doc_id not in done.annotations:
            codes = [one.code for one in done.incidents if one.doc_id == item.doc_id]
            item.refuse(codes[-1] if codes else "X011")
        _entries(ledger, item, changed)
    return ledger


def _entries(ledger: Ledger, item: Converted, changed: dict[tuple[str, int], list[Entry]]) -> None:
    """Adds an entry for each statement of a document that is not simply kept."""
    fates: list[tuple[str, list[str], Any]] = []
    kept: tuple[str, list[str], Any] = ("kept", [], None)
    for number, one in enumerate(item.items):
        entries = changed.get((item.doc_id, number), [])
        if not (entries or one.codes or one.rejected):
            fates.append(kept)
            continue
        lost = [entry for entry in entries if entry.outcome == "rejected"]
        codes = list(dict.fromkeys([*one.codes, *(c for entry in entries for c in entry.codes)]))
        # A statement of several results is lost only with all of them.
        if one.rejected or (lost and len(lost) == one.results):
            fates.append(("rejected", codes, None))
        elif codes:
            after = next((entry.after for entry in entries if entry.after is not None), None)
            fates.append(("repaired", codes, after))
        else:
            fates.append(kept)
    for one, (outcome, codes, after) in zip(item.items, fates, strict=True):
        if one.follows is not None and not one.rejected:
            outcome, codes, after = fates[one.follows]
        if outcome == "kept":
            ledger.kept[item.doc_id] += 1
            continue
        name = f"{one.where} {one.name}"
        entry = Entry(item.doc_id, "", "", name, outcome, codes, before=one.before, after=after)
        ledger.entries.append(entry)


def _placed(done: Ingested, ready: Sequence[Converted]) -> list[Incident]:
    """What ingest says of results, at the places in the source that these came from."""
    if not done.incidents:
        return []
    places: dict[tuple[str, str], list[str]] = {}
    first = {item.doc_id: _file(item) for item in ready}
    for item in ready:
        for result in item.results:
            if result["type"] == "relation":
                name = f"{result['from_id']}>{result['to_id']}"
            else:
                name = f"{result['id']}:{result['from_name']}"
            places.setdefault((item.doc_id, name), []).append(result["meta"]["where"])
    found = []
    for one in done.incidents:
        key = (one.doc_id or "", one.item or "")
        many = places.get(key)
        where = (many.pop(0) if len(many) > 1 else many[0]) if many else first.get(key[0], one.file)
        file, line = place(where)
        found.append(Incident(one.code, file, one.message, line, one.doc_id, one.item))
    return found


def _documents(path: Path) -> set[str]:
    """The documents of an export of the project."""
    try:
        tasks = json_io.loads(path.read_bytes())
    except json_io.JsonError:
        return {""}
    return {
        str(task["data"].get("doc_id"))
        for task in (tasks if isinstance(tasks, list) else ())
        if isinstance(task, dict) and isinstance(task.get("data"), dict)
    }


def _file(item: Converted) -> str:
    """The file that a document's annotations come from, as far as its reader says."""
    source = item.source
    marks, links = (one.where for one in source.marks), (one.where for one in source.links)
    for where in chain(marks, links):
        if where:
            return place(where)[0]
    return source.faults[0].file if source.faults else source.doc_id


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


def _paragraphs(item: Converted, scheme: Scheme) -> tuple[Paragraph, ...]:
    """The lines of the text, each of the kind that the file gives it, else body."""
    known = {kind.name for kind in scheme.ontology.paragraph_kinds}
    told = [part for part in item.source.paragraphs if part.kind in known]
    found = []
    for start, end in article.spans(item.text):
        mine = [part for part in told if start <= part.start and part.end <= end]
        around = [part.kind for part in told if part.start <= start and end <= part.end]
        if mine and mine[0].start == start and mine[-1].end == end:
            found += mine
        else:
            found.append(Paragraph(start, end, around[0] if around else "body"))
    return tuple(found)


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """A name as an id: letters without their marks, in lower case; "" where none are left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")[:80].strip("-_")


def ids(found: Iterable[str]) -> dict[str, str]:
    """Document ids of documents' names, which may be paths.

    The last part of a path alone where that is enough to tell them apart.
    """
    whole = list(dict.fromkeys(found))
    short = Counter(slug(name.rpartition("/")[2]) for name in whole)
    last = {name: slug(name.rpartition("/")[2]) for name in whole}
    return {name: last[name] if short[last[name]] == 1 else slug(name) for name in whole}


class Registers:
    """The registers of a project: what ids there are, and what is added to them.

    Where they may grow, a row comes from the registers of the folder `registry`, with the facts and
    stories that it refers to; an entity without one is added by the words that it is mentioned by.
    An event is not: its row has a date and a story that no file tells.
    """

    def __init__(
        self, project: Project, scheme: Scheme, registry: Path | None, grows: bool
    ) -> None:
        self.project = project
        #: Types whose mentions refer to an entity: none are made for others.
        self.referring = referring(scheme.ontology) if grows else frozenset()
        self.known = {name: _rows(project.register(name)) for name in REGISTERS}
        self.other = {
            name: _rows(registry / f"{name}.jsonl") if registry else {} for name in REGISTERS
        }
        #: Story -> the split that it gets, the documents that belong to it.
        self.stories: dict[str, tuple[str, set[str]]] = {}
        #: Id of an entity or event -> what it is called, its types, the documents that name it.
        self.named: dict[tuple[str, str], tuple[Counter[str], Counter[str], set[str]]] = {}
        self.qids: dict[str, str] = {}

    def find(self, kind: str, value: str, doc_id: str, label: str, words: str) -> str | None:
        """The id for what a file names `value`; None where there is none, and none can be made."""
        name = slug(f"{doc_id}-{value}") if kind == "group" else slug(value)
        register = "events" if kind == "event" else "entities"
        if name in self.known[register]:
            return name
        made = kind != "event" and label in self.referring and files.is_id(name)
        if name not in self.other[register] and not made:
            return None
        called, types, documents = self.named.setdefault(
            (register, name), (Counter(), Counter(), set())
        )
        called[" ".join(words.split())] += 1
        types[label] += 1
        documents.add(doc_id)
        if re.fullmatch(r"Q[1-9][0-9]*", value):
            self.qids[name] = value
        return name

    def facts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Of a document's facts, those that there are."""
        return tuple(
            name for name in names if name in self.known["facts"] or name in self.other["facts"]
        )

    def story(self, name: str, split: str, doc_id: str) -> None:
        """A story that a document belongs to, and its split where no register has one."""
        self.stories.setdefault(name, (split, set()))[1].add(doc_id)

    def write(self, documents: set[str], facts: Iterable[str]) -> None:
        """Adds the rows that documents need and the registers do not have."""
        more: dict[str, list[JSON]] = {name: [] for name in REGISTERS}
        used = {str(row.get("name")) for row in self.known["entities"].values()}
        for (register, name), (called, types, mine) in sorted(self.named.items()):
            if not mine & documents:
                continue
            row = self.other[register].get(name) or {
                "id": name,
                "name": _called(called, name, used),
                "type": max(types, key=lambda label: (types[label], label)),
                "qid": self.qids.get(name),
                "variants": [],
                "role": None,
            }
            used.add(str(row.get("name")))
            more[register].append(row)
        wanted = {*facts, *(fact for row in more["events"] for fact in row.get("facts") or ())}
        more["facts"] = [
            self.other["facts"][name] for name in sorted(wanted & {*self.other["facts"]})
        ]
        splits = {name: split for name, (split, mine) in self.stories.items() if mine & documents}
        referred = {row["story"] for row in (*more["events"], *more["facts"])}
        for name in sorted({*splits, *referred}):
            bare = {"id": name, "title": name, "summary": "Imported."}
            more["stories"].append(self.other["stories"].get(name, bare))
            row = {"story": name, "split": splits.get(name), "reason": "imported"}
            row = self.other["splits"].get(name, row)
            if row["split"] is not None:
                more["splits"].append(row)
        for register, rows in more.items():
            self._add(register, rows)

    def _add(self, register: str, rows: Sequence[JSON]) -> None:
        key = "story" if register == "splits" else "id"
        new = [row for row in rows if row[key] not in self.known[register]]
        if not new:
            return
        path = self.project.register(register)
        old = path.read_bytes() if path.is_file() else b""
        if old and not old.endswith(b"\n"):
            old += b"\n"
        files.write(path, old + b"".join(json_io.dumps(row) + b"\n" for row in new))


def _called(words: Counter[str], name: str, used: set[str]) -> str:
    """What an entity is called: by words that are no common ones, then the most frequent, longest;
    no two entities alike."""
    found = max(words, key=lambda one: (not one.islower(), words[one], len(one), one))
    return f"{found} ({name})" if found in used else found


def _rows(path: Path) -> dict[str, JSON]:
    """The rows of a register by what names them."""
    return json_io.keyed(path, "story" if path.stem == "splits" else "id")
