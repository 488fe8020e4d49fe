"""Bus stops and area of each district: points in polygons, which SQL without a spatial extension cannot do.

One row per district with a polygon (its planar area and the stops that it covers), and one row without a district for
the stops outside all of them. int_mobility__bus_density makes the indicator of these counts.
"""

from collections import Counter
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer

SQUARE_METRES_PER_KM2 = 1_000_000
SCHEMA = pa.schema(
    [
        ("city", pa.string()),
        ("district_code", pa.string()),
        ("stops", pa.int64()),
        ("area_km2", pa.float64()),
    ]
)


class Dbt(Protocol):
    """What dbt hands to a Python model."""

    def config(self, *, materialized: str) -> None:
        """Settings of this model."""

    def ref(self, model: str) -> duckdb.DuckDBPyRelation:
        """Another model."""

    def source(self, source: str, table: str) -> duckdb.DuckDBPyRelation:
        """A source table."""


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """Stops (poles, not hail-and-ride) in each district or on its boundary; of several districts the smallest code."""
    dbt.config(materialized="table")
    cities = dbt.source("city", "cities").select("city, crs").fetchall()
    districts = dbt.source("city", "districts").filter("not is_whole_city").select("district_code").fetchall()
    boundaries = dbt.ref("stg_boundaries_boroughs").select("district_code, geometry_wkb, epsg").fetchall()
    stops = dbt.ref("stg_bus_stops_tfl").filter("not is_virtual")
    places = stops.select("cast(easting_m as double), cast(northing_m as double)").fetchall()
    if not cities:
        return pa.Table.from_pylist([], schema=SCHEMA)
    city, crs = cities[0]
    known = {code for (code,) in districts}
    polygons = {code: in_crs(wkb, epsg, crs) for code, wkb, epsg in sorted(boundaries) if code in known}
    counts = Counter(covering(polygons, places))
    rows = [
        {
            "city": city,
            "district_code": code,
            "stops": counts[code],
            "area_km2": polygon.area / SQUARE_METRES_PER_KM2,
        }
        for code, polygon in polygons.items()
    ]
    rows.append({"city": city, "district_code": None, "stops": counts[None], "area_km2": None})
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def in_crs(wkb: bytes, epsg: int, crs: str) -> shapely.Geometry:
    """The polygon in the city's coordinate reference system, where it is not already."""
    polygon = shapely.from_wkb(bytes(wkb))
    source, target = CRS.from_epsg(epsg), CRS.from_user_input(crs)
    if source == target:
        return polygon
    transformer = Transformer.from_crs(source, target, always_xy=True)
    return shapely.transform(polygon, lambda places: np.column_stack(transformer.transform(*places.T)))


def covering(polygons: dict[str, shapely.Geometry], places: list[tuple[float | None, ...]]) -> list[str | None]:
    """Per place the smallest code of the polygons that cover it, boundary included; None outside all of them.

    A stop without coordinates lies outside.
    """
    codes = sorted(polygons)
    found: list[str | None] = [None] * len(places)
    tree = shapely.STRtree([polygons[code] for code in codes])
    points = shapely.points(np.array(places, dtype=float).reshape(-1, 2))
    pairs = tree.query(points, predicate="covered_by")
    for place, polygon in sorted(zip(*pairs.tolist(), strict=True), reverse=True):
        found[place] = codes[polygon]
    return found
