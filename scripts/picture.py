"""The picture of an annotated passage in the README. Run by `scripts/refresh.py`."""

from html import escape
from pathlib import Path

from parley import corpus, document, json_io, ontology
from parley.document import Annotations, Span
from parley.project import Project

DOCUMENT, PARAGRAPH = "doha-denials-wire", 5
WIDTH, MARGIN, CELL, LINE = 920, 28, 8.43, 62
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
COLORS = {"entity": "#2f7fb8", "event": "#d1495b", "Source": "#2f7d32", "Cue": "#c77700"}
CONTENT = "#7a6ff0"

STYLE = f"""
text {{ font-family: {MONO}; fill: #1b1f24; }}
.words {{ font-size: 14px; white-space: pre; }}
.label {{ font-size: 9px; }}
.note {{ font-size: 11px; fill: #57606a; }}
.page {{ fill: #ffffff; }}
@media (prefers-color-scheme: dark) {{
  text {{ fill: #e6edf3; }} .note {{ fill: #9aa4ae; }} .page {{ fill: #0d1117; }}
}}
"""


def possible(root: Path) -> bool:
    """Whether the corpus has the document that the picture shows."""
    return any(path.stem == DOCUMENT for path in Project(root).article_files())


def passage(root: Path) -> bytes:
    """An SVG of one paragraph: attribution as underlines, mentions and triggers as boxes."""
    project = Project(root)
    found = corpus.one(project, DOCUMENT)
    gold = document.from_dict(json_io.loads((project.gold / f"{DOCUMENT}.json").read_bytes()))
    kinds = ontology.load(project.ontology).annotated_kinds
    shown = [item for item in found.paragraphs if item.kind in kinds][PARAGRAPH]
    assert found.text is not None
    return _Picture(found.text, (shown.start, shown.end), gold).draw()


class _Picture:
    def __init__(self, text: str, span: Span, gold: Annotations) -> None:
        self.text = text
        self.span = span
        self.gold = gold
        self.lines = _wrap(text, span, int((WIDTH - 2 * MARGIN) / CELL))
        self.out: list[str] = []

    def draw(self) -> bytes:
        height = MARGIN * 2 + LINE * len(self.lines) + 26
        for item in self.gold.attributions:
            depth = self._depth(item.id)
            for part in item.content:
                self._underline(part, CONTENT, 9 + 4 * depth)
            for name, parts in (("Source", item.source), ("Cue", item.cue)):
                for part in parts:
                    self._underline(part, COLORS[name], 5, name)
        for mention in self.gold.mentions:
            if mention.mention_type == "name":
                self._box((mention.start, mention.end), COLORS["entity"], mention.type)
        for event in self.gold.events:
            self._box((event.start, event.end), COLORS["event"], event.type)
        for number, (start, end) in enumerate(self.lines):
            y = MARGIN + LINE * number + 28
            words = escape(self.text[start:end])
            length = (end - start) * CELL
            self.out.append(
                f'<text class="words" x="{MARGIN}" y="{y}" textLength="{length:.1f}" '
                f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{words}</text>'
            )
        legend = "boxes: mentions (blue), event triggers (red) · underlines: source (green), cue "
        legend += "(orange), content (violet, nested deeper is lower)"
        self.out.append(
            f'<text class="note" x="{MARGIN}" y="{height - 14}">{escape(legend)}</text>'
        )
        head = (
            "<!-- Made by `python scripts/refresh.py`. -->\n"
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="A paragraph of {DOCUMENT} with its annotations">\n'
            f"<style>{STYLE}</style>\n"
            f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>\n'
        )
        return (head + "\n".join(self.out) + "\n</svg>\n").encode()

    def _depth(self, item: str) -> int:
        parents = {one.id: one.parent for one in self.gold.attributions}
        depth = 0
        while (parent := parents.get(item)) is not None:
            item, depth = parent, depth + 1
        return depth

    def _pieces(self, span: Span) -> list[tuple[float, float, int]]:
        """(x, width, line) of each piece of a span, one a line."""
        pieces = []
        for number, (start, end) in enumerate(self.lines):
            first, last = max(start, span[0]), min(end, span[1])
            if first < last:
                pieces.append((MARGIN + (first - start) * CELL, (last - first) * CELL, number))
        return pieces

    def _underline(self, span: Span, color: str, below: int, label: str = "") -> None:
        for x, width, number in self._pieces(span):
            y = MARGIN + LINE * number + 28 + below
            self.out.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width - 1:.1f}" height="2.4" fill="{color}"/>'
            )

    def _box(self, span: Span, color: str, label: str) -> None:
        for place, (x, width, number) in enumerate(self._pieces(span)):
            y = MARGIN + LINE * number + 14
            self.out.append(
                f'<rect x="{x - 1:.1f}" y="{y}" width="{width + 1:.1f}" height="18" rx="3" '
                f'fill="{color}" fill-opacity=".16" stroke="{color}" stroke-opacity=".7"/>'
            )
            if not place and len(label) * 5.5 <= width + 24:
                self.out.append(
                    f'<text class="label" x="{x:.1f}" y="{y - 3}" style="fill:{color}">'
                    f"{escape(label)}</text>"
                )


def _wrap(text: str, span: Span, width: int) -> list[Span]:
    """Lines of at most `width` characters, broken at spaces."""
    lines = []
    start, end = span
    while end - start > width:
        cut = text.rfind(" ", start, start + width)
        lines.append((start, cut))
        start = cut + 1
    return [*lines, (start, end)]
