"""What starts a night and what keeps it from starting: schedule, sensor, and the city's lock inside the job."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from lake.city import City, load_city, packaged_cities
from lake.contract import Contract, load_contracts
from lake.deliveries.sources import CitySources, remember
from lake.night.lock import CityLock
from lake.sample import write_sample
from lake.settings import Settings
from orchestration.definitions import build_defs
from orchestration.night_command import NightOrder, run_night


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("lake")
    settings = Settings.at(folder / "home", folder / "keys")
    settings.prepare()
    return settings


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts()


@pytest.fixture(scope="module")
def city(contracts: dict[str, Contract]) -> City:
    return load_city(packaged_cities()["sample"], contracts)


@pytest.fixture(scope="module")
def repository(settings: Settings, city: City) -> dg.RepositoryDefinition:
    return build_defs(settings=settings, cities=[city]).get_repository_def()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def _look(
    repository: dg.RepositoryDefinition, instance: dg.DagsterInstance, cursor: str | None
) -> tuple[list[dg.RunRequest], str, str | None]:
    """One look of the sensor: runs asked for, why there is none, and the cursor for the next look."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=repository)
    told = repository.get_sensor_def("deliveries_sample").evaluate_tick(context)
    return list(told.run_requests or []), told.skip_message or "", told.cursor


def test_nothing_starts_before_somebody_said_where_deliveries_lie(
    repository: dg.RepositoryDefinition, instance: dg.DagsterInstance
) -> None:
    requests, why, _ = _look(repository, instance, None)
    assert requests == []
    assert "citylake run --city sample --sources DIR" in why


def test_a_night_starts_when_new_files_have_settled(
    settings: Settings, repository: dg.RepositoryDefinition, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    write_sample(tmp_path, households=120, days=33)
    remember(settings, "sample", CitySources(str(tmp_path)))
    requests, why, cursor = _look(repository, instance, None)
    assert (requests, why) == ([], "Files have changed; waiting until they have all arrived.")
    [request], _, cursor = _look(repository, instance, cursor)
    assert "citylake/date" in request.tags
    assert _look(repository, instance, cursor)[1] == "No file has changed since the last look."


def test_the_schedule_judges_freshness_by_the_wall_clock(
    settings: Settings, repository: dg.RepositoryDefinition, tmp_path: Path
) -> None:
    remember(settings, "sample", CitySources(str(tmp_path)))
    schedule = repository.get_schedule_def("nightly_sample")
    with dg.build_schedule_context(scheduled_execution_time=datetime(2026, 3, 1, 3, 30, tzinfo=UTC)) as context:
        [request] = schedule.evaluate_tick(context).run_requests or []
    assert set(request.tags) >= {"citylake/date", "city"}


def test_the_lock_is_taken_inside_the_job(
    settings: Settings, contracts: dict[str, Contract], city: City, tmp_path: Path
) -> None:
    remember(settings, "sample", CitySources(str(tmp_path)))
    lock = CityLock(settings.locks, "sample")
    lock.acquire("another night")
    try:
        done = run_night(settings, contracts, NightOrder(city))
    finally:
        lock.release()
    assert done.report is None
    assert "is running already" in str(done.error)
