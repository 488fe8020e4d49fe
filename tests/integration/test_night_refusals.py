"""Nights in which something is wrong: deliveries refused for every kind of reason, put right, and a mart that fails.

The tests build on one another in their order. Whatever is refused, the rest of the night is released.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.gate import FOLDER as SUITES
from lake.release.release import read_release
from lake.sample import write_next_day, write_sample
from tests.integration.night_contents import contents, differences, places_of, tables
from tests.integration.night_runner import TrialLake

PROFILES, POPULATION = "borough_profiles", "population_borough"
OFFICIAL, METERS, STOPS = "energy_lcl_halfhourly_official", "energy_lcl_smartmeter", "bus_stops_tfl"
REFUSED = [PROFILES, POPULATION, STOPS, METERS, OFFICIAL]
DAY = "energy_lcl_smartmeter/lcl_2014-12-30"
TURNOUT = "select value from marts.qol_indicators where indicator_code = 'GOV_TURNOUT' and district_code = 'B09000001'"


@dataclass
class Story:
    """The lake, the bytes that were delivered at first, and what one test leaves for those after it."""

    lake: TrialLake
    good: dict[Path, bytes]
    left: dict[str, Any] = field(default_factory=dict)

    def file(self, pattern: str) -> Path:
        """The one delivered file of this kind."""
        return sorted(self.lake.sources.glob(pattern))[0]

    def deliver(self, path: Path, data: bytes) -> None:
        """Put other bytes in a file's place, a second later by its clock."""
        stamp = path.stat().st_mtime + 1
        path.write_bytes(data)
        os.utime(path, (stamp, stamp))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("refusals")
    lake = TrialLake.at(folder, suites=folder / "suites")
    shutil.copytree(SUITES / "raw", lake.suites / "raw")
    shutil.copytree(SUITES / "marts", lake.suites / "marts")
    write_sample(lake.sources, households=120, days=2)
    report = lake.run()
    assert report.status == "released", report.message
    return Story(lake, {path: path.read_bytes() for path in lake.sources.rglob("*.csv")})


def stricter(suites: Path, name: str, expectation: dict[str, object]) -> None:
    """Add an expectation to a copied suite."""
    path = suites / f"{name}.yaml"
    suite = yaml.safe_load(path.read_text())
    suite["expectations"].append({**expectation, "why": "This test wants it to fail."})
    path.write_text(yaml.safe_dump(suite))


def test_what_is_wrong_is_refused_and_the_rest_is_released(story: Story) -> None:
    lake, before = story.lake, story.lake.snapshots()
    kwargs = {"column": "greenspace_pct_2005", "max_value": 0}
    stricter(
        lake.suites / "raw", PROFILES,
        {"id": "no_green", "type": "expect_column_values_to_be_between", "kwargs": kwargs},
    )  # fmt: skip
    profiles, population = story.file("borough_profiles/*.csv"), story.file("population_borough/*.csv")
    stops, meter = story.file("bus_stops_tfl/*.csv"), story.file("energy_lcl_smartmeter/MAC*.csv")
    story.deliver(profiles, story.good[profiles].replace(b"B09000001,", b"B09000001 ,"))
    story.deliver(population, story.good[population].replace(b",", b";"))
    story.deliver(stops, b"")
    story.deliver(meter, story.good[meter].replace(b"kwhh", b"consumption"))
    write_next_day(lake.sources)
    (lake.sources / f"{DAY}_r2.csv").write_bytes(story.good[lake.sources / f"{DAY}.csv"].replace(b",", b"|"))
    report = lake.run()
    story.left["refused"] = {one.dataset: one for one in report.refused}
    assert report.status == "released", report.message
    assert sorted(story.left["refused"]) == sorted(REFUSED)
    after = lake.snapshots()
    moved = {name for name in after if name.startswith("raw.") and after[name] != before[name]}
    assert moved == {f"raw.{OFFICIAL}", "raw.service_requests_311"}  # what the day brought beside what is refused
    assert lake.rows(f"select count(distinct _period) from raw.{OFFICIAL}") == [(3,)]
    days = "select count(distinct date) from marts.energy_district_daily where date >= '2014-12-29'"
    assert lake.rows(days, role="analyst") == [(3,)]


def test_a_refusal_says_what_failed_where_and_how_much(story: Story) -> None:
    refused = story.left["refused"]
    assert "no_green" in refused[PROFILES].reason
    assert "brightwater-borough-profiles.csv" in refused[PROFILES].reason
    assert "delimiter" in refused[POPULATION].reason
    assert "empty" in refused[STOPS].reason
    assert "kwhh" in refused[METERS].reason
    failed = story.lake.rows(
        f"""select check_id, severity, unexpected_rows, observed, delivery_id from ops.check_results
            where subject = '{PROFILES}' and not passed and severity = 'error'""",
        role="analyst",
    )
    assert [row[0] for row in failed] == ["no_green"]
    assert failed[0][2] >= 12
    assert failed[0][4] == refused[PROFILES].delivery_id
    told = story.lake.rows("select dataset, rows_written from ops.deliveries where status = 'refused'", role="analyst")
    assert sorted(told) == [(dataset, 0) for dataset in sorted(REFUSED)]


def test_the_release_keeps_the_last_good_state_and_says_so(story: Story) -> None:
    first, second = (read_release(story.lake.settings, number).cities["sample"] for number in (1, 2))
    assert (first.status, second.status) == ("complete", "stale")
    stale = {one.dataset: one for one in second.stale}
    assert sorted(stale) == sorted(REFUSED)
    assert "no_green" in stale[PROFILES].reason
    assert stale[PROFILES].since == story.left["refused"][PROFILES].landed_at
    for dataset in set(REFUSED) - {OFFICIAL}:
        assert second.tables[f"raw.{dataset}"].snapshot_id == first.tables[f"raw.{dataset}"].snapshot_id
    assert story.lake.rows("select stale_datasets from ops.releases where release_id = 2", role="analyst") == [
        (", ".join(one.dataset for one in second.stale),)
    ]


