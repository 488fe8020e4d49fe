"""Annual air indicators of the sample, from the latent hours of `lake.sample.air` and plain arithmetic.

Follows the indicator definitions: capture of at least 75 % for an annual mean; for peak-season ozone, running 8-hour
means, daily maxima and the best of seven half-year windows. The file is not read.
"""

import calendar
import datetime as dt
import math
from collections.abc import Iterator, Sequence

import duckdb

from lake.sample.districts import DISTRICTS
from lake.sample.truth import IndicatorTruth

YEAR = 2014
HOURS = 8760
CAPTURE = 0.75
CODES = {"NO2": "ENV_NO2", "PM10": "ENV_PM10", "O3": "ENV_O3", "NOX": "ENV_NOX"}
EVERYWHERE = ("ENV_NO2", "ENV_PM10", "ENV_O3", "ENV_O3_PEAK")
# The value that counts for an hour: the last line of a repeat, nothing where that is blank or the row was spoilt.
COUNTING = "kind IN ('clean', 'repeat_equal', 'repeat_conflicting')"
YEAR_DAYS = "day < 365"
Series = Sequence[float | None]


def air_indicators(con: duckdb.DuckDBPyConnection) -> Iterator[IndicatorTruth]:
    """ENV_* rows of 2014 per district that has a monitor, and `missing` rows for the district that has none."""
    codes = {district.site: district.code for district in DISTRICTS if district.site}
    means = con.execute(
        f"SELECT site, species, sum(tenths)::BIGINT, count(*) FROM air WHERE {COUNTING} AND {YEAR_DAYS} GROUP BY ALL"
    ).fetchall()
    for site, species, tenths, n in means:
        if species in CODES:
            yield _mean(CODES[species], codes[site], tenths / 10, n)
    for site, district in codes.items():
        yield _peak(district, _ozone(con, site))
    for district in [district.code for district in DISTRICTS if district.site is None]:
        for code in EVERYWHERE:
            yield IndicatorTruth(code, district, str(YEAR), None, coverage=0.0, status="missing")


def _mean(code: str, district: str, total: float, n: int) -> IndicatorTruth:
    enough = n / HOURS >= CAPTURE
    status = "ok" if enough else "insufficient_data"
    return IndicatorTruth(code, district, str(YEAR), total / n if enough else None, total, n, n / HOURS, status)


def _ozone(con: duckdb.DuckDBPyConnection, site: str) -> Series:
    """Hourly ozone of a site on the full grid of the year, None where an hour has no value."""
    rows = con.execute(
        f"SELECT CASE WHEN {COUNTING} THEN tenths / 10.0 END FROM air "
        f"WHERE site = ? AND species = 'O3' AND {YEAR_DAYS} ORDER BY day, hour",
        [site],
    ).fetchall()
    return [row[0] for row in rows]


def _peak(district: str, hours: Series) -> IndicatorTruth:
    maxima = daily_maxima(running_means(hours))
    best: tuple[float, float, int, float] | None = None
    widest = 0.0
    for first in range(1, 8):
        start = dt.date(YEAR, first, 1).timetuple().tm_yday - 1
        end = dt.date(YEAR, first + 5, calendar.monthrange(YEAR, first + 5)[1]).timetuple().tm_yday
        known = [value for value in maxima[start:end] if value is not None]
        coverage = len(known) / (end - start)
        widest = max(widest, coverage)
        if coverage >= CAPTURE:
            mean = math.fsum(known) / len(known)
            if best is None or mean > best[0]:
                best = (mean, math.fsum(known), len(known), coverage)
    if best is None:
        status = "insufficient_data"
        return IndicatorTruth("ENV_O3_PEAK", district, str(YEAR), None, coverage=widest, status=status)
    return IndicatorTruth("ENV_O3_PEAK", district, str(YEAR), *best)


def running_means(hours: Series) -> Series:
    """For every hour the mean of it and the seven before, where at least six of the eight have a value."""
    means: list[float | None] = []
    for hour in range(len(hours)):
        known = [value for value in hours[max(0, hour - 7) : hour + 1] if value is not None]
        means.append(math.fsum(known) / len(known) if len(known) >= 6 else None)
    return means


def daily_maxima(means: Series) -> Series:
    """For every day the largest of its running means, where at least 18 of the 24 exist."""
    maxima: list[float | None] = []
    for first in range(0, len(means), 24):
        known = [value for value in means[first : first + 24] if value is not None]
        maxima.append(max(known) if len(known) >= 18 else None)
    return maxima
