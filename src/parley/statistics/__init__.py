"""Figures of a built dataset as tables and plots: what a paper about the corpus would print.

    of(folder, split=None) -> Statistics    tables by name, plots(), to_dict()

The modules, from below: `table` (a table, counts into rows), `columns` (the dataset as Arrow
columns), `shapes`, then `sizes`, `mentions`, `events`, `voices` and `balance`, which make the
tables, `drawings` (plots of tables), `made` (all together), `text`, `page` and `written` (for a
terminal, as HTML, as CSV).
"""

from parley.statistics.made import Statistics, of
from parley.statistics.table import Table

__all__ = ["Statistics", "Table", "of"]
