"""The baseline `rules`: what it learns, what it finds, and that no text breaks it."""

from argparse import Namespace
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.attribution.stems import stem
from parley.baselines import rules
from parley.baselines.rules import Rules
from parley.baselines.rules_lexicon import general
from parley.baselines.sample import JSON
from parley.checks import predictions
from parley.checks.predictions import Known
from parley.incidents import Report
from parley.predictions.write import dump
from tests.baselines import made


@cache
def learnt() -> Rules:
    return Rules(made.train())


def predicted(*lines: str, title: str = "A quiet day") -> tuple[str, JSON]:
    sample = made.sample("new", *lines, title=title)
    return sample.text, learnt().row(sample)


def words(text: str, items: list[JSON]) -> set[tuple[str, str]]:
    return {(text[item["start"] : item["end"]], item["type"]) for item in items}


def sayings(text: str, row: JSON) -> set[tuple[str, str, str]]:
    def parts(spans: list[list[int]]) -> str:
        return " + ".join(text[start:end] for start, end in spans)

    return {
        (parts(item["source"]), parts(item["cue"]), parts(item["content"]))
        for item in row["attributions"]
    }


def test_names_of_the_train_split_are_found_in_other_documents_with_their_entity() -> None:
    text, row = predicted("The Skarn Herald visited Ostmark.")
    found = {text[m["start"] : m["end"]]: m.get("entity") for m in row["mentions"]}
    assert found["Skarn Herald"] == "skarn-herald" and found["Ostmark"] == "ostmark"


@pytest.mark.parametrize(
    ("line", "name", "kind"),
    [
        ("The spokesman Orvil Tane was there.", "Orvil Tane", "PERSON"),
        ("They met the Brell Ferry Commission there.", "Brell Ferry Commission", "ORG"),
        ("Rain fell in Vastermoor for hours.", "Vastermoor", "GPE"),
        ("Smoke stood over the Hollen River at dawn.", "Hollen River", "LOC"),
        ("A crew left the Hollen Bridge at dawn.", "Hollen Bridge", "FAC"),
        ("The 22nd Brigade waited.", "22nd Brigade", "ORG"),
        ("It was first printed by harbournews.com last year.", "harbournews.com", "ORG"),
        ("The cost was 40 million euros.", "40 million euros", "MONEY"),
        ("It fell 12%.", "12%", "PERCENT"),
    ],
)
def test_a_name_that_no_list_has_gets_its_type_from_its_words_and_place(
    line: str, name: str, kind: str
) -> None:
    text, row = predicted(line)
    assert (name, kind) in words(text, row["mentions"])


def test_a_surname_alone_is_the_person_named_in_full_elsewhere_in_the_document() -> None:
    text, row = predicted("Envoy Orvil Tane came late.", "Nobody had expected Tane at all.")
    same = {
        m["id"] for m in row["mentions"] if text[m["start"] : m["end"]] in ("Orvil Tane", "Tane")
    }
    assert len(same) == 2 and any(same <= set(cluster) for cluster in row["clusters"])


def test_triggers_take_the_type_that_their_stem_has_in_train_or_in_general() -> None:
    text, row = predicted("Boats attacked the pier and soldiers arrested two guards.")
    assert {("attacked", "ASSAULT"), ("arrested", "COERCE")} <= words(text, row["events"])


def test_arguments_are_mentions_of_the_prediction_itself() -> None:
    _, row = predicted("The evacuation of 300 residents began.", *made.BODY)
    spans = {(m["start"], m["end"]) for m in row["mentions"]}
    spans |= {(e["start"], e["end"]) for e in row["events"]}
    arguments = [item for event in row["events"] for item in event["arguments"]]
    assert arguments and all((item["start"], item["end"]) in spans for item in arguments)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Halvard Mirkwood said that the ferry was late.",
            ("Halvard Mirkwood", "said", "the ferry was late"),
        ),
        (
            "The ferry was late, the Skarn Herald reported.",
            ("the Skarn Herald", "reported", "The ferry was late"),
        ),
        (
            "According to the Skarn Herald, the ferry was late.",
            ("the Skarn Herald", "According to", "the ferry was late"),
        ),
        (
            "The ferry was late, according to the Skarn Herald.",
            ("the Skarn Herald", "according to", "The ferry was late"),
        ),
        (
            "“There is no rush,” he said, “and no deadline.”",
            ("he", "said", "“There is no rush,” + “and no deadline.”"),
        ),
        (
            "Mirkwood urged residents to leave the pier.",
            ("Mirkwood", "urged", "to leave the pier"),
        ),
        (
            "The pier was reportedly closed to boats.",
            ("", "reportedly", "The pier was + closed to boats"),
        ),
    ],
)
def test_a_report_in_each_frame_gives_source_cue_and_content(
    line: str, expected: tuple[str, str, str]
) -> None:
    text, row = predicted(line)
    assert expected in sayings(text, row)


def test_a_report_of_a_report_nests_the_inner_in_the_outer() -> None:
    text, row = predicted("The ferry was late, Mirkwood said, according to the Skarn Herald.")
    outer, inner = sorted(row["attributions"], key=lambda item: item["parent"] is not None)
    assert text[slice(*outer["cue"][0])] == "according to" and outer["parent"] is None
    assert text[slice(*inner["cue"][0])] == "said" and inner["parent"] == outer["id"]


