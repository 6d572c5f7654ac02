"""Level 2: the fast validator and the explaining one agree, and numbers are whole."""

import copy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import document, json_io, ontology, schemas, validation
from parley.incidents import Report
from tests.checks import project
from tests.strategies import TEXTS, annotations

GOLD = json_io.loads((project.BASE / "annotations/gold/bridge-daily.json").read_bytes())
LEDGER = json_io.loads((project.BASE / "annotations/ledger/pilot/ann-a.json").read_bytes())
FERRY = json_io.loads((project.BASE / "corpus/withheld/ferry-note.json").read_bytes())
PREDICTION = {
    "doc_id": "bridge-daily",
    "mentions": [{"id": "m1", "start": 22, "end": 28, "type": "GPE", "text": "Lisvik"}],
    "events": [
        {
            "id": "e1",
            "start": 62,
            "end": 67,
            "type": "OCCUR",
            "arguments": [{"role": "time", "start": 98, "end": 105}],
        }
    ],
    "attributions": [
        {"id": "a1", "source": [[107, 121]], "cue": [[122, 126]], "content": [[62, 105]]}
    ],
    "stances": [{"holder": "AUTHOR", "target": [22, 28], "label": "FAVOR"}],
    "clusters": [["m1"]],
}
VALID = {"annotations": GOLD, "prediction": PREDICTION, "document": FERRY, "ledger": LEDGER}
ODD: st.SearchStrategy[Any] = (
    st.sampled_from(  # copied when drawn: a case may spoil what it was given
        [None, True, 0, -1, 7, 2**53, 2**60, 2.5, "", "x", "é", "a b", "GPE", "x\n", [], {}, [1, 2]]
    ).map(copy.deepcopy)
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside."""
    found = [path]
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += nodes(inner, (*path, key))
    return found


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, Any]:
    """A kind and a valid value of it with one to three places spoilt."""
    kind = draw(st.sampled_from(sorted(VALID)))
    value = copy.deepcopy(VALID[kind])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in nodes(value) if path]))
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        how = draw(st.sampled_from(["replace", "remove", "add"]))
        if how == "replace":
            holder[path[-1]] = draw(ODD)
        elif how == "remove":
            del holder[path[-1]]
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(["extra", "strat", "id", "text"]))] = draw(ODD)
        else:
            holder.append(draw(ODD))
    return kind, value


@settings(max_examples=300, deadline=None)
@given(mutations())
def test_both_validators_give_the_same_verdict_on_the_same_paths(case: tuple[str, Any]) -> None:
    kind, value = case
    fast = jsonschema_rs.Draft202012Validator(schemas.schema(kind, ontology.load()))
    ours = {
        (tuple(error.absolute_path), error.validator)
        for error in validation.explainer(kind).iter_errors(value)
    }
    theirs = {
        (tuple(error.instance_path), error.schema_path[-1]) for error in fast.iter_errors(value)
    }
    assert ours == theirs
    assert fast.is_valid(value) == (not ours) == validation.accepts(kind, value)


@settings(max_examples=100, deadline=None)
@given(mutations())
def test_a_refused_value_has_an_incident_and_an_accepted_one_has_none(
    case: tuple[str, Any],
) -> None:
    kind, value = case
    report = Report("file.json")
    assert (
        validation.check(kind, value, report)
        == (not report.found)
        == validation.accepts(kind, value)
    )


@given(TEXTS.filter(str.strip).flatmap(lambda text: st.tuples(st.just(text), annotations(text))))
@settings(max_examples=50, deadline=None)
def test_what_the_data_model_writes_is_what_the_schema_accepts(
    case: tuple[str, document.Annotations],
) -> None:
    text, made = case
    for words in (text, None):
        assert validation.accepts("annotations", json_io.loads(document.dump(made, words)))


@pytest.mark.parametrize("number", [22.0, 1e30, 22.5])
def test_a_fraction_is_not_an_offset(number: float) -> None:
    raw = copy.deepcopy(GOLD)
    raw["attributions"][2]["content"][1][0] = number
    report = Report("file.json")
    assert not validation.check("annotations", raw, report)
    assert [(fault.code, fault.item) for fault in report.found] == [
        ("P209", "attributions/a3/content/1/0")
    ]


def test_a_number_too_large_for_json_is_read_as_a_fraction_and_refused() -> None:
    raw = json_io.loads(json_io.dumps(GOLD).replace(b'"length":331', b'"length":' + b"9" * 30))
    assert not validation.accepts("annotations", raw)


def test_fractions_may_stand_where_no_offset_is() -> None:
    raw = {**GOLD, "provenance": {"lead_time": 5.0}}
    assert validation.accepts("annotations", raw)


def test_a_final_line_end_does_not_pass_a_pattern() -> None:
    assert not validation.accepts("annotations", {**GOLD, "doc_id": "bridge-daily\n"})


def test_another_format_is_the_only_thing_said_of_a_file() -> None:
    report = Report("file.json")
    validation.check("annotations", {"format": "parley-annotations/9"}, report)
    assert [fault.code for fault in report.found] == ["P211"]


@pytest.mark.parametrize("kind", [*schemas.FILES, *schemas.REGISTERS, "ledger"])
def test_every_schema_is_a_valid_schema(kind: str) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schemas.schema(kind, ontology.load()))


def test_the_article_schema_accepts_the_front_matter_that_is_read() -> None:
    import tomllib

    from parley import article

    for path in project.BASE.glob("corpus/articles/*/*.txt"):
        parts = article.split_front_matter(path.read_text("utf-8"))
        assert parts is not None
        raw = tomllib.loads(parts[0])
        raw["published"] = raw["published"].isoformat()
        assert validation.accepts("article", raw)
        assert not validation.accepts("article", {**raw, "form": "novel"})
    assert set(article.KEYS) == set(schemas.article(ontology.load())["properties"])


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_fractions_are_found_wherever_they_are(value: Any) -> None:
    def inside(item: Any) -> bool:
        if isinstance(item, dict):
            return any(map(inside, item.values()))
        return any(map(inside, item)) if isinstance(item, list) else isinstance(item, float)

    assert validation.has_float(value) == inside(value)
