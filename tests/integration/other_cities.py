"""Files of a city in a lake that it shares, and a while in which they are not there: who reads one of them fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lake.release.pinned import pinned_table
from lake.release.record import TablePin
from lake.release.release import read_release
from tests.integration.night_runner import TrialLake


def files_of(lake: TrialLake) -> list[Path]:
    """Every data file of the lake's city in the newest release: of raw tables, rejects and marts."""
    warehouse, city = lake.settings.warehouse, lake.city.city
    pins = read_release(lake.settings).cities[city].tables.values()
    return sorted({path for pin in pins if _has_city(pin) for path in pinned_table(warehouse, pin, city).files})


def _has_city(pin: TablePin) -> bool:
    """Whether the rows are a city's; those of the registry are of all. Raw tables and rejects name no columns."""
    return pin.columns is None or any(column.name == "city" for column in pin.columns)


@contextmanager
def away(files: Sequence[Path]) -> Iterator[None]:
    """These files cannot be read for a while, because they are not there."""
    for path in files:
        path.rename(path.with_suffix(".away"))
    try:
        yield
    finally:
        for path in files:
            path.with_suffix(".away").rename(path)
