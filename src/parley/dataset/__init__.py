"""Annotated documents in, a dataset folder out: Parquet by config and split, card, manifest.

`features` defines every published field once; `rows` and `claims` make the rows of one document;
`tables` turns rows into Parquet; `build` runs the whole.
"""
