"""What a night brought: which dates of a dataset have other rows now than in the current release.

Found from data files alone: those that a table has now and the release did not pin, and the reverse. Rows in files
that both have cannot differ. Whoever replaces a mart by period asks here which periods to compute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from lake.city import ScopeRow
from lake.contract import Contract
from lake.iceberg.file_table import FileTable, literal, quoted, select_sql
from lake.night.mart_models import MartModel


@dataclass(frozen=True)
class Change:
    """Changed dates by dataset, and the datasets with any changed row.

    `all_dates` finds every date of a dataset; it reads its whole history and is asked only where all periods count.
    """

    dates: Mapping[str, Sequence[date]]
    datasets: frozenset[str]
    all_dates: Callable[[str], Sequence[date]]


def changed_dates(
    con: duckdb.DuckDBPyConnection, contract: Contract, now: FileTable, before: FileTable | None
) -> list[date]:
    """Local dates of the events in files that came or went; all dates where there is no earlier state.

    A dataset without event time has no dates: the list is empty even where rows changed.
    """
    event = contract.event_time
    files = changed_files(now, before)
    if event is None or not files:
        return []
    column = quoted(event.column)
    if contract.column(event.column).type == "timestamptz":
        column = f"({column} at time zone {literal(event.zone)})"
    rows = select_sql(FileTable(now.columns, tuple(files)))
    found = con.execute(f"select distinct cast({column} as date) from ({rows}) where {column} is not null").fetchall()
    return sorted(day for (day,) in found)


def changed_files(now: FileTable, before: FileTable | None) -> list[Path]:
    """Files of one state and not of the other."""
    return sorted(set(now.files) ^ set(before.files if before else ()))


def periods_to_compute(
    mart: MartModel, change: Change, scopes: Sequence[ScopeRow], *, anew: bool = False
) -> list[date]:
    """First days of the periods of a mart that this night must compute; `anew`: all of them."""
    whole = anew or any(dataset in change.datasets for dataset in mart.all_by)
    days = {
        day
        for dataset in mart.changed_by
        for day in (change.all_dates(dataset) if whole else change.dates.get(dataset, ()))
    }
    if not mart.periods_of:
        return sorted(days)
    periods = {
        (row.period_start, row.period_end)
        for row in scopes
        if row.indicator_code in mart.periods_of and row.period_start and row.period_end
    }
    return sorted({start for start, end in periods if any(start <= day < end for day in days)})
