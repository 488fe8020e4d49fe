"""The Parquet files of a table at a pinned snapshot, found through its Iceberg metadata file; no catalog is asked.

For tables whose files a release record does not list (raw, rejects). Importing this module loads pyiceberg: import it
where it is used.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
from lake.iceberg.file_paths import file_uri, local_path
from lake.iceberg.file_table import Column, FileTable
from lake.iceberg.predicates import equals
from lake.release.record import TablePin

_GONE = "Was the lake's home moved or cleaned by hand? A new home starts again from the deliveries."
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

    Raises CitylakeError if the table or its snapshot is gone, or if the snapshot has delete files: only Iceberg
    engines apply those, and reading past them would show deleted rows.
    """
    table = StaticTable.from_metadata(file_uri(_metadata(warehouse / pin.metadata_location)))
    columns = duckdb_columns(table.schemas()[pin.schema_id])
    if pin.snapshot_id is None:
        return FileTable(columns, ())
    if table.snapshot_by_id(pin.snapshot_id) is None:
        raise CitylakeError(f"Snapshot {pin.snapshot_id} of {table.location()} was expired.", hint=_GONE)
    scan = table.scan(row_filter=equals("city", city), snapshot_id=pin.snapshot_id)
    files = []
    for task in scan.plan_files():
        if task.delete_files:
            raise CitylakeError(
                f"{table.location()} has delete files at snapshot {pin.snapshot_id}; they cannot be read here.",
                hint="Rewrite the table without them (compaction), or read it with an Iceberg engine.",
            )
        files.append(local_path(task.file.file_path))
    return FileTable(columns, tuple(sorted(files)))


def current_table(warehouse: Path, pin: TablePin, city: str) -> FileTable:
    """As `pinned_table`, but the table's newest state: that of the newest metadata file beside the pinned one."""
    newest = _newest_metadata(warehouse / pin.metadata_location)
    table = StaticTable.from_metadata(file_uri(newest))
    snapshot = table.current_snapshot()
    now = replace(
        pin,
        metadata_location=newest.relative_to(warehouse).as_posix(),
        snapshot_id=snapshot.snapshot_id if snapshot else None,
        schema_id=table.schema().schema_id,
    )
    return pinned_table(warehouse, now, city)


def _metadata(pinned: Path) -> Path:
    """The metadata file as pinned; once Iceberg has tidied it away, the newest, which still has tagged snapshots."""
    return pinned if pinned.is_file() else _newest_metadata(pinned)


def _newest_metadata(pinned: Path) -> Path:
    later = max(pinned.parent.glob("*.metadata.json"), key=lambda path: path.name, default=None)
    if later is None:
        raise CitylakeError(f"The table metadata {pinned}, which the release needs, is not there.", hint=_GONE)
    return later


def duckdb_columns(schema: Schema) -> tuple[Column, ...]:
    """The columns of an Iceberg schema with their DuckDB types and meanings."""
    return tuple(
        Column(field.field_id, field.name, _duckdb_type(field.field_type), field.doc or "") for field in schema.fields
    )


def _duckdb_type(iceberg_type: IcebergType) -> str:
    if isinstance(iceberg_type, DecimalType):
        return f"DECIMAL({iceberg_type.precision},{iceberg_type.scale})"
    return DUCKDB_TYPES[type(iceberg_type)]
