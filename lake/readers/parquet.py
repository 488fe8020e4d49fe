"""Parquet files: their columns as texts, so that wide and typed editions go through the same parsing as text files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lake.contract import Contract
from lake.iceberg.file_table import literal, quoted
from lake.readers.relation import (
    SourceRelation,
    UnreadableFile,
    require_columns,
    unexpected_columns,
)


def open_parquet(path: Path, contract: Contract) -> SourceRelation:
    """The relation of a parquet file. Raises UnreadableFile for a broken file or one that lacks required columns."""
    try:
        footer = pq.read_metadata(path)
        names = tuple(pq.read_schema(path).names)
    except (pa.ArrowInvalid, OSError) as problem:
        raise UnreadableFile(f"not a readable parquet file: {problem}", hint="was it cut off on its way?") from problem
    require_columns(names, contract)
    if footer.num_rows == 0:
        raise UnreadableFile("the file holds no record", hint="ask the publisher for a complete file")
    return SourceRelation(
        sql=f"select file_row_number + 1 as _row, * from read_parquet({literal(str(path))}, file_row_number=true)",
        texts={name: f"cast({quoted(name)} as varchar)" for name in names},
        line="_row",
        raw_fields=None,
        wrong_width=None,
        records=footer.num_rows,
        unexpected_columns=unexpected_columns(names, contract),
    )
