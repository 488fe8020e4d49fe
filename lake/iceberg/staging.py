"""Parquet files with Iceberg field ids, written into a table's own location and not yet visible in it.

Used for accepted rows, rejects and marts alike. `lake.iceberg.commit` checks the ids again before it adds a file.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lake.iceberg.file_paths import local_path
from lake.iceberg.file_table import literal, quoted

PERIOD = "_period"


@dataclass(frozen=True)
class StagedFile:
    """One parquet file; `period` is the first day of the one period in it, None where the table has no periods."""

    path: Path
    period: date | None
    rows: int


def copy_to_parquet(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    *,
    location: str,
    name: str,
    ids: Mapping[str, int],
    by_period: bool = False,
    period_column: str = PERIOD,
) -> tuple[StagedFile, ...]:
    """Write the rows of `sql` (none: no file) below `location`/data; one file, or one per period.

    Each call writes into a folder of its own, so that no attempt touches what an earlier one has committed.
    Each file's rows keep the order of `sql`.
    """
    folder = local_path(location) / "data" / f"{name}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    described = con.execute(f"describe {sql}").fetchall()
    chosen = ", ".join(f"{quoted(column)}: {ids[column]}" for column, *_ in described)
    options = f"format parquet, compression zstd, field_ids {{{chosen}}}"
    if by_period:
        _copy_periods(con, sql, folder, name, options, period_column)
    else:
        con.execute(
            f"copy ({sql}) to {literal(str(folder / f'{name}.parquet'))} ({options}, preserve_order true)"
        ).fetchall()
    staged = [_staged(path, period_column if by_period else None) for path in sorted(folder.rglob("*.parquet"))]
    kept = tuple(file for file in staged if file.rows)
    if not kept:
        shutil.rmtree(folder)
    return kept


def _copy_periods(
    con: duckdb.DuckDBPyConnection, sql: str, folder: Path, name: str, options: str, period_column: str
) -> None:
    """One file per period, in folders named `column=period`."""
    period = quoted(period_column)
    periods = con.execute(f"select distinct {period} from ({sql}) limit 2").fetchall()
    if len(periods) == 1:
        only = folder / f"{period_column}={periods[0][0]}"
        only.mkdir()
        con.execute(
            f"copy ({sql}) to {literal(str(only / f'{name}.parquet'))} ({options}, preserve_order true)"
        ).fetchall()
        return
    # Several threads would write the rows of a period in any order.
    row = con.execute("select current_setting('threads')").fetchone()
    con.execute("set threads = 1")
    split = f"partition_by ({period}), write_partition_columns true, filename_pattern '{name}-{{i}}'"
    con.execute(f"copy ({sql}) to {literal(str(folder))} ({options}, {split})").fetchall()
    con.execute(f"set threads = {row[0] if row else 1}")


def _staged(path: Path, period_column: str | None) -> StagedFile:
    rows = pq.read_metadata(path).num_rows
    if period_column is None:
        return StagedFile(path, None, rows)
    folder = path.parent.name.removeprefix(f"{period_column}=")
    return StagedFile(path, date.fromisoformat(folder), rows)


def discard(files: tuple[StagedFile, ...]) -> None:
    """Delete staged files that will not be committed."""
    for file in files:
        file.path.unlink(missing_ok=True)
