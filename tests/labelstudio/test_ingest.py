"""Each fault, repair and set-aside of an export: one at a time, with its exact words."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from parley.codes import codes
from parley.document import digest
from parley.labelstudio import ingest
from parley.labelstudio.ingest import Known
from tests.strategies import ONTOLOGY

TEXT = "Kyiv said 😀 that Moscow had refused talks.\nThe plan is barbaric, it said.\n"


def region(item: str, layer: str, label: str, words: str, nth: int = 0) -> dict[str, Any]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    value = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
    return {"id": item, "from_name": layer, "to_name": "text", "type": "labels", "value": value}


def answer(item: str, control: str, *choices: str) -> dict[str, Any]:
    value = {"choices": list(choices)}
    return {"id": item, "from_name": control, "to_name": "text", "type": "choices", "value": value}


def words(item: str, control: str, *lines: str) -> dict[str, Any]:
    value = {"text": list(lines)}
    return {"id": item, "from_name": control, "to_name": "text", "type": "textarea", "value": value}


def relation(first: str, second: str, *labels: str, **fields: Any) -> dict[str, Any]:
    row = {"type": "relation", "from_id": first, "to_id": second, "labels": list(labels)}
    return {**row, "direction": "right", **fields}


def base() -> list[dict[str, Any]]:
    """A sound annotation: every layer, every kind of result."""
    return [
        region("kyiv", "entity", "GPE", "Kyiv"),
        words("kyiv", "entity_id", "ukraine"),
        region("moscow", "entity", "GPE", "Moscow"),
        answer("moscow", "mention_type", "name"),
        region("refused", "event", "REJECT", "refused"),
        answer("refused", "tense", "past"),
        answer("refused", "mode", "meet"),
        region("talks", "event", "CONSULT", "talks"),
        region("said", "attribution", "Cue", "said"),
        answer("said", "style", "indirect"),
        region("source", "attribution", "Source", "Kyiv"),
        region("content", "attribution", "Content", "that Moscow had refused talks"),
        region("barbaric", "stance", "Stance", "barbaric"),
        answer("barbaric", "stance_label", "AGAINST"),
        relation("refused", "moscow", "arg:actor"),
        relation("refused", "talks", "arg:theme"),
        relation("said", "source", "attr:source"),
        relation("said", "content", "attr:content"),
        relation("barbaric", "moscow", "stance:target"),
        relation("barbaric", "kyiv", "stance:holder"),
        {"id": "x", "from_name": "layers", "to_name": "text", "type": "choices",
         "value": {"choices": ["entity", "event", "attribution", "stance"]}},
    ]  # fmt: skip


def tasks(results: list[Any], **fields: Any) -> list[dict[str, Any]]:
    annotation = {"id": 7, "completed_by": 1, "was_cancelled": False, "result": results, **fields}
    return [{"id": 3, "data": {"doc_id": "doc", "text": TEXT}, "annotations": [annotation]}]


class Corpus:
    """One withheld document."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def by_id(self, doc_id: str) -> Known | None:
        return self.known if doc_id == "doc" else None

    def by_digest(self, sha256: str) -> str | None:
        return "doc" if sha256 == self.known.sha256 else None


def read(value: Any, lookup: ingest.Lookup | None = None, **options: Any) -> ingest.Ingested:
    done = ingest.read(json.dumps(value).encode(), "e.json", ONTOLOGY, lookup, **options)
    assert done.ledger.adds_up
    return done


def find(results: list[dict[str, Any]], item: str, control: str) -> dict[str, Any]:
    return next(r for r in results if r.get("id") == item and r.get("from_name") == control)


def test_a_sound_annotation_is_kept_whole() -> None:
    done = read(tasks(base()))
    assert done.incidents == []
    assert done.ledger.summary()["kept"] == len(base())
    found = done.annotations["doc"]
    refused, talks = found.events
    assert [(arg.role, arg.target) for arg in refused.arguments] == [
        ("actor", "moscow"),
        ("theme", "talks"),
    ]
    assert (refused.mode, talks.polarity) == ("meet", "positive")
    (attribution,) = found.attributions
    assert [TEXT[a:b] for a, b in attribution.content] == ["that Moscow had refused talks"]
    (stance,) = found.stances
    assert (stance.label, stance.holder, stance.target) == ("AGAINST", "kyiv", "moscow")
    assert found.layers == ("entity", "event", "attribution", "stance")


Edit = Callable[[list[Any]], None]


