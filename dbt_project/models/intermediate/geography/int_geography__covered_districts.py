"""How much of each district lies in any area of a layer of int_geography__areas: lake.geography as a table."""

import duckdb
import pyarrow as pa
import shapely

from lake.geography import union_km2
from lake.python_model import Dbt

SCHEMA = pa.schema(
    [("city", pa.string()), ("layer", pa.string()), ("district_code", pa.string()), ("covered_km2", pa.float64())]
)


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per layer and district; 0 where no area of the layer reaches the district."""
    dbt.config(materialized="table")
    layers = dbt.ref("int_geography__areas").select("city, layer").distinct().order("city, layer").fetchall()
    districts = dbt.ref("int_geography__district_shapes").select("city, district_code").order("all").fetchall()
    pieces = dbt.ref("int_geography__area_districts").select("city, layer, area_code, district_code, geometry_wkb")
    shapes: dict[tuple[str, str, str], list[shapely.Geometry]] = {}
    for city, layer, _, district, wkb in pieces.order("city, layer, district_code, area_code").fetchall():
        shapes.setdefault((city, layer, district), []).append(shapely.from_wkb(bytes(wkb)))
    rows = [
        {"city": city, "layer": layer, "district_code": district,
         "covered_km2": union_km2(shapes.get((city, layer, district), []))}
        for city, layer in layers
        for home, district in districts
        if home == city
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)
