"""Disagreements as Label Studio tasks: both readings shown, one click to take either."""

import html
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from parley.adjudication.decisions import VERDICTS, Decision
from parley.adjudication.items import Item, spans
from parley.document import Span

#: The control that takes the verdict, and those that say more where one click is not enough.
VERDICT, FROM_B, NOTE = "verdict", "from_b", "note"
_WORDS = {
    "a": "take A",
    "b": "take B",
    "mixed": "A, but some fields from B",
    "both": "both, as two",
    "neither": "neither",
}


def interface() -> str:
    """The labelling interface of an adjudicator; keys 1 to 5 answer."""
    choices = "\n".join(
        f'    <Choice value="{_WORDS[verdict]}" alias="{verdict}" hotkey="{number}"/>'
        for number, verdict in enumerate(VERDICTS, 1)
    )
    return f"""<View>
  <Style>
    .parley-reading {{ font-size: 1.05em; line-height: 1.7; max-width: 46em; }}
  </Style>
  <Header value="$head" size="5"/>
  <View className="parley-reading"><HyperText name="view" value="$view"/></View>
  <Choices name="{VERDICT}" toName="view" choice="single" showInline="true" required="true">
{choices}
  </Choices>
  <View visibleWhen="choice-selected" whenTagName="{VERDICT}" whenChoiceValue="mixed">
    <Header value="Fields to take from B" size="6"/>
    <Choices name="{FROM_B}" toName="view" choice="multiple" value="$differing"/>
  </View>
  <TextArea name="{NOTE}" toName="view" rows="2" maxSubmissions="1" placeholder="Why (the rule)"/>
</View>
"""


def tasks(items: Sequence[Item], texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """One import task an item; `doc_id` is the item's id, so that a task is found again by it."""
    return [
        {
            "data": {
                "doc_id": item.id,
                "sha256": "",
                "document": item.doc_id,
                "head": f"{item.doc_id} · {item.layer} · {number} of {len(items)}",
                "view": view(item, texts[item.doc_id]),
                "differing": [{"value": name} for name in item.fields],
            }
        }
        for number, item in enumerate(items, 1)
    ]


def view(item: Item, text: str) -> str:
    """The paragraph with both readings marked, and a table of what differs, as safe HTML."""
    start, end = paragraph(text, item.start, item.end)
    marked = _marked(
        text,
        start,
        end,
        spans(item.a) if item.a is not None else [],
        spans(item.b) if item.b is not None else [],
    )
    rows = "".join(
        f"<tr><td>{_safe(name)}</td><td>{_safe(ours)}</td><td>{_safe(theirs)}</td></tr>"
        for name, (ours, theirs) in item.fields.items()
    )
    return (
        f"<p>{marked}</p><table border='1' cellpadding='4'>"
        "<tr><th></th><th style='color:#1f5fa8'>A</th><th style='color:#b4530a'>B</th></tr>"
        f"{rows}</table>"
    )


def paragraph(text: str, start: int, end: int) -> Span:
    """The lines that hold a span, without the last line end."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end - 1))
    return first, len(text) if last < 0 else last


def _marked(text: str, start: int, end: int, ours: list[Span], theirs: list[Span]) -> str:
    """The text with A underlined in blue and B over a tint, cut wherever a mark begins or ends."""
    edges = {start, end}
    for first, last in [*ours, *theirs]:
        edges |= {min(max(first, start), end), min(max(last, start), end)}
    cuts = sorted(edges)
    out = []
    for first, last in pairwise(cuts):
        style = ""
        if any(a <= first and last <= b for a, b in ours):
            style += "border-bottom:3px solid #1f5fa8;"
        if any(a <= first and last <= b for a, b in theirs):
            style += "background:#ffe0c2;color:#222;"
        words = _safe(text[first:last])
        out.append(f'<span style="{style}">{words}</span>' if style else words)
    return "".join(out).replace("\n", "<br>")


def _safe(words: str) -> str:
    return html.escape(words, quote=True)


def answers(raw: Sequence[Any], names: Mapping[int, str]) -> list[Decision]:
    """The decisions in an export of the questions' project, the newest of each task.

    `names` gives a user's name by id.
    """
    found = []
    for task in raw:
        submitted = [row for row in task.get("annotations", ()) if not row.get("was_cancelled")]
        if not submitted:
            continue
        row = max(submitted, key=lambda one: (str(one.get("updated_at")), one.get("id", 0)))
        said: dict[str, list[str]] = {}
        for result in row.get("result", ()):
            value = result.get("value", {})
            said[str(result.get("from_name"))] = value.get("choices") or value.get("text") or []
        verdict = (said.get(VERDICT) or [""])[0]
        if verdict in VERDICTS:
            user = row.get("completed_by")
            found.append(
                Decision(
                    str(task["data"]["doc_id"]),
                    verdict,
                    tuple(said.get(FROM_B, ())) if verdict == "mixed" else (),
                    " ".join(said.get(NOTE, ())),
                    names.get(user, str(user)) if isinstance(user, int) else "",
                )
            )
    return found


def results(decision: Decision) -> list[dict[str, Any]]:
    """A decision as Label Studio results: what the browser would submit."""

    def answer(control: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": control,
            "from_name": control,
            "to_name": "view",
            "type": kind,
            "value": value,
        }

    made = [answer(VERDICT, "choices", {"choices": [decision.verdict]})]
    if decision.from_b:
        made.append(answer(FROM_B, "choices", {"choices": list(decision.from_b)}))
    if decision.note:
        made.append(answer(NOTE, "textarea", {"text": [decision.note]}))
    return made
