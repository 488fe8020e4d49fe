"""Where the table stands in a sheet of an Excel workbook: which row names its columns, and what is peculiar about them.

The sheet is told by whoever drafts where a workbook has several; all else is seen in the first rows.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from lake.errors import UsageError
from lake.readers.excel import column_names, open_sheet
from lake.readers.relation import UnreadableFile
from lake.readers.sheet import Row, Sheet

ROWS_TO_LOOK_AT = 50
MOSTLY = 0.9


def workbook_table(path: Path, sheet: str | None) -> tuple[dict[str, Any], tuple[str, ...], str]:
    """The reader as the contract will describe it, the names of the columns, and both in words.

    Raises UsageError where the workbook has several sheets and none is told, or not the one that is.
    """
    try:
        with open_sheet(path, sheet, "draft") as found:
            return _table(found, sheet)
    except UnreadableFile as problem:
        hint = "Say which one with --sheet." if "sheet" in problem.message else problem.hint
        raise UsageError(f"{path} cannot be read: {problem.message}.", hint=hint) from problem


def _table(sheet: Sheet, named: str | None) -> tuple[dict[str, Any], tuple[str, ...], str]:
    rows = list(islice(sheet.rows, ROWS_TO_LOOK_AT))
    header = _header_row(rows)
    said = Counter(name for name in column_names(rows[header - 1], {}) if name)
    repeated = {name: name for name, times in said.items() if times > 1}
    names = column_names(rows[header - 1], repeated)
    down = [names[block.first_column - 1] for block in sheet.merged if block.first_row > header
            and block.first_column == block.last_column <= len(names)]  # fmt: skip
    reader: dict[str, Any] = {"format": "excel"}
    if named:
        reader["sheet"] = named
    if header > 1:
        reader["headerRow"] = header
    if repeated:
        reader["repeatedNames"] = repeated
    if down:
        reader["fillDown"] = list(dict.fromkeys(down))
    return (
        reader,
        tuple(name for name in names if name),
        f"sheet {sheet.name} of an Excel workbook, names in row {header}",
    )


def _header_row(rows: list[Row]) -> int:
    """The first row with nearly as many filled cells as any other."""
    filled = [sum(bool(text and text.strip()) for text in row) for row in rows]
    if not any(filled):
        raise UnreadableFile("it is empty", hint="Say a file with rows.")
    return next(number for number, cells in enumerate(filled, start=1) if cells >= MOSTLY * max(filled))
