"""A city's marts from its publishers' files, through the lake and dbt: every delivery passes its audit."""

from __future__ import annotations

from pathlib import Path

from lake.checks import CheckResult
from lake.city import load_city, packaged_cities
from lake.contract import load_contracts
from lake.night.night import Night as LakeNight
from lake.settings import Settings
from tests.integration.dbt_night import Night
from tests.integration.dbt_project import manifest_path


class Accepting:
    """An auditor that finds nothing wrong."""

    def audit_delivery(self, *_: object) -> list[CheckResult]:
        return []

    def audit_mart(self, *_: object) -> list[CheckResult]:
        return []

    def suite_hash(self, _: str) -> str:
        return ""


def built(name: str, sources: Path, folder: Path) -> Night:
    """Ingest a packaged city from `sources` and build its marts."""
    contracts = load_contracts()
    city = load_city(packaged_cities()[name], contracts)
    lake_night = LakeNight.open(
        Settings.at(folder / "home", folder / "keys"), city, contracts, sources=str(sources), night_id="test",
        auditor=Accepting(), suite_hashes={}, manifest=manifest_path(),
    )  # fmt: skip
    try:
        lake_night.ingest_all()
        prepared = lake_night.prepare_marts()
        assert prepared is not None
        night = Night(prepared.database)
        night.dbt("build", "--exclude-resource-type", "unit_test", variables=dict(prepared.vars))
    finally:
        lake_night.lock.release()
    return night
