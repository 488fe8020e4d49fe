"""Prices paid in a hundred districts, each with a price level of its own: what the repeat-sales index must find again.

A home's price is the level of the year, what the home is worth, and a haggle of the sale. The errors of a home's pairs
are then not independent as the index takes them to be, so no home has more than two sales.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tests.integration.seed_city import Claim, Study, district_name

FIRST_YEAR, LAST_YEAR, GENERATION = 1990, 2017, 25
HOMES = 900
HAGGLE = 0.1  # standard deviation of a sale's logarithm
EVERY_YEAR = {"every": "year", "of": ["price_paid_bulk"]}
SUBJECT = 10  # keeps the draws apart from those of other studies


def levels(seed: int) -> dict[int, float]:
    """The logarithm of the price level of every year."""
    steps = np.random.default_rng([seed, SUBJECT, 0]).normal(0.04, 0.08, LAST_YEAR - FIRST_YEAR)
    return dict(zip(range(FIRST_YEAR, LAST_YEAR + 1), [0.0, *np.cumsum(steps).tolist()], strict=True))


def write(folder: Path, seeds: Sequence[int]) -> None:
    """One bulk file with two sales of every home."""
    path = folder / "price_paid" / "pp-complete.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        for seed in seeds:
            draws = np.random.default_rng([seed, SUBJECT, 1])
            level = levels(seed)
            for home in range(HOMES):
                worth = draws.normal(12, 0.5)
                for sale, year in enumerate(sorted(draws.choice(list(level), 2, replace=False).tolist())):
                    # Two sales are never closer than 183 days: the first of a home is in spring, the second in autumn.
                    day = date(year, 2 + 8 * sale, 1) + timedelta(days=int(draws.integers(28)))
                    price = round(math.exp(worth + level[year] + draws.normal(0, HAGGLE)))
                    key = f"{{{seed:08X}-0000-0000-0000-{home:08X}{sale:04X}}}"
                    address = [f"SEED {seed}", "T", "N", "F", str(home + 1), "", "STREET", "", "TOWN"]
                    where = [district_name(seed).upper(), "COUNTY", "A", "A"]
                    out.writerow([key, price, f"{day} 00:00", *address, *where])


def index_of(seed: int) -> float:
    """The last year's prices over the first one's, in per cent."""
    level = levels(seed)
    return 100 * math.exp(level[LAST_YEAR] - level[FIRST_YEAR])


def growth_of(seed: int) -> float:
    """Per cent a year over the last generation."""
    level = levels(seed)
    return 100 * (math.exp((level[LAST_YEAR] - level[LAST_YEAR - GENERATION]) / GENERATION) - 1)


def interval(code: str, period: str) -> str:
    """The limits of an indicator as the mart has them."""
    return (
        "select district_code, value_low, value_high from marts.qol_indicators "
        f"where indicator_code = '{code}' and period = '{period}'"
    )


STUDY = Study(
    sources=[{"dataset": "price_paid_bulk", "path": "price_paid/pp-*.csv"}],
    indicators={
        "REA_RSI": {"periods": [EVERY_YEAR], "districts": "districts"},
        "REA_RSI_GEN": {"periods": [EVERY_YEAR | {"spanning": GENERATION + 1}], "districts": "districts"},
    },
    write=write,
    claims=[
        Claim("price_index", interval("REA_RSI", f"{LAST_YEAR}"), index_of),
        Claim("price_growth", interval("REA_RSI_GEN", f"{LAST_YEAR - GENERATION}-{LAST_YEAR % 100}"), growth_of),
    ],
)
