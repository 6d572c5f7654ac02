"""Triggers by a lexicon, arguments by nearest mentions, for the baseline `rules`.

A word is a trigger where it was one often enough in the train split: the share of its stem's
occurrences there, drawn towards a prior (a general lexicon of events, `rules.toml`). Whether a
mention takes part, and in which role, is the relative frequency of that role in train among
mentions in the same position towards a trigger; each description of the position is smoothed by
the next less exact one (Witten and Bell's way with a fixed weight).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from parley.attribution.stems import stem
from parley.baselines.rules_lexicon import general
from parley.baselines.rules_mentions import NUMERIC, PRONOUNS, Found, Names
from parley.baselines.sample import JSON, Sample
from parley.document import Span
from parley.prefill import lexicon

_WORD = re.compile(r"[^\W\d_](?:[\w’']*[^\W_])?")
_PARTICLES = ("out", "back", "up", "down", "off", "away", "over", "through", "in")
_PREPOSITION = re.compile(
    r"\b(by|in|on|at|to|from|with|near|against|of|for|into|over|under|between|than|through"
    r"|inside|after|before|since|during)(?: (?:the|a|an|its|his|her|their|some|about|at least"
    r"|more than|over|up to|[\w-]+ly))* ?$"
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger: span, type and how sure the lexicon is of it (0 to 1)."""

    start: int
    end: int
    type: str
    score: float


@dataclass(frozen=True, slots=True)
class Settings:
    """What was tuned by cross-validation within train (leaving out one story at a time)."""

    #: Least score of a trigger.
    trigger: float = 0.4
    #: Weight of the general lexicon: as if a stem had been seen so many times.
    prior: float = 1.0
    #: Share of triggers among occurrences of a stem of the general lexicon.
    listed: float = 0.6
    #: Least share of a role for a mention to take it.
    role: float = 0.3
    #: How many mentions a less exact description of a position counts for.
    smoothing: float = 4.0


