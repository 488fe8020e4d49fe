"""Release records: numbering, carry-over, as-of, and what is no record."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

import lake.release.release
from lake.errors import CitylakeError, UsageError
from lake.release.record import CityEntry, Json, StaleDataset, TablePin
from lake.release.release import all_releases, newest_release, publish, read_release, record_path, release_as_of
from lake.settings import Settings
from tests.unit.handmade import EMPTY_MART, entry, release

PIN = TablePin(7, "team/raw/air/metadata/7.json", 0, 10)


def test_a_lake_without_a_release_says_so(settings: Settings) -> None:
    assert newest_release(settings) is None
    with pytest.raises(CitylakeError, match="no release") as caught:
        read_release(settings)
    assert "citylake run" in caught.value.hint
    assert caught.value.exit_code == 1


def test_what_is_published_is_read_back(settings: Settings) -> None:
    stale = StaleDataset("police", datetime(2026, 2, 1, tzinfo=UTC), "an empty file came")
    tables = {"raw.air": PIN, "marts.qol_index": EMPTY_MART}
    city = CityEntry("night-1", {"raw.air": 7}, {"air": "1.0.0"}, tables, (stale,))

    published = publish(settings, "london", city, code_version="0.1.0", now=datetime(2026, 3, 1, 6, tzinfo=UTC))

    assert read_release(settings) == published
    read = published.cities["london"]
    assert (published.release_id, read.release_id, read.status) == (1, 1, "stale")
    assert read.tables == tables
    assert read.stale == (stale,)
    record = json.loads(record_path(settings, 1).read_text())
    assert record["format"] == 1
    assert record["released_at"] == "2026-03-01T06:00:00.000000Z"
    assert record["cities"]["london"]["tables"]["raw.air"] == {
        "snapshot_id": 7,
        "metadata_location": "team/raw/air/metadata/7.json",
        "schema_id": 0,
        "rows": 10,
    }


def test_other_cities_are_carried_over_unchanged_even_keys_of_later_versions(settings: Settings) -> None:
    release(settings, "london", {"raw.air": PIN}, 1)
    path = record_path(settings, 1)
    record = json.loads(path.read_text())
    record["cities"]["london"]["policy"] = {"hash": "x"}
    path.write_text(json.dumps(record))

    release(settings, "sample", {"raw.air": PIN}, 2)

    newest = json.loads(record_path(settings, 2).read_text())
    assert newest["cities"]["london"] == record["cities"]["london"]
    assert newest["cities"]["sample"]["release_id"] == 2
    assert newest["city"] == "sample"


def test_two_nights_that_publish_at_the_same_moment_are_both_in_the_last_release(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(settings, "rio", {"raw.air": PIN}, 1)
    both_have_chosen_their_number = threading.Barrier(2)
    first_try = threading.local()
    create = lake.release.release.create_exclusively

    def held(path: Path, record: Json) -> bool:
        if not hasattr(first_try, "done"):
            first_try.done = True
            both_have_chosen_their_number.wait(timeout=30)
        return create(path, record)

    monkeypatch.setattr(lake.release.release, "create_exclusively", held)
    nights = [
        threading.Thread(target=release, args=(settings, city, {"raw.air": PIN}, 2)) for city in ("london", "sample")
    ]
    for night in nights:
        night.start()
    for night in nights:
        night.join(timeout=60)

    last = read_release(settings)
    assert last.release_id == 3
    assert sorted(last.cities) == ["london", "rio", "sample"]
    assert {last.cities["london"].release_id, last.cities["sample"].release_id} == {2, 3}


def test_a_torn_record_is_passed_over_and_its_number_is_not_used_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    release(settings, "london", {"raw.air": PIN}, 1)
    record_path(settings, 2).write_text('{"format": 1, "release_id": 2, "cit')

    assert read_release(settings).release_id == 1
    assert "00000002.json is no whole release record" in caplog.text
    assert release(settings, "sample", {"raw.air": PIN}, 3).release_id == 3
    assert sorted(read_release(settings).cities) == ["london", "sample"]
    assert [known.release_id for known in all_releases(settings)] == [1, 3]


@pytest.mark.parametrize("content", ["[]", "{}", '{"format": 1}', '{"format": 1, "release_id": "x"}', "null"])
def test_what_is_no_record_is_none(settings: Settings, content: str) -> None:
    settings.releases.mkdir(exist_ok=True)
    record_path(settings, 1).write_text(content)
    assert newest_release(settings) is None


def test_a_record_under_another_number_is_not_valid(settings: Settings) -> None:
    release(settings, "london", {"raw.air": PIN}, 1)
    record_path(settings, 5).write_text(record_path(settings, 1).read_text())
    assert read_release(settings).release_id == 1


def test_a_record_of_a_later_format_is_an_error_not_passed_over(settings: Settings) -> None:
    release(settings, "london", {"raw.air": PIN}, 1)
    record_path(settings, 2).write_text('{"format": 2}')
    with pytest.raises(CitylakeError, match="format 2"):
        read_release(settings)


def test_a_taken_name_is_not_overwritten_and_no_part_stays(settings: Settings) -> None:
    release(settings, "london", {"raw.air": PIN}, 1)
    before = record_path(settings, 1).read_bytes()
    assert lake.release.release.create_exclusively(record_path(settings, 1), {"format": 1}) is False
    assert record_path(settings, 1).read_bytes() == before
    assert [path.name for path in settings.releases.iterdir()] == ["00000001.json"]


def test_time_never_runs_backwards(settings: Settings) -> None:
    release(settings, "london", {"raw.air": PIN}, 5)
    later = release(settings, "london", {"raw.air": PIN}, 4)
    assert later.released_at == datetime(2026, 3, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("as_of", "number"),
    [
        (None, 3),
        (1, 1),
        ("2", 2),
        ("2026-03-01T06:00Z", 1),
        ("2026-03-02T05:59:59+00:00", 1),
        ("2026-03-02", 2),
        ("2026-03-02T07:00+01:00", 2),
        ("2026-03-02T07:00", 2),
        ("20260302", 2),
        (datetime(2030, 1, 1, tzinfo=UTC), 3),
    ],
)
def test_as_of(settings: Settings, as_of: str | int | datetime | None, number: int) -> None:
    for day in (1, 2, 3):
        release(settings, "london", {"raw.air": PIN}, day)
    assert release_as_of(settings, as_of).release_id == number


@pytest.mark.parametrize(
    ("as_of", "message"),
    [
        ("9", "no release 9"),
        ("yesterday", "neither the number"),
        ("2026-02-28", "no release at 2026-02-28"),
        (0, "no release 0"),
    ],
)
def test_as_of_nothing_known_is_wrong_usage(settings: Settings, as_of: str | int, message: str) -> None:
    release(settings, "london", {"raw.air": PIN}, 1)
    with pytest.raises(UsageError, match=message) as caught:
        release_as_of(settings, as_of)
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_an_entry_has_a_place_in_utc_only(settings: Settings) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        publish(settings, "london", entry({}), code_version="x", now=datetime(2026, 1, 1))
