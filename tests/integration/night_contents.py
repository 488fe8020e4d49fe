"""What a lake holds, as tests compare it: rows over business columns, and every readable byte below its home.

Rows are compared without the columns that differ from night to night; bytes are searched inside compressed files too.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb

from lake.iceberg.file_table import literal, quoted
from lake.query.query import AsOf
from tests.integration.night_runner import Rows, TrialLake

TECHNICAL = ("_delivery_id", "_ingested_at")
AVRO_MAGIC, GZIP_MAGIC, SQLITE_MAGIC = b"Obj\x01", b"\x1f\x8b", b"SQLite format 3\x00"
DUCKDB_MAGIC, DUCKDB_MAGIC_AT = b"DUCK", 8
SYNC_BYTES = 16
TWELVE_DIGITS = ".12g"


def tables(lake: TrialLake, *schemas: str, as_of: AsOf = None) -> list[str]:
    """Qualified names of the tables that a release has in these schemas."""
    names = ", ".join(literal(schema) for schema in schemas)
    sql = f"select table_schema || '.' || table_name from information_schema.tables where table_schema in ({names})"
    return sorted(name for (name,) in lake.rows(sql, as_of=as_of))


def contents(lake: TrialLake, names: Iterable[str], as_of: AsOf = None) -> dict[str, Counter[tuple[object, ...]]]:
    """By table: its rows as a multiset over business columns, doubles to twelve digits."""
    with lake.query("team", as_of) as con:
        return {name: Counter(_plain(con, name)) for name in names}


def _plain(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[tuple[object, ...]]:
    columns = [column for column, *_ in con.execute(f"describe {name}").fetchall() if column not in TECHNICAL]
    for row in con.execute(f"select {', '.join(map(quoted, columns))} from {name}").fetchall():
        yield tuple(format(cell, TWELVE_DIGITS) if isinstance(cell, float) else cell for cell in row)


def differences(
    before: dict[str, Counter[tuple[object, ...]]], after: dict[str, Counter[tuple[object, ...]]]
) -> dict[str, Rows]:
    """By table: rows that only one of two states has; tables that are equal are left out."""
    found = {name: list((after[name] - before[name]) + (before[name] - after[name])) for name in before}
    return {name: rows for name, rows in found.items() if rows}


def places_of(pattern: str, home: Path, *, outside: Path) -> list[str]:
    """Where below `home` a pattern occurs: in names, bytes, and in what parquet, Avro, gzip and databases hold.

    A place is a file, or the folder of a table's parquet files.
    """
    find = re.compile(pattern.encode()).search
    if not home.is_dir():
        raise FileNotFoundError(home)
    found = set()
    parquet: dict[Path, list[Path]] = {}
    for path in sorted(home.rglob("*")):
        if outside in (path, *path.parents):
            continue
        if find(str(path.relative_to(home)).encode()) or (path.is_file() and any(map(find, readable(path)))):
            found.add(str(path.relative_to(home)))
        if path.suffix == ".parquet":
            parquet.setdefault(_table_folder(path), []).append(path)
    found |= {str(folder.relative_to(home)) for folder, files in parquet.items() if any(map(find, _cells(files)))}
    return sorted(found)


def _table_folder(path: Path) -> Path:
    return next((folder for folder in path.parents if folder.name == "data"), path.parent)


def _cells(files: list[Path]) -> Iterator[bytes]:
    paths = ", ".join(literal(str(file)) for file in files)
    with duckdb.connect() as con:
        yield from _texts(con, f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)")


def readable(path: Path) -> Iterator[bytes]:
    """A file's bytes, and the texts in it that compression or encoding hides; parquet is read by table, see above."""
    data = path.read_bytes()
    yield data
    if data.startswith(AVRO_MAGIC):
        yield from _avro_blocks(data)
    elif data.startswith(GZIP_MAGIC):
        yield gzip.decompress(data)
    elif data.startswith(SQLITE_MAGIC):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            yield "\n".join(database.iterdump()).encode()
    elif data[DUCKDB_MAGIC_AT:].startswith(DUCKDB_MAGIC):
        with duckdb.connect(str(path), read_only=True) as con:
            for schema, name in con.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                yield from _texts(con, f"{quoted(schema)}.{quoted(name)}")


def _texts(con: duckdb.DuckDBPyConnection, relation: str) -> Iterator[bytes]:
    """Every different text of a relation: of its columns that can hold one."""
    for name, kind, *_ in con.execute(f"describe from {relation}").fetchall():
        if "VARCHAR" in kind or "BLOB" in kind:
            found = con.execute(f"select distinct cast({quoted(name)} as varchar) from {relation}").fetchall()
            yield "\n".join(text for (text,) in found if text is not None).encode()


def _avro_blocks(data: bytes) -> Iterator[bytes]:
    """Inflated blocks of an Avro file: each is a count, a size, deflated bytes and the mark that ended the header."""
    mark = data[-SYNC_BYTES:]
    place = data.index(mark) + SYNC_BYTES
    while place < len(data):
        _, place = _varint(data, place)
        size, place = _varint(data, place)
        block = data[place : place + size]
        yield zlib.decompress(block, -zlib.MAX_WBITS) if b"deflate" in data[: data.index(mark)] else block
        place += size + SYNC_BYTES


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while data[place] & 0x80:
        value |= (data[place] & 0x7F) << shift
        shift, place = shift + 7, place + 1
    value |= data[place] << shift
    return (value >> 1) ^ -(value & 1), place + 1
