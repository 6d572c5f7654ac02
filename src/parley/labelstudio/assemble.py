"""Results of one Label Studio annotation, joined into annotations of the data model.

Second half of reading an annotation: regions get their answers, relations find their two ends by
the ontology's ranges, cues gather their parts. Every result leaves exactly one outcome behind.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from parley.document import Annotations, Argument, Attribution, Event, Mention, Stance, nest, order
from parley.incidents import nearest, one_of, say
from parley.labelstudio import names, regions
from parley.labelstudio.offsets import Converter, Unit
from parley.labelstudio.regions import Region, RejectedError
from parley.ontology import LAYERS, Ontology, Role

#: Called for a result that is not simply kept: its index in the list, the outcome, the codes, a
#: message (for faults), and what stands after the repair.
Report = Callable[[int, str, list[str], str, Any], None]

_ATTRIBUTE_OF_CONTROL = {control: name for name, control in names.CHOICE_CONTROLS.items()}
_OWNER_OF_CONTROL = {
    **{control: layer for control, (layer, _) in names.TEXT_CONTROLS.items()},
    names.MODE_CONTROL: "event",
}
_DOCUMENT_CONTROLS = (names.LAYERS_CONTROL, names.NOTE_CONTROL)


@cache
def _relations(ontology: Ontology) -> dict[str, tuple[str, Role]]:
    """Relation label -> its layer and role."""
    roles = {
        "event": ontology.roles,
        "attribution": ontology.links,
        "stance": ontology.stance_links,
    }
    return {
        names.relation(layer, role.name): (layer, role)
        for layer, many in roles.items()
        for role in many
    }


@dataclass(slots=True)
class Assembled:
    """The annotations, the number of results kept, and the annotator's note to the curator."""

    annotations: Annotations
    kept: int
    notes: dict[str, str] = field(default_factory=dict)


def assemble(
    results: list[Any],
    converter: Converter,
    unit: Unit,
    ontology: Ontology,
    head: Annotations,
    report: Report,
) -> Assembled:
    """Fills `head` (a document's empty annotations) from `results`."""
    return _Assembler(results, converter, unit, ontology, head, report).run()


