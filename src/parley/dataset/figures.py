"""The figures of the dataset card, from the counts that the manifest tells of a build."""

from collections.abc import Mapping

from parley import plots
from parley.dataset.features import CLAIMED

#: Layer -> the group of counts that has one entry for each of its items.
_LAYERS = {
    "mentions": "mention",
    "events": "event",
    "attributions": "style",
    "stances": "stance",
    "claims": "claimed",
}


def figures(counts: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """Name (a-z and -) -> SVG, from counts by split (`Contents.counts`, or the manifest's).

    `annotations`: how many mentions, events, attributions, stances and claims there are, and each
    split's share of them. `claims`: what sources claim of events, by split. A figure that would
    be empty is left out. The same counts give the same bytes.
    """
    splits = list(counts)
    layers = [
        (layer, [_total(counts[split], group) for split in splits])
        for layer, group in _LAYERS.items()
    ]
    layers = [row for row in layers if any(row[1])]
    claims = [
        (name.replace("_", " "), [counts[split].get(f"claimed/{name}", 0) for split in splits])
        for name in CLAIMED
    ]
    claims = [row for row in claims if any(row[1])]
    found = {}
    if layers:
        found["annotations"] = plots.stacked(
            "annotations",
            "Documents and annotations, and each split's share",
            [("documents", [counts[split].get("documents", 0) for split in splits]), *layers],
            splits,
            shares=True,
        )
    if claims:
        found["claims"] = plots.stacked(
            "claims", "What sources claim of events, by split", claims, splits
        )
    return found


def _total(counts: Mapping[str, int], group: str) -> int:
    return sum(number for name, number in counts.items() if name.startswith(f"{group}/"))
