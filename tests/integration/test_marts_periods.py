"""Marts replaced by period: a night computes what changed, shows the rest as it was, and reads no more than it must."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.dbt_night import Night

FIRST = date(2015, 1, 1)
PERIOD_MARTS = {
    "energy_household_daily": "marts_restricted",
    "energy_household_file_daily": "marts_restricted",
    "energy_load_periods": "marts_restricted",
    "energy_district_daily": "marts",
}
DAILY = [mart for mart in PERIOD_MARTS if mart != "energy_load_periods"]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def bay(folder: Path, kwh_of_day: dict[int, float], changed: list[int]) -> Night:
    """Six households of one district on days of constant use, two one-day indicator periods, and what changed."""
    night = Night.empty(folder)
    night.insert(
        "city.cities",
        [{"city": "bay", "district_code": "BAY", "energy_readings": "all", "energy_series": "present_95"}],
    )
    night.insert(
        "city.districts",
        [
            {"city": "bay", "district_code": "N", "district_name": "North", "level": "district"},
            {"city": "bay", "district_code": "BAY", "district_name": "Bay", "level": "city"},
        ],
    )
    night.insert(
        "raw.energy_lcl_register",
        [{"city": "bay", "household_pseudonym": f"h{n}", "district_code": "N", "_slot": "r"} for n in range(6)],
    )
    for number in (0, 1):
        for code in ("ENE_HH_KWH", "ENE_PEAK_RATIO", "ENE_NIGHT_BASE"):
            for district in ("N", "BAY"):
                night.insert("city.indicator_scopes", [scope(code, number, district)])
    for number, kwh in kwh_of_day.items():
        night.execute(
            """insert into raw.energy_lcl_halfhourly_official
            (city, household_pseudonym, key_version, read_at, energy_kwh, _slot, _period)
            select 'bay', 'h' || h, 1, ? + k * interval '30' minute, ?, 'day', ?
            from range(0, 6) as households (h) cross join range(0, 48) as half_hours (k)""",
            [datetime.combine(day(number), datetime.min.time(), UTC), kwh, day(number)],
        )
    for mart in PERIOD_MARTS:
        starts = [n for n in changed if mart in DAILY or n in (0, 1)]
        night.insert("night.changed_periods", [{"mart": mart, "period_start": day(n)} for n in starts])
    return night


def scope(code: str, number: int, district: str) -> dict[str, object]:
    return {
        "city": "bay", "indicator_code": code, "period": str(day(number)), "period_start": day(number),
        "period_end": day(number + 1), "district_code": district,
    }  # fmt: skip


def pin(earlier: Night, later: Night) -> None:
    """What the earlier night committed becomes the later one's pinned marts."""
    for mart, schema in PERIOD_MARTS.items():
        kept = later.database.parent / f"{mart}.parquet"
        earlier.execute(f"copy (select * from {schema}.{mart}) to '{kept}' (format parquet)")
        later.execute(f"create view pinned.{mart} as select * from read_parquet('{kept}')")


def days_of(night: Night, relation: str, column: str = "date") -> list[date]:
    return [found for (found,) in night.execute(f"select distinct {column} from {relation} order by 1")]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Night:
    night = bay(tmp_path_factory.mktemp("first"), {0: 0.1, 1: 0.2, 2: 0.3}, changed=[0, 1, 2])
    night.dbt("build", "--exclude-resource-type", "unit_test")
    return night


@pytest.fixture(scope="module")
def second(first: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Day 1 was revised. Day 0 reads otherwise too, but the night does not list it, so it must not be looked at."""
    night = bay(tmp_path_factory.mktemp("second"), {0: 9.9, 1: 0.5, 2: 0.3}, changed=[1])
    pin(first, night)
    night.dbt("build", "--exclude-resource-type", "unit_test", variables={"pinned_marts": sorted(PERIOD_MARTS)})
    return night


def test_a_first_night_stages_every_period(first: Night) -> None:
    assert days_of(first, "marts.energy_district_daily__staged") == [day(0), day(1), day(2)]
    assert days_of(first, "marts.energy_district_daily") == [day(0), day(1), day(2)]


def test_a_later_night_stages_only_what_changed(second: Night) -> None:
    assert days_of(second, "marts.energy_district_daily__staged") == [day(1)]
    assert days_of(second, "marts_restricted.energy_household_daily__staged") == [day(1)]
    assert days_of(second, "marts_restricted.energy_load_periods__staged", "period_start") == [day(1)]


def test_the_mart_is_seen_as_it_will_be(second: Night) -> None:
    rows = second.execute(
        "select date, energy_kwh from marts.energy_district_daily where district_code = 'N' order by date"
    )
    assert rows == [(day(0), pytest.approx(28.8)), (day(1), pytest.approx(144.0)), (day(2), pytest.approx(86.4))]


def test_indicators_of_other_periods_stay(second: Night) -> None:
    rows = second.execute(
        "select period_start, value from marts.qol_indicators "
        "where indicator_code = 'ENE_HH_KWH' and district_code = 'BAY' order by 1"
    )
    assert rows == [(day(0), pytest.approx(4.8)), (day(1), pytest.approx(24.0))]


def test_a_night_without_changes_shows_everything_and_stages_nothing(first: Night, tmp_path: Path) -> None:
    night = bay(tmp_path, {0: 0.1, 1: 0.2, 2: 0.3}, changed=[])
    pin(first, night)
    night.dbt("build", "--exclude-resource-type", "unit_test", variables={"pinned_marts": sorted(PERIOD_MARTS)})
    assert night.execute("select count(*) from marts.energy_district_daily__staged") == [(0,)]
    assert days_of(night, "marts.energy_district_daily") == [day(0), day(1), day(2)]
