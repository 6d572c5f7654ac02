"""From a round's readings to gold: merge what agrees, decide the rest, write gold.

Each run takes the next step. First it puts every disagreement into a Label Studio project: both
readings shown, one key to take either. Run again, it brings the decisions in, and once all are made
it merges the documents and puts them up for a last look, where anything can still be changed. With
--finish it brings that back and writes gold, which says of every annotation whether it was agreed,
taken from one annotator, mixed, edited or new.
"""

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import json_io
from parley.cli import _studio as shared
from parley.cli._run import add_root
from parley.incidents import Incident
from parley.project import Project

if TYPE_CHECKING:
    from parley.adjudication.decisions import Decision
    from parley.adjudication.items import Compared, Item
    from parley.adjudication.merge import Merged
    from parley.studio.client import Client, RemoteProject

EPILOG = """examples:
  parley adjudicate pilot                   put the disagreements up, or bring the answers in
  parley adjudicate pilot --list            every disagreement as JSON lines; no server needed
  parley adjudicate pilot --decisions decided.jsonl   answer them from a file
  parley adjudicate pilot --finish          write gold from the merged documents

files: annotations/adjudication/ROUND.jsonl holds the decisions;
annotations/exports/ROUND-gold/adjudicated.json the merged documents as the server had them.

exit codes: 0 done, 1 incidents or decisions still to make, 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley adjudicate`."""
    parser.epilog = EPILOG
    parser.add_argument("round", metavar="ROUND")
    parser.add_argument(
        "--annotators", metavar="A,B", help="whose readings (needed where there are more than two)"
    )
    parser.add_argument("--documents", help="ids, comma-separated (default: all that both did)")
    parser.add_argument("--list", action="store_true", help="print the disagreements and end")
    parser.add_argument(
        "--decisions", type=Path, metavar="FILE", help="submit decisions from JSONL"
    )
    parser.add_argument("--finish", action="store_true", help="write gold")
    parser.add_argument("--url", help="a server of your own (token: PARLEY_STUDIO_TOKEN)")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Takes the next step of a round's adjudication."""
    from parley.adjudication import decisions, items
    from parley.studio import connect
    from parley.studio.home import Home

    project = Project.find(args.root)
    names, compared, texts, incidents = _readings(project, args)
    questions = items.by_id(compared)
    if args.list:
        for item in questions.values():
            print(json_io.dumps(_listed(item, texts[item.doc_id])).decode())
        return shared.report(incidents)
    client = connect.client(Home(project), args.url)
    file = decisions.path(project, args.round)
    remote = _ask(client, args, questions, texts)
    kept = decisions.read(file, questions)
    told = dict(kept.decisions)
    if args.decisions is not None:
        told |= decisions.read(args.decisions, questions).decisions
        _submit(client, remote, told)
    made = [_signed(one, told.get(one.item)) for one in _answers(client, remote)]
    kept.decisions.update({one.item: one for one in made if one.item in questions})
    decisions.keep(file, kept.decisions.values(), questions)
    left = [item for item in questions if item not in kept.decisions]
    state: dict[str, Any] = {
        "round": args.round,
        "readings": names,
        "documents": len(compared),
        "agreed": sum(len(one.agreed) for one in compared.values()),
        "disagreements": len(questions),
        "decided": len(questions) - len(left),
        "verdicts": dict(Counter(one.verdict for one in kept.decisions.values())),
        "stale": len(kept.stale),
        "link": client.link(remote.id),
    }
    if not left:
        incidents += _merge(client, project, args, compared, kept.decisions, names, state)
    if args.json:
        shared.dump(state)
    else:
        print(_told(state, left=len(left)))
    return shared.report(incidents) or (1 if left else 0)


def _readings(
    project: Project, args: argparse.Namespace
) -> "tuple[dict[str, str], dict[str, Compared], dict[str, str], list[Incident]]":
    """The two annotators, their readings side by side by document, and the texts."""
    from parley.adjudication.items import compare
    from parley.agreement import read
    from parley.incidents import stop

    try:
        found = read.read(project, args.round, documents=shared.words(args.documents) or None)
    except read.CannotCompareError as error:
        raise stop("U030", f"round {args.round}", str(error)) from None
    wanted = shared.words(args.annotators) or sorted(found.annotators)
    if len(wanted) != 2 or any(name not in found.annotators for name in wanted):
        raise stop(
            "U030",
            f"round {args.round}",
            "adjudication takes two readings",
            got=wanted,
            expected="--annotators with two of " + ", ".join(sorted(found.annotators)),
        )
    a, b = (found.annotators[name] for name in wanted)
    incidents = list(found.incidents)
    compared: dict[str, Compared] = {}
    texts: dict[str, str] = {}
    for doc_id in sorted(a.keys() & b.keys()):
        text = found.texts[doc_id]
        if text is None:
            message = "the text is withheld; run `parley hydrate` first"
            incidents.append(Incident("U024", f"round {args.round}", message, doc_id=doc_id))
            continue
        texts[doc_id] = text
        compared[doc_id] = compare(a[doc_id], b[doc_id], text)
    return {"a": wanted[0], "b": wanted[1]}, compared, texts, incidents


