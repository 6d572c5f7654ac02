"""When claims contradict each other."""

from collections.abc import Collection

#: What a claim says (`features.CLAIMED`), and what says the contrary. A claim that is hedged or
#: hypothetical contradicts nothing.
CONTRARY = {
    "happened": "did_not_happen",
    "did_not_happen": "happened",
    "will_happen": "will_not_happen",
    "will_not_happen": "will_happen",
}


def conflicting(claimed: Collection[str]) -> bool:
    """Whether, of what is claimed of one event, one thing is the contrary of another."""
    return any(CONTRARY.get(value) in claimed for value in claimed)
