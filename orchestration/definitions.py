"""Everything that Dagster shows of the lake: assets, checks, jobs, schedules and sensors of every city.

`build_defs` takes overrides, so that tests and the command line share it with the UI. Nothing is read or connected when
this module is imported: Dagster calls `defs` when it loads the code location.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg

from lake.city import City
from lake.contract import Contract
from lake.settings import Settings
from orchestration.blueprint import Blueprint, read_blueprint
from orchestration.mart_assets import lake_facts, mart_assets, mart_suites
from orchestration.night_run import Witness, night_resource, resource_key
from orchestration.raw_assets import raw_assets
from orchestration.release_asset import release_asset
from orchestration.site_asset import site_asset
from orchestration.triggers import delivery_sensor, night_job, nightly_schedule


@dg.definitions
def defs() -> dg.Definitions:
    """The code location, as the environment says where the lake is."""
    return build_defs()


def build_defs(
    *,
    settings: Settings | None = None,
    contracts: Mapping[str, Contract] | None = None,
    cities: Sequence[City] | None = None,
    suites: Path | None = None,
    manifest: Path | None = None,
    witness: Witness | None = None,
) -> dg.Definitions:
    """Definitions for these cities (default: all that are known). `witness` sees a night from outside."""
    blueprint = read_blueprint(settings, contracts=contracts, cities=cities, suites=suites, manifest=manifest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # backfill policies; Dagster is pinned exactly
        parts = [_city_defs(blueprint, city, witness) for city in blueprint.cities]
    return dg.Definitions.merge(dg.Definitions(executor=dg.in_process_executor), *parts)


def _city_defs(blueprint: Blueprint, city: City, witness: Witness | None) -> dg.Definitions:
    job = night_job(city)
    return dg.Definitions(
        assets=[
            *raw_assets(blueprint, city),
            *lake_facts(city),
            mart_assets(blueprint, city),
            release_asset(blueprint, city),
            site_asset(blueprint, city, witness),
        ],
        asset_checks=[mart_suites(blueprint, city)],
        jobs=[job],
        schedules=[nightly_schedule(blueprint, city, job)],
        sensors=[delivery_sensor(blueprint, city, job)],
        resources={resource_key(city): night_resource(blueprint, city, witness)},
    )