def change(item: str, control: str, **value: Any) -> Edit:
    def edit(results: list[Any]) -> None:
        find(results, item, control)["value"].update(value)

    return edit


def add(*rows: Any) -> Edit:
    return lambda results: results.extend(copy.deepcopy(rows))


def drop(*places: tuple[str, str]) -> Edit:
    def edit(results: list[Any]) -> None:
        results[:] = [
            row for row in results if (row.get("id", row.get("from_id")), _kind(row)) not in places
        ]

    return edit


def _kind(row: dict[str, Any]) -> str:
    return str(row.get("from_name") or row.get("labels", [""])[0])


RESULT_FAULTS: list[tuple[str, Edit, str]] = [
    ("X020", add("junk"), "[doc/result [21]] not a result; got 'junk'; expected an object"),
    (
        "X021",
        add({**region("z", "entity", "GPE", "Kyiv"), "from_name": "entities"}),
        "[doc/z:entities] no such control for a region; got 'entities'; expected entity, event, "
        "attribution or stance; nearest is 'entity'",
    ),
    (
        "X021",
        add(answer("kyiv", "mention_typ", "name")),
        "[doc/kyiv:mention_typ] no such control; got 'mention_typ'; nearest is 'mention_type'",
    ),
    (
        "X022",
        add({**region("z", "entity", "GPE", "Kyiv"), "value": {"start": 0, "end": 4}}),
        "[doc/z:entity] a region without a label; expected one label",
    ),
    (
        "X023",
        add(region("z", "stance", "Stanse", "barbaric")),
        "[doc/z:stance] no such label of stance; got 'Stanse'; expected Stance; "
        "nearest is 'Stance'",
    ),
    (
        "X024",
        add({**region("z", "event", "CONSULT", "talks"), "value": {"start": 0, "end": 4,
             "labels": ["CONSULT", "AGREE"]}}),
        "[doc/z:event] a region with several labels; got ['CONSULT', 'AGREE']; expected one",
    ),
    (
        "X025",
        add({**region("z", "entity", "GPE", "Kyiv"), "value": {"start": "0", "end": "4",
             "labels": ["GPE"]}}),
        "[doc/z:entity] offsets are not whole numbers; got ['0', '4']; "
        "expected code points of a <Text> region",
    ),
    (
        "X025",
        add({**region("z", "entity", "GPE", "Kyiv"), "type": "paragraphlabels"}),
        "[doc/z:entity] not a region of a <Text>; got 'paragraphlabels'; expected 'labels'",
    ),
    (
        "X026",
        add({**region("z", "entity", "GPE", "Kyiv"), "value": {"start": 70, "end": 900,
             "labels": ["GPE"]}}),
        "[doc/z:entity] a span outside the text; got [70, 900]; expected 0 to 74",
    ),
    (
        "X027",
        add({**region("z", "entity", "GPE", "Kyiv"), "value": {"start": 9, "end": 9,
             "labels": ["GPE"]}}),
        "[doc/z:entity] a span that ends before it has begun; got [9, 9]",
    ),
    (
        "X027",
        add({**region("z", "entity", "GPE", "Kyiv"), "value": {"start": 9, "end": 10,
             "labels": ["GPE"]}}),
        "[doc/z:entity] a span of white space; got [9, 10]",
    ),
    (
        "X029",
        add(region("kyiv", "entity", "GPE", "Moscow")),
        "[doc/kyiv:entity] the id 'kyiv' is given to two regions of entity; got [17, 23]; "
        "expected only [0, 4]",
    ),
    (
        "X030",
        add(answer("gone", "mention_type", "name")),
        "[doc/gone:mention_type] an answer about no entity region; got 'gone'",
    ),
    (
        "X032",
        add(answer("kyiv", "mention_type", "nam")),
        "[doc/kyiv:mention_type] no such answer to mention_type; got 'nam'; "
        "expected name, nominal or pronoun; nearest is 'name'",
    ),
    (
        "X032",
        add(answer("kyiv", "mention_type", "name", "nominal")),
        "[doc/kyiv:mention_type] bad answer to mention_type; got ['name', 'nominal']; "
        "expected one",
    ),
    (
        "X032",
        add(answer("moscow", "mention_type", "nominal")),
        "[doc/moscow:mention_type] two answers to mention_type; got 'nominal'; "
        "expected only 'name'",
    ),
    (
        "X033",
        add(answer("source", "style", "direct")),
        "[doc/source:style] style is asked of a Cue, not of a Source",
    ),
    (
        "X040",
        add(relation("refused", "gone", "arg:actor")),
        "[doc/refused>gone] a relation to a region that is not there; got 'gone'",
    ),
    (
        "X041",
        add(relation("refused", "kyiv")),
        "[doc/refused>kyiv] a relation without a label; got []",
    ),
    (
        "X042",
        add(relation("refused", "kyiv", "arg:acter")),
        "[doc/refused>kyiv] no such relation; got 'arg:acter'; expected arg:actor, arg:recipient, "
        "arg:mediator, arg:location, arg:time, arg:instrument, arg:quantity, arg:theme, "
        "attr:source, attr:content, attr:cue, stance:holder or stance:target; "
        "nearest is 'arg:actor'",
    ),
    (
        "X043",
        add(relation("refused", "kyiv", "arg:recipient", direction="bi")),
        "[doc/refused>kyiv] a relation needs one direction; got 'bi'; expected right",
    ),
    (
        "X044",
        add(relation("kyiv", "refused", "arg:recipient")),
        "[doc/kyiv>refused] arg:recipient does not join these regions; got 'GPE to REJECT'; "
        "expected a trigger to a mention; draw it again the other way round",
    ),
    (
        "X045",
        add(relation("refused", "refused", "arg:theme")),
        "[doc/refused>refused] arg:theme joins a region to itself",
    ),
    (
        "X046",
        add(relation("barbaric", "talks", "stance:target")),
        "[doc/barbaric>talks] a stance has one target; this is a second one",
    ),
    (
        "X047",
        add(
            region("c2", "attribution", "Cue", "had"),
            relation("said", "c2", "attr:cue"),
            relation("c2", "said", "attr:cue"),
        ),
        "[doc/c2>said] cue parts that lead back to each other",
    ),
    (
        "X050",
        add(region("z", "attribution", "Content", "The plan")),
        "[doc/z:attribution] a Content that no cue points to",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "edit", "message"), RESULT_FAULTS)
