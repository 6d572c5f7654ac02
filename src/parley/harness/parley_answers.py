"""Scores of answers, and what the task files of lm-evaluation-harness call.

This file is copied beside the task files, so it needs nothing of Parley. An answer is its first
line. Exact match and F1 are SQuAD's (Rajpurkar et al. 2016, evaluate-v1.1.py): case, articles and
punctuation do not count, F1 is over bags of words, and of several accepted answers the best one
counts. Unlike there, punctuation is Unicode's and not ASCII's alone, since the texts have curly
quotation marks and answers may have straight ones.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

_ARTICLES = frozenset(("a", "an", "the"))


def words(text: str) -> list[str]:
    """The words of the first line that count."""
    lines = text.strip().splitlines()
    kept = (
        character
        for character in unicodedata.normalize("NFC", lines[0] if lines else "").lower()
        if not unicodedata.category(character).startswith("P")
    )
    return [word for word in "".join(kept).split() if word not in _ARTICLES]


def exact_match(answer: str, accepted: Iterable[str]) -> float:
    """1.0 where the answer is one of those accepted, else 0.0."""
    given = words(answer)
    return float(any(given == words(one) for one in accepted))


def f1(answer: str, accepted: Iterable[str]) -> float:
    """F1 of the answer's words against the accepted answer that it is nearest to, 0 to 1."""
    return max((_f1(Counter(words(answer)), Counter(words(one))) for one in accepted), default=0.0)


def _f1(given: Counter[str], gold: Counter[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    return 2 * (given & gold).total() / (given.total() + gold.total())


# -- lm-evaluation-harness


def open_results(row: dict[str, Any], results: Sequence[str]) -> dict[str, float]:
    """The metrics of one open question."""
    return {
        "exact_match": exact_match(results[0], row["answers"]),
        "f1": f1(results[0], row["answers"]),
    }


def choice_results(row: dict[str, Any], results: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """The metrics of one question with choices, from their log-likelihoods.

    `acc_norm` divides each by the choice's length in characters, as the harness does.
    """
    scores = [score for score, _ in results]
    normed = [score / len(one) for score, one in zip(scores, row["choices"], strict=True)]
    picked = scores.index(max(scores))
    return {
        "acc": float(picked == row["label"]),
        "acc_norm": float(normed.index(max(normed)) == row["label"]),
        "macro_f1": (row["label"], picked),
    }


def macro_f1(pairs: Iterable[tuple[int, int]]) -> float:
    """Mean F1 over the labels that are right or picked somewhere."""
    found = list(pairs)
    hits = Counter(gold for gold, picked in found if gold == picked)
    all_gold, all_picked = Counter(gold for gold, _ in found), Counter(pick for _, pick in found)
    each = [2 * hits[one] / (all_gold[one] + all_picked[one]) for one in all_gold | all_picked]
    return sum(each) / len(each)


def _only(task: str, rows: Any) -> Any:
    return rows.filter(lambda row: row["task"] == task)


def source(rows: Any) -> Any:
    """The rows of this task; the others likewise."""
    return _only("source", rows)


def claimant(rows: Any) -> Any:
    """See `source`."""
    return _only("claimant", rows)


def argument(rows: Any) -> Any:
    """See `source`."""
    return _only("argument", rows)


def voice(rows: Any) -> Any:
    """See `source`."""
    return _only("voice", rows)


def event_type(rows: Any) -> Any:
    """See `source`."""
    return _only("event_type", rows)


def stance(rows: Any) -> Any:
    """See `source`."""
    return _only("stance", rows)