def test_no_meter_number_is_told_by_a_refusal(story: Story) -> None:
    home = story.lake.settings.home
    assert places_of(r"MAC\d{6}", home, outside=story.lake.settings.landing) == []


def test_a_quiet_night_does_not_decide_them_again(story: Story) -> None:
    report = story.lake.run()
    assert report.status == "nothing_new"
    assert report.refused == []
    assert sorted(one.dataset for one in report.stale) == sorted(REFUSED)


def test_another_decision_can_be_asked_for(story: Story) -> None:
    report = story.lake.run(only=[POPULATION], retry_refused=True)
    assert [one.dataset for one in report.refused] == [POPULATION]


def next_edition(story: Story) -> None:
    """Deliver the day once more, with one reading that is not in earlier editions."""
    day = story.good[story.lake.sources / f"{DAY}.csv"].decode()
    line = next(one for one in day.splitlines() if " 12:00:00.0" in one and one.split(",")[3].strip()[0].isdigit())
    fields = line.split(",")
    revised = day.replace(line, ",".join([*fields[:3], " 7.777 ", *fields[4:]]), 1)
    (story.lake.sources / f"{DAY}_r3.csv").write_text(revised, newline="")


def test_good_bytes_and_a_suite_put_right_make_the_city_complete_again(story: Story) -> None:
    names = [name for name in tables(story.lake, "raw") if name != f"raw.{OFFICIAL}"]
    before = contents(story.lake, names)
    readings = story.lake.rows(f"select count(*) from raw.{OFFICIAL}")
    next_edition(story)
    shutil.copytree(SUITES / "raw", story.lake.suites / "raw", dirs_exist_ok=True)
    for pattern in ("population_borough/*.csv", "bus_stops_tfl/*.csv", "energy_lcl_smartmeter/MAC*.csv"):
        path = story.file(pattern)
        story.deliver(path, story.good[path])
    report = story.lake.run()
    assert report.status == "released", report.message
    decided = [(one.dataset, one.status) for outcome in report.outcomes for one in outcome.deliveries]
    assert sorted(decided) == [(dataset, "committed") for dataset in sorted(REFUSED)]
    assert read_release(story.lake.settings).cities["sample"].status == "complete"
    assert report.stale == ()
    assert differences(before, contents(story.lake, names)) == {}
    assert story.lake.rows(f"select count(*) from raw.{OFFICIAL}") == readings
    day = f"select distinct _period, count(*) from raw.{OFFICIAL} where energy_kwh = 7.777 group by all"
    assert story.lake.rows(day) == [(date(2014, 12, 30), 1)]


def test_a_mart_that_fails_publishes_nothing_and_names_what_is_new(story: Story) -> None:
    lake, release = story.lake, read_release(story.lake.settings)
    marts = contents(lake, tables(lake, "marts", "marts_restricted"))
    turnout = {"id": "nobody_votes_twice", "type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": (
        "SELECT district_code FROM {batch} WHERE indicator_code = 'GOV_TURNOUT' AND value > 99"
    )}}  # fmt: skip
    stricter(lake.suites / "marts", "qol_indicators", turnout)
    story.left["turnout"] = lake.rows(TURNOUT)
    path = story.file("borough_profiles/*.csv")
    story.deliver(path, with_turnout(story.good[path], b"99.5"))
    before = lake.snapshots()
    report = lake.run()
    assert report.status == "not_released"
    new = next(one for outcome in report.outcomes for one in outcome.committed)
    assert new.delivery_id in report.message
    assert new.file_name in report.message
    assert "nobody_votes_twice" in report.message
    after = lake.snapshots()
    assert {name for name in after if after[name] != before[name] and name.startswith("marts")} == set()
    assert read_release(lake.settings).release_id == release.release_id
    assert differences(marts, contents(lake, list(marts))) == {}
    nights = "select status, release_id from ops.nights order by started_at desc limit 1"
    assert lake.rows(nights, role="analyst") == [("not_released", None)]
    assert list(lake.settings.scratch.glob("sample/*/*.duckdb")), "kept, so that somebody can look into it"
    story.left["bad"] = new


def with_turnout(data: bytes, turnout: bytes) -> bytes:
    """The profiles with another turnout for the first district, which stands in the last column."""
    start = data.index(b"\rB09000001,") + 1
    end = data.index(b"\r", start)
    return data[:start] + data[start:end].rpartition(b",")[0] + b"," + turnout + data[end:]


def test_a_delivery_that_is_withdrawn_gives_way_to_the_one_before(story: Story) -> None:
    lake = story.lake
    night = lake.open()
    night.withdraw(story.left["bad"], "a typing error in the turnout")
    night.close()
    report = lake.run()
    assert report.status == "released", report.message
    assert [one for outcome in report.outcomes for one in outcome.deliveries] == [], "withdrawn bytes count as decided"
    assert lake.rows(TURNOUT) == story.left["turnout"]
    told = "select status, reason from ops.deliveries where delivery_id = '{}'".format(story.left["bad"].delivery_id)
    assert lake.rows(told, role="analyst") == [("withdrawn", "a typing error in the turnout")]
    assert lake.run().status == "nothing_new"
    assert not list(lake.settings.scratch.glob("sample/*"))