class _Assembler:
    def __init__(
        self,
        results: list[Any],
        converter: Converter,
        unit: Unit,
        ontology: Ontology,
        head: Annotations,
        report: Report,
    ) -> None:
        self.results = results
        self.converter = converter
        self.unit = unit
        self.ontology = ontology
        self.found = head
        self.report = report
        self.kept = 0
        self.notes: dict[str, str] = {}
        #: region id -> layer -> region
        self.regions: dict[str, dict[str, Region]] = {}
        self.refused: set[str] = set()
        self.layers: list[str] | None = None
        #: What a relation adds, by the index of its result, applied once the regions stand.
        self.arguments: dict[int, list[tuple[str, Region]]] = {}
        self.parts: dict[int, dict[str, list[Region]]] = {}
        self.cue_of: dict[int, Region] = {}
        self.linked: set[int] = set()
        self.links: set[tuple[int, int, str]] = set()
        self.ends: dict[int, dict[str, Region]] = {}
        self.repairs: dict[int, tuple[list[str], Any]] = {}
        self.dropped: dict[int, tuple[str, str]] = {}

    # ------------------------------------------------------------------ order of work
    def run(self) -> Assembled:
        answers: list[int] = []
        relations: list[int] = []
        for index, result in enumerate(self.results):
            if not isinstance(result, dict):
                self._drop(index, "X020", say("not a result", got=result, expected="an object"))
                continue
            kind = result.get("type")
            if kind == "relation":
                relations.append(index)
            elif kind == names.REGION:
                self._region(index, result)
            elif isinstance(kind, str) and kind.endswith(names.REGION):
                # <Paragraphs> and <HyperText> count offsets otherwise, and inexactly.
                message = say("not a region of a <Text>", got=kind, expected=repr(names.REGION))
                self._drop(index, "X025", message)
                self.refused.add(str(regions.safe_id(result.get("id"))))
            else:
                answers.append(index)
        for index in answers:
            self._guard(index, self._answer)
        for index in relations:
            self._guard(index, self._relation)
        self._close()
        self._write()
        nest(self.found)
        order(self.found)
        self._account()
        return Assembled(self.found, self.kept, self.notes)

    def _id(self, item: object) -> str:
        """The id that a region has here whose id in the export is `item`."""
        if isinstance(item, str) and item in self.regions:
            return item
        return str(regions.safe_id(item))

    def _guard(self, index: int, read: Callable[[int, dict[str, Any]], None]) -> None:
        try:
            read(index, self.results[index])
        except RejectedError as error:
            self._drop(index, error.code, str(error))

    def _drop(self, index: int, code: str, message: str) -> None:
        self.dropped.setdefault(index, (code, message))

    def _repair(self, index: int, codes: list[str], after: Any = None) -> None:
        old, shown = self.repairs.get(index, ([], None))
        self.repairs[index] = ([*old, *codes], after if after is not None else shown)

    def _account(self) -> None:
        for index in range(len(self.results)):
            if index in self.dropped:
                code, message = self.dropped[index]
                self.report(index, "rejected", [code], message, None)
            elif index in self.repairs:
                codes, after = self.repairs[index]
                self.report(index, "repaired", codes, "", after)
            else:
                self.kept += 1

    # ------------------------------------------------------------------ regions
    def _region(self, index: int, result: dict[str, Any]) -> None:
        try:
            region, repairs = regions.read(result, index, self.converter, self.unit, self.ontology)
        except RejectedError as error:
            self._drop(index, error.code, str(error))
            self.refused.add(str(regions.safe_id(result.get("id"))))
            return
        if repairs:
            self._repair(index, repairs, {"start": region.start, "end": region.end})
        same = self.regions.setdefault(region.id, {})
        other = same.get(region.layer)
        if other is None:
            same[region.layer] = region
            if region.note:
                self.notes[region.id] = region.note
        elif (other.start, other.end, other.label) == (region.start, region.end, region.label):
            self._repair(index, ["R008"])
        else:
            self._drop(
                index,
                "X029",
                say(
                    f"the id {region.id!r} is given to two regions of {region.layer}",
                    got=[region.start, region.end],
                    expected=f"only [{other.start}, {other.end}]",
                ),
            )

    # ------------------------------------------------------------------ answers
    def _answer(self, index: int, result: dict[str, Any]) -> None:
        control = names.asked(result.get("from_name"))
        value = result.get("value")
        if control in _DOCUMENT_CONTROLS:
            self._document_answer(control, value)
            return
        layer = self._owner(control)
        if layer is None:
            known = [*names.CHOICE_CONTROLS.values(), *_OWNER_OF_CONTROL, *_DOCUMENT_CONTROLS]
            raise RejectedError(
                "X021",
                say("no such control", got=control, nearest=nearest(control, [*known, *LAYERS])),
            )
        region = self._answered(result, layer)
        if layer == "attribution" and region.label != "Cue":
            raise RejectedError("X033", f"{control} is asked of a Cue, not of a {region.label}")
        attribute = _ATTRIBUTE_OF_CONTROL.get(str(control))
        if attribute is not None:
            answer = self._choice(value, control, self.ontology.values(attribute))
        elif control == names.MODE_CONTROL:
            answer = self._choice(value, control, self.ontology.modes())
        elif control != result.get("from_name"):
            answer = self._pick(value, str(control))
        else:
            answer = self._words(value, str(control))
        if answer is None:
            return
        before = region.answers.setdefault(str(control), answer)
        if before != answer:
            raise RejectedError(
                "X032", say(f"two answers to {control}", got=answer, expected=f"only {before!r}")
            )

    def _owner(self, control: object) -> str | None:
        """The layer whose regions a per-region control asks about."""
        attribute = _ATTRIBUTE_OF_CONTROL.get(str(control))
        if attribute is not None:
            return self.ontology.attributes[attribute].layer
        return _OWNER_OF_CONTROL.get(str(control))

    def _answered(self, result: dict[str, Any], layer: str) -> Region:
        item = self._id(result.get("id"))
        layers = self.regions.get(item)
        if layers is not None and layer in layers:
            return layers[layer]
        if item in self.refused:
            raise RejectedError("X031", "an answer about a region that was rejected")
        raise RejectedError("X030", say(f"an answer about no {layer} region", got=result.get("id")))

    def _choice(self, value: Any, control: object, valid: tuple[str, ...]) -> str | None:
        choices = value.get("choices") if isinstance(value, dict) else None
        if choices == []:
            return None
        if not isinstance(choices, list) or len(choices) != 1:
            raise RejectedError(
                "X032", say(f"bad answer to {control}", got=choices, expected="one")
            )
        if choices[0] not in valid:
            raise RejectedError(
                "X032",
                say(
                    f"no such answer to {control}",
                    got=choices[0],
                    expected=one_of(valid),
                    nearest=nearest(choices[0], valid),
                ),
            )
        return str(choices[0])

    def _words(self, value: Any, control: str) -> str | None:
        text = value.get("text") if isinstance(value, dict) else None
        lines = [text] if isinstance(text, str) else text
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            raise RejectedError("X032", say(f"bad answer to {control}", got=text, expected="text"))
        lines = [line.strip() for line in lines if line.strip()]
        if len(lines) > 1:
            raise RejectedError("X032", say(f"two answers to {control}", got=lines, expected="one"))
        return lines[0] if lines else None

    def _pick(self, value: Any, control: str) -> str | None:
        """The id picked from a list: one path of one step."""
        paths = value.get("taxonomy") if isinstance(value, dict) else None
        if paths == []:
            return None
        one = paths[0] if isinstance(paths, list) and len(paths) == 1 else None
        if not isinstance(one, list) or len(one) != 1 or not isinstance(one[0], str):
            raise RejectedError("X032", say(f"bad answer to {control}", got=paths, expected="one"))
        return one[0]

    def _document_answer(self, control: str, value: Any) -> None:
        if control == names.NOTE_CONTROL:
            note = self._words(value, control)
            if note:
                self.notes[""] = note
            return
        chosen = value.get("choices") if isinstance(value, dict) else None
        if not isinstance(chosen, list) or any(layer not in LAYERS for layer in chosen):
            raise RejectedError("X032", say("bad layers", got=chosen, expected=one_of(LAYERS)))
        self.layers = [layer for layer in LAYERS if layer in chosen]

    # ------------------------------------------------------------------ relations
    def _relation(self, index: int, result: dict[str, Any]) -> None:
        direction = result.get("direction", "right")
        ends = [self._id(result.get("from_id")), self._id(result.get("to_id"))]
        if direction == "left":
            ends.reverse()
        elif direction != "right":
            raise RejectedError(
                "X043", say("a relation needs one direction", got=direction, expected="right")
            )
        for item in ends:
            if item not in self.regions:
                raise RejectedError(
                    "X040",
                    say("a relation to a region that is not there", got=item)
                    if item not in self.refused
                    else say("a relation to a region that was rejected", got=item),
                )
        labels = result.get("labels")
        if not isinstance(labels, list) or not labels:
            raise RejectedError("X041", say("a relation without a label", got=labels))
        faults: list[RejectedError] = []
        codes: list[str] = []
        for label in labels:
            try:
                codes += self._link(index, label, ends[0], ends[1])
            except RejectedError as error:
                faults.append(error)
        if len(faults) == len(labels):
            raise faults[0]
        for fault in faults:
            codes.append("R009")
            self.report(index, "fault", [fault.code], str(fault), None)
        if direction == "left":
            codes.append("R002")
        if codes:
            self._repair(index, codes, {"from_id": ends[0], "to_id": ends[1], "labels": labels})

    def _link(self, index: int, label: object, first: str, second: str) -> list[str]:
        """Adds one role of a relation; returns the repairs that it took."""
        layer, role, repairs = self._role(label)
        here, there = self.regions[first], self.regions[second]
        region = here.get(layer)
        other = self._other_end(layer, role, there, region)
        if region is None or other is None or (layer == "attribution" and region.label != "Cue"):
            wanted = {"event": "a trigger", "attribution": "a Cue", "stance": "a Stance"}[layer]
            raise RejectedError(
                "X044",
                say(
                    f"{label} does not join these regions",
                    got=f"{_kinds(here)} to {_kinds(there)}",
                    expected=f"{wanted} to {self._wanted(layer, role)}",
                    do="draw it again the other way round" if there.get(layer) else None,
                ),
            )
        if other is region:
            raise RejectedError("X045", f"{label} joins a region to itself")
        key = (region.index, other.index, role.name)
        if key in self.links:
            return [*repairs, "R008"]
        self.links.add(key)
        if layer == "event":
            self.arguments.setdefault(region.index, []).append((role.name, other))
        elif layer == "attribution":
            if role.name == "cue":
                self._join_cue(region, other)
            else:
                parts = self.parts.setdefault(region.index, {})
                parts.setdefault(role.name, []).append(other)
                self.linked.add(other.index)
        else:
            ends = self.ends.setdefault(region.index, {})
            if role.name in ends:
                raise RejectedError("X046", f"a stance has one {role.name}; this is a second one")
            ends[role.name] = other
        return repairs

    def _role(self, label: object) -> tuple[str, Role, list[str]]:
        full = _relations(self.ontology)
        if isinstance(label, str) and label in full:
            return *full[label], []
        bare = [pair for name, pair in full.items() if name.partition(":")[2] == label]
        if len(bare) == 1:
            return *bare[0], ["R010"]
        raise RejectedError(
            "X042",
            say(
                "no such relation",
                got=label,
                expected=one_of(list(full)),
                nearest=nearest(label, full),
            ),
        )

    def _other_end(
        self, layer: str, role: Role, there: dict[str, Region], region: Region | None
    ) -> Region | None:
        if layer == "attribution":
            other = there.get("attribution")
            wanted = {"source": "Source", "content": "Content", "cue": "Cue"}[role.name]
            return other if other is not None and other.label == wanted else None
        # Two label groups on one span share an id: the ontology's order of preference decides.
        for kind in role.range:
            other = there.get("entity" if kind == "mention" else kind)
            if other is not None and other is not region:
                return other
        return region if region is not None and region in there.values() else None

    def _wanted(self, layer: str, role: Role) -> str:
        if layer == "attribution":
            return f"a {role.name.capitalize()}"
        return one_of([f"a {kind}" if kind != "event" else "an event" for kind in role.range])

    def _join_cue(self, region: Region, other: Region) -> None:
        head = self._head(region)
        if self._head(other) is head:
            raise RejectedError("X047", "cue parts that lead back to each other")
        if other.index in self.cue_of:
            raise RejectedError("X047", "a cue part that belongs to two cues")
        self.cue_of[other.index] = head

    def _head(self, region: Region) -> Region:
        while region.index in self.cue_of:
            region = self.cue_of[region.index]
        return region

    # ------------------------------------------------------------------ what cannot stand alone
    def _close(self) -> None:
        """Rejects regions that the data model has no place for, with all that hangs on them."""
        gone: set[int] = set()
        for layers in self.regions.values():
            part = layers.get("attribution")
            if part is not None and part.label != "Cue" and part.index not in self.linked:
                self._drop(part.index, "X050", f"a {part.label} that no cue points to")
                gone.add(part.index)
            stance = layers.get("stance")
            if stance is None:
                continue
            if "target" not in self.ends.get(stance.index, {}):
                self._drop(stance.index, "X051", "a stance without a target")
                gone.add(stance.index)
            elif names.CHOICE_CONTROLS["label"] not in stance.answers:
                valid = self.ontology.values("label")
                self._drop(
                    stance.index,
                    "X052",
                    say("a stance without a label", expected=one_of(valid)),
                )
                gone.add(stance.index)
        lost = {
            (region.id, layer)
            for layers in self.regions.values()
            for layer, region in layers.items()
            if region.index in gone
        }
        joined = {
            region.id
            for layers in self.regions.values()
            for region in layers.values()
            if region.index in self.cue_of and region.answers
        }
        if lost or joined:
            self._drop_dependants(lost, joined)
        for item, layer in lost:
            del self.regions[item][layer]

    def _drop_dependants(self, lost: set[tuple[str, str]], joined: set[str]) -> None:
        """Rejects the answers and relations of regions that are rejected, and the answers given
        to a further part of a cue, where the first part's count."""
        for index, result in enumerate(self.results):
            if index in self.dropped or not isinstance(result, dict):
                continue
            kind = result.get("type")
            item = regions.safe_id(result.get("id"))
            if kind == "relation":
                self._drop_relation(index, result, lost)
            elif kind != names.REGION:
                owner = self._owner(result.get("from_name"))
                if (item, owner) in lost:
                    self._drop(index, "X031", "an answer about a region that was rejected")
                elif owner == "attribution" and item in joined:
                    self._drop(index, "X033", "an answer about a further part of a cue")

    def _drop_relation(
        self, index: int, result: dict[str, Any], lost: set[tuple[str, str]]
    ) -> None:
        # Only stances are lost with relations on them: parts are lost for want of one.
        ends = {regions.safe_id(result.get(key)) for key in ("from_id", "to_id")}
        if not any((item, "stance") in lost for item in ends):
            return
        layers = [self._role(label)[0] for label in result["labels"] if self._known(label)]
        message = "a relation of a stance that was rejected"
        if all(layer == "stance" for layer in layers):
            self._drop(index, "X040", message)
        elif "stance" in layers:
            self.report(index, "fault", ["X040"], message, None)
            self._repair(index, ["R009"])

    def _known(self, label: object) -> bool:
        try:
            self._role(label)
        except RejectedError:
            return False
        return True

    # ------------------------------------------------------------------ into the data model
    def _write(self) -> None:
        found = self.found
        ids: dict[int, str] = {}
        further: dict[int, list[Region]] = {}
        for item, layers in self.regions.items():
            for layer, region in layers.items():
                if region.index in self.cue_of:
                    further.setdefault(self._head(region).index, []).append(region)
                # An id is unique in a document: shared by two layers, each says which it is.
                ids[region.index] = f"{item}.{layer}" if len(layers) > 1 else str(item)
        for layers in self.regions.values():
            for layer, region in layers.items():
                if layer == "entity":
                    found.mentions.append(self._mention(region, ids[region.index]))
                elif layer == "event":
                    found.events.append(self._event(region, ids))
                elif layer == "stance":
                    found.stances.append(self._stance(region, ids))
                elif region.label == "Cue" and region.index not in self.cue_of:
                    found.attributions.append(
                        self._attribution(region, further.get(region.index, []), ids[region.index])
                    )
        some = {
            "entity": found.mentions,
            "event": found.events,
            "attribution": found.attributions,
            "stance": found.stances,
        }
        ticked = self.layers or []
        found.layers = tuple(layer for layer in LAYERS if layer in ticked or some[layer])

    def _value(self, region: Region, attribute: str) -> str:
        default = self.ontology.attributes[attribute].default
        return region.answers.get(names.CHOICE_CONTROLS[attribute], default or "")

    def _mention(self, region: Region, item: str) -> Mention:
        return Mention(
            item,
            region.start,
            region.end,
            region.label,
            self._value(region, "mention_type"),
            region.answers.get("entity_id"),
            region.answers.get("value"),
        )

    def _event(self, region: Region, ids: dict[int, str]) -> Event:
        return Event(
            ids[region.index],
            region.start,
            region.end,
            region.label,
            region.answers.get(names.MODE_CONTROL),
            self._value(region, "polarity"),
            self._value(region, "modality"),
            self._value(region, "tense"),
            region.answers.get("event_id"),
            [
                Argument(role, ids[other.index])
                for role, other in self.arguments.get(region.index, ())
            ],
        )

    def _attribution(self, region: Region, further: list[Region], item: str) -> Attribution:
        cues = [region, *further]
        gathered = {
            name: [
                (part.start, part.end)
                for cue in cues
                for part in self.parts.get(cue.index, {}).get(name, ())
            ]
            for name in ("source", "content")
        }
        return Attribution(
            item,
            [(cue.start, cue.end) for cue in cues],
            gathered["source"],
            gathered["content"],
            self._value(region, "style"),
            self._value(region, "kind"),
            self._value(region, "source_kind"),
        )

    def _stance(self, region: Region, ids: dict[int, str]) -> Stance:
        ends = self.ends[region.index]
        holder = ends.get("holder")
        return Stance(
            ids[region.index],
            region.start,
            region.end,
            self._value(region, "label"),
            ids[ends["target"].index],
            ids[holder.index] if holder is not None else None,
        )


def _kinds(layers: dict[str, Region]) -> str:
    return " and ".join(region.label for region in layers.values())
