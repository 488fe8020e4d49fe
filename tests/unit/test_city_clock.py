"""Stamps that name no zone, of a contract that leaves the zone to the city: one format, the clock of each city."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lake.contract import on_clock_of
from tests.unit.deliveries import Lake, column, contract, read

OPEN = contract(column("id", primaryKey=True), column("seen_at", "timestamptz", zone="city"))
NEW_YORK, LONDON = "America/New_York", "Europe/London"


def seen(lake: Lake, time_zone: str, *stamps: str) -> list[datetime]:
    path = lake.put("toy.csv", "id,seen_at\n" + "".join(f"{n},{stamp}\n" for n, stamp in enumerate(stamps)))
    staged = lake.ingest(OPEN.on_clock_of(time_zone), path)
    return [at.astimezone(UTC) for _, at in read(staged.files, "id, seen_at")]


@pytest.mark.parametrize(("time_zone", "hour"), [(NEW_YORK, 16), (LONDON, 11)])
def test_a_stamp_is_of_the_citys_clock(lake: Lake, time_zone: str, hour: int) -> None:
    assert seen(lake, time_zone, "2025-06-11T12:00:00.000") == [datetime(2025, 6, 11, hour, tzinfo=UTC)]


def test_hours_that_a_change_of_clocks_takes_or_adds_count(lake: Lake) -> None:
    spring = seen(lake, NEW_YORK, "2025-03-08T12:00:00", "2025-03-09T12:00:00")
    autumn = seen(lake, NEW_YORK, "2025-11-01T12:00:00", "2025-11-02T12:00:00")

    assert [(after - before).total_seconds() / 3600 for before, after in (spring, autumn)] == [23, 25]


def test_an_hour_that_comes_twice_is_the_second_and_one_that_does_not_come_is_later(lake: Lake) -> None:
    assert seen(lake, NEW_YORK, "2025-11-02T01:30:00", "2025-03-09T02:30:00") == [
        datetime(2025, 11, 2, 6, 30, tzinfo=UTC), datetime(2025, 3, 9, 7, 30, tzinfo=UTC),
    ]  # fmt: skip


def test_other_rows_come_out_in_another_zone_so_that_files_are_read_again() -> None:
    contracts = {"toy": OPEN}
    there, here = (on_clock_of(zone, contracts)["toy"] for zone in (NEW_YORK, LONDON))

    assert there.parsing_hash != here.parsing_hash
    assert contracts == {"toy": OPEN}
    assert contract(column("id")).on_clock_of(LONDON).parsing_hash == contract(column("id")).parsing_hash
