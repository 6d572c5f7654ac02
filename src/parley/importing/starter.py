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
    heads: dict[str, Counter[str]] = {}
    for document in documents:
        called = {mark.id: mark.label for mark in document.marks}
        for link in document.links:
            if link.head in called:
                heads.setdefault(called[link.head], Counter())[link.label] += 1
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
        frame = _frame(heads.get(label, ()), scheme)
        known_label = label in ours or label in scheme.labels
        lines.append(_line(label, count, known_label, ours, "attribution" if frame else None))
    lines += ["", "[links]"]
    for name, count in sorted(links.items()):
        mapped = name in scheme.links or any(scheme.link(name, layer) for layer in LAYERS)
        lines.append(_line(name, count, mapped, roles))
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


def _frame(links: Iterable[str], scheme: Scheme) -> bool:
    """Whether marks with these links are attributions: all are parts of one, among them contents
    or cues, since other layers may have sources, too."""
    found = set()
    for name in links:
        turn = scheme.turn(name)
        found.add(scheme.link(turn.to, "attribution") if turn else None)
    return bool(found & {"content", "cue"}) and None not in found


def _line(name: str, count: int, known: bool, valid: list[str], guess: str | None = None) -> str:
    """The line of a name; `guess` is a better one than the nearest name."""
    if known:
        return f"# {_quoted(name)}: known, {count:,}"
    guess = guess or nearest(name, valid)
    return f"{_quoted(name)} = {'false' if guess is None else _quoted(guess)}  # {count:,}"


def _quoted(name: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but DEL must be escaped, too."""
    plain = name.encode("utf-8", "replace").decode()
    return json_io.dumps(plain).decode().replace("\x7f", "\\u007F")