def test_a_faulty_result_is_rejected_with_its_reason_and_nothing_else_is(
    code: str, edit: Edit, message: str
) -> None:
    results = base()
    edit(results)
    done = read(tasks(results))
    assert [str(incident) for incident in done.incidents] == [f"e.json: {code} {message}"]
    assert done.ledger.count("rejected") == 1
    assert done.ledger.count("kept") == len(results) - 1
    assert code in codes()


def test_answers_and_relations_go_with_their_rejected_region() -> None:
    results = base()
    drop(("barbaric", "stance:target"))(results)
    done = read(tasks(results))
    assert [str(incident) for incident in done.incidents] == [
        "e.json: X051 [doc/barbaric:stance] a stance without a target",
        "e.json: X031 [doc/barbaric:stance_label] an answer about a region that was rejected",
        "e.json: X040 [doc/barbaric>kyiv] a relation of a stance that was rejected",
    ]
    assert done.annotations["doc"].stances == []


def test_a_stance_without_a_label_is_rejected() -> None:
    results = base()
    drop(("barbaric", "stance_label"))(results)
    messages = [str(incident) for incident in read(tasks(results)).incidents]
    assert messages[0] == (
        "e.json: X052 [doc/barbaric:stance] a stance without a label; "
        "expected FAVOR, AGAINST or NONE"
    )


def test_an_answer_and_a_relation_of_an_unknown_label_say_that_their_region_was_rejected() -> None:
    results = base()
    change("moscow", "entity", labels=["COUNTRY"])(results)
    codes_ = [incident.code for incident in read(tasks(results)).incidents]
    # The region, its answer, two relations to it, and the stance that loses its target with them.
    assert codes_ == ["X023", "X031", "X051", "X031", "X040", "X040", "X040"]


def repaired(results: list[Any], value: Any = None) -> tuple[ingest.Ingested, list[list[str]]]:
    done = read(value or tasks(results))
    assert done.incidents == []
    return done, [entry.codes for entry in done.ledger.entries if entry.outcome == "repaired"]


def test_white_space_is_trimmed_from_a_span() -> None:
    results = base()
    change("kyiv", "entity", end=5, text="Kyiv ")(results)
    done, rules = repaired(results)
    assert rules == [["R001"]]
    (entry,) = done.ledger.entries
    assert entry.before["value"]["end"] == 5
    assert entry.after == {"start": 0, "end": 4}


def test_a_left_relation_is_turned_round() -> None:
    results = base()
    results[14] = relation("moscow", "refused", "arg:actor", direction="left")
    done, rules = repaired(results)
    assert rules == [["R002"]]
    assert done.annotations["doc"].events[0].arguments[0].target == "moscow"


