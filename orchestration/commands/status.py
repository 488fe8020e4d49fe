"""`citylake status`: the last nights, and how each dataset of a city stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lake.city import City
from lake.contract import Contract, load_contracts
from lake.deliveries.sources import remembered
from lake.errors import UsageError
from lake.settings import Settings
from orchestration.chosen import choose_city

if TYPE_CHECKING:
    from rich.console import Console

    from lake.report.status import DatasetStatus

SHOWN_DAYS = 5
NIGHTS = """
    SELECT night_id, city, started_at, date_diff('second', started_at, ended_at) AS seconds, status, release_id, message
    FROM ops.nights WHERE city IN ({cities}) ORDER BY started_at DESC LIMIT {number}"""


def status(
    city: Annotated[str | None, typer.Option("--city", help="Default: every city that had a night here.")] = None,
    nights: Annotated[int, typer.Option("--nights", min=1, help="How many nights to show.")] = 5,
) -> None:
    """Show the last nights; what is fresh, stale, refused and rejected; and days that never came."""
    from orchestration.render import stdout_console

    settings = Settings.from_env()
    console, contracts = stdout_console(), load_contracts()
    names = [city] if city else sorted(remembered(settings))
    if not names:
        raise UsageError(
            f"No city had a night in {settings.home} yet.", hint="`citylake run --city CITY --sources DIR`"
        )
    cities = [choose_city(settings, contracts, name, None)[0] for name in names]
    _show_nights(console, settings, [one.city for one in cities], nights)
    for one in cities:
        _show_city(console, settings, contracts, one)


def _show_nights(console: Console, settings: Settings, cities: Iterable[str], number: int) -> None:
    from lake.iceberg.file_table import literal
    from lake.query import results
    from lake.query.query import run_sql
    from orchestration.render import plain_table

    sql = NIGHTS.format(cities=", ".join(map(literal, cities)), number=number)
    rows = list(results.rows(run_sql(sql, settings=settings)))
    header = ("night", "city", "started (UTC)", "seconds", "how it ended", "release", "message")
    shown = [(*row[:2], _minute(row[2]), *row[3:6], _short(str(row[6] or ""))) for row in rows]
    console.print(plain_table(header, shown, "Last nights"))


def _show_city(console: Console, settings: Settings, contracts: Mapping[str, Contract], city: City) -> None:
    from lake.report.status import city_status
    from orchestration.render import plain_table

    found = city_status(settings, city, contracts)
    header = ("dataset", "state", "deliveries", "last came (UTC)", "newest event", "rejected", "missing days")
    console.print(plain_table(header, [_row(one) for one in found], f"Datasets of {city.name}"))
    notices = (f"Notice: {notice}" for one in found for notice in one.notices)
    for line in (*_refusals(found), *notices):
        console.print(line, soft_wrap=True)


def _row(one: DatasetStatus) -> tuple[object, ...]:
    age = one.freshness
    newest = f"{age.newest_event_at:%Y-%m-%d}" if age and age.newest_event_at else ""
    total = one.rows_accepted + one.rows_rejected
    rejected = f"{one.rows_rejected:,} of {total:,}" if total else ""
    came = _minute(one.last_landed_at) if one.last_landed_at else ""
    return (one.dataset, one.state, one.deliveries, came, newest, rejected, _days(one.missing_days))


def _refusals(found: Iterable[DatasetStatus]) -> Iterable[str]:
    for one in found:
        for delivery in one.refused:
            yield f"Refused: {one.dataset}: {delivery.file_name} (delivery {delivery.delivery_id}): {delivery.reason}"


def _days(days: tuple[date, ...]) -> str:
    shown = ", ".join(day.isoformat() for day in days[:SHOWN_DAYS])
    return f"{shown} and {len(days) - SHOWN_DAYS} more" if len(days) > SHOWN_DAYS else shown


def _minute(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else ""


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:100]}..."
