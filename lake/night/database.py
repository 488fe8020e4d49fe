"""The scratch DuckDB file in which dbt works for one night of one city: raw views, the city's facts, what changed.

Private to the run. Schemas: `raw` (views over the pinned raw snapshots), `city` (tables from the city file), `night`
(periods to compute), `pinned` (marts as committed before). The dbt project declares all of them as sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path

import duckdb

from lake.city import City, ScopeRow
from lake.iceberg.file_table import FileTable, quoted, select_sql

SCOPES = "indicator_scopes"
CITY_TABLES = {
    "cities": "city varchar, city_name varchar, district_code varchar, time_zone varchar, crs varchar, "
    "energy_readings varchar, energy_series varchar, index_code varchar",
    "districts": "city varchar, district_code varchar, district_name varchar, level varchar",
    SCOPES: "city varchar, indicator_code varchar, period varchar, period_start date, period_end date, "
    "district_code varchar, population_year integer",
    "air_sites": "city varchar, site_code varchar, district_code varchar",
    "police_areas": "city varchar, falls_within varchar, district_code varchar, lsoa_prefix varchar",
    "works_agencies": "city varchar, agency varchar",
    "indexes": "city varchar, index_code varchar, until date",
    "service_dates": "city varchar, feed varchar, service_date date",
}


def write_night_database(
    path: Path,
    city: City,
    raw: Mapping[str, FileTable],
    pinned: Mapping[str, FileTable],
    changed: Mapping[str, Sequence[date]],
    scopes: Sequence[ScopeRow],
) -> None:
    """Create the file with everything that dbt reads; an earlier file of this run is replaced."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(path))
    try:
        _views(con, "raw", raw)
        _views(con, "pinned", pinned)
        for table, rows in _city_rows(city, scopes).items():
            _table(con, f"city.{table}", CITY_TABLES[table], rows)
        periods = [(mart, day) for mart, days in changed.items() for day in days]
        _table(con, "night.changed_periods", "mart varchar, period_start date", periods)
    finally:
        con.close()


def city_texts(city: City) -> dict[str, list[dict[str, str | None]]]:
    """Rows of the city's tables as texts, by table; those that depend on what was delivered (scopes) are left out."""
    found = {}
    for table, rows in _city_rows(city, ()).items():
        if table != SCOPES:
            names = [column.split(" ")[0] for column in CITY_TABLES[table].split(", ")]
            found[f"city.{table}"] = [dict(zip(names, map(_text, row), strict=True)) for row in rows]
    return found


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _views(con: duckdb.DuckDBPyConnection, schema: str, tables: Mapping[str, FileTable]) -> None:
    con.execute(f"create schema if not exists {schema}")
    for name, table in tables.items():
        con.execute(f"create view {schema}.{quoted(name)} as {select_sql(table)}")


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    con.execute(f"create schema if not exists {name.split('.', maxsplit=1)[0]}")
    con.execute(f"create table {name} ({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"insert into {name} values ({marks})", rows)


def _city_rows(city: City, scopes: Sequence[ScopeRow]) -> dict[str, list[tuple[object, ...]]]:
    energy = (city.energy.readings, city.energy.series) if city.energy else (None, None)
    return {
        "cities": [(city.city, city.name, city.whole_city.code, city.time_zone, city.crs, *energy, city.index)],
        "districts": [(city.city, area.code, area.name, level) for level, area in city.areas],
        SCOPES: [astuple(row) for row in scopes],
        "air_sites": [(city.city, site.site_code, site.district) for site in city.air_sites],
        "police_areas": [(city.city, area.falls_within, area.district, area.lsoa_prefix) for area in city.police_areas],
        "works_agencies": [(city.city, agency) for agency in city.works_agencies],
        "indexes": [(city.city, city.index, city.index_until)] if city.index else [],
        "service_dates": [
            (city.city, feed, day)
            for feed, days in {source.entry: source.service_dates for source in city.sources}.items()
            for day in sorted(set(days))
        ],
    }
