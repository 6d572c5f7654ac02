"""Stances for the baseline `rules`: judgement in events, in cues and in what is said.

Three patterns, each with its target nearest behind the judging words: an event of blame or support
with its actor as holder; a cue that judges ("condemned …", "thanked …"); and content that calls
something by a word of praise or blame, held by its source.
"""

import re
from collections.abc import Sequence

from parley.attribution.stems import stem
from parley.baselines.rules_events import Trigger
from parley.baselines.rules_lexicon import general
from parley.baselines.rules_mentions import NUMERIC, Found
from parley.baselines.sample import JSON
from parley.document import Span

#: Event types that are a stance towards whom they are done to.
_EVENTS = {"ACCUSE": "AGAINST", "PROTEST": "AGAINST", "SUPPORT": "FAVOR"}
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*[^\W_])?")


def find(
    text: str,
    mentions: Sequence[Found],
    triggers: Sequence[Trigger],
    arguments: dict[Trigger, list[JSON]],
    attributions: Sequence[JSON],
) -> list[JSON]:
    """Stances as items of the prediction format, in text order, each tuple once."""
    kinds = {(item.start, item.end): item for item in mentions}
    found: list[tuple[Span, Span, str]] = []
    for trigger in triggers:
        label = _EVENTS.get(trigger.type)
        by_role: dict[str, list[Span]] = {}
        for item in arguments[trigger]:
            by_role.setdefault(item["role"], []).append((item["start"], item["end"]))
        if label and by_role.get("actor"):
            for target in by_role.get("recipient") or by_role.get("theme") or ():
                if target not in kinds or kinds[target].type not in NUMERIC:
                    found.append((by_role["actor"][0], target, label))
    things = sorted(
        [
            *((item.start, item.end) for item in mentions if item.type not in NUMERIC),
            *((item.start, item.end) for item in triggers),
        ]
    )
    words = general()
    for item in attributions:
        holder = _holder(text, item["source"], mentions)
        if holder is None or not item["cue"]:
            continue
        first, last = item["cue"][0]
        verb = stem(text[first:last])
        start, end = item["content"][0]
        inside = [span for span in things if start <= span[0] and span[1] <= end]
        behind = [span for span in things if last <= span[0] <= max(end, last)]
        label = "AGAINST" if verb in words.against else "FAVOR" if verb in words.favor else None
        if label is not None and behind:
            found.append((holder, behind[0], label))
        elif verb in words.calls and inside:
            for match in _WORD.finditer(text, start, end):
                key = stem(match[0])
                if key in words.bad or key in words.good:
                    before = [span for span in inside if span[1] <= match.start()]
                    target = before[-1] if before else inside[0]
                    found.append((holder, target, "AGAINST" if key in words.bad else "FAVOR"))
                    break
    unique: dict[tuple[Span, Span], str] = {}
    for holder, target, label in found:
        if holder != target:
            unique.setdefault((holder, target), label)
    return [
        {"holder": list(holder), "target": list(target), "label": label}
        for (holder, target), label in sorted(unique.items())
    ]


def _holder(text: str, source: Sequence[Sequence[int]], mentions: Sequence[Found]) -> Span | None:
    """The mention that a source stands for: a person, else the body or state, else its head."""
    for first, last in source:
        inside = [item for item in mentions if first <= item.start and item.end <= last]
        for types in (("PERSON",), ("ORG",), ("GPE",)):
            for item in inside:
                if item.type in types:
                    return item.start, item.end
    return None
