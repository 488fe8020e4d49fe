"""Residents per district and year: the layout of London's population file, 1999 to 2050.

The whole city has a row of its own that differs from the sum of its districts by rounding, as the publisher's does.
"""

from pathlib import Path

from lake.sample import bay
from lake.sample.delivery_text import DeliveryText, write_bytes
from lake.sample.districts import CITY_CODE, CITY_NAME, DISTRICTS, District
from lake.sample.draws import draw, draw_int
from lake.sample.truth import TruthBook

FILE = "population_borough/brightwater_population.csv"
HEADER = (
    "Code,Name,Year,Source,Population,Inland_Area _Hectares,Total_Area_Hectares,"
    "Population_per_hectare,Square_Kilometres,Population_per_square_kilometre"
)
YEARS = range(1999, 2051)
LAST_COUNTED_YEAR = 2010
SEPARATED_YEAR = 2011  # the year in which the publisher wrote thousands separators


def population(district: District, year: int) -> int:
    """Residents of a district in a year."""
    wobble = 1 + 0.004 * (draw(0, "population", district.number, year) - 0.5)
    return round(district.population * (1 + district.growth) ** (year - 2014) * (wobble if year != 2014 else 1))


def city_population(year: int) -> int:
    """The publisher's own figure for the whole city: a few persons off the sum, as rounding has it."""
    return sum(population(district, year) for district in DISTRICTS) + draw_int(0, -4, 4, "city population", year)


def write_population(out: Path, book: TruthBook) -> None:
    """Write the file with its defects: separators, a blank line, repeats (the first wins), a bad year, bad widths."""
    text = DeliveryText("population_borough", HEADER)
    for district in DISTRICTS:
        inland = bay.area_m2(district.number) / 10_000
        for year in YEARS:
            _row(text, (district.code, district.name), year, population(district, year), inland)
        if district.number == 6:
            text.blank()
    inland = sum(bay.area_m2(district.number) for district in DISTRICTS) / 10_000
    for year in YEARS:
        _row(text, (CITY_CODE, CITY_NAME), year, city_population(year), inland)
    _defects(text)
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())


def _row(text: DeliveryText, area: tuple[str, str], year: int, persons: int, inland: float) -> None:
    separated = year == SEPARATED_YEAR and persons >= 1000
    line = _line(area, str(year), persons, inland, separated=separated)
    text.keep(line, *(["thousands_separator"] if separated else []))


def _line(area: tuple[str, str], year: str, persons: int, inland: float, *, separated: bool = False) -> str:
    counted = year.isdigit() and int(year) <= LAST_COUNTED_YEAR
    source = f"{CITY_NAME} MYE" if counted else f"{CITY_NAME} Population Projections"
    shown = f'"{persons:,}"' if separated else str(persons)
    km2 = inland / 100
    figures = f"{inland:.1f},{inland * 1.012:.1f},{persons / inland:.1f},{km2:.1f},{persons / km2:.1f}"
    return f"{area[0]},{area[1]},{year},{source},{shown},{figures}"


def _defects(text: DeliveryText) -> None:
    district = DISTRICTS[2]
    area, inland = (district.code, district.name), bay.area_m2(district.number) / 10_000
    same = _line(area, "2014", population(district, 2014), inland)
    text.reject(same, "duplicate", "duplicate_equal")
    text.reject(_line(area, "2014", population(district, 2014) + 900, inland), "duplicate", "duplicate_conflicting")
    text.reject(_line(area, "20x4", population(district, 2024), inland), "bad_value")
    text.reject(f"{area[0]},{area[1]},2014", "wrong_columns", "short_row")
    text.reject(same + ",checked", "wrong_columns", "long_row")
    text.blank()
