"""Pre-annotation: what can be said of a document before a person has read it.

Sources (names of the registry and numbers, cues of attribution, prediction files, a language
model) each give annotations; `make` merges them. What is not sure is left out: an annotator adds a
missing span in less time than it takes to see that a wrong one is wrong.
"""

from parley.prefill.merge import Made, Source, make

__all__ = ["Made", "Source", "make"]
