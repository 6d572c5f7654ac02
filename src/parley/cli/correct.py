"""Corrects gold annotations: a record first, which is the test; then gold; then the changelog.

A record in annotations/corrections/ says what is wrong, what gold is to say, why, and who says so.
`parley check` reports every record that gold does not hold, so that no correction is lost when an
export is ingested again; `parley correct apply --all` then makes them again.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from parley import arguments
from parley.cli import _run
from parley.incidents import Incident, IncidentError, say

if TYPE_CHECKING:
    from parley.corrections.record import Record
    from parley.project import Project

EPILOG = """\
one correction, all steps:
  parley correct set harbour-wire m12 type GPE --reason "Lisvik is a town"
  parley correct set harbour-wire m12 span "Lisvik bridge" --reason "the name is longer"
  parley correct set harbour-wire m12 entity "" --reason "it is another Lisvik"

step by step:
  parley correct new harbour-wire --reason "no event" --remove e4 --change m12 type GPE
  parley correct check                  what gold does not hold yet
  parley correct apply 1                gold, then corpus/CHANGELOG.md

more than fields and removals, as the records write it (annotations/corrections/README.md):
  parley correct new harbour-wire --reason "missed" \\
    --edit '{"op": "add", "layer": "mentions", "id": "c1", "at": {"quote": "Lenna"}, "type": "GPE"}'
  parley correct new harbour-wire --reason "who" \\
    --edit '{"op": "add", "layer": "arguments", "id": "e1", "role": "actor", "target": "m3"}'

after an export was ingested again:
  parley correct apply --all

