"""What homes changed in price by between any two years: least squares over pairs of sales, which SQL cannot solve.

Bailey, Muth and Nourse (1963): the logarithm of a pair's price ratio is the level of its last year less that of its
first year, and an error. Which pairs count is decided by int_real_estate__repeat_sales.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import duckdb
import numpy as np
import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("city", pa.string()),
        ("district_code", pa.string()),
        ("first_year", pa.int32()),
        ("last_year", pa.int32()),
        ("log_change", pa.float64()),
        ("standard_error", pa.float64()),
    ]
)


class Dbt(Protocol):
    """What dbt hands to a Python model."""

    def config(self, *, materialized: str) -> None:
        """Settings of this model."""

    def ref(self, model: str) -> duckdb.DuckDBPyRelation:
        """Another model."""


class Pair(NamedTuple):
    """Two sales of a home: their years, and the logarithm of the later price over the earlier one."""

    first_year: int
    last_year: int
    log_ratio: float


class Change(NamedTuple):
    """The estimated change of prices between two years; without a standard error where nothing is left over."""

    first_year: int
    last_year: int
    log_change: float
    standard_error: float | None


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per district and two years that pairs link, a year and itself among them."""
    dbt.config(materialized="table")
    kept = dbt.ref("int_real_estate__repeat_sales").filter("dropped_because is null")
    areas: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for city, district, *pair in kept.select("city, district_code, first_year, last_year, log_ratio").fetchall():
        areas[city, district].append(Pair(*pair))
    rows = [
        {"city": city, "district_code": district, **change._asdict()}
        for (city, district), pairs in sorted(areas.items())
        for change in price_changes(pairs)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def price_changes(pairs: Sequence[Pair]) -> Iterator[Change]:
    """Ordinary least squares; the order of the pairs changes no digit."""
    years = linked_years(pairs)
    place = {year: number for number, year in enumerate(years)}
    linked = [pair for pair in pairs if pair.first_year in place]
    normal = np.zeros((len(years), len(years)))
    told: list[list[float]] = [[] for _ in years]
    for pair in linked:
        first, last = place[pair.first_year], place[pair.last_year]
        normal[[first, last], [first, last]] += 1
        normal[[first, last], [last, first]] -= 1
        told[first].append(-pair.log_ratio)
        told[last].append(pair.log_ratio)
    # The first year is the base: its level is 0 by definition, so it has no error.
    inverse, levels = np.zeros_like(normal), np.zeros(len(years))
    inverse[1:, 1:] = np.linalg.inv(normal[1:, 1:])
    levels[1:] = np.linalg.solve(normal[1:, 1:], [math.fsum(ratios) for ratios in told[1:]])
    left = [pair.log_ratio - (levels[place[pair.last_year]] - levels[place[pair.first_year]]) for pair in linked]
    freedom = len(linked) - len(years) + 1
    variance = math.fsum(rest * rest for rest in left) / freedom if freedom else None
    for last, last_year in enumerate(years):
        for first, first_year in enumerate(years[: last + 1]):
            spread = float(inverse[first, first] + inverse[last, last] - 2 * inverse[first, last])
            error = None if variance is None else math.sqrt(variance * spread)
            yield Change(first_year, last_year, float(levels[last] - levels[first]), error)


def linked_years(pairs: Sequence[Pair]) -> list[int]:
    """The years that pairs link to the first one, in their order: of others nothing can be said beside it."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        neighbours[pair.first_year].add(pair.last_year)
        neighbours[pair.last_year].add(pair.first_year)
    found, reached = set[int](), {min(neighbours)}
    while reached:
        found |= reached
        reached = {other for year in reached for other in neighbours[year]} - found
    return sorted(found)
