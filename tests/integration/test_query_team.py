"""Raw tables through pinned Iceberg metadata: the data team reads exactly the snapshot that the release names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import DataScan, Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DecimalType, LongType, NestedField, StringType

from lake.errors import CitylakeError
from lake.query.query import run_sql
from lake.release.record import TablePin
from lake.settings import Settings
from tests.unit.handmade import release

SCHEMA = Schema(
    NestedField(1, "city", StringType(), required=False),
    NestedField(2, "energy_kwh", DecimalType(18, 9), required=False, doc="energy of the half-hour"),
)
ARROW = pa.schema([("city", pa.string()), ("energy_kwh", pa.decimal128(18, 9))])


@pytest.fixture
def table(settings: Settings) -> Iterator[Table]:
    """`raw.readings`, partitioned by city, empty."""
    catalog = SqlCatalog("citylake", uri=f"sqlite:///{settings.catalog}", warehouse=settings.warehouse.as_uri())
    catalog.create_namespace("raw")
    yield catalog.create_table(
        "raw.readings",
        SCHEMA,
        location=(settings.warehouse_team / "raw" / "readings").as_uri(),
        partition_spec=PartitionSpec(PartitionField(1, 1000, IdentityTransform(), "city")),
    )
    catalog.engine.dispose()


def add(table: Table, city: str, *values: str) -> None:
    """Append one row per value."""
    rows = pa.table({"city": [city] * len(values), "energy_kwh": list(values)})
    table.append(rows.set_column(1, "energy_kwh", rows["energy_kwh"].cast(ARROW.field(1).type)))


def pin(settings: Settings, table: Table, rows: int) -> dict[str, TablePin]:
    """The table as it is now, the way a release names it."""
    metadata = Path(table.metadata_location.removeprefix("file://")).relative_to(settings.warehouse)
    snapshot = table.current_snapshot()
    pinned = TablePin(snapshot.snapshot_id if snapshot else None, str(metadata), table.schema().schema_id, rows)
    return {"raw.readings": pinned}


def total(as_of: int | None = None) -> list[tuple[object, ...]]:
    """Energy by city, exactly as decimals."""
    sql = "SELECT city, sum(energy_kwh)::VARCHAR FROM raw.readings GROUP BY 1 ORDER BY 1"
    return run_sql(sql, role="team", as_of=as_of).fetchall()


def test_each_city_shows_the_snapshot_that_its_entry_pins(settings: Settings, table: Table) -> None:
    add(table, "london", "0.1", "0.2")
    release(settings, "london", pin(settings, table, 2), 1)
    add(table, "london", "5")
    add(table, "sample", "1")
    release(settings, "sample", pin(settings, table, 1), 2)
    assert total() == [("london", "0.300000000"), ("sample", "1.000000000")]
    assert total(as_of=1) == [("london", "0.300000000")]


def test_a_column_added_later_is_null_in_older_files(settings: Settings, table: Table) -> None:
    add(table, "london", "0.1")
    with table.update_schema() as change:
        change.add_column("meters", LongType())
    release(settings, "london", pin(settings, table, 1))
    rows = run_sql("SELECT city, meters FROM raw.readings", role="team").fetchall()
    assert rows == [("london", None)]


def test_a_table_without_a_snapshot_is_empty(settings: Settings, table: Table) -> None:
    release(settings, "london", pin(settings, table, 0))
    assert total() == []


def test_delete_files_are_refused_not_ignored(
    settings: Settings, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(table, "london", "0.1")
    release(settings, "london", pin(settings, table, 1))
    # pyiceberg cannot write delete files, so the plan is made to hold one.
    monkeypatch.setattr(DataScan, "plan_files", lambda _: [SimpleNamespace(delete_files={"x"}, file=None)])
    with pytest.raises(CitylakeError, match="has delete files at snapshot"):
        total()


def test_pinned_metadata_that_was_tidied_away_is_replaced_by_later_metadata(settings: Settings, table: Table) -> None:
    add(table, "london", "0.1")
    pinned = Path(table.metadata_location.removeprefix("file://"))
    release(settings, "london", pin(settings, table, 1))
    add(table, "london", "5")
    pinned.unlink()
    assert total() == [("london", "0.100000000")]


def test_an_expired_snapshot_is_an_error_that_names_it(settings: Settings, table: Table) -> None:
    add(table, "london", "0.1")
    pins = pin(settings, table, 1)
    release(settings, "london", {name: replace(known, snapshot_id=7) for name, known in pins.items()})
    with pytest.raises(CitylakeError, match=r"Snapshot 7 of .* was expired"):
        total()


def test_a_lost_table_is_an_error_that_names_the_file(settings: Settings, table: Table) -> None:
    release(settings, "london", pin(settings, table, 1))
    for metadata in Path(table.metadata_location.removeprefix("file://")).parent.glob("*.json"):
        metadata.unlink()
    with pytest.raises(CitylakeError, match=r"metadata\.json, which the release needs, is not there"):
        total()
