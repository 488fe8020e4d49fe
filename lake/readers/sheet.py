"""One sheet of an Excel workbook, whichever format its file has: what `xlsx` and `xls` give and `excel` reads.

Which rows are records and what columns are called is the matter of `excel`; here stands only what a cell says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lake.readers.relation import UnreadableFile

Row = Sequence[str | None]
MIDNIGHT = dt.time()
LETTERS = 26


@dataclass(frozen=True)
class Block:
    """Cells from one corner to the other, rows and columns counted from 1, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        first, last = ((self.first_row, self.first_column), (self.last_row, self.last_column))
        names = [f"{column_letters(column)}{row}" for row, column in (first, last)]
        return ":".join(dict.fromkeys(names))


@dataclass(frozen=True)
class Sheet:
    """`rows` from the first one on, blank ones too; where cells are merged; formulas whose result the file lacks."""

    name: str
    rows: Iterator[Row]
    merged: tuple[Block, ...]
    without_result: tuple[Block, ...] = ()


def column_letters(column: int) -> str:
    """What Excel calls a column, counted from 1: A, B, .., Z, AA, .."""
    letters = ""
    while column:
        column, place = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + place) + letters
    return letters


def choose_sheet(wanted: str | None, found: Sequence[str], dataset: str) -> str:
    """The sheet that the contract names, or the only one. Raises UnreadableFile where there is no such sheet."""
    if wanted is None and len(found) == 1:
        return found[0]
    there = ", ".join(repr(name) for name in found)
    if wanted is None:
        raise UnreadableFile(
            f"the workbook has {len(found)} sheets: {there}",
            hint=f"say among the reader's keys in contract {dataset} which `sheet` holds the data",
        )
    if wanted not in found:
        raise UnreadableFile(
            f"the workbook has no sheet {wanted!r}; its sheets are {there}",
            hint=f"if the publisher renamed the sheet, put `sheet` in contract {dataset} right",
        )
    return wanted


def cell_text(value: object) -> str | None:
    """A value of a cell as exact text: whole numbers without a point, days and moments in ISO 8601, a blank as None."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
