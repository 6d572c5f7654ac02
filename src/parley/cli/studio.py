"""Label Studio for this project: one command brings a server up, one brings the work back.

The server gets an environment, data and a home of its own in .studio/, listens on loopback and
sends nothing to anybody. Its password and token are in .studio/secrets.json, which only you can
read. A server of your own is used with --url; its token comes from PARLEY_STUDIO_TOKEN.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parley import json_io
from parley.cli import _studio as shared
from parley.cli._run import add_root
from parley.incidents import Incident, IncidentError
from parley.project import Project

#: How long `watch` waits for a server that is being restarted, in seconds.
PATIENCE = 300.0

EPILOG = """examples:
  parley studio up                          server, project, articles, pre-annotations
  parley studio up --layers entity,event    a leaner screen for one pass
  parley studio watch                       faults as they are made
  parley studio pull                        what was submitted, checked, into the project
  parley studio pull pilot                  a round's work, one file an annotator
  parley studio push pilot                  edits of annotations/exports/pilot/*.json
  parley studio push pilot --annotator ann-a --tasks made-by-parley-quotes.json
  PARLEY_STUDIO_TOKEN=… parley studio up --url https://labels.example.org

exit codes: 0 done and clean, 1 incidents (or `status`: no server), 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley studio`."""
    parser.epilog = EPILOG
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _up(_verb(verbs, "up", "install, start, make the project, import the articles"))
    _verb(verbs, "status", "which server is in use, what is on it")
    _verb(verbs, "down", "stop the server (its data stays)")
    logs = _verb(verbs, "logs", "what the server printed last")
    logs.add_argument("--lines", type=int, default=40, metavar="N")
    pull = _verb(verbs, "pull", "export, ingest and check what was submitted")
    _round(pull)
    pull.add_argument(
        "--discard", action="store_true", help="drop local edits that were not pushed"
    )
    pull.add_argument("--replace", action="store_true", help="replace gold from another export")
    push = _verb(verbs, "push", "send local annotations to the server, never over newer ones")
    _round(push)
    push.add_argument(
        "--tasks",
        type=Path,
        metavar="TASKS.json",
        help="tasks with annotations, as `parley quotes` writes them (default: the export)",
    )
    push.add_argument("--dry-run", action="store_true", help="say what would be sent")
    watch = _verb(verbs, "watch", "show faults while people annotate; Ctrl-C ends it")
    _round(watch)
    watch.add_argument("--interval", type=float, default=3.0, metavar="SECONDS")
    watch.add_argument("--once", action="store_true", help="look once and end")


def _verb(verbs: Any, name: str, line: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=line, description=line[0].upper() + line[1:] + "."
    )
    if name != "logs":
        parser.add_argument("--json", action="store_true", help="the result as JSON")
    if name not in ("down", "logs"):
        parser.add_argument("--url", help="a server of your own (token: PARLEY_STUDIO_TOKEN)")
    add_root(parser)
    return parser


def _up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8080, metavar="N", help="default: 8080")
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="postgresql://USER:PASSWORD@HOST:PORT/NAME (default: PARLEY_STUDIO_DATABASE_URL, "
        "else an embedded SQLite)",
    )
    parser.add_argument(
        "--backend", action="store_true", help="let it call `parley backend` on this machine"
    )
    parser.add_argument("--layers", help="entity,event,attribution,stance (default: all)")
    parser.add_argument(
        "--prefill",
        default="gold,gazetteer,cues",
        metavar="SOURCES",
        help="where pre-annotations come from, the first that has some (default: "
        "gold,gazetteer,cues; `none` for none)",
    )
    parser.add_argument("--documents", help="ids, comma-separated (default: all with a text)")


def _round(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "round", nargs="?", default=shared.MAIN, help="a round (default: the project of `up`)"
    )
    parser.add_argument("--annotator", help="only this annotator of the round")


def run(args: argparse.Namespace) -> int:
    """Runs one verb."""
    verb: Callable[[argparse.Namespace], int] = _VERBS[args.verb]
    return verb(args)


def _run_up(args: argparse.Namespace) -> int:
    import os

    from parley.studio import connect, content, server
    from parley.studio.home import Home, Running

    project = Project.find(args.root)
    home = Home(project)
    layers = shared.layers(args.layers)
    named = shared.words(args.documents)
    # Faults of the project are said before anything is installed or started.
    items = content.documents(project, named)
    if args.url:
        client = connect.client(home, args.url)
        home.remember(Running(client.url, None, "not ours"))
    else:
        database = args.database_url or os.environ.get("PARLEY_STUDIO_DATABASE_URL")
        server.start(home, args.port, database, shared.tell, local_backend=args.backend)
        client = connect.client(home)
    made = shared.main_round(items, layers, args.prefill)
    done = shared.ensure(client, project, made, shared.CURATOR, items, args.json)
    link = client.link(done.project.id)
    if args.json:
        shared.dump(
            {
                "url": client.url,
                "project": done.project.id,
                "link": link,
                "changed": done.changed,
                "imported": done.imported,
                "tasks": len(items),
                "secrets": None if args.url else str(home.secrets_file),
                "incidents": [str(item) for item in done.incidents],
            }
        )
    else:
        print(shared.ensured(done, len(items)))
        print(f"open {link}")
        if not args.url:
            print(f"log in as {home.secrets().email}; the password is in {home.secrets_file}")
    return shared.report(done.incidents)


def _run_status(args: argparse.Namespace) -> int:
    from parley.studio import connect, install, server
    from parley.studio.home import Home

    project = Project.find(args.root)
    home = Home(project)
    running = home.running()
    state: dict[str, Any] = {
        "url": args.url or (running.url if running else None),
        "up": False,
        "installed": install.installed(home.env),
        "pid": running.pid if running else None,
        "database": running.database if running else None,
        "projects": [],
    }
    incidents: list[Incident] = []
    if state["url"]:
        state["up"] = server.healthy(state["url"])
    if state["up"]:
        try:
            client = connect.client(home, args.url)
            state["version"] = client.version()
            state["projects"] = [
                {
                    **item.marker,
                    "title": item.title,
                    "tasks": item.tasks,
                    "link": client.link(item.id),
                }
                for item in client.projects()
            ]
        except IncidentError as error:
            incidents += error.incidents
    if args.json:
        shared.dump(state)
    elif not state["url"]:
        print("no server in use; start one with `parley studio up`")
    else:
        what = f"Label Studio {state.get('version', '')}".strip()
        print(f"{what} at {state['url']}: {'up' if state['up'] else 'not answering'}")
        if running and running.pid:
            print(f"process {running.pid}, database {running.database}, log {home.log}")
        for item in state["projects"]:
            print(f"  {item['title']}: {shared.count(item['tasks'], 'task')}  {item['link']}")
    code = shared.report(incidents)
    return code or (0 if state["up"] else 1)


def _run_down(args: argparse.Namespace) -> int:
    from parley.studio import server
    from parley.studio.home import Home

    home = Home(Project.find(args.root))
    running = home.running()
    was = server.halt(home)
    if args.json:
        shared.dump({"stopped": was})
    elif was and running:
        print(f"stopped the server at {running.url}; its data stays in {home.data}")
    else:
        print("no server of ours was running")
    return 0


def _run_logs(args: argparse.Namespace) -> int:
    from parley.studio import server
    from parley.studio.home import Home

    home = Home(Project.find(args.root))
    if not home.log.is_file():
        print("no log yet; start a server with `parley studio up`", file=sys.stderr)
        return 1
    print("\n".join(server.tail(home.log, max(1, args.lines))))
    return 0


def _run_pull(args: argparse.Namespace) -> int:
    from parley.studio import pull

    project, client, made, users = shared.round_on_server(args)
    rows: list[dict[str, Any]] = []
    incidents: list[Incident] = []
    links: dict[tuple[str, str], str] = {}
    for annotator in shared.annotators(made, args.annotator):
        done = pull.pull(
            client, project, made, annotator, users, discard=args.discard, replace=args.replace
        )
        faulty = {item.doc_id for item in done.incidents}
        incidents += done.incidents
        links.update({(done.file, doc_id): link for doc_id, link in done.links.items()})
        rows.append(
            {
                "annotator": annotator,
                "file": done.file,
                "documents": len(done.documents),
                "of": len(made.documents[annotator]) if made.documents[annotator] else done.tasks,
                "faulty": len(faulty),
                "written": done.written,
                "changes": done.changes.as_dict() if done.changes else None,
                **(
                    {key: done.summary[key] for key in ("results", "kept", "repaired", "rejected")}
                    if done.summary
                    else {}
                ),
                "incidents": [
                    {
                        "code": item.code,
                        "doc_id": item.doc_id,
                        "item": item.item,
                        "message": item.message,
                        "link": done.links.get(item.doc_id or ""),
                    }
                    for item in done.incidents
                ],
            }
        )
    if args.json:
        shared.dump(rows)
    else:
        for row in rows:
            print(_pulled(row))
    return shared.report(incidents, links)


def _pulled(row: dict[str, Any]) -> str:
    if not row["documents"] and not row["incidents"]:
        return f"{row['annotator']}: nothing submitted yet"
    counts = ", ".join(f"{row.get(name, 0):,} {name}" for name in ("kept", "repaired", "rejected"))
    state = "written" if row["written"] else "unchanged"
    changes = _changed(row["changes"]["total"]) if row["changes"] else ""
    return (
        f"{row['annotator']}: {shared.count(row['documents'], 'document')} ({counts}), "
        f"{row['faulty']} with incidents; {row['file']} {state}{changes}"
    )


def _changed(total: dict[str, Any]) -> str:
    """What became of the pre-annotations, on a line of its own."""
    share = "" if total["survived"] is None else f" ({total['survived']:.0%})"
    touched = total["label"] + total["span"] + total["attributes"]
    return (
        f"\n  of {total['before']:,} pre-annotations {total['kept']:,} kept{share}, "
        f"{touched:,} changed, {total['deleted']:,} deleted; {total['added']:,} added"
    )


def _run_push(args: argparse.Namespace) -> int:
    from parley import ontology
    from parley.labelstudio import shapes
    from parley.studio import pull, push

    project, client, made, users = shared.round_on_server(args)
    scheme = ontology.load(project.ontology)
    names = shared.annotators(made, args.annotator)
    if args.tasks is not None and len(names) > 1:
        print("parley studio push: a file is one annotator's; give --annotator", file=sys.stderr)
        return 2
    rows = []
    for annotator in names:
        if args.tasks is not None:
            local = shapes.tasks(shared.load(args.tasks))
        else:
            local = push.local_file(project, made, annotator)
        if args.dry_run:
            found = push.plan(client, project, made, annotator, users, local, scheme)
            if found.conflicts:
                raise IncidentError(*found.conflicts)
        else:
            found = push.push(client, project, made, annotator, users, local, scheme)
            if args.tasks is None and (found.create or found.update or found.same):
                # The server's times of change are now the base of the next edit.
                pull.pull(client, project, made, annotator, users, discard=True)
        rows.append(
            {
                "annotator": annotator,
                "created": [doc for doc, _, _ in found.create],
                "updated": [doc for doc, _, _ in found.update],
                "unchanged": found.same,
            }
        )
    if args.json:
        shared.dump(rows)
    else:
        verb = "would be " if args.dry_run else ""
        for row in rows:
            print(
                f"{row['annotator']}: {len(row['created'])} {verb}created, "
                f"{len(row['updated'])} {verb}updated, {len(row['unchanged'])} unchanged"
            )
    return 0


def _run_watch(args: argparse.Namespace) -> int:
    from parley.studio.projects import find
    from parley.studio.pull import marker
    from parley.studio.watch import Watch

    project, client, made, _ = shared.round_on_server(args)
    remote = {
        item.id: annotator
        for annotator in shared.annotators(made, args.annotator)
        for item in find(client, marker(made, annotator))
    }
    watch = Watch(client, project, remote)
    faulty: set[int] = set()
    if not args.json and not args.once:
        shared.tell(f"watching {shared.count(len(remote), 'project')}; Ctrl-C ends it")
    away: float | None = None
    try:
        while True:
            try:
                for seen in watch.look():
                    faulty = (faulty - {seen.task}) | ({seen.task} if seen.incidents else set())
                    _show(seen, remote[seen.project], args.json)
                away = None
            except IncidentError as error:
                # A server that restarts is waited for; one that stays away is not.
                now = time.monotonic()
                if args.once or (away is not None and now - away > PATIENCE):
                    raise
                if away is None:
                    shared.tell(str(error))
                    away = now
            if args.once:
                break
            time.sleep(max(0.2, args.interval))
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 1 if faulty else 0


def _show(seen: Any, annotator: str, as_json: bool) -> None:
    if as_json:
        row = {
            "time": time.strftime("%H:%M:%S"),
            "annotator": annotator,
            "doc_id": seen.doc_id,
            "link": seen.link,
            "results": seen.results,
            "incidents": [
                {"code": item.code, "item": item.item, "message": item.message}
                for item in seen.incidents
            ],
            "mended": [{"code": item.code, "item": item.item} for item in seen.mended],
        }
        print(json_io.dumps(row).decode(), flush=True)
        return
    state = shared.count(len(seen.incidents), "incident") if seen.incidents else "clean"
    mended = f", {len(seen.mended)} mended" if seen.mended else ""
    print(
        f"{time.strftime('%H:%M:%S')} {annotator} {seen.doc_id}: {seen.results} results, "
        f"{state}{mended}  {seen.link}",
        flush=True,
    )
    for item in seen.incidents:
        where = f"[{item.item}] " if item.item else ""
        print(f"    {item.code} {where}{item.message}", flush=True)


_VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": _run_up,
    "status": _run_status,
    "down": _run_down,
    "logs": _run_logs,
    "pull": _run_pull,
    "push": _run_push,
    "watch": _run_watch,
}
