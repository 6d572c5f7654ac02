"""Merging two made readings: mixed verdicts, what falls with what, where each part is from."""

from pathlib import Path

import pytest

from parley.adjudication import decisions, gold, items, merge, questions
from parley.adjudication.decisions import Decision
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Event,
    Mention,
    Stance,
    digest,
    nest,
    order,
)
from parley.incidents import IncidentError
from parley.ontology import LAYERS

TEXT = "Crews of the Lenna council shut the gate, mayor Brand said. Critics doubt it.\n"
NAMES = {"a": "ann-a", "b": "ann-b"}


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def reading(
    mentions: list[Mention],
    events: list[Event],
    attributions: list[Attribution],
    stances: list[Stance],
) -> Annotations:
    made = Annotations(
        "doc", digest(TEXT), len(TEXT), LAYERS, mentions, events, attributions, stances
    )
    nest(made)
    order(made)
    return made


def a() -> Annotations:
    return reading(
        [
            Mention("m1", *at("Crews"), "PERSON", "nominal"),
            Mention("m2", *at("Lenna"), "GPE"),
            Mention("m3", *at("gate"), "FAC", "nominal"),
            Mention("m4", *at("Brand"), "PERSON"),
        ],
        [Event("e1", *at("shut"), "OCCUR", arguments=[Argument("actor", "m1")])],
        [Attribution("a1", [at("said")], [at("mayor Brand")], [at("Crews of the Lenna")])],
        [Stance("s1", *at("doubt"), "AGAINST", "e1")],
    )


def b() -> Annotations:
    return reading(
        [
            Mention("x1", *at("Crews"), "PERSON", "nominal"),
            Mention("x2", *at("Lenna council"), "ORG"),
            Mention("x3", *at("gate"), "FAC", "nominal"),
            Mention("x4", *at("Brand"), "PERSON"),
            Mention("x5", *at("Critics"), "PERSON", "nominal"),
        ],
        [
            Event(
                "x6",
                *at("shut"),
                "OCCUR",
                tense="future",
                arguments=[Argument("actor", "x1"), Argument("theme", "x3")],
            )
        ],
        [Attribution("x7", [at("said")], [at("mayor Brand")], [at("Crews of the Lenna")])],
        [Stance("x8", *at("doubt"), "AGAINST", "x6", "x5")],
    )


COMPARED = items.compare(a(), b(), TEXT)


def one(layer: str) -> items.Item:
    """The item of a layer that has one."""
    (found,) = [item for item in COMPARED.items if item.layer == layer]
    return found


def merged(**verdicts: Decision | str) -> merge.Merged:
    """The merged readings: verdicts by layer, the others a."""
    chosen = {}
    for item in COMPARED.items:
        said = verdicts.get(item.layer, "a")
        chosen[item.id] = said if isinstance(said, Decision) else Decision(item.id, said)
    return merge.merge(COMPARED, chosen, NAMES)


def words(found: Annotations) -> list[str]:
    return [TEXT[item.start : item.end] for item in found.mentions]


def test_the_pair_disagrees_in_span_and_type_tense_and_argument_and_holder() -> None:
    assert one("entity").fields == {
        "span": ("Lenna", "Lenna council"),
        "type": ("GPE", "ORG"),
    }
    assert one("event").fields == {
        "tense": ("past", "future"),
        "argument theme b:x3": ("(none)", "gate (FAC)"),
    }
    assert one("stance").fields == {"holder": ("the author", "Critics (PERSON)")}
    assert len(COMPARED.items) == 3
    assert [item.id for item in COMPARED.followers["b"]] == ["x5"]


def test_mixed_takes_the_fields_named_from_b_and_all_others_from_a() -> None:
    item = one("entity")
    made = merged(entity=Decision(item.id, "mixed", ("type",)))
    (found,) = [one for one in made.annotations.mentions if made.origin[one.id] == "mixed"]
    assert (found.start, found.end, found.type) == (*at("Lenna"), "ORG")
    made = merged(entity=Decision(item.id, "mixed", ("span",)))
    (found,) = [one for one in made.annotations.mentions if made.origin[one.id] == "mixed"]
    assert (found.start, found.end, found.type) == (*at("Lenna council"), "GPE")


def test_mixed_takes_an_argument_of_b_without_its_other_fields() -> None:
    item = one("event")
    made = merged(event=Decision(item.id, "mixed", ("argument theme b:x3",)))
    (event,) = made.annotations.events
    assert event.tense == "past"
    by_id = {found.id: TEXT[found.start : found.end] for found in made.annotations.mentions}
    assert sorted((arg.role, by_id[arg.target]) for arg in event.arguments) == [
        ("actor", "Crews"),
        ("theme", "gate"),
    ]


