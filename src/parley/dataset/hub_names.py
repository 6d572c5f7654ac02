"""Names that the Hugging Face Hub knows in a dataset card's YAML, and a check against them.

The libraries take any string without a word (`DatasetCardData(license="bogus")` passes), and the
Hub's own check needs the Hub. Where the lists are from: licences, those for data in
`docs/hub/repositories-licenses.md` of huggingface/hub-docs; task categories and ids, those about
text in `packages/tasks/src/pipelines.ts` of huggingface/huggingface.js; sizes, creators and
multilinguality, `datasets/utils/resources/` of datasets 5.2.0 (a test compares); languages,
ISO 639-1.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parley.incidents import nearest, one_of, say

#: NAMESPACE/NAME of at most 96 ASCII characters, neither with two dots or hyphens in a row nor one
#: at an end (`utils/_validators.py` of huggingface_hub 2.4).
REPO = (
    r"(?!.{97})(?!.*(--|\.\.))(?!.*\.git$)"
    r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?/[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"
)
#: Licence -> its page at spdx.org, where it has one.
LICENCES = {
    "cc0-1.0": "CC0-1.0",
    "cc-by-2.0": "CC-BY-2.0",
    "cc-by-2.5": "CC-BY-2.5",
    "cc-by-3.0": "CC-BY-3.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-3.0": "CC-BY-SA-3.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-2.0": "CC-BY-NC-2.0",
    "cc-by-nc-3.0": "CC-BY-NC-3.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nd-4.0": "CC-BY-ND-4.0",
    "cc-by-nc-nd-3.0": "CC-BY-NC-ND-3.0",
    "cc-by-nc-nd-4.0": "CC-BY-NC-ND-4.0",
    "cc-by-nc-sa-2.0": "CC-BY-NC-SA-2.0",
    "cc-by-nc-sa-3.0": "CC-BY-NC-SA-3.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "c-uda": "C-UDA-1.0",
    "cdla-sharing-1.0": "CDLA-Sharing-1.0",
    "cdla-permissive-1.0": "CDLA-Permissive-1.0",
    "cdla-permissive-2.0": "CDLA-Permissive-2.0",
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "etalab-2.0": "etalab-2.0",
    "lgpl-lr": "LGPLLR",
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "other": None,
    "unknown": None,
}
_LANGUAGES = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
    id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
    lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_LANGUAGES.split())
#: Task category -> its task ids.
TASKS: dict[str, tuple[str, ...]] = {
    "text-classification": (
        "acceptability-classification",
        "entity-linking-classification",
        "fact-checking",
        "intent-classification",
        "language-identification",
        "multi-class-classification",
        "multi-label-classification",
        "multi-input-text-classification",
        "natural-language-inference",
        "semantic-similarity-classification",
        "sentiment-classification",
        "topic-classification",
        "semantic-similarity-scoring",
        "sentiment-scoring",
        "sentiment-analysis",
        "hate-speech-detection",
        "text-scoring",
    ),
    "token-classification": (
        "named-entity-recognition",
        "part-of-speech",
        "parsing",
        "lemmatization",
        "word-sense-disambiguation",
        "coreference-resolution",
    ),
    "question-answering": ("extractive-qa", "open-domain-qa", "closed-domain-qa"),
    "multiple-choice": ("multiple-choice-qa", "multiple-choice-coreference-resolution"),
    "text-retrieval": (
        "document-retrieval",
        "utterance-retrieval",
        "entity-linking-retrieval",
        "fact-checking-retrieval",
    ),
    "summarization": ("news-articles-summarization", "news-articles-headline-generation"),
    "text-generation": (
        "dialogue-modeling",
        "dialogue-generation",
        "conversational",
        "language-modeling",
    ),
    "fill-mask": ("slot-filling", "masked-language-modeling"),
    "feature-extraction": (),
    "graph-ml": (),
    "sentence-similarity": (),
    "table-question-answering": (),
    "table-to-text": (),
    "text-ranking": (),
    "translation": (),
    "zero-shot-classification": (),
    "other": (),
}
LANGUAGE_CREATORS = ("found", "crowdsourced", "expert-generated", "machine-generated", "other")
ANNOTATIONS_CREATORS = (*LANGUAGE_CREATORS[:4], "no-annotation", "other")
MULTILINGUALITY = ("monolingual", "multilingual", "translation", "other")
#: Size category -> the rows from which on it no longer holds; the last has no end.
SIZES = {
    "n<1K": 10**3,
    "1K<n<10K": 10**4,
    "10K<n<100K": 10**5,
    "100K<n<1M": 10**6,
    "1M<n<10M": 10**7,
    "10M<n<100M": 10**8,
    "100M<n<1B": 10**9,
    "1B<n<10B": 10**10,
    "10B<n<100B": 10**11,
    "100B<n<1T": 10**12,
    "n>1T": None,
}
_SOURCE = re.compile(r"original|extended(\|[\w.-]+)?|[\w.-]+(/[\w.-]+)?")
#: A code of ISO 639-3, for languages that ISO 639-1 has no code for; too many to list.
_THREE = re.compile(r"[a-z]{3}")

#: Member of the YAML -> its names.
LISTS: dict[str, Sequence[str]] = {
    "license": tuple(LICENCES),
    "language": sorted(LANGUAGES),
    "task_categories": tuple(TASKS),
    "task_ids": tuple(name for names in TASKS.values() for name in names),
    "size_categories": ("unknown", *SIZES),
    "multilinguality": MULTILINGUALITY,
    "annotations_creators": ANNOTATIONS_CREATORS,
    "language_creators": LANGUAGE_CREATORS,
}


def size(rows: int) -> str:
    """The size category of a number of rows."""
    return next(name for name, end in SIZES.items() if end is None or rows < end)


def licence_url(name: str) -> str | None:
    """The licence's page at spdx.org, or None."""
    spdx = LICENCES.get(name)
    return f"https://spdx.org/licenses/{spdx}.html" if spdx else None


def faults(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(member, what is wrong) for every value of a card's YAML that the Hub does not know.

    Members that the Hub keeps no list of are passed over; so are those that are not there.
    """
    for key in (*LISTS, "source_datasets"):
        values = card.get(key)
        if values is None:
            continue
        for value in values if isinstance(values, list | tuple) else [values]:
            message = fault(key, value)
            if message:
                yield key, message


def fault(key: str, value: object) -> str | None:
    """What is wrong with one value of the member `key` of a card's YAML, or None."""
    if key == "source_datasets":
        if isinstance(value, str) and _SOURCE.fullmatch(value):
            return None
        expected = "original, extended, extended|NAME or the name of a dataset"
        return say(f"bad {key}", got=value, expected=expected)
    names = LISTS[key]
    if value in names:
        return None
    if key == "language":
        if isinstance(value, str) and _THREE.fullmatch(value):
            return None
        expected = "a code of ISO 639-1 such as en (of ISO 639-3 where that has none)"
        near = value[:2].lower() if isinstance(value, str) else None
        return say(
            f"unknown {key}",
            got=value,
            expected=expected,
            nearest=near if near in LANGUAGES else None,
        )
    return say(f"unknown {key}", got=value, expected=one_of(names), nearest=nearest(value, names))
