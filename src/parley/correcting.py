"""Recording corrections, making them, and saying so in the changelog of the corpus.

The steps are those of a test-driven change: `record` writes what gold is to say, `check` finds that
it does not say so yet, `apply` brings gold there, and the changelog gets a line. Each step can be
run again; one that is done changes nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parley import document, files
from parley.adjudication.gold import EDITED, KEY, NEW
from parley.checks import document as one
from parley.checks import registry
from parley.corrections import edits
from parley.corrections.record import Record, dump, folder, parse, read_all
from parley.corrections.sheets import Sheet, faults_of, open_gold, sheets
from parley.document import Annotations, Document
from parley.incidents import Incident, IncidentError, nearest, say, stop
from parley.project import Project

JSON = dict[str, Any]
#: Where the provenance of gold tells of corrections: record name -> ids of what it changed.
PROVENANCE = "corrections"


@dataclass(slots=True)
class Applied:
    """What was made: gold files written, their records, and records whose line is new in the
    changelog."""

    files: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def check(
    project: Project, numbers: Collection[int] | None = None
) -> tuple[list[Record], list[Incident]]:
    """The records asked for (default: all), and what is wrong with them: V010 to V017."""
    records, faults = read_all(project)
    wanted = _wanted(project, records, numbers)
    files_of = {record.file for record in wanted}
    found = faults_of(project, records)
    if numbers is not None:
        found = [each for each in found if each.file in files_of]
    return wanted, sorted({*faults, *found}, key=Incident.sort_key)


def _wanted(
    project: Project, records: Sequence[Record], numbers: Collection[int] | None
) -> list[Record]:
    if numbers is None:
        return list(records)
    known = {record.number: record for record in records}
    missing = [number for number in numbers if number not in known]
    if missing:
        names = [f"{number:04}" for number in known]
        raise IncidentError(
            *(
                Incident(
                    "V018",
                    project.relative(folder(project)),
                    say(
                        "no correction of this number that can be read",
                        got=f"{number:04}",
                        nearest=nearest(f"{number:04}", names),
                        do="`parley correct list` names all, `parley correct check` what is wrong",
                    ),
                )
                for number in missing
            )
        )
    return [known[number] for number in numbers]


def draft(project: Project, doc_id: str, changes: Sequence[JSON]) -> list[JSON]:
    """Edits whole: `from` filled in from gold where an edit does not tell it.

    Raises `IncidentError` as `open_gold` does, and V011 where an edit names something that is not
    there.
    """
    item, gold, _ = open_gold(project, doc_id)
    found = []
    for edit in changes:
        there = edits.find(gold, str(edit.get("id")))
        full = dict(edit)
        if "from" not in full and there is not None and edit.get("layer") != "arguments":
            layer, annotation = there
            if edit["op"] == "change" and edit.get("field") in edits.members(type(annotation)):
                name = str(edit["field"])
                full["from"] = _written(item, name, edits.value_of(annotation, name))
            elif edit["op"] == "remove":
                full["layer"] = layer
                full["from"] = {
                    "at" if name == "span" else name: _written(item, name, value)
                    for name, value in edits.state(annotation).items()
                    if value not in (None, [])
                }
        # In the order that people read them in.
        first = ("op", "layer", "id", "field", "from", "to")
        names = [name for name in first if name in full]
        names += [name for name in full if name not in first]
        found.append({name: full[name] for name in names if full[name] is not None})
    return found


def _written(item: Document, name: str, value: Any) -> Any:
    """A value as a record writes it: places as quotes where the text may be quoted."""
    if name == "span":
        return _place(item, value)
    if name in edits.PARTS and isinstance(value, list):
        return [_place(item, span) for span in value]
    return value


def _place(item: Document, span: document.Span) -> JSON:
    from parley.quotes import Finder

    start, end = span
    if item.text is not None and item.status != "withheld":
        words = item.text[start:end]
        if words.strip() and "\n" not in words:
            places = Finder(item.text).occurrences(words)
            if (start, end) in places:
                number = places.index((start, end)) + 1
                return {"quote": words} | ({"n": number} if len(places) > 1 else {})
    return {"start": start, "end": end}


def record(project: Project, made: Record) -> list[Incident]:
    """Writes a new record, and returns how gold does not hold it yet (V012), which is the test.

    Raises `IncidentError`, and writes nothing: what is wrong with the record (V010, V011, V014,
    V016, V017, V020), V013 and V015 where it could not be applied, V019 where gold holds it
    already.
    """
    records, faults = read_all(project)
    # What is checked is what will be read.
    data, wrong = dump(made), list[Incident]()
    read = parse(data, f"{made.name}.toml", made.file, wrong)
    _stop(wrong)
    assert read is not None
    made = read
    found, wrong = sheets(project, [*records, made])
    wrong = [each for each in (*faults, *wrong) if each.file == made.file]
    _stop(wrong)
    sheet = next(each for each in found if each.document.id == made.document)
    failing = [each for each in edits.unmet(sheet.plan, sheet.gold) if each.file == made.file]
    if not failing:
        what = "gold says so already: there is nothing to correct"
        raise stop("V019", made.file, what, do="look at `parley correct show` and at the document")
    _, _, refused = _made(project, sheet, [made])
    _stop(refused)
    from parley import changelog

    changelog.entries(changelog_path(project))
    files.write(folder(project) / f"{made.name}.toml", data)
    return failing


def apply(project: Project, numbers: Collection[int] | None = None) -> Applied:
    """Brings gold to what the records say (default: all), and the changelog with it.

    All or nothing: every document is corrected in memory and checked first. Raises
    `IncidentError`: faults of records (V010, V011, V014, V016, V017), V013 (gold is not what a
    correction was made on), V015 (the document's check would find something new), V020 (the
    changelog cannot be read).
    """
    from parley import changelog

    records, faults = read_all(project)
    wanted = _wanted(project, records, numbers)
    documents = {each.document for each in wanted}
    found, wrong = sheets(project, [each for each in records if each.document in documents])
    chosen = {each.file for each in wanted}
    faults = faults if numbers is None else []
    faults += [each for each in wrong if numbers is None or each.file in chosen]
    writes: list[tuple[Sheet, Annotations]] = []
    applied = Applied()
    for sheet in found:
        own = [each for each in sheet.records if each.file in chosen]
        made, done, refused = _made(project, sheet, own)
        faults += refused
        if done:
            writes.append((sheet, made))
            applied.records += sorted({name for goal in done.values() for name in goal})
    lines = changelog.entries(changelog_path(project))
    _stop(faults)
    for sheet, made in writes:
        text = None if sheet.document.status == "withheld" else sheet.document.text
        path = project.gold / f"{sheet.document.id}.json"
        files.write(path, document.dump(made, text))
        applied.files.append(project.relative(path))
    told = [line for entry in lines for line in entry.lines]
    for each in wanted:
        mark = f"correction {each.number:04} "
        if not any(mark in line for line in told):
            changelog.add_line(changelog_path(project), line_of(each))
            applied.lines.append(line_of(each))
    return applied


def _stop(faults: Iterable[Incident]) -> None:
    found = sorted(set(faults), key=Incident.sort_key)
    if found:
        raise IncidentError(*found)


def _made(
    project: Project, sheet: Sheet, records: Sequence[Record]
) -> tuple[Annotations, Mapping[edits.Key, list[str]], list[Incident]]:
    """Corrected gold with its provenance, the records of each goal that was not met, V013 and
    V015."""
    made, done, faults = edits.meet(sheet.plan, sheet.gold, records)
    names = {key: [record.name for record in goal.records] for key, goal in done.items()}
    if faults or not done:
        return made, names, faults
    _provenance(made, sheet.gold, names)
    known = registry.read(project)[0].known()
    before = {_said(each) for each in one.check(sheet.document, sheet.raw, known)}
    for fault in one.made(sheet.document, made, known):
        if _said(fault) not in before:
            last = records[-1]
            message = say(
                f"the document's check would find {fault.code} [{fault.item}] {fault.message}",
                do="give another value, or correct that too in the same record",
            )
            faults.append(Incident("V015", last.file, message, doc_id=last.document))
    return made, names, faults


def _said(fault: Incident) -> tuple[str, str | None, str]:
    return fault.code, fault.item, fault.message


def _provenance(
    made: Annotations, gold: Annotations, done: Mapping[edits.Key, Sequence[str]]
) -> None:
    """Says in gold which correction changed what; where an adjudication says of every annotation
    where it comes from, a corrected one is `edited`, an added one `new`."""
    told = {name: set(ids) for name, ids in made.provenance.get(PROVENANCE, {}).items()}
    touched: set[str] = set()
    for key, names in done.items():
        item = key[2] if key[0] == "item" else key[1]
        touched.add(item)
        for name in names:
            told.setdefault(name, set()).add(item)
    made.provenance = made.provenance | {
        PROVENANCE: {name: sorted(ids) for name, ids in sorted(told.items())}
    }
    adjudication = made.provenance.get(KEY)
    if not isinstance(adjudication, dict) or "origin" not in adjudication:
        return
    before, now = _ids(gold), _ids(made)
    origin = {item: name for item, name in adjudication["origin"].items() if item in now}
    origin |= dict.fromkeys(touched & now & before, EDITED)
    origin |= dict.fromkeys(now - before, NEW)
    made.provenance[KEY] = adjudication | {
        "counts": dict(sorted(Counter(origin.values()).items())),
        "origin": origin,
    }


def _ids(gold: Annotations) -> set[str]:
    return {item.id for layer in edits.KINDS for item in getattr(gold, layer)}


def line_of(record: Record) -> str:
    """The line of a correction in the changelog."""
    said = ", ".join(edits.describe(edit) for edit in record.edits)
    reason = record.reason.strip().rstrip(".")
    return (
        f"{record.date.isoformat()}: correction {record.number:04} ({record.document}): {said}. "
        f"{reason}."
    )


def changelog_path(project: Project) -> Any:
    """The changelog of the corpus."""
    return project.corpus / "CHANGELOG.md"


def renumbered(project: Project, made: Record) -> Record:
    """The record with the next number that is free."""
    from parley.corrections.record import name

    taken = [int(path.name[:4]) for path in folder(project).glob("[0-9][0-9][0-9][0-9]-*")]
    number = max(taken, default=0) + 1
    return replace(made, number=number, name=name(number, made.reason))
