"""Tables as CSV."""

import csv
import io
from typing import Any

from parley.statistics.made import Statistics


def csv_files(found: Statistics) -> dict[str, str]:
    """Name of a table -> CSV (RFC 4180) in long form: the keys, `figure`, `value`.

    Numbers are written in full; what is not defined is an empty field.
    """
    made = {}
    for table in found.tables.values():
        out = io.StringIO()
        writer: Any = csv.writer(out, lineterminator="\r\n")
        writer.writerow([*table.columns[: table.keys], "figure", "value"])
        writer.writerows(table.long())
        made[table.name] = out.getvalue()
    return made
