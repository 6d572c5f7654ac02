"""The build: a project in, a dataset folder out, whole or not at all."""

import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import json_io, ontology, withheld
from parley.dataset import about, batch, card, croissant, evals, features, figures, manifest, place
from parley.dataset.about import About
from parley.dataset.batch import Made, Setup, Task
from parley.dataset.features import CONFIGS, Config
from parley.dataset.gate import Gate, Whole, accounts, strays
from parley.dataset.manifest import Contents, Entry
from parley.dataset.tables import SplitWriter
from parley.incidents import Incident, IncidentError, say
from parley.memory import uncollected
from parley.ontology import Ontology
from parley.project import Project

#: Documents a batch, and how many documents are worth a second process.
BATCH = 40
ALONE = 200
#: Registers that go with the dataset, so that ids can be looked up.
REGISTERS = ("entities", "events", "stories", "facts", "splits")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was built, and where; `reused` counts documents whose rows came from the cache."""

    out: Path
    contents: Contents
    manifest: dict[str, Any]
    reused: int


def build(
    project: Project,
    out: Path,
    *,
    jobs: int | None = None,
    checked: bool = True,
    cached: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Builds a project's dataset into the folder `out`, which is replaced whole.

    `jobs` is the number of processes (default: the processors this one may use; 1 is this process
    alone). `checked=False` leaves the checks out, but for what would make rows wrong. `progress`
    is called with documents done and documents in all.

    Raises `IncidentError` with every fault, `place.BusyError` and `place.ForeignError`; `out` is
    as it was then.
    """
    tasks = list(_tasks(project))
    scheme = ontology.load(project.ontology)
    with uncollected(), place.folder(out, manifest.NAME) as new:
        run = _Run(project, scheme, new, checked)
        setup = Setup(project.root, checked, cached)
        try:
            with _batches(setup, tasks, jobs) as results:
                for done in results:
                    run.take(done)
                    if progress:
                        progress(run.done, len(tasks))
            contents = run.finish()
        finally:
            run.abandon()
        files = manifest.files(contents, new, _further_files(project, contents, new))
        described = new / croissant.NAME
        described.write_bytes(json_io.dumps(croissant.make(contents, files), pretty=True))
        files += manifest.files(contents, new, [described])[-1:]
        made = manifest.make(contents, files)
        wrong = manifest.faults(made)
        if wrong:
            message = say(
                f"the manifest is not valid: {wrong[0]}", do="this is a defect: report it"
            )
            raise IncidentError(Incident("B009", manifest.NAME, message))
        (new / manifest.NAME).write_bytes(manifest.dump(made))
    return Report(out, contents, made, run.reused)


def _tasks(project: Project) -> Iterator[Task]:
    """Every document, by id: rows are published in this order."""
    root = project.root
    found = [
        Task(path.stem, path.relative_to(root).as_posix(), is_open)
        for paths, is_open in ((project.article_files(), True), (project.withheld_files(), False))
        for path in paths
    ]
    yield from sorted(found, key=lambda task: (task.doc_id, not task.open))


