"""London's house prices straight from the publishers' files, in either layout: a part of the oracle."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from tests.integration.london_files import CITY, REGION, Figure, Key
from tests.integration.published_files import number, records

LAST_OF_HEADER = "linked_data_uri"


@dataclass(frozen=True)
class Sale:
    """What the median needs of one sale; a price of None does not parse."""

    day: date
    price: float | None
    category: str


def prices(folder: Path) -> dict[Key, Figure]:
    """The average price of December 2023 and the median price of every year with a sale."""
    return {**average_prices(folder), **median_prices(folder)}


def average_prices(folder: Path) -> dict[Key, Figure]:
    """The index's average price, as published."""
    found: dict[str, float | None] = {}
    for path in (folder / "price_index_ukhpi").glob("*.csv"):
        for row in records(path):
            if row["Period"] == "2023-12":
                found[row["Region GSS code"]] = number(row["Average price All property types"])
    span = date(2023, 12, 1), date(2024, 1, 1)
    return {
        ("REA_PRICE_AVG", area, "2023-12"): Figure(
            *span, found.get(area), None, None, *((0.0, "missing") if found.get(area) is None else (1.0, "ok"))
        )
        for area in (CITY, REGION)
    }


def median_prices(folder: Path) -> dict[Key, Figure]:
    """The median of full-value sales of each calendar year, both layouts together."""
    sales: dict[str, Sale] = {}
    for path in sorted((folder / "price_paid").glob("*.csv")):
        for key, sale in sales_of(path):
            sales.setdefault(key, sale)
    years: dict[int, list[Sale]] = defaultdict(list)
    for sale in sales.values():
        years[sale.day.year].append(sale)
    return {("REA_PRICE_MEDIAN", CITY, str(year)): median_of(year, told) for year, told in years.items()}


def sales_of(path: Path) -> Iterator[tuple[str, Sale]]:
    """Sales of a file: bulk rows have no header and braces around the id; a header may be glued to the first row."""
    text = path.read_text()
    if text.startswith("unique_id"):
        text = text.partition(LAST_OF_HEADER)[2].lstrip("\r\n")
    for row in csv.reader(text.splitlines()):
        is_bulk = row[0].strip().startswith("{")
        if not (is_bulk and row[15].strip() == "D"):
            sale = Sale(date.fromisoformat(row[2].strip()[:10]), number(row[1]), row[14].strip())
            yield row[0].strip().strip("{}").upper(), sale


def median_of(year: int, sales: list[Sale]) -> Figure:
    """The figure of one year: of ten sales or more; of fewer than five not even how many."""
    kept = [sale.price for sale in sales if sale.category == "A" and sale.price is not None and sale.price >= 10_000]
    span, coverage = (date(year, 1, 1), date(year + 1, 1, 1)), len(kept) / len(sales)
    if len(kept) >= 10:
        return Figure(*span, float(median(kept)), None, float(len(kept)), coverage, "ok")
    if len(kept) >= 5:
        return Figure(*span, None, None, float(len(kept)), coverage, "insufficient_data")
    return Figure(*span, None, None, None, None, "insufficient_data")