class Events:
    """Trigger lexicon and role statistics of the train split."""

    def __init__(
        self, train: Sequence[Sample], names: Names, settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.names = names
        self._types: dict[str, Counter[str]] = defaultdict(Counter)
        self._seen: Counter[str] = Counter()
        self._roles: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for sample in train:
            if sample.row is not None and "events" in sample.row:
                self._learn(sample)

    def _learn(self, sample: Sample) -> None:
        text, row = sample.text, sample.row or {}
        spans = {(event["start"], event["end"]): event["type"] for event in row["events"]}
        for start, end in sample.reading_sentences():
            for first, last, key in _candidates(text, start, end):
                self._seen[key] += 1
                kind = spans.get((first, last))
                if kind is not None:
                    self._types[key][kind] += 1
        gold = [
            Found(item["start"], item["end"], item["type"], item.get("mention_type", "name"))
            for item in row.get("mentions", ())
        ]
        names = [item for item in gold if item.kind == "name"]
        triggers = [Trigger(*span, kind, 1.0) for span, kind in spans.items()]
        arguments = {
            (event["start"], event["end"], item["start"], item["end"]): item["role"]
            for event in row["events"]
            for item in event["arguments"]
        }
        for start, end in sample.reading_sentences():
            inside = [item for item in names if start <= item.start < end]
            possible = sorted({*inside, *self._others(text, start, end, inside)}, key=Found.place)
            local = [item for item in triggers if start <= item.start < end]
            for trigger in local:
                for item, described in _positions(text, start, end, trigger, possible, local):
                    role = arguments.get((trigger.start, trigger.end, item.start, item.end), "")
                    for position in described:
                        self._roles[position][role] += 1

    def _others(self, text: str, start: int, end: int, names: Sequence[Found]) -> list[Found]:
        """Nominals and pronouns that may take part."""
        found = self.names.nominals(text, start, end, names)
        for match in _WORD.finditer(text, start, end):
            kind = PRONOUNS.get(match[0].lower())
            if kind is not None:
                found.append(Found(match.start(), match.end(), kind, "pronoun"))
        return found

    def triggers(self, sample: Sample, names: Sequence[Found]) -> list[Trigger]:
        """Triggers of the reading text that are not inside a name, in text order."""
        taken = [(item.start, item.end) for item in names]
        found: list[Trigger] = []
        for start, end in sample.reading_sentences():
            for first, last, key in _candidates(sample.text, start, end):
                if any(a < last and first < b for a, b in taken):
                    continue
                trigger = self._scored(first, last, key)
                if trigger is not None:
                    if found and found[-1].end > first:  # a verb and the same with its particle
                        if trigger.score < found[-1].score:
                            continue
                        found.pop()
                    found.append(trigger)
        return found

    def _scored(self, first: int, last: int, key: str) -> Trigger | None:
        known = self._types.get(key, Counter())
        base = key.partition("/")[0]
        listed = general().events.get(base) or general().events.get(f"{base.partition(' ')[0]}+")
        seen, hits = self._seen[key], sum(known.values())
        # Another form of the same stem says something, too: the verb of a noun, a passive.
        if listed is None and hits == 0:
            return None
        prior = self.settings.listed if listed else 0.0
        score = (hits + self.settings.prior * prior) / (seen + self.settings.prior)
        if score < self.settings.trigger:
            return None
        kind = min(known, key=lambda name: (-known[name], name)) if known else str(listed)
        return Trigger(first, last, kind, score)

    def arguments(
        self, sample: Sample, names: Sequence[Found], triggers: Sequence[Trigger]
    ) -> tuple[dict[Trigger, list[JSON]], list[Found]]:
        """The arguments of each trigger, and the nominals and pronouns among them."""
        text = sample.text
        made: dict[Trigger, list[JSON]] = {trigger: [] for trigger in triggers}
        used: list[Found] = []
        for start, end in sample.reading_sentences():
            local = [item for item in triggers if start <= item.start < end]
            if not local:
                continue
            inside = [item for item in names if start <= item.start < end]
            possible = sorted({*inside, *self._others(text, start, end, inside)}, key=Found.place)
            for trigger in local:
                for item, keys in _positions(text, start, end, trigger, possible, local):
                    role = self._role(keys)
                    if role:
                        made[trigger].append({"role": role, "start": item.start, "end": item.end})
                        if item.kind in ("nominal", "pronoun"):
                            used.append(item)
        for found in made.values():
            found.sort(key=lambda item: (item["start"], item["end"], item["role"]))
        return made, sorted(set(used), key=Found.place)

    def _role(self, keys: Sequence[tuple[str, ...]]) -> str:
        """The most likely role, each description's shares drawn towards those of the next less
        exact one; empty where no role is likely enough."""
        shares: dict[str, float] = {}
        weight = self.settings.smoothing
        for key in reversed(keys):
            counts = self._roles.get(key)
            if counts:
                total = sum(counts.values()) + weight
                shares = {
                    role: (counts[role] + weight * shares.get(role, 0.0)) / total
                    for role in {*counts, *shares}
                }
        shares.pop("", None)
        if not shares:
            return ""
        best = min(shares, key=lambda role: (-shares[role], role))
        return best if shares[best] >= self.settings.role else ""


def _candidates(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, key) of the words that may be triggers: the stem, and how the word is used."""
    words = list(_WORD.finditer(text, start, end))
    for number, match in enumerate(words):
        word = match[0]
        if word[0].isupper() and match.start() != start and not word.isupper():
            continue
        base = stem(word)
        if len(base) < 2:
            continue
        before = words[number - 1][0].lower() if number else ""
        use = "n" if before in _nounish() or before.endswith(("’s", "'s")) else "v"
        yield match.start(), match.end(), f"{base}/{use}"
        following = words[number + 1] if number + 1 < len(words) else None
        if (
            following
            and following[0].lower() in _PARTICLES
            and text[match.end() : following.start()] == " "
        ):
            yield match.start(), following.end(), f"{base} {following[0].lower()}/v"


@cache
def _nounish() -> frozenset[str]:
    """Words behind which a form is a noun rather than a verb."""
    return frozenset(
        [*general().before_nouns, *(word.lower() for word in lexicon.names().demonyms)]
    )


def _positions(
    text: str,
    start: int,
    end: int,
    trigger: Trigger,
    mentions: Sequence[Found],
    triggers: Sequence[Trigger],
) -> Iterator[tuple[Found, list[tuple[str, ...]]]]:
    """Each mention (or other trigger) of the sentence with what describes its position towards
    the trigger, from the most exact description to the least."""
    others = [Found(item.start, item.end, f"={item.type}", "event") for item in triggers]
    between: Counter[tuple[str, bool]] = Counter()
    items = [
        item
        for item in (*mentions, *others)
        if item.end <= trigger.start or item.start >= trigger.end
    ]
    items.sort(
        key=lambda item: (
            min(abs(item.start - trigger.end), abs(trigger.start - item.end)),
            item.place(),
        )
    )
    passive = bool(
        re.search(
            r"\b(?:was|were|been|being|be|is|are|got)(?: \w+ly)? $", text[start : trigger.start]
        )
    )
    voice = "passive" if passive else "active"
    for item in items:
        after = item.start >= trigger.end
        group = _group(item)
        rank = str(min(between[group, after], 2))
        between[group, after] += 1
        gap = text[trigger.end : item.start] if after else text[item.end : trigger.start]
        clause = (
            "far"
            if re.search(r"[,;:“”\"]|\b(?:that|and|but|which|who|while|as)\b", gap)
            else "near"
        )
        lead = _PREPOSITION.search(text, start, item.start)
        preposition = lead[1] if lead else "-"
        touching = "touching" if len(gap.strip()) == 0 else clause
        side = "after" if after else "before"
        yield (
            item,
            [
                (trigger.type, group, side, rank, preposition, touching, voice),
                (trigger.type, group, side, rank, preposition, touching),
                (trigger.type, group, side, rank, touching),
                ("", group, side, rank, preposition, touching, voice),
                ("", group, side, rank, preposition, touching),
                ("", group, side, rank, touching),
            ],
        )


def _group(item: Found) -> str:
    if item.kind == "event":
        return "event"
    if item.type in NUMERIC:
        return {"DATE": "when", "TIME": "when"}.get(item.type, "number")
    place = "place" if item.type in ("GPE", "LOC", "FAC") else item.type
    return place if item.kind == "name" else f"{place}*"


def spans(found: Sequence[Trigger]) -> list[Span]:
    """The spans of triggers."""
    return [(item.start, item.end) for item in found]
