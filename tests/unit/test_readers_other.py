"""GeoJSON and Parquet: geometry, reference systems, typed cells as texts, and files that are neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from lake.contract import Reader, Unpivot
from lake.readers import SourceRelation, UnreadableFile, open_source
from tests.unit.deliveries import column, contract

MAP = contract(
    column("code"),
    column("outline", "binary", physicalName="geometry"),
    column("epsg", "integer", physicalName="crs"),
    reader=Reader(format="geojson"),
)
POINTS = contract(
    column("code"),
    column("easting", "double", physicalName="x"),
    column("northing", "double", physicalName="y"),
    column("rest", physicalName="tags"),
    reader=Reader(format="geojson", coordinates=("x", "y"), otherProperties="tags", notLoaded=("id",)),
)
TABLE = contract(column("a"), column("b"), reader=Reader(format="parquet"))
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


def texts(con: duckdb.DuckDBPyConnection, source: SourceRelation, *names: str) -> list[tuple[Any, ...]]:
    chosen = ", ".join(source.texts[name] for name in names)
    return con.execute(f"select {chosen} from ({source.sql}) order by _row").fetchall()


def collection(path: Path, *geometries: object, **more: object) -> Path:
    features = [
        {"type": "Feature", "properties": {"code": f"D{number}", "Code": number}, "geometry": geometry}
        for number, geometry in enumerate(geometries)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def test_each_feature_is_a_record_with_its_outline_and_reference_system(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    path = collection(tmp_path / "map", SQUARE, BOW_TIE, None, {"type": "Polygon"}, {"type": "Blob"}, crs=crs)
    with duckdb.connect() as con:
        source = open_source(con, path, MAP, tmp_path)
        found = texts(con, source, "code", "Code", "geometry", "crs")

    assert [row[:2] for row in found] == [("D0", "0"), ("D1", "1"), ("D2", "2"), ("D3", "3"), ("D4", "4")]
    assert shapely.from_wkb(found[0][2]).area == 1
    assert [row[2] for row in found[1:]] == [
        "not a valid geometry",
        None,
        "not a valid geometry",
        "not a valid geometry",
    ]
    assert {row[3] for row in found} == {"27700"}
    assert source.records == 5
    assert source.unexpected_columns == ("Code",)


def test_a_point_is_its_first_two_coordinates_and_all_else_is_told_as_one_text(tmp_path: Path) -> None:
    properties = [
        {"code": "P1", "name": "Stäte <&>", "x": "an own x", "tags": "own", "ref:crs": "", "none": None, "id": "7"},
        {"code": "P2", "id": "8", "levels": 2},
        {"code": "P3", "id": "9"},
        {"id": "10", "code": None},
        {"code": "P5"},
    ]
    geometries = [
        {"type": "Point", "coordinates": [510465.8438850834, 164954.12509856425, 12.5]},
        {"type": "Point", "coordinates": ["east", None]},
        SQUARE,
        None,
        {"type": "Point", "coordinates": [1]},
    ]
    features = [
        {"type": "Feature", "properties": own, "geometry": geometry}
        for own, geometry in zip(properties, geometries, strict=True)
    ]
    path = tmp_path / "points"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with duckdb.connect() as con:
        source = open_source(con, path, POINTS, tmp_path)
        found = texts(con, source, "code", "x", "y", "tags")

    assert found == [
        ("P1", "510465.8438850834", "164954.12509856425", '{"name": "Stäte <&>", "tags": "own", "x": "an own x"}'),
        ("P2", "east", None, '{"levels": "2"}'),
        ("P3", "not a valid geometry", "not a valid geometry", None),
        (None, None, None, None),
        ("P5", "not a valid geometry", "not a valid geometry", None),
    ]
    assert source.unexpected_columns == ()


@pytest.mark.parametrize(
    "crs",
    [
        None,
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        {"type": "name", "properties": {"name": "OGC:CRS84"}},
        {"type": "name", "properties": {"name": "EPSG:4326"}},
    ],
)
def test_longitude_and_latitude_are_meant_where_nothing_else_is_declared(tmp_path: Path, crs: object) -> None:
    with duckdb.connect() as con:
        source = open_source(con, collection(tmp_path / "map", SQUARE, crs=crs), MAP, tmp_path)
        assert texts(con, source, "crs") == [("4326",)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"type": "FeatureCollection", "features": [', "not JSON"),
        ("[1, 2]", "not a GeoJSON feature collection"),
        ('{"features": []}', "holds no feature"),
        ('{"features": [null]}', "no object"),
        ('{"crs": "x", "features": [{"properties": {"code": 1}}]}', "declared without a name"),
        (
            '{"crs": {"properties": {"name": "EPSG:1"}}, "features": [{"properties": {"code": 1}}]}',
            "unknown coordinate",
        ),
        ('{"features": [{"type": "Feature", "properties": null}]}', "missing: 'code'"),
    ],
)
def test_what_is_no_feature_collection_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "map"
    path.write_text(content)
    with duckdb.connect() as con, pytest.raises(UnreadableFile, match=message):
        open_source(con, path, MAP, tmp_path)


def test_parquet_cells_become_texts_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "table"
    pq.write_table(pa.table({"a": [1.5, None, 8200.0], "b": ["x", " y", None], "c": [1, 2, 3]}), path, row_group_size=1)
    with duckdb.connect() as con:
        source = open_source(con, path, TABLE, tmp_path)
        assert texts(con, source, "a", "b") == [("1.5", "x"), (None, " y"), ("8200.0", None)]
        assert con.execute(f"select {source.line} from ({source.sql})").fetchall() == [(1,), (2,), (3,)]
    assert source.records == 3
    assert source.unexpected_columns == ("c",)


def test_columns_that_an_unpivot_takes_are_expected(tmp_path: Path) -> None:
    wide = contract(
        column("a"),
        column("month", "date", format="%Y%m"),
        column("count", "bigint"),
        reader=Reader(format="parquet"),
        unpivot=Unpivot(columns=r"(?P<month>\d{6})", valueColumn="count"),
    )
    path = tmp_path / "table"
    pq.write_table(pa.table({"a": ["x"], "201501": [1], "20150": [2]}), path)
    with duckdb.connect() as con:
        assert open_source(con, path, wide, tmp_path).unexpected_columns == ("20150",)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table"
    with duckdb.connect() as con:
        path.write_text("a,b\n1,2\n")
        with pytest.raises(UnreadableFile, match="not a readable parquet file"):
            open_source(con, path, TABLE, tmp_path)
        pq.write_table(pa.table({"a": ["x"], "z": [1]}), path)
        with pytest.raises(UnreadableFile, match="missing: 'b'; the file has 2 columns, among them 'a', 'z'"):
            open_source(con, path, TABLE, tmp_path)
        pq.write_table(pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.string())}), path)
        with pytest.raises(UnreadableFile, match="no record"):
            open_source(con, path, TABLE, tmp_path)
