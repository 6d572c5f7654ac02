"""Formats of other tools: the built dataset written as their files, their files read.

A format is a module of this package with one or both of

    export(documents: Sequence[Source], out: Path) -> Written
        writes the documents of one split into the folder `out`; what the format cannot hold is
        counted, never dropped in silence
    read(path: Path) -> Iterator[Standoff]
        the documents of a file, or of a folder of files, as the file has them: nothing is judged,
        what cannot be read is among a document's `faults`. Options that mapping files may give are
        keywords, listed in `OPTIONS`.

Libraries of an extra are imported inside functions.
"""

#: What `parley export` writes: name -> (module, one line for the list, extra or "").
FORMATS = {
    "conll": ("conll", "CoNLL-2003 columns: names as IOB2 tags, a sentence a block", ""),
    "conllu": ("conllu", "CoNLL-U: text, entities and our layers in MISC", ""),
    "brat": ("brat", "brat's stand-off files, with its configuration: everything", ""),
    "cas": ("cas_xmi", "UIMA CAS XMI for WebAnno and INCEpTION", ""),
    "gliner": ("gliner", "GLiNER's training JSON: mentions of sentences, nested ones too", ""),
    "spacy": (
        "spacy_docbin",
        "spaCy's DocBin: entities, span groups, the rest as an attribute",
        "spacy",
    ),
    "textee": ("textee", "TextEE's JSON Lines: entities and events of sentences", ""),
    "csv": ("flat_csv", "flat CSV tables with a codebook, for pandas and R", ""),
    "graph": ("claims_graph", "claims as a property graph in GraphML", "graph"),
}
#: Layers that a format can hold, where not all; none where it has tables of its own.
HOLDS: dict[str, tuple[str, ...]] = {
    "conll": ("entity",),
    "gliner": ("entity",),
    "textee": ("entity", "event"),
    "csv": (),
    "graph": (),
}
#: What `parley import` reads, likewise.
READERS = {
    "brat": ("brat", "brat's stand-off files: a folder, or one .ann", ""),
    "conllu": ("conllu", "CoNLL-U, with or without entities", ""),
    "cas": ("cas_xmi", "UIMA CAS XMI of WebAnno and INCEpTION", ""),
    "spacy": ("spacy_docbin", "spaCy's DocBin", "spacy"),
    "doccano": ("doccano", "doccano's JSON Lines: spans, and relations between them", ""),
    "labelstudio": (
        "labelstudio_other",
        "full JSON exports of Label Studio with another interface",
        "",
    ),
}
