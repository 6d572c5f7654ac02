"""CoNLL-2003's four columns (Tjong Kim Sang and De Meulder 2003), tags in IOB2.

The columns for part of speech and chunk are `-X-`, as in OntoNotes' conversions. Names only, as an
off-the-shelf tagger has it: of names that overlap the longest is tagged, then the first.
"""

from collections.abc import Sequence
from pathlib import Path

from parley import files
from parley.formats.source import Source, Span, Written, placed, rest

FILE = "ner.conll"


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `ner.conll`: documents begin with -DOCSTART-, sentences are parted by a blank line."""
    made = Written([FILE])
    lines: list[str] = []
    for document in documents:
        made.lost += rest(document, "clusters", "events", "attributions", "stances")
        lines += ["-DOCSTART- -X- -X- O", ""]
        for sentence, tags in zip(document.sentences, _tags(document, made), strict=True):
            lines += [
                f"{word} -X- -X- {tag}" for word, tag in zip(sentence.words, tags, strict=True)
            ]
            lines.append("")
    files.write(out / FILE, "\n".join(lines).encode())
    return made


def _tags(document: Source, made: Written) -> list[list[str]]:
    """IOB2 tags of every sentence."""
    names: list[tuple[Span, str]] = []
    for mention in document.row.get("mentions", ()):
        if mention.get("mention_type", "name") == "name":
            names.append(((mention["start"], mention["end"]), mention["type"]))
        else:
            made.lost["mentions that are no names"] += 1
    names.sort(key=lambda name: (name[0][0] - name[0][1], name[0][0]))
    tags = [["O"] * len(sentence.words) for sentence in document.sentences]
    for (_, label), place in zip(names, placed(document, [span for span, _ in names]), strict=True):
        if place is None:
            made.lost["names that are no whole tokens of a sentence"] += 1
            continue
        at, (first, last) = place
        if any(tag != "O" for tag in tags[at][first:last]):
            made.lost["names inside others"] += 1
            continue
        tags[at][first:last] = [f"B-{label}", *[f"I-{label}"] * (last - first - 1)]
        made.held["names"] += 1
    return tags
