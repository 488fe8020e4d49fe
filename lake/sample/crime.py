"""Recorded offences per district and month: the wide Parquet of the crime dashboard, 24 month columns.

The last month came with notes in it, so the whole column is text: two cells hold `see note`, some are padded.
Street-level records of single offences are `lake.sample.street`, and do not add up to these, as in a real city.
"""

import math
from collections.abc import Iterator
from pathlib import Path

from lake.sample.delivery_text import FileTruth, beside
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import count_around
from lake.sample.population import population
from lake.sample.truth import IndicatorTruth, TruthBook

FILE = "crime_mps_dashboard/recorded-crime-borough.parquet"
VIOLENCE = "VIOLENCE AGAINST THE PERSON"
FRAUD_REPORTS = "NFIB FRAUD"
MONTHS = tuple(f"{2013 + n // 12}{n % 12 + 1:02d}" for n in range(1, 25))
PERIOD_YEAR = 2014
BAD_CELL = "see note"
# (major, minor, share among the offences that are not violence, or among those that are)
CATEGORIES: tuple[tuple[str, str, float], ...] = (
    ("ARSON AND CRIMINAL DAMAGE", "ARSON", 0.005),
    ("ARSON AND CRIMINAL DAMAGE", "CRIMINAL DAMAGE", 0.105),
    ("BURGLARY", "BURGLARY BUSINESS AND COMMUNITY", 0.04),
    ("BURGLARY", "RES BURGLARY OF A HOME", 0.07),
    ("DRUG OFFENCES", "POSSESSION OF DRUGS", 0.06),
    ("DRUG OFFENCES", "TRAFFICKING OF DRUGS", 0.015),
    ("MISCELLANEOUS CRIMES AGAINST SOCIETY", "MISC CRIMES AGAINST SOCIETY", 0.02),
    ("POSSESSION OF WEAPONS", "POSSESSION OF WEAPONS", 0.01),
    ("PUBLIC ORDER OFFENCES", "PUBLIC FEAR ALARM OR DISTRESS", 0.07),
    ("ROBBERY", "ROBBERY OF BUSINESS PROPERTY", 0.01),
    ("ROBBERY", "ROBBERY OF PERSONAL PROPERTY", 0.035),
    ("SEXUAL OFFENCES", "OTHER SEXUAL OFFENCES", 0.02),
    ("SEXUAL OFFENCES", "RAPE", 0.01),
    ("THEFT", "BICYCLE THEFT", 0.05),
    ("THEFT", "OTHER THEFT", 0.17),
    ("THEFT", "SHOPLIFTING", 0.11),
    ("THEFT", "THEFT FROM THE PERSON", 0.06),
    ("VEHICLE OFFENCES", "THEFT FROM A VEHICLE", 0.09),
    ("VEHICLE OFFENCES", "THEFT OR UNAUTH TAKING OF A MOTOR VEH", 0.05),
    (VIOLENCE, "HOMICIDE", 0.0005),
    (VIOLENCE, "STALKING AND HARASSMENT", 0.22),
    (VIOLENCE, "VIOLENCE WITH INJURY", 0.34),
    (VIOLENCE, "VIOLENCE WITHOUT INJURY", 0.4395),
)
UNKNOWN = "Unknown"
Row = tuple[str, str, str, tuple[int, ...]]


def write_crime_dashboard(out: Path, book: TruthBook) -> None:
    """Write the Parquet file, sorted as the publisher's, and the two indicators that rest on it."""
    rows = sorted(_rows(book.arguments.seed))
    notes = _notes(rows)
    _write_parquet(out / FILE, rows, notes)
    bad = sum(cell == BAD_CELL for cell in notes.values())
    defects = {"bad_cell": bad, "padded_number": len(notes) - bad}
    book.add_file(FILE, FileTruth("crime_mps_dashboard_borough", len(rows), {}, bad, defects))
    book.replace_indicators(_indicators(rows))


def _rows(seed: int) -> Iterator[Row]:
    for major, minor, share in CATEGORIES:
        for district in DISTRICTS:
            counts = tuple(_count(seed, district, major, minor, share, month) for month in MONTHS)
            if any(counts):
                yield major, minor, district.name, counts
        yield major, minor, UNKNOWN, tuple(count_around(seed, 6 * share, UNKNOWN, minor, month) for month in MONTHS)
    for district in DISTRICTS[:4]:
        yield FRAUD_REPORTS, "NFIB", district.name, tuple(int(month == "201405") for month in MONTHS)


def _count(seed: int, district: District, major: str, minor: str, share: float, month: str) -> int:
    """Offences of one kind in a month: more violence in summer, more burglary in winter."""
    violent = district.violent if major == VIOLENCE else 1 - district.violent
    season = math.sin((int(month[4:]) - 4) * math.pi / 6) * (-0.1 if major == "BURGLARY" else 0.08)
    yearly = district.crime * population(district, int(month[:4])) / 1000
    return count_around(seed, yearly / 12 * violent * share * (1 + season), district.number, minor, month)


def _notes(rows: list[Row]) -> dict[int, str]:
    """Row number -> text of the last month where it is not simply the number."""
    padded = {n: f" {rows[n][3][-1]} " for n in (17, 101, 160)}
    return padded | dict.fromkeys((40, 200), BAD_CELL)


def _write_parquet(path: Path, rows: list[Row], notes: dict[int, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "majortext": pa.array([row[0] for row in rows], pa.large_string()),
        "minortext": pa.array([row[1] for row in rows], pa.large_string()),
        "boroughname": pa.array([row[2] for row in rows], pa.large_string()),
    }
    for position, month in enumerate(MONTHS[:-1]):
        columns[month] = pa.array([row[3][position] for row in rows], pa.int64())
    last = [notes.get(n, str(row[3][-1])) for n, row in enumerate(rows)]
    columns[MONTHS[-1]] = pa.array(last, pa.large_string())
    with beside(path) as part:
        pq.write_table(pa.table(columns), part)


def _indicators(rows: list[Row]) -> Iterator[IndicatorTruth]:
    """SAF_CRIME per 1,000 and SAF_VIOLENT per 100,000 residents in 2014, per district and for the whole city."""
    months = [n for n, month in enumerate(MONTHS) if month.startswith(str(PERIOD_YEAR))]
    residents = {district.name: population(district, PERIOD_YEAR) for district in DISTRICTS}
    for indicator, factor, only in (("SAF_CRIME", 1_000, None), ("SAF_VIOLENT", 100_000, VIOLENCE)):
        offences = dict.fromkeys([*residents, UNKNOWN], 0)
        for major, _, name, counts in rows:
            if major != FRAUD_REPORTS and only in (None, major):
                offences[name] += sum(counts[n] for n in months)
        for district in DISTRICTS:
            n, d = offences[district.name], residents[district.name]
            yield IndicatorTruth(indicator, district.code, str(PERIOD_YEAR), factor * n / d, n, d)
        n, d = sum(offences.values()), sum(residents.values())
        yield IndicatorTruth(indicator, CITY_CODE, str(PERIOD_YEAR), factor * n / d, n, d, (n - offences[UNKNOWN]) / n)
