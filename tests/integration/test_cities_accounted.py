"""Every record of every file of the cities but London is accepted or rejected, and their nights end well.

New York's files are ingested once for all tests: in test_marts_new_york.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.settings import Settings
from tests.integration.accounted import CITIES, assert_every_record_counts, sources_of
from tests.integration.night_runner import TrialLake
from tests.integration.project_copy import ProjectCopy


@pytest.mark.parametrize("city", [city for city in CITIES if city != "new_york"])
def test_every_record_of_every_file_is_accepted_or_rejected(city: str, tmp_path: Path) -> None:
    lake = TrialLake.at(tmp_path, city, sources=sources_of(city))
    night = lake.open()
    try:
        night.ingest_all()
    finally:
        night.close(None)

    assert_every_record_counts(city, lake.settings)


@pytest.mark.long
@pytest.mark.parametrize("city", CITIES)
def test_the_night_of_a_city_ends_well(city: str, tmp_path: Path) -> None:
    project = ProjectCopy.into(tmp_path)
    ended = project.citylake("run", "--city", city, "--sources", str(sources_of(city)))

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Released: number 1" in ended.stdout
    assert_every_record_counts(city, Settings.at(tmp_path / ".citylake", tmp_path / ".citylake-keys"))
