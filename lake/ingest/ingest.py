"""One delivery in, staged parquet out: parse, type, row rules, duplicates, pseudonyms; every record accounted for.

What is staged is not yet visible: `expectations` audits exactly these files, `lake.iceberg.commit` adds them to the
tables. The SQL comes from `lake.ingest.parse`, the rejects from `lake.ingest.rejects`; this module runs the steps and
counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from pyiceberg.table import Table

from lake.contract import Contract
from lake.errors import CitylakeError
from lake.iceberg.catalog import field_ids
from lake.iceberg.file_table import literal, quoted
from lake.iceberg.staging import StagedFile, copy_to_parquet
from lake.ingest.incoming import Incoming
from lake.ingest.parse import FUTURE_DATE, cell_value, column_text, future_date, parsed_sql, rounded_value
from lake.ingest.rejects import PARTIAL_PERIOD, RejectCounts, stage_rejects
from lake.keys import PseudonymKey
from lake.readers import SourceRelation, open_source
from lake.readers.relation import source_columns


class RowsNotConserved(CitylakeError):
    """Records read, accepted and rejected do not add up to the count made from the bytes: nothing may be committed."""


@dataclass(frozen=True)
class Staged:
    """One delivery's staged files and counts (source records; `rows_written` are rows of the raw table)."""

    files: tuple[StagedFile, ...]
    reject_files: tuple[StagedFile, ...]
    rows_read: int
    rows_accepted: int
    rows_written: int
    cells_rounded: int
    rejects: RejectCounts
    periods: tuple[date, ...]
    newest_event_at: datetime | None
    unexpected_columns: tuple[str, ...]


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A connection for ingest: in memory, spilling to `scratch`, on the UTC clock, silent while it works."""
    con = duckdb.connect(config={"temp_directory": str(scratch / "spill")})
    con.execute("set TimeZone = 'UTC'")
    con.execute("set enable_progress_bar = false")
    return con


def ingest(
    con: duckdb.DuckDBPyConnection,
    incoming: Incoming,
    contract: Contract,
    tables: tuple[Table, Table],
    *,
    key: PseudonymKey | None,
    scratch: Path,
    only_periods: Sequence[date] | None = None,
) -> Staged:
    """Stage one landed delivery for the tables (raw, rejects); `only_periods` limits what is written to these periods.

    Raises UnreadableFile where the file as a whole breaks its contract, RowsNotConserved where counts disagree.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    source = open_source(con, incoming.landed, contract, scratch)
    _map_identifiers(con, source, contract, key)
    con.execute(f"create or replace temp table _parsed as {parsed_sql(source, contract, incoming)}")
    _reject_duplicates(con, contract)
    _make_accepted(con, contract, incoming)
    reject_files, rejects = stage_rejects(con, source, contract, incoming, tables[1])
    accepted = _scalar(con, "select count(*) from _parsed where _reason is null") - rejects.records_without_a_cell
    _require_conservation(source, accepted, rejects)
    files = _stage_accepted(con, contract, incoming, tables[0], key, only_periods)
    if only_periods is None:
        _require_written(con, files)
    return Staged(
        files=files,
        reject_files=reject_files,
        rows_read=source.records,
        rows_accepted=accepted,
        rows_written=sum(file.rows for file in files),
        cells_rounded=_scalar(con, "select coalesce(sum(_rounded), 0) from _accepted"),
        rejects=rejects,
        periods=tuple(sorted({file.period for file in files if file.period is not None})),
        newest_event_at=_newest_event(con, contract),
        unexpected_columns=source.unexpected_columns,
    )


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _map_identifiers(
    con: duckdb.DuckDBPyConnection, source: SourceRelation, contract: Contract, key: PseudonymKey | None
) -> None:
    """A table `_pseudonyms_<column>` (text, pseudonym) for each identifier column: one HMAC per distinct text."""
    for column in source_columns(contract):
        if not column.identifier or not source.has(column):
            continue
        if key is None:
            raise CitylakeError(f"contract {contract.dataset} marks {column.name} as identifier, but there is no key")
        text = column_text(column, source, contract)
        found = con.execute(f"select distinct {text} as text from ({source.sql}) where {text} is not null").fetchall()
        table = quoted(f"_pseudonyms_{column.name}")
        con.execute(f"create or replace temp table {table} (text varchar, pseudonym varchar)")
        pairs = [(text, key.pseudonym(text)) for (text,) in found]
        for start in range(0, len(pairs), 10_000):
            part = pairs[start : start + 10_000]
            con.execute(
                f"insert into {table} select unnest(?), unnest(?)", [[t for t, _ in part], [p for _, p in part]]
            )


