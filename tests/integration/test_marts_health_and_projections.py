"""Health expectancy and demand from published files through the lake and dbt, against oracles in plain Python.

One night of a made-up city that has the sources of the cities `reference` and `edinburgh`, and beside them the worked
example of the guide to Sullivan's method (Belgium, women, 2004) as a file of one's own.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from expectations.gate import SuiteGate
from lake.city import load_city, packaged_cities
from lake.contract import load_contracts
from lake.deliveries.ledger import COMMITTED
from lake.night.night import Night as LakeNight
from lake.settings import Settings
from tests.integration.dbt_night import Night
from tests.integration.dbt_project import manifest_path
from tests.integration.projections_reference import demand, persons
from tests.integration.published_files import needs, published_folder, records, records_in
from tests.integration.sullivan_reference import Expectancy, abridged, groups_of, single_years

pytestmark = [needs("reference"), needs("scotland")]
REFERENCE = published_folder("reference") / "health_expectancy_france"
COUNCILS = published_folder("scotland") / "population_projections_council"
GUIDE = Path(__file__).parents[1] / "fixtures" / "health" / "belgium_women_2004.csv"
LIMITED = "Limitation depuis 6 mois dans les activités du quotidien"
MARTS = ("health_expectancy", "demand_projection")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("published")
    sources = folder / "sources"
    for published in (REFERENCE, COUNCILS):
        shutil.copytree(published, sources / published.name, copy_function=shutil.copyfile)
    (sources / "own").mkdir()
    shutil.copyfile(GUIDE, sources / "own" / GUIDE.name)
    contracts = load_contracts()
    city = load_city(_city_file(folder / "both.yaml"), contracts)
    gate = SuiteGate()
    lake_night = LakeNight.open(
        Settings.at(folder / "home", folder / "keys"), city, contracts, sources=str(sources), night_id="test",
        auditor=gate, suite_hashes=gate.suite_hashes, manifest=manifest_path(),
    )  # fmt: skip
    try:
        for dataset in lake_night.datasets:
            for one in lake_night.ingest(dataset).deliveries:
                assert (one.status, one.rows_read, one.rows_rejected) == (
                    COMMITTED, records_in(next(sources.rglob(one.file_name))), 0,
                )  # fmt: skip
        prepared = lake_night.prepare_marts()
        assert prepared is not None
        night = Night(prepared.database)
        marts = [f"+{mart}" for mart in MARTS]
        night.dbt(
            "build", "--select", *marts, "--exclude-resource-type", "unit_test", "test", variables=dict(prepared.vars)
        )
    finally:
        lake_night.lock.release()
    return night


def _city_file(path: Path) -> Path:
    """France as a whole, with Scottish councils for districts: the two cities in one."""
    france, region = (yaml.safe_load(packaged_cities()[name].read_text()) for name in ("reference", "edinburgh"))
    own = {"dataset": "health_survey_abridged", "path": "own/*.csv", "attribution": "The guide"}
    sources = [*france["sources"], *region["sources"], own]
    path.write_text(yaml.safe_dump({**france, "city": "both", "districts": region["districts"], "sources": sources}))
    return path


def expectancies(night: Night, period: str) -> dict[tuple[str, int], Expectancy]:
    """What the mart says of the whole city, by sex and age."""
    rows = night.execute(
        "select sex, age, le_y, hle_y, hle_lower_y, hle_upper_y from marts.health_expectancy "
        "where area = 'FR' and period = ?", [period]
    )  # fmt: skip
    return {
        (sex, age): Expectancy(life, healthy, None if low is None else (low, high))
        for sex, age, life, healthy, low, high in rows
    }


def same(found: Expectancy, wanted: Expectancy) -> None:
    """Equal to 1e-9, NULL where the oracle has none."""
    for here, there in ((found.life, wanted.life), (found.healthy, wanted.healthy)):
        assert here == (None if there is None else pytest.approx(there, rel=1e-9))
    assert found.limits == (None if wanted.limits is None else pytest.approx(wanted.limits, rel=1e-9))


def test_the_worked_example_of_the_guide(night: Night) -> None:
    with GUIDE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    groups = groups_of(
        [
            (int(row["age"].rstrip("+")), float(row["deaths"]), float(row["population"]), float(row["prevalence"]),
             float(row["survey_size"]))
            for row in rows
        ]
    )  # fmt: skip
    wanted = abridged(groups, first_year=float(rows[0]["q"]))
    found = expectancies(night, "2004")

    assert found.keys() == {("female", age) for age in wanted}
    for (_, age), one in found.items():
        same(one, wanted[age])
    birth, old = found["female", 0], found["female", 65]
    assert birth.healthy is not None
    assert birth.limits is not None
    assert old.healthy is not None
    error = (birth.limits[1] - birth.limits[0]) / 2 / 1.959963984540054
    told = [round(number, 4) for number in (birth.life, birth.healthy, error, old.healthy)]
    assert told == [81.3719, 66.5423, 0.3552, 12.2695]


def test_france_is_that_of_its_published_tables(night: Night) -> None:
    risks: dict[str, dict[int, float]] = defaultdict(dict)
    for row in records(next(REFERENCE.glob("*Mortality*"))):
        if row["year"] == "2021":
            risks[row["sex"]][int(row["age"])] = float(row["qx"])
    found = expectancies(night, "2021")

    assert found.keys() == {(sex, age) for sex in ("female", "male") for age in (5, 15, 50, 65, 75, 85)}
    for (sex, age), one in found.items():
        same(one, single_years(risks[sex], shares_of(sex))[age])
    rounded = [
        round(number, 3) for sex in ("female", "male") for number in (found[sex, 65].life, found[sex, 65].healthy or 0)
    ]
    assert rounded == [22.989, 12.887, 19.034, 11.134]


def shares_of(sex: str) -> dict[int, float]:
    """The share of limited people at each age from 5 on."""
    shares: dict[int, float] = defaultdict(float)
    for row in records(next(REFERENCE.glob("*VQS*"))):
        asked = (row["limitationtype"], row["sex"]) == (LIMITED, sex) and row["limitationintensity"] != "Non"
        if asked and row["agebracket"] != "[5,Inf)":
            first, end = row["agebracket"].strip("[)").split(",")
            for age in range(int(first), 105 if end == "Inf" else int(end)):
                shares[age] += float(row["prevalence"])
    return dict(shares)


def test_the_region_is_that_of_the_councils_files(night: Night) -> None:
    wanted = persons(sorted(COUNCILS.glob("*.csv")), "FR")
    told = night.execute("select area, year, variant, band, persons from marts.population_projection")

    assert len(told) == 7 * 6 * 8 * 5
    assert {tuple(row[:4]): row[4] for row in told} == wanted
    assert [wanted["FR", year, "Principal", "all"] for year in (2016, 2041)] == [1_364_860, 1_522_304]
    assert [wanted["FR", year, "Principal", "age_75_plus"] for year in (2016, 2041)] == [106_472, 200_079]


def test_demand_is_between_the_least_and_the_greatest_variant(night: Night) -> None:
    wanted = demand(persons(sorted(COUNCILS.glob("*.csv")), "FR"))
    told = night.execute(
        "select area, year, band, principal, low, low_variant, high, high_variant, index, spread_pct "
        "from marts.demand_projection"
    )

    found = {tuple(row[:3]): row[3:] for row in told}
    assert len(told) == len(found) == 7 * 6 * 5
    assert found.keys() == wanted.keys()
    for key, row in found.items():
        assert row[:5] == wanted[key][:5], key
        assert row[5:] == pytest.approx(wanted[key][5:], rel=1e-9), key
    _, low, _, high, _, _, spread = wanted["FR", 2041, "all"]
    assert (low, high, round(spread, 1)) == (1_342_467, 1_607_148, 17.4)
    assert wanted["FR", 2016, "all"][2:5:2] == ("High fertility", "Zero migration")
