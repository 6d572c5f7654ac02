"""Who is said to have said what, and through whom, by cue words: one extractor for pre-annotation
and for the baseline `rules`, which give it their own verbs.

A sentence is read as a clause with at most one frame around it, and what the frame leaves is read
again, so that reports of reports nest:

    According to SOURCE, CONTENT        CONTENT, according to SOURCE
    CONTENT, SOURCE said                CONTENT, said SOURCE          C-, SOURCE said, -ONTENT
    SOURCE said (that) CONTENT          SOURCE told X to CONTENT      SOURCE spoke of CONTENT
    ..., adding that CONTENT            SOURCE, quoted by OUTER, said CONTENT
    SOURCE: CONTENT (headlines)         CONT- reportedly -ENT         CONTENT, by SOURCE's account

Cues are after PARC 3.0 (Pareti 2016). A quotation that goes on over sentences or paragraphs is one
content in parts (guideline A6).
"""

from parley.attribution.extract import extract, style
from parley.attribution.lexicon import Vocabulary, cue_lexicon
from parley.attribution.sentence import Name, Saying

__all__ = ["Name", "Saying", "Vocabulary", "cue_lexicon", "extract", "style"]
