"""New York's 311 requests by the definitions: waits, Kaplan-Meier curves and indicators, without a line of the project.

Times stay as the file writes them; the curve is the product of its factors, in order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.integration.new_york_files import BOROUGHS, CITY, DISTRICTS
from tests.integration.published_files import records

FILE = "service_requests_311/flood_311.csv"
AGENCIES = ("DEP", "DOT", "DPR")
STAMPS = ("created_date", "closed_date", "resolution_action_updated_date")
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


@dataclass(frozen=True)
class Closings:
    """The indicator of one area; numbers as in marts.qol_indicators."""

    value: float | None
    low: float | None
    high: float | None
    numerator: float
    denominator: float
    coverage: float
    status: str


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


def closings(some: Iterable[Request]) -> Closings | None:
    """Requests closed within a day; None where there is none."""
    known = list(some)
    if not known:
        return None
    steps = [step for time, step in curve(known).items() if time <= DAY_S]
    survival, greenwood = (steps[-1].survival, steps[-1].greenwood_sum) if steps else (1.0, 0.0)
    closed = sum(one.is_closed for one in known)
    watched = sum(one.wait_s >= DAY_S for one in known)
    enough = len(known) >= 30 and closed >= 10 and watched >= 10
    low = high = None
    if enough and 0 < survival < 1 and greenwood is not None:
        spread = Z * math.sqrt(greenwood) / math.log(survival)
        low, high = (100 * (1 - survival ** math.exp(sign * spread)) for sign in (1, -1))
    return Closings(
        value=100 * (1 - survival) if enough else None,
        low=low,
        high=high,
        numerator=sum(one.is_closed and one.wait_s <= DAY_S for one in known),
        denominator=len(known),
        coverage=1 - sum(not one.is_closed and one.wait_s < DAY_S for one in known) / len(known),
        status="ok" if enough else "insufficient_data",
    )