def test_a_file_in_utf16_units_is_converted_and_says_so() -> None:
    results = base()
    for row in results:
        value = row.get("value", {})
        for key in ("start", "end"):
            if key in value and value[key] > 10:
                value[key] += 1
    done, rules = repaired(results)
    # Six of the eight regions lie behind the emoji.
    assert rules == [["R003"]] * 5
    assert read(tasks(base())).annotations["doc"].mentions == done.annotations["doc"].mentions


def test_offsets_that_fit_neither_unit_refuse_the_task() -> None:
    results = base()
    for row in results:
        if row["type"] != "relation" and "start" in row["value"]:
            row["value"]["start"] += 2
            row["value"]["end"] += 2
    done = read(tasks(results))
    assert [str(incident) for incident in done.incidents] == [
        "e.json: X006 [doc/task 3] the regions' words fit their offsets neither in code points nor "
        "in UTF-16 code units; expected offsets on this task's text; export it again from a "
        "current Label Studio"
    ]
    assert done.annotations == {}
    assert done.ledger.count("rejected") == len(results)


def test_an_offset_inside_a_character_is_refused() -> None:
    results = base()
    for row in results:
        value = row.get("value", {})
        for key in ("start", "end"):
            if key in value and value[key] > 10:
                value[key] += 1
    bad = region("z", "entity", "GPE", "Kyiv")
    bad["value"].update(start=11, end=13, text="x")
    done = read(tasks([*results, bad]))
    assert [str(incident) for incident in done.incidents] == [
        "e.json: X028 [doc/z:entity] an offset inside a character; got [11, 13]; expected 0 to 74"
    ]


def test_line_ends_and_a_byte_order_mark_move_offsets() -> None:
    value = tasks(base())
    value[0]["data"]["text"] = TEXT.replace("\n", "\r\n")
    for row in value[0]["annotations"][0]["result"]:
        if row.get("id") == "barbaric" and row["type"] == "labels":
            row["value"]["start"] += 1
            row["value"]["end"] += 1
    _, rules = repaired([], value)
    assert rules == [["R004"]]


def test_a_missing_id_is_made_the_same_way_each_time() -> None:
    extra = region("", "entity", "CARDINAL", "plan")
    del extra["id"]
    done, rules = repaired([*base(), extra])
    assert rules == [["R005"]]
    again, _ = repaired([*base(), extra])
    assert done.annotations["doc"].mentions[-1].id == again.annotations["doc"].mentions[-1].id


def test_an_unsafe_id_is_replaced_wherever_it_is_used() -> None:
    results = json.loads(json.dumps(base()).replace('"moscow"', '"../../moscow"'))
    done, rules = repaired(results)
    assert rules == [["R006"]]
    assert done.annotations["doc"].stances[0].target == done.annotations["doc"].mentions[1].id


def test_stale_words_are_recomputed_and_recorded() -> None:
    results = base()
    change("talks", "event", text="walks")(results)
    _, rules = repaired(results)
    assert rules == [["R007"]]


def test_words_that_only_lost_spaces_are_no_repair() -> None:
    results = base()
    change("content", "attribution", text="that Moscow\\nhad  refused talks")(results)
    _, rules = repaired(results)
    assert rules == []


def test_a_repeated_region_and_relation_are_dropped() -> None:
    results = base()
    done, rules = repaired([*results, results[0], results[14]])
    assert rules == [["R008"], ["R008"]]
    assert len(done.annotations["doc"].events[0].arguments) == 2


def test_one_bad_role_of_a_relation_does_not_lose_the_good_one() -> None:
    results = base()
    results[14]["labels"] = ["arg:actor", "arg:agent"]
    done = read(tasks(results))
    assert [incident.code for incident in done.incidents] == ["X042"]
    (entry,) = done.ledger.entries
    assert (entry.outcome, entry.codes) == ("repaired", ["R009"])
    assert [arg.role for arg in done.annotations["doc"].events[0].arguments] == ["actor", "theme"]


def test_a_role_without_its_prefix_is_understood_where_only_one_layer_has_it() -> None:
    results = base()
    results[14]["labels"] = ["actor"]
    _, rules = repaired(results)
    assert rules == [["R010"]]


