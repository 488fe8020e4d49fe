"""Ambulance incidents per district and month: the publisher's wide table, one column a month.

Under the districts stands a row `Total` and, as the last line, a row of commas. One month of one district is blank, so
that the year it lies in has no figure for the district nor for the whole city; another cell holds words.
"""

import datetime as dt
import math
from collections.abc import Iterator
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import count_around
from lake.sample.population import city_population, population
from lake.sample.truth import IndicatorTruth, TruthBook

FILE = "ambulance_incidents/ambulance-borough-monthly.csv"
MONTHS = tuple(dt.date(2012 + n // 12, n % 12 + 1, 1) for n in range(6, 37))
PERIOD_YEARS = (2013, 2014)
BLANK = ("Saltmarket", dt.date(2013, 8, 1))
WORDS = ("Millrace", dt.date(2012, 11, 1))
PADDED = ("Old Harbour", dt.date(2014, 5, 1))
Counts = dict[tuple[str, dt.date], int]


def write_ambulance(out: Path, book: TruthBook) -> None:
    """Write the file and the incidents per 1,000 residents of two calendar years."""
    counts = _counts(book.arguments.seed)
    form = TextForm("\r\n", byte_order_mark=True, last_line_end=False)
    text = DeliveryText("ambulance_incidents", ",".join(["Code", "Borough", *(f"{m:%b %Y}" for m in MONTHS)]), form)
    for district in sorted(DISTRICTS, key=lambda one: one.name):
        cells = [_shown(district.name, month, counts) for month in MONTHS]
        odd = {BLANK: "blank_month", WORDS: "bad_cell", PADDED: "padded_number"}
        text.keep(
            ",".join([district.code, district.name, *cells]),
            *(defect for (name, _), defect in odd.items() if name == district.name),
        )
    totals = (sum(counts[district.name, month] for district in DISTRICTS) for month in MONTHS)
    text.reject(",".join(["", "Total", *map(str, totals)]), "no_district", "total_row")
    text.blank(fields=len(MONTHS) + 2)
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())
    book.replace_indicators(_indicators(counts))


def _counts(seed: int) -> Counts:
    """Incidents: more where people are old or poor and where the nights are long, and more in winter."""
    return {(district.name, month): _count(seed, district, month) for district in DISTRICTS for month in MONTHS}


def _count(seed: int, district: District, month: dt.date) -> int:
    rate = 60 + 1.2 * district.age_65 + 0.25 * district.crime + 20 * (1 - district.wealth)
    season = 1 + 0.06 * math.cos((month.month - 1) * math.pi / 6)
    expected = rate * population(district, month.year) / 1000 / 12 * season
    return count_around(seed, expected, "ambulance", district.number, month)


def _shown(name: str, month: dt.date, counts: Counts) -> str:
    cell = str(counts[name, month])
    return {BLANK: "", WORDS: "see log", PADDED: f" {cell} "}.get((name, month), cell)


def _indicators(counts: Counts) -> Iterator[IndicatorTruth]:
    for year in PERIOD_YEARS:
        months = [month for month in MONTHS if month.year == year]
        complete = BLANK[1] not in months
        for district in DISTRICTS:
            incidents = sum(counts[district.name, month] for month in months)
            known = complete or district.name != BLANK[0]
            yield _row(district.code, year, incidents if known else None, population(district, year))
        everywhere = sum(counts[district.name, month] for district in DISTRICTS for month in months)
        yield _row(CITY_CODE, year, everywhere if complete else None, city_population(year))


def _row(code: str, year: int, incidents: int | None, residents: int) -> IndicatorTruth:
    if incidents is None:
        return IndicatorTruth("HEA_AMBULANCE", code, str(year), None, None, residents, 0.0, "missing")
    return IndicatorTruth("HEA_AMBULANCE", code, str(year), 1000 * incidents / residents, incidents, residents)
