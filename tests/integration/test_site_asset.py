"""`[city, site]` in Dagster: it follows the release, writes the page, and its failure is its own."""

from __future__ import annotations

import warnings
from pathlib import Path

import dagster as dg
import pytest

from lake.contract import load_contracts
from lake.errors import CitylakeError
from lake.release.release import read_release
from lake.settings import Settings
from orchestration.blueprint import Blueprint
from orchestration.night_run import Witness
from orchestration.site_asset import site_asset
from tests.unit.site_town import release_town, town


@pytest.fixture
def blueprint(settings: Settings, tmp_path: Path) -> Blueprint:
    """A released town; the asset needs neither suites nor a manifest."""
    release_town(settings)
    return Blueprint(settings, load_contracts(), [town(tmp_path)], tmp_path, tmp_path / "manifest.json")


def materialize(asset: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dg.materialize([asset], raise_on_error=False)


def test_the_page_follows_the_release(blueprint: Blueprint) -> None:
    [city] = blueprint.cities
    asset = site_asset(blueprint, city)
    assert asset.asset_deps[dg.AssetKey(["town", "site"])] == {dg.AssetKey(["town", "release"])}
    result = materialize(asset)
    assert result.success
    [event] = result.asset_materializations_for_node("town__site")
    assert event.metadata["page"].value == str(blueprint.settings.site / "town.html")
    assert "District 5" in (blueprint.settings.site / "town.html").read_text()


def test_a_page_that_cannot_be_written_fails_and_the_release_stands(blueprint: Blueprint) -> None:
    [city] = blueprint.cities
    blueprint.settings.site.write_text("in the way")
    witness = Witness()
    assert not materialize(site_asset(blueprint, city, witness)).success
    assert isinstance(witness.page_error, CitylakeError)
    assert "page of Town cannot be written" in witness.page_error.message
    assert read_release(blueprint.settings).release_id == 1
