"""The code location: what it exposes, made from contracts, city files, suites and dbt; nothing happens at import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from expectations.gate import FOLDER
from expectations.suites import load_suites
from lake.city import City, load_city, packaged_cities
from lake.contract import Contract, load_contracts
from lake.settings import HOME_VARIABLE, Settings, project_root
from orchestration.definitions import build_defs

CITIES = ("london", "sample")
MARTS = (
    "indicator_registry",
    "qol_indicators",
    "qol_scores",
    "qol_index",
    "energy_district_daily",
    "energy_household_daily",
)


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts()


@pytest.fixture(scope="module")
def cities(contracts: dict[str, Contract]) -> dict[str, City]:
    return {name: load_city(path, contracts) for name, path in packaged_cities().items()}


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    folder = tmp_path_factory.mktemp("lake")
    settings = Settings.at(folder / "home", folder / "keys")
    settings.prepare()
    return build_defs(settings=settings)


def _spec(defs: dg.Definitions, *path: str) -> dg.AssetSpec:
    return defs.resolve_assets_def(dg.AssetKey(list(path))).get_asset_spec(dg.AssetKey(list(path)))


def test_every_city_has_its_datasets_marts_and_release(defs: dg.Definitions, cities: dict[str, City]) -> None:
    keys = {tuple(key.path) for key in defs.resolve_asset_graph().get_all_asset_keys()}
    expected = {(name, asset) for name in CITIES for asset in (*cities[name].datasets, *MARTS, "release", "site")}
    assert not expected - keys


def test_an_asset_says_what_its_contract_says(
    defs: dg.Definitions, cities: dict[str, City], contracts: dict[str, Contract]
) -> None:
    for name in CITIES:
        for dataset in cities[name].datasets:
            spec, contract = _spec(defs, name, dataset), contracts[dataset]
            assert spec.group_name == f"{name}_{contract.domain}"
            assert spec.description == contract.description
            assert spec.owners == [f"team:{contract.owner.replace(' ', '-')}"]
            assert spec.metadata["licence"] == ("CC0-1.0" if name == "sample" else contract.licence)
            assert spec.metadata["attribution"] in {one.attribution for one in cities[name].sources_of(dataset)}
            columns = spec.metadata["dagster/column_schema"].columns
            assert {column.name for column in columns} >= {column.name for column in contract.columns}
            assert all(column.description for column in columns)


def test_a_mart_says_how_a_number_of_it_is_explained(defs: dg.Definitions) -> None:
    said = {name: _spec(defs, "sample", name).metadata["explain a number"].value for name in MARTS}
    key = "city=sample district_code=... indicator_code=... period=..."
    assert said["qol_indicators"] == f"citylake explain qol_indicators {key}"
    assert said["energy_household_daily"].endswith("city=sample household_pseudonym=... date=... --role team")


def test_a_number_can_be_followed_from_release_to_raw(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(dg.AssetKey(["sample", "release"]))
    names = {key.path[-1] for key in above if key.path[0] == "sample"}
    assert names >= {"qol_index", "qol_indicators", "stg_air_quality_laqn", "air_quality_laqn", "police_street"}
    assert {key.path[0] for key in above} == {"sample"}


def test_one_check_per_expectation_and_per_dbt_test(defs: dg.Definitions, cities: dict[str, City]) -> None:
    checks, suites = defs.resolve_asset_graph().asset_check_keys, load_suites(FOLDER / "raw")
    for name, city in cities.items():
        for dataset in city.datasets:
            for item in suites[dataset].expectations:
                assert dg.AssetCheckKey(dg.AssetKey([name, dataset]), item.check_id) in checks
    for suite in load_suites(FOLDER / "marts").values():
        for item in suite.expectations:
            assert dg.AssetCheckKey(dg.AssetKey(["london", suite.name]), item.check_id) in checks
    on_indicators = {check.name for check in checks if check.asset_key == dg.AssetKey(["sample", "qol_indicators"])}
    assert {"every_scope_has_one_row", "not_null_qol_indicators_city"} <= on_indicators


def test_days_of_a_daily_dataset_are_partitions_of_its_city(defs: dg.Definitions, cities: dict[str, City]) -> None:
    job = defs.resolve_job_def("night_london")
    partitions = job.partitions_def
    assert isinstance(partitions, dg.DailyPartitionsDefinition)
    keys = partitions.get_partition_keys()
    assert (keys[0], keys[-1], len(keys)) == ("2013-01-01", "2013-03-31", 90)
    assert partitions.timezone == cities["london"].time_zone


def test_nights_start_by_schedule_and_by_delivery(defs: dg.Definitions, cities: dict[str, City]) -> None:
    repository = defs.get_repository_def()
    for name in CITIES:
        schedule = repository.get_schedule_def(f"nightly_{name}")
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
        assert schedule.execution_timezone == cities[name].time_zone
        assert schedule.cron_schedule == cities[name].cron
        assert repository.get_sensor_def(f"deliveries_{name}").job_name == f"night_{name}"


def test_only_the_release_has_a_freshness_policy(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    with_policy = {key.path[-1] for key in graph.get_all_asset_keys() if graph.get(key).freshness_policy}
    assert with_policy == {"release"}


def test_nothing_is_read_when_the_module_is_imported(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = "import sys, orchestration.definitions; sys.exit('great_expectations' in sys.modules)"
    environment = {**os.environ, HOME_VARIABLE: str(home), "PYTHONPATH": str(project_root())}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert not home.exists()
