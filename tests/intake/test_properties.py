"""What holds for any input at all."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from parley import article, dates
from parley.document import canonical
from parley.incidents import IncidentError
from parley.intake import readers
from parley.intake.decode import decode
from parley.intake.raw import Raw
from parley.intake.resolve import Options, Taken, resolve, slug

OPTIONS = Options(date=dates.parse("2024-08-20"), tz=dates.zone("UTC"), order="dmy")
#: Lines as outlets print them, among lines of any characters.
PRINTED = st.sampled_from(
    [
        "By Ada Moore",
        "Source: agencies",
        "20 August 2024",
        "20.08.2024 10:15",
        "En",
        "- World",
        "Share",
        "21:50",
        "ANALYSIS",
        "What now?",
        "* A bullet",
        "Ferry stopped",
        "The harbour is closed, and nobody knows for how long it will be.",
        "The harbour is closed.- News",
        "",
        "  ",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
TEXTS = st.builds(
    lambda bom, parts: bom + "".join(line + end for line, end in parts),
    st.sampled_from(["", "\ufeff", "\ufeff\ufeff"]),
    st.lists(st.tuples(PRINTED | st.text(max_size=40), ENDS), max_size=12),
)


def _taken(raw: Raw) -> Taken | None:
    try:
        return resolve(raw, OPTIONS)
    except IncidentError as error:
        assert error.incidents
        return None


def _holds(raw: Raw, taken: Taken, length: int) -> None:
    document = taken.document
    text = document.text
    assert text is not None
    assert sum(taken.account.values()) == length
    assert all(count > 0 for count in taken.account.values())
    inside = [False] * len(text)
    for paragraph in document.paragraphs:
        words = text[paragraph.start : paragraph.end]
        assert words == words.strip()
        assert "\n" not in words
        assert not any(inside[paragraph.start : paragraph.end])
        inside[paragraph.start : paragraph.end] = [True] * len(words)
    assert all(done or text[place].isspace() for place, done in enumerate(inside))
    data = article.write(document, taken.extra)
    again = article.parse(data, file=document.file, doc_id=document.id, story=document.story)
    assert again == document


@given(TEXTS)
@settings(max_examples=300)
def test_the_account_adds_up_and_the_article_reads_back(text: str) -> None:
    try:
        raw = readers.text(text.encode("utf-8", "replace"), "a.txt", "a")
    except IncidentError as error:
        assert {incident.code for incident in error.incidents} <= {"N004", "N005"}
        return
    taken = _taken(raw)
    if taken is not None:
        length = len(text.encode("utf-8", "replace").decode())
        _holds(raw, taken, length)
        assert taken.document.text == canonical(text.encode("utf-8", "replace").decode())


@given(TEXTS, st.dictionaries(st.sampled_from(["title", "byline", "x"]), st.text(max_size=9)))
def test_the_account_of_a_record_adds_up_to_its_line(text: str, more: dict[str, str]) -> None:
    clean = text.encode("utf-8", "replace").decode()
    line = json.dumps({**more, "text": clean}, ensure_ascii=False)
    line = line.encode("utf-8", "replace").decode()
    (raw,) = readers.records([line.encode()], "a.jsonl", "a", None, 10**6)
    if isinstance(raw, Raw) and (taken := _taken(raw)) is not None:
        _holds(raw, taken, len(line))


@given(st.lists(PRINTED | st.text(max_size=40), max_size=8), st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_a_page_never_crashes_and_its_account_adds_up(lines: list[str], noise: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in lines)
    markup = f"<html><body><article><h1>Ferry</h1>{body}</article>{noise}</body></html>"
    markup = markup.encode("utf-8", "replace").decode()
    try:
        raw = readers.html(markup.encode(), "a.html", "a")
    except IncidentError:
        return
    taken = _taken(raw)
    if taken is not None:
        _holds(raw, taken, len(markup))


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "windows-1251", "ascii"]))
def test_any_bytes_are_text_or_a_fault(data: bytes, encoding: str | None) -> None:
    try:
        decode(data, "a", encoding).encode()
    except IncidentError as error:
        assert {incident.code for incident in error.incidents} <= {"N004", "N005"}


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_record_is_an_article_or_a_fault_with_its_line(lines: list[bytes]) -> None:
    for outcome in readers.records(lines, "a.jsonl", "a", None, 10**6):
        if isinstance(outcome, IncidentError):
            assert all(incident.line is not None for incident in outcome.incidents)


@given(st.text(max_size=40))
def test_front_matter_of_any_characters_never_crashes(head: str) -> None:
    data = f"+++\n{head}\n+++\nThe harbour is closed.\n".encode("utf-8", "replace")
    try:
        raw = readers.text(data, "a.txt", "a")
    except IncidentError:
        return
    _taken(raw)


@given(st.text(max_size=100))
def test_a_slug_has_only_the_characters_of_an_id(name: str) -> None:
    found = slug(name)
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert found == slug(found)