def test_two_label_groups_on_one_span_share_an_id_and_stay_apart() -> None:
    results = base()
    results.append(region("talks", "entity", "EVENT", "talks"))
    done = read(tasks(results))
    assert done.incidents == []
    found = done.annotations["doc"]
    # `theme` prefers an event: the ontology's order of its range.
    assert [arg.target for arg in found.events[0].arguments] == ["moscow", "talks.event"]
    assert [item.id for item in found.mentions] == ["kyiv", "moscow", "talks.entity"]


def test_a_cue_in_parts_is_one_cue() -> None:
    results = base()
    results += [region("c2", "attribution", "Cue", "had"), relation("said", "c2", "attr:cue")]
    (attribution,) = read(tasks(results)).annotations["doc"].attributions
    assert [TEXT[a:b] for a, b in attribution.cue] == ["said", "had"]


# ---------------------------------------------------------------------- which annotation is gold


def two(first: dict[str, Any], second: dict[str, Any]) -> list[dict[str, Any]]:
    value = tasks(base())
    one = value[0]["annotations"][0]
    value[0]["annotations"] = [{**one, "id": 7, **first}, {**one, "id": 8, **second}]
    return value


@pytest.mark.parametrize(
    ("first", "second", "gold", "aside"),
    [
        ({}, {"was_cancelled": True}, "7", "L001"),
        ({}, {}, "8", "L004"),
        ({"ground_truth": True}, {}, "7", "L004"),
        (
            {"updated_at": "2024-08-21T10:00:00Z"},
            {"updated_at": "2024-08-21T11:30:00+02:00"},
            "7",
            "L004",
        ),
    ],
)
def test_the_gold_annotation_follows_the_stated_rule(
    first: dict[str, Any], second: dict[str, Any], gold: str, aside: str
) -> None:
    done = read(two(first, second))
    assert done.annotations["doc"].provenance["annotation"] == gold
    (entry,) = done.ledger.entries
    assert (entry.codes, entry.count) == ([aside], len(base()))


def test_one_annotators_work_can_be_chosen() -> None:
    done = read(two({"completed_by": {"id": 4, "email": "a@example.org"}}, {}), annotator="1")
    assert done.annotations["doc"].provenance["annotation"] == "8"
    assert [entry.codes for entry in done.ledger.entries] == [["L005"]]


def test_drafts_and_predictions_are_counted_and_not_used() -> None:
    value = tasks(base())
    value[0]["drafts"] = [{"id": 1, "user": "a@example.org", "result": base()[:2]}]
    value[0]["predictions"] = [5, {"id": 2, "model_version": "m", "result": base()[:3]}]
    done = read(value)
    assert [(entry.codes, entry.count) for entry in done.ledger.entries] == [
        (["L002"], 2),
        (["L003"], 3),
    ]


def test_a_task_nobody_submitted_is_an_incident() -> None:
    value = tasks(base(), was_cancelled=True)
    assert [str(incident) for incident in read(value).incidents] == [
        "e.json: X008 [doc/task 3] no submitted annotation; submit it in Label Studio, or take the "
        "task out"
    ]


def test_a_layer_ticked_by_the_annotator_is_annotated_even_if_nothing_was_found() -> None:
    done = read(tasks([base()[-1]]))
    assert done.annotations["doc"].layers == ("entity", "event", "attribution", "stance")
    assert read(tasks([])).annotations["doc"].layers == ()
    assert read(tasks(base()[:1])).annotations["doc"].layers == ("entity",)


# ---------------------------------------------------------------------- files and tasks


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[1", "X001 not JSON that can be read: unexpected end of data at line 1, column 3"),
        (b'[{"a":1, "a":2}]', "X001 not JSON that can be read: the key 'a' is given twice in one "
                              "object"),
        (b'[NaN]', "X001 not JSON that can be read: unexpected character, expected a JSON value "
                   "at line 1, column 2"),
        (b'[1e999]', "X001 not JSON that can be read: number is infinity when parsed as double "
                     "at line 1, column 2"),
        (b"[" * 5000 + b"]" * 5000, "X001 not JSON that can be read: depth limit exceeded at line "
                                    "1, column 1026"),
        (b'{"x": 1}', "X002 not an export; got {'x': 1}; expected a list of tasks"),
        (b'[{"text": "x", "entity": []}]', "X002 no task has data and annotations: this looks like "
         "a JSON_MIN export, which drops relations, ids and nested spans; export it again as JSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_export_is_refused_with_its_reason(data: bytes, message: str) -> None:
    done = ingest.read(data, "e.json", ONTOLOGY)
    assert [str(incident) for incident in done.incidents] == [f"e.json: {message}"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"data": None}, "X003 [task [0]] not a task; got "),
        (
            {"data": {"doc_id": "doc"}},
            "X003 [doc/task 3] no text in the task's data; expected text",
        ),
        (
            {"data": {"doc_id": "../x", "text": TEXT}},
            "X004 [task 3] no safe doc_id in the task's data; got '../x'; "
            "expected 1-80 of a-z 0-9 _ -",
        ),
        (
            {"annotations": [{"id": 7, "result": {"a": 1}}]},
            "X009 [doc/task 3] bad annotation; got {'a': 1}; expected a list of results",
        ),
    ],
)
def test_a_task_that_is_malformed_is_refused_and_its_results_counted(
    edit: dict[str, Any], message: str
) -> None:
    value = [{**tasks(base())[0], **edit}]
    done = read(value)
    assert next(str(incident) for incident in done.incidents).startswith(f"e.json: {message}")
    assert done.annotations == {}


