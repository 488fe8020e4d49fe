"""The scorecard of a city: districts by domains, the composite with its rank interval, and what is behind the numbers.

Reads the public marts of a release through lake/query/query.py and returns facts; how they look on a terminal is the
business of orchestration/render.py. Scores and ranks are made by the dbt project, never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lake.errors import UsageError
from lake.query.query import AsOf
from lake.query.results import named_rows
from lake.release.record import Release
from lake.release.release import release_as_of
from lake.settings import Settings

OVERALL = "overall"

_INDEX_SQL = """
SELECT city, index_code, district_code, domain, score, rank, rank_p05, rank_p95, period_start, period_end,
       missing_codes, status
FROM marts.qol_index
ORDER BY city, index_code, domain, district_code
"""
_NAMES_SQL = "SELECT DISTINCT city, district_code, district_name FROM marts.qol_indicators"
_FLAGS_SQL = """
SELECT city, index_code, district_code,
       string_agg(DISTINCT indicator_code, ', ' ORDER BY indicator_code) FILTER (WHERE floored) AS floored,
       string_agg(DISTINCT indicator_code, ', ' ORDER BY indicator_code) FILTER (WHERE imputed) AS imputed
FROM marts.qol_scores
GROUP BY city, index_code, district_code
"""
_INDICATORS_SQL = """
SELECT i.city, i.district_code, r.domain, i.indicator_code, r.name, i.period, i.value, i.unit, i.coverage, i.status,
       s.score
FROM marts.qol_indicators AS i
LEFT JOIN marts.indicator_registry AS r ON r.code = i.indicator_code
LEFT JOIN (
    SELECT city, district_code, indicator_code, period, max(score) AS score
    FROM marts.qol_scores
    GROUP BY city, district_code, indicator_code, period
) AS s USING (city, district_code, indicator_code, period)
ORDER BY i.city, r.domain, i.indicator_code, i.period
"""


@dataclass(frozen=True)
class DistrictCard:
    """One district in an index. Scores are 0..100; None where the index has none, and then `status` says why."""

    code: str
    name: str
    score: float | None
    rank: int | None
    rank_p05: int | None
    rank_p95: int | None
    domains: Mapping[str, float | None]
    status: str
    missing: str
    floored: str
    imputed: str


@dataclass(frozen=True)
class Scorecard:
    """One index of one city; districts from the best rank to the unranked ones."""

    city: str
    index_code: str
    period_start: date | None
    period_end: date | None
    domains: tuple[str, ...]
    districts: tuple[DistrictCard, ...]

    @property
    def half_width(self) -> int | None:
        """So many places wide, or wider, are half of the rank intervals; None where nothing is ranked."""
        widths = sorted(one.rank_p95 - one.rank_p05 for one in self.districts if one.rank_p05 and one.rank_p95)
        return widths[len(widths) // 2] if widths else None


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator of one district: what its number is, how much of it was captured, and its score if it has one."""

    domain: str
    code: str
    name: str
    period: str
    value: float | None
    unit: str
    coverage: float | None
    status: str
    score: float | None


def scorecards(settings: Settings, city: str | None = None, as_of: AsOf = None) -> list[Scorecard]:
    """The scorecards of one city (None: of every city), one per index.

    Raises UsageError if the release has no such city, CitylakeError before the first release.
    """
    release = _release(settings, city, as_of)
    rows = named_rows(_INDEX_SQL, release, settings)
    names = {
        (row["city"], row["district_code"]): row["district_name"] for row in named_rows(_NAMES_SQL, release, settings)
    }
    flags = {_district_key(row): row for row in named_rows(_FLAGS_SQL, release, settings)}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["city"], row["index_code"]), []).append(row)
    return [_card(key, group, names, flags) for key, group in sorted(groups.items())]


def indicator_lines(settings: Settings, city: str | None, district: str, as_of: AsOf = None) -> list[IndicatorLine]:
    """All indicators of one district, named by its code or its name.

    Raises UsageError if the release has no such city or district.
    """
    release = _release(settings, city, as_of)
    names = named_rows(_NAMES_SQL, release, settings)
    meant = {
        (row["city"], row["district_code"])
        for row in names
        if district.lower() in (row["district_code"].lower(), str(row["district_name"]).lower())
    }
    if not meant:
        known = ", ".join(sorted({str(row["district_name"]) for row in names}))
        cities = ", ".join(sorted(release.cities))
        raise UsageError(f"There is no district `{district}` in {cities}.", hint=f"Districts are {known}.")
    rows = named_rows(_INDICATORS_SQL, release, settings)
    return [_line(row) for row in rows if (row["city"], row["district_code"]) in meant]


def _release(settings: Settings, city: str | None, as_of: AsOf) -> Release:
    """The release, of one city or of all."""
    release = release_as_of(settings, as_of)
    if city is None:
        return release
    if city not in release.cities:
        known = ", ".join(sorted(release.cities))
        raise UsageError(f"Release {release.release_id} has no city `{city}`.", hint=f"It has {known}.")
    return release.only(city)


def _district_key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["city"], row["index_code"], row["district_code"]


def _card(
    key: tuple[str, str],
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[tuple[str, str], str],
    flags: Mapping[tuple[str, str, str], Mapping[str, Any]],
) -> Scorecard:
    city, index_code = key
    domains = tuple(sorted({row["domain"] for row in rows} - {OVERALL}))
    scores = {(row["district_code"], row["domain"]): row["score"] for row in rows}
    districts = [
        DistrictCard(
            code=row["district_code"],
            name=names.get((city, row["district_code"])) or row["district_code"],
            score=row["score"],
            rank=row["rank"],
            rank_p05=row["rank_p05"],
            rank_p95=row["rank_p95"],
            domains={domain: scores.get((row["district_code"], domain)) for domain in domains},
            status=row["status"],
            missing=", ".join((row["missing_codes"] or "").split(",")),
            floored=flags.get(_district_key(row), {}).get("floored") or "",
            imputed=flags.get(_district_key(row), {}).get("imputed") or "",
        )
        for row in rows
        if row["domain"] == OVERALL
    ]
    first = rows[0]
    ordered = tuple(sorted(districts, key=_order))
    return Scorecard(city, index_code, first["period_start"], first["period_end"], domains, ordered)


def _order(card: DistrictCard) -> tuple[bool, float, str]:
    """Best composite first; districts without one last, by name. Without ranks the order is the same."""
    return card.score is None, -(card.score or 0.0), card.name


def _line(row: Mapping[str, Any]) -> IndicatorLine:
    return IndicatorLine(
        domain=row["domain"] or "",
        code=row["indicator_code"],
        name=row["name"] or row["indicator_code"],
        period=row["period"],
        value=row["value"],
        unit=row["unit"] or "",
        coverage=row["coverage"],
        status=row["status"],
        score=row["score"],
    )
