"""Level 5: what the ontology and the guidelines allow."""

from collections.abc import Iterator, Mapping
from typing import Any

from parley.checks import values
from parley.checks.references import Index
from parley.checks.rules import Rules
from parley.document import containment
from parley.incidents import Report, nearest, one_of, say

JSON = dict[str, Any]

_OPENING = "\"'“‘„«‹‚”’"
_CLOSING = "\"'”’“»›‘"
#: Marks that are never an apostrophe.
_DOUBLE = frozenset('"“”„«»')
_MARKS = frozenset(_OPENING + _CLOSING)
_LAYER_OF = {
    "mentions": "entity",
    "events": "event",
    "attributions": "attribution",
    "stances": "stance",
}


def check(
    raw: JSON,
    found: Index,
    rules: Rules,
    text: str | None,
    entities: Mapping[str, str] | None,
    report: Report,
) -> None:
    """P501 to P525. `text` is None where the document's text is not at hand; `entities` maps
    registry ids to types."""
    layers = raw["layers"]
    for layer, name in _LAYER_OF.items():
        if raw[layer] and name not in layers:
            message = say(
                f"{layer} ({len(raw[layer])}), but nobody annotated the {name} layer",
                got=layers,
                do=f"add {name!r} to layers if it was worked on throughout, else remove them",
            )
            report.add("P524", message)
    for mention in raw["mentions"]:
        _mention(mention, rules, text, entities, report)
    for event in raw["events"]:
        _event(event, found, rules, report)
    _circles(raw["events"], found, report)
    for item in raw["attributions"]:
        _attribution(item, text, report)
    for stance in raw["stances"]:
        _stance(stance, found, report)
    _derived(raw, report)
    if len(layers) == len(_LAYER_OF):
        _unused(raw, report)


def _mention(
    item: JSON,
    rules: Rules,
    text: str | None,
    entities: Mapping[str, str] | None,
    report: Report,
) -> None:
    kind, value, entity = item["type"], item["value"], item["entity"]
    if value is not None:
        if kind not in rules.dated:
            expected = f"null: only {one_of(sorted(rules.dated))} have a value"
            message = say(f"a value on type {kind}", got=value, expected=expected)
            report.add("P507", message, item["id"])
        elif (wrong := values.fault(kind, value)) is not None:
            report.add(*wrong, item["id"])
    elif kind == "DATE" and text is not None and item["mention_type"] == "name":
        words = text[item["start"] : item["end"]]
        if values.prints_a_date(words):
            message = say("a date without its value", got=words, expected="an ISO 8601 value")
            report.add("P502", message, item["id"])
    if entity is not None:
        if kind not in rules.referring:
            message = say(f"an entity on type {kind}", got=entity, expected="null")
            report.add("P508", message, item["id"])
        elif entities is not None and entities.get(entity, kind) not in (kind, ""):
            message = say(
                f"the mention's type is not that of its entity {entity!r}",
                got=kind,
                expected=entities[entity],
            )
            report.add("P509", message, item["id"])


def _event(item: JSON, found: Index, rules: Rules, report: Report) -> None:
    mode = item["mode"]
    if mode is not None and mode not in rules.modes[item["type"]]:
        modes = rules.modes[item["type"]]
        report.add(
            "P501",
            say(
                f"{item['type']} has no such mode",
                got=mode,
                expected=one_of([*modes, "null"]),
                nearest=nearest(mode, modes),
            ),
            item["id"],
        )
    arguments = item["arguments"]
    if not arguments:
        return
    roles: dict[str, str] = {}
    for argument in arguments:
        role, target = argument["role"], argument["target"]
        if target in roles:
            if roles[target] == role:
                message = say(f"{role} {target!r} is given twice", do="remove one")
                report.add("P512", message, item["id"])
            else:
                message = say(f"{target!r} is both {roles[target]} and {role}", do="keep one role")
                report.add("P513", message, item["id"])
        else:
            roles[target] = role
        mention = found.mentions.get(target)
        if mention is None:
            if target in found.events and role not in rules.event_roles:
                message = say(
                    f"an event as {role}",
                    got=target,
                    expected=f"a mention; events can be {one_of(sorted(rules.event_roles))}",
                )
                report.add("P510", message, item["id"])
        elif role in rules.role_types and mention["type"] not in rules.role_types[role]:
            message = say(
                f"type {mention['type']} as {role}",
                got=target,
                expected=one_of(rules.role_types[role]),
            )
            report.add("P511", message, item["id"])


