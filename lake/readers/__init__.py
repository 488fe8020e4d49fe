"""One module per source format, each driven by the contract alone: a landed file becomes a DuckDB relation of texts.

A new format is a new module here and a line in `open_source`; a new dataset in a known format needs nothing here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from lake.contract import Contract
from lake.readers.blank_separated import open_blank_separated
from lake.readers.delimited import open_delimited
from lake.readers.encoding import as_utf8
from lake.readers.excel import open_excel
from lake.readers.geojson import open_geojson
from lake.readers.json_feed import open_json_feed
from lake.readers.parquet import open_parquet
from lake.readers.relation import SourceRelation, UnreadableFile, other_names
from lake.readers.topojson import open_topojson

__all__ = ["SourceRelation", "UnreadableFile", "open_source"]

STUMBLES = (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError, pa.ArrowException)


def open_source(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path) -> SourceRelation:
    """The relation of a landed file. `scratch` is a folder private to this delivery. Raises UnreadableFile.

    Bytes from outside can make a parser stumble in ways that it does not foresee: that is the file's fault, too.
    """
    try:
        relation = _open(con, path, contract, scratch)
    except STUMBLES as problem:
        raise UnreadableFile(
            f"the file cannot be read as {contract.reader.format}: {type(problem).__name__}",
            hint="is it the file that was meant, and whole?",
        ) from problem
    otherwise = {name: relation.texts[other] for name, other in other_names(relation.texts, contract).items()}
    return replace(relation, texts={**relation.texts, **otherwise})


def _open(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path) -> SourceRelation:
    if contract.reader.format == "parquet":
        return open_parquet(path, contract)
    if contract.reader.format == "excel":
        return open_excel(path, contract, scratch)
    text = as_utf8(path, contract, scratch)
    if contract.reader.format == "delimited":
        return open_delimited(text, contract, scratch)
    if contract.reader.format == "blank_separated":
        return open_blank_separated(text, contract)
    if contract.reader.format == "json_feed":
        return open_json_feed(con, text, contract)
    if contract.reader.format == "topojson":
        return open_topojson(con, text, contract)
    return open_geojson(con, text, contract)
