"""London's house prices straight from the publishers' files, in either layout: a part of the oracle."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from tests.integration.london_files import CITY, REGION, Figure, Key
from tests.integration.published_files import number, records

LAST_OF_HEADER = "linked_data_uri"
Z = 1.959963984540054


@dataclass(frozen=True)
class Sale:
    """What the figures need of one sale; a price of None does not parse."""

    day: date
    price: float | None
    category: str
    home: tuple[str, ...]


def prices(folder: Path) -> dict[Key, Figure]:
    """The average price of December 2023; the median price and the repeat-sales index of every year with a sale."""
    sales = sales_in(folder)
    return {**average_prices(folder), **median_prices(sales), **repeat_sales(sales)}


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


def sales_in(folder: Path) -> dict[str, Sale]:
    """Every sale by its id, both layouts together."""
    sales: dict[str, Sale] = {}
    for path in sorted((folder / "price_paid").glob("*.csv")):
        for key, sale in sales_of(path):
            sales.setdefault(key, sale)
    return sales


def median_prices(sales: dict[str, Sale]) -> dict[Key, Figure]:
    """The median of full-value sales of each calendar year."""
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
            house, flat = (row[7], row[8]) if is_bulk else (row[8], row[7])
            home = tuple(part.strip().upper() for part in (row[3], house, flat, row[9], row[4]))
            sale = Sale(date.fromisoformat(row[2].strip()[:10]), number(row[1]), row[14].strip(), home)
            yield row[0].strip().strip("{}").upper(), sale


def median_of(year: int, sales: list[Sale]) -> Figure:
    """The figure of one year: of ten sales or more; of fewer than five not even how many."""
    kept = [price for sale in sales if (price := full_value(sale))]
    span, coverage = (date(year, 1, 1), date(year + 1, 1, 1)), len(kept) / len(sales)
    if len(kept) >= 10:
        return Figure(*span, float(median(kept)), None, float(len(kept)), coverage, "ok")
    if len(kept) >= 5:
        return Figure(*span, None, None, float(len(kept)), coverage, "insufficient_data")
    return Figure(*span, None, None, None, None, "insufficient_data")


def full_value(sale: Sale) -> float | None:
    """The price of a sale at full value, or None."""
    return sale.price if sale.category == "A" and sale.price is not None and sale.price >= 10_000 else None


def homes_of(sales: dict[str, Sale]) -> dict[tuple[str, ...], list[tuple[date, float, str]]]:
    """The full-value sales of each home, in their order."""
    homes = defaultdict(list)
    for key, sale in sales.items():
        if price := full_value(sale):
            homes[sale.home].append((sale.day, price, key))
    return {home: sorted(told) for home, told in homes.items()}


def repeat_sales(sales: dict[str, Sale]) -> dict[Key, Figure]:
    """The index of Bailey, Muth and Nourse, and the growth over generations, for every year with a sale."""
    pairs = []
    for told in homes_of(sales).values():
        for (earlier, before, _), (later, after, _) in pairwise(told):
            ratio, days = math.log(after / before), (later - earlier).days
            if days >= 183 and later.year > earlier.year and abs(ratio) / (days / 365.25) <= 0.5:
                pairs.append((earlier.year, later.year, ratio))
    ends = Counter(year for pair in pairs for year in pair[:2])
    pairs = [pair for pair in pairs if ends[pair[0]] >= 10 and ends[pair[1]] >= 10]
    years = sorted({year for pair in pairs for year in pair[:2]})
    design = np.array([[(year == last) - (year == first) for year in years[1:]] for first, last, _ in pairs], float)
    levels, rest, *_ = np.linalg.lstsq(design, np.array([ratio for *_, ratio in pairs]))
    solver = np.linalg.pinv(design)
    covariance = rest[0] / (len(pairs) - len(years) + 1) * solver @ solver.T

    def limits(first: int, last: int) -> list[float]:
        contrast = np.array([(year == last) - (year == first) for year in years[1:]], float)
        error = math.sqrt(contrast @ covariance @ contrast)
        return [float(contrast @ levels) + z * error for z in (0, -Z, Z)]

    figures = {}
    known = {sale.day.year for sale in sales.values()}
    for last in known:
        figures["REA_RSI", CITY, str(last)] = index_figure(
            (last, last), ends[last], float(ends[last]) or None,
            [100 * math.exp(log) for log in limits(years[0], last)] if ends[last] >= 30 else [],
        )  # fmt: skip
        if (first := last - 25) in known:
            fewest = min(ends[first], ends[last])
            figures["REA_RSI_GEN", CITY, f"{first}-{last % 100:02d}"] = index_figure(
                (first, last), fewest, None,
                [100 * (math.exp(log / 25) - 1) for log in limits(first, last)] if fewest >= 30 else [],
            )  # fmt: skip
    return figures


def index_figure(years: tuple[int, int], ends: int, denominator: float | None, numbers: list[float]) -> Figure:
    """A figure with its limits, or without where too few pairs begin or end in its years."""
    value, low, high = numbers or [None] * 3
    status = "ok" if numbers else "insufficient_data" if ends else "missing"
    span = date(years[0], 1, 1), date(years[1] + 1, 1, 1)
    return Figure(*span, value, None, denominator, float(ends > 0), status, low, high)
