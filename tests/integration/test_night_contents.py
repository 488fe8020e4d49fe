"""The search for a meter's number sees through every kind of file that a lake writes: it is proved on planted ones."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from pyiceberg.avro.file import AvroOutputFile
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.schema import Schema
from pyiceberg.typedef import Record
from pyiceberg.types import NestedField, StringType

from tests.integration.night_contents import places_of

CANARY = "MAC987654"
LONG_TEXT = "a text that is repeated " * 200 + CANARY

# Neither the first nor the last of its column, so that statistics do not show it.
AMONG_OTHERS = "select case when n = 2500 then ? else if(n % 2 = 0, 'A', 'z') || n end as facts from range(5000) t(n)"


def text(path: Path) -> None:
    path.write_text(f'{{"path": "landing/{CANARY}.csv"}}')


def name(path: Path) -> None:
    path.with_name(f"{CANARY}.txt").touch()


def packed(path: Path) -> None:
    path.write_bytes(gzip.compress(LONG_TEXT.encode()))


def sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as con:
        con.execute("create table kept (facts text)")
        con.execute("insert into kept values (?)", [LONG_TEXT])
        con.commit()


def database(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("create schema scratch")
        con.execute(f"create table scratch.kept as {AMONG_OTHERS}", [LONG_TEXT])


def parquet(path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"create table kept as {AMONG_OTHERS}", [LONG_TEXT])
        wrapped = "select [{'text': facts}] as facts from kept"
        con.execute(f"copy ({wrapped}) to '{path}' (format parquet, compression zstd)")
    path.rename(path.with_suffix(".parquet"))


def avro(path: Path) -> None:
    schema = Schema(NestedField(1, "facts", StringType(), required=True))
    target = PyArrowFileIO().new_output(str(path))
    with AvroOutputFile[Record](target, schema, "kept", metadata={"avro.codec": "deflate"}) as out:
        out.write_block([Record(LONG_TEXT)])


@pytest.mark.parametrize("plant", [text, name, packed, sqlite, database, parquet, avro])
def test_a_planted_number_is_found_in(plant: object, tmp_path: Path) -> None:
    assert callable(plant)
    plant(tmp_path / "planted")
    assert len(places_of(r"MAC\d{6}", tmp_path, outside=tmp_path / "nowhere")) == 1
    assert places_of(r"MAC\d{6}", tmp_path, outside=tmp_path) == []


@pytest.mark.parametrize("plant", [packed, parquet, avro])
def test_the_bytes_alone_would_not_show_it_in(plant: object, tmp_path: Path) -> None:
    assert callable(plant)
    plant(tmp_path / "planted")
    hidden = [path.read_bytes() for path in tmp_path.iterdir()]
    assert all(CANARY.encode() not in data for data in hidden)
