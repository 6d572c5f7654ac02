"""Agreement between annotators who worked on the same documents of one round.

`read` (the round's exports) → `compare` (what answers what, and whether it is equal) → `measures`
(counts for each document) → `alpha`, `parley.bootstrap` (values, intervals), `confusions` (what the
disagreements are, in words of the text) → `report` → `text` and `page`.
"""
