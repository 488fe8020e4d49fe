"""What readers of JSON have in common: the document of a file, its values as texts, columns of texts as a relation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

import duckdb
import pyarrow as pa

from lake.readers.relation import UnreadableFile

TABLE = "_json_records"
ROW = "_row"


def json_object(content: bytes) -> dict[str, Any]:
    """The object that a file's JSON holds; empty where it holds another value. Raises UnreadableFile."""
    try:
        document = json.loads(content)
    except ValueError as problem:
        raise UnreadableFile(f"not JSON: {problem}", hint="was the file cut off on its way?") from problem
    return document if isinstance(document, dict) else {}


def json_text(value: object) -> str | None:
    """A value as text: nothing where it is null, a text as it is, all else, nested values too, as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def other_values(record: Mapping[str, Any], taken: Set[str]) -> str | None:
    """The values that are neither empty nor `taken`, as a JSON object of texts; None where there is none."""
    rest = {name: text for name, value in record.items() if name not in taken and (text := json_text(value))}
    return json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else None


def table_of_texts(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence[str | None]], records: int
) -> tuple[str, dict[str, str]]:
    """Put columns of texts into a table of this connection: the SQL of its rows with ROW, and of each column's text."""
    table = pa.table(
        {ROW: pa.array(range(1, records + 1), pa.int64())}
        | {f"_text_{place}": pa.array(texts, pa.string()) for place, texts in enumerate(columns.values())}
    )
    con.execute(f"drop table if exists {TABLE}")
    con.register("_json_arrow", table)
    con.execute(f"create temp table {TABLE} as select * from _json_arrow")
    con.unregister("_json_arrow")
    return f"select * from {TABLE}", {name: f"_text_{place}" for place, name in enumerate(columns)}
