"""Which deliveries a number rests on: those whose rows a pinned raw table holds, as far as they can count.

Asked per raw table with what lineage knows of the rows that count (lake/explain/lineage.py) and with the number's
period. What `ops.deliveries` tells of each delivery is added. Raw rows themselves are never shown: only their delivery
ids are read, and figures of a single row where no person is concerned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from lake.contract import Contract
from lake.deliveries.landing import landed_path
from lake.duck import utc_duckdb
from lake.errors import CitylakeError
from lake.explain.lineage import Frozen, Origin
from lake.explain.lineage_sql import ROWS
from lake.iceberg.file_table import FileTable, literal, quoted, select_sql
from lake.ops_index import OpsTable
from lake.release.pinned import pinned_table
from lake.release.record import TablePin
from lake.settings import Settings

CITY = "city"
Period = tuple[date, date]
NOTHING = "no delivery holds a row that could count here"
LOOKED_THROUGH = f"{NOTHING}; these were looked through"


@dataclass(frozen=True)
class DeliveryFacts:
    """A delivery as `ops.deliveries` tells it. `landing` is the place of its bytes below the home; None: not there."""

    delivery_id: str
    file_name: str
    sha256: str
    bytes: int | None
    landing: str | None
    status: str
    reason: str
    contract_version: str
    rows_read: int | None
    rows_accepted: int | None
    rows_rejected: int | None
    cells_rejected: int | None
    landed_at: datetime | None


@dataclass(frozen=True)
class Found:
    """The deliveries of one raw table. `narrowed_by` left out others; `values` are figures of a single row."""

    delivery_ids: Sequence[str]
    narrowed_by: Sequence[str]
    values: Mapping[str, Any]
    note: str = ""


def find_deliveries(
    settings: Settings,
    city: str,
    contract: Contract,
    pin: TablePin,
    origins: Collection[Origin],
    period: Period | None,
    *,
    or_looked_through: bool = False,
) -> Found:
    """Deliveries of a raw table at its pinned snapshot that rows of these origins and this period come from.

    `or_looked_through`: where there is none, the deliveries that came nearest, with a note.
    """
    try:
        table = pinned_table(settings.warehouse, pin, city)
    except PermissionError as error:
        raise CitylakeError(
            f"The tables of the data team in {settings.warehouse_team} cannot be read by this account.",
            hint="Ask the data team to explain the number.",
        ) from error
    with utc_duckdb() as con:
        con.execute(f"create view raw_rows as {select_sql(table)}")
        known = _known_rows(table, origins)
        dates = "" if any(origin.any_period for origin in origins) else _in_period(contract, period)
        ids, narrowed = _ids(con, known, dates), _names(known, dates, origins)
        if ids:
            return Found(ids, narrowed, _single_row(con, contract, origins, known, dates))
        for rows, days in [(known, ""), ("", dates), ("", "")] if or_looked_through else []:
            ids = _ids(con, rows, days)
            if ids:
                return Found(ids, _names(rows, days, origins), {}, LOOKED_THROUGH)
    return Found((), narrowed, {}, NOTHING)


def delivery_facts(settings: Settings, deliveries: OpsTable | None, ids: Iterable[str]) -> dict[str, DeliveryFacts]:
    """What ops says of these deliveries, by id."""
    wanted = sorted(set(ids))
    if deliveries is None or not wanted:
        return {}
    names = [name for name in DeliveryFacts.__dataclass_fields__ if name != "landing"]
    table = FileTable(tuple(deliveries.columns), tuple(deliveries.files))
    with utc_duckdb() as con:
        rows = con.execute(
            f"select {', '.join(names)} from ({select_sql(table)}) where list_contains(?, delivery_id)", [wanted]
        ).fetchall()
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return {one["delivery_id"]: DeliveryFacts(**one, landing=_landing(settings, one["sha256"])) for one in found}


def _landing(settings: Settings, sha256: str) -> str | None:
    path = landed_path(settings.landing, sha256)
    return path.relative_to(settings.home).as_posix() if path.is_file() else None


def _known_rows(table: FileTable, origins: Collection[Origin]) -> str:
    """The condition that rows of any of the origins meet; empty where one of them may be any row."""
    columns = {column.name for column in table.columns}
    found = {_condition(origin.known, columns) for origin in origins}
    return "" if not found or "" in found else " or ".join(sorted(found))


def _condition(known: Frozen, columns: Collection[str]) -> str:
    """Every file is the city's, so that its name says nothing."""
    parts = [
        f"cast({quoted(name)} as varchar) in ({', '.join(map(literal, sorted(values)))})"
        for name, values in sorted(known)
        if name in columns and name != CITY
    ]
    return f"({' and '.join(parts)})" if parts else ""


def _names(rows: str, days: str, origins: Collection[Origin]) -> list[str]:
    """What narrowed: columns of the table, and the period."""
    columns = sorted({name for origin in origins for name, _ in origin.known if name != CITY}) if rows else []
    return [*columns, *(["period"] if days else [])]


def _in_period(contract: Contract, period: Period | None) -> str:
    """The condition that an event's local date lies in the period; empty for a dataset without event time."""
    event = contract.event_time
    if event is None or period is None:
        return ""
    column = quoted(event.column)
    if contract.column(event.column).type == "timestamptz":
        column = f"({column} at time zone {literal(event.zone)})"
    first, after = (literal(day.isoformat()) for day in period)
    return f"cast({column} as date) >= cast({first} as date) and cast({column} as date) < cast({after} as date)"


def _where(*conditions: str) -> str:
    return " and ".join(f"({condition})" for condition in conditions if condition) or "true"


def _ids(con: duckdb.DuckDBPyConnection, *conditions: str) -> list[str]:
    sql = f"select distinct _delivery_id from raw_rows where {_where(*conditions)} order by _delivery_id"
    return [delivery_id for (delivery_id,) in con.execute(sql).fetchall()]


def _single_row(
    con: duckdb.DuckDBPyConnection, contract: Contract, origins: Collection[Origin], *conditions: str
) -> dict[str, Any]:
    """The figures that a number was taken from, where they stand in one row and concern no person."""
    numeric = {column.name for column in contract.columns if column.is_numeric}
    names = sorted({origin.column for origin in origins if origin.column != ROWS} & numeric)
    if contract.personal_data != "none" or not names:
        return {}
    wanted = ", ".join(map(quoted, names))
    rows = con.execute(f"select {wanted} from raw_rows where {_where(*conditions)} limit 2").fetchall()
    return dict(zip(names, rows[0], strict=True)) if len(rows) == 1 else {}
