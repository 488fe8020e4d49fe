"""Lines of a text file as a DuckDB relation, and where they stand in the file: what the readers of text share.

Lines only; how a line falls into fields is the matter of each reader. The count from the bytes is `lines`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lake.iceberg.file_table import literal
from lake.readers.lines import NEVER_DELIMITER, LineScan

NEVER_NULL = "\x1c"


def numbered_lines(path: Path, scan: LineScan) -> str:
    """A SELECT of `_row` (1-based) and `line` of each line that is not blank."""
    newline = {b"\r": "\\r"}.get(scan.newline, "\\n")
    lines = line_reader(path, newline)
    if scan.has_ctrl_z:
        lines = f"(select rtrim(line, chr(26)) as line from {lines}) where line <> ''"
    return f"select row_number() over () as _row, line from {lines}"


def line_reader(path: Path, newline: str) -> str:
    """DuckDB's CSV reader used as a reader of whole lines: its parallel scan without its guesses about fields."""
    return (
        f"read_csv({literal(str(path))}, columns={{'line': 'VARCHAR'}}, header=false, auto_detect=false, "
        f"delim={literal(NEVER_DELIMITER.decode())}, quote='', escape='', nullstr={literal(NEVER_NULL)}, "
        f"new_line='{newline}', strict_mode=false)"
    )


def line_number(blanks: Sequence[int]) -> str:
    """The place in the file of the record numbered `_row` among the lines that are not blank."""
    if not blanks:
        return "_row"
    return f"_row + len(list_filter({list(blanks)}, lambda before: before < _row))"
