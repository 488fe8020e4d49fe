"""Which published files a city reads, and that each record of each of them was accepted or rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.deliveries.ledger import Ledger
from lake.settings import Settings
from tests.integration.published_files import published_folder, records_in

CITIES = {"new_york": "nyc", "rio_grande": "rio_grande", "edinburgh": "scotland", "reference": "reference"}
READ = {"reference": ["health_expectancy_france"]}
WAIT = ("building_utility_bpl", "elevator_availability_mta/2023_opendata.csv")


def sources_of(city: str) -> Path:
    """The folder of the city's files; skips the test where it is not there."""
    folder = published_folder(CITIES[city])
    if not folder.is_dir():
        pytest.skip(f"no files in {folder} (CITYLAKE_{CITIES[city].upper()} names a folder)")
    return folder


def files_of(city: str) -> list[Path]:
    """The files that the city reads, without those that wait for another day."""
    folder = sources_of(city)
    files = [path for path in folder.glob("*/*") if path.parent.name in READ.get(city, [path.parent.name])]
    return [path for path in files if not path.relative_to(folder).as_posix().startswith(WAIT)]


def assert_every_record_counts(city: str, settings: Settings) -> None:
    """The ledger holds each file that the city reads, committed, with as many records as the file has."""
    ledger = Ledger.at(settings.ledger)
    deliveries = ledger.deliveries(city)
    ledger.close()
    counted = sorted((path.name, records_in(path)) for path in files_of(city))
    assert sorted((one.file_name, one.rows_read) for one in deliveries) == counted
    for one in deliveries:
        assert (one.status, one.reason) == ("committed", ""), one.file_name
        assert one.rows_read == (one.rows_accepted or 0) + (one.rows_rejected or 0), one.file_name
