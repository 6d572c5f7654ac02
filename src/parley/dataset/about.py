"""What the dataset card says of the corpus in words: `corpus/card.toml`."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from parley.changelog import entries
from parley.dataset import hub_names
from parley.incidents import Incident, IncidentError, nearest, one_of, say
from parley.project import Project

_SHAPES = {
    "version": (r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}", "three numbers such as 0.1.0"),
    "hub": (hub_names.REPO, "OWNER/NAME"),
    "homepage": (r"https?://\S+", "a web address"),
}
#: Lists of names -> the member of the card's YAML that they become.
_LISTS = {
    "languages": "language",
    "annotations_creators": "annotations_creators",
    "language_creators": "language_creators",
    "source_datasets": "source_datasets",
    "tags": "tags",
}


@dataclass(frozen=True, slots=True)
class About:
    """What only the corpus's makers can say. All of it is optional; the longer texts are Markdown.

    `version` is the corpus's own, x.y.z, apart from the toolchain's; `hub` is the dataset's
    repository on the Hub, OWNER/NAME. Licence, languages, creators and source datasets go by the
    Hub's names (see `hub_names`). The texts from `about` on are the sections of the Hub's dataset
    card; those about how it was made, its limits and its uses are also properties of Croissant's
    vocabulary for responsible AI. `released` is no key of the file: it is the version's day in
    corpus/CHANGELOG.md, YYYY-MM-DD, or empty before that.
    """

    version: str = "0.1.0"
    hub: str = ""
    homepage: str = ""
    name: str = "Corpus"
    title: str = "A news corpus of entities, events, attribution and stance"
    authors: str = "The authors"
    contact: str = ""
    funding: str = ""
    license: str = "other"
    license_name: str = ""
    languages: tuple[str, ...] = ("en",)
    annotations_creators: tuple[str, ...] = ()
    language_creators: tuple[str, ...] = ()
    source_datasets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    about: str = "A news corpus annotated in four linked layers."
    uses: str = ""
    out_of_scope: str = ""
    rationale: str = ""
    collection: str = ""
    producers: str = ""
    annotation: str = ""
    annotators: str = ""
    personal: str = ""
    biases: str = ""
    social_impact: str = ""
    limitations: str = ""
    recommendations: str = ""
    glossary: str = ""
    more: str = ""
    maintenance: str = ""
    released: str = ""

    @property
    def slug(self) -> str:
        """The name in small letters and digits: `parley`."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") or "corpus"

    @property
    def bibtex(self) -> str:
        """How the dataset is cited; without the data's digest, which the card adds."""
        lines = [
            f"title = {{{{{self.title}}}}}",
            f"author = {{{{{self.authors}}}}}",
            *([f"year = {{{self.released[:4]}}}"] if self.released else []),
            f"version = {{{self.version}}}",
            *([f"url = {{{self.url}}}"] if self.url else []),
        ]
        body = ",\n".join(f"  {line}" for line in lines)
        return f"@misc{{{self.slug}-{self.version},\n{body}\n}}"

    @property
    def url(self) -> str:
        """The dataset's page: the homepage, else the one on the Hub, or empty."""
        return self.homepage or (self.hub and f"https://huggingface.co/datasets/{self.hub}")


def read(project: Project) -> About:
    """The project's `corpus/card.toml`; general words where it has none.

    Raises `IncidentError` (B013) with every fault of the file, or of the changelog (V020).
    """
    path = project.corpus / "card.toml"
    found = _read(path, project.relative(path)) if path.is_file() else About()
    days = {
        entry.version: entry.date.isoformat()
        for entry in entries(project.corpus / "CHANGELOG.md")
        if entry.date
    }
    return replace(found, released=days.get(found.version, ""))


def _read(path: Path, file: str) -> About:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IncidentError(Incident("B013", file, f"not TOML: {error}")) from None
    faults = [
        Incident("B013", file, message, item=key)
        for key, value in raw.items()
        for message in _faults(key, value)
    ]
    if faults:
        raise IncidentError(*faults)
    words: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value.strip()
        for key, value in raw.items()
    }
    return About(**words)


def _faults(key: str, value: Any) -> Iterator[str]:
    names = [field.name for field in fields(About) if field.name != "released"]
    if key not in names:
        yield say("unknown key", got=key, expected=one_of(names), nearest=nearest(key, names))
    elif key in _LISTS:
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(one, str) for one in value)
        ):
            example = {"languages": "en", "tags": "news"}.get(key, "original")
            example = "expert-generated" if key.endswith("creators") else example
            yield say(f"bad {key}", got=value, expected=f'a list such as ["{example}"]')
        elif key != "tags":
            yield from filter(None, (hub_names.fault(_LISTS[key], one) for one in value))
    elif not isinstance(value, str) or not value.strip():
        yield say(f"bad {key}", got=value, expected="text")
    elif key in _SHAPES:
        shape, expected = _SHAPES[key]
        if not re.fullmatch(shape, value):
            yield say(f"bad {key}", got=value, expected=expected)
    elif key == "license":
        yield from filter(None, (hub_names.fault("license", value),))
