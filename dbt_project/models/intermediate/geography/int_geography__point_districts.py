"""The district of every point of int_geography__points: lake.geography as a table.

A layer of points that is added there is placed here without a change.
"""

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from lake.geography import covering, in_system
from lake.python_model import Dbt


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per point; without a district where it lies outside all of them."""
    dbt.config(materialized="table")
    shapes = dbt.ref("int_geography__district_shapes").select("district_code, geometry_wkb").fetchall()
    relation = dbt.ref("int_geography__points").select("city, layer, point_code, x, y, crs")
    points, cities = relation.to_arrow_table(), dbt.source("city", "cities").select("crs").fetchall()
    places = np.column_stack([points["x"].to_numpy(), points["y"].to_numpy()]).astype(float)
    for (target,) in cities:
        places = in_system(places, points["crs"].to_pylist(), target)
    found = covering({code: shapely.from_wkb(bytes(wkb)) for code, wkb in shapes}, places)
    return points.drop(["x", "y", "crs"]).append_column("district_code", pa.array(found, pa.string()))