def test_a_document_in_two_tasks_is_not_guessed_at() -> None:
    value = [*tasks(base()), {**tasks(base())[0], "id": 4}]
    done = read(value)
    assert [str(incident) for incident in done.incidents] == [
        "e.json: X007 [doc/task 4] the document is in task 3 already"
    ]


def test_a_task_made_on_another_text_is_refused() -> None:
    other = TEXT.replace("barbaric", "monstrous")
    corpus = Corpus(Known("open", digest(other), len(other), other))
    (incident,) = read(tasks(base()), corpus).incidents
    assert str(incident) == (
        "e.json: X005 [doc/task 3] the task's text is not the document's: they differ from "
        "character 55 on; got 'barbaric, it said.\\n'; expected 'monstrous, it said.\\n'; "
        "lengths 74 and 75"
    )


# ---------------------------------------------------------------------- withheld text


def everything(done: ingest.Ingested) -> str:
    """All that an ingest may write."""
    from parley.document import dump
    from parley.labelstudio import exports

    gold = [dump(found, done.texts[doc_id]) for doc_id, found in done.annotations.items()]
    return b"".join([exports.dump(done.export), done.ledger.dump(), *gold]).decode()


WITHHELD = Known("withheld", digest(TEXT), len(TEXT), None)


@pytest.mark.parametrize("hydrated", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_no_word_of_a_withheld_text_is_kept(hydrated: bool, named: bool) -> None:
    results = base()
    change("kyiv", "entity", end=5)(results)
    change("talks", "event", text="barbaric")(results)
    value = tasks(results)
    if not named:
        del value[0]["data"]["doc_id"]
    value[0]["predictions"] = [{"id": 2, "result": base()}]
    known = Known("withheld", digest(TEXT), len(TEXT), TEXT if hydrated else None)
    done = read(value, Corpus(known))
    assert done.incidents == []
    kept = everything(done)
    assert "said" in kept  # the region's id, which the annotator chose
    for words_ in ("Moscow had", "barbaric,", '"text":"Kyiv', "The plan"):
        assert words_ not in kept


@pytest.mark.parametrize("edit", [{"annotations": []}, {"annotations": [{"result": 3}]}])
def test_a_refused_task_of_a_withheld_document_is_stripped_too(edit: dict[str, Any]) -> None:
    done = read([{**tasks(base())[0], **edit}], Corpus(WITHHELD))
    assert done.incidents
    assert "Moscow" not in everything(done)


def test_another_text_under_a_withheld_id_is_not_kept_either() -> None:
    known = Known("withheld", "0" * 64, 3, None)
    done = read(tasks(base()), Corpus(known))
    assert [incident.code for incident in done.incidents] == ["X005"]
    assert "Moscow" not in everything(done)


def test_a_stripped_export_gives_the_same_gold_with_and_without_the_text() -> None:
    results = base()
    change("kyiv", "entity", end=5)(results)
    first = read(tasks(results), Corpus(WITHHELD))
    hydrated = Corpus(Known("withheld", digest(TEXT), len(TEXT), TEXT))
    for corpus in (Corpus(WITHHELD), hydrated):
        again = read(first.export, corpus)
        assert again.incidents == []
        assert again.annotations == first.annotations


def test_every_code_of_the_export_reader_has_a_test_here() -> None:
    tested = {code for code, _, _ in RESULT_FAULTS}
    source = __import__("pathlib").Path(__file__).read_text()
    wanted = {code for code in codes() if code[0] in "XRL"} - {"X011", "X012", "X060"}
    assert {code for code in wanted if code not in source} - tested == set()