exit codes: 0 done (`check`: gold holds every correction), 1 incidents, nothing was written,
2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the subcommands."""
    parser.epilog = EPILOG
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")

    def step(name: str, line: str) -> argparse.ArgumentParser:
        found = steps.add_parser(name, help=line, description=f"{line.capitalize()}.")
        _run.add_root(found)
        found.add_argument("--json", action="store_true", help="the result as JSON on stdout")
        return found

    new = step("new", "record a correction, which fails until it is applied")
    new.add_argument("document", metavar="DOC", help="the document's id")
    _why(new)
    new.add_argument(
        "--change",
        nargs=3,
        action="append",
        default=[],
        metavar=("ID", "FIELD", "VALUE"),
        help="an annotation's field and what it is to be; of a place, words that occur once",
    )
    new.add_argument("--remove", action="append", default=[], metavar="ID", help="an annotation")
    new.add_argument(
        "--edit", action="append", default=[], metavar="JSON", help="an edit as records have it"
    )
    one = step("set", "record one change, show that it fails, apply it, add the changelog's line")
    one.add_argument("document", metavar="DOC", help="the document's id")
    one.add_argument("id", metavar="ID", help="the annotation")
    one.add_argument("field", metavar="FIELD", help="type, entity, label, span, cue, …")
    one.add_argument("value", metavar="VALUE", help='what it is to be; "" for none')
    one.add_argument(
        "--n", type=arguments.whole(10**6), metavar="N", help="which occurrence of the words"
    )
    one.add_argument("--within", metavar="WORDS", help="words around them that occur once")
    _why(one)
    check = step("check", "tell what gold does not hold")
    check.add_argument("number", nargs="*", type=arguments.whole(9999), metavar="NNNN")
    apply = step("apply", "bring gold to what the records say")
    apply.add_argument("number", nargs="*", type=arguments.whole(9999), metavar="NNNN")
    apply.add_argument("--all", action="store_true", help="every record")
    step("list", "list the corrections, and whether gold holds them")
    show = step("show", "show a correction and what gold says of it")
    show.add_argument("number", type=arguments.whole(9999), metavar="NNNN")


def _why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", help="why gold is wrong; asked for on a terminal")
    parser.add_argument("--by", metavar="NAME", help="who says so (default: git's user.name)")


def run(args: argparse.Namespace) -> int:
    """Takes a step."""
    from parley.project import Project

    project = Project.find(args.root)
    steps = {
        "new": _new,
        "set": _set,
        "check": _check,
        "apply": _apply,
        "list": _list,
        "show": _show,
    }
    try:
        return steps[args.step](project, args)
    except IncidentError as error:
        for incident in error.incidents:
            print(incident, file=sys.stderr)
        if any(incident.code in ("P301", "V018") for incident in error.incidents):
            return 2
        print("parley correct: nothing was written", file=sys.stderr)
        return 1


def _new(project: "Project", args: argparse.Namespace) -> int:
    from parley import json_io

    edits = [_change(project, args.document, *each) for each in args.change]
    edits += [{"op": "remove", "id": each} for each in args.remove]
    faults = []
    for text in args.edit:
        try:
            edit = json_io.loads(text.encode("utf-8", "surrogateescape"))
        except json_io.JsonError as error:
            faults.append(say(f"--edit is not JSON: {error}", got=text))
            continue
        if not isinstance(edit, dict) or not isinstance(edit.get("op"), str):
            faults.append(say("--edit is no edit", got=text, expected='{"op": …}'))
            continue
        edits.append(edit)
    if faults:
        for fault in faults:
            print(f"parley correct: {fault}", file=sys.stderr)
        return 2
    if not edits:
        edits = _asked(project, args.document)
    if not edits:
        message = say("no edit", expected="--change, --remove or --edit, or answers on a terminal")
        print(f"parley correct: {message}", file=sys.stderr)
        return 2
    made = _record(project, args, edits)
    if made is None:
        return 2
    failing = _write(made, project, args)
    if args.json:
        _json({"record": made.file, "failing": [each.message for each in failing]})
        return 0
    print(f"next: parley correct apply {made.number:04}")
    return 0


def _set(project: "Project", args: argparse.Namespace) -> int:
    from parley import correcting

    edit = _change(project, args.document, args.id, args.field, args.value)
    if isinstance(edit.get("to"), dict):
        edit["to"] |= {
            name: getattr(args, name) for name in ("n", "within") if getattr(args, name) is not None
        }
    made = _record(project, args, [edit])
    if made is None:
        return 2
    failing = _write(made, project, args)
    done = correcting.apply(project, [made.number])
    if args.json:
        _json({"record": made.file, "failing": [each.message for each in failing], **_told(done)})
        return 0
    _applied(project, done, [made.file])
    return 0


def _check(project: "Project", args: argparse.Namespace) -> int:
    from parley import correcting

    records, found = correcting.check(project, args.number or None)
    if args.json:
        _json(
            {
                "corrections": [each.name for each in records],
                "incidents": [
                    {"code": each.code, "file": each.file, "message": each.message}
                    for each in found
                ],
            }
        )
    else:
        for incident in found:
            print(incident, file=sys.stderr)
        if not found:
            print(f"gold holds {_number(len(records), 'correction')}")
    return 1 if found else 0


def _apply(project: "Project", args: argparse.Namespace) -> int:
    from parley import correcting

    if args.all == bool(args.number):
        message = say("which corrections?", expected="their numbers, or --all")
        print(f"parley correct: {message}", file=sys.stderr)
        return 2
    done = correcting.apply(project, None if args.all else args.number)
    if args.json:
        _json(_told(done))
    else:
        _applied(project, done, [])
    return 0


def _list(project: "Project", args: argparse.Namespace) -> int:
    from parley import correcting
    from parley.corrections import edits

    records, found = correcting.check(project)
    faulty = {each.file for each in found}
    if args.json:
        _json(
            [
                {
                    "number": each.number,
                    "file": each.file,
                    "document": each.document,
                    "date": each.date.isoformat(),
                    "by": each.by,
                    "reason": each.reason,
                    "edits": [edits.describe(edit) for edit in each.edits],
                    "holds": each.file not in faulty,
                }
                for each in records
            ]
        )
        return 1 if found else 0
    for each in records:
        state = "does not hold" if each.file in faulty else "holds"
        said = ", ".join(edits.describe(edit) for edit in each.edits)
        print(f"{each.number:04}  {each.date}  {state:<13}  {each.document}: {said}")
    for incident in found:
        if incident.code == "V010":
            print(incident, file=sys.stderr)
    if not records and not found:
        print("no corrections")
    return 1 if found else 0


def _show(project: "Project", args: argparse.Namespace) -> int:
    from parley import correcting

    (record,), found = correcting.check(project, [args.number])
    found = [each for each in found if each.file == record.file]
    if args.json:
        _json(
            {
                "file": record.file,
                "document": record.document,
                "sha256": record.sha256,
                "date": record.date.isoformat(),
                "by": record.by,
                "reason": record.reason,
                "edit": list(record.edits),
                "incidents": [f"{each.code} {each.message}" for each in found],
            }
        )
    else:
        sys.stdout.write((project.root / record.file).read_text("utf-8"))
        print()
        for each in found:
            print(each)
        if not found:
            print("gold holds it")
    return 1 if found else 0


# -- parts


def _change(project: "Project", doc_id: str, item: str, name: str, value: str) -> dict[str, Any]:
    """An edit of one field from words of a command line."""
    from parley.corrections import edits

    to: Any = value or None
    if name in ("span", *edits.PARTS) and value:
        ends = value.split("-")
        withheld = (project.withheld / f"{doc_id}.json").is_file()
        if withheld and len(ends) == 2 and all(end.isdecimal() for end in ends):
            to = {"start": int(ends[0]), "end": int(ends[1])}
        else:
            to = {"quote": value}
    return {"op": "change", "id": item, "field": name, "to": to}


def _record(
    project: "Project", args: argparse.Namespace, edits: Sequence[dict[str, Any]]
) -> "Record | None":
    from parley import corpus, correcting
    from parley.corrections.record import Record

    item = corpus.one(project, args.document)
    reason = args.reason or _ask("reason")
    by = args.by or _name(project) or _ask("your name")
    for value, option in ((reason, "--reason"), (by, "--by")):
        if not value or not value.strip():
            message = say(f"a correction needs {option}", got=value)
            print(f"parley correct: {message}", file=sys.stderr)
            return None
    made = Record(
        number=0,
        name="",
        document=args.document,
        sha256=item.sha256,
        date=datetime.now().astimezone().date(),
        by=by.strip(),
        reason=" ".join(reason.split()),
        edits=tuple(correcting.draft(project, args.document, edits)),
    )
    return correcting.renumbered(project, made)


def _write(made: "Record", project: "Project", args: argparse.Namespace) -> list[Incident]:
    from parley import correcting

    failing = correcting.record(project, made)
    if not args.json:
        print(f"recorded: {made.file}")
        print("gold does not hold it yet, as it should be:")
        for incident in failing:
            print(f"  {incident.code} {incident.message.rsplit('; run ', 1)[0]}")
    return failing


def _applied(project: "Project", done: Any, files: list[str]) -> None:
    from parley import correcting

    for file in done.files:
        print(f"corrected: {file}")
    for line in done.lines:
        print(f"changelog: {line}")
    if not done.files and not done.lines:
        print("gold holds them already; nothing was written")
        return
    names = [*files, *done.files]
    if done.lines:
        names.append(project.relative(correcting.changelog_path(project)))
    print(f"next: parley check, then commit {' '.join(names)}")


def _told(done: Any) -> dict[str, Any]:
    return {"gold": done.files, "corrections": done.records, "changelog": done.lines}


def _asked(project: "Project", doc_id: str) -> list[dict[str, Any]]:
    """Changes asked for on a terminal, one after the other; none elsewhere."""
    from parley.corrections import edits
    from parley.corrections.sheets import open_gold

    if not sys.stdin.isatty():
        return []
    _, gold, _ = open_gold(project, doc_id)
    found: list[dict[str, Any]] = []
    while True:
        item = _ask("id of an annotation (nothing: done)")
        if not item:
            return found
        there = edits.find(gold, item)
        if there is None:
            print(f"gold has no annotation {item!r}", file=sys.stderr)
            continue
        for name, value in edits.state(there[1]).items():
            print(f"  {name}: {value}", file=sys.stderr)
        name = _ask("field to change, or `remove`")
        if name == "remove":
            found.append({"op": "remove", "id": item})
        elif name in edits.members(type(there[1])):
            value = _ask("what it is to be (nothing: none; a place: words that occur once)")
            found.append(_change(project, doc_id, item, name, value))
        else:
            print(f"{there[0]} have no field {name!r}", file=sys.stderr)


def _ask(what: str) -> str:
    """An answer, "" where nobody can be asked."""
    if not sys.stdin.isatty():
        return ""
    print(f"{what}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _name(project: "Project") -> str:
    """git's user.name, "" where there is none."""
    try:
        found = subprocess.run(
            ["git", "-C", os.fspath(project.root), "config", "user.name"],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return found.stdout.decode("utf-8", "replace").strip()


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _json(value: Any) -> None:
    from parley import json_io

    sys.stdout.write(json_io.dumps(value, pretty=True).decode())
