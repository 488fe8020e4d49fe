"""What formats of maps have in common: properties of features as texts, geometry as WKB, the reference system.

`lake.readers.geojson` and `lake.readers.topojson` bring the features, each with a geometry as GeoJSON writes it.
Without a declaration coordinates are longitude and latitude (RFC 7946: EPSG:4326). Nothing is reprojected or repaired
here: that is `lake.geography`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyproj
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from lake.contract import Contract
from lake.readers.json_texts import ROW, json_text, other_values, table_of_texts
from lake.readers.relation import (
    SourceRelation,
    UnreadableFile,
    require_columns,
    unexpected_columns,
)

Feature = Mapping[str, Any]
DEFAULT_CRS = "EPSG:4326"
# The same coordinates in the order of longitude and latitude; pyproj knows no EPSG code for it.
LON_LAT = re.compile(r"^(urn:ogc:def:crs:)?OGC:[\d.]*:?CRS84$")
BAD_GEOMETRY = "not a valid geometry"
GEOMETRY, CRS = "geometry", "crs"


def open_features(
    con: duckdb.DuckDBPyConnection,
    document: Mapping[str, Any],
    features: Sequence[Feature],
    contract: Contract,
    records: int,
) -> SourceRelation:
    """The relation of features: their properties, and columns made here under the names of `_made_names`.

    A geometry that cannot be built, or is not valid where the contract wants it so, is a text that does not parse: the
    contract says what becomes of it. Without a geometry there is no text. `document` declares the reference system,
    `records` was counted by the reader of the format.
    Raises UnreadableFile where there is no feature or the reference system is unknown.
    """
    if not features:
        raise UnreadableFile("the file holds no feature", hint="ask the publisher for a complete file")
    made = _made_names(contract)
    properties = [feature.get("properties") or {} for feature in features]
    names = sorted({name for one in properties for name in one} - made)
    require_columns([*names, *made], contract)
    columns = {name: [json_text(one.get(name)) for one in properties] for name in names}
    columns |= _made_columns(features, str(_epsg(document)), contract)
    sql, places = table_of_texts(con, columns, len(features))
    return SourceRelation(
        sql=sql,
        texts=places,
        line=ROW,
        raw_fields=None,
        wrong_width=None,
        records=records,
        unexpected_columns=unexpected_columns(names, contract),
    )


def _made_names(contract: Contract) -> set[str]:
    """`geometry` (WKB in hex) and `crs` (EPSG code), and what the contract calls coordinates and other properties."""
    reader = contract.reader
    return {GEOMETRY, CRS, *(reader.coordinates or ()), *filter(None, [reader.other_properties])}


def _made_columns(features: Sequence[Feature], epsg: str, contract: Contract) -> dict[str, list[str | None]]:
    reader = contract.reader
    geometries = [feature.get("geometry") for feature in features]
    columns: dict[str, list[str | None]] = {
        GEOMETRY: [_wkb_hex(geometry, reader.invalid_geometry) for geometry in geometries],
        CRS: [epsg] * len(features),
    }
    if reader.coordinates:
        points = [_point(geometry) for geometry in geometries]
        columns |= {name: [point[axis] for point in points] for axis, name in enumerate(reader.coordinates)}
    if reader.other_properties:
        taken = {column.source for column in contract.columns} - _made_names(contract) | set(reader.not_loaded)
        columns[reader.other_properties] = [
            other_values(feature.get("properties") or {}, taken) for feature in features
        ]
    return columns


def _point(geometry: dict[str, Any] | None) -> tuple[str | None, str | None]:
    """The first two coordinates of a point; nothing where there is no geometry, BAD_GEOMETRY for any other."""
    if geometry is None:
        return None, None
    place = geometry.get("coordinates")
    if geometry.get("type") != "Point" or not isinstance(place, list) or len(place) < 2:
        return BAD_GEOMETRY, BAD_GEOMETRY
    return json_text(place[0]), json_text(place[1])


def _epsg(document: Mapping[str, Any]) -> int:
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


def _declared_crs(document: Mapping[str, Any]) -> str:
    """The name of the reference system; an absent or null declaration is RFC 7946's."""
    crs = document.get("crs")
    if crs is None:
        return DEFAULT_CRS
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise UnreadableFile("the coordinate reference system is declared without a name")
    return name


def _wkb_hex(geometry: dict[str, Any] | None, invalid: str) -> str | None:
    if geometry is None:
        return None
    try:
        built = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError):
        return BAD_GEOMETRY
    usable = not built.is_empty and (invalid == "keep" or built.is_valid)
    return shapely.to_wkb(built, hex=True) if usable else BAD_GEOMETRY
