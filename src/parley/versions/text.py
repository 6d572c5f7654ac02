"""A difference as lines of text.

Every line of a change begins with its sign: `+` added, `-` removed, `~` changed, `=` renamed,
`?` uncomparable.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from parley.incidents import show
from parley.versions.model import Change, Difference, DocumentChange, Pair

SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "=", "uncomparable": "?"}
#: ANSI colours of the signs.
_COLORS = {"+": "32", "-": "31", "~": "33", "=": "36", "?": "35"}
#: What needs no quotation marks.
_PLAIN = re.compile(r"[\w.:/+-]{1,80}")
#: Words of a span are cut to this many characters.
_LONG = 60


def summary(found: Difference) -> str:
    """One line: what differs, in numbers."""
    if found.equal:
        return f"{found.old.name} and {found.new.name}: no difference"
    parts = [
        f"{layer} {' '.join(f'{SIGNS[kind]}{number}' for kind, number in numbers.items())}"
        for layer, numbers in found.counts().items()
    ]
    for what, number in (
        ("label sets", len(found.labels)),
        ("register rows", len(found.registers)),
        ("fields", len(found.schema)),
        ("files", len(found.files)),
    ):
        if number:
            parts.append(f"{what} ~{number}")
    for name in ("version", "ontology"):
        one, other = getattr(found.old, name), getattr(found.new, name)
        if one != other:
            parts.append(f"{name} {one} → {other}")
    if not parts:
        parts = [f"rows of {', '.join(found.configs)} ~{len(found.configs)}"]
    return f"{found.old.name} → {found.new.name}: {'; '.join(parts)}"


def lines(found: Difference) -> list[str]:
    """The whole difference; the first line is the summary."""
    out = [summary(found)]
    for side, sign in ((found.old, "-"), (found.new, "+")):
        out.append(
            f"{sign}{sign}{sign} {side.name}: version {side.version}, ontology {side.ontology}, "
            f"{side.documents:,} documents, data {side.logical_sha256[:12]}"
        )
    for document in found.documents:
        out += ["", *_document(document)]
    for title, body in sections(found):
        if body:
            out += ["", title, *(f"  {line}" for line in body)]
    return out


def sections(found: Difference) -> list[tuple[str, list[str]]]:
    """What is about no document: title and lines."""
    return [
        ("fields", list(found.schema)),
        ("labels", [line for each in found.labels for line in _labels(each)]),
        ("registers", [line for each in found.registers for line in _register(each)]),
        (
            "configs whose rows differ",
            [
                f"~ {name}: {before:,} → {after:,} rows"
                for name, (before, after) in found.configs.items()
            ],
        ),
        ("files", [name if name[0] in "+-" else f"~ {name}" for name in found.files]),
    ]


def colored(line: str) -> str:
    """A line for a terminal: its sign's colour."""
    sign = line.lstrip()[:1]
    return f"\x1b[{_COLORS[sign]}m{line}\x1b[0m" if sign in _COLORS else line


def _document(document: DocumentChange) -> Iterable[str]:
    withheld = " (withheld: words are not shown)" if document.withheld else ""
    yield f"{SIGNS[document.kind]} document {document.doc_id}{withheld}"
    if document.kind != "changed":
        told = [f"{name} {_value(one or other)}" for name, (one, other) in _sorted(document)]
        told += [f"{number:,} {layer}" for layer, number in document.counts.items() if number]
        yield f"    {', '.join(told)}"
        return
    for name, pair in document.metadata.items():
        yield f"  ~ {field(name, pair)}"
    for edit in document.edits:
        place = f"{edit.old[0]}-{edit.old[1]} → {edit.new[0]}-{edit.new[1]}"
        words = "" if edit.before is None else f": {_value(edit.before)} → {_value(edit.after)}"
        yield f"  ~ text {place}{words}"
    renamed: dict[str, list[Change]] = {}
    for change in document.changes:
        if change.kind == "renamed":
            renamed.setdefault(change.layer, []).append(change)
        else:
            yield f"  {_change(change)}"
    for layer, many in renamed.items():
        ids = ", ".join(f"{pair[0]} → {pair[1]}" for pair in (one.fields["id"] for one in many[:3]))
        more = ", …" if len(many) > 3 else ""
        yield f"  = {len(many):,} {layer}, only the id: {ids}{more}"


def _sorted(document: DocumentChange) -> list[tuple[str, Pair]]:
    return [(name, pair) for name, pair in document.metadata.items() if name != "published"]


def _change(change: Change) -> str:
    words = "" if change.words is None else f" {show(change.words, _LONG)}"
    name = f"{change.layer.removesuffix('s')}{'' if change.id is None else f' {change.id}'}"
    told = details(change)
    return (
        f"{SIGNS[change.kind]} {name} [{change.start}-{change.end}]{words}"
        f"{f': {told}' if told else ''}"
    )


def details(change: Change) -> str:
    """What of an annotation changed; of one that is on one side only, its label."""
    if change.kind == "changed":
        return fields(change.fields)
    return ", ".join(
        f"{name} {_value(one if other is None else other)}"
        for name, (one, other) in change.fields.items()
        if (one, other) != (None, None)
    )


def fields(pairs: Mapping[str, Pair]) -> str:
    """`type GPE → LOC, entity none → lisvik`."""
    return ", ".join(field(name, pair) for name, pair in pairs.items())


def field(name: str, pair: Pair) -> str:
    """One field before and after."""
    one, other = pair
    if name == "derived":
        return f"values that follow from others, in {', '.join(other)}"
    if one is None and other is None:
        return f"{name} changed"
    return f"{name} {_value(one)} → {_value(other)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return show(value)


def _labels(each: Any) -> Iterable[str]:
    for sign, names in (("+", each.added), ("-", each.removed)):
        if names:
            yield f"{sign} {each.field}: {', '.join(names)}"
    if each.moved:
        yield f"~ {each.field}: other numbers than before: {', '.join(each.moved)}"


def _register(each: Any) -> Iterable[str]:
    told = fields(each.fields)
    yield f"{SIGNS[each.kind]} {each.register} {each.id}{f': {told}' if told else ''}"
