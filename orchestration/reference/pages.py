"""All reference pages by file name, from the project as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from expectations.gate import FOLDER
from expectations.suites import load_suites
from lake.city import load_city, packaged_cities
from lake.contract import Contract
from lake.night.mart_models import mart_models
from orchestration.cli import app
from orchestration.dbt_manifest import dbt_project, read_manifest
from orchestration.reference.commands import commands_page
from orchestration.reference.contract_keys import contract_keys_page
from orchestration.reference.datasets import datasets_page
from orchestration.reference.indicators import indicators_page
from orchestration.reference.marts import marts_page


def reference_pages(manifest: Path, contracts: Mapping[str, Contract]) -> dict[str, str]:
    """The text of each page of docs/reference."""
    cities = [load_city(path, contracts) for path in packaged_cities().values()]
    dbt = read_manifest(manifest)
    return {
        "commands.md": commands_page(app),
        "contract-keys.md": contract_keys_page(),
        "datasets.md": datasets_page(contracts, load_suites(FOLDER / "raw"), cities),
        "indicators.md": indicators_page(dbt, dbt_project() / "seeds", contracts, cities),
        "marts.md": marts_page(dbt, mart_models(manifest), load_suites(FOLDER / "marts")),
    }
