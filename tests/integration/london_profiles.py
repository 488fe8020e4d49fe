"""Indicators that London's borough profiles publish, read straight from the file: a part of the oracle."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.integration.london_files import BOROUGHS, REGION, Figure, Key
from tests.integration.published_files import number, records

PUBLISHED = {
    "SAF_CRIME_PUB": ("Crime_rates_per_thousand_population_201415", "2014-15", "2014-04-01", "2015-04-01"),
    "ECO_UNEMP": ("Unemployment_rate_2014", "2014", "2014-01-01", "2015-01-01"),
    "EDU_ATTAIN": (
        "Achievement_of_5_or_more_A*_C_grades_at_GCSE_or_equivalent_including_English_and_Maths_201314",
        "2013-14", "2013-09-01", "2014-09-01",
    ),
    "EDU_TERTIARY": (
        "Proportion_of_working_age_with_degree_or_equivalent_and_above_pc_2014", "2014", "2014-01-01", "2015-01-01",
    ),
    "ENV_GREEN": ("pc_of_area_that_is_Greenspace_2005", "2005", "2005-01-01", "2006-01-01"),
    "MOB_PTAL": ("Average_Public_Transport_Accessibility_score_2014", "2014", "2014-01-01", "2015-01-01"),
    "SUB_LIFE_SAT": ("Life_satisfaction_score_201114_out_of_10", "2011-14", "2011-04-01", "2014-04-01"),
    "GOV_TURNOUT": ("Turnout_at_2014_local_elections", "2014-05-22", "2014-05-22", "2014-05-23"),
    "ELD_SHARE65": ("Proportion_of_population_aged_65_and_over_2015", "2015", "2015-01-01", "2016-01-01"),
}  # fmt: skip


def profiles(folder: Path) -> dict[Key, Figure]:
    """Figures that the borough profiles publish, and the two that are made of two of them."""
    figures = {}
    for row in records(folder / "borough_profiles" / "london-borough-profiles.csv"):
        district = row["Code"]
        if district not in {*BOROUGHS, REGION}:
            continue
        for code, (column, label, *span) in PUBLISHED.items():
            figures[code, district, label] = published(span, number(row[column]))
        ages = [number(row["Male_life_expectancy_201113"]), number(row["Female_life_expectancy_201113"])]
        both = None if None in ages else math.fsum(age for age in ages if age is not None) / 2
        figures["HEA_LIFE_EXP", district, "2011-13"] = published(["2011-01-01", "2014-01-01"], both)
        price, pay = number(row["Median_House_Price_2014"]), number(row["Gross_Annual_Pay_2014"])
        ratio = price / pay if price and pay else None
        figures["REA_AFFORD", district, "2014"] = published(["2014-01-01", "2015-01-01"], ratio, price, pay)
    return figures


def published(
    span: Iterable[str], value: float | None, upper: float | None = None, lower: float | None = None
) -> Figure:
    """A finished figure: there or not."""
    begin, end = (date.fromisoformat(day) for day in span)
    return Figure(begin, end, value, upper, lower, *((0.0, "missing") if value is None else (1.0, "ok")))
