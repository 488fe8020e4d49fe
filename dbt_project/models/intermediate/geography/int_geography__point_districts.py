"""The district of every point of int_geography__points: points in polygons, which SQL alone cannot do.

A layer of points that is added there is placed here without a change.
"""

from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import shapely


class Dbt(Protocol):
    """What dbt hands to a Python model."""

    def config(self, *, materialized: str) -> None:
        """Settings of this model."""

    def ref(self, model: str) -> duckdb.DuckDBPyRelation:
        """Another model."""


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per point; without a district where it lies outside all of them."""
    dbt.config(materialized="table")
    shapes = dbt.ref("int_geography__district_shapes").select("district_code, geometry_wkb").fetchall()
    points = dbt.ref("int_geography__points")
    points = points.select("city, layer, point_code, easting_m, northing_m").to_arrow_table()
    places = list(zip(points["easting_m"].to_pylist(), points["northing_m"].to_pylist(), strict=True))
    found = covering({code: shapely.from_wkb(bytes(wkb)) for code, wkb in shapes}, places)
    return points.drop(["easting_m", "northing_m"]).append_column("district_code", pa.array(found, pa.string()))


def covering(polygons: dict[str, shapely.Geometry], places: list[tuple[float | None, ...]]) -> list[str | None]:
    """Per place the smallest code of the polygons that cover it, boundary included; None outside all of them.

    A point without coordinates lies outside.
    """
    codes = sorted(polygons)
    found: list[str | None] = [None] * len(places)
    tree = shapely.STRtree([polygons[code] for code in codes])
    points = shapely.points(np.array(places, dtype=float).reshape(-1, 2))
    pairs = tree.query(points, predicate="covered_by")
    for place, polygon in sorted(zip(*pairs.tolist(), strict=True), reverse=True):
        found[place] = codes[polygon]
    return found
