"""Which columns identify a row: the smallest sets of at most three that are unique in the file.

Measured quantities identify nothing, and numbers only where texts and dates do not: a count is unique by accident.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import duckdb

from lake.draft.columns import ColumnSeen

MOST_COLUMNS, MOST_CANDIDATES = 3, 3
FIRST_ROWS = 20_000
MOST_TRIES = 2_000


def key_candidates(
    con: duckdb.DuckDBPyConnection, columns: Sequence[ColumnSeen], rows: int
) -> list[tuple[ColumnSeen, ...]]:
    """Sets of columns that are unique in `rows_read`, all of the smallest size that there is; the likeliest first."""
    places = {column.name: f"c{place}" for place, column in enumerate(columns)}
    labels = [column for column in columns if column.may_be_key and not column.is_number]
    for pool in (labels, [column for column in columns if column.may_be_key]):
        for size in range(1, MOST_COLUMNS + 1):
            found = list(_unique(con, pool, size, rows, places))
            if found:
                return found[:MOST_CANDIDATES]
    return []


def _unique(
    con: duckdb.DuckDBPyConnection, pool: Sequence[ColumnSeen], size: int, rows: int, places: dict[str, str]
) -> Iterator[tuple[ColumnSeen, ...]]:
    sets = (one for one in combinations(pool, size) if math.prod(column.different for column in one) >= rows)
    for _, one in zip(range(MOST_TRIES), sets, strict=False):
        names = ", ".join(places[column.name] for column in one)
        if not _repeats(con, names, f"(from rows_read limit {FIRST_ROWS})") and not _repeats(con, names, "rows_read"):
            yield one


def _repeats(con: duckdb.DuckDBPyConnection, names: str, relation: str) -> bool:
    found = con.execute(f"select 1 from {relation} group by {names} having count(*) > 1 limit 1").fetchall()
    return bool(found)
