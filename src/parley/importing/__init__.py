"""Annotations of other tools and corpora, read into documents and gold annotations.

    file --a reader of parley.formats--> marks and links --mapping, convert--> results
    results --parley.labelstudio.ingest--> annotations, ledger --store--> a project

Readers give what a file says. What becomes of it is decided here, with one way in: everything goes
through the reading of Label Studio exports, and everything of the source is in the ledger.
"""
