"""From a raw article, as an outlet prints it, to a document.

Modules, lowest first: `patterns` and `blocks` (what each line is), `readers` (files to
raw articles), `account` (where every character went), `resolve` (raw article to document), `run`
(many files, and writing what came out).
"""
