"""Districts' polygons in the city's coordinate reference system, with their planar areas.

Geometry is what SQL without a spatial extension cannot do. Which points lie in a district is found by
int_geography__point_districts.
"""

from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer

SQUARE_METRES_PER_KM2 = 1_000_000
SCHEMA = pa.schema(
    [("city", pa.string()), ("district_code", pa.string()), ("area_km2", pa.float64()), ("geometry_wkb", pa.binary())]
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
    """One row per district of the city that has a polygon."""
    dbt.config(materialized="table")
    systems = dict(dbt.source("city", "cities").select("city, crs").fetchall())
    districts = dbt.source("city", "districts").filter("level = 'district'").select("district_code").fetchall()
    boundaries = dbt.ref("stg_boundaries_boroughs").select("city, district_code, geometry_wkb, epsg").fetchall()
    known = {code for (code,) in districts}
    rows = [
        shape_row(city, code, in_crs(wkb, epsg, systems[city])) for city, code, wkb, epsg in boundaries if code in known
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def shape_row(city: str, code: str, polygon: shapely.Geometry) -> dict[str, str | float | bytes]:
    """A district's polygon as a row."""
    return {
        "city": city,
        "district_code": code,
        "area_km2": polygon.area / SQUARE_METRES_PER_KM2,
        "geometry_wkb": shapely.to_wkb(polygon),
    }


def in_crs(wkb: bytes, epsg: int, crs: str) -> shapely.Geometry:
    """The polygon in the city's coordinate reference system, where it is not already."""
    polygon = shapely.from_wkb(bytes(wkb))
    source, target = CRS.from_epsg(epsg), CRS.from_user_input(crs)
    if source == target:
        return polygon
    transformer = Transformer.from_crs(source, target, always_xy=True)
    return shapely.transform(polygon, lambda places: np.column_stack(transformer.transform(*places.T)))
