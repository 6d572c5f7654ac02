"""Attributions for the baseline `rules`: `parley.attribution` with the cues that train shows.

Cues are the verbs of its packaged lexicon and of `rules.toml`; a verb that the train split shows to
be a cue, or not to be one, is added or left out.
"""

from collections import Counter
from collections.abc import Sequence

from parley.attribution import Vocabulary, cue_lexicon, extract, style
from parley.attribution.sentence import WORD
from parley.attribution.stems import stem
from parley.baselines.rules_lexicon import general
from parley.baselines.rules_mentions import Found
from parley.baselines.sample import JSON, Sample
from parley.document import containment


class Attributions:
    """The cue verbs, after the train split has been counted."""

    def __init__(self, train: Sequence[Sample]) -> None:
        lexicon = cue_lexicon()
        verbs = {*lexicon.verbs, *general().cue_verbs}
        seen, hits = _counted(train)
        self.vocabulary = Vocabulary(
            frozenset(
                key
                for key in verbs | set(hits)
                if (key in verbs and not (seen[key] >= 4 and hits[key] / seen[key] < 0.25))
                or (hits[key] >= 2 and hits[key] / seen[key] >= 0.5)
            ),
            frozenset((*lexicon.heads, *general().nominals, *general().roles)),
        )

    def find(self, sample: Sample, mentions: Sequence[Found]) -> list[JSON]:
        """The attributions of a document as items of the prediction format, in text order: parents
        by containment, styles by quotation marks."""
        said = extract(
            self.vocabulary, sample.text, sample.paragraphs, sample.reading_sentences(), mentions
        )
        rows = [(f"a{n}", item.cue, item.content) for n, item in enumerate(said, start=1)]
        parents, _ = containment(rows, [])
        return [
            {
                "id": name,
                "source": [list(span) for span in sorted(item.source)],
                "cue": [list(span) for span in sorted(item.cue)],
                "content": [list(span) for span in sorted(item.content)],
                "parent": parent,
                "style": style(sample.text, item),
            }
            for (name, _, _), item, parent in zip(rows, said, parents, strict=True)
        ]


def _counted(train: Sequence[Sample]) -> tuple[Counter[str], Counter[str]]:
    """How often each stem occurs in the reading text of train, and how often it is a cue."""
    seen: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for sample in train:
        if sample.row is None or "attributions" not in sample.row:
            continue
        parts = {tuple(item["cue"][0]) for item in sample.row["attributions"] if item["cue"]}
        for start, end in sample.reading_sentences():
            for match in WORD.finditer(sample.text, start, end):
                key = stem(match[0])
                seen[key] += 1
                hits[key] += match.span() in parts
    return seen, hits