def _circles(events: list[JSON], found: Index, report: Report) -> None:
    """P514: each circle of events once, at its first event in the file."""
    graph = {
        event["id"]: targets
        for event in events
        if (targets := [a["target"] for a in event["arguments"] if a["target"] in found.events])
    }
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        on_path: dict[str, int] = {}
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            stack.append((start, iter(graph[start])))
            on_path[start] = 0
            path.append(start)
        while stack:
            name, following = stack[-1]
            target = next(following, None)
            if target is None:
                stack.pop()
                path.pop()
                del on_path[name]
                done.add(name)
            elif target in on_path:
                circle = " -> ".join([*path[on_path[target] :], target])
                report.add("P514", say("events are about themselves", got=circle), target)
            elif target in graph and target not in done:
                on_path[target] = len(path)
                path.append(target)
                stack.append((target, iter(graph[target])))


def _attribution(item: JSON, text: str | None, report: Report) -> None:
    if not item["source"] and item["source_kind"] != "unnamed":
        message = say(
            "no source, but not of an unnamed kind",
            got=item["source_kind"],
            expected="a source span, or source_kind unnamed",
        )
        report.add("P519", message, item["id"])
    if not item["content"]:
        message = say("the attribution has no content", do="link its cue to what is ascribed")
        report.add("P515", message, item["id"])
    elif text is not None:
        contents = [text[start:end] for start, end in item["content"]]
        wrong = _style(item["style"], contents)
        if wrong is not None:
            report.add(*wrong, item["id"])


def _style(style: str, contents: list[str]) -> tuple[str, str] | None:
    if style == "direct":
        # A quotation over several paragraphs opens in each and closes in the last.
        if not all(words[0] in _OPENING for words in contents) or contents[-1][-1] not in _CLOSING:
            return "P516", say(
                "direct style, but not all content is in quotation marks",
                got=" … ".join(contents),
                expected="mixed or indirect, or the marks inside the content",
            )
    elif style == "mixed":
        if _MARKS.isdisjoint("".join(contents)):
            return "P517", say(
                "mixed style, but no quotation mark in the content",
                got=" … ".join(contents),
                expected="indirect",
            )
    elif all(_quoted(words) for words in contents):
        return "P518", say(
            "indirect style, but all content is in quotation marks",
            got=" … ".join(contents),
            expected="direct",
        )
    return None


def _quoted(words: str) -> bool:
    """Whether one pair of (double) quotation marks holds all the words."""
    return (
        len(words) > 1
        and words[0] in _DOUBLE
        and words[-1] in _DOUBLE
        and _DOUBLE.isdisjoint(words[1:-1])
    )


def _stance(item: JSON, found: Index, report: Report) -> None:
    holder = item["holder"]
    if holder is None:
        return
    if holder in found.events:
        message = say("the holder is an event", got=holder, expected="a mention, or null")
        report.add("P522", message, item["id"])
    elif holder == item["target"]:
        message = say("holder and target are the same mention", got=holder)
        report.add("P523", message, item["id"])


def _derived(raw: JSON, report: Report) -> None:
    """P520 and P521: parents and the attributions of stances are what containment gives."""
    parents, made_in = containment(
        [(item["id"], item["cue"], item["content"]) for item in raw["attributions"]],
        [(item["start"], item["end"]) for item in raw["stances"]],
    )
    do = "run `parley ingest` again, or correct the span"
    for item, parent in zip(raw["attributions"], parents, strict=True):
        if item["parent"] != parent:
            message = say(
                f"the parent {item['parent'] or 'null'} is not what containment gives",
                expected=repr(parent) if parent else "null",
                do=do,
            )
            report.add("P520", message, item["id"])
    for item, attribution in zip(raw["stances"], made_in, strict=True):
        if item["attribution"] != attribution:
            message = say(
                f"the attribution {item['attribution'] or 'null'} is not what containment gives",
                expected=repr(attribution) if attribution else "null",
                do=do,
            )
            report.add("P521", message, item["id"])


def _unused(raw: JSON, report: Report) -> None:
    """P525: nominals and pronouns that nothing uses."""
    loose = [item for item in raw["mentions"] if item["mention_type"] != "name"]
    if not loose:
        return
    used = {argument["target"] for event in raw["events"] for argument in event["arguments"]}
    for stance in raw["stances"]:
        used.update((stance["holder"], stance["target"]))
    loose = [item for item in loose if item["id"] not in used]
    if not loose:
        return
    sources = sorted(span for item in raw["attributions"] for span in item["source"])
    for item in loose:
        if not any(start < item["end"] and item["start"] < end for start, end in sources):
            message = say(
                f"a {item['mention_type']} that no event, source or stance uses",
                got=item.get("text"),
                do="link it or remove it",
            )
            report.add("P525", message, item["id"])
