"""Deaths and a survey in a hundred districts, each with mortality and ill health of its own: healthy years found again.

Deaths are what the rates say and no draw, since the interval is of the survey alone; how many of those asked are in ill
health is drawn.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.integration.seed_city import Claim, Study, district_of
from tests.integration.sullivan_reference import Group, abridged, groups_of

AGES = (0, 1, *range(5, 90, 5))
RESIDENTS, ASKED = 1_000_000, 300
SUBJECT = 9  # keeps the draws apart from those of other studies


def true_groups(seed: int) -> list[Group]:
    """Rates and shares of a district: mortality by Gompertz, ill health by a logistic curve."""
    level, slope, ill = np.random.default_rng([seed, SUBJECT, 0]).uniform([2e-5, 0.09, -4.0], [6e-5, 0.1, -3.0])
    rows = []
    for age in AGES:
        middle = 0.2 if age == 0 else 3 if age == 1 else 92 if age == AGES[-1] else age + 2.5
        rate = 0.004 if age == 0 else level * math.exp(slope * middle)
        share = 1 / (1 + math.exp(-(ill + 0.045 * middle)))
        rows.append((age, round(rate * RESIDENTS, 3), float(RESIDENTS), share, float(ASKED)))
    return groups_of(rows)


def write(folder: Path, seeds: Sequence[int]) -> None:
    """One file with the age groups of all districts; sex and year are told by its name."""
    path = folder / "health_survey_abridged" / "seeds_women_2014.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["area", "age", "deaths", "population", "prevalence", "survey_size"])
        for seed in seeds:
            draws = np.random.default_rng([seed, SUBJECT, 1])
            for group in true_groups(seed):
                ill = draws.binomial(ASKED, group.prevalence)
                out.writerow(
                    [district_of(seed), group.age, group.deaths, int(group.population), repr(ill / ASKED), ASKED]
                )


def healthy_years(seed: int, age: int) -> float:
    """Years in health from an age on, at the district's own rates and shares."""
    healthy = abridged(true_groups(seed))[age].healthy
    assert healthy is not None
    return healthy


def _claim(name: str, age: int) -> Claim:
    sql = f"select area, hle_lower_y, hle_upper_y from marts.health_expectancy where age = {age} and sex = 'female'"
    return Claim(name, sql, lambda seed: healthy_years(seed, age))


STUDY = Study(
    sources=[{"dataset": "health_survey_abridged", "path": "health_survey_abridged/*.csv"}],
    indicators={},
    write=write,
    claims=[_claim("years in health at birth", 0), _claim("years in health at 65", 65)],
)
