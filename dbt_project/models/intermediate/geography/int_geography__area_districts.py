"""How much of each area of int_geography__areas lies in each district: lake.geography as a table."""

import duckdb
import pyarrow as pa
import shapely

from lake.geography import area_km2, outline, pieces
from lake.python_model import Dbt

SCHEMA = pa.schema(
    [("city", pa.string()), ("layer", pa.string()), ("area_code", pa.string()), ("district_code", pa.string()),
     ("area_km2", pa.float64()), ("overlap_km2", pa.float64()), ("geometry_wkb", pa.binary())]
)  # fmt: skip


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per area and district that have more than a border in common."""
    dbt.config(materialized="table")
    districts = dict(dbt.ref("int_geography__district_shapes").select("district_code, geometry_wkb").fetchall())
    shapes = {code: shapely.from_wkb(bytes(wkb)) for code, wkb in districts.items()}
    areas = dbt.ref("int_geography__areas").select("city, layer, area_code, geometry_wkb, epsg").fetchall()
    systems = dict(dbt.source("city", "cities").select("city, crs").fetchall())
    rows = []
    for city, layer, area, wkb, epsg in areas:
        shape = outline(wkb, f"EPSG:{epsg}", systems[city])
        for district, piece in pieces(shape, shapes).items():
            rows.append((city, layer, area, district, area_km2(shape), area_km2(piece), shapely.to_wkb(piece)))
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)
