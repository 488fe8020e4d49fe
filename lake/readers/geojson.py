"""GeoJSON: the properties of each feature as texts, its geometry as WKB, and the file's coordinate reference system.

Without a declaration coordinates are longitude and latitude (RFC 7946: EPSG:4326). Nothing is reprojected here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyproj
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from lake.contract import Contract
from lake.readers.relation import (
    SourceRelation,
    UnreadableFile,
    require_columns,
    unexpected_columns,
)

FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')
DEFAULT_CRS = "EPSG:4326"
# The same coordinates in the order of longitude and latitude; pyproj knows no EPSG code for it.
LON_LAT = re.compile(r"^(urn:ogc:def:crs:)?OGC:[\d.]*:?CRS84$")
BAD_GEOMETRY = "not a valid geometry"
GEOMETRY, CRS = "geometry", "crs"


def open_geojson(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> SourceRelation:
    """The relation of a feature collection: its properties, and columns made here under the names of `_made_names`.

    A geometry that cannot be built, or is not valid, is a text that does not parse: the contract says what becomes of
    it. Without a geometry there is no text.
    Raises UnreadableFile where the file is no feature collection or its reference system is unknown.
    """
    content = path.read_bytes()
    document = _parse(content)
    features = document["features"]
    if not features:
        raise UnreadableFile("the file holds no feature", hint="ask the publisher for a complete file")
    made = _made_names(contract)
    properties = [feature.get("properties") or {} for feature in features]
    names = sorted({name for one in properties for name in one} - made)
    require_columns([*names, *made], contract)
    columns = {name: [_text(one.get(name)) for one in properties] for name in names}
    columns |= _made_columns(document, contract)
    table = pa.table(
        {"_row": pa.array(range(1, len(features) + 1), pa.int64())}
        | {f"_text_{place}": pa.array(texts, pa.string()) for place, texts in enumerate(columns.values())}
    )
    con.execute("drop table if exists _features")
    con.register("_features_arrow", table)
    con.execute("create temp table _features as select * from _features_arrow")
    con.unregister("_features_arrow")
    return SourceRelation(
        sql="select * from _features",
        texts={name: f"_text_{place}" for place, name in enumerate(columns)},
        line="_row",
        raw_fields=None,
        wrong_width=None,
        records=len(FEATURE.findall(content)),
        unexpected_columns=() if contract.reader.other_properties else unexpected_columns(names, contract),
    )


def _made_names(contract: Contract) -> set[str]:
    """`geometry` (WKB in hex) and `crs` (EPSG code), and what the contract calls coordinates and other properties."""
    reader = contract.reader
    return {GEOMETRY, CRS, *(reader.coordinates or ()), *filter(None, [reader.other_properties])}


def _made_columns(document: dict[str, Any], contract: Contract) -> dict[str, list[str | None]]:
    features, reader = document["features"], contract.reader
    geometries = [feature.get("geometry") for feature in features]
    columns: dict[str, list[str | None]] = {
        GEOMETRY: [_wkb_hex(geometry) for geometry in geometries],
        CRS: [str(_epsg(document))] * len(features),
    }
    if reader.coordinates:
        points = [_point(geometry) for geometry in geometries]
        columns |= {name: [point[axis] for point in points] for axis, name in enumerate(reader.coordinates)}
    if reader.other_properties:
        taken = {column.source for column in contract.columns} - _made_names(contract) | set(reader.not_loaded)
        columns[reader.other_properties] = [_rest(feature.get("properties") or {}, taken) for feature in features]
    return columns


def _point(geometry: dict[str, Any] | None) -> tuple[str | None, str | None]:
    """The first two coordinates of a point; nothing where there is no geometry, BAD_GEOMETRY for any other."""
    if geometry is None:
        return None, None
    place = geometry.get("coordinates")
    if geometry.get("type") != "Point" or not isinstance(place, list) or len(place) < 2:
        return BAD_GEOMETRY, BAD_GEOMETRY
    return _text(place[0]), _text(place[1])


def _rest(properties: dict[str, Any], taken: set[str]) -> str | None:
    """The properties that are neither empty nor `taken`, as a JSON object of texts; None where there is none."""
    rest = {name: text for name, value in properties.items() if name not in taken and (text := _text(value))}
    return json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else None


def _parse(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError as problem:
        raise UnreadableFile(f"not JSON: {problem}", hint="was the file cut off on its way?") from problem
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise UnreadableFile("not a GeoJSON feature collection", hint="expected an object with a list `features`")
    if not all(isinstance(feature, dict) for feature in document["features"]):
        raise UnreadableFile("one of the features is no object", hint="ask the publisher for a complete file")
    return document


def _epsg(document: dict[str, Any]) -> int:
    declared = _declared_crs(document)
    if LON_LAT.match(declared):
        declared = DEFAULT_CRS
    try:
        code = pyproj.CRS.from_user_input(declared).to_epsg()
    except pyproj.exceptions.CRSError as problem:
        raise UnreadableFile(f"unknown coordinate reference system {declared!r}") from problem
    if code is None:
        raise UnreadableFile(f"the coordinate reference system {declared!r} has no EPSG code")
    return int(code)


def _declared_crs(document: dict[str, Any]) -> str:
    """The name of the reference system; an absent or null declaration is RFC 7946's."""
    crs = document.get("crs")
    if crs is None:
        return DEFAULT_CRS
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise UnreadableFile("the coordinate reference system is declared without a name")
    return name


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _wkb_hex(geometry: dict[str, Any] | None) -> str | None:
    if geometry is None:
        return None
    try:
        built = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError):
        return BAD_GEOMETRY
    return shapely.to_wkb(built, hex=True) if built.is_valid and not built.is_empty else BAD_GEOMETRY
