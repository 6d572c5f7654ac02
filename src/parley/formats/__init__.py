"""Formats of other tools: the built dataset written as their files.

A format is a module of this package with

    export(documents: Sequence[Source], out: Path) -> Written
        writes the documents of one split into the folder `out`; what the format cannot hold is
        counted, never dropped in silence

Libraries of an extra are imported inside functions.
"""

#: Name -> (module, one line for the list).
FORMATS = {
    "conll": ("conll", "CoNLL-2003 columns: names as IOB2 tags, a sentence a block"),
    "gliner": ("gliner", "GLiNER's training JSON: mentions of sentences, nested ones too"),
    "spacy": ("spacy_docbin", "spaCy's DocBin: entities, span groups, the rest as an attribute"),
    "textee": ("textee", "TextEE's JSON Lines: entities and events of sentences"),
}
