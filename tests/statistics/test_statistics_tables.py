"""Every table against SQL over the Parquet files, which shares no code with it."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from parley import ontology
from parley.dataset.features import CLAIMED
from parley.incidents import IncidentError
from parley.statistics import Statistics, Table, of
from parley.statistics.balance import by_chance, divergence

SPLITS = ("train", "validation", "test")
Ask = Callable[[str], list[tuple[Any, ...]]]


def counts(table: Table) -> dict[tuple[Any, ...], int]:
    """(key…, split) -> count, without zeros, whose sums are those of the table."""
    first = table.columns.index("train")
    made = {}
    for row in table.rows:
        values = row[first : first + 3]
        assert row[first + 3] == sum(values)  # type: ignore[arg-type]
        for split, value in zip(SPLITS, values, strict=True):
            if value:
                made[(*row[: table.keys], split)] = value
    return made  # type: ignore[return-value]


def by_sql(rows: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    return {tuple(key): number for *key, number in rows}


def binned(rows: list[tuple[Any, ...]], names: list[str]) -> dict[tuple[Any, ...], int]:
    """(number, split, count) by the bins `1`, `5-9`, `10+`."""
    made = Counter[tuple[str, str]]()
    for number, split, count in rows:
        for name in names:
            low, _, high = name.removesuffix("+").partition("-")
            most = math.inf if name.endswith("+") else int(high or low)
            if int(low) <= number <= most:
                made[name, split] += count
    return dict(made)


def keys(table: Table) -> list[str]:
    return [str(row[0]) for row in table.rows]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("paragraphs_by_kind", "SELECT kind, split, count(*) FROM paragraphs GROUP BY ALL"),
        ("mentions_by_type", "SELECT type, split, count(*) FROM mentions GROUP BY ALL"),
        (
            "mentions_by_mention_type",
            "SELECT mention_type, split, count(*) FROM mentions GROUP BY ALL",
        ),
        ("events_by_type", "SELECT type, split, count(*) FROM events GROUP BY ALL"),
        (
            "events_by_mode",
            "SELECT type, mode, split, count(*) FROM events WHERE mode IS NOT NULL GROUP BY ALL",
        ),
        (
            "events_by_attribute",
            "SELECT 'polarity', polarity, split, count(*) FROM events GROUP BY ALL UNION ALL "
            "SELECT 'modality', modality, split, count(*) FROM events GROUP BY ALL UNION ALL "
            "SELECT 'tense', tense, split, count(*) FROM events GROUP BY ALL",
        ),
        ("arguments_by_role", "SELECT role, split, count(*) FROM arguments GROUP BY ALL"),
        (
            "attributions_by_attribute",
            "SELECT 'style', style, split, count(*) FROM attributions GROUP BY ALL UNION ALL "
            "SELECT 'kind', kind, split, count(*) FROM attributions GROUP BY ALL UNION ALL "
            "SELECT 'source_kind', source_kind, split, count(*) FROM attributions GROUP BY ALL",
        ),
        ("attribution_depths", "SELECT depth, split, count(*) FROM attributions GROUP BY ALL"),
        ("stances_by_label", "SELECT label, split, count(*) FROM stances GROUP BY ALL"),
        (
            "layers",
            "SELECT layer, split, count(*) FROM (SELECT unnest(annotated_layers) AS layer, split "
            "FROM documents) GROUP BY ALL",
        ),
        (
            "mention_depths",
            'WITH spans AS (SELECT DISTINCT doc_id, start, "end" FROM mentions) '
            "SELECT deep, split, count(*) FROM (SELECT m.doc_id, m.id, m.split, "
            "1 + count(s.doc_id) AS deep FROM mentions m LEFT JOIN spans s "
            'ON s.doc_id = m.doc_id AND s.start <= m.start AND m."end" <= s."end" '
            'AND (s.start, s."end") != (m.start, m."end") GROUP BY ALL) GROUP BY ALL',
        ),
    ],
)
def test_counts_by_split_are_what_sql_counts(
    found: Statistics, ask: Ask, name: str, question: str
) -> None:
    made = counts(found.tables[name])
    assert made
    assert made == by_sql(ask(question))


def test_sizes_are_what_sql_counts(found: Statistics, ask: Ask) -> None:
    rows = {str(row[0]): row[1:] for row in found.tables["sizes"].rows}
    questions = {
        "stories": "SELECT split, count(DISTINCT story) FROM documents GROUP BY split",
        "documents": "SELECT split, count(*) FROM documents GROUP BY split",
        "sentences": "SELECT split, count(*) FROM sentences GROUP BY split",
        "tokens": "SELECT split, sum(len(tokens)) FROM sentences GROUP BY split",
        "characters": "SELECT split, sum(length(text)) FROM documents GROUP BY split",
        **{
            name: f"SELECT split, count(*) FROM {name} GROUP BY split"
            for name in ("paragraphs", "mentions", "events", "arguments", "attributions")
        },
        "stances": "SELECT split, count(*) FROM stances GROUP BY split",
        "claims": "SELECT split, count(*) FROM claims GROUP BY split",
    }
    for unit, question in questions.items():
        expected: dict[str, int] = dict(ask(question))
        assert rows[unit][:3] == tuple(expected.get(split, 0) for split in SPLITS), unit
        assert rows[unit][3] == sum(expected.values())
    assert rows["withheld documents"] == (0, 0, 0, 0)


def test_sizes_by_story_name_their_splits(found: Statistics, ask: Ask) -> None:
    rows = found.tables["sizes_by_story"].rows
    expected = ask(
        "SELECT d.story, d.split, count(*), sum(length(text)), sum(len(mentions)) "
        "FROM documents d GROUP BY ALL"
    )
    columns = found.tables["sizes_by_story"].columns
    places = [columns.index(name) for name in ("story", "splits", "documents", "characters")]
    places.append(columns.index("mentions"))
    assert {tuple(row[place] for place in places) for row in rows} == set(expected)


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("document, in characters", "SELECT split, length(text) AS x FROM documents"),
        ("mentions a document", "SELECT split, len(mentions) AS x FROM documents"),
        ("sentence, in tokens", "SELECT split, len(tokens) AS x FROM sentences"),
        (
            "mention, in tokens",
            "SELECT m.split, count(*) AS x FROM mentions m JOIN tokens t ON t.doc_id = m.doc_id "
            'AND t.first < m."end" AND m.start < t.last GROUP BY m.doc_id, m.id, m.split',
        ),
        (
            "content, in tokens",
            "SELECT p.split, count(*) AS x FROM parts p JOIN tokens t ON t.doc_id = p.doc_id "
            "AND t.first < p.\"end\" AND p.start < t.last WHERE part = 'content' "
            "GROUP BY p.doc_id, p.attribution_id, p.split",
        ),
    ],
)
def test_lengths_have_the_quartiles_that_sql_finds(
    found: Statistics, ask: Ask, what: str, values: str
) -> None:
    figures = (
        "count(*), sum(x), avg(x), stddev_pop(x), min(x), quantile_cont(x, 0.25), median(x), "
        "quantile_cont(x, 0.75), max(x)"
    )
    expected = {
        name: row
        for name, *row in [
            *ask(f"SELECT split, {figures} FROM ({values}) GROUP BY split"),
            *ask(f"SELECT 'all', {figures} FROM ({values})"),
        ]
    }
    rows = {row[1]: row[2:] for row in found.tables["lengths"].rows if row[0] == what}
    assert rows.keys() == expected.keys()
    for name, row in rows.items():
        assert row == pytest.approx(expected[name]), name


def test_bins_of_lengths_and_distances_hold_what_sql_puts_there(
    found: Statistics, ask: Ask
) -> None:
    lengths = found.tables["mention_lengths"]
    assert counts(lengths) == binned(
        ask(
            "SELECT x, split, count(*) FROM (SELECT m.split, count(*) AS x FROM mentions m "
            'JOIN tokens t ON t.doc_id = m.doc_id AND t.first < m."end" AND m.start < t.last '
            "GROUP BY m.doc_id, m.id, m.split) GROUP BY ALL"
        ),
        keys(lengths),
    )
    numbers = found.tables["arguments_per_event"]
    assert counts(numbers) == binned(
        ask(
            "SELECT x, split, count(*) FROM (SELECT e.split, count(a.role) AS x FROM events e "
            "LEFT JOIN arguments a ON a.doc_id = e.doc_id AND a.event_id = e.id "
            "GROUP BY e.doc_id, e.id, e.split) GROUP BY ALL"
        ),
        keys(numbers),
    )
    distances = found.tables["argument_distances"]
    apart = ask(
        "SELECT abs(p.place - q.place) AS apart, a.split, count(*) FROM arguments a "
        "JOIN events e ON e.doc_id = a.doc_id AND e.id = a.event_id "
        "JOIN places p ON p.doc_id = a.doc_id AND p.first <= a.start AND a.start < p.last "
        "JOIN places q ON q.doc_id = a.doc_id AND q.first <= e.start AND e.start < q.last "
        "GROUP BY ALL"
    )
    assert counts(distances) == binned(apart, keys(distances))
    assert {number for number, _, _ in apart} > {0, 1}, "the documents test nothing else"


def test_roles_say_how_many_events_have_them_and_how_many_stand_elsewhere(
    found: Statistics, ask: Ask
) -> None:
    rows = {row[0]: (row[1], row[2], row[4], row[5], row[6]) for row in found.tables["roles"].rows}
    expected = ask(
        "SELECT a.role, count(*), count(DISTINCT (a.doc_id, a.event_id)), "
        "count(*) FILTER (a.target_kind = 'mention'), count(*) FILTER (a.target_kind = 'event'), "
        "count(*) FILTER (p.place != q.place) FROM arguments a "
        "JOIN events e ON e.doc_id = a.doc_id AND e.id = a.event_id "
        "JOIN places p ON p.doc_id = a.doc_id AND p.first <= a.start AND a.start < p.last "
        "JOIN places q ON q.doc_id = a.doc_id AND q.first <= e.start AND e.start < q.last "
        "GROUP BY a.role"
    )
    assert rows == {role: tuple(row) for role, *row in expected}


def test_entities_and_sources_are_spread_over_what_sql_finds(found: Statistics, ask: Ask) -> None:
    table = found.tables["coreference"]
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    for what, view, column in (
        ("entities", "mentions", "entity"),
        ("events", "events", "event"),
        ("sources", "attributions", "source_entity"),
    ):
        [(items, linked)] = ask(f"SELECT count(*), count({column}) FROM {view}")
        [row] = ask(
            "SELECT count(*), avg(n), max(n), count(*) FILTER (n = 1), count(*) FILTER (d > 1), "
            "count(*) FILTER (s > 1), count(*) FILTER (p > 1), max(d) FROM (SELECT count(*) AS n, "
            "count(DISTINCT doc_id) AS d, count(DISTINCT story) AS s, count(DISTINCT split) AS p "
            f"FROM {view} WHERE {column} IS NOT NULL GROUP BY {column})"
        )
        made = list(rows[what].values())[1:]
        assert made[:3] == [items, linked, pytest.approx(linked / items)]
        assert made[3:] == pytest.approx(list(row))
    for name, view, column in (
        ("entities", "mentions", "entity"),
        ("sources", "attributions", "source_entity"),
    ):
        expected = ask(
            f"SELECT {column}, count(*), count(DISTINCT doc_id), count(DISTINCT story), "
            "count(*) FILTER (split = 'train'), count(*) FILTER (split = 'validation'), "
            f"count(*) FILTER (split = 'test') FROM {view} WHERE {column} IS NOT NULL "
            "GROUP BY ALL ORDER BY 2 DESC, 1"
        )
        assert found.tables[name].rows == expected
    linked_types = ask(
        "SELECT type, count(*), count(entity), count(entity) / count(*), count(DISTINCT entity) "
        "FROM mentions GROUP BY type"
    )
    assert set(found.tables["linked_mentions"].rows) == set(linked_types)


def test_parts_are_implicit_or_discontinuous_as_sql_says(found: Statistics, ask: Ask) -> None:
    for part, none, one, more, *_ in found.tables["attribution_parts"].rows:
        expected: dict[int, int] = dict(
            ask(
                "SELECT least(n, 2), count(*) FROM (SELECT count(p.part) AS n FROM attributions a "
                "LEFT JOIN parts p ON p.doc_id = a.doc_id AND p.attribution_id = a.id "
                f"AND p.part = '{part}' GROUP BY a.doc_id, a.id) GROUP BY ALL"
            )
        )
        assert (none, one, more) == tuple(expected.get(number, 0) for number in range(3))
    implicit = found.tables["attribution_parts"].rows[0]
    assert implicit[0] == "source"
    assert implicit[1], "the documents have no implicit source"


def test_claims_are_counted_by_what_is_claimed(found: Statistics, ask: Ask) -> None:
    made = counts(found.tables["claims_by_attribute"])
    expected = {
        ("claimed", CLAIMED[claimed], split): number
        for claimed, split, number in ask(
            "SELECT claimed, split, count(*) FROM claims GROUP BY ALL"
        )
    }
    assert expected
    assert {key: value for key, value in made.items() if key[0] == "claimed"} == expected
    for name in ("via", "depth"):
        assert {key[1:]: value for key, value in made.items() if key[0] == name} == by_sql(
            ask(f"SELECT {name}::VARCHAR, split, count(*) FROM claims GROUP BY ALL")
        )


def test_contested_events_are_those_of_which_one_claims_what_another_denies(
    found: Statistics, ask: Ask
) -> None:
    place = {name: number for number, name in enumerate(CLAIMED)}
    question = (
        "SELECT coalesce(event, doc_id || '#' || event_id) AS about, event IS NOT NULL AS listed, "
        "count(*), count(DISTINCT coalesce(source_entity, doc_id || '#' || coalesce(source, ''))), "
        "count(DISTINCT doc_id), "
        f"bool_or(claimed = {place['happened']}) AND bool_or(claimed = {place['did_not_happen']}) "
        f"OR bool_or(claimed = {place['will_happen']}) "
        f"AND bool_or(claimed = {place['will_not_happen']}) FROM claims GROUP BY ALL"
    )
    rows = ask(question)
    table = found.tables["claimed_events"]
    for (_, *made), listed in zip(table.rows, (True, False), strict=True):
        kept = [row for row in rows if row[1] == listed]
        assert made == [
            len(kept),
            sum(row[2] > 1 for row in kept),
            sum(row[3] > 1 for row in kept),
            sum(row[4] > 1 for row in kept),
            sum(row[5] for row in kept),
        ]
    contested = {(row[0], row[2], row[3], row[4]) for row in rows if row[5]}
    assert contested, "the documents have no contested event"
    assert {row[:4] for row in found.tables["contested_events"].rows} == contested


def test_stances_are_counted_by_holder_target_and_pair(found: Statistics, ask: Ask) -> None:
    def cells(table: Table) -> dict[tuple[Any, ...], int]:
        labels = table.columns[table.keys : table.columns.index("all")]
        return {
            (*row[: table.keys], label): value  # type: ignore[misc]
            for row in table.rows
            for label, value in zip(labels, row[table.keys :], strict=False)
            if value
        }

    joined = (
        "FROM stances s LEFT JOIN mentions h ON h.doc_id = s.doc_id AND h.id = s.holder_id "
        "LEFT JOIN mentions m ON m.doc_id = s.doc_id AND m.id = s.target_id "
        "LEFT JOIN events e ON e.doc_id = s.doc_id AND e.id = s.target_id "
    )
    holder, target = "coalesce(h.type, 'the author')", "coalesce(m.type, e.type)"
    for name, columns in (
        ("stances_by_holder", f"{holder}, s.label"),
        ("stances_by_target", f"s.target_kind, {target}, s.label"),
        ("stances_by_holder_and_target", f"{holder}, {target}"),
    ):
        expected = by_sql(ask(f"SELECT {columns}, count(*) {joined} GROUP BY ALL"))
        assert cells(found.tables[name]) == expected, name
    words = "coalesce({0}.entity, '“' || {0}.text || '”')"
    pairs = ask(
        f"SELECT CASE WHEN s.holder_id IS NULL THEN 'the author' ELSE {words.format('h')} END, "
        f"CASE WHEN s.target_kind = 'event' THEN coalesce(e.event, '“' || e.text || '”') "
        f"ELSE {words.format('m')} END, s.label, count(*) {joined} GROUP BY ALL"
    )
    made = cells(found.tables["stance_pairs"])
    assert made
    if len(found.tables["stance_pairs"].rows) < 50:
        assert made == by_sql(pairs)
    else:
        assert made.items() <= by_sql(pairs).items()


def test_documents_over_time_have_every_period_and_every_document(
    found: Statistics, ask: Ask
) -> None:
    table = found.tables["documents_over_time"]
    assert counts(table) == by_sql(
        ask("SELECT strftime(published, '%Y-%m-%d'), split, count(*) FROM documents GROUP BY ALL")
    )


def test_divergence_of_the_splits_is_what_scipy_finds(found: Statistics, ask: Ask) -> None:
    rows = {row[0]: row[2:5] for row in found.tables["split_balance"].rows}
    for group, view, column in (
        ("mention type", "mentions", "type"),
        ("event type", "events", "type"),
        ("stance", "stances", "label"),
        ("claimed", "claims", "claimed"),
    ):
        table = ask(f"SELECT {column}, split, count(*) FROM {view} GROUP BY ALL")
        labels = sorted({row[0] for row in table})
        by_split = {name: np.zeros(len(labels)) for name in SPLITS}
        for label, split, number in table:
            by_split[split][labels.index(label)] = number
        for split, made in zip(SPLITS, rows[group], strict=True):
            others = sum(by_split[name] for name in SPLITS if name != split)
            assert made == pytest.approx(jensenshannon(by_split[split], others, base=2) ** 2)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8).filter(
        lambda rows: sum(a for a, _ in rows) > 0 and sum(b for _, b in rows) > 0
    )
)
def test_divergence_is_scipys_of_any_counts_and_between_0_and_1(
    rows: list[tuple[int, int]],
) -> None:
    one, other = (np.array(column, float) for column in zip(*rows, strict=True))
    made = divergence(one, other)
    assert made is not None
    assert 0 <= made <= 1
    assert made == pytest.approx(jensenshannon(one, other, base=2) ** 2, abs=1e-9)
    assert made == divergence(other, one) == pytest.approx(divergence(3 * one, other), abs=1e-12)


def test_divergence_by_chance_is_the_mean_of_samples_from_one_distribution() -> None:
    random = np.random.default_rng(3)
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    drawn = [
        divergence(random.multinomial(200, shares), random.multinomial(600, shares))
        for _ in range(4000)
    ]
    expected = by_chance(4, 200, 600)
    assert expected == pytest.approx(float(np.mean(drawn)), rel=0.1)  # type: ignore[arg-type]


def test_divergence_of_nothing_is_not_defined() -> None:
    assert divergence(np.zeros(2), np.ones(2)) is None
    assert by_chance(3, 0, 5) is None


def test_shares_of_labels_add_up_to_one_in_every_split(found: Statistics) -> None:
    table = found.tables["label_shares"]
    sums: dict[Any, np.ndarray[Any, Any]] = {}
    for group, _, *shares, _spread in table.rows:
        sums[group] = sums.get(group, np.zeros(4)) + np.array(shares, float)
    assert sums
    for group, values in sums.items():
        assert values == pytest.approx(np.ones(4)), group


def test_every_table_says_what_it_is_and_has_one_row_a_key(found: Statistics) -> None:
    for name, table in found.tables.items():
        assert name == table.name
        assert table.what.endswith("."), name
        assert all(len(row) == len(table.columns) for row in table.rows), name
        heads = [row[: table.keys] for row in table.rows]
        assert len(set(heads)) == len(heads), name
        values = [value for row in table.rows for value in row]
        assert {type(value) for value in values} <= {str, int, float, type(None)}, name


def test_long_form_has_every_cell_once(found: Statistics) -> None:
    for table in found.tables.values():
        rows = list(table.long())
        assert len(rows) == len(table.rows) * (len(table.columns) - table.keys)
        again = {(row[: table.keys], row[-2]): row[-1] for row in rows}
        for row in table.rows:
            for head, value in zip(table.columns[table.keys :], row[table.keys :], strict=True):
                assert again[row[: table.keys], head] == value


def test_one_split_alone_has_the_figures_that_it_has_among_all(
    built: Path, found: Statistics
) -> None:
    for place, split in enumerate(SPLITS):
        alone = of(built, split)
        assert alone.data["splits"] == [split]
        for name in ("sizes", "events_by_type", "attribution_depths", "argument_distances"):
            whole = found.tables[name]
            here = {row[: whole.keys]: row[whole.keys + place] for row in whole.rows}
            one = alone.tables[name]
            made = {row[: one.keys]: row[one.keys] for row in one.rows}
            assert made == {key: value for key, value in here.items() if key in made or value}


def test_a_label_that_the_scheme_does_not_have_is_counted_all_the_same(
    built: Path, found: Statistics
) -> None:
    other = of(built, None, replace(ontology.load(), roles=()))
    assert counts(other.tables["arguments_by_role"]) == counts(found.tables["arguments_by_role"])


def test_data_that_nobody_annotated_have_sizes_and_no_shares(bare: Path) -> None:
    found = of(bare)
    sizes = {row[0]: row[-1] for row in found.tables["sizes"].rows}
    assert sizes["documents"] == 3
    assert sizes["tokens"]
    assert sizes["mentions"] == sizes["claims"] == 0
    assert all(row[-1] is None for row in found.tables["mentions_by_type"].rows)
    assert found.tables["split_balance"].rows
    assert "mentions_by_type" not in found.plots()
    assert "sizes" in found.plots()


def test_a_folder_without_a_dataset_and_an_unknown_split_are_told_by_code(
    built: Path, tmp_path: Path
) -> None:
    with pytest.raises(IncidentError) as none:
        of(tmp_path)
    assert [item.code for item in none.value.incidents] == ["S001"]
    with pytest.raises(IncidentError) as wrong:
        of(built, "tests")
    assert "nearest is 'test'" in str(wrong.value)
