"""Rows of a query by name, or as text: CSV, JSON, cells of a table; or as Parquet. NULL never looks like a value.

What is written is streamed: a result may be larger than memory. Which query runs is decided in lake/query/query.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import duckdb

from lake.query.confine import plain_errors
from lake.query.query import Selection, run_sql
from lake.release.record import Release
from lake.settings import Settings

BATCH_ROWS = 10_000
_NEEDS_QUOTES = frozenset(',"\r\n')


def column_names(result: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the result's columns."""
    return [str(column[0]) for column in result.description or []]


def rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    """The rows, read in batches. Raises UsageError where a value defeats the query while it runs."""
    while True:
        with plain_errors():
            batch = result.fetchmany(BATCH_ROWS)
        if not batch:
            return
        yield from batch


def named_rows(sql: str, release: Release, settings: Settings) -> list[dict[str, Any]]:
    """All rows of one SELECT over a release, each by the names of its columns: for results that are small."""
    result = run_sql(sql, as_of=release, settings=settings)
    return [dict(zip(column_names(result), row, strict=True)) for row in result.fetchall()]


def write_csv(result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    """Comma-separated values (RFC 4180) with a header. NULL is an empty field, an empty text is `""`."""
    out.write(",".join(_csv_field(name) for name in column_names(result)) + "\n")
    for row in rows(result):
        out.write(",".join(_csv_field(value) for value in row) + "\n")


def write_json(result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    """A JSON array with one object per row. Decimals become numbers; what is not a number becomes null."""
    names = column_names(result)
    separator = "[\n"
    for row in rows(result):
        out.write(separator + json.dumps(dict(zip(names, map(json_value, row), strict=True)), ensure_ascii=False))
        separator = ",\n"
    out.write("[]\n" if separator == "[\n" else "\n]\n")


def write_parquet(selection: Selection, out: Path | IO[bytes]) -> None:
    """A Parquet file with the result's own types."""
    from pyarrow import parquet

    with plain_errors():
        reader = selection.relation().to_arrow_reader(BATCH_ROWS)
        with parquet.ParquetWriter(out, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)


def text(value: object) -> str:
    """A value as plain text: times in ISO 8601, binary as hexadecimal digits, NULL as nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case list() | dict() | tuple():
            return json.dumps(json_value(value), ensure_ascii=False)
    return str(value)


def _csv_field(value: object) -> str:
    field = text(value)
    if value == "" or _NEEDS_QUOTES.intersection(field):
        return '"' + field.replace('"', '""') + '"'
    return field


def json_value(value: object) -> object:
    """A value as JSON has it: decimals as numbers, times as text, what is not a number as null."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return float(value) if math.isfinite(value) else None
        case list() | tuple():
            return [json_value(item) for item in value]
        case dict():
            return {str(key): json_value(item) for key, item in value.items()}
    return text(value)
