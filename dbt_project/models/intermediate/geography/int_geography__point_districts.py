"""The district of every point of int_geography__points: points in polygons, which SQL alone cannot do.

A layer of points that is added there is placed here without a change.
"""

from collections.abc import Sequence
from typing import Protocol

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer

Places = npt.NDArray[np.float64]


class Dbt(Protocol):
    """What dbt hands to a Python model."""

    def config(self, *, materialized: str) -> None:
        """Settings of this model."""

    def ref(self, model: str) -> duckdb.DuckDBPyRelation:
        """Another model."""

    def source(self, source: str, table: str) -> duckdb.DuckDBPyRelation:
        """A source table."""


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per point; without a district where it lies outside all of them."""
    dbt.config(materialized="table")
    shapes = dbt.ref("int_geography__district_shapes").select("district_code, geometry_wkb").fetchall()
    relation = dbt.ref("int_geography__points").select("city, layer, point_code, x, y, crs")
    points, cities = relation.to_arrow_table(), dbt.source("city", "cities").select("crs").fetchall()
    places = np.column_stack([points["x"].to_numpy(), points["y"].to_numpy()]).astype(float)
    for (target,) in cities:
        places = in_crs(places, points["crs"].to_pylist(), target)
    found = covering({code: shapely.from_wkb(bytes(wkb)) for code, wkb in shapes}, places)
    return points.drop(["x", "y", "crs"]).append_column("district_code", pa.array(found, pa.string()))


def in_crs(places: Places, systems: Sequence[str], target: str) -> Places:
    """The places in one coordinate reference system; those that are in it already stay as they are."""
    moved = places.copy()
    for system in set(systems):
        if CRS.from_user_input(system) != CRS.from_user_input(target):
            here = np.array([one == system for one in systems])
            transformer = Transformer.from_crs(system, target, always_xy=True)
            moved[here] = np.column_stack(transformer.transform(*places[here].T))
    return moved


def covering(polygons: dict[str, shapely.Geometry], places: Places) -> list[str | None]:
    """Per place the smallest code of the polygons that cover it, boundary included; None outside all of them.

    A place without coordinates (NaN) lies outside.
    """
    codes = sorted(polygons)
    found: list[str | None] = [None] * len(places)
    tree = shapely.STRtree([polygons[code] for code in codes])
    pairs = tree.query(shapely.points(places), predicate="covered_by")
    for place, polygon in sorted(zip(*pairs.tolist(), strict=True), reverse=True):
        found[place] = codes[polygon]
    return found
