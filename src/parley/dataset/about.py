"""What the dataset card says of the corpus in words: `corpus/card.toml`."""

import tomllib
from dataclasses import dataclass, fields

from parley.incidents import Incident, IncidentError, nearest, one_of, say
from parley.project import Project

#: The Hub's names, since the libraries take any string without a word.
LICENCES = ("cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc0-1.0", "other")


@dataclass(frozen=True, slots=True)
class About:
    """Name, title and authors; licence and languages by the Hub's names; two texts in Markdown."""

    name: str = "Corpus"
    title: str = "A news corpus of entities, events, attribution and stance"
    authors: str = "The authors"
    license: str = "other"
    languages: tuple[str, ...] = ("en",)
    about: str = "A news corpus annotated in four linked layers."
    limitations: str = "- None are written down yet: add them to `corpus/card.toml`."


def read(project: Project) -> About:
    """The project's `corpus/card.toml`; general words where it has none.

    Raises `IncidentError` (B013) with every fault of the file.
    """
    path = project.corpus / "card.toml"
    if not path.is_file():
        return About()
    file = project.relative(path)
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IncidentError(Incident("B013", file, f"not TOML: {error}")) from None
    names = [field.name for field in fields(About)]
    faults = []
    for key, value in raw.items():
        if key not in names:
            message = say(
                "unknown key", got=key, expected=one_of(names), nearest=nearest(key, names)
            )
        elif key == "languages":
            if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
                continue
            message = say("bad languages", got=value, expected='a list such as ["en"]')
        elif not isinstance(value, str) or not value.strip():
            message = say(f"bad {key}", got=value, expected="text")
        elif key == "license" and value not in LICENCES:
            message = say("unknown license", got=value, expected=one_of(LICENCES))
        else:
            continue
        faults.append(Incident("B013", file, message, item=key))
    if faults:
        raise IncidentError(*faults)
    words = {key: value.strip() for key, value in raw.items() if key != "languages"}
    return About(**words, languages=tuple(raw.get("languages", ("en",))))
