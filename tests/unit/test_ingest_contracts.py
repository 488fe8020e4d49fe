"""The packaged contracts over small hand-written files: which rows stay, which go, why, and from which line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from lake.contract import Contract, load_contracts
from lake.errors import CitylakeError
from lake.ingest.ingest import Staged
from tests.unit.deliveries import CITY, KEY, Lake, Rows, read

OFFICIAL = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped"


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts()


def rejected(staged: Staged) -> Rows:
    return read(staged.reject_files, "_source_row, rule_id")


def balanced(staged: Staged, read: int, accepted: int) -> bool:
    """Records read, accepted and rejected are these, and add up."""
    gone = staged.rejects.records + staged.rejects.no_data
    return (staged.rows_read, staged.rows_accepted, gone) == (read, accepted, read - accepted)


def test_official_rules_come_in_their_order_and_the_largest_duplicate_stays(
    lake: Lake, contracts: dict[str, Contract]
) -> None:
    def row(stamp: str, value: str, meter: str = "MAC000001", tail: str = ",ACORN-A,Affluent") -> str:
        return f"{meter},Std,{stamp}, {value} {tail}"

    lines = {
        row("2015-01-05 00:00:00.0000000", "0.1"): None,
        row("2015-01-05 00:00:00", "0.1"): "bad_timestamp",
        row("2015-02-30 00:00:00.0000000", "Null"): "bad_timestamp",
        row("2015-01-05 24:00:00.0000000", "0.1"): "bad_timestamp",
        row("2015-01-06 00:10:00.0000000", "Null"): "null_value",
        row("2015-01-06 00:10:00.0000000", "x"): "bad_value",
        row("2015-01-06 00:10:00.0000000", "NaN"): "bad_value",
        row("2015-01-06 00:10:00.0000000", "-0.001"): "negative",
        row("2015-01-06 00:10:00.0000000", "10.001"): "out_of_range",
        row("2015-01-06 00:10:00.0000000", "10"): "other_day",
        row("2015-01-05 00:10:00.0000000", "0.1"): "off_grid",
        row("2015-01-05 00:30:00.0000000", "0.1", tail=",ACORN-A"): "wrong_columns",
        row("2015-01-05 00:30:00.0000000", "0.1", tail=",ACORN-A,Affluent,"): "wrong_columns",
        row("2015-01-05 01:00:00.0000000", "0.2"): "duplicate",
        row("2015-01-05 01:00:00.0000000", "0.3"): None,
        row("2015-01-05 01:00:00.0000000", "0.3", " mac000001"): "duplicate",
        row("2015-01-05 01:00:00.0000000", "11"): "out_of_range",
        row("2015-01-05 01:30:00.0000000", "0"): None,
        row("2015-01-05 01:30:00.0000000", "0.1", "MAC000002"): None,
    }
    path = lake.put("lcl_2015-01-05.csv", "\n".join([OFFICIAL, *lines]))

    staged = lake.ingest(contracts["energy_lcl_halfhourly_official"], path, {"day": "2015-01-05"})

    assert rejected(staged) == [(number, rule) for number, rule in enumerate(lines.values(), start=2) if rule]
    assert balanced(staged, len(lines), 4)
    assert read(staged.files, "strftime(read_at, '%H:%M'), energy_kwh") == [
        ("00:00", Decimal("0.1")), ("01:00", Decimal("0.3")), ("01:30", Decimal(0)), ("01:30", Decimal("0.1")),
    ]  # fmt: skip
    assert staged.periods == (date(2015, 1, 5),)
    assert staged.newest_event_at == datetime(2015, 1, 5, 1, 30, tzinfo=UTC)


def test_an_official_file_of_many_days_has_one_file_per_day_and_no_other_day(
    lake: Lake, contracts: dict[str, Contract]
) -> None:
    days = [f"2014-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    rows = [f"MAC000001,Std,{day} {hour:02}:00:00.0000000,0.5,A,B" for hour in range(24) for day in days]
    path = lake.put("derived.csv", "\n".join([OFFICIAL, *rows]))

    staged = lake.ingest(contracts["energy_lcl_halfhourly_official"], path, {"name": "derived"})

    assert staged.rows_written == len(rows) == sum(file.rows for file in staged.files)
    assert [day.isoformat() for day in staged.periods] == days
    for file in staged.files[::40]:
        assert {(day,) for day in {file.period}} == set(read([file], "_period"))


def test_of_a_household_file_the_last_reading_wins_and_no_number_of_a_household_is_kept(
    lake: Lake, contracts: dict[str, Contract]
) -> None:
    path = lake.put(
        "meter.csv",
        "﻿,mac,datetime,kwhh691354,MAC000584,2012-04-12 08:00:00,0.059\r\n"
        "1,MAC000584,2012-04-12 08:30:00,0.2\r\n"
        "2,MAC000584,2012-04-12 08:30:00,0.1\r\n"
        "\r\n"
        "3,mac000584 ,2012-04-12 09:00:00, 1e-1\r\n"
        "4,MAC000584,2012-04-12 09:30,0.1\r\n"
        "5,MAC000584,2012-04-12 10:00:00,Null\r\n"
        "6,MAC000585,2012-04-12 10:00:00,0.7\r\n"
        "7,MAC000584,2012-04-12 10:30:00,0.1,MAC000584\r\n\x1a",
    )

    staged = lake.ingest(contracts["energy_lcl_smartmeter"], path, {"household": KEY.pseudonym("MAC000584")})

    assert rejected(staged) == [
        (2, "duplicate"), (4, "blank_row"), (6, "bad_timestamp"), (7, "null_value"), (9, "wrong_columns"),
    ]  # fmt: skip
    assert balanced(staged, 9, 4)
    assert staged.rejects.no_data == 1
    own, other = KEY.pseudonym("MAC000584"), KEY.pseudonym("MAC000585")
    assert sorted(read(staged.files, "household_pseudonym, key_version, energy_kwh")) == sorted([
        (own, 1, Decimal("0.059")), (own, 1, Decimal("0.1")), (own, 1, Decimal("0.1")), (other, 1, Decimal("0.7")),
    ])  # fmt: skip
    texts = read(staged.reject_files, "raw_text, raw_length")
    assert (f"(withheld),{own},2012-04-12 09:30,0.1", 4) in texts
    assert (None, 5) in texts
    for file in (*staged.files, *staged.reject_files):
        assert "MAC0005" not in repr(read([file])).upper()
        assert b"MAC0005" not in file.path.read_bytes().upper()


def test_a_personal_file_without_a_key_is_not_read(lake: Lake, contracts: dict[str, Contract]) -> None:
    lake.key = None
    path = lake.put("MAC000584.csv", ",mac,datetime,kwhh\n1,MAC000584,2012-04-12 08:00:00,0.059\n")

    with pytest.raises(CitylakeError, match="no key"):
        lake.ingest(contracts["energy_lcl_smartmeter"], path)


def test_a_file_about_persons_without_a_header_tells_no_record(lake: Lake, contracts: dict[str, Contract]) -> None:
    path = lake.put("lcl_2015-01-05.csv", "MAC000001,Std,2015-01-05 00:00:00.0000000,0.1,A,B\n" * 2)

    with pytest.raises(CitylakeError) as caught:
        lake.ingest(contracts["energy_lcl_halfhourly_official"], path)
    assert "6 columns, none of them known" in str(caught.value)
    assert "MAC" not in str(caught.value)


@pytest.mark.parametrize("district", [True, False])
def test_a_register_may_place_its_households(lake: Lake, contracts: dict[str, Contract], district: bool) -> None:
    more = (",district_code", ",B01", ",") if district else ("", "", "")
    path = lake.put(
        "informations_households.csv",
        f"LCLid,stdorToU,Acorn,Acorn_grouped,file{more[0]}\n"
        f"MAC000001,Std,ACORN-A,Affluent,block_0{more[1]}\nMAC000002,ToU,ACORN-,ACORN-,block_1{more[2]}\n"
        f"MAC000001,ToU,ACORN-B,Affluent,block_0{more[1]}\n",
    )

    staged = lake.ingest(contracts["energy_lcl_register"], path)

    assert rejected(staged) == [(4, "duplicate")]
    found = dict(read(staged.files, "household_pseudonym, district_code"))
    assert found == {KEY.pseudonym("MAC000001"): "B01" if district else None, KEY.pseudonym("MAC000002"): None}
    assert staged.unexpected_columns == ()


def test_air_keeps_blank_readings_and_the_last_of_a_stamp(lake: Lake, contracts: dict[str, Contract]) -> None:
    path = lake.put(
        "LaqnData.csv",
        "Site,Species,ReadingDateTime,Value,Units,Provisional or Ratified\n"
        "BL0,NO2,01/01/2018 00:00,2.50000,ug m-3,R\n"
        "BL0,NO2,01/01/2018 01:00,7,ug m-3,P\n"
        "BL0,NO2,01/01/2018 01:00,,ug m-3,P\n"
        "BL0,NO2,31/01/2018 23:00,-0.6,ug m-3,P\n"
        "BL0,NO2,01/02/2018 00:00,n.a.,ug m-3,X\n"
        "BL0,NO2,31/02/2018 00:00,1,ug m-3,P\n"
        ",NO2,01/02/2018 00:00,1,ug m-3,P\n",
    )

    staged = lake.ingest(contracts["air_quality_laqn"], path)

    assert rejected(staged) == [
        (3, "duplicate"), (6, "bad_is_ratified"), (6, "bad_value"), (7, "bad_timestamp"), (8, "null_site_code"),
    ]  # fmt: skip
    assert balanced(staged, 7, 4)
    assert staged.rejects.cells == 2
    assert read(staged.files, "_period, value_ugm3, is_ratified") == [
        (date(2018, 1, 1), Decimal("-0.6"), False),
        (date(2018, 1, 1), Decimal("2.5"), True),
        (date(2018, 1, 1), None, False),
        (date(2018, 2, 1), None, None),
    ]
    assert staged.periods == (date(2018, 1, 1), date(2018, 2, 1))


def test_impossible_residents_and_areas_and_unknown_codes_cost_their_row(
    lake: Lake, contracts: dict[str, Contract]
) -> None:
    lines = {
        "E1,One,2015,100,10.5,10.5": None,
        "E1,One,2016,0,10,11": None,
        "E1,One,2017,,,": None,
        "E13000001,Inner,2017,900,50,50": None,
        "E1,One,2018,-1,10,11": "impossible",
        "E1,One,2019,100,0,11": "impossible",
        "E1,One,2020,100,11,10": "shifted",
        "E1,One,2021,12000,10,11": "shifted",
        "E2,Two,2015,100,10,11": "unknown_area",
        "One,E1,2022,100,10,11": "unknown_area",
    }
    header = "Code,Name,Year,Population,Inland_Area _Hectares,Total_Area_Hectares,Source\n"
    path = lake.put("population.csv", header + "".join(f"{line},GLA\n" for line in lines))

    staged = lake.ingest(contracts["population_borough"], path, areas=("E1",))

    wanted = [(number, reason) for number, reason in enumerate(lines.values(), start=2) if reason]
    assert rejected(staged) == wanted
    assert balanced(staged, 10, 4)


def test_an_impossible_figure_costs_a_profile_its_row(lake: Lake, contracts: dict[str, Contract]) -> None:
    contract = contracts["borough_profiles"]
    impossible = {
        "turnout_pct_2014": ("100.1", "impossible_percentage"),
        "age_0_15_pct_2015": ("-1", "impossible_percentage"),
        "jobs_2013": ("-5", "impossible_count"),
        "ptal_score_2014": ("8.01", "impossible_score"),
        "anxiety_2011_14": ("10.5", "impossible_score"),
    }
    names = [column.source for column in contract.columns]
    rows = [[f"E{number}", *["0"] * (len(names) - 1)] for number in range(len(impossible) + 1)]
    for row, (name, (text, _)) in zip(rows[1:], impossible.items(), strict=True):
        row[names.index(contract.column(name).source)] = text
    path = lake.put("profiles.csv", "\n".join(",".join(row) for row in (names, *rows)))

    staged = lake.ingest(contract, path)

    assert rejected(staged) == [(line, rule) for line, (_, rule) in enumerate(impossible.values(), start=3)]
    assert balanced(staged, 6, 1)


def test_population_reads_thousands_separators_and_padded_numbers(lake: Lake, contracts: dict[str, Contract]) -> None:
    path = lake.put(
        "population.csv",
        "Code,Name,Year,Source,Population,Inland_Area _Hectares,Total_Area_Hectares,Population_per_hectare,"
        "Square_Kilometres,Population_per_square_kilometre\n"
        'E1,One,2014,ONS," 1,234,567 ",290.4,.,1,1,1\n'
        "E1,One,2015,ONS,6581.0,n/a,-,1,1,1\n"
        "E1,One,20x4,ONS,1,1,1,1,1,1\n"
        "E1,One,2014,ONS,9,1,1,1,1,1\n"
        "E1,One,2016,ONS,12.5,1,1,1,1,1\n",
    )

    staged = lake.ingest(contracts["population_borough"], path)

    assert rejected(staged) == [(4, "bad_value"), (5, "duplicate")]
    assert (staged.rejects.records, staged.rejects.cells) == (2, 0)
    assert read(staged.files, "year, population, inland_area_ha, total_area_ha") == [
        (2014, 1234567, Decimal("290.4"), None), (2015, 6581, None, None),
        (2016, Decimal("12.5"), Decimal(1), Decimal(1)),
    ]  # fmt: skip


def test_police_keep_the_first_of_an_id_and_every_incident_without_one(
    lake: Lake, contracts: dict[str, Contract]
) -> None:
    def row(crime: str, kind: str = "Burglary", month: str = "2015-01", lon: str = "-0.1") -> str:
        return f'{crime},{month},P,P,{lon},51.5,"On, or near",E01,Old Town 1A,{kind},Under investigation,'

    lines = {
        row("c1"): None,
        row("c1", "Robbery"): "duplicate",
        row(""): None,
        row("", "Anti-social behaviour"): None,
        row("", "Anti-social behaviour", lon=""): None,
        row("c2", "Anti-social behaviour"): None,
        row("c2", "Anti-social behaviour", lon="x"): "bad_value",
        row("c3", month="2014-12"): "other_month",
        row("c3", month="2015"): "bad_month",
        ",,,,,,,,,,,": "blank_row",
    }
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"  # noqa: E501
    path = lake.put("2015-01-river-street.csv", "\n".join([header, *lines]))

    staged = lake.ingest(contracts["police_street"], path, {"month": "2015-01", "force": "river"})

    assert rejected(staged) == [(number, rule) for number, rule in enumerate(lines.values(), start=2) if rule]
    assert balanced(staged, 10, 6)
    assert (staged.rejects.cells, staged.rejects.no_data) == (1, 1)
    assert read(staged.files, "count(*), count(crime_id), min(location)") == [(6, 3, "On, or near")]


def test_a_bus_stop_is_its_code_and_whether_it_is_virtual(lake: Lake, contracts: dict[str, Contract]) -> None:
    path = lake.put(
        "bus-stops.csv",
        "﻿Stop_Code_LBSL,Bus_Stop_Code,Naptan_Atco,Stop_Name,Location_Easting,Location_Northing,Heading,Stop_Area,Virtual_Bus_Stop\r\n"
        '1000,91532,"490000254W\r\n",WATERLOO,531065.5,179866,0,0K08,0\r\n'
        "1000,NONE,N/A,HAIL,,179866,0,0K08,1\r\n"
        ".,1,2,DOT,5x,179866,0,5E9,\r\n"
        "1000,91533,3,AGAIN,1,1,0,0K08,0\r\n\x1a",
    )

    staged = lake.ingest(contracts["bus_stops_tfl"], path)

    assert rejected(staged) == [(5, "bad_value"), (6, "duplicate")]
    assert read(staged.files, "stop_code, sms_code, naptan_code, easting_m, stop_area_code, is_virtual") == [
        (".", "1", "2", None, "5E9", None),
        ("1000", "91532", "490000254W", Decimal("531065.5"), "0K08", False),
        ("1000", None, None, None, "0K08", True),
    ]


def test_a_wide_table_loses_only_its_bad_cells(lake: Lake, contracts: dict[str, Contract]) -> None:
    path = lake.sources / "recorded-crime-borough.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table({
            "majortext": ["THEFT", "THEFT", "THEFT"],
            "minortext": ["A", "B", "A"],
            "boroughname": ["Cam", "Cam", "Cam"],
            "201412": ["1,200", "x", "3"],
            "201501": [" 7 ", "", None],
            "201502": ["n", "2.5", "5"],
        }),
        path,
    )  # fmt: skip

    staged = lake.ingest(contracts["crime_mps_dashboard_borough"], path)

    assert read(staged.files, "_period, month_date, crime_minor, offence_count") == [
        (date(2014, 12, 1), date(2014, 12, 1), "A", 3),
        (date(2014, 12, 1), date(2014, 12, 1), "A", 1200),
        (date(2015, 1, 1), date(2015, 1, 1), "A", 7),
        (date(2015, 1, 1), date(2015, 1, 1), "A", None),
        (date(2015, 1, 1), date(2015, 1, 1), "B", None),
        (date(2015, 2, 1), date(2015, 2, 1), "A", 5),
    ]
    assert read(staged.reject_files, "_source_row, kind, rule_id, column_name, raw_text") == [
        (1, "cell", "bad_value", "201502", "n"),
        (2, "cell", "bad_value", "201412", "x"),
        (2, "cell", "bad_value", "201502", "2.5"),
    ]
    assert balanced(staged, 3, 3)


def test_a_wide_record_of_which_nothing_is_left_is_rejected(lake: Lake, contracts: dict[str, Contract]) -> None:
    path = lake.sources / "recorded-crime-borough.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    names = {"majortext": ["T", "T"], "minortext": ["A", "B"], "boroughname": ["C", "C"]}
    pq.write_table(pa.table({**names, "201412": ["x", "1"], "201501": ["y", "2"]}), path)

    staged = lake.ingest(contracts["crime_mps_dashboard_borough"], path)

    assert balanced(staged, 2, 1)
    assert (staged.rejects.records, staged.rejects.cells, staged.rows_written) == (1, 2, 2)


@pytest.mark.parametrize(
    ("months", "kept"),
    [
        ((2, 100, 0, 120), [2, 3, 4]),
        ((100, 100, 90, 4), [1, 2, 3]),
        ((2, 100, 100, 1), [2, 3]),
        ((6, 100, 100, 100), [1, 2, 3, 4]),
        ((0, 90), [2]),
        ((0,), [1]),
        ((0, 0, 0), [1, 2, 3]),
    ],
)
def test_a_month_that_an_edition_only_touches_replaces_nothing(
    lake: Lake, contracts: dict[str, Contract], months: tuple[int, ...], kept: list[int]
) -> None:
    path = lake.sources / "recorded-crime-ward.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    names = {name: ["T", "U"] for name in ("majortext", "minortext", "wardname", "wardcode", "lookup_boroughname")}
    wide = {f"2015{number:02d}": [str(total), ""] for number, total in enumerate(months, start=1)}
    pq.write_table(pa.table({**names, **wide}), path)

    staged = lake.ingest(contracts["crime_mps_dashboard_ward"], path)

    assert [month.month for month in staged.periods] == kept
    assert staged.rows_written == 2 * len(kept)
    assert read(staged.reject_files, "kind, rule_id, column_name, raw_text") == [
        ("cell", "partial_period", f"2015{number:02d}", str(total))
        for number, total in enumerate(months, start=1)
        if number not in kept
    ]
    assert staged.rejects.records == 0
    assert staged.rows_accepted + staged.rejects.no_data == 2


def test_an_outline_that_is_broken_or_missing_has_its_own_reason(lake: Lake, contracts: dict[str, Contract]) -> None:
    def feature(code: str, geometry: str) -> str:
        names = f'"GSS_CODE": "{code}", "NAME": "{code}", "HECTARES": 12.5, "NONLD_AREA": 0, "ONS_INNER": "T"'
        return f'{{"type": "Feature", "properties": {{{names}}}, "geometry": {geometry}}}'

    square = '{"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}'
    bow_tie = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}'
    features = [feature("D1", square), feature("D2", bow_tie), feature("D3", "null"), feature("D1", square)]
    crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}'
    path = lake.put("map.geojson", f'{{"type": "FeatureCollection", {crs}, "features": [{", ".join(features)}]}}')

    staged = lake.ingest(contracts["boundaries_boroughs"], path)

    assert rejected(staged) == [(2, "bad_geometry"), (3, "null_geometry"), (4, "duplicate")]
    assert read(staged.files, "district_code, area_ha, is_inner, epsg") == [("D1", Decimal("12.5"), True, 27700)]
    assert ("D2,12.5,D2,0,T,27700",) in read(staged.reject_files, "raw_text")


def test_districts_that_cross_themselves_are_kept_as_published(lake: Lake, contracts: dict[str, Contract]) -> None:
    def feature(code: object, geometry: str) -> str:
        names = f'"BoroCD": {code}, "Shape_Leng": 51566.991644, "Shape_Area": 103175931.712'
        return f'{{"type": "Feature", "properties": {{{names}}}, "geometry": {geometry}}}'

    bow_tie = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}'
    features = [feature(101, bow_tie), feature(999, bow_tie), feature(102, "null")]
    path = lake.put("map.geojson", f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}')

    staged = lake.ingest(contracts["boundaries_community_districts"], path)

    assert rejected(staged) == [(2, "bad_district_code"), (3, "null_geometry")]
    ((code, feet, wkb, epsg),) = read(staged.files, "district_code, perimeter_ft, geometry_wkb, epsg")
    assert (code, feet, epsg) == ("101", Decimal("51566.991644"), 4326)
    assert not shapely.from_wkb(bytes(wkb)).is_valid


def test_a_zone_without_an_outline_is_a_row_with_a_reason(lake: Lake, contracts: dict[str, Contract]) -> None:
    geometries = [
        {"type": "Polygon", "properties": {"zone": 1}, "arcs": [[0]]},
        {"type": None, "properties": {"zone": 2}},
        {"type": "MultiPolygon", "properties": {"zone": 3}, "arcs": []},
        {"type": "Polygon", "properties": {}, "arcs": [[0]]},
    ]
    zones = {"type": "GeometryCollection", "geometries": geometries}
    arcs = [[[0, 0], [0, 1], [1, 1], [0, 0]]]
    path = lake.put("zone.json", json.dumps({"type": "Topology", "arcs": arcs, "objects": {"zone-weeded": zones}}))

    staged = lake.ingest(contracts["evacuation_zones"], path)

    assert rejected(staged) == [(2, "null_geometry"), (3, "bad_geometry"), (4, "null_zone")]
    assert read(staged.files, "zone, epsg") == [(1, 4326)]


def test_centres_are_for_evacuation_and_in_feet_unless_the_file_says_otherwise(
    lake: Lake, contracts: dict[str, Contract]
) -> None:
    names = "OEM_LABEL,BLDG_ADD,BOROCODE,CITY,CROSS1,CROSS2,ZIP_CODE,ACCESSIBLE,ACC_FEAT"
    tail = 'IS 2,655 Park,3,B,N,R,11226,Y,"Ramp, door"'
    evacuation = lake.put("center.csv", f"BLDG_ID,X,Y,{names}\r\nK002,997713.8235,178429.5162,{tail}\r\n")
    cooling = lake.put(
        "cooling.csv",
        f"BLDG_ID,CENTER_KIND,X,Y,EPSG,{names}\nC1,cooling,212000,x,27700,{tail}\nC1,cooling,1,2,3,{tail}\n",
    )
    of, told = contracts["evacuation_centers"], "center_id, center_kind, x, y, epsg, is_accessible, accessible_features"

    assert read(lake.ingest(of, evacuation).files, told) == [
        ("K002", "evacuation", 997713.8235, 178429.5162, 2263, True, "Ramp, door")
    ]
    staged = lake.ingest(of, cooling)
    assert read(staged.files, told) == [("C1", "cooling", 212000.0, None, 27700, True, "Ramp, door")]
    assert read(staged.reject_files, "_source_row, kind, rule_id") == [
        (2, "cell", "bad_place"),
        (3, "record", "duplicate"),
    ]


def test_rows_and_rejects_carry_their_lineage(lake: Lake, contracts: dict[str, Contract], tmp_path: Path) -> None:
    path = lake.put("LaqnData.csv", "Site,Species,ReadingDateTime,Value,Units,Provisional or Ratified\n"
                    "BL0,NO2,01/01/2018 00:00,2,u,R\nBL0,NO2,x,2,u,R\n")  # fmt: skip

    staged = lake.ingest(contracts["air_quality_laqn"], path)

    lineage = (CITY, "slot", "delivery-1")
    assert read(staged.files, "city, _slot, _delivery_id") == [lineage]
    assert read(staged.reject_files, "city, _slot, _delivery_id, file_name, kind, reason") == [
        (
            *lineage,
            "LaqnData.csv",
            "record",
            "what stands in a required column does not parse, is impossible or is missing",
        )
    ]


def test_only_the_periods_that_are_asked_for_are_written(lake: Lake, contracts: dict[str, Contract]) -> None:
    rows = [f"MAC000001,Std,2015-01-0{day} 00:00:00.0000000,0.5,A,B" for day in (1, 2, 3)]
    path = lake.put("derived.csv", "\n".join([OFFICIAL, *rows]))
    official = contracts["energy_lcl_halfhourly_official"]

    staged = lake.ingest(official, path, {"name": "x"}, only_periods=[date(2015, 1, 2)])
    assert (staged.periods, staged.rows_written, staged.rows_accepted) == ((date(2015, 1, 2),), 1, 3)
    assert lake.ingest(official, path, {"name": "x"}, only_periods=[date(2016, 1, 2)]).files == ()
