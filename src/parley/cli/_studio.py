"""What the commands about Label Studio share: the round, its projects, and how they speak."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import json_io
from parley.document import Document
from parley.incidents import Incident, IncidentError, say
from parley.ontology import LAYERS
from parley.project import Project

if TYPE_CHECKING:
    from parley.studio.client import Client
    from parley.studio.projects import Ensured
    from parley.studio.rounds import Round

#: The project that `parley studio up` makes is a round of one annotator, never written down.
MAIN = "main"
CURATOR = "curator"


def tell(line: str) -> None:
    """Progress, on standard error."""
    print(line, file=sys.stderr, flush=True)


def dump(value: Any) -> None:
    """JSON for a script, on standard output."""
    print(json_io.dumps(value, pretty=True).decode(), end="")


def load(path: Path) -> Any:
    """The JSON value of a file that the user names."""
    try:
        return json_io.loads(path.read_bytes())
    except json_io.JsonError as error:
        message = f"not JSON that can be read: {error}"
        raise IncidentError(Incident("X001", str(path), message)) from None


def count(number: int, what: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def words(text: str | None) -> list[str]:
    """A comma-separated argument."""
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def layers(text: str | None) -> list[str]:
    """The layers named, in the scheme's order; all where none is."""
    named = words(text) or list(LAYERS)
    wrong = [layer for layer in named if layer not in LAYERS]
    if wrong:
        message = say("no such layer", got=wrong, expected=",".join(LAYERS))
        raise IncidentError(Incident("U011", "--layers", message))
    return [layer for layer in LAYERS if layer in named]


def report(
    incidents: Sequence[Incident], links: Mapping[tuple[str, str], str] | None = None
) -> int:
    """Prints incidents, each with the link of its file and document where there is one; the exit
    code."""
    for incident in sorted(set(incidents), key=Incident.sort_key):
        link = (links or {}).get((incident.file, incident.doc_id or ""))
        print(f"{incident}\n    {link}" if link else incident, file=sys.stderr)
    return 1 if incidents else 0


def main_round(
    items: Sequence[Document], wanted: Sequence[str] = LAYERS, prefill: str = ""
) -> "Round":
    """The round of `parley studio up`: every document, one curator."""
    from parley.studio.rounds import Round

    documents = {CURATOR: [item.id for item in items]}
    return Round(MAIN, "", {CURATOR: ""}, documents, [], list(wanted), True, prefill, "", "")


def round_on_server(
    args: argparse.Namespace,
) -> "tuple[Project, Client, Round, dict[str, int]]":
    """The project, a client, the round named and its annotators' user ids."""
    from parley.studio import accounts, connect, rounds
    from parley.studio.home import Home

    project = Project.find(args.root)
    if args.round == MAIN and MAIN not in rounds.names(project):
        made = main_round([])
    else:
        made = rounds.read(project, args.round)
    annotators(made, getattr(args, "annotator", None))
    client = connect.client(Home(project), args.url)
    users: dict[str, int] = {}
    if made.name != MAIN:
        known = client.users()
        users = {
            who: known[accounts.email(who, told)]
            for who, told in made.annotators.items()
            if accounts.email(who, told) in known
        }
    return project, client, made, users


def annotators(made: "Round", named: str | None) -> list[str]:
    """The annotators asked for; raises `IncidentError` (U010) for one who is not in the round."""
    if named is None:
        return list(made.annotators)
    if named in made.annotators:
        return [named]
    message = say("no such annotator in the round", got=named, expected=", ".join(made.annotators))
    raise IncidentError(Incident("U010", f"round {made.name}", message))


def title(made: "Round", annotator: str) -> str:
    """What the annotator reads in the list of projects."""
    if made.name == MAIN:
        return "Parley"
    return f"{made.name} · {annotator}" if made.blind else made.name


def ensure(
    client: "Client",
    project: Project,
    made: "Round",
    annotator: str,
    items: Sequence[Document],
    quiet: bool,
) -> "Ensured":
    """Makes or completes one project of a round."""
    from parley.studio import content, projects, pull

    by_id = {item.id: item for item in items}
    ordered = [by_id[doc_id] for doc_id in made.documents[annotator]]
    tasks = content.tasks(project, ordered, made.prefill)
    prefilled = any("predictions" in task for task in tasks)

    def progress(number: int, total: int) -> None:
        if not quiet and total > number:
            tell(f"imported {number:,} of {total:,} tasks")

    return projects.ensure(
        client,
        title(made, annotator),
        pull.marker(made, annotator),
        content.label_config(project, made.layers),
        tasks,
        content.settings(1 if made.blind else len(made.annotators), prefilled),
        progress,
    )


def ensured(done: "Ensured", total: int) -> str:
    """One line about a project that was made or completed."""
    if not done.changed:
        return f"{done.project.title}: {count(total, 'task')}, nothing to do"
    parts = [
        "made" if done.made else "",
        f"{count(done.imported, 'task')} imported" if done.imported else "",
        f"{count(done.predicted, 'pre-annotation')} added" if done.predicted else "",
        f"{count(done.doubles, 'double')} removed" if done.doubles else "",
        "interface renewed" if done.configured else "",
    ]
    return f"{done.project.title}: " + ", ".join(part for part in parts if part)
