"""The files of a timetable in a night: one that does not fit takes all with it, and a crash leaves no half of them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from expectations.gate import SuiteGate
from lake.checks import CheckResult
from lake.city import CityError, load_city
from lake.contract import load_contracts
from lake.deliveries.ledger import COMMITTED, COMMITTING, REFUSED, WITHDRAWN, Delivery
from lake.iceberg.catalog import open_catalog
from lake.night.bench import Outcome
from lake.night.outlook import outlook
from tests.integration.feeds import CITY, FEED, deliver, deliver_zip, without
from tests.integration.night_runner import EXIT_DIED, TrialLake, start

CONTRACTS = load_contracts()


class Accepting:
    """Suites have their own tests."""

    def audit_delivery(self, *_: object) -> list[CheckResult]:
        return []

    def audit_mart(self, *_: object) -> list[CheckResult]:
        return []


def lake_of(folder: Path, *paths: str) -> TrialLake:
    """A lake of a city whose feeds lie at these paths; a feed is called as its path begins."""
    entries = [{"bundle": "gtfs", "name": Path(path).stem, "path": path, "attribution": "Trams"} for path in paths]
    city = folder / "tramtown.yaml"
    city.write_text(yaml.safe_dump({**CITY, "sources": entries}))
    return TrialLake.at(folder, str(city))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> TrialLake:
    """A lake with one feed, `tram`; the tests up to the withdrawal are its nights, one after another."""
    return lake_of(tmp_path_factory.mktemp("tramtown"), "tram")


@pytest.fixture(scope="module")
def feed(lake: TrialLake) -> Path:
    """The folder of the feed."""
    return Path(lake.sources) / "tram"


def taken_in(lake: TrialLake) -> dict[str, Outcome]:
    """What a night decides, by dataset; without marts."""
    night = lake.open()
    try:
        night.auditor = Accepting()
        night.ingest_all()
        return {outcome.dataset: outcome for outcome in night.outcomes}
    finally:
        night.close()


def decided(outcomes: dict[str, Outcome]) -> list[Delivery]:
    """All deliveries of a night."""
    return [one for outcome in outcomes.values() for one in outcome.deliveries]


def awaited(lake: TrialLake) -> list[str]:
    """The datasets of which the next night would decide something."""
    suites = SuiteGate().suite_hashes
    return sorted(outlook(lake.settings, lake.city, CONTRACTS, str(lake.sources), suites).new)


def raw(lake: TrialLake, file: str) -> pa.Table:
    """The raw table of a file as it is now."""
    return open_catalog(lake.settings).load_table(("raw", f"gtfs_{file}")).scan().to_arrow()


def test_a_feed_is_taken_in_as_one(lake: TrialLake, feed: Path) -> None:
    deliver(feed)
    assert len(awaited(lake)) == len(FEED)

    deliveries = decided(taken_in(lake))

    assert {one.file_name: (one.status, one.rows_read) for one in deliveries} == {
        name: (COMMITTED, text.count("\n") - 1) for name, text in FEED.items()
    }
    assert len({one.bundle_id for one in deliveries}) == 1
    assert awaited(lake) == []


def test_columns_under_each_others_names_come_to_their_own(lake: TrialLake) -> None:
    trips, stops = raw(lake, "trips"), raw(lake, "stops")

    assert dict(zip(trips["trip_id"].to_pylist(), trips["wheelchair_accessible"].to_pylist(), strict=True)) == {
        "t1": 1, "t2": None, "t3": 2, "t4": 1, "h": 1,
    }  # fmt: skip
    assert stops["wheelchair_boarding"].to_pylist() == [1, 2, None, 1]


def test_one_file_that_does_not_fit_takes_all_with_it(lake: TrialLake, feed: Path) -> None:
    deliver(feed, stops=without("stops.txt", "D,"), routes=FEED["routes.txt"] + "Z,9,Last,0\n")

    deliveries = decided(taken_in(lake))

    assert [one.status for one in deliveries] == [REFUSED] * len(FEED)
    [told] = [one.reason for one in deliveries if not one.refused_with]
    assert told == (
        "stop_times.txt: a call at a stop that is not in stops.txt: trip_id t1, stop_sequence 30, stop_id D and 1 more "
        "(ask the publisher for files of one version of the feed)"
    )
    assert {one.reason for one in deliveries if one.refused_with} == {"refused together with stop_times.txt"}
    assert raw(lake, "routes").num_rows == 2
    assert awaited(lake) == []


def test_one_file_makes_a_feed_whole_and_one_that_is_gone_takes_its_rows_with_it(lake: TrialLake, feed: Path) -> None:
    deliver(feed, frequencies=None, routes=FEED["routes.txt"] + "Z,9,Last,0\n")
    assert len(awaited(lake)) == len(FEED)

    outcomes = taken_in(lake)

    assert [one.status for one in decided(outcomes)] == [COMMITTED] * len(FEED)
    assert [one.reason for one in outcomes["gtfs_frequencies"].deliveries] == ["its bundle came without the file"]
    assert (raw(lake, "frequencies").num_rows, raw(lake, "routes").num_rows) == (0, 3)
    assert awaited(lake) == []


def test_a_required_file_that_is_gone_refuses_all(lake: TrialLake, feed: Path) -> None:
    (feed / "stop_times.txt").unlink()

    outcomes = taken_in(lake)

    told = "stop_times.txt is missing in tram (ask the publisher for all files of it)"
    assert {(one.status, one.reason) for one in decided(outcomes)} == {(REFUSED, told)}
    assert outcomes["gtfs_stop_times"].problem == told
    assert raw(lake, "stop_times").num_rows == 15


def test_a_feed_is_withdrawn_as_one(lake: TrialLake) -> None:
    wrong = [one for one in lake.ledger() if one.status == COMMITTED][-1]
    night = lake.open()
    night.auditor = Accepting()

    night.withdraw(wrong, "one route too many")
    night.close()

    assert {one.status for one in lake.ledger() if one.bundle_id == wrong.bundle_id} == {WITHDRAWN}
    assert (raw(lake, "routes").num_rows, raw(lake, "frequencies").num_rows) == (2, 2)


def test_another_feed_of_the_city_is_not_refused(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, "tram", "bus")
    deliver(tmp_path / "sources" / "tram", trips=FEED["trips.txt"].replace("R,w,t2", "Y,w,t2"))
    deliver(tmp_path / "sources" / "bus")

    deliveries = decided(taken_in(lake))

    assert {(one.entry, one.status) for one in deliveries} == {("tram", REFUSED), ("bus", COMMITTED)}
    assert raw(lake, "trips").num_rows == 5


def test_what_a_crash_left_half_committed_is_committed_before_anything_else(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, "tram")
    deliver(tmp_path / "sources" / "tram")
    with start(lake, die_at="raw_committed") as process:
        _, told = process.communicate()
    assert process.returncode == EXIT_DIED, told
    assert [one.status for one in lake.ledger()] == [COMMITTING] * len(FEED)
    lake.sources = tmp_path / "nowhere"

    lake.open().close()

    assert {(one.status, one.decided_at is not None) for one in lake.ledger()} == {(COMMITTED, True)}
    assert [raw(lake, name.removesuffix(".txt")).num_rows for name in FEED] == [
        text.count("\n") - 1 for text in FEED.values()
    ]


def test_a_zip_is_a_bundle_too_and_one_that_is_cut_off_changes_nothing(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, "tram.zip")
    path = tmp_path / "sources" / "tram.zip"
    deliver_zip(path, "feed/")
    assert [one.status for one in decided(taken_in(lake))] == [COMMITTED] * len(FEED)
    assert awaited(lake) == []
    path.write_bytes(path.read_bytes()[:-100])

    outcomes = taken_in(lake)

    assert decided(outcomes) == []
    assert {outcome.problem for outcome in outcomes.values()} == {
        f"the source of {dataset} cannot be read: the zip is damaged or was cut off: File is not a zip file"
        for dataset in outcomes
    }
    assert raw(lake, "stop_times").num_rows == 15


def test_datasets_of_a_bundle_are_decided_together(lake: TrialLake) -> None:
    assert set(lake.city.together("gtfs_trips")) == set(lake.city.datasets)
    assert len(lake.city.datasets) == 10


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"dataset": "gtfs_trips", "path": "tram"}, "`gtfs_trips` comes in a bundle; write `bundle: gtfs`"),
        ({"bundle": "gtsf", "path": "tram"}, "there is no bundle `gtsf`; did you mean `gtfs`?"),
        ({"bundle": "gtfs", "path": "*.zip"}, "is more than one place; one folder or zip holds a bundle"),
        ({"path": "tram"}, "is missing; one of the two expected"),
        ({"bundle": "gtfs", "dataset": "gtfs_trips", "path": "tram"}, "goes without `bundle`"),
        ({"dataset": "ward_health", "path": "x.csv", "service_dates": ["2015-01-12"]}, "goes with a bundle only"),
    ],
)
def test_a_wrong_entry_is_told(tmp_path: Path, entry: dict[str, object], told: str) -> None:
    path = tmp_path / "tramtown.yaml"
    path.write_text(yaml.safe_dump({**CITY, "sources": [{**entry, "attribution": "Trams"}]}))

    with pytest.raises(CityError) as caught:
        load_city(path, CONTRACTS)

    assert told in str(caught.value)
