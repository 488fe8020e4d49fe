"""One row of a mart that somebody names by values of its columns, with what else a release says of it.

The values are compared as texts and never become SQL. Where they name no row, or several, the error says which values
there are. What the row's numbers rest on is found in lake/explain/explain.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from lake.duck import utc_duckdb
from lake.errors import UsageError
from lake.iceberg.file_table import Column, literal, quoted, select_sql
from lake.query.results import text
from lake.query.visible import CITY_COLUMN, Visible, schema_of

MARTS = ("marts", "marts_restricted")
RESTRICTED = "restricted"
NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "INTEGER", "BIGINT")
FIGURES = (*NUMBERS, "BOOLEAN")
STATUS = "status"
SHOWN_VALUES = 12
LONGEST_MONTH = 31
FILE = "_file"


@dataclass(frozen=True)
class Cell:
    """A row of a mart. `key` are the columns that name it, as texts; `file` is the data file that holds it."""

    table: str
    key: Mapping[str, str]
    row: Mapping[str, Any]
    columns: Sequence[Column]
    file: Path

    @property
    def city(self) -> str | None:
        """The city of the row; None for what belongs to no city."""
        return self.row.get(CITY_COLUMN)

    @property
    def is_restricted(self) -> bool:
        """Whether the row is about too few contributors for its numbers to be shown."""
        return self.row.get(STATUS) == RESTRICTED

    @property
    def figures(self) -> list[str]:
        """Columns that say how much, beside those that name the row: numbers, yes or no, and the status."""
        names = [c.name for c in self.columns if c.type.startswith(FIGURES) or c.name == STATUS]
        rest = [column.name for column in self.columns if column.name not in self.key]
        return [name for name in names if name not in self.key] or rest

    @property
    def period(self) -> tuple[date, date] | None:
        """First day and the day after the last one; None where the row has no dates."""
        start, end, day, month = (self.row.get(name) for name in ("period_start", "period_end", "date", "month_date"))
        if isinstance(start, date) and isinstance(end, date):
            return start, end
        if isinstance(month, date):
            return month, (month + timedelta(days=LONGEST_MONTH)).replace(day=1)
        return (day, day + timedelta(days=1)) if isinstance(day, date) else None


def nearest_columns(word: str, columns: Iterable[str]) -> str:
    """What to say to somebody who named a column that is not there."""
    names = list(columns)
    near = difflib.get_close_matches(word, names)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}Its columns are {', '.join(names)}."


def find_mart(view: Visible, table: str) -> str:
    """The mart that somebody means; also one of the team may leave out its schema. Raises UsageError if none."""
    restricted = f"{MARTS[1]}.{table.lower()}"
    return view.find(restricted if view.pins(restricted) else table)


def find_cell(view: Visible, table: str, given: Mapping[str, str], key: Sequence[str] = ()) -> Cell:
    """The row of a mart that has the given values. `key` are the columns that tell its rows apart, for what is said.

    Raises UsageError for an unknown table or column, and where not exactly one row has these values.
    """
    name = find_mart(view, table)
    if schema_of(name) not in MARTS:
        raise UsageError(f"`{name}` is no mart.", hint="`citylake tables` lists the marts; raw tables are read as SQL.")
    content = view.table(name)
    names = [column.name for column in content.columns]
    for column in given:
        if column not in names:
            raise UsageError(f"{name} has no column `{column}`.", hint=nearest_columns(column, names))
    with utc_duckdb() as con:
        con.execute(f"create view mart as {select_sql(content, file_as=FILE)}")
        found = con.execute(f"select * from mart where {_having(given)} limit 2").fetchall()
        if len(found) != 1:
            raise _not_one(con, name, given, [column for column in key or names if column not in given], bool(found))
    row = dict(zip([*names, FILE], found[0], strict=True))
    file = Path(row.pop(FILE))
    named = {column: text(row[column]) for column in names if column in given or column in key}
    return Cell(name, named, row, content.columns, file)


def _having(given: Mapping[str, str]) -> str:
    conditions = [f"cast({quoted(column)} as varchar) = {literal(value)}" for column, value in given.items()]
    return " and ".join(conditions) or "true"


def _not_one(
    con: duckdb.DuckDBPyConnection, name: str, given: Mapping[str, str], missing: Sequence[str], several: bool
) -> UsageError:
    if several:
        choices = [(column, _values(con, column, given)) for column in missing]
        words = "; ".join(f"{column} ({_listed(values)})" for column, values in choices if len(values) > 1)
        return UsageError(
            f"Several rows of {name} have {_words(given)}." if given else f"{name} has several rows.",
            hint=f"Say one of each: {words}." if words else "They differ in no column that could be named.",
        )
    so_far: dict[str, str] = {}
    for column, value in given.items():
        values = _values(con, column, so_far)
        if value not in values:
            close = difflib.get_close_matches(value, values, n=SHOWN_VALUES, cutoff=0.6)
            where = f" with {_words(so_far)}" if so_far else ""
            return UsageError(
                f"{name} has no row{where} and {column}={value}." if so_far else f"{name} has no {column}={value}.",
                hint=f"{column} is one of {_listed(close or values)}." if values else "The table has no row.",
            )
        so_far[column] = value
    return UsageError(f"{name} has no row with {_words(given)}.")


def _values(con: duckdb.DuckDBPyConnection, column: str, given: Mapping[str, str]) -> list[str]:
    sql = f"select distinct cast({quoted(column)} as varchar) as value from mart where {_having(given)} order by value"
    return [value for (value,) in con.execute(sql).fetchall() if value is not None]


def _words(given: Mapping[str, str]) -> str:
    return ", ".join(f"{column}={value}" for column, value in given.items())


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(values[:SHOWN_VALUES])
    return f"{shown} and {len(values) - SHOWN_VALUES:,} more" if len(values) > SHOWN_VALUES else shown