def test_a_holder_from_b_brings_its_nominal_in() -> None:
    assert "Critics" not in words(merged().annotations)
    made = merged(stance="b")
    (stance,) = made.annotations.stances
    holder = next(item for item in made.annotations.mentions if item.id == stance.holder)
    assert (holder.start, holder.end) == at("Critics")
    assert made.origin[holder.id] == "ann-b"


def test_both_keeps_two_and_neither_none() -> None:
    found = words(merged(entity="both").annotations)
    assert "Lenna" in found and "Lenna council" in found
    found = words(merged(entity="neither").annotations)
    assert "Lenna" not in found and "Lenna council" not in found


def test_a_stance_falls_with_its_target_and_that_is_said() -> None:
    made = merged(event="neither")
    assert made.annotations.stances == []
    (incident,) = made.incidents
    assert incident.code == "U032"
    assert "target" in incident.message


def test_every_item_needs_a_decision() -> None:
    with pytest.raises(KeyError):
        merge.merge(COMPARED, {}, NAMES)


def test_origins_tell_what_a_hand_changed_or_added_after_the_merge() -> None:
    made = merged()
    final = merged().annotations
    final.events[0].tense = "present"
    final.mentions.append(Mention("z9", *at("Critics"), "PERSON", "nominal"))
    found = gold.origins(final, made)
    assert found["z9"] == "new"
    assert found[final.events[0].id] == "edited"
    rest = {name for name in found if name not in ("z9", final.events[0].id)}
    assert {name: found[name] for name in rest} == {name: made.origin[name] for name in rest}


def test_an_answer_in_the_browsers_form_is_read_as_the_decision_that_it_was() -> None:
    item = one("event")
    for verdict in decisions.VERDICTS:
        fields = ("tense",) if verdict == "mixed" else ()
        made = Decision(item.id, verdict, fields, "rule E4", "ada@example.org")
        task = {
            "data": {"doc_id": item.id},
            "annotations": [
                {
                    "id": 5,
                    "completed_by": 2,
                    "was_cancelled": False,
                    "updated_at": "2024-01-01T00:00:00Z",
                    "result": questions.results(made),
                }
            ],
        }
        assert questions.answers([task], {2: "ada@example.org"}) == [made]


def test_the_newest_answer_counts_and_a_skipped_one_does_not() -> None:
    item = one("event")

    def row(number: int, day: int, verdict: str, skipped: bool = False) -> dict[str, object]:
        return {
            "id": number,
            "completed_by": 1,
            "was_cancelled": skipped,
            "updated_at": f"2024-01-0{day}T00:00:00Z",
            "result": questions.results(Decision(item.id, verdict)),
        }

    task = {
        "data": {"doc_id": item.id},
        "annotations": [row(9, 1, "a"), row(3, 2, "b"), row(4, 3, "neither", True)],
    }
    (found,) = questions.answers([task], {})
    assert found.verdict == "b"


def test_the_view_shows_hostile_words_as_words() -> None:
    bad = "<script>alert(1)</script> \"x\" 'y' {{ z }} <img src=x onerror=alert(1)> said\n"
    start = bad.index("<script>")
    mention = Mention("m1", start, start + 25, "PERSON")
    found = Annotations("doc", digest(bad), len(bad), LAYERS, [mention])
    empty = Annotations("doc", digest(bad), len(bad), LAYERS)
    (item,) = items.compare(found, empty, bad).items
    view = questions.view(item, bad)
    assert "<script" not in view and "<img" not in view
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in view
    assert "&quot;x&quot;" in view and "&#x27;y&#x27;" in view


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a decision"),
        (b'{"item": 3, "verdict": "a"}', "not a decision"),
        (b'{"item": "x", "verdict": "A"}', "nearest is 'a'"),
        (b'{"item": "x", "verdict": "mixed", "from_b": "type"}', "from_b"),
        (b'{"item": "x"}', "no such verdict"),
    ],
)
def test_a_line_that_is_no_decision_is_named_by_its_number(
    tmp_path: Path, line: bytes, part: str
) -> None:
    file = tmp_path / "decided.jsonl"
    file.write_bytes(b'\n{"item": "gone", "verdict": "a"}\n' + line + b"\n")
    with pytest.raises(IncidentError) as caught:
        decisions.read(file, {})
    (incident,) = caught.value.incidents
    assert incident.code == "U031"
    assert incident.file == f"{file}:3"
    assert part in incident.message
