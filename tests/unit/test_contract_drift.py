"""What follows from a contract says the same as the contract: dbt sources, suites, staging models."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lake.contract import Contract, load_contracts

ROOT = Path(__file__).parents[2]
CONTRACTS = load_contracts()
LINEAGE = {"city", "_slot", "_delivery_id", "_ingested_at"}


def _table_columns(contract: Contract) -> set[str]:
    """The columns of the raw table that ingest makes from a contract."""
    names = {column.name for column in contract.columns} | LINEAGE
    names |= {"key_version"} if any(column.identifier for column in contract.columns) else set()
    return names | ({"_period"} if contract.load.period else set())


def _dbt_sources() -> dict[str, set[str]]:
    sources = yaml.safe_load((ROOT / "dbt_project/models/staging/raw_sources.yml").read_text())["sources"]
    tables = [table for source in sources for table in source["tables"]]
    return {table["name"]: {column["name"] for column in table["columns"]} for table in tables}


def test_every_contract_is_a_dbt_source_and_nothing_else_is() -> None:
    assert set(_dbt_sources()) == set(CONTRACTS)


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_dbt_source_has_the_columns_of_the_contract(dataset: str) -> None:
    assert _dbt_sources()[dataset] == _table_columns(CONTRACTS[dataset])


def test_every_contract_has_a_suite_and_a_staging_model() -> None:
    suites = {path.stem for path in (ROOT / "expectations/raw").glob("*.yaml")}
    models = {path.stem.removeprefix("stg_") for path in (ROOT / "dbt_project/models/staging").rglob("stg_*.sql")}

    assert suites == set(CONTRACTS)
    assert set(CONTRACTS) - models == set()
