"""New York's air, stations and lifts as the lake takes them in."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal

from tests.integration.new_york_files import DISTRICTS, new_york_folder
from tests.integration.published_files import needs, records
from tests.integration.published_ingest import CONTRACTS, ingest_published
from tests.unit.deliveries import Lake, read

pytestmark = needs("nyc")

AIR = "air_quality_nyccas/Air_Quality.csv"
STATIONS = "subway_stations_mta/df1_station_master.csv"
LIFTS = "elevator_availability_mta/df3_availability.csv"


def test_air_keeps_kind_of_area_period_and_both_spellings_of_a_unit(lake: Lake) -> None:
    staged = ingest_published(lake, "air_quality_nyccas", new_york_folder() / AIR)
    rows = list(records(new_york_folder() / AIR))

    assert (staged.rows_accepted, staged.rejects.by_rule, staged.cells_rounded) == (16_218, {}, 0)
    assert dict(read(staged.files, "geo_type, count(*)", "true group by all")) == {
        "UHF34": 3_128, "UHF42": 6_300, "CD": 5_900, "Borough": 740, "Citywide": 150
    }  # fmt: skip
    units = dict(read(staged.files, "unit_source, count(*)", "true group by all"))
    assert units == Counter(row["Measure Info"] for row in rows)
    assert (units["mcg/m3"], units["\N{MICRO SIGN}g/m3"]) == (5_499, 406)
    assert read(staged.files, "count(distinct period_label), min(period_start_date), max(period_start_date)") == [
        (50, date(2005, 1, 1), max(_american(row["Start_Date"]) for row in rows))
    ]
    at = "indicator_id = 365 and measure = 'Mean' and geo_type = 'CD' and period_label = 'Annual Average 2019'"
    found = dict(read(staged.files, "cast(geo_id as varchar), value", at))
    assert found == {
        row["Geo Join ID"]: Decimal(row["Data Value"])
        for row in rows
        if (row["Indicator ID"], row["Measure"], row["Geo Type Name"], row["Time Period"])
        == ("365", "Mean", "CD", "Annual Average 2019")
    }
    assert sorted(found) == DISTRICTS


def _american(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def test_every_station_has_its_place_complex_and_access(lake: Lake) -> None:
    staged = ingest_published(lake, "subway_stations_mta", new_york_folder() / STATIONS)
    rows = {row["GTFS Stop ID"]: row for row in records(new_york_folder() / STATIONS)}

    assert (staged.rows_accepted, staged.rejects.cells) == (496, 0)
    columns = "gtfs_stop_id, station_id, complex_id, lat, lon, ada, is_cbd, daytime_routes, ada_notes"
    for stop, station, complex_id, lat, lon, ada, cbd, routes, notes in read(staged.files, columns):
        row = rows[stop]
        assert (station, complex_id, ada) == (int(row["Station ID"]), int(row["Complex ID"]), int(row["ADA"]))
        assert (lat, lon) == (float(row["GTFS Latitude"]), float(row["GTFS Longitude"]))
        assert (cbd, routes, notes) == (row["CBD"] == "true", row["Daytime Routes"], row["ADA Notes"] or None)
    assert read(staged.files, "count(distinct complex_id), count(*) filter (ada = 2)") == [(445, 8)]
    assert read(staged.files, "station_id", "true group by all having count(*) > 1") == [(151,), (167,), (461,)]


def test_lifts_have_their_hours_and_months(lake: Lake) -> None:
    staged = ingest_published(lake, "elevator_availability_mta", new_york_folder() / LIFTS)
    with (new_york_folder() / LIFTS).open(newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert (staged.rows_accepted, staged.cells_rounded, staged.rejects.cells) == (18_780, 0, 0)
    assert read(staged.files, "count(distinct equipment_code), count(distinct month_date)") == [(391, 53)]
    assert read(staged.files, "count(*) - count(months_since_improvement)") == [(2_619,)]
    hours = {(row["Equipment Code"], row["Month"][6:] + "-" + row["Month"][:2]): row for row in rows}
    columns = "equipment_code, strftime(month_date, '%Y-%m'), h24_available_h, h24_total_h, am_available_h"
    for code, month, available, total, peak in read(staged.files, columns):
        row = hours[code, month]
        texts = (row["24-Hour Hours Available"], row["24-Hour Total Hours"], row["AM Peak Hours Available"])
        assert (available, total, peak) == tuple(map(Decimal, texts))


def test_another_edition_may_have_escalators_longer_fractions_and_more_hours_than_there_were(lake: Lake) -> None:
    contract = CONTRACTS["elevator_availability_mta"]
    lines = (new_york_folder() / "elevator_availability_mta/2023_opendata.csv").read_text().splitlines()
    broken = lines[2].replace("730.0333333333333", "745.5")
    assert broken != lines[2]

    staged = lake.ingest(contract, lake.put("2023.csv", "\n".join([*lines[:2], broken, *lines[3:]]) + "\n"))

    assert staged.rejects.by_rule == {"more_than_all": 1}
    assert staged.rows_read == 7_548
    assert read(staged.files, "distinct equipment_type") == [("Elevator",), ("Escalator",)]


def test_a_station_without_a_place_and_one_whose_place_is_turned_round(lake: Lake) -> None:
    lines = (new_york_folder() / STATIONS).read_text().splitlines()
    turned = lines[1].replace('"40.775036","-73.912034"', '"-73.912034","40.775036"')
    nowhere = lines[2].replace('"40.770258","-73.917843"', '"",""')

    path = lake.put("stations.csv", "\n".join([lines[0], turned, nowhere, *lines[3:]]) + "\n")
    staged = lake.ingest(CONTRACTS["subway_stations_mta"], path)

    assert staged.rejects.by_rule == {"swapped_coordinates": 1}
    assert read(staged.files, "lat, lon", "gtfs_stop_id = 'R03'") == [(None, None)]
