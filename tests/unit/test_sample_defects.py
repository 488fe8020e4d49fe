"""Every defect that real files have stands in the sample's bytes, in the file where a reader must cope with it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lake.sample import write_sample

BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, 120, 35)
    return out


def text_of(sample: Path, pattern: str) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(sample.glob(pattern)))


def test_profiles_have_a_byte_order_mark_and_line_ends_of_one_carriage_return(sample: Path) -> None:
    content = text_of(sample, "borough_profiles/*.csv")
    assert content.startswith(BOM + b"Code,Area_name,")
    assert b"\n" not in content
    assert content.count(b"\r") == 14
    assert not content.endswith(b"\r")


def test_bus_stops_end_with_ctrl_z_and_hold_line_ends_inside_quotes(sample: Path) -> None:
    content = text_of(sample, "bus_stops_tfl/bus-stops.csv")
    assert content.startswith(BOM)
    assert content.endswith(b"\r\n\x1a")
    assert re.search(rb',"4900\d{5}[A-Z]\r\n",', content)
    assert b",NONE," in content
    assert b"\r\n.," in content


def test_one_household_file_has_its_header_glued_to_the_first_row(sample: Path) -> None:
    starts = [path.read_bytes()[:40] for path in sorted(sample.glob("energy_lcl_smartmeter/MAC*.csv"))]
    glued = [start for start in starts if re.match(rb",mac,datetime,kwhh\d+,MAC", start)]
    assert len(glued) == 1
    assert sum(start.startswith(b",mac,datetime,kwhh\r\n") for start in starts) == 1


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        ("energy_lcl_smartmeter/lcl_*.csv", rb"0000000, \d+\.\d{3} ,ACORN"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb",Null,ACORN"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb", -\d+\.\d{3} ,"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb", [1-9]\d\.\d{3} ,"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb",not a date,"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb", \d+\.\d{3} \r\n"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb",surplus\r\n"),
        ("energy_lcl_smartmeter/lcl_*.csv", rb"\r\n\r\n,,,,,\r\n"),
        ("energy_lcl_smartmeter/MAC*.csv", rb"\n\n\d"),
        ("energy_lcl_smartmeter/MAC*.csv", rb",Null\r?\n"),
        ("energy_lcl_smartmeter/MAC*.csv", rb",2015-02-30 25:10:00,"),
        ("air_quality_laqn/LaqnData.csv", rb",31/02/2014 05:00,"),
        ("air_quality_laqn/LaqnData.csv", rb"\d\d:00,,ug"),
        ("air_quality_laqn/LaqnData.csv", rb",-0\.40000,"),
        ("population_borough/*.csv", rb',"\d+,\d{3}",'),
        ("borough_profiles/*.csv", rb',"\d+,\d{3}",'),
        ("police_street_brightwater/*.csv", rb"\n,,,,,,,,,,,\r?\n"),
        ("ambulance_incidents/*.csv", rb"^\xef\xbb\xbfCode,Borough,Jul 2012,"),
        ("ambulance_incidents/*.csv", rb"\r\n,Total,\d[^\r]*\r\n,{32}$"),
        ("ambulance_incidents/*.csv", rb",Saltmarket,[^\r]*,,"),
        ("adult_social_care/*.csv", rb"^\xef\xbb\xbfONS_Code,[^\n]*,not known,[^\n]*[^\r]$"),
        ("price_index_ukhpi/old-harbour.csv", rb"(?m),,,,,,,,,\d.*-01$"),
        ("price_index_ukhpi/*.csv", rb",2015-01,,monthly,100\.0,"),
        ("price_paid/old_harbour_raw.csv", rb'linked_data_uri"'),
        ("price_paid/greenholm_estate.csv", rb'linked_data_uri\n"'),
        ("price_paid/pp-*.csv", rb'^"\{[0-9A-F-]{36}\}","\d+","20\d\d-\d\d-\d\d 00:00",'),
        ("price_paid/pp-monthly-update-2015-01.csv", rb'"A","C"\r\n.*"A","D"\r\n$'),
        ("price_paid/*.csv", rb'"2014-02-30'),
        ("timetable_trams/stop_times.txt", rb",24:0\d:00,24:0\d:00,"),
        ("timetable_trams/stop_times.txt", rb"_0,,,Lantern Street,21,\r\n"),
        ("timetable_trams/stops.txt", rb",wheelchair_accessible\r\n"),
        ("transit_stations/*.geojson", "Île aux Phoques".encode()),
        ("transit_stations/*.geojson", rb'"railway": "subway_entrance"'),
        ("ward_wellbeing/*.csv", rb",Bayview,Kingsmead,[^\r]*,\r"),
        ("ward_wellbeing/*.csv", rb",Old_Harbour,"),
    ],
)
def test_the_bytes_hold_the_defect(sample: Path, pattern: str, expression: bytes) -> None:
    assert re.search(expression, text_of(sample, pattern))


def test_truth_counts_each_kind_of_defect(sample: Path) -> None:
    files: dict[str, dict[str, Any]] = json.loads((sample / "truth.json").read_text())["files"]
    kinds: dict[str, set[str]] = {}
    for entry in files.values():
        kinds.setdefault(entry["dataset"], set()).update(kind for kind, count in entry["defects"].items() if count)
    rows = {"short_row", "long_row", "duplicate_equal", "duplicate_conflicting"}
    for dataset in ("energy_lcl_smartmeter", "energy_lcl_register", "air_quality_laqn", "population_borough",
                    "police_street", "bus_stops_tfl"):  # fmt: skip
        assert rows <= kinds[dataset], dataset
    official = {"null_value", "negative", "out_of_range", "other_day", "off_grid", "bad_timestamp", "bad_value"}
    assert official <= kinds["energy_lcl_halfhourly_official"]
    assert {"byte_order_mark", "carriage_return_line_ends", "bad_cell"} <= kinds["borough_profiles"]
    assert {"trailing_ctrl_z", "line_end_inside_quotes"} <= kinds["bus_stops_tfl"]
    assert {"total_row", "blank_row_of_commas", "blank_month"} <= kinds["ambulance_incidents"]
    assert {"carriage_return_line_ends", "bad_cell"} <= kinds["adult_social_care"] & kinds["ward_wellbeing"]
    assert {"glued_header", "lower_case_id", "bad_date"} <= kinds["price_paid"]
    assert {"no_header", "bad_cell", "duplicate_equal"} <= kinds["price_paid_bulk"]
    assert {"untimed", "after_midnight"} <= kinds["gtfs_stop_times"]
    assert {"taken_away", "added"} <= kinds["gtfs_calendar_dates"]
    assert {"short_row", "duplicate", "bad_cell"} <= kinds["crime_complaints"]
    assert {"duplicate", "bad_cell", "blank_row_of_commas"} <= kinds["evacuation_centers"]
    assert {"shared_name", "outside", "duplicate_conflicting"} <= kinds["transit_stations"]
    assert {"glued_header", "no_last_line_end", "padded_number"} <= kinds["energy_lcl_smartmeter"]


def test_where_both_layouts_differ_truth_names_the_reading(sample: Path) -> None:
    differs = json.loads((sample / "truth.json").read_text())["household_file_differs"]
    assert len(differs) == 4
    for entry in differs:
        stamp = entry["read_at"].encode()
        own = (sample / f"energy_lcl_smartmeter/{entry['household']}.csv").read_bytes()
        assert stamp + b"," + entry["household_file_kwh"].encode() in own
        day = (sample / f"energy_lcl_smartmeter/lcl_{entry['read_at'][:10]}.csv").read_bytes()
        line = next(x for x in day.split(b"\r\n") if x.startswith(entry["household"].encode()) and stamp in x)
        if b"Null" not in line:
            assert float(line.split(b",")[3]) == float(entry["official_kwh"])
