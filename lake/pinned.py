"""The Parquet files of a table at a pinned snapshot, found through its Iceberg metadata file; no catalog is asked.

For tables whose files a release record does not list (raw, rejects). Importing this module loads pyiceberg: import it
where it is used.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyiceberg.expressions import EqualTo
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IcebergType,
    IntegerType,
    LongType,
    StringType,
    TimestampType,
    TimestamptzType,
)

from lake.errors import CitylakeError
from lake.file_table import Column, FileTable
from lake.release_record import TablePin

DUCKDB_TYPES: dict[type[IcebergType], str] = {
    BinaryType: "BLOB",
    BooleanType: "BOOLEAN",
    DateType: "DATE",
    DoubleType: "DOUBLE",
    FloatType: "FLOAT",
    IntegerType: "INTEGER",
    LongType: "BIGINT",
    StringType: "VARCHAR",
    TimestampType: "TIMESTAMP",
    TimestamptzType: "TIMESTAMP WITH TIME ZONE",
}


def pinned_table(warehouse: Path, pin: TablePin, city: str) -> FileTable:
    """Columns and files of one city in a table as a release pins it.

    Raises CitylakeError if the metadata is gone, or if the snapshot has delete files: those are applied by Iceberg
    engines only, and reading past them would show deleted rows.
    """
    metadata = warehouse / pin.metadata_location
    if not metadata.is_file():
        raise CitylakeError(
            f"The table metadata {metadata}, which the release needs, is not there.",
            hint="Was the lake's home moved or cleaned by hand? A new home starts again from the deliveries.",
        )
    table = StaticTable.from_metadata(metadata.as_uri())
    columns = duckdb_columns(table.schemas()[pin.schema_id])
    if pin.snapshot_id is None:
        return FileTable(columns, ())
    scan = table.scan(row_filter=EqualTo(term="city", value=city), snapshot_id=pin.snapshot_id)
    files = []
    for task in scan.plan_files():
        if task.delete_files:
            raise CitylakeError(
                f"{metadata} has delete files at snapshot {pin.snapshot_id}; they cannot be read here.",
                hint="Rewrite the table without them (compaction), or read it with an Iceberg engine.",
            )
        files.append(local_path(task.file.file_path))
    return FileTable(columns, tuple(sorted(files)))


def duckdb_columns(schema: Schema) -> tuple[Column, ...]:
    """The columns of an Iceberg schema with their DuckDB types and meanings."""
    return tuple(
        Column(field.field_id, field.name, _duckdb_type(field.field_type), field.doc or "") for field in schema.fields
    )


def local_path(uri: str) -> Path:
    """The path of a `file://` URI (or of a plain path)."""
    return Path(unquote(urlsplit(uri).path)) if uri.startswith("file:") else Path(uri)


def _duckdb_type(iceberg_type: IcebergType) -> str:
    if isinstance(iceberg_type, DecimalType):
        return f"DECIMAL({iceberg_type.precision},{iceberg_type.scale})"
    return DUCKDB_TYPES[type(iceberg_type)]
