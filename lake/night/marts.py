"""Marts between dbt and a release: audited as they will be, staged as parquet, committed by period or city.

dbt has built the marts in the night's scratch database; nothing here knows how a number is made. A mart that fails its
suite stops the release: see MartsRefused. Which marts there are is told by `lake.night.mart_models`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from filelock import FileLock
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression
from pyiceberg.table import Table

from lake.checks import CheckResult
from lake.duck import utc_duckdb
from lake.errors import CitylakeError
from lake.iceberg.catalog import ensure_table, field_ids
from lake.iceberg.commit import commit
from lake.iceberg.file_table import FileTable, quoted, select_sql
from lake.iceberg.predicates import among, equals
from lake.iceberg.staging import StagedFile, copy_to_parquet
from lake.night.bench import Auditor
from lake.night.mart_models import MartModel
from lake.release.pinned import duckdb_columns
from lake.release.pins import pin_table
from lake.settings import Settings

LOG = logging.getLogger("citylake")
ORDER_COLUMNS = 4


class MartsRefused(CitylakeError):
    """A mart failed its tests: there is no new release, the old one stays."""


@dataclass(frozen=True)
class StagedMart:
    """One mart's files, not yet visible, and the rows that they replace."""

    model: MartModel
    table: Table
    files: tuple[StagedFile, ...]
    replaces: BooleanExpression


@dataclass(frozen=True)
class MartBench:
    """What staging of a city's marts needs; `changed` are the periods that dbt computed, by mart."""

    settings: Settings
    catalog: Catalog
    city: str
    night_id: str
    auditor: Auditor
    changed: Mapping[str, Sequence[date]]
    pinned: frozenset[str]


def mart_table(bench: MartBench, model: MartModel) -> Table:
    """The Iceberg table of a mart, created or widened as its model says."""
    partitions = [name for name in ("city", model.replace_by) if name and (name != "city" or model.has_city)]
    return ensure_table(bench.catalog, bench.settings, (model.namespace, model.name), model.columns, partitions)


def audit_and_stage(
    bench: MartBench, database: Path, models: Sequence[MartModel]
) -> tuple[list[StagedMart], list[CheckResult]]:
    """Run the suite of every mart over it as it will be, then write what is new of it as parquet."""
    with utc_duckdb(str(database)) as con:
        checks = [check for model in models for check in bench.auditor.audit_mart(con, model.name, model.qualified)]
        if any(check.blocks for check in checks):
            return [], checks
        return [_stage(bench, con, model) for model in models], checks


def _stage(bench: MartBench, con: duckdb.DuckDBPyConnection, model: MartModel) -> StagedMart:
    table = mart_table(bench, model)
    names = [quoted(column.name) for column in model.columns]
    sql = f"select {', '.join(names)} from {model.staged}"
    files = copy_to_parquet(
        con,
        f"{sql} order by {', '.join(names[:ORDER_COLUMNS])}",
        location=table.location(),
        name=f"{bench.city}-{bench.night_id}",
        ids=field_ids(table),
        by_period=model.replace_by is not None,
        period_column=model.replace_by or "",
    )
    return StagedMart(model, table, files, _replaced(bench, model))


def _replaced(bench: MartBench, model: MartModel) -> BooleanExpression:
    if not model.has_city:
        return AlwaysTrue()
    if model.replace_by is None or model.name not in bench.pinned:
        return equals("city", bench.city)
    return And(equals("city", bench.city), among(model.replace_by, bench.changed.get(model.name, ())))


def commit_marts(bench: MartBench, staged: Sequence[StagedMart]) -> None:
    """Make the staged marts visible, each in one commit.

    A mart that belongs to no city is written alike by every city's night: one at a time, and only where it differs.
    """
    for mart in staged:
        if mart.model.has_city:
            commit(mart.table, mart.files, delete=mart.replaces, night_id=bench.night_id)
            continue
        with FileLock(bench.settings.locks / "shared-marts.lock"):
            if not _is_there(bench, mart):
                commit(mart.table, mart.files, delete=mart.replaces, night_id=bench.night_id)


def _is_there(bench: MartBench, mart: StagedMart) -> bool:
    """Whether the mart's table holds the staged rows already, and no other."""
    pin = pin_table(mart.table, bench.city, bench.settings.warehouse, with_files=True)
    columns = duckdb_columns(mart.table.schema())
    now = select_sql(FileTable(columns, tuple(bench.settings.warehouse / file for file in pin.files or ())))
    staged = select_sql(FileTable(columns, tuple(file.path for file in mart.files)))
    with utc_duckdb() as con:
        found = con.execute(
            f"select count(*) from ((({staged}) except all ({now})) union all (({now}) except all ({staged})))"
        ).fetchone()
    return found is not None and found[0] == 0
