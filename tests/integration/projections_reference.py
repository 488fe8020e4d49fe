"""Bands and demand from files of projections, by the definitions in plain Python: an oracle for the marts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.integration.published_files import records

BANDS = {
    "all": range(1000), "school_5_17": range(5, 18), "working_16_64": range(16, 65), "age_65_plus": range(65, 1000),
    "age_75_plus": range(75, 1000),
}  # fmt: skip
Persons = dict[tuple[str, int, str, str], int]
"""By area, year, variant and band."""


def persons(paths: Iterable[Path], region: str) -> Persons:
    """Persons of every area and of all areas together, each fifth year from the first."""
    last = {
        tuple(row[name] for name in ("Area", "Year", "Projection", "Gender", "Age")): int(row["Population"])
        for path in paths
        for row in records(path)
    }
    first = min(int(year) for _, year, *_ in last)
    found: Persons = defaultdict(int)
    for (area, year, variant, _, age), number in last.items():
        if (int(year) - first) % 5 == 0:
            for band, ages in BANDS.items():
                for name in (area, region):
                    found[name, int(year), variant, band] += number if int(age) in ages else 0
    return dict(found)


def demand(of: Persons) -> dict[tuple[str, int, str], tuple[int, int, str, int, str, float, float]]:
    """By area, year and band: principal, low and its variant, high and its variant, index, spread."""
    first = min(year for _, year, _, _ in of)
    found = {}
    for area, year, band in {(area, year, band) for area, year, _, band in of}:
        told = sorted((number, variant) for (a, y, variant, b), number in of.items() if (a, y, b) == (area, year, band))
        principal, base = (of[area, when, "Principal", band] for when in (year, first))
        (low, low_variant), (high, high_variant) = told[0], told[-1]
        shares = 100 * principal / base, 100 * (high - low) / principal
        found[area, year, band] = (principal, low, low_variant, high, high_variant, *shares)
    return found
