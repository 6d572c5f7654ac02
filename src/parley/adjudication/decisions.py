"""An adjudicator's decisions, and where a project keeps them.

annotations/adjudication/ROUND.jsonl, one decision a line in text order: what was asked, what was
decided, why, and by whom.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.adjudication.items import Item
from parley.incidents import nearest, one_of, say, stop
from parley.project import Project

#: a or b: that reading as a whole (of an annotation that only one made: keep it or drop it).
#: mixed: a's, but the named fields from b. both: two annotations. neither: none.
VERDICTS = ("a", "b", "mixed", "both", "neither")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one item; `from_b` names the fields taken from b where mixed."""

    item: str
    verdict: str
    from_b: tuple[str, ...] = ()
    note: str = ""
    by: str = ""


@dataclass(slots=True)
class Kept:
    """The decisions of a round; `stale` answer questions that are no longer asked."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    stale: list[Decision] = field(default_factory=list)


def path(project: Project, round_name: str) -> Path:
    """The file of a round's decisions."""
    return project.root / "annotations" / "adjudication" / f"{round_name}.jsonl"


def read(file: Path, items: Mapping[str, Item]) -> Kept:
    """The decisions kept; raises `IncidentError` (U031) with the first line that is none."""
    kept = Kept()
    if not file.is_file():
        return kept
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        where = f"{file}:{number}"
        try:
            raw = json_io.loads(line)
        except json_io.JsonError as error:
            raise stop("U031", where, f"not JSON that can be read: {error}") from None
        found = decision(raw, where)
        if found.item in items:
            kept.decisions[found.item] = found
        else:
            kept.stale.append(found)
    return kept


def decision(raw: Any, where: str) -> Decision:
    """One decision from its JSON value; raises `IncidentError` (U031)."""
    if not isinstance(raw, dict) or not isinstance(raw.get("item"), str):
        raise stop("U031", where, "not a decision", got=raw, expected="an object with an item")
    verdict = raw.get("verdict")
    if verdict not in VERDICTS:
        raise stop(
            "U031",
            where,
            "no such verdict",
            got=verdict,
            expected=one_of(VERDICTS),
            nearest=nearest(verdict, VERDICTS),
        )
    fields = raw.get("from_b") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise stop("U031", where, say("bad from_b", got=fields, expected="a list of fields"))
    return Decision(
        raw["item"], verdict, tuple(fields), str(raw.get("note") or ""), str(raw.get("by") or "")
    )


def dump(found: Iterable[Decision], items: Mapping[str, Item]) -> bytes:
    """The decisions with their questions, in text order."""
    rows = sorted(
        (one for one in found if one.item in items),
        key=lambda one: (items[one.item].doc_id, items[one.item].start, one.item),
    )
    lines = [json_io.dumps(_row(one, items[one.item])) for one in rows]
    return b"".join(line + b"\n" for line in lines)


def _row(one: Decision, item: Item) -> dict[str, Any]:
    return {
        "item": one.item,
        "doc_id": item.doc_id,
        "layer": item.layer,
        "start": item.start,
        "fields": {name: list(words) for name, words in item.fields.items()},
        "verdict": one.verdict,
        **({"from_b": list(one.from_b)} if one.from_b else {}),
        **({"note": one.note} if one.note else {}),
        "by": one.by,
    }


def keep(file: Path, found: Iterable[Decision], items: Mapping[str, Item]) -> None:
    """Writes the decisions of a round."""
    files.write(file, dump(found, items))
