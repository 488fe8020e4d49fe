"""Requests in a hundred districts, closed at times drawn from a distribution of their own, many of them open yet.

They come in over the two days before the last look, so that whoever is still open was watched for at most that long.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from lake.sample.requests import COLUMNS
from tests.integration.seed_city import PARTS, Claim, Study, number_of, part_of

FIRST, LAST_LOOK = datetime(2025, 3, 3), datetime(2025, 3, 5)
REQUESTS = 300
SHAPE = 0.8  # of the Weibull distribution: the longer a request waits, the longer it still will
SUBJECT = 20  # keeps the draws apart from those of other studies
AGENCY = "WKS"


def scale_h(seed: int) -> float:
    """Hours after which 63 % of a district's requests are closed."""
    return float(np.random.default_rng([seed, SUBJECT, 0]).uniform(15, 50))


def closed_within_a_day(seed: int) -> float:
    """Per cent of a district's requests."""
    return 100 * (1 - math.exp(-((24 / scale_h(seed)) ** SHAPE)))


def write(folder: Path, seeds: Sequence[int]) -> None:
    """One file of all districts; the last look is the moment at which one of them is told to be open."""
    path = folder / "service_requests_311" / "requests.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="")
        out.writeheader()
        for seed in seeds:
            draws = np.random.default_rng([seed, SUBJECT, 1])
            part = PARTS[part_of(seed)].upper()
            for number in range(REQUESTS):
                created = FIRST + timedelta(seconds=int(draws.integers((LAST_LOOK - FIRST).total_seconds())))
                closed = created + timedelta(hours=scale_h(seed) * float(draws.weibull(SHAPE)))
                known = f"{closed:%Y-%m-%dT%H:%M:%S}.000" if closed < LAST_LOOK else ""
                out.writerow({
                    "unique_key": f"{seed:03d}{number:04d}", "created_date": f"{created:%Y-%m-%dT%H:%M:%S}.000",
                    "closed_date": known, "resolution_action_updated_date": f"{LAST_LOOK:%Y-%m-%dT%H:%M:%S}.000",
                    "agency": AGENCY, "status": "Closed" if known else "Open", "borough": part,
                    "incident_address": f"{number} STREET", "community_board": f"{number_of(seed):02d} {part}",
                })  # fmt: skip


STUDY = Study(
    sources=[{"dataset": "service_requests_311", "path": "service_requests_311/*.csv"}],
    indicators={
        "SRV_311_CLOSED24": {
            "periods": [{"label": "2025-03-03/04", "start": f"{FIRST:%Y-%m-%d}", "end": f"{LAST_LOOK:%Y-%m-%d}"}],
            "districts": "districts",
        }
    },
    sections={"works_agencies": [AGENCY]},
    write=write,
    claims=[
        Claim(
            "requests_closed_within_a_day",
            "select district_code, value_low, value_high from marts.qol_indicators "
            "where indicator_code = 'SRV_311_CLOSED24'",
            closed_within_a_day,
        )
    ],
)
