"""First nights of the sample city, of London and New York, each run once in a test session, for all who only read them.

One test module per city goes on with nights of its own in the same lake; everybody else reads it as of release 1, or
the first night's scratch database, which is kept.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from lake.night.night import DATABASE
from lake.sample import write_sample
from tests.integration.dbt_night import Night
from tests.integration.london_files import london_folder
from tests.integration.night_runner import TrialLake
from tests.integration.published_files import published_folder
from tests.session import session_folder

FIRST_RELEASE = 1
LONDON_FOLDERS = (
    "adult_social_care", "air_quality_laqn", "ambulance_incidents", "borough_profiles", "boundaries_boroughs",
    "bus_stops_tfl", "crime_mps_dashboard", "crime_rates_borough", "energy_lcl_smartmeter", "police_stop_and_search",
    "police_street_city_of_london", "population_borough", "price_index_ukhpi", "price_paid", "transit_stations",
    "ward_age", "ward_health", "ward_wellbeing", "weather_heathrow_monthly",
)  # fmt: skip


def sample_lake() -> TrialLake:
    """The sample city, 200 households in 35 days of files, after its first night."""
    return _after_first_night("sample", lambda sources: write_sample(sources, households=200))


def london_lake() -> TrialLake:
    """London after a night over copies of its published files; skips the test where they are not there."""
    if not london_folder().is_dir():
        pytest.skip(f"London's files are not in {london_folder()} (CITYLAKE_LONDON names a folder)")
    return _after_first_night("london", _copy_london)


def new_york_lake() -> TrialLake:
    """New York after a night over its published files; skips the test where they are not there."""
    if not published_folder("nyc").is_dir():
        pytest.skip(f"New York's files are not in {published_folder('nyc')} (CITYLAKE_NYC names a folder)")
    return _after_first_night("new_york", lambda sources: shutil.copytree(published_folder("nyc"), sources))


def london_database() -> Night:
    """What dbt made of London's published files, models between raw tables and marts too; for one test module."""
    return Night(london_lake().folder / DATABASE)


def _copy_london(sources: Path) -> None:
    for name in LONDON_FOLDERS:
        shutil.copytree(london_folder() / name, sources / name)


def _after_first_night(city: str, deliver: Callable[[Path], object]) -> TrialLake:
    """The lake of a city; who comes first runs the night, and others wait for it. Later nights have numbers of their
    own."""
    lake = TrialLake.at(session_folder() / city, city)
    lake.folder.mkdir(exist_ok=True)
    with FileLock(lake.folder / "night.lock"):
        if not lake.settings.releases.is_dir():
            deliver(lake.sources)
            report = lake.run(hooks={"publishing": lambda: _keep_database(lake)})
            assert report.status == "released", report.message
            assert report.refused == []
    return replace(lake, _numbers=itertools.count(FIRST_RELEASE + 1))


def _keep_database(lake: TrialLake) -> None:
    """The file, and what DuckDB has not yet written into it."""
    for path in lake.settings.scratch.glob(f"*/*/{DATABASE}*"):
        shutil.copyfile(path, lake.folder / path.name)
