"""The `ops` tables: what every night did, for everyone to read; one append per table when a night ends.

`ops.deliveries` is the ledger made public, `ops.check_results` every check that ran, `ops.nights` the nights. They are
read in their current state and are no part of a release; `ops.releases` is a view over the release records.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import And
from pyiceberg.table import Table

from lake.checks import CheckResult
from lake.deliveries.ledger import Delivery, Ledger
from lake.duck import utc_duckdb
from lake.iceberg.catalog import ColumnSpec, ensure_table, field_ids, open_catalog
from lake.iceberg.commit import commit
from lake.iceberg.file_paths import local_path
from lake.iceberg.file_table import Column
from lake.iceberg.predicates import among, equals
from lake.iceberg.staging import copy_to_parquet
from lake.ops_index import write_ops_index
from lake.release.pinned import duckdb_columns
from lake.settings import Settings

OPS = "ops"


def _columns(text: str) -> tuple[ColumnSpec, ...]:
    """Columns from lines of `name type: meaning`."""
    lines = [line.strip().partition(": ") for line in text.strip().splitlines()]
    return tuple(ColumnSpec(head.split(" ")[0], head.split(" ", 1)[1], doc) for head, _, doc in lines)


TABLES = {
    "deliveries": _columns("""
        delivery_id varchar: id of the delivery, the same in raw rows and rejects
        city varchar: city
        dataset varchar: dataset, as in raw.<dataset>
        file_name varchar: file as delivered; identifiers in it are pseudonyms
        sha256 varchar: sha256 of the bytes as delivered
        bytes bigint: size as delivered
        landed_at timestamptz: when the bytes were taken from landing to be judged
        contract_version varchar: version of the contract that read it
        rows_read bigint: source records, counted from the bytes; NULL where the file could not be read
        rows_accepted bigint: source records of which at least something was accepted
        rows_rejected bigint: source records of which nothing was accepted, rows that are no data included
        cells_rejected bigint: cells that did not parse, in records that were accepted
        rows_written bigint: rows that this delivery put into the raw table
        status varchar: committed, refused, superseded or withdrawn
        reason varchar: why it was refused, superseded or withdrawn
        rows_no_data bigint: rejected records that are no data (totals, blank rows), expected by the contract
        cells_rounded bigint: cells with more digits than the lake keeps
        rejected_by_rule varchar: rejected records and cells by rule, JSON
        unexpected_columns varchar: columns of the file that the contract does not know
        slot varchar: source slot whose rows it replaces
        origin varchar: its place below the city's sources; identifiers in it are pseudonyms
        newest_event_at timestamptz: newest event time in it
        night_id varchar: night that decided it
        decided_at timestamptz: when it was decided
        bundle_id varchar: the delivery of a bundle (such as a timetable) that it was a file of, decided as a whole
    """),
    "check_results": _columns("""
        city varchar: city
        subject varchar: dataset or mart that was checked
        delivery_id varchar: delivery that was checked; NULL for a mart
        release_id bigint: release that the checked mart went into; NULL where it did not, and for a delivery
        check_id varchar: expectation of the suite, or dbt test
        severity varchar: error stops the rows, warning only reports
        passed boolean: whether it held
        observed varchar: what was found
        expected varchar: what should have been found
        message varchar: the outcome in words
        unexpected_rows bigint: rows at fault; NULL where the check counts none
        night_id varchar: night that ran it
        checked_at timestamptz: when the night ended
    """),
    "nights": _columns("""
        night_id varchar: id of the night, the Dagster run where there is one
        city varchar: city
        started_at timestamptz: when it began
        ended_at timestamptz: when it ended
        status varchar: released, nothing_new, not_released, or died (its process ended without a word)
        release_id bigint: release that it published
        message varchar: what happened, in words
    """),
}


@dataclass(frozen=True)
class NightFacts:
    """One row of ops.nights."""

    night_id: str
    city: str
    started_at: datetime
    ended_at: datetime
    status: str
    release_id: int | None
    message: str


@dataclass(frozen=True)
class OpsFiles:
    """An ops table in its current state."""

    columns: tuple[Column, ...]
    files: tuple[Path, ...]


def ops_files(settings: Settings) -> dict[str, OpsFiles]:
    """All ops tables in their current state; before the first night they are typed and empty."""
    catalog = open_catalog(settings)
    return {name: _current(catalog, settings, name) for name in TABLES}


def _current(catalog: Catalog, settings: Settings, name: str) -> OpsFiles:
    try:
        table = catalog.load_table((OPS, name))
    except NoSuchTableError:
        table = _table(catalog, settings, name)
    files = [local_path(task.file.file_path) for task in table.scan().plan_files()] if table.current_snapshot() else []
    return OpsFiles(duckdb_columns(table.schema()), tuple(sorted(files)))


def _table(catalog: Catalog, settings: Settings, name: str) -> Table:
    partitions = ["city"] if name != "nights" else []
    return ensure_table(catalog, settings, (OPS, name), TABLES[name], partitions)


def append_night(
    catalog: Catalog, settings: Settings, ledger: Ledger, facts: NightFacts, checks: Sequence[CheckResult]
) -> None:
    """Publish what the ledger holds of the city and is not yet public, the night's checks, and the night itself."""
    deliveries = [one for one in ledger.deliveries(facts.city, unpublished=True) if one.decided_at is not None]
    _append(catalog, settings, "deliveries", [_delivery_row(one) for one in deliveries], facts)
    ledger.mark_published([one.delivery_id for one in deliveries])
    rows = [_check_row(check, facts) for check in checks]
    _append(catalog, settings, "check_results", rows, facts)
    _append(catalog, settings, "nights", [{name: getattr(facts, name) for name in facts.__dataclass_fields__}], facts)
    write_ops_index(settings, ops_files)


def _append(catalog: Catalog, settings: Settings, name: str, rows: list[dict[str, Any]], facts: NightFacts) -> None:
    if not rows:
        return
    table = _table(catalog, settings, name)
    earlier = None
    if name == "deliveries":
        # A delivery that was withdrawn, or came into force again, replaces what was told of it before.
        earlier = And(equals("city", facts.city), among("delivery_id", [str(row["delivery_id"]) for row in rows]))
    with utc_duckdb() as con:
        columns = {column.name: [row.get(column.name) for row in rows] for column in TABLES[name]}
        con.register("_rows", pa.table({key: pa.array(values) for key, values in columns.items()}))
        typed = ", ".join(f"cast({column.name} as {column.type}) as {column.name}" for column in TABLES[name])
        files = copy_to_parquet(
            con, f"select {typed} from _rows", location=table.location(), name=facts.night_id, ids=field_ids(table)
        )
    commit(table, files, delete=earlier, night_id=facts.night_id)


def _delivery_row(one: Delivery) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in one.__dataclass_fields__}
    row["rejected_by_rule"] = json.dumps(dict(one.rejected_by_rule or {}), sort_keys=True)
    row["unexpected_columns"] = ", ".join(one.unexpected_columns)
    return row


def _check_row(check: CheckResult, facts: NightFacts) -> dict[str, Any]:
    row = {name: getattr(check, name) for name in check.__dataclass_fields__}
    released = facts.release_id if check.delivery_id is None else None
    return {**row, "city": facts.city, "night_id": facts.night_id, "release_id": released, "checked_at": facts.ended_at}