def _reject_duplicates(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Of kept records that share the contract's key one stays; the others get the rule's id as their reason."""
    rule = contract.duplicates
    if rule is None:
        return
    key = ", ".join(quoted(name) for name in rule.key)
    kept = f"_reason is null and ({rule.where or 'true'})"
    repeated = f"select {key} from _parsed where {kept} group by {key} having count(*) > 1"
    con.execute(f"create or replace temp table _repeated as {repeated}")
    if not _scalar(con, "select count(*) from _repeated"):
        return
    order = {"first": "_row", "last": "_row desc", "largest": f"{quoted(rule.by or '')} desc nulls last, _row"}
    same = " and ".join(f"p.{quoted(name)} is not distinct from r.{quoted(name)}" for name in rule.key)
    con.execute(f"""
        update _parsed set _reason = {literal(rule.id)} where _row in (
            select _row from (
                select _row, row_number() over (partition by {key} order by {order[rule.keep]}) as place
                from (select * from _parsed where {kept}) p semi join _repeated r on {same})
            where place > 1)""")


def _make_accepted(con: duckdb.DuckDBPyConnection, contract: Contract, incoming: Incoming) -> None:
    """The view `_accepted`: rows as the raw table will have them, cells of wide records one row each.

    Of wide records there is a view `_judged_cells` too: each cell with `_rule`, the rule that it broke, if any.
    """
    unpivot = contract.unpivot
    if unpivot is None:
        con.execute("create or replace temp view _accepted as select * from _parsed where _reason is null")
        return
    column, value = contract.column(unpivot.value_column), quoted(unpivot.value_column)
    names = ", ".join(f"_cell.{quoted(name)} as {quoted(name)}" for name in unpivot.name_columns)
    future = " or ".join(future_date(contract.column(name), incoming.known) for name in unpivot.name_columns)
    con.execute(f"""
        create or replace temp table _cells_typed as
        select * exclude (_cells, _cell, _reason, _bad), {names}, _cell._header as _header, _cell._text as _text,
               {cell_value(column, "_cell._text")} as {value},
               cast({rounded_value(column, "_cell._text")} as integer) as _rounded_cell
        from (select *, unnest(_cells) as _cell from _parsed where _reason is null)""")
    rules = [
        f"when {future} then '{FUTURE_DATE}'",
        f"when _text is not null and {value} is null then {literal(column.on_bad)}",
    ]
    if unpivot.partial_below is not None and contract.event_time is not None:
        period = quoted(contract.event_time.column)
        _find_partial_periods(con, period, value, unpivot.partial_below)
        rules.append(f"when {period} in (select period from _partial_periods) then {literal(PARTIAL_PERIOD)}")
    con.execute(f"""
        create or replace temp view _judged_cells as
        select *, case {" ".join(rules)} end as _rule from _cells_typed""")
    con.execute("""
        create or replace temp view _accepted as
        select * exclude (_rounded, _rounded_cell, _rule), coalesce(_rounded_cell, 0) as _rounded
        from _judged_cells where _rule is null""")


def _find_partial_periods(con: duckdb.DuckDBPyConnection, period: str, value: str, least: float) -> None:
    """The table `_partial_periods`: the first and the last period where they sum to less than `least` of the median."""
    con.execute(f"""
        create or replace temp table _partial_periods as
        with totals as (select {period} as period, coalesce(sum({value}), 0) as total from _cells_typed group by all)
        select period from totals
        where total < {least} * (select median(total) from totals)
          and (period = (select min(period) from totals) or period = (select max(period) from totals))""")


def _require_conservation(source: SourceRelation, accepted: int, rejects: RejectCounts) -> None:
    """Records counted from the bytes = accepted + rejected + rows that are no data."""
    told = accepted + rejects.records + rejects.no_data
    if told != source.records:
        raise RowsNotConserved(
            f"{source.records} records by the bytes, but {accepted} accepted and "
            f"{rejects.records + rejects.no_data} rejected",
            hint="lines may end in more than one way inside this file; the delivery was not committed",
        )


def _require_written(con: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Rows in the staged files' own footers = rows that were to be written."""
    wanted, written = _scalar(con, "select count(*) from _accepted"), sum(file.rows for file in files)
    if wanted != written:
        raise RowsNotConserved(f"{wanted} rows accepted, but {written} written")


def period_sql(contract: Contract) -> str:
    """The SQL of the first day of the period that a row belongs to, on the clock of the source."""
    event = contract.event_time
    if event is None or contract.load.period is None:
        return "cast(null as date)"
    column = quoted(event.column)
    local = column
    if contract.column(event.column).type == "timestamptz":
        local = f"({column} at time zone {literal(event.zone)})"
    return f"cast(date_trunc('{contract.load.period}', {local}) as date)"


def _stage_accepted(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    incoming: Incoming,
    table: Table,
    key: PseudonymKey | None,
    only_periods: Sequence[date] | None,
) -> tuple[StagedFile, ...]:
    by_period = contract.load.period is not None
    columns = [f"{period_sql(contract)} as _period"] if by_period else []
    for column in contract.columns:
        columns.append(quoted(column.name))
        if column.identifier and key is not None:
            columns.append(f"cast({key.version} as integer) as key_version")
    where = ""
    if only_periods is not None:
        days = ", ".join(f"date '{day.isoformat()}'" for day in only_periods)
        where = f"where _period in ({days})" if days else "where false"
    sql = f"select {incoming.lineage_sql}, {', '.join(columns)} from _accepted {where}"
    order = [quoted(name) for name in contract.key]
    return copy_to_parquet(
        con,
        f"{sql} order by {', '.join(order)}" if contract.key else sql,
        location=table.location(),
        name=incoming.delivery_id,
        ids=field_ids(table),
        by_period=by_period,
    )


def _newest_event(con: duckdb.DuckDBPyConnection, contract: Contract) -> datetime | None:
    event = contract.event_time
    if event is None:
        return None
    column = quoted(event.column)
    row = con.execute(f"select cast(max({column}) as timestamptz) from _accepted").fetchone()
    return row[0] if row else None
