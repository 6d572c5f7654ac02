"""README.md of a built folder: the dataset card, its YAML, and its data dictionary.

Everything with a number in it is made from the build at hand. The words are in `card.md`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template
from typing import Any

from parley import __version__, json_io
from parley.dataset import features
from parley.dataset.features import CONFIGS, DEFAULT, Field, ListOf, Struct, type_name
from parley.dataset.manifest import Contents

#: The Hub's names, since the libraries take any string without a word.
TASK_CATEGORIES = frozenset(
    {
        "token-classification",
        "text-classification",
        "feature-extraction",
        "question-answering",
        "multiple-choice",
    }
)
TASK_IDS = frozenset({"named-entity-recognition", "coreference-resolution"})

#: Size categories of the Hub, by rows of the default config.
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def make(contents: Contents) -> str:
    """The whole file."""
    template = Template((Path(__file__).parent / "card.md").read_text("utf-8"))
    head = f"---\n{_yaml(contents)}\n---\n"
    return head + template.substitute(
        configs=_table(("config", "one row is", *contents.ontology.splits), _config_rows(contents)),
        dictionary="\n\n".join(_dictionary(contents)),
        examples="\n\n".join(_examples(contents)),
        counts="\n\n".join(_counts(contents)),
        splits=_table(("story", "split", "documents", "why"), _split_rows(contents)),
        missing=_missing(contents),
        tokens=_tokens(contents),
        claims=_claims_table(),
        questions=_questions_table(),
        name=contents.about.name,
        title=contents.about.title,
        authors=contents.about.authors,
        license=contents.about.license,
        about=contents.about.about,
        limitations=contents.about.limitations,
        version=__version__,
        signature=contents.logical[:12],
    )


# -- YAML


def _yaml(contents: Contents) -> str:
    from datasets import DatasetInfo, SplitDict, SplitInfo
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCardData

    splits = contents.ontology.splits
    infos = DatasetInfosDict()
    for config in CONFIGS:
        tables = {split: contents.tables[config.name, split] for split in splits}
        infos[config.name] = DatasetInfo(
            features=features.features(config, contents.ontology),
            splits=SplitDict(
                {
                    name: SplitInfo(name, num_bytes=item.uncompressed, num_examples=item.rows)
                    for name, item in tables.items()
                }
            ),
            download_size=sum(item.bytes for item in tables.values()),
            dataset_size=sum(item.uncompressed for item in tables.values()),
        )
    rows = sum(contents.rows(DEFAULT).values())
    data = DatasetCardData(
        pretty_name=contents.about.name,
        language=list(contents.about.languages),
        license=contents.about.license,
        size_categories=[next((name for limit, name in _SIZES if rows < limit), "n>10M")],
        task_categories=[
            _known(name, TASK_CATEGORIES)
            for name in (
                "token-classification",
                "text-classification",
                "question-answering",
                "multiple-choice",
            )
        ],
        task_ids=[
            _known(name, TASK_IDS)
            for name in ("named-entity-recognition", "coreference-resolution")
        ],
        annotations_creators=["machine-generated"],
        language_creators=["machine-generated"],
        multilinguality=["monolingual"],
        source_datasets=["original"],
        tags=[
            "news",
            "event-extraction",
            "attribution",
            "quotation",
            "stance-detection",
            "entity-linking",
            "claims",
        ],
        configs=[_config(config.name, splits) for config in CONFIGS],
    )
    infos.to_dataset_card_data(data)
    return str(data.to_yaml(line_break="\n"))


def _known(name: str, names: Iterable[str]) -> str:
    if name not in names:
        raise ValueError(f"{name!r} is not one of the Hub's names")
    return name


def _config(name: str, splits: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "config_name": name,
        # Readers keep what they loaded by version and size; both change with the data.
        "version": __version__,
        "data_files": [
            {"split": split, "path": f"{name}/{split}-00000-of-00001.parquet"} for split in splits
        ],
    }
    if name == DEFAULT:
        found["default"] = True
    return found


# -- tables


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _config_rows(contents: Contents) -> Iterable[Sequence[object]]:
    for config in CONFIGS:
        name = f"`{config.name}`" + (" (default)" if config.name == DEFAULT else "")
        yield (name, config.row, *contents.rows(config.name).values())


def _dictionary(contents: Contents) -> Iterable[str]:
    for config in CONFIGS:
        rows = list(_field_rows("", config.fields, contents))
        body = _table(("field", "type", "meaning"), rows)
        yield f"### {config.name}\n\nOne row is {config.row}.\n\n{body}"


def _field_rows(prefix: str, fields: Sequence[Field], contents: Contents) -> Iterable[list[str]]:
    for field in fields:
        name = f"{prefix}{field.name}"
        yield [f"`{name}`", type_name(field.type, contents.ontology), field.description]
        inner = field.type.item if isinstance(field.type, ListOf) else field.type
        if isinstance(inner, Struct):
            yield from _field_rows(f"{name}.", inner.fields, contents)


def _examples(contents: Contents) -> Iterable[str]:
    for config in CONFIGS:
        row = contents.examples.get(config.name)
        if row is None:
            yield f"### {config.name}\n\nThis build has no row of it."
            continue
        shown = json_io.dumps(shorten(row), pretty=True).decode()
        yield f"### {config.name}\n\n```json\n{shown}```"


def shorten(value: Any, items: int = 2, characters: int = 160) -> Any:
    """A row for reading: long lists cut to their first items, long strings to their beginning."""
    if isinstance(value, dict):
        return {key: shorten(item, items, characters) for key, item in value.items()}
    if isinstance(value, list):
        scalars = not any(isinstance(item, dict | list) for item in value)
        keep = 24 if scalars else items
        kept = [shorten(item, items, characters) for item in value[:keep]]
        return [*kept, f"… {len(value) - keep} more"] if len(value) > keep else kept
    if isinstance(value, str) and len(value) > characters:
        return value[: characters - 1] + "…"
    return value


_COUNTED = {
    "form": "Documents by form",
    "layer": "Documents by annotated layer",
    "mention": "Mentions by type",
    "mention_type": "Mentions by how they refer",
    "event": "Events by type",
    "style": "Attributions by style",
    "source_kind": "Attributions by kind of source",
    "depth": "Attributions by depth",
    "stance": "Stances by label",
    "claimed": "Claims by what is claimed",
    "question": "Questions by task",
}


def _counts(contents: Contents) -> Iterable[str]:
    splits = contents.ontology.splits
    for group, title in _COUNTED.items():
        names = {
            name: None
            for split in splits
            for name in sorted(contents.counts[split])
            if name.startswith(f"{group}/")
        }
        if not names:
            continue
        rows = [
            (name.partition("/")[2], *(contents.counts[split][name] for split in splits))
            for name in names
        ]
        totals = (sum(contents.counts[split][name] for name in names) for split in splits)
        if group != "layer":  # a document has several
            rows.append(("all", *totals))
        yield f"**{title}**\n\n{_table((group, *splits), rows)}"


def _split_rows(contents: Contents) -> Iterable[Sequence[object]]:
    stories: dict[str, list[Any]] = {}
    for item in contents.documents:
        row = stories.setdefault(item.story, [item.split, 0, item.reason])
        row[1] += 1
    for story, row in sorted(stories.items()):
        yield (story, *row)


def _missing(contents: Contents) -> str:
    withheld = [item for item in contents.documents if item.status == "withheld"]
    if not withheld:
        return "This build has no withheld documents."
    head = (
        "Some documents are other people's prose. Parley shares their annotations and digests, "
        "not their text: `parley hydrate DIR` restores the text from your own copies, and "
        "`parley build` then takes them in."
    )
    rows = [
        (f"`{item.doc_id}`", item.split, item.length, "here" if item.published else "left out")
        for item in withheld
    ]
    body = _table(("document", "split", "characters", "in this build"), rows)
    if any(item.published for item in withheld):
        body += "\n\n**This build holds withheld texts. Do not publish it.**"
    return f"{head}\n\n{body}"


def _tokens(contents: Contents) -> str:
    total = {
        name: sum(counts[name] for counts in contents.counts.values())
        for name in ("tokens", "ner_spans", "ner_nested", "ner_inside_token", "crossing")
    }
    return (
        f"This build has {total['tokens']:,} tokens and {total['ner_spans']:,} tagged names. "
        f"{total['ner_nested']:,} names lie inside a longer one and are not tagged in `ner`; "
        f"{total['ner_inside_token']:,} begin or end inside a token and are not tagged either. "
        f"{total['crossing']:,} spans cross a sentence's end and stand in `documents` only."
    )


def _claims_table() -> str:
    from parley.dataset.claims import claimed

    rows = [
        (
            modality,
            tense,
            claimed("positive", modality, tense),
            claimed("negative", modality, tense),
        )
        for modality in ("asserted", "planned", "possible", "hypothetical")
        for tense in ("past", "present", "future", "unspecified")
    ]
    return _table(("modality", "tense", "positive", "negative"), rows)


def _questions_table() -> str:
    from parley.dataset.questions import TASKS

    rows = [(f"`{name}`", task.asks, task.answer) for name, task in TASKS.items()]
    return _table(("task", "asks", "answer"), rows)
