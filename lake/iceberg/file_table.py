"""A table as DuckDB reads it: typed columns with Iceberg field ids over a list of Parquet files.

Reading by field id is what makes old files readable after columns were added or renamed. Which files belong to a table
is decided by a release record (lake/release/release.py) or by pinned Iceberg metadata (lake/release/pinned.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Column:
    """One column: Iceberg field id, name, DuckDB type such as `VARCHAR` or `TIMESTAMP WITH TIME ZONE`, and meaning."""

    id: int
    name: str
    type: str
    doc: str = ""


@dataclass(frozen=True)
class FileTable:
    """Columns and absolute paths of the Parquet files that hold the rows; no file means no row."""

    columns: tuple[Column, ...]
    files: tuple[Path, ...]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def select_sql(table: FileTable, *, file_as: str = "") -> str:
    """A SELECT over all rows of the table; typed and empty where it has no files. `file_as` adds each row's file.

    Every file must carry field ids: DuckDB reads one without them as rows of NULLs.
    """
    if not table.files:
        empty = [f"cast(null as {column.type}) as {quoted(column.name)}" for column in table.columns]
        empty += [f"cast(null as varchar) as {quoted(file_as)}"] if file_as else []
        return f"select {', '.join(empty)} where false"
    names = ", ".join(quoted(column.name) for column in table.columns)
    files = ", ".join(literal(str(path)) for path in table.files)
    fields = ", ".join(
        f"{column.id}: {{name: {literal(column.name)}, type: {literal(column.type)}, default_value: NULL}}"
        for column in table.columns
    )
    named = f", filename as {quoted(file_as)}" if file_as else ""
    option = ", filename = true" if file_as else ""
    return f"select {names}{named} from read_parquet([{files}], schema = MAP {{{fields}}}{option})"
