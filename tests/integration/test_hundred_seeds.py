"""A 95 % interval holds the truth in 89 to 100 of 100 made-up districts: all studies in one night, one dbt run.

Of 100 intervals that hold it with a chance of 95 %, fewer than 89 do so once in two hundred times; the draws are fixed.
"""

from __future__ import annotations

import pytest

from tests.integration.night_runner import TrialLake
from tests.integration.seed_city import SEEDS, Claim, district_of, write_city
from tests.integration.seeds_health import STUDY as HEALTH
from tests.integration.seeds_prices import STUDY as PRICES
from tests.integration.seeds_upkeep import STUDY as UPKEEP

pytestmark = pytest.mark.long
STUDIES = (HEALTH, PRICES, UPKEEP)
CLAIMS = [pytest.param(claim, id=claim.name) for study in STUDIES for claim in study.claims]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> TrialLake:
    folder = tmp_path_factory.mktemp("seeds")
    for study in STUDIES:
        study.write(folder / "sources", SEEDS)
    write_city(folder / "seeds.yaml", STUDIES)
    lake = TrialLake.at(folder, str(folder / "seeds.yaml"))
    report = lake.run()
    assert report.status == "released", report.message
    return lake


@pytest.mark.parametrize("claim", CLAIMS)
def test_an_interval_holds_the_truth_as_often_as_it_says(lake: TrialLake, claim: Claim) -> None:
    rows = lake.rows(claim.sql)
    intervals = {district: (low, high) for district, low, high in rows}
    assert len(rows) == len(intervals) == len(SEEDS)
    held = [low <= claim.truth(seed) <= high for seed in SEEDS for low, high in [intervals[district_of(seed)]]]
    assert 89 <= sum(held) <= 100
