"""Level 6: near-duplicates and what shows only on all documents."""

import random
from array import array

import pytest

from parley.checks import corpus, near
from parley.checks.registry import Registry
from parley.document import Document, Paragraph, digest

WORDS = [f"{a}{b}{c}" for a in "bdfghklm" for b in "aeiou" for c in "lmnrst"]


def text(seed: int, size: int = 120) -> str:
    """Made-up words, the same for the same seed."""
    return " ".join(random.Random(seed).choices(WORDS, k=size))


def rewritten(original: str, share: float) -> str:
    """The text with a share of its words replaced."""
    made = random.Random(1)
    return " ".join(
        made.choice(WORDS) if made.random() < share else word for word in original.split()
    )


def registry() -> Registry:
    splits = {"one": "train", "two": "test", "three": "validation"}
    found = Registry(splits=splits, stories={story: {} for story in splits})
    found.read |= {"stories", "splits"}
    return found


def item(name: str, story: str, words: str) -> Document:
    return Document(
        id=name,
        story=story,
        status="open",
        title="",
        published="2024-03-06",
        form="news",
        language="en",
        length=len(words),
        sha256=digest(words),
        paragraphs=(Paragraph(0, len(words), "body"),),
        sentences=(),
        text=words,
        file=f"corpus/articles/{story}/{name}.txt",
    )


def faults(documents: list[Document]) -> list[tuple[str, str | None]]:
    whole = corpus.Corpus(registry())
    texts = {}
    for each in documents:
        whole.add(each)
        texts[each.id] = each.text
    return [(fault.code, fault.doc_id) for fault in whole.check(texts.get) if fault.code != "P602"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.3])
def test_a_rewrite_in_another_split_is_found(share: float) -> None:
    others = [item(f"d{at}", "two", text(at)) for at in range(50, 80)]
    copy = item("copy", "two", rewritten(text(1), share) + " end")
    assert faults([item("d1", "one", text(1)), *others, copy]) == [("P605", "copy")]


def test_an_excerpt_is_found_by_containment() -> None:
    excerpt = item("part", "two", " ".join(text(1, 400).split()[:150]))
    assert faults([item("whole", "one", text(1, 400)), excerpt]) == [("P605", "part")]


def test_a_rewrite_in_the_same_split_is_no_leak() -> None:
    assert faults([item("a", "one", text(1)), item("b", "one", text(1) + " end")]) == []


def test_unrelated_texts_are_left_in_peace() -> None:
    stories = ["one", "two", "three"]
    assert faults([item(f"d{at}", stories[at % 3], text(at)) for at in range(90)]) == []


def test_ten_thousand_repeats_are_one_incident_and_few_comparisons() -> None:
    seen = 0

    def text_of(_: str) -> str:
        nonlocal seen
        seen += 1
        return text(1)

    whole = corpus.Corpus(registry())
    first = corpus.summarize(item("d", "one", text(1)))
    for at in range(10_000):
        whole.enter(
            corpus.Summary(
                **{
                    name: getattr(first, name)
                    for name in ("status", "file", "sha256", "events", "signature", "paragraphs")
                },
                id=f"d{at}",
                story="one" if at % 2 else "two",
            )
        )
    found = [fault for fault in whole.check(text_of) if fault.code != "P602"]
    assert [fault.code for fault in found] == ["P606", "P605"]
    assert seen <= 2


def test_many_near_repeats_in_two_splits_are_compared_a_few_times_each() -> None:
    size = 2_000
    signature = near.signature(text(1))
    splits = [at % 2 for at in range(size)]
    pairs = sum(1 for _ in near.candidates(signature * size, splits))
    assert pairs <= size * near.MOST * 2


def test_a_signature_does_not_depend_on_the_order_of_a_set() -> None:
    assert near.signature(text(1)) == near.signature(text(1))
    assert len(near.signature(text(1))) == 4 * near.PERMUTATIONS
    assert near.signature("two words") == b""


def test_equal_paragraphs_count_once_for_each_further_split() -> None:
    keys, rows = array("Q", [5, 7, 5, 5, 9, 7]), array("I", [0, 0, 1, 2, 2, 0])
    assert near.across(keys, rows, [0, 0, 1]) == [(3, 0)]


def test_a_faulty_row_of_a_register_is_not_reported_again_by_what_refers_to_it() -> None:
    found = registry()
    found.refused["facts"] = {"F1"}
    found.read.add("facts")
    assert found.has("facts", "F1")
    assert not found.has("facts", "F2")
    assert found.has("events", "never-read")
