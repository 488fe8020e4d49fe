"""Projections of residents by sex and single year of age, in a principal variant and seven others, for two years.

In the first year all variants are the estimate; five years later each is the principal one times a factor of its own
for the ages that its assumption concerns, rounded to whole persons.
"""

import itertools
import math
from collections import defaultdict
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import draw
from lake.sample.population import population
from lake.sample.truth import DemandTruth, TruthBook

FILE = "population_projections/brightwater_projections.csv"
HEADER = "Area,Year,Projection,Gender,Age,Age_group,Base,Population"
FIRST, LAST = 2014, 2019
AGES = range(76)  # the last one means 75 and over
VARIANTS = {
    "High fertility": (0, 4, 1.06), "High life expectancy": (60, 75, 1.015), "High migration": (18, 40, 1.05),
    "Low fertility": (0, 4, 0.94), "Low life expectancy": (60, 75, 0.985), "Low migration": (18, 40, 0.95),
    "Principal": (0, 75, 1.0), "Zero migration": (16, 75, 0.96),
}  # fmt: skip
BANDS = {
    "all": (0, 75), "school_5_17": (5, 17), "working_16_64": (16, 64), "age_65_plus": (65, 75), "age_75_plus": (75, 75),
}  # fmt: skip
TWICE = (2, LAST, "Principal", "F", 30)
Counts = dict[tuple[str, int, str, str], int]


def write_projections(out: Path, book: TruthBook) -> None:
    """Write the file of all districts with one row told twice (the last counts), and the demand it must give."""
    text = DeliveryText("population_projections", HEADER)
    counts: Counts = defaultdict(int)
    cells = itertools.product(DISTRICTS, (FIRST, LAST), VARIANTS, "FM", AGES)
    for district, year, variant, sex, age in cells:
        base, persons = (_persons(district, when, variant, sex, age) for when in (FIRST, year))
        head = f"{district.code},{year},{variant},{sex},{age},{age // 15 * 15} to {age // 15 * 15 + 14},{base}"
        if (district.number, year, variant, sex, age) == TWICE:
            text.reject(f"{head},{persons + 100}", "duplicate", "duplicate_conflicting")
        text.keep(f"{head},{persons}")
        for band, (low, high) in BANDS.items():
            if low <= age <= high:
                counts[district.code, year, variant, band] += persons
                counts[CITY_CODE, year, variant, band] += persons
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())
    book.demand_projection = _demand(counts)


def _persons(district: District, year: int, variant: str, sex: str, age: int) -> int:
    weight = 1 / (1 + math.exp((age - 62 - district.age_65 / 2) / 8)) if age < AGES[-1] else 0.35 * district.age_65
    wobble = 0.98 + 0.04 * draw(0, "projection", district.number, sex, age)
    low, high, factor = VARIANTS[variant]
    changed = factor if year > FIRST and low <= age <= high else 1.0
    older = 1 + 0.01 * max(0, age - 60) / 5 if year > FIRST else 1.0
    return round(population(district, year) / 2 / 65 * weight * wobble * changed * older)


def _demand(counts: Counts) -> list[DemandTruth]:
    found = []
    for area, year, band in sorted({(area, year, band) for area, year, _, band in counts}):
        told = sorted((counts[area, year, variant, band], variant) for variant in VARIANTS)
        principal, base = (counts[area, when, "Principal", band] for when in (year, FIRST))
        (low, low_variant), (high, high_variant) = told[0], told[-1]
        shares = 100 * principal / base, 100 * (high - low) / principal
        found.append(DemandTruth(area, year, band, principal, low, low_variant, high, high_variant, *shares))
    return found