@contextmanager
def _batches(
    setup: Setup, tasks: Sequence[Task], jobs: int | None
) -> Iterator[Iterator[list[Made]]]:
    """Results in the order of the tasks, made here or by several processes."""
    if jobs is None:
        jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        if len(tasks) <= ALONE:
            jobs = 1
    parts = [tasks[at : at + BATCH] for at in range(0, len(tasks), BATCH)]
    if not jobs or jobs < 2 or len(parts) < 2:
        worker = batch.Worker(setup)
        try:
            yield (worker.batch(part) for part in parts)
        finally:
            worker.close()
        return
    # Spawned, not forked: Arrow's threads do not live through a fork.
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        min(jobs, len(parts)), get_context("spawn"), initializer=batch.start, initargs=(setup,)
    )
    try:
        yield _in_order(pool, parts, ahead=2 * jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor, parts: Sequence[Sequence[Task]], ahead: int
) -> Iterator[list[Made]]:
    """At most `ahead` batches are under way: memory stays what it is, however many there are."""
    waiting: deque[Future[list[Made]]] = deque()
    for part in parts:
        waiting.append(pool.submit(batch.run, part))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class _Run:
    """One build under way: takes results in, writes tables, collects faults."""

    def __init__(self, project: Project, scheme: Ontology, out: Path, checked: bool) -> None:
        self.project = project
        self.scheme = scheme
        self.incidents = accounts(project, exports=checked)
        self.about = About()
        try:
            self.about = about.read(project)
        except IncidentError as error:
            self.incidents += error.incidents
        self.whole: Whole | None = None
        if checked:
            gate, found = Gate.open(project)
            self.incidents += found
            self.whole = Whole(gate)
        self.splits = {row["story"]: row for row in register(project, "splits")}
        self.writers = {
            (config.name, split): SplitWriter(
                out / manifest.path(config.name, split),
                config,
                scheme,
                _told(config, split, scheme, self.about),
            )
            for config in CONFIGS
            for split in scheme.splits
        }
        self.counts: dict[str, Counter[str]] = {split: Counter() for split in scheme.splits}
        self.documents: list[Entry] = []
        self.examples: dict[str, dict[str, Any]] = {}
        self.files: dict[str, str] = {}
        self.done = 0
        self.reused = 0

    def take(self, results: Sequence[Made]) -> None:
        """Writes the rows of a batch; after a first fault only looks for further ones."""
        for made in results:
            self.done += 1
            self.reused += made.from_cache
            self.incidents += made.incidents
            if made.doc_id in self.files:
                message = say(
                    f"the document id is given twice; the other is {self.files[made.doc_id]}"
                )
                self.incidents.append(Incident("B008", made.file, message, doc_id=made.doc_id))
                continue
            self.files[made.doc_id] = made.file
            if made.incidents:
                continue
            if self.whole and made.summary:
                self.whole.enter(made.summary)
            row = self.splits.get(made.story)
            if row is None or row["split"] not in self.counts:
                message = say(
                    "the document's story has no split",
                    got=made.story,
                    do="give it one in corpus/splits.jsonl",
                )
                self.incidents.append(Incident("B007", made.file, message, doc_id=made.doc_id))
                continue
            self._enter(made, row)

    def _enter(self, made: Made, row: dict[str, Any]) -> None:
        split = row["split"]
        self.documents.append(
            Entry(
                doc_id=made.doc_id,
                # The register's own strings: one story is one string, however many documents.
                story=row["story"],
                split=split,
                reason=row["reason"],
                status=sys.intern(made.status),
                published=made.has_text,
                sha256=made.sha256,
                length=made.length,
                layers=tuple(map(sys.intern, made.layers)),
            )
        )
        if not made.has_text:
            return
        self.counts[split].update(made.counts)
        if self.incidents:
            return
        for config, lines, number in zip(CONFIGS, made.lines, made.numbers, strict=True):
            # The card is read by everyone: nothing of a withheld text stands in it.
            if number and made.status == "open" and config.name not in self.examples:
                self.examples[config.name] = json_io.loads(lines[: lines.index(b"\n")])
            self.writers[config.name, split].add(lines, number)

    def finish(self) -> Contents:
        """Ends the tables. Raises `IncidentError` with everything found wrong."""
        if self.whole:
            self.incidents += self.whole.check(self._text)
            # The largest thing that a build of many documents holds; nothing below needs it.
            self.whole = None
        self.incidents += strays(self.project, set(self.files))
        if not self.files:
            message = say("the corpus has no documents", do="take articles in with `parley intake`")
            self.incidents.append(Incident("B010", "corpus", message))
        if self.incidents:
            raise IncidentError(*sorted(set(self.incidents), key=Incident.sort_key))
        return Contents(
            ontology=self.scheme,
            tables={key: writer.close() for key, writer in self.writers.items()},
            counts=self.counts,
            documents=self.documents,
            examples=self.examples,
            about=self.about,
        )

    def _text(self, doc_id: str) -> str | None:
        """A document's text, read again: the corpus checks ask for few."""
        from parley import article

        path = self.project.root / self.files[doc_id]
        if path.suffix == ".json":
            return withheld.load(path, self.project.texts).text
        return article.read(path, self.project.root, segment=False).text

    def abandon(self) -> None:
        """Lets go of files that were not ended."""
        for writer in self.writers.values():
            writer.abandon()


def _told(config: Config, split: str, scheme: Ontology, words: About) -> dict[bytes, bytes]:
    """What a Parquet file says of itself: the features for `datasets`, and where it belongs."""
    [(key, value)] = features.features(config, scheme).arrow_schema.metadata.items()
    info = json_io.loads(value)
    info["info"]["version"] = words.version
    own = {"corpus": words.name, "version": words.version, "config": config.name, "split": split}
    return {
        key: json_io.dumps(info),
        **{f"parley.{name}".encode(): said.encode() for name, said in own.items()},
    }


def register(project: Project, name: str) -> list[dict[str, Any]]:
    """A register's rows as they stand; none where there is no such file.

    Raises `IncidentError` (B004) where a line is not a JSON object.
    """
    path = project.register(name)
    if not path.is_file():
        return []
    found = []
    for line, data in enumerate(path.read_bytes().splitlines(), 1):
        try:
            row = json_io.loads(data)
        except json_io.JsonError as error:
            message = say(f"not JSON: {error}", expected="one JSON object a line")
            raise IncidentError(Incident("B004", project.relative(path), message, line)) from None
        if not isinstance(row, dict):
            message = say("not a JSON object", got=row)
            raise IncidentError(Incident("B004", project.relative(path), message, line))
        found.append(row)
    return found


def _further_files(project: Project, contents: Contents, out: Path) -> list[Path]:
    """The card, its figures, eval.yaml, the registers and the licence, written; their paths."""
    drawn = figures.figures(contents.counts)
    pictures = {f"figures/{name}.svg": _title(picture) for name, picture in drawn.items()}
    texts = {
        "README.md": card.make(contents, pictures),
        evals.NAME: evals.make(contents.about, contents.ontology, contents.counts),
        **{f"figures/{name}.svg": picture for name, picture in drawn.items()},
    }
    found = []
    for name, text in texts.items():
        path = out / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
        found.append(path)
    for name in REGISTERS:
        source = project.register(name)
        if source.is_file():
            copy = out / "registers" / source.name
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(source.read_bytes())
            found.append(copy)
    licence = project.root / "LICENSE-DATA"
    if licence.is_file():
        (out / "LICENSE").write_bytes(licence.read_bytes())
        found.append(out / "LICENSE")
    return found


def _title(picture: str) -> str:
    """What an SVG says that it shows."""
    from xml.etree import ElementTree

    title = ElementTree.fromstring(picture).findtext("{http://www.w3.org/2000/svg}title") or ""
    return " ".join(title.split()).replace("[", "(").replace("]", ")")
