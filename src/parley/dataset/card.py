"""README.md of a built folder: the dataset card, its YAML, and its data dictionary.

Everything with a number in it is made from the build at hand. The words are in `card.md`.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from parley import json_io
from parley.dataset import evals, features, hub_names, manifest
from parley.dataset.about import About
from parley.dataset.features import CONFIGS, DEFAULT, Field, ListOf, Struct, type_name
from parley.dataset.manifest import Contents

_TASK_CATEGORIES = (
    "token-classification",
    "text-classification",
    "question-answering",
    "multiple-choice",
)
_TASK_IDS = (
    "named-entity-recognition",
    "coreference-resolution",
    "extractive-qa",
    "multiple-choice-qa",
)
_PLACE = "PATH_OR_REPO"
#: Sections whose words are the corpus's own.
_SECTIONS = (
    "about",
    "uses",
    "out_of_scope",
    "rationale",
    "collection",
    "producers",
    "annotation",
    "annotators",
    "personal",
    "biases",
    "social_impact",
    "limitations",
    "recommendations",
    "glossary",
    "maintenance",
    "contact",
)


def make(contents: Contents, figures: Mapping[str, str] | None = None) -> str:
    """The whole file; `figures` are paths of pictures in the folder -> what they show.

    Raises `ValueError` where its YAML has a name that the Hub does not know.
    """
    template = Template((Path(__file__).parent / "card.md").read_text("utf-8"))
    head = f"---\n{_yaml(contents)}\n---\n"
    about = contents.about
    pictures = [f"![{shows}]({path})" for path, shows in (figures or {}).items()]
    return head + template.substitute(
        {name: getattr(about, name) or _unwritten(name) for name in _SECTIONS},
        configs=_table(("config", "one row is", *contents.ontology.splits), _config_rows(contents))
        + _empty(contents),
        dictionary="\n\n".join(_dictionary(contents)),
        examples="\n\n".join(_examples(contents)),
        figures="".join(f"{one}\n\n" for one in pictures),
        counts="\n\n".join(_counts(contents)),
        splits=_table(("story", "split", "documents", "why"), _split_rows(contents)),
        missing=_missing(contents),
        tokens=_tokens(contents),
        claims=_claims_table(),
        questions=_questions_table(),
        evals=_evals(contents),
        details=_details(about),
        sources=_sources(about),
        place=about.hub or _PLACE,
        files=f"hf://datasets/{about.hub}" if about.hub else "PATH",
        revision=f', revision="v{about.version}"' if about.hub else "",
        which=_which(about),
        name=about.name,
        title=about.title,
        authors=about.authors,
        license=about.license_name or about.license,
        more=f"\n{about.more}\n" if about.more else "",
        version=about.version,
        signature=contents.logical[:12],
        bibtex=bibtex(contents),
    )


def bibtex(contents: Contents) -> str:
    """The citation, with the digest that names the data."""
    head = contents.about.bibtex.removesuffix("\n}")
    return f"{head},\n  note = {{Data {contents.logical[:12]}}}\n}}"


# -- what is made of corpus/card.toml


def _unwritten(key: str) -> str:
    return f"Nothing is written down yet: add `{key}` to `corpus/card.toml`."


def _details(about: About) -> str:
    rows = [
        ("Curated by", about.authors),
        ("Funded by", about.funding),
        ("Language(s) (NLP)", ", ".join(about.languages)),
        ("License", about.license_name or about.license),
    ]
    return "\n".join(f"- **{name}:** {value}" for name, value in rows if value)


def _sources(about: About) -> str:
    rows = []
    if about.homepage:
        rows.append(f"- **Homepage:** {about.homepage}")
    if about.hub:
        rows.append(f"- **Repository:** https://huggingface.co/datasets/{about.hub}")
    rows.append(
        "- **Toolchain:** built with Parley from article files and annotations, which its "
        "repository holds with the guidelines, the ledgers and every decision."
    )
    return "\n".join(rows)


def _which(about: About) -> str:
    if not about.hub:
        return (
            f"`{_PLACE}` is this folder (`PATH` too), or its repository on the Hub; there, a "
            f'version is a revision: `revision="v{about.version}"`. `datasets` keeps what it '
            "loaded by version: a folder built anew under the same version needs a fresh "
            "`cache_dir`."
        )
    return (
        f'Without `revision` you get the newest version; `revision="v{about.version}"` is this one '
        "and stays it. A copy of the folder loads the same way, by its path. In the other readers, "
        f"`hf://datasets/{about.hub}@v{about.version}` is the version."
    )


def _evals(contents: Contents) -> str:
    tasks = evals.tasks(contents.counts)
    if not tasks:
        return f"This build has no questions in `{evals.SPLIT}`, so `{evals.NAME}` has no tasks."
    names = ", ".join(f"`{evals.config(task)}`" for task in tasks)
    place = contents.about.hub or "OWNER/NAME"
    return (
        f"One task alone is {names}: the same files behind a filter (`datasets` 4.0 or later; "
        f"other readers, and older versions, do not filter). `{evals.NAME}` makes them tasks of "
        f"[Inspect](https://inspect.aisi.org.uk): `inspect eval hf/{place}/{tasks[0]} --model "
        "MODEL`. There, of several accepted `answers` only `answer` counts."
    )


# -- YAML


def _yaml(contents: Contents) -> str:
    from datasets import DatasetInfo, SplitDict, SplitInfo
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCardData

    infos = DatasetInfosDict()
    # Splits that have rows: `datasets` can load no others.
    named = {
        config.name: [*filter(contents.rows(config.name).get, contents.ontology.splits)]
        for config in CONFIGS
    }
    for config in CONFIGS:
        if not named[config.name]:
            continue
        tables = {split: contents.tables[config.name, split] for split in named[config.name]}
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
    about = contents.about
    listed = [_config(name, splits, about.version) for name, splits in named.items() if splits]
    data = DatasetCardData(
        pretty_name=about.name,
        language=list(about.languages),
        license=about.license,
        size_categories=[hub_names.size(sum(contents.rows(DEFAULT).values()))],
        task_categories=list(_TASK_CATEGORIES),
        task_ids=list(_TASK_IDS),
        annotations_creators=list(about.annotations_creators) or None,
        language_creators=list(about.language_creators) or None,
        multilinguality=["multilingual" if len(about.languages) > 1 else "monolingual"],
        source_datasets=list(about.source_datasets) or None,
        tags=list(about.tags) or None,
        configs=[*listed, *evals.configs(about, contents.counts)],
    )
    if about.license == "other":
        # What the Hub asks for where the licence is not on its list.
        data["license_name"] = about.license_name or f"{about.slug}-license"
        data["license_link"] = "LICENSE"
    infos.to_dataset_card_data(data)
    known: dict[str, Any] = data.to_dict()  # type: ignore[no-untyped-call]
    for _, message in hub_names.faults(known):
        raise ValueError(message)
    return str(data.to_yaml(line_break="\n"))


def _config(name: str, splits: Sequence[str], version: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "config_name": name,
        # Readers keep what they loaded by version and size; both change with the data.
        "version": version,
        "data_files": [{"split": split, "path": manifest.path(name, split)} for split in splits],
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


def _empty(contents: Contents) -> str:
    if all(table.rows for table in contents.tables.values()):
        return ""
    return (
        "\n\nA split without rows is not in the YAML at the top of this file, nor is a config "
        "without any: `datasets` cannot load them. Their files are there all the same."
    )


def _dictionary(contents: Contents) -> Iterable[str]:
    for config in CONFIGS:
        rows = list(_field_rows("", config.fields, contents))
        body = _table(("field", "type", "meaning"), rows)
        folded = _folded(f"{len(rows)} fields", body)
        yield f"#### {config.name}\n\nOne row is {config.row}.\n\n{folded}"


def _folded(title: str, body: str) -> str:
    """Markdown that a click opens: what is looked up, not read."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


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
            yield f"#### {config.name}\n\nThis build has no row of it."
            continue
        shown = json_io.dumps(shorten(row), pretty=True).decode()
        folded = _folded("A row", f"```json\n{shown}```")
        yield f"#### {config.name}\n\n{folded}"


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
