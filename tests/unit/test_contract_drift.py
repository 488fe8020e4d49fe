"""What follows from a contract says the same as the contract: dbt sources, suites, staging models."""

from __future__ import annotations

from pathlib import Path

import jinja2
import yaml

from lake.contract import load_contracts
from orchestration.dbt_sources import RAW_SOURCES, raw_sources, refresh_raw_sources

ROOT = Path(__file__).parents[2]
CONTRACTS = load_contracts()


def test_the_committed_dbt_sources_are_those_of_the_contracts() -> None:
    assert (ROOT / "dbt_project" / RAW_SOURCES).read_text(encoding="utf-8") == raw_sources(CONTRACTS)


def test_a_source_declares_what_ingest_writes() -> None:
    tables = yaml.safe_load(raw_sources(CONTRACTS))["sources"][0]["tables"]
    declared = {table["name"]: {column["name"]: column["data_type"] for column in table["columns"]} for table in tables}

    assert set(declared) == set(CONTRACTS)
    assert declared["energy_lcl_smartmeter"] == {
        "city": "varchar",
        "_slot": "varchar",
        "_delivery_id": "varchar",
        "_ingested_at": "timestamp with time zone",
        "household_pseudonym": "varchar",
        "key_version": "integer",
        "read_at": "timestamp with time zone",
        "energy_kwh": "decimal(18,9)",
    }
    assert declared["crime_mps_dashboard_borough"]["_period"] == "date"


def test_sources_are_written_again_only_when_a_contract_changed(tmp_path: Path) -> None:
    (tmp_path / RAW_SOURCES).parent.mkdir(parents=True)

    assert refresh_raw_sources(tmp_path, CONTRACTS)
    assert not refresh_raw_sources(tmp_path, CONTRACTS)
    fewer = {dataset: contract for dataset, contract in CONTRACTS.items() if dataset != "police_street"}
    assert refresh_raw_sources(tmp_path, fewer)
    assert "police_street" not in (tmp_path / RAW_SOURCES).read_text(encoding="utf-8")
    assert [path.name for path in (tmp_path / RAW_SOURCES).parent.iterdir()] == [RAW_SOURCES.name]


def test_braces_in_a_description_are_words_and_no_template() -> None:
    contract = CONTRACTS["police_street"]
    odd = contract.model_copy(update={"granularity": "One {{ row }} {% of %} {# it #}"})
    described = yaml.safe_load(raw_sources({"police_street": odd}))["sources"][0]["tables"][0]["description"]

    assert jinja2.Template(described).render() == "One {{ row }} {% of %} {# it #}"


def test_every_contract_has_a_suite_and_a_described_staging_model() -> None:
    suites = {path.stem for path in (ROOT / "expectations/raw").glob("*.yaml")}
    staging = ROOT / "dbt_project/models/staging"
    models = {path.stem.removeprefix("stg_") for path in staging.rglob("stg_*.sql")}
    described = {path.stem.removeprefix("stg_") for path in staging.rglob("stg_*.yml")}

    assert suites == set(CONTRACTS)
    assert models == set(CONTRACTS)
    assert described == models
