"""A mapping file to begin with: what foreign files call things, with counts and guesses."""

from collections import Counter
from collections.abc import Iterable

from parley import json_io
from parley.formats.standoff import Standoff
from parley.importing.mapping import FREE, NOTE, Scheme, link_names
from parley.incidents import nearest
from parley.ontology import LAYERS

#: Values of an attribute that are listed; one with more is free text.
MOST = 20


def write(documents: Iterable[Standoff], scheme: Scheme) -> str:
    """TOML with a line for each label, link and attribute of the files.

    What the scheme knows already stands as a comment; a guess is the nearest name of the ontology,
    and false where none is near, so that the file can be used as it is.
    """
    labels: Counter[str] = Counter()
    links: Counter[str] = Counter()
    attributes: dict[str, Counter[str]] = {}
    for document in documents:
        labels.update(mark.label for mark in document.marks)
        # Numbers that brat puts on roles are no part of their names.
        links.update(link.label.rstrip("0123456789") or link.label for link in document.links)
        for mark in document.marks:
            for name, value in mark.attributes.items():
                attributes.setdefault(name, Counter())[value] += 1
    ontology = scheme.ontology
    ours = [label for layer in LAYERS for label in ontology.names(layer)]
    roles = [role for layer in LAYERS for role in link_names(ontology, layer)]
    free = [name for layer in LAYERS for name in FREE[layer]]
    known = [*ontology.attributes, *free, NOTE]
    lines = ["[labels]"]
    for label, count in sorted(labels.items()):
        lines.append(_line(label, count, label in ours or label in scheme.labels, ours))
    lines += ["", "[links]"]
    for link, count in sorted(links.items()):
        mapped = link in scheme.links or any(scheme.link(link, layer) for layer in LAYERS)
        lines.append(_line(link, count, mapped, roles))
    lines += ["", "[attributes]"]
    for name, values in sorted(attributes.items()):
        mapped = name in known or name in scheme.attributes
        lines.append(_line(name, values.total(), mapped, known))
    for name, values in sorted(attributes.items()):
        question = ontology.attributes.get(name)
        valid = list(question.values) if question else []
        if name in (*free, NOTE) or len(values) > MOST or set(values) <= set(valid):
            continue
        lines += [
            "",
            f"# values of {_quoted(name)}; the table counts where the attribute is mapped",
        ]
        lines += [f"# [values.{_quoted(name)}]"]
        lines += [f"# {_quoted(value)} = {count}" for value, count in sorted(values.items())]
    return "\n".join(lines) + "\n"


def _line(name: str, count: int, known: bool, valid: list[str]) -> str:
    if known:
        return f"# {_quoted(name)}: known, {count:,}"
    guess = nearest(name, valid)
    return f"{_quoted(name)} = {'false' if guess is None else _quoted(guess)}  # {count:,}"


def _quoted(name: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but DEL must be escaped, too."""
    plain = name.encode("utf-8", "replace").decode()
    return json_io.dumps(plain).decode().replace("\x7f", "\\u007F")
