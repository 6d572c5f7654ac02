"""The pages of docs/ that are made from the codes and the ontology."""

from collections.abc import Iterable, Sequence

from parley.codes import GROUPS, Code, codes
from parley.ontology import Label, Ontology, Role

_MADE = "<!-- Made by `python scripts/refresh.py` from {source}; do not edit. -->\n"


def checks() -> str:
    """Every code, by group: title, explanation, a bad case and the same, good."""
    found = list(codes().values())
    out = [
        "# Checks and codes",
        "",
        _MADE.format(source="src/parley/codes"),
        "`parley check` runs six levels in order and reports every fault in one run. "
        "`parley check --explain CODE` prints an entry of this page, `parley check --list` all "
        "titles. Codes are stable: a code never changes its meaning.",
        "",
        "| group | about | codes |",
        "|---|---|---|",
    ]
    for group, about in GROUPS.items():
        count = sum(code.group == group for code in found)
        if count:
            out.append(f"| [{group}](#{_anchor(group, about)}) | {about} | {count} |")
    for group, about in GROUPS.items():
        entries = [code for code in found if code.group == group]
        if entries:
            out += ["", f"## {group}: {about}"]
            for code in entries:
                out += _code(code)
    return "\n".join(out) + "\n"


def _anchor(group: str, about: str) -> str:
    kept = (char for char in f"{group}: {about}".lower() if char.isalnum() or char in " -_")
    return "".join(kept).replace(" ", "-")


def _code(code: Code) -> list[str]:
    return [
        "",
        f"### {code.code}: {code.title}",
        "",
        code.explain,
        "",
        f"- bad: {_literal(code.bad)}",
        f"- good: {_literal(code.good)}",
    ]


def _literal(case: str) -> str:
    """A case as inline code; longer fences where it holds backticks itself."""
    fence = "``" if "`" in case else "`"
    pad = " " if "`" in case else ""
    return f"{fence}{pad}{case}{pad}{fence}"


def ontology(scheme: Ontology) -> str:
    """Every label, role and attribute of the scheme."""
    out = [
        "# The annotation scheme",
        "",
        _MADE.format(source="schema/ontology.toml"),
        f"Version {scheme.version}. How to annotate is in annotations/GUIDELINES.md; this page "
        "lists what there is. The order of every list is the published one: integers of the "
        "dataset's class labels are positions in it.",
        "",
        "| layer | after |",
        "|---|---|",
        *(f"| {layer} | {source} |" for layer, source in scheme.sources.items()),
        "",
        "## Mentions (layer `entity`)",
        "",
        *_table(
            ("type", "what it is", "CoNLL", "ACE", "value"),
            (
                (label.name, label.definition, label.conll, label.ace, label.value)
                for label in scheme.entity
            ),
        ),
        *_attributes(scheme, "entity"),
        "",
        "## Events (layer `event`)",
        "",
        *_table(
            ("type", "what it is", "family", "modes"),
            (
                (label.name, _event(label), label.family, ", ".join(label.modes))
                for label in scheme.event
            ),
        ),
        *_attributes(scheme, "event"),
        "",
        "Arguments:",
        "",
        *_roles(scheme.roles),
        "",
        "## Attributions (layer `attribution`)",
        "",
        *_table(
            ("part", "what it is"), ((label.name, label.definition) for label in scheme.attribution)
        ),
        *_attributes(scheme, "attribution"),
        "",
        "Links, drawn from the cue:",
        "",
        *_table(("link", "what it is"), ((role.name, role.definition) for role in scheme.links)),
        "",
        "## Stances (layer `stance`)",
        "",
        *_table(
            ("span", "what it is"), ((label.name, label.definition) for label in scheme.stance)
        ),
        *_attributes(scheme, "stance"),
        "",
        "Links, drawn from the expression:",
        "",
        *_roles(scheme.stance_links),
        "",
        "## Documents",
        "",
        *_table(
            ("paragraph kind", "annotated", "what it is"),
            (
                (kind.name, "yes" if kind.annotated else "no", kind.definition)
                for kind in scheme.paragraph_kinds
            ),
        ),
        "",
        f"Forms: {', '.join(scheme.forms)}.",
        "",
        f"Splits: {', '.join(scheme.splits)}.",
    ]
    return "\n".join(out) + "\n"


def _event(label: Label) -> str:
    return f"{label.definition} (Extension of PLOVER.)" if label.extension else label.definition


def _roles(roles: Sequence[Role]) -> list[str]:
    return _table(
        ("role", "what it is", "takes", "mention types"),
        (
            (role.name, role.definition, " or ".join(role.range), ", ".join(role.types) or "any")
            for role in roles
        ),
    )


def _attributes(scheme: Ontology, layer: str) -> list[str]:
    found = [each for each in scheme.attributes.values() if each.layer == layer]
    rows = (
        (each.name, ", ".join(each.values), each.default or "none: always given", each.definition)
        for each in found
    )
    table = _table(("attribute", "values", "default", "what it says"), rows)
    return ["", *table] if found else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows),
    ]