def test_a_source_quoted_by_another_gives_the_outer_level_its_two_parts() -> None:
    text, row = predicted(
        "Halvard Mirkwood, quoted by the Skarn Herald, warned that the pier was old."
    )
    assert sayings(text, row) == {
        ("Halvard Mirkwood", "warned", "the pier was old"),
        ("the Skarn Herald", "quoted", "Halvard Mirkwood + warned that the pier was old"),
    }


def test_a_quotation_over_paragraphs_is_one_content_in_parts() -> None:
    text, row = predicted(
        "Mirkwood said: “The pier is old.", "“The boats are older,” and then he was silent."
    )
    (item,) = row["attributions"]
    assert [text[start:end] for start, end in item["content"]] == [
        "“The pier is old.",
        "“The boats are older,”",
    ]
    assert item["style"] == "direct"


def test_a_capitalised_cue_word_inside_a_name_is_no_cue() -> None:
    text, row = predicted("Prime Minister Denys Mirkwood wrote that the pier was old.")
    assert sayings(text, row) == {("Prime Minister Denys Mirkwood", "wrote", "the pier was old")}


def test_a_judging_cue_is_a_stance_of_its_source() -> None:
    text, row = predicted("Mirkwood called the ferry strike outrageous.")
    stances = [
        (text[slice(*item["holder"])], text[slice(*item["target"])], item["label"])
        for item in row["stances"]
    ]
    assert ("Mirkwood", "strike", "AGAINST") in stances


def test_the_same_input_gives_the_same_bytes_whatever_the_seed_says() -> None:
    new = [made.sample("new", *made.BODY)]
    first, second = (
        rules.predict(Namespace(seed=seed), made.train(), new, lambda words: None)
        for seed in (0, 1)
    )
    assert dump(first.rows) == dump(second.rows) and first.details == second.details


def test_without_any_training_document_general_knowledge_still_predicts() -> None:
    row = Rules([]).row(made.sample("new", *made.BODY))
    assert row["mentions"] and row["events"] and row["attributions"]


def test_layers_that_train_lacks_do_not_hinder() -> None:
    bare = [replace(sample, row={"doc_id": sample.doc_id}) for sample in made.train()]
    assert Rules(bare).row(made.sample("new", *made.BODY))["attributions"]


PIECES = (
    *("Mirkwood", "Halvard Mirkwood", "Skarn", "the Council of Skarn", "said", "that", ",", "and"),
    *("“", "”", '"', "according to", "According to", "citing", "reportedly", ", adding that"),
    *("boats attacked", "the pier", "on Tuesday", "12%", ".", ";", ":", "’s", "'s", "told", "to"),
    *(
        "by",
        "who",
        "🚢",
        "cafe\u0301",
        "北京",
        "A",
        "U.S.",
        "-",
        "—",
        "(",
        ")",
        "Denys",
        "of",
        "in",
    ),
)
LINES = st.lists(
    st.one_of(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map(" ".join),
        st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=60),
    ),
    max_size=4,
)


@given(LINES, st.sampled_from(["A quiet day", "Mirkwood: pier closed", "SKARN SHELLED"]))
@settings(max_examples=150, deadline=None)
def test_every_text_gives_a_valid_line(lines: list[str], title: str) -> None:
    sample = made.sample("new", *[line for line in lines if line.strip()], title=title)
    row = learnt().row(sample)
    assert faults(row, sample.text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Mirkwood told " + "A" * 1500 + "! it was late.",
        "The ferry was late, Mirkwood told " + "AB " * 500 + "!",
        "Mirkwood " + "recently " * 200 + "( said that it was late.",
        "Mirkwood said on " + "Tuesday the Herald " * 80 + "; " + ", and " * 80 + "said.",
        "Mirkwood, " + "quoted by the Skarn Herald, " * 60 + "said that it was late.",
        "“" * 300 + " he said " + "”" * 300,
    ],
)
def test_a_sentence_made_to_be_slow_is_read_all_the_same(line: str) -> None:
    text, row = predicted(line)
    assert faults(row, text) == []


def faults(row: JSON, text: str) -> list[str]:
    """What `parley predictions validate` would say of a line."""
    report = Report("made")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.jsonl"
        path.write_bytes(dump([row]))
        list(predictions.lines(path, report, lambda: {"new": Known(len(text), text)}))
    return [str(item) for item in report.found]


def test_inflections_of_a_verb_share_a_stem() -> None:
    for forms in (
        "say says said saying",
        "accuse accuses accused accusing",
        "deny denies denied denying",
        "hit hits hitting",
        "kill kills killed killing",
        "strike strikes struck striking",
    ):
        assert len({stem(form) for form in forms.split()}) == 1


def test_the_general_lists_name_only_types_of_the_ontology() -> None:
    from parley.ontology import load

    assert set(general().events.values()) <= set(load().names("event"))
    assert set(general().nominals.values()) <= set(load().names("entity"))
