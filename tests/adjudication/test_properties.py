"""What must hold of any two readings: items, merging and decisions."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.adjudication import decisions, gold, items, merge
from parley.adjudication.decisions import VERDICTS, Decision
from parley.document import (
    Annotations,
    Argument,
    Event,
    covers,
    nest,
    order,
)
from tests.strategies import TEXTS, annotations

NAMES = {"a": "ann-a", "b": "ann-b"}
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, Annotations, Annotations]:
    """A text and two readings of it, alike in part."""
    text = draw(TEXTS)
    a, b = draw(annotations(text)), draw(annotations(text))
    if draw(st.booleans()):
        # As two people do: mostly the same, here and there another answer or none.
        b = renamed(a, "x")
        for mention in b.mentions:
            if draw(st.booleans()):
                mention.type = draw(st.sampled_from(["GPE", "ORG", "PERSON"]))
        for event in b.events:
            event.tense = draw(st.sampled_from(["past", "present", "future"]))
            event.arguments = event.arguments[draw(st.integers(0, 2)) :]
        b.stances = b.stances[draw(st.integers(0, 1)) :]
        nest(b)
        order(b)
    return text, a, b


def renamed(found: Annotations, prefix: str) -> Annotations:
    """The same annotations under other ids."""
    made = replace(
        found,
        mentions=[replace(item, id=prefix + item.id) for item in found.mentions],
        events=[
            replace(
                item,
                id=prefix + item.id,
                arguments=[Argument(arg.role, prefix + arg.target) for arg in item.arguments],
            )
            for item in found.events
        ],
        attributions=[
            replace(
                item,
                id=prefix + item.id,
                cue=list(item.cue),
                source=list(item.source),
                content=list(item.content),
            )
            for item in found.attributions
        ],
        stances=[
            replace(
                item,
                id=prefix + item.id,
                target=prefix + item.target,
                holder=None if item.holder is None else prefix + item.holder,
            )
            for item in found.stances
        ],
    )
    nest(made)
    order(made)
    return made


def everything(found: Annotations) -> list[Any]:
    return [*found.mentions, *found.events, *found.attributions, *found.stances]


def needed(found: Annotations) -> set[str]:
    """Ids of the mentions that a reading without needless nominals has."""
    used = {arg.target for event in found.events for arg in event.arguments}
    used |= {stance.target for stance in found.stances}
    used |= {stance.holder for stance in found.stances if stance.holder}
    sources = [part for item in found.attributions for part in item.source]
    return {
        item.id
        for item in found.mentions
        if item.mention_type == "name" or item.id in used or covers(sources, (item.start, item.end))
    }


def said(found: Annotations, ids: set[str]) -> list[str]:
    """What a reading says, ids told by what they name; mentions only those of `ids`."""
    name: dict[str | None, str] = {None: "-"}
    both: list[Any] = [*found.mentions, *found.events]
    for item in both:
        row = (
            replace(item, id="", arguments=[]) if isinstance(item, Event) else replace(item, id="")
        )
        name[item.id] = repr(row)
    out = [name[item.id] for item in found.mentions if item.id in ids]
    for event in found.events:
        roles = sorted({(arg.role, name[arg.target]) for arg in event.arguments})
        out.append(f"{name[event.id]} {roles}")
    out += [
        repr(
            replace(
                item,
                id="",
                parent=None,
                cue=sorted(item.cue),
                source=sorted(item.source),
                content=sorted(item.content),
            )
        )
        for item in found.attributions
    ]
    out += [
        repr(
            replace(
                item, id="", attribution=None, holder=name[item.holder], target=name[item.target]
            )
        )
        for item in found.stances
    ]
    return sorted(out)


def decided(compared: items.Compared, verdict: str) -> dict[str, Decision]:
    return {item.id: Decision(item.id, verdict) for item in compared.items}


@given(readings())
def test_a_reading_compared_with_itself_has_no_items(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    text, a, _ = pair
    compared = items.compare(a, renamed(a, "x"), text)
    assert compared.items == []
    assert compared.followers == {"a": [], "b": []}
    assert len(compared.agreed) == len(everything(a))


@given(readings())
def test_every_annotation_is_agreed_asked_about_or_a_follower_and_that_once(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    text, a, b = pair
    compared = items.compare(a, b, text)
    for side, found in (("a", a), ("b", b)):
        seen = [(one if side == "a" else two).id for _, one, two in compared.agreed]
        seen += [one.id for item in compared.items if (one := getattr(item, side)) is not None]
        seen += [item.id for item in compared.followers[side]]
        assert sorted(seen) == sorted(item.id for item in everything(found))


@given(readings())
def test_with_every_verdict_a_the_merged_document_is_reading_a_and_so_for_b(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    text, a, b = pair
    compared = items.compare(a, b, text)
    for side, other, found in (("a", "ann-b", a), ("b", "ann-a", b)):
        merged = merge.merge(compared, decided(compared, side), NAMES)
        made = merged.annotations
        assert merged.incidents == []
        # A source that is kept brings in a nominal that only the other reading marked in it.
        brought = {item.id for item in made.mentions if merged.origin[item.id] == other}
        sources = [part for item in made.attributions for part in item.source]
        for item in made.mentions:
            if item.id in brought:
                assert item.mention_type != "name"
                assert covers(sources, (item.start, item.end))
        kept = needed(made) - brought
        assert said(made, kept) == said(found, needed(found)), side


@given(readings(), st.data())
def test_whatever_is_decided_every_link_leads_to_something_kept_and_has_its_origin(
    pair: tuple[str, Annotations, Annotations], data: st.DataObject
) -> None:
    text, a, b = pair
    compared = items.compare(a, b, text)
    chosen = {
        item.id: Decision(
            item.id,
            data.draw(st.sampled_from(VERDICTS)),
            tuple(name for name in item.fields if data.draw(st.booleans())),
        )
        for item in compared.items
    }
    merged = merge.merge(compared, chosen, NAMES)
    made = merged.annotations
    ids = [item.id for item in everything(made)]
    assert len(ids) == len(set(ids))
    assert merged.origin.keys() == set(ids)
    assert set(merged.origin.values()) <= {"agreed", "ann-a", "ann-b", "mixed"}
    mentions, events = {item.id for item in made.mentions}, {item.id for item in made.events}
    for event in made.events:
        assert {arg.target for arg in event.arguments} <= mentions | events
    for stance in made.stances:
        assert stance.target in mentions | events
        assert stance.holder is None or stance.holder in mentions
    assert gold.origins(made, merged) == merged.origin


@given(readings())
def test_ids_of_items_do_not_depend_on_the_ids_inside_the_readings(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    text, a, b = pair
    names = [item.id for item in items.compare(a, b, text).items]
    # A suffix keeps the order of ids, by which equals are told apart.
    again = items.compare(renamed(a, "p"), renamed(b, "q"), text)
    assert sorted(names) == sorted(item.id for item in again.items)


@given(readings())
def test_no_two_items_of_a_document_share_an_id(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    text, a, b = pair
    compared = items.compare(a, b, text)
    assert len(items.by_id({"doc": compared})) == len(compared.items)


@given(readings(), st.data())
def test_decisions_survive_the_way_into_their_file_and_back(
    tmp_path_factory: Any, pair: tuple[str, Annotations, Annotations], data: st.DataObject
) -> None:
    text, a, b = pair
    asked = items.by_id({"doc": items.compare(a, b, text)})
    made = [
        Decision(
            name,
            data.draw(st.sampled_from(VERDICTS)),
            tuple(item.fields)[: data.draw(st.integers(0, 2))],
            data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=12)),
            "somebody",
        )
        for name, item in asked.items()
    ]
    file = tmp_path_factory.mktemp("kept") / "round.jsonl"
    decisions.keep(file, made, asked)
    kept = decisions.read(file, asked)
    assert kept.stale == []
    assert sorted(kept.decisions.values(), key=lambda one: one.item) == sorted(
        made, key=lambda one: one.item
    )
    assert decisions.dump(kept.decisions.values(), asked) == file.read_bytes()
    # Questions that are asked no more are told apart, not lost.
    assert len(decisions.read(file, {}).stale) == len(made)
