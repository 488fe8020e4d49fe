"""New York's weather and bike share as the lake takes them in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lake.readers import UnreadableFile
from tests.integration.new_york_files import new_york_folder
from tests.integration.published_files import needs, records
from tests.integration.published_ingest import CONTRACTS, ingest_published
from tests.unit.deliveries import Lake, city, read, source

pytestmark = needs("nyc")

WEATHER = "weather_ghcn_gsom/USW00094728.csv"
STATIONS, STATUS = (f"gbfs_citibike/station_{kind}.json" for kind in ("information", "status"))


def test_every_element_of_the_weather_is_that_of_the_file(lake: Lake) -> None:
    staged = ingest_published(lake, "weather_ghcn_gsom", new_york_folder() / WEATHER)
    rows = {row["DATE"]: row for row in records(new_york_folder() / WEATHER)}

    assert (staged.rows_accepted, staged.cells_rounded, staged.rejects.cells) == (1_850, 0, 0)
    assert read(staged.files, "min(month_date), max(month_date)") == [(date(1869, 1, 1), date(2023, 2, 1))]
    columns_of_file = CONTRACTS["weather_ghcn_gsom"].columns
    elements = [column for column in columns_of_file if f"{column.source}_ATTRIBUTES" in rows["1869-01"]]
    assert len(elements) == 42
    columns = ", ".join(["strftime(month_date, '%Y-%m')", "attributes", *(column.name for column in elements)])
    for month, attributes, *values in read(staged.files, columns):
        row = rows[month]
        texts = [row[column.source] for column in elements]
        assert values == [Decimal(text) if text else None for text in texts]
        flags = {name: text for name, text in row.items() if name.endswith("_ATTRIBUTES") and text}
        told = json.loads(attributes or "{}")
        assert (told, list(told)) == (flags, sorted(flags))


def feed(file: str) -> dict[str, Any]:
    return dict(json.loads((new_york_folder() / file).read_text()))


def test_every_station_of_bike_share_is_there(lake: Lake) -> None:
    staged = ingest_published(lake, "bike_station", new_york_folder() / STATIONS)
    stations = {station["station_id"]: station for station in feed(STATIONS)["data"]["stations"]}

    assert (staged.rows_accepted, staged.rejects.cells) == (845, 0)
    columns = "station_id, lat, lon, capacity, name, region_id, rental_methods, eightd_station_services, has_kiosk"
    for code, lat, lon, capacity, name, region, methods, services, kiosk in read(staged.files, columns):
        wanted = stations[code]
        assert (lat, lon, capacity) == (wanted["lat"], wanted["lon"], wanted["capacity"])
        assert (name, region, kiosk) == (wanted["name"], str(wanted["region_id"]), wanted["has_kiosk"])
        assert json.loads(methods) == wanted["rental_methods"]
        assert (json.loads(services) if services else None) == wanted.get("eightd_station_services")
    assert read(staged.files, "count(*) filter (capacity = 0), count(eightd_station_services)") == [(12, 21)]
    assert read(staged.files, "distinct feed_updated_at") == [(datetime.fromtimestamp(1_562_342_014, UTC),)]


def test_the_state_of_a_station_is_that_of_the_moment_of_the_feed(lake: Lake) -> None:
    staged = ingest_published(lake, "bike_station_status", new_york_folder() / STATUS)
    states = {state["station_id"]: state for state in feed(STATUS)["data"]["stations"]}

    assert (staged.rows_accepted, staged.rejects.cells) == (845, 0)
    assert read(staged.files, "distinct snapshot_at") == [(datetime(2019, 7, 5, 15, 54, 17, tzinfo=UTC),)]
    columns = "station_id, num_bikes_available, num_docks_disabled, is_installed, is_renting, last_reported_at"
    for code, bikes, docks, installed, renting, reported in read(staged.files, columns):
        wanted = states[code]
        assert (bikes, docks) == (wanted["num_bikes_available"], wanted["num_docks_disabled"])
        assert (installed, renting) == (wanted["is_installed"] == 1, wanted["is_renting"] == 1)
        never = wanted["last_reported"] == 18_001
        assert reported == (None if never else datetime.fromtimestamp(wanted["last_reported"], UTC))
    assert read(staged.files, "count(*) - count(last_reported_at)") == [(15,)]
    assert read(staged.files, "count(*)", "not is_installed") == [(16,)]


def test_every_snapshot_stays_and_one_that_comes_again_changes_nothing(lake: Lake) -> None:
    contract, town = CONTRACTS["bike_station_status"], city(source("*.json", dataset="bike_station_status"))
    first = feed(STATUS)
    lake.put("station_status.json", json.dumps(first))
    lake.night(contract, town)
    lake.put("station_status.json", json.dumps({**first, "last_updated": first["last_updated"] + 60}))
    lake.night(contract, town)
    lake.put("again.json", json.dumps(first))
    again = lake.night(contract, town)

    assert [delivery.status for delivery in again.deliveries] == ["refused"]
    assert lake.rows(contract, "snapshot_at, count(*)", "true group by all") == [
        (datetime.fromtimestamp(first["last_updated"] + later, UTC), 845) for later in (0, 60)
    ]


def spoilt(old: str, new: str) -> str:
    """The published feed with other words."""
    return (new_york_folder() / STATUS).read_text().replace(old, new)


def around(stations: object) -> str:
    """A feed with something in place of its stations."""
    return json.dumps({"last_updated": 1, "data": {"stations": stations}})


FEEDS_OF_ANOTHER_SHAPE = {
    "not JSON": lambda: spoilt("}", ""),
    "the feed has no field `last_updated`; there: nothing with a name": lambda: "[]",
    "the feed has no field `last_updated`; there: `updated`": lambda: spoilt("last_updated", "updated"),
    "the feed has no `data`; there: `last_updated`, `ttl`": lambda: spoilt('"data"', '"payload"'),
    "`data` has no `stations`; there: `docks`": lambda: spoilt('"stations"', '"docks"'),
    "`data.stations` is no list": lambda: around({}),
    "`data.stations` holds no record": lambda: around([]),
    "record 2 of `data.stations` is no object": lambda: around([{}, 7]),
    "1 required column.s. missing: 'is_renting'": lambda: spoilt('"is_renting"', '"renting"'),
}


@pytest.mark.parametrize("words", FEEDS_OF_ANOTHER_SHAPE)
def test_a_feed_of_another_shape_is_refused_with_words_that_name_the_place(lake: Lake, words: str) -> None:
    path = lake.put("station_status.json", FEEDS_OF_ANOTHER_SHAPE[words]())

    with pytest.raises(UnreadableFile, match=words) as caught:
        lake.ingest(CONTRACTS["bike_station_status"], path)

    assert caught.value.hint
