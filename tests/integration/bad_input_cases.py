"""Everything wrong with a delivery that a table of docs/bad-input.md tells of: the files, and what must become of them.

Each case is a source entry of its own in a town of two districts, so that one night can take them all.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from lake.sample.requests import COLUMNS
from tests.integration.bad_input_tables import health_figures, life_table, projections
from tests.integration.bad_input_workbooks import beds, formula, merged_cells, moved_header, notes
from tests.integration.feeds import FEED

REFUSED, TAKEN, ONCE = "the delivery is refused", "taken in", "taken in once; the other name is nothing new"
NOTICED = "taken in with a notice"
POPULATION, AIR, CRIME, OUTLINES = (
    "population_borough", "air_quality_laqn", "crime_mps_dashboard_borough", "boundaries_boroughs",
)  # fmt: skip
BIKES, FEED_TIME = "bike_station_status", 1_388_534_400
METERS, AGES, BEDS, GOOD = "energy_lcl_halfhourly_official", "ward_age", "nursing_home_beds", "ward_health"
REQUESTS = "service_requests_311"
AREAS = {"T0": "Town", "T1": "North", "T2": "South"}


@dataclass(frozen=True)
class Case:
    """Files of one source entry, below `folder` in it. `says` is a pattern that the message holds; where the entry is a
    `bundle`, that about the file of `dataset`."""

    name: str
    given: str
    dataset: str
    files: Mapping[str, bytes]
    outcome: str
    says: str = ""
    folder: str = ""
    bundle: str = ""

    @property
    def exit_code(self) -> int:
        """What a night returns in which nothing else goes wrong."""
        return 3 if self.outcome == REFUSED else 0


def rejected(number: int, of: int, what: str = "rows") -> str:
    """The outcome of a file of which some rows, or cells, are rejected."""
    return f"{number} of {of} {what} rejected, the others taken in"


def _csv(rows: list[list[object]], *, delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(map(str, row)) + end for row in rows)


HEADER: list[object] = [
    "Code", "Name", "Year", "Source", "Population", "Inland_Area _Hectares", "Total_Area_Hectares",
]  # fmt: skip
PEOPLE: list[list[object]] = [
    [code, name, year, "estimate", 1000 + year, 50, 60] for code, name in AREAS.items() for year in range(2003, 2015)
]
TEXT = _csv([HEADER, *PEOPLE])
LAST = _csv([PEOPLE[-1]])


def _with(row: list[object], *more: list[object]) -> bytes:
    return _csv([HEADER, *PEOPLE[:-1], row, *more]).encode()


def _changed(place: int, value: object) -> bytes:
    row = list(PEOPLE[-1])
    row[place] = value
    return _with(row)


def _more_column(name: str) -> str:
    return _csv([[*row, "x" if number else name] for number, row in enumerate((HEADER, *PEOPLE))])


def _permuted(row: list[object]) -> list[object]:
    return [*row[:4], row[5], row[4], row[6]]


def _readings(*days: str) -> bytes:
    hours = [[f"N1,NO2,{day} {hour:02}:00,{hour},ug m-3,P"] for day in days for hour in range(24)]
    return _csv([["Site,Species,ReadingDateTime,Value,Units,Provisional or Ratified"], *hours]).encode()


def _offences(months: Mapping[str, list[int]]) -> bytes:
    columns = {"majortext": ["THEFT", "ROBBERY"], "minortext": ["A", "B"], "boroughname": ["North", "South"]}
    target = io.BytesIO()
    pq.write_table(pa.table({**columns, **months}), target)
    return target.getvalue()


def _outlines() -> bytes:
    def square(place: int) -> dict[str, object]:
        ring = [[place + x, y] for x, y in ((0, 0), (0, 9), (9, 9), (9, 0), (0, 0))]
        return {"type": "Polygon", "coordinates": [ring]}

    features = [
        {"type": "Feature", "geometry": square(10 * place), "properties": {
            "GSS_CODE": code, "NAME": AREAS[code], "HECTARES": 1, "NONLD_AREA": 0, "ONS_INNER": "T"}}
        for place, code in enumerate(("T1", "T2"))
    ]  # fmt: skip
    crs = {"type": "name", "properties": {"name": "EPSG:27700"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def _day(day: str) -> bytes:
    header = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped"
    rows = [f"MAC000001,Std,{day} {hour:02}:00:00.0000000, 0.1 ,ACORN-A,Affluent" for hour in range(24)]
    return "\n".join([header, *rows, ""]).encode()


def _ages(name: str) -> str:
    wards = [[f"W{number}", "North", name, 20, 60, 20] for number in range(20)]
    return _csv([["New_Code", "Borough", "Names", "Aged_0_15", "Aged_16_64", "Aged_Over65"], *wards])


def _feed(name: str, given: str, content: str, outcome: str, says: str = "") -> Case:
    return Case(name, given, BIKES, {"feed.json": content.encode()}, outcome, says)


def _states(*odd: object) -> str:
    state = {"num_bikes_available": 3, "num_docks_available": 9, "is_installed": 1, "is_renting": 1, "is_returning": 1}
    states = [{"station_id": str(number), "last_reported": FEED_TIME, **state} for number in range(40)]
    return json.dumps({"last_updated": FEED_TIME, "data": {"stations": [*states, *odd]}})


def _requests(first_closed: str) -> bytes:
    rows = [{"unique_key": n, "created_date": f"2024-05-{n:02}T09:00:00.000", "agency": "WKS",
             "closed_date": "" if n > 1 else first_closed} for n in range(1, 31)]  # fmt: skip
    return _csv([list(COLUMNS), *([row.get(name, "") for name in COLUMNS] for row in rows)]).encode()


def _people(name: str, given: str, content: bytes | str, outcome: str, says: str = "") -> Case:
    data = content if isinstance(content, bytes) else content.encode()
    return Case(name, given, POPULATION, {"people.csv": data}, outcome, says)


def _beds(name: str, given: str, content: bytes, outcome: str, says: str = "") -> Case:
    return Case(name, given, BEDS, {"beds.xlsx": content}, outcome, says)


SHORT = "T2,South,2014,esti"
GOOD_FILE = _csv([["GEO_CODE", "population", "bad_very_bad_health"], *([f"W{n}", 100 + n, n] for n in range(20))])

FRAME = [
    _people("no_column", "a required column is missing", TEXT.replace("Year", "Jahr"), REFUSED,
            r"1 required column\(s\) missing: 'Year'; the file has 7 columns, among them 'Code', 'Name', 'Jahr'"),
    _people("delimiter", "another delimiter", TEXT.replace(",", ";"), REFUSED,
            "fields are separated by a semicolon; the contract's delimiter is a comma"),
    _people("empty", "an empty file", b"", REFUSED, "the file is empty"),
    _people("header_only", "a header and nothing else", _csv([HEADER]), REFUSED, "holds a header and no record"),
    _people("binary", "a binary file", bytes(range(256)) * 8, REFUSED, "the file is binary, not text"),
    _people("gzip", "a compressed file", gzip.compress(TEXT.encode()), REFUSED, "the file is a gzip archive, not text"),
    _people("workbook", "an Excel workbook under the name of a text", b"PK\x03\x04" + bytes(200), REFUSED,
            "the file is a zip archive or an Excel workbook, not text"),
    _people("web_page", "a web page that asks to log in", "<!DOCTYPE html><html><body>Log in</body></html>", REFUSED,
            "the file is a web page"),
    _people("column_twice", "two columns of one name", _more_column("Year"), REFUSED,
            "more than one column named 'Year'"),
    Case("folder", "a folder in place of the file: what lies in it counts", POPULATION, {"part.csv": TEXT.encode()},
         TAKEN, folder="people.csv"),
]  # fmt: skip
CUT = [
    _people("open_quote", "cut inside a quoted field", TEXT + 'T2,"Sou', REFUSED,
            "a quote is opened and not closed until the end of the file"),
    _people("short_end", "cut inside the last record", TEXT + SHORT, REFUSED,
            "the last record has 4 of 7 fields and no line end: it was cut off"),
    _people("short_end_cr", "the same where lines end in CR only", (TEXT + SHORT).replace("\n", "\r"), REFUSED,
            "the last record has 4 of 7 fields and no line end: it was cut off"),
    _people("short_end_quoted", "the same in a file with quotes", (TEXT + SHORT).replace("North", '"North"'), REFUSED,
            "the last record has 4 of 7 fields and no line end: it was cut off"),
    _people("half_character", "cut inside a character", (TEXT + "T2,Südstad").encode() + b"\xc3", REFUSED,
            "the file ends in the middle of a character: it was cut off"),
    Case("half_parquet", "a parquet file that is cut", CRIME,
         {"crime.parquet": _offences({"202401": [3, 5]})[:-40]}, REFUSED, "not a readable parquet file"),
    Case("half_geojson", "a GeoJSON file that is cut", OUTLINES, {"outlines.geojson": _outlines()[:-40]}, REFUSED,
         "not JSON"),
    _people("short_row", "a short record elsewhere", TEXT + SHORT + "\n" + _csv([["T0", "Town", 2015, "", 9, 5, 6]]),
            rejected(1, 38), "wrong_columns: the record has too few or too many fields"),
    _people("no_line_end", "a whole last record without a line end", TEXT.rstrip("\n"), TAKEN),
    _people("mixed_ends", "lines that end in LF and in CRLF", TEXT.replace("\n", "\r\n", 20), TAKEN),
    _people("lone_cr", "lines that end in LF and in CR", TEXT.replace("\n", "\r", 30).replace("\r", "\n", 20), REFUSED,
            "lines may end in more than one way"),
    _people("stray_quote", "a quote in the middle of a field", TEXT.replace("South", 'So"uth', 1), REFUSED,
            "a quote is opened and not closed"),
    _people("nul", "a NUL byte in a text", TEXT.replace("South", "So\0uth", 1), REFUSED,
            "line 26 holds the byte 0x00: the file is not text"),
    _people("long_line", "one line of 20 MB", TEXT + "x" * 20_000_000, REFUSED,
            "a line is longer than 2,000,000 bytes"),
]  # fmt: skip
FEEDS = [
    _feed("half_feed", "a JSON feed that is cut", _states()[:-40], REFUSED, "not JSON: .*was the file cut off"),
    _feed("feed_without_list", "a feed whose list of records has another name", _states().replace("stations", "docks"),
          REFUSED, "`data` has no `stations`; there: `docks` .if the publisher moved the records, put `records`"),
    _feed("feed_without_time", "a feed without its time", _states().replace("last_updated", "time"), REFUSED,
          "the feed has no field `last_updated`; there: `time`, `data`"),
    _feed("empty_feed", "a feed without a record", json.dumps({"last_updated": FEED_TIME, "data": {"stations": []}}),
          REFUSED, "`data.stations` holds no record"),
    _feed("record_is_none", "a record of a feed that is no object", _states("closed"), REFUSED,
          "record 41 of `data.stations` is no object"),
    _feed("field_renamed", "a field that all records have under another name", _states().replace("is_renting", "rents"),
          REFUSED, r"1 required column\(s\) missing: 'is_renting'"),
    _feed("no_station", "a record of a feed without its key", _states({"last_reported": FEED_TIME}),
          rejected(1, 41), "null_station_id"),
]  # fmt: skip
ENCODINGS = [
    _people("utf_16", "UTF-16", TEXT.encode("utf-16"), REFUSED, "the file is UTF-16 .*, not UTF-8"),
    _people("utf_16_bare", "UTF-16 without a mark", TEXT.encode("utf-16-be"), REFUSED,
            r"the file is UTF-16 \(big-endian\), not UTF-8"),
    _people("latin_1", "Latin-1", TEXT.replace("South", "Süd").encode("latin-1"), REFUSED,
            r"the file is Latin-1 \(ISO 8859-1\), not UTF-8: line 26 holds the byte 0xfc"),
    _people("windows_1252", "Windows-1252", TEXT.replace("South", "South €").encode("cp1252"), REFUSED,
            "the file is Windows-1252, not UTF-8"),
    Case("allowed", "Latin-1 where the contract allows Windows-1252", AGES,
         {"ages.csv": _ages("Süd").encode("latin-1")}, TAKEN),
]  # fmt: skip
VALUES = [
    _people("swapped", "two columns swapped, names and values", _csv([_permuted(row) for row in (HEADER, *PEOPLE)]),
            TAKEN),
    _people("swapped_values", "the values of two columns swapped, not their names",
            _csv([HEADER, *map(_permuted, PEOPLE)]), REFUSED,
            r"36 of 36 records rejected \(100.0%\), the contract allows 5.0%: shifted 36"),
    _people("impossible", "an impossible value", _changed(4, -5), rejected(1, 36),
            "impossible: neither residents nor areas can be below zero"),
    _people("unknown_area", "a code of no area of the city", _changed(0, "T9"), rejected(1, 36),
            "unknown_area: the code is neither an area of the city nor one of the other areas"),
    _people("other_area", "a code among the contract's `otherAreas`", _changed(0, "E13000001"), TAKEN),
    Case("future", "days to come in an observed column", AIR, {"air.csv": _readings(
        *(f"{day:02}/01/2018" for day in range(1, 31)), "01/01/2999")}, rejected(24, 744),
        "future_date: what is said to be observed lies in the future"),
    Case("future_cells", "months to come in a wide file", CRIME,
         {"crime.parquet": _offences({"202401": [3, 5], "299901": [4, 6]})}, rejected(2, 4, "cells"),
         "future_date: what is said to be observed lies in the future"),
    _people("projection", "years to come in a column of projections", _changed(2, 2099), TAKEN),
    Case("closed_too_soon", "a request that closes before it opens", REQUESTS,
         {"requests.csv": _requests("2024-05-01T08:59:59.000")}, rejected(1, 30),
         "closed_before_created: the request closes before it opens; the publisher must say which of the two times is"),
    Case("impossible_cells", "an impossible value in a wide file", CRIME,
         {"crime.parquet": _offences({"202402": [-3, 5], "202403": [4, 6]})}, rejected(1, 4, "cells"),
         "bad_value: what stands in 202402 does not parse, is impossible or is missing"),
    _people("extra_column", "a column more than the contract knows", _more_column("new"), NOTICED,
            "people.csv came with columns that the contract does not know, which were left out: 'new'"),
]  # fmt: skip
WORKBOOKS = [
    _beds("moved_header", "the names of the columns in another row", beds(moved_header), REFUSED,
          "sheet 'nycity': the names of the columns stand in row 4, not in row 1"),
    _beds("renamed_sheet", "a sheet renamed", beds(sheet="New York City"), REFUSED,
          "the workbook has no sheet 'nycity'; its sheets are 'Sheet', 'New York City'"),
    _beds("merged_cells", "merged cells in the data", beds(merged_cells), REFUSED,
          "sheet 'nycity': the cells P4:P5 are merged: which rows and columns their value is for cannot be told"),
    _beds("formula", "a formula in place of a value", beds(formula), REFUSED,
          "sheet 'nycity': there is a formula and no value in P6"),
    _beds("text_as_workbook", "a text under the name of a workbook", TEXT.encode(), REFUSED,
          "the file is text, not an Excel workbook"),
    _beds("half_workbook", "a workbook that is cut", beds()[:-40], REFUSED, "not a readable Excel workbook"),
    _beds("notes", "blank rows and footnotes below the data", beds(notes), TAKEN),
]  # fmt: skip
TWICE = [
    Case("one_identity", "the same bytes under another name of one identity", METERS,
         {"lcl_2015-01-05.csv": _day("2015-01-05"), "lcl_2015-01-05_r2.csv": _day("2015-01-05")}, ONCE),
    Case("two_identities", "the same bytes under another identity", POPULATION,
         {"2014.csv": TEXT.encode(), "copy of 2014.csv": TEXT.encode()}, REFUSED,
         r"the same bytes as 2014\.csv \(delivery .*\), which stands under another identity"),
    Case("both_meant", "the same where the contract says `sameBytes: accept`", AGES,
         {"a.csv": _ages("One").encode(), "b.csv": _ages("One").encode()}, TAKEN),
]  # fmt: skip
MORTALITY, HEALTH, VARIANTS = "life_table_single_years", "health_survey_abridged", "population_projections"
TABLES = [
    Case("above_one", "a life table with a probability above 1", MORTALITY, {"life.csv": life_table({40: "1.2"})},
         REFUSED, r"\(life\.csv\): no_age_missing fails: .* geo Town, year 2021, sex female, missing_age 40"),
    Case("no_age", "a life table without an age in the middle", MORTALITY, {"life.csv": life_table(without=[70])},
         REFUSED, r"missing_age 70\. Why it matters: .* ask the publisher for the whole table"),
    Case("ends_early", "a life table that ends early", MORTALITY, {"life.csv": life_table(without=range(60, 101))},
         REFUSED, r"reaches_old_age fails: .* last_age 59\. .* Was the file cut off"),
    Case("no_group", "deaths by age group without a group in the middle", HEALTH,
         {"town_women_2014.csv": health_figures(without=[45])}, REFUSED,
         r"\(town_women_2014\.csv\): no_group_missing fails: .* sex women, age 40, next_age 50\. .* add the group"),
    Case("years_added", "the deaths of several years by the residents of one", HEALTH,
         {"town_women_2014.csv": health_figures(deaths_of=3)}, REFUSED,
         r"probability_at_most_one fails: .* age 80, probability 1\..* are these the deaths of several years"),
    Case("per_cent", "shares in per cent", HEALTH, {"town_women_2014.csv": health_figures(share=0.2)}, REFUSED,
         r"no_share_missing fails: .* sex women, age 85.* Shares are from 0 to 1, not per cent"),
    Case("no_variant", "a projection with a missing variant", VARIANTS,
         {"north.csv": projections(without=("Zero migration", 2021))}, REFUSED,
         r"\(north\.csv\): every_variant fails: .* area T1, year 2021, missing_variant Zero migration.* whole file"),
    Case("no_persons", "a projection with an age without a number", VARIANTS, {"north.csv": projections(lost_age=30)},
         REFUSED, r"every_age fails: .* 16 rows, e\.g\. area T1, year 2021, projection High fert.* missing_age 30"),
    Case("whole_projection", "a projection with all variants, years and ages", VARIANTS, {"north.csv": projections()},
         TAKEN),
]  # fmt: skip


def _feed(name: str, given: str, dataset: str, outcome: str, says: str = "", **changed: str | None) -> Case:
    texts = {file: changed.get(file.removesuffix(".txt"), text) for file, text in FEED.items()}
    files = {file: text.encode() for file, text in texts.items() if text is not None}
    return Case(name, given, dataset, files, outcome, says, bundle="gtfs")


CALLS, TRIPS = FEED["stop_times.txt"], FEED["trips.txt"]
BUNDLES = [
    _feed("no_calendar", "a timetable without calendar", "gtfs_calendar_dates", TAKEN, calendar=None, trips=(
        TRIPS.replace(",w,", ",x,"))),
    _feed("no_days", "a timetable without calendar and exceptions", "gtfs_trips", REFUSED,
          r"no file says on which days a service runs: without calendar\.txt and calendar_dates\.txt",
          calendar=None, calendar_dates=None),
    _feed("no_calls", "a timetable without a required file", "gtfs_trips", REFUSED,
          r"stop_times\.txt is missing in no_calls", stop_times=None),
    _feed("no_frequencies", "a timetable without a file that may be absent", "gtfs_trips", TAKEN, frequencies=None),
    _feed("empty_frequencies", "a file of a timetable with a header and nothing else", "gtfs_frequencies", TAKEN,
          frequencies="trip_id,start_time,end_time,headway_secs\n"),
    _feed("unknown_route", "a trip of a route that does not exist", "gtfs_trips", REFUSED,
          r"trips\.txt: a trip of a route that is not in routes\.txt: trip_id t2, route_id Z",
          trips=TRIPS.replace("R,w,t2", "Z,w,t2")),
    _feed("unknown_service", "a trip of a service that does not exist", "gtfs_trips", REFUSED,
          r"trip_id t2, service_id v", trips=TRIPS.replace("R,w,t2", "R,v,t2")),
    _feed("unknown_trip", "a call of a trip that does not exist", "gtfs_stop_times", REFUSED,
          r"trip_id t9, stop_sequence 1 ", stop_times=CALLS.replace("t2,23:50:00,23:50:00", "t9,23:50:00,23:50:00")),
    _feed("unknown_stop", "a call at a stop that does not exist", "gtfs_stop_times", REFUSED,
          r"trip_id t2, stop_sequence 3, stop_id Y", stop_times=CALLS.replace("25:10:00,D", "25:10:00,Y")),
    _feed("out_of_order", "a stop time out of order", "gtfs_stop_times", REFUSED,
          r"stop_times\.txt: a call before the one that it follows, or that ends before it begins: trip_id t2, "
          r"stop_sequence 3 \(ask the publisher", stop_times=CALLS.replace("25:10:00", "01:10:00")),
    _feed("no_first_time", "a trip whose first call has no time", "gtfs_stop_times", REFUSED,
          r"trip_id t4, stop_sequence 1 ", stop_times=CALLS.replace("t4,08:00:00,08:00:00", "t4,,")),
    _feed("no_time", "a time that is none", "gtfs_stop_times", REFUSED,
          r"1 of 15 records rejected .*: bad_arrival_s 1", stop_times=CALLS.replace("t4,08:00:00", "t4,08:60:00")),
    _feed("companion", "a sound file beside one that is refused", "gtfs_stops", REFUSED,
          r"refused together with trips\.txt", trips=TRIPS.replace("R,w,t2", "Z,w,t2")),
]  # fmt: skip
SQUARE: dict[str, object] = {"type": "Polygon", "arcs": [[0]]}


def _zones(
    name: str, given: str, second: Mapping[str, object], outcome: str, says: str, called: str = "zone-weeded"
) -> Case:
    geometries = [{**one, "properties": {"zone": zone}} for zone, one in enumerate((SQUARE, second))]
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "arcs": [[[0, 0], [0, 9], [9, 0], [-9, -9]]],
        "objects": {called: {"type": "GeometryCollection", "geometries": geometries}},
    }
    return Case(name, given, "evacuation_zones", {"zone.json": json.dumps(topology).encode()}, outcome, says)


MAPS = [
    _zones("arc_out_of_range", "an arc that is not there", {"type": "Polygon", "arcs": [[-3]]}, REFUSED,
           "geometry 2 of `zone-weeded` names arc -3, but there are 1 arcs"),
    _zones("no_object", "an object under another name", SQUARE, REFUSED,
           "no object `zone-weeded` in the topology; there: `zones`", called="zones"),
    _zones("no_outline", "an evacuation zone without a polygon", {"type": None}, REFUSED,
           "1 of 2 records rejected .*null_geometry 1"),
    _zones("no_ring", "an evacuation zone whose polygons are none", {"type": "MultiPolygon", "arcs": []}, REFUSED,
           "1 of 2 records rejected .*bad_geometry 1"),
    Case("no_topology", "a GeoJSON file where TopoJSON is due", "evacuation_zones", {"zone.json": _outlines()}, REFUSED,
         "not a TopoJSON topology"),
]  # fmt: skip
CUT_ON_ITS_WAY = Case(
    "smaller", "smaller than announced by its server", POPULATION, {"people.csv": TEXT.encode()}, REFUSED,
    "the file is smaller than announced: .* of 1,[0-9]{3} bytes came: it was cut off",
)  # fmt: skip
SECTIONS = {
    "The file is not what it should be": FRAME,
    "The file is cut, or its lines are broken": [CUT_ON_ITS_WAY, *CUT],
    "The encoding": ENCODINGS,
    "Columns and values": VALUES,
    "JSON feeds": FEEDS,
    "Excel workbooks": WORKBOOKS,
    "Maps in TopoJSON": MAPS,
    "Life tables, health figures and projections": TABLES,
    "The same bytes again": TWICE,
    "Files that come together": BUNDLES,
}
