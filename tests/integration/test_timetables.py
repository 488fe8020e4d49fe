"""Two published timetables, and a small one with all that the format allows, against plain Python over their files.

One night takes in all three under one city; the models of the two marts, with their tests, run over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from lake.city import Source, load_city, packaged_cities
from lake.contract import load_contracts
from lake.deliveries.ledger import COMMITTED
from tests.integration.dbt_night import Night
from tests.integration.feeds import CITY, deliver
from tests.integration.night_runner import TrialLake
from tests.integration.published_files import needs, published_folder
from tests.integration.transit_reference import FeedService, StopService, Timetable

CONTRACTS = load_contracts()
FOLDERS = {"metro_north": ("nyc", "gtfs_metro_north"), "citybus": ("rio_grande", "gtfs_citybus")}
# Days of the small feed: before it begins, a Monday, a holiday, a Sunday.
TRAM_DAYS = (date(2015, 1, 4), date(2015, 1, 12), date(2015, 1, 13), date(2015, 1, 18))
FIGURES = "departures, first_s, last_s, span_h, headway_min, wait_min, gap_max_min, headway_peak_min"


@dataclass(frozen=True)
class Built:
    """What was taken in, and the marts that were made of it."""

    lake: TrialLake
    night: Night
    sources: Path
    days: Mapping[str, Sequence[date]]

    def timetable(self, feed: str) -> Timetable:
        """The feed as the oracle reads it."""
        return Timetable(self.sources / feed)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("timetables")
    sources = folder / "sources"
    deliver(sources / "tram")
    days: dict[str, Sequence[date]] = {"tram": TRAM_DAYS}
    for entry in (one for name in ("new_york", "rio_grande") for one in _feeds(name)):
        (sources / entry.entry).symlink_to(published_folder(FOLDERS[entry.entry][0]) / FOLDERS[entry.entry][1])
        days[entry.entry] = entry.service_dates
    entries = [
        {"bundle": "gtfs", "name": feed, "path": feed, "attribution": feed, "service_dates": list(dates)}
        for feed, dates in days.items()
    ]
    (folder / "city.yaml").write_text(yaml.safe_dump({**CITY, "sources": entries}))
    lake = TrialLake.at(folder, str(folder / "city.yaml"))
    night = lake.open()
    try:
        night.ingest_all()
        prepared = night.prepare_marts()
        assert prepared is not None
        database = Night(prepared.database)
        marts = ["+transit_feed_service", "+transit_stop_service"]
        database.dbt("build", "--exclude-resource-type", "unit_test", "--select", *marts, variables=dict(prepared.vars))
    finally:
        night.lock.release()
        night.ledger.close()
    return Built(lake, database, sources, days)


def _feeds(city: str) -> list[Source]:
    entries = load_city(packaged_cities()[city], CONTRACTS).sources
    return list({one.entry: one for one in entries if one.bundle == "gtfs"}.values())


pytestmark = [needs("nyc"), needs("rio_grande")]


@pytest.mark.parametrize("feed", ["metro_north", "citybus", "tram"])
def test_a_date_offers_what_its_calendar_says(built: Built, feed: str) -> None:
    wanted = {day: built.timetable(feed).on(day)[0] for day in built.days[feed]}

    rows = built.night.execute(
        "select service_date, active_services, trips, runs, departures from marts.transit_feed_service where feed = ?",
        [feed],
    )

    assert {day: FeedService(*figures) for day, *figures in rows} == wanted


@pytest.mark.parametrize("feed", ["metro_north", "citybus", "tram"])
def test_stops_have_the_service_of_their_departures(built: Built, feed: str) -> None:
    wanted = {
        (day, *place): service
        for day in built.days[feed]
        for place, service in built.timetable(feed).on(day)[1].items()
    }

    rows = built.night.execute(
        f"select service_date, stop_id, direction_id, {FIGURES} from marts.transit_stop_service where feed = ?", [feed]
    )

    found = {(day, stop, direction): StopService(*figures) for day, stop, direction, *figures in rows}
    assert found.keys() == wanted.keys()
    for place, service in wanted.items():
        pairs = list(zip(astuple(found[place]), astuple(service), strict=True))
        assert all((one is None) == (other is None) for one, other in pairs), place
        assert [one or 0 for one, _ in pairs] == pytest.approx([other or 0 for _, other in pairs], rel=1e-9), place


def test_a_small_timetable_by_hand(built: Built) -> None:
    """On 2015-01-12 trips t1, t2 and t4 leave the abbey in direction 0; trip t3 of no direction is run six times and
    twice; calls without a time leave the bridge at 08:03 (a third of 9 minutes) and let nobody in at the castle."""
    rows = built.night.execute(
        "select stop_id, direction_id, departures, first_s, last_s, headway_peak_min from marts.transit_stop_service "
        "where feed = 'tram' and service_date = date '2015-01-12' order by all"
    )

    assert rows == [
        ("A", "", 8, 21_600, 85_800, None),
        ("A", "0", 2, 28_800, 85_800, 120),
        ("B", "", 8, 21_840, 86_040, None),
        ("B", "0", 2, 28_980, 86_700, 120),
        ("D", "0", 1, 29_401, 29_401, 120),
    ]


def test_all_rows_of_all_files_are_accounted_for(built: Built) -> None:
    deliveries = built.lake.ledger()

    assert {one.status for one in deliveries} == {COMMITTED}
    assert {(one.entry, one.file_name): one.rows_read for one in deliveries} == {
        (feed, path.name): _records(path) for feed in built.days for path in (built.sources / feed).iterdir()
    }
    assert all(one.rows_rejected == 0 for one in deliveries)


def _records(path: Path) -> int:
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line) - 1
