"""One definition of every field: Arrow, `datasets`, YAML and rows all agree with it."""

from random import Random
from typing import Any

import pytest

from parley import document, ontology
from parley.dataset import features
from parley.dataset.features import CONFIGS, Config, Field, ListOf, Struct
from parley.dataset.rows import Labels, rows
from tests.dataset import made_documents

SCHEME = ontology.load()
EACH = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)


@EACH
def test_the_arrow_schema_is_that_of_the_features(config: Config) -> None:
    assert features.features(config, SCHEME).arrow_schema.remove_metadata() == (
        features.arrow_schema(config)
    )


@EACH
def test_rows_have_the_fields_in_their_published_order(config: Config) -> None:
    item, annotations = made_documents.a_document(Random(3), lines=30)
    built = rows(item, document.to_dict(annotations), Labels.make(SCHEME))
    assert built.rows[config.name]
    for row in built.rows[config.name]:
        _same_order(config.fields, row)


def _same_order(fields: tuple[Field, ...], value: dict[str, Any]) -> None:
    assert [field.name for field in fields] == list(value)
    for field in fields:
        if isinstance(field.type, ListOf) and isinstance(field.type.item, Struct):
            for item in value[field.name]:
                _same_order(field.type.item.fields, item)


@EACH
def test_every_field_says_what_it_means(config: Config) -> None:
    def all_fields(fields: tuple[Field, ...]) -> list[Field]:
        found = list(fields)
        for field in fields:
            if isinstance(field.type, ListOf) and isinstance(field.type.item, Struct):
                found += all_fields(field.type.item.fields)
        return found

    for field in all_fields(config.fields):
        assert field.description.endswith("."), field.name
    names = [field.name for field in config.fields]
    assert len(names) == len(set(names))


def test_labels_are_the_ontologys_in_its_order() -> None:
    labels = {
        f"{config.name}.{path}": names
        for config in CONFIGS
        for path, names in features.label_fields(config, SCHEME)
    }
    assert labels["events.type"] == SCHEME.names("event")
    assert labels["events.arguments.role"] == tuple(role.name for role in SCHEME.roles)
    assert labels["stance.label"] == SCHEME.values("label")
    assert labels["ner.ner_tags"][:3] == ("O", "B-PERSON", "I-PERSON")
    assert labels["documents.form"] == SCHEME.forms


def test_the_schema_digest_changes_with_label_order_only() -> None:
    from dataclasses import replace

    turned = replace(SCHEME, forms=SCHEME.forms[::-1])
    changed = {
        config.name
        for config in CONFIGS
        if features.schema_digest(config, SCHEME) != features.schema_digest(config, turned)
    }
    assert changed == {"documents"}
