"""New York's 311 requests by the definitions: waits, Kaplan-Meier curves and indicators, without a line of the project.

Times stay as the file writes them; the curve is the product of its factors, in order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tests.integration.london_files import Figure, Key
from tests.integration.new_york_files import BOROUGHS, CITY, DISTRICTS
from tests.integration.published_files import records

FILE = "service_requests_311/flood_311.csv"
AGENCIES = ("DEP", "DOT", "DPR")
STAMPS = ("created_date", "closed_date", "resolution_action_updated_date")
LABEL, PERIOD = "2025-06-10/12", (date(2025, 6, 10), date(2025, 6, 13))
DAY_S = 86_400
Z = 1.959963984540054
PARTS = {name.upper(): code for name, code in BOROUGHS.items()}


@dataclass(frozen=True)
class Request:
    """How long a request waited, whether it was closed, and the areas that it belongs to."""

    wait_s: int
    is_closed: bool
    areas: frozenset[str]


@dataclass(frozen=True)
class Step:
    """One row of a curve."""

    at_risk: int
    events: int
    survival: float
    greenwood_sum: float | None


def requests(path: Path) -> list[Request]:
    """The requests that agencies of public works answer; of one number the first row counts."""
    rows = list(records(path))
    snapshot = max(_moment(row[name]) for row in rows for name in STAMPS if row[name])
    first = {row["unique_key"]: row for row in reversed(rows)}
    return [_request(row, snapshot) for row in first.values() if row["agency"] in AGENCIES]


def _request(row: dict[str, str], snapshot: datetime) -> Request:
    end = _moment(row["closed_date"]) if row["closed_date"] else snapshot
    number, _, borough = row["community_board"].partition(" ")
    district = f"{PARTS.get(borough, '')}{number}"
    areas = {CITY, PARTS.get(row["borough"], CITY), district if district in DISTRICTS else CITY}
    wait = end - _moment(row["created_date"])
    return Request(int(wait.total_seconds()), bool(row["closed_date"]), frozenset(areas))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def curve(some: Iterable[Request]) -> dict[int, Step]:
    """The Kaplan-Meier curve by time, with Greenwood's sum."""
    known = list(some)
    survival, greenwood, found = 1.0, 0.0, {}
    for time, events in sorted(Counter(one.wait_s for one in known if one.is_closed).items()):
        at_risk = sum(one.wait_s >= time for one in known)
        survival *= (at_risk - events) / at_risk
        greenwood += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
        found[time] = Step(at_risk, events, survival, greenwood if at_risk > events else None)
    return found


def closings(some: Iterable[Request]) -> Figure:
    """Requests closed within a day."""
    known = list(some)
    if not known:
        return Figure(*PERIOD, None, None, None, 0, "missing")
    steps = [step for time, step in curve(known).items() if time <= DAY_S]
    survival, greenwood = (steps[-1].survival, steps[-1].greenwood_sum) if steps else (1.0, 0.0)
    closed = sum(one.is_closed for one in known)
    watched = sum(one.wait_s >= DAY_S for one in known)
    enough = len(known) >= 30 and closed >= 10 and watched >= 10
    low = high = None
    if enough and 0 < survival < 1 and greenwood is not None:
        spread = Z * math.sqrt(greenwood) / math.log(survival)
        low, high = (100 * (1 - survival ** math.exp(sign * spread)) for sign in (1, -1))
    return Figure(
        *PERIOD,
        value=100 * (1 - survival) if enough else None,
        numerator=sum(one.is_closed and one.wait_s <= DAY_S for one in known),
        denominator=len(known),
        coverage=1 - sum(not one.is_closed and one.wait_s < DAY_S for one in known) / len(known),
        status="ok" if enough else "insufficient_data",
        value_low=low,
        value_high=high,
    )


def figures(known: list[Request], residents: Mapping[str, float]) -> dict[Key, Figure]:
    """Every row of both indicators; boroughs have no rate."""
    found = {}
    for area in [*DISTRICTS, *PARTS.values(), CITY]:
        mine = [one for one in known if area in one.areas]
        found["SRV_311_CLOSED24", area, LABEL] = closings(mine)
        if area in residents:
            inside = sum(not one.areas.isdisjoint(DISTRICTS) for one in mine) / len(mine) if area == CITY else 1
            value = 1e4 * len(mine) / residents[area]
            found["SRV_311_RATE", area, LABEL] = Figure(*PERIOD, value, len(mine), residents[area], inside, "ok")
    return found
