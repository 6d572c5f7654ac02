"""Walks rows and checks that every span is the words that it says it is."""

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def spans(config: str, row: Row, document: str) -> Iterator[tuple[str, str]]:
    """(words by offsets, words as told) for every span of a row; `document` is its whole text."""
    text: str = row["context"] if config == "questions" else row.get("text", "")
    if "doc_start" in row:
        yield document[row["doc_start"] : row["doc_start"] + len(text)], text
    if config == "documents":
        assert text == document
    if config == "sentences":
        yield document[row["doc_start"] : row["doc_end"]], text
        ends = zip(row["token_starts"], row["token_ends"], row["tokens"], strict=True)
        yield from ((text[start:end], word) for start, end, word in ends)
    for name in ("trigger", "expression"):
        if name in row:
            yield text[row[f"{name}_start"] : row[f"{name}_end"]], row[name]
    if config == "questions" and row["label"] < 0:
        yield from ((text[text.find(words) :][: len(words)], words) for words in row["answers"])
    for key, items in row.items():
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict) or "text" not in item:
                continue
            if "doc_end" in item:
                yield document[item["doc_start"] : item["doc_end"]], item["text"]
            elif item["start"] is None:
                assert item["in_sentence"] is False, key
                assert item["text"] in document
            else:
                yield text[item["start"] : item["end"]], item["text"]


def check(config: str, row: Row, document: str) -> int:
    """Asserts every span of a row; returns how many there were."""
    number = 0
    for found, told in spans(config, row, document):
        assert found == told, (config, row.get("id"))
        number += 1
    return number
