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
    """The relation of a feature collection, with two more columns: `geometry` (WKB in hex) and `crs` (its EPSG code).

    A geometry that cannot be built, or is not valid, is a text that does not parse: the contract says what becomes of
    it. Without a geometry there is no text.
    Raises UnreadableFile where the file is no feature collection or its reference system is unknown.
    """
    content = path.read_bytes()
    document = _parse(content)
    features = document["features"]
    if not features:
        raise UnreadableFile("the file holds no feature", hint="ask the publisher for a complete file")
    names = sorted({name for feature in features for name in feature.get("properties") or {}} - {GEOMETRY, CRS})
    require_columns([*names, GEOMETRY, CRS], contract)
    epsg = _epsg(document)
    columns: dict[str, list[str | None]] = {
        name: [_text((feature.get("properties") or {}).get(name)) for feature in features] for name in names
    }
    columns[GEOMETRY] = [_wkb_hex(feature.get("geometry")) for feature in features]
    columns[CRS] = [str(epsg)] * len(features)
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
        unexpected_columns=unexpected_columns(names, contract),
    )


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
