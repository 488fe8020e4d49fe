"""How many requests for public works are closed within a day: as counted, and as estimated with those still open.

Reads the public marts of a release, for the page for residents and for the Dagster UI, which show both side by side.
The estimate and its limits are made by the dbt project, never here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lake.query.results import named_rows
from lake.release.record import Release
from lake.settings import Settings

CURVES = "marts.service_request_survival"
WHY_THEY_DIFFER = (
    "The share as counted takes every request that is still open for one that was not closed in time, also those that "
    "came in less than a day before the last look. The estimate counts each for as long as it was watched."
)
_CLOSINGS_SQL = """
SELECT district_code, period, period_start, period_end, numerator AS closed, denominator AS requests,
       100 * numerator / denominator AS counted_pct, value AS estimate_pct, value_low AS low_pct, value_high AS high_pct
FROM marts.qol_indicators
WHERE indicator_code = 'SRV_311_CLOSED24' AND denominator > 0
  AND period_end = (
    SELECT max(period_end) FROM marts.qol_indicators
    WHERE indicator_code = 'SRV_311_CLOSED24' AND denominator > 0)
ORDER BY district_code
"""
_CURVE_SQL = f"SELECT scope, t_s, 100 * (1 - survival) AS closed_pct FROM {CURVES} ORDER BY t_s"


@dataclass(frozen=True)
class Closing:
    """Requests of one area in the newest period that has any, shares in per cent; too few requests have no estimate."""

    district_code: str
    period: str
    period_start: date
    period_end: date
    closed: int
    requests: int
    counted_pct: float
    estimate_pct: float | None
    low_pct: float | None
    high_pct: float | None


@dataclass(frozen=True)
class ClosedBy:
    """The estimated share of requests that are closed after so many seconds."""

    t_s: int
    closed_pct: float


def read_closings(settings: Settings, release: Release, city: str) -> tuple[Closing, ...]:
    """The areas of a city that have requests; none where the release has no curves of it."""
    return tuple(Closing(**row) for row in _rows(_CLOSINGS_SQL, settings, release, city))


def read_curve(settings: Settings, release: Release, city: str, scope: str) -> tuple[ClosedBy, ...]:
    """The curve of one area, by time."""
    rows = _rows(_CURVE_SQL, settings, release, city)
    return tuple(ClosedBy(row["t_s"], row["closed_pct"]) for row in rows if row["scope"] == scope)


def _rows(sql: str, settings: Settings, release: Release, city: str) -> list[dict[str, Any]]:
    has_curves = CURVES in release.cities[city].tables
    return named_rows(sql, release.only(city), settings) if has_curves else []
