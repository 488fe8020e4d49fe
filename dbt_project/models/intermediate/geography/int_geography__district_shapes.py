"""Districts' outlines in the city's system of coordinates, with their planar areas: lake.geography as a table."""

import duckdb
import pyarrow as pa
import shapely

from lake.geography import area_km2, outline
from lake.python_model import Dbt

SCHEMA = pa.schema(
    [("city", pa.string()), ("district_code", pa.string()), ("area_km2", pa.float64()), ("geometry_wkb", pa.binary())]
)


def model(dbt: Dbt, session: duckdb.DuckDBPyConnection) -> pa.Table:  # noqa: ARG001  dbt calls with both
    """One row per district of the city that has an outline."""
    dbt.config(materialized="table")
    systems = dict(dbt.source("city", "cities").select("city, crs").fetchall())
    districts = dbt.source("city", "districts").filter("level = 'district'").select("district_code").fetchall()
    boundaries = dbt.ref("int_geography__boundaries").select("city, district_code, geometry_wkb, epsg").fetchall()
    known = {code for (code,) in districts}
    rows = []
    for city, code, wkb, epsg in boundaries:
        if code in known:
            shape = outline(wkb, f"EPSG:{epsg}", systems[city])
            rows.append((city, code, area_km2(shape), shapely.to_wkb(shape)))
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)
