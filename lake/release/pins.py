"""Pinning: the state of a table for one city as a release record holds it, and the tag that keeps its snapshot.

Reading a pinned state again needs no catalog (`lake.release.pinned`); which tables a release pins is
`lake.night.night`'s business.
"""

from __future__ import annotations

from pathlib import Path

from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.table import Table

from lake.iceberg.conflicts import conflict_retries
from lake.iceberg.file_paths import local_path
from lake.iceberg.predicates import equals
from lake.release.pinned import duckdb_columns
from lake.release.record import TablePin

TAG = "released-{}"
CITY = "city"


def pin_table(table: Table, city: str, warehouse: Path, *, with_files: bool) -> TablePin:
    """The table's current state for one city; `with_files` lists columns and data files too (marts)."""
    table.refresh()
    snapshot = table.current_snapshot()
    tasks = list(table.scan(row_filter=_rows_of(table, city)).plan_files()) if snapshot else []
    files = tuple(sorted(relative(local_path(task.file.file_path), warehouse) for task in tasks))
    return TablePin(
        snapshot_id=snapshot.snapshot_id if snapshot else None,
        metadata_location=relative(local_path(table.metadata_location), warehouse),
        schema_id=table.schema().schema_id,
        rows=sum(task.file.record_count for task in tasks),
        columns=duckdb_columns(table.schema()) if with_files else None,
        files=files if with_files else None,
    )


def _rows_of(table: Table, city: str) -> BooleanExpression:
    """Rows of one city; all rows of a table that belongs to no city, such as the indicator registry."""
    has_city = any(field.name == CITY for field in table.schema().fields)
    return equals(CITY, city) if has_city else AlwaysTrue()


def relative(path: Path, warehouse: Path) -> str:
    """A path as records write it. Raises ValueError for a file outside the warehouse."""
    return path.relative_to(warehouse).as_posix()


def keep_snapshot(table: Table, snapshot_id: int | None) -> None:
    """Tag a snapshot that a release needs, so that no expiry removes it; a tag that is there stays as it is."""
    name = TAG.format(snapshot_id)
    if snapshot_id is None or name in table.metadata.refs:
        return
    for attempt in conflict_retries():
        with attempt:
            if name not in table.refresh().metadata.refs:
                table.manage_snapshots().create_tag(snapshot_id, name).commit()
