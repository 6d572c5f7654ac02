"""What edits make of annotations, whatever they are."""

import copy
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parley import document
from parley.corrections import edits
from parley.corrections.record import Record, dump, parse
from parley.document import Annotations, Document, Mention
from parley.incidents import Incident
from tests.dataset import made_documents
from tests.strategies import ONTOLOGY


def record(item: Document, changes: Sequence[dict[str, Any]], number: int = 1) -> Record:
    """A record of the edits."""
    name = f"{number:04}-made"
    return Record(
        number, name, item.id, item.sha256, date(2026, 1, 2), "A. Reader", "why", tuple(changes)
    )


def whole(gold: Annotations) -> bytes:
    return document.dump(copy.deepcopy(gold))


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_a_correction_does_not_hold_then_holds_and_can_be_made_again(
    seed: int, number: int
) -> None:
    random = Random(seed)
    item, gold = made_documents.a_document(random, lines=3)
    changes = []
    for mention in random.sample(gold.mentions, min(number, len(gold.mentions))):
        other = random.choice([each for each in ONTOLOGY.names("entity") if each != mention.type])
        changes.append(
            {
                "op": "change",
                "id": mention.id,
                "field": "type",
                "from": mention.type,
                "to": other,
            }
        )
    before = whole(gold)
    plan, faults = edits.plan([record(item, changes)], item, gold)
    assert faults == []
    assert len(edits.unmet(plan, gold)) == len(changes)
    made, done, refused = edits.meet(plan, gold)
    assert refused == [] and len(done) == len(changes)
    assert whole(gold) == before, "the gold that was given is changed"
    assert edits.unmet(plan, made) == []
    again, done, _ = edits.meet(plan, made)
    assert not done and whole(again) == whole(made)
    # And back again: nothing else was changed.
    back = [change | {"from": change["to"], "to": change["from"]} for change in changes]
    plan, _ = edits.plan([record(item, back)], item, made)
    assert whole(edits.meet(plan, made)[0]) == before


@given(st.integers(0, 2**32))
def test_what_is_removed_and_added_again_is_as_it_was(seed: int) -> None:
    item, gold = made_documents.a_document(Random(seed), lines=3)
    mention = Random(seed).choice(gold.mentions)
    said = {
        name: value
        for name, value in edits.state(mention).items()
        if value is not None and name != "span"
    }
    place = {"at": {"start": mention.start, "end": mention.end}}
    first = record(
        item, [{"op": "remove", "layer": "mentions", "id": mention.id, "from": said | place}]
    )
    second = record(
        item, [{"op": "add", "layer": "mentions", "id": mention.id} | said | place], number=2
    )
    plan, _ = edits.plan([first], item, gold)
    made, _, refused = edits.meet(plan, gold)
    assert refused == [] and mention.id not in {each.id for each in made.mentions}
    plan, faults = edits.plan([first, second], item, gold)
    assert faults == [] and edits.unmet(plan, gold) == []
    assert whole(edits.meet(plan, made)[0]) == whole(gold)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
PLACES = st.one_of(
    st.fixed_dictionaries({"quote": TEXTS}, optional={"n": st.integers(1, 99), "within": TEXTS}),
    st.fixed_dictionaries({"start": st.integers(0, 10**6), "end": st.integers(0, 10**6)}),
)
EDITS = st.one_of(
    st.fixed_dictionaries(
        {"op": st.just("change"), "id": st.just("m1"), "field": TEXTS},
        optional={
            name: st.one_of(TEXTS, PLACES, st.lists(PLACES, max_size=3)) for name in ("from", "to")
        },
    ),
    st.fixed_dictionaries(
        {
            "op": st.just("add"),
            "layer": st.just("attributions"),
            "id": st.just("a1"),
            "cue": st.lists(PLACES, max_size=3),
            "style": TEXTS,
        }
    ),
)


@given(TEXTS, TEXTS, st.lists(EDITS, min_size=1, max_size=4))
def test_a_record_is_read_as_it_was_written(
    by: str, reason: str, changes: list[dict[str, Any]]
) -> None:
    made = Record(7, "0007-made", "doc-1", "0" * 64, date(2026, 1, 2), by, reason, tuple(changes))
    faults: list[Incident] = []
    assert parse(dump(made), "0007-made.toml", made.file, faults) == made
    assert faults == []


def test_records_of_one_field_are_a_chain_and_the_last_one_says_what_holds() -> None:
    item, gold = made_documents.a_document(Random(1), lines=2)
    gold.mentions[:] = [Mention("m1", *item.sentences[0], "GPE")]
    gold.events, gold.attributions, gold.stances = [], [], []
    chain = [
        record(item, [_type("GPE", "LOC")], 1),
        record(item, [_type("LOC", "FAC")], 2),
    ]
    for now in ("GPE", "LOC"):
        gold.mentions[0].type = now
        plan, faults = edits.plan(chain, item, gold)
        assert faults == []
        [fault] = edits.unmet(plan, gold)
        assert fault.file == chain[1].file
        assert edits.meet(plan, gold)[0].mentions[0].type == "FAC"
    gold.mentions[0].type = "ORG"
    assert [fault.code for fault in edits.meet(edits.plan(chain, item, gold)[0], gold)[2]] == [
        "V013"
    ]
    removed = record(
        item, [{"op": "remove", "layer": "mentions", "id": "m1", "from": {"type": "FAC"}}], 3
    )
    gold.mentions[0].type = "GPE"
    plan, faults = edits.plan([*chain, removed], item, gold)
    assert faults == []
    assert edits.meet(plan, gold)[0].mentions == []


def test_what_one_record_adds_the_next_one_can_change() -> None:
    item, gold = made_documents.a_document(Random(2), lines=2)
    start, end = item.sentences[0]
    first = record(
        item,
        [
            {
                "op": "add",
                "layer": "mentions",
                "id": "c1",
                "at": {"start": start, "end": end},
                "type": "GPE",
            }
        ],
    )
    second = record(item, [_type("GPE", "LOC", "c1")], 2)
    plan, faults = edits.plan([first, second], item, gold)
    assert faults == []
    made, done, refused = edits.meet(plan, gold)
    assert refused == [] and len(done) == 2
    assert edits.unmet(plan, made) == []
    assert next(each.type for each in made.mentions if each.id == "c1") == "LOC"


def test_a_removed_annotation_that_is_back_under_another_id_is_found() -> None:
    item, gold = made_documents.a_document(Random(3), lines=2)
    gold.events, gold.stances = [], []
    gold.mentions[:] = [Mention("m1", *item.sentences[0], "GPE")]
    said = {"type": "GPE", "mention_type": "name"}
    start, end = item.sentences[0]
    full = said | {"entity": "", "value": "", "at": {"start": start, "end": end}}
    made = record(item, [{"op": "remove", "layer": "mentions", "id": "m1", "from": full}])
    gold.mentions[0].id = "m77"
    [fault] = edits.unmet(edits.plan([made], item, gold)[0], gold)
    assert "got the same as m77" in fault.message


def _type(old: str, new: str, item: str = "m1") -> dict[str, Any]:
    return {"op": "change", "id": item, "field": "type", "from": old, "to": new}