def _listed(item: "Item", text: str) -> dict[str, Any]:
    from parley.adjudication.questions import paragraph

    start, end = paragraph(text, item.start, item.end)
    return {
        "item": item.id,
        "doc_id": item.doc_id,
        "layer": item.layer,
        "start": item.start,
        "end": item.end,
        "context": text[start:end],
        "made_by": [side for side, one in (("a", item.a), ("b", item.b)) if one is not None],
        "fields": {name: {"a": a, "b": b} for name, (a, b) in item.fields.items()},
    }


def _ask(
    client: "Client",
    args: argparse.Namespace,
    asked: "Mapping[str, Item]",
    texts: Mapping[str, str],
) -> "RemoteProject":
    """The project of the disagreements, every question in it once."""
    from parley.adjudication import questions
    from parley.studio import content, projects

    done = projects.ensure(
        client,
        f"{args.round} · disagreements",
        {"round": args.round, "role": "disagreements"},
        questions.interface(),
        questions.tasks(list(asked.values()), texts),
        content.settings(1, prefilled=False),
    )
    if done.imported and not args.json:
        shared.tell(f"{shared.count(done.imported, 'disagreement')} put up")
    return done.project


def _submit(client: "Client", remote: "RemoteProject", found: "dict[str, Decision]") -> None:
    """Answers the questions that nobody has answered yet."""
    from parley.adjudication import questions

    for task in client.tasks(remote.id):
        decision = found.get(task.doc_id)
        if decision is not None and not task.submitted:
            client.create_annotation(task.id, questions.results(decision))


def _signed(answer: "Decision", told: "Decision | None") -> "Decision":
    """The answer under the name that a file gave it, rather than that of the account it went
    through."""
    if told is None or not told.by or told.verdict != answer.verdict:
        return answer
    return replace(answer, by=told.by)


def _answers(client: "Client", remote: "RemoteProject") -> "list[Decision]":
    from parley.adjudication import questions

    people = {number: email for email, number in client.users().items()}
    return questions.answers(client.export(remote.id), people)


def _merge(
    client: "Client",
    project: Project,
    args: argparse.Namespace,
    compared: "Mapping[str, Compared]",
    decided: "Mapping[str, Decision]",
    names: dict[str, str],
    state: dict[str, Any],
) -> list[Incident]:
    """Puts the merged documents up, or, to finish, brings them back as gold."""
    from parley.adjudication import gold
    from parley.adjudication.merge import merge
    from parley.labelstudio.store import Store
    from parley.studio import pull

    merged = {doc_id: merge(one, decided, names) for doc_id, one in compared.items()}
    incidents = [incident for one in merged.values() for incident in one.incidents]
    remote = _review(client, project, args.round, merged)
    state["merged"] = client.link(remote.id)
    if not args.finish:
        return incidents
    path = project.exports / f"{args.round}-gold" / "adjudicated.json"
    store = Store(project, None, gold=False)
    raw = client.export(remote.id)
    done = store.ingest(json_io.dumps(raw), path, f"{args.round}-gold", "adjudicated")
    counts = gold.write(project, done, merged, args.round, names)
    state["gold"] = {"documents": len(done.annotations), "origin": dict(sorted(counts.items()))}
    checked = pull.checked(project, [project.gold / f"{doc_id}.json" for doc_id in merged])
    return [*done.incidents, *checked]


def _review(
    client: "Client", project: Project, round_name: str, merged: "Mapping[str, Merged]"
) -> "RemoteProject":
    """The project of the merged documents, each with its merged annotation submitted once."""
    from parley import corpus, ontology
    from parley.labelstudio.results import results
    from parley.ontology import LAYERS
    from parley.studio import content, projects

    scheme = ontology.load(project.ontology)
    items = {doc_id: corpus.one(project, doc_id) for doc_id in merged}
    done = projects.ensure(
        client,
        f"{round_name} · gold",
        {"round": round_name, "role": "gold"},
        content.label_config(project, LAYERS),
        content.tasks(project, list(items.values()), content.NONE),
        content.settings(1, prefilled=False),
    )
    for task in client.tasks(done.project.id):
        text = items[task.doc_id].text if task.doc_id in items else None
        if text is not None and not task.submitted:
            made = results(merged[task.doc_id].annotations, text, scheme, content.listed(project))
            client.create_annotation(task.id, made)
    return done.project


def _told(state: dict[str, Any], left: int) -> str:
    lines = [
        f"{state['round']}: {shared.count(state['documents'], 'document')}, "
        f"{state['agreed']:,} annotations agreed, "
        f"{shared.count(state['disagreements'], 'disagreement')}, {state['decided']:,} decided"
    ]
    if state["stale"]:
        lines.append(f"{state['stale']} old decisions answer questions that are no longer asked")
    if left:
        lines.append(f"decide the other {left:,} at {state['link']}, then run this again")
    elif "gold" in state:
        origin = ", ".join(f"{name} {number:,}" for name, number in state["gold"]["origin"].items())
        lines.append(
            f"gold written: {shared.count(state['gold']['documents'], 'document')} ({origin})"
        )
    else:
        lines.append(f"merged; look it over at {state['merged']}, then give --finish")
    return "\n".join(lines)
