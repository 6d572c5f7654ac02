"""The claims as a property graph in GraphML, for networkx, igraph, Gephi, yEd or Neo4j.

Nodes (`kind`; ids are stable):

    source    `entity:ID`, a registry entity; else `source:DOC_ID/WORDS`, or, of an implicit
              source, `source:DOC_ID/ATTRIBUTION_ID`; `source_kind` has all kinds that it is given
    event     `event:ID`, a registry event; else `trigger:DOC_ID/EVENT_ID`
    document  `document:DOC_ID`
    claim     `claim:` and the id that it has in the `claims` config

Edges (`kind`), directed, more than one between two nodes:

    CLAIMS       source -> event     with everything that is known of the claim
    MAKES        source -> claim
    ABOUT        claim -> event
    REPORTED_IN  claim -> document
    RELAYED_BY   claim -> source     of each outer source of the chain, `position` 1 the next one
    CONFLICTS    claim -> claim      of one event, one the contrary of the other (the smaller id
                                     first; it has no direction of its own)

A value that is not there has no attribute. Needs the extra `graph`.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from parley import files
from parley.formats.source import Source, Written, rest
from parley.incidents import stop
from parley.markup import NOT_XML
from parley.statistics.conflicts import CONTRARY

JSON = dict[str, Any]
FILE = "claims.graphml"
#: Pairs of conflicting claims of one event that are drawn; an event with more has none of them.
PAIRS = 100_000


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `claims.graphml`, a directed multigraph of the claims of the documents.

    Held are nodes and edges by kind. Lost are annotations that no claim rests on, conflicts of
    events with more than `PAIRS` of them, and characters that XML may not hold (U+FFFD instead).
    Raises `IncidentError` (S005) where networkx is not installed.
    """
    try:
        import networkx as nx
    except ImportError:
        raise stop(
            "S005", "networkx", "the library is not installed", do="pip install 'parley[graph]'"
        ) from None
    made = _Graph()
    for document in documents:
        made.document(document)
    made.conflicts()
    data = BytesIO()
    nx.write_graphml(made.graph, data, encoding="utf-8")
    files.write(out / FILE, data.getvalue())
    return Written([FILE], made.held, made.lost)


class _Graph:
    """The graph under way, and what was counted."""

    def __init__(self) -> None:
        import networkx as nx

        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.held: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def document(self, document: Source) -> None:
        """A document's claims, and what they refer to."""
        self.lost += rest(document, "mentions", "clusters", "stances")
        about = document.about
        self.node(
            f"document:{document.doc_id}",
            "document",
            label=about["title"] or document.doc_id,
            doc_id=document.doc_id,
            story=about["story"],
            form=about["form"],
            date=about["published_text"],
        )
        events = {event.id: event for event in document.annotations.events}
        for claim in document.claims:
            self.claim(document, claim, events[claim["event_id"]])
        made_in = {link["attribution_id"] for claim in document.claims for link in claim["chain"]}
        claimed = {claim["event_id"] for claim in document.claims}
        self.lost["events that nobody claims"] += len(events.keys() - claimed)
        self.lost["attributions without a claim"] += sum(
            item.id not in made_in for item in document.annotations.attributions
        )

    def claim(self, document: Source, claim: JSON, event: Any) -> None:
        """One claim: its node, and the edges from its source to its event and document."""
        doc_id = document.doc_id
        key = f"claim:{claim['id']}"
        about = f"event:{event.event}" if event.event else f"trigger:{doc_id}/{event.id}"
        known = {
            "label": claim["claimed"],
            "claimed": claim["claimed"],
            "via": claim["via"],
            "source_kind": claim["source_kind"],
            "type": claim["type"],
            "polarity": event.polarity,
            "modality": event.modality,
            "tense": event.tense,
            "depth": claim["depth"],
            "doc_id": doc_id,
            "story": claim["story"],
            "date": document.about["published_text"],
            "sent_id": claim["sent_id"],
            "trigger": claim["trigger"],
            "text": claim["text"],
        }
        self.node(key, "claim", **known)
        self.node(
            about,
            "event",
            label=event.event or claim["trigger"],
            type=claim["type"],
            registry=event.event,
        )
        chain = [self.source(doc_id, link) for link in claim["chain"]]
        names = " < ".join(self.graph.nodes[source]["label"] for source in chain)
        self.edge(chain[0], about, "CLAIMS", claim["id"], **{**known, "chain": names})
        self.edge(chain[0], key, "MAKES", claim["id"])
        self.edge(key, about, "ABOUT", claim["id"])
        self.edge(key, f"document:{doc_id}", "REPORTED_IN", claim["id"])
        for position, source in enumerate(chain[1:], 1):
            link = claim["chain"][position]
            told = {"position": position, "cue": link["cue"], "source_kind": link["source_kind"]}
            self.edge(key, source, "RELAYED_BY", f"{claim['id']}:{position}", **told)
        self.said[about][claim["claimed"]].append(key)

    def source(self, doc_id: str, link: JSON) -> str:
        """The node of one link of a chain."""
        entity, words = link["source_entity"], " ".join((link["source"] or "").split())
        if entity:
            key, label, identity = f"entity:{entity}", entity, "entity"
        elif words:
            key, label, identity = f"source:{doc_id}/{words}", words, "words"
        else:
            key, label = f"source:{doc_id}/{link['attribution_id']}", "(implicit)"
            identity = "implicit"
        key = self.text(key)
        self.node(
            key,
            "source",
            label=label,
            identity=identity,
            registry=entity,
            doc_id=None if entity else doc_id,
        )
        # What kind of source an entity is may differ from one report to the next.
        node = self.graph.nodes[key]
        kinds = {*node.get("source_kind", "").split(), link["source_kind"]}
        node["source_kind"] = " ".join(sorted(kinds))
        return key

    def conflicts(self) -> None:
        """Edges between claims of one event that contradict each other."""
        for said in self.said.values():
            pairs = [
                (one, other)
                for one, other in CONTRARY.items()
                if one < other and said.get(one) and said.get(other)
            ]
            number = sum(len(said[one]) * len(said[other]) for one, other in pairs)
            if number > PAIRS:
                self.lost[f"conflicts of events that have more than {PAIRS:,}"] += number
                continue
            for one, other in pairs:
                for first in said[one]:
                    for second in said[other]:
                        low, high = sorted((first, second))
                        self.edge(low, high, "CONFLICTS", f"{low}:{high}")

    def node(self, key: str, kind: str, **values: object) -> None:
        """A node, where it is not there yet."""
        key = self.text(key)
        if key not in self.graph:
            self.graph.add_node(key, kind=kind, **self.kept(values))
            self.held[f"{kind}s"] += 1

    def edge(self, first: str, second: str, kind: str, name: str, **values: object) -> None:
        """An edge; `name` makes its id unique among those of its kind."""
        self.graph.add_edge(
            self.text(first),
            self.text(second),
            key=self.text(f"{kind}:{name}"),
            kind=kind,
            **self.kept(values),
        )
        self.held[f"{kind} edges"] += 1

    def kept(self, values: JSON) -> JSON:
        """Attributes that have a value, as XML may hold them."""
        return {
            name: self.text(value) if isinstance(value, str) else value
            for name, value in values.items()
            if value is not None and value != ""
        }

    def text(self, value: str) -> str:
        """A string without characters that XML may not hold."""
        fixed, number = NOT_XML.subn("\ufffd", value)
        if number:
            self.lost["characters that XML may not hold"] += number
        return fixed
