"""A difference as one HTML page: no script, nothing fetched, light and dark."""

from collections.abc import Iterable, Sequence

from parley.markup import escaped
from parley.scoring.page_shell import shell
from parley.versions import text
from parley.versions.model import KINDS, Change, Difference, DocumentChange, TextEdit

#: Renamed annotations are told in one row a layer, the first few by name.
_FEW = 5


def render(found: Difference) -> str:
    """The page of a difference."""
    title = f"{found.old.name} → {found.new.name}"
    body = [
        f"<h1>{escaped(title)}</h1>",
        f"<p>{escaped(text.summary(found))}</p>",
        _sides(found),
        _counts(found),
    ]
    if found.documents:
        links = "".join(
            f'<a href="#{escaped(item.doc_id)}">{escaped(item.doc_id)}</a>'
            for item in found.documents
        )
        body.append(f'<h2 id="documents">documents</h2><nav>{links}</nav>')
        body += [_document(item) for item in found.documents]
    body += _rest(found)
    return shell(title, "\n".join(part for part in body if part))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table of cells that are markup already."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    if not lines:
        return ""
    title = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="wide" tabindex="0"><table>{title}<thead><tr>{cells}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _sides(found: Difference) -> str:
    rows = [
        (
            escaped(side.name),
            escaped(side.version),
            escaped(side.ontology),
            f"{side.documents:,}",
            f"<code>{escaped(side.logical_sha256[:12])}</code>",
        )
        for side in (found.old, found.new)
    ]
    return _table(("build", "version", "ontology", "documents", "data"), rows)


def _counts(found: Difference) -> str:
    caption = (
        "What became of documents, and of annotations in documents that both have. Renamed: only "
        "the id differs. Uncomparable: an edit of the text took its first or last word."
    )
    rows = (
        (escaped(layer), *(f"{numbers.get(kind, 0):,}" for kind in KINDS))
        for layer, numbers in found.counts().items()
    )
    return _table(("layer", *KINDS), rows, caption)


def _document(document: DocumentChange) -> str:
    name = escaped(document.doc_id)
    head = f'<h3 id="{name}">document {name}: {document.kind}</h3>'
    if document.withheld:
        head += '<p class="soft">Withheld: its words are not shown.</p>'
    if document.kind != "changed":
        told = ", ".join(f"{number:,} {layer}" for layer, number in document.counts.items())
        return f"{head}<p>{escaped(told or 'its text was not at hand')}</p>"
    metadata = (
        (escaped(key), escaped(text.field(key, pair))) for key, pair in document.metadata.items()
    )
    kept = [item for item in document.changes if item.kind != "renamed"]
    rows = [_row(item) for item in kept]
    for layer in dict.fromkeys(item.layer for item in document.changes if item.kind == "renamed"):
        many = [item for item in document.changes if (item.kind, item.layer) == ("renamed", layer)]
        ids = ", ".join(" → ".join(map(str, item.fields["id"])) for item in many[:_FEW])
        more = ", …" if len(many) > _FEW else ""
        rows.append((f"{len(many):,} {escaped(layer)}", "renamed", "", "", escaped(ids + more)))
    return (
        head
        + _table(("metadata", "change"), metadata)
        + "".join(_edit(edit) for edit in document.edits)
        + _table(("annotation", "change", "place", "words", "what"), rows)
    )


def _row(item: Change) -> tuple[str, ...]:
    words = "" if item.words is None else escaped(item.words)
    mark = {"added": "ins", "removed": "del"}.get(item.kind, "span")
    return (
        escaped(f"{item.layer.removesuffix('s')} {item.id or ''}".strip()),
        item.kind,
        f"{item.start}&#8209;{item.end}",
        f"<{mark}>{words}</{mark}>" if words else "",
        escaped(text.details(item)),
    )


def _edit(edit: TextEdit) -> str:
    place = f"text {edit.old[0]}-{edit.old[1]} → {edit.new[0]}-{edit.new[1]}"
    words = ""
    if edit.before is not None:
        words = f": <del>{escaped(edit.before)}</del> <ins>{escaped(edit.after)}</ins>"
    return f'<p class="example">{place}{words}</p>'


def _rest(found: Difference) -> Iterable[str]:
    """Everything that is about no document, as the text has it."""
    for title, body in text.sections(found):
        if body:
            items = "".join(f"<li>{escaped(line)}</li>" for line in body)
            yield f"<h2>{escaped(title)}</h2><ul>{items}</ul>"
