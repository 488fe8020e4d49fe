"""The monthly house price index: one file for the whole city and one for each of two districts.

Prices follow a common wave with a slump in 2009, each area on its own level. Where nobody builds houses of a type its
columns are blank; the sales of the last two months are not counted yet. Single sales are `lake.sample.price_paid`.
"""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, write_bytes
from lake.sample.districts import CITY_CODE, CITY_NAME, DISTRICTS
from lake.sample.draws import count_around, draw
from lake.sample.truth import IndicatorTruth, TruthBook

FOLDER = "price_index_ukhpi"
PERIOD = dt.date(2014, 12, 1)
MONTHS = tuple(dt.date(2005 + n // 12, n % 12 + 1, 1) for n in range(121))
UNCOUNTED_MONTHS = MONTHS[-2:]
TWO_DECIMALS_BEFORE = dt.date(2008, 1, 1)
# The name of a type in the header, and its price in parts of the average.
TYPES = (("All property types", 1.0), ("Detached houses", 1.9), ("Semi-detached houses", 1.3),
         ("Terraced houses", 1.05), ("Flats and maisonettes", 0.78))  # fmt: skip
FIGURES = ("House price index", "Average price", "Percentage change (monthly)", "Percentage change (yearly)")
HEADER = ("Name", "URI", "Region GSS code", "Period", "Sales volume", "Reporting period",
          *(f"{figure} {name}" for name, _ in TYPES for figure in FIGURES), "Pivotable date")  # fmt: skip


@dataclass(frozen=True)
class Area:
    """What one file is about: its price level in December 2014, sales a month, and the types of house that it has."""

    code: str
    name: str
    price: int
    sales: int
    types: tuple[str, ...]

    @property
    def file(self) -> str:
        """Path below the sample's folder."""
        return f"{FOLDER}/{self.name.lower().replace(' ', '-')}.csv"


def _areas() -> Iterator[Area]:
    every = tuple(name for name, _ in TYPES)
    mean = sum(one.house_price * one.population for one in DISTRICTS) / sum(one.population for one in DISTRICTS)
    yield Area(CITY_CODE, CITY_NAME, round(mean), 610, every)
    harbour, hill = DISTRICTS[0], DISTRICTS[6]
    yield Area(harbour.code, harbour.name, harbour.house_price, 44, (every[0], *every[3:]))
    yield Area(hill.code, hill.name, hill.house_price, 61, every)


def write_price_index(out: Path, book: TruthBook) -> None:
    """Write the three files and the average price of December 2014."""
    averages = []
    for area in _areas():
        text = DeliveryText("price_index_ukhpi", ",".join(f'"{name}"' for name in HEADER))
        for month in MONTHS:
            text.keep(",".join(_cells(book.arguments.seed, area, month)))
        _defects(text)
        write_bytes(out / area.file, text.encode())
        book.add_file(area.file, text.truth())
        average = _average(book.arguments.seed, area, "All property types", PERIOD)
        averages.append(IndicatorTruth("REA_PRICE_AVG", area.code, f"{PERIOD:%Y-%m}", average))
    book.replace_indicators(averages)


def _defects(text: DeliveryText) -> None:
    """A month that came twice, a row cut short and an empty line, all after the first year."""
    lines = text.lines[:]
    text.reject(lines[30], "duplicate", "duplicate_equal")
    text.reject(",".join(lines[40].split(",")[:12]), "wrong_columns", "short_row")
    text.reject(lines[50] + ",revised", "wrong_columns", "long_row")
    text.blank()
    text.lines[60:60] = [text.lines.pop() for _ in range(4)]


def _cells(seed: int, area: Area, month: dt.date) -> Iterator[str]:
    uri = f"http://prices.brightwater.example/id/region/{Path(area.file).stem}"
    sales = "" if month in UNCOUNTED_MONTHS else str(count_around(seed, area.sales, "sales", area.code, month))
    yield from (area.name, uri, area.code, f"{month:%Y-%m}", sales, "monthly")
    for name, _ in TYPES:
        yield from _figures(seed, area, name, month) if name in area.types else ("",) * len(FIGURES)
    yield str(month)


def _figures(seed: int, area: Area, name: str, month: dt.date) -> Iterator[str]:
    price, basis = _average(seed, area, name, month), _average(seed, area, name, MONTHS[-1])
    decimals = 2 if month < TWO_DECIMALS_BEFORE else 1
    yield f"{100 * price / basis:.{decimals}f}"
    yield str(price)
    number = MONTHS.index(month)
    for months in (1, 12):
        before = _average(seed, area, name, MONTHS[number - months]) if number >= months else None
        yield "" if before is None else f"{100 * (price / before - 1):.{decimals}f}"


def _average(seed: int, area: Area, name: str, month: dt.date) -> int:
    """Average price in pounds: growth, the slump of 2009, a spring that sells better, and some unrest."""
    years = (month - PERIOD).days / 365.25
    slump = 1 - 0.14 * math.exp(-(((month - dt.date(2009, 3, 1)).days / 365.25) ** 2))
    season = 1 + 0.012 * math.sin((month.month - 3) * math.pi / 6)
    unrest = 1 + 0.02 * (draw(seed, "price", area.code, name, month) - 0.5)
    growth: float = 1.031**years
    return round(area.price * dict(TYPES)[name] * growth * slump * season * unrest)
