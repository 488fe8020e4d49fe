"""A lake made by hand: Parquet files with field ids and release records that name them, without a night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lake.iceberg.file_table import Column
from lake.release.record import CityEntry, Release, TablePin
from lake.release.release import publish
from lake.settings import Settings

INDICATORS = (
    Column(1, "city", "VARCHAR"),
    Column(2, "district_code", "VARCHAR"),
    Column(3, "indicator_code", "VARCHAR"),
    Column(4, "value", "DOUBLE"),
    Column(5, "measured_at", "TIMESTAMP WITH TIME ZONE"),
)
EMPTY_MART = TablePin(None, "open/marts/qol_index/metadata/0.json", 0, 0, INDICATORS, ())


def write_parquet(settings: Settings, name: str, sql: str, columns: tuple[Column, ...]) -> str:
    """Write the rows of a SELECT with field ids; returns the path relative to the warehouse."""
    path = settings.warehouse / name
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = ", ".join(f"{column.name}: {column.id}" for column in columns)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, FIELD_IDS {{{ids}}})")
    return name


def mart_pin(
    files: tuple[str, ...], rows: int, columns: tuple[Column, ...] = INDICATORS, schema_id: int = 0
) -> TablePin:
    """A mart's pin over files made by hand."""
    return TablePin(1, "open/marts/qol_indicators/metadata/1.json", schema_id, rows, columns, files)


def indicators(settings: Settings, city: str, *values: float | None) -> TablePin:
    """`marts.qol_indicators` of a city: one district per value."""
    rows = ", ".join(
        f"('{city}', 'D{n:02}', 'ENV_NO2', {'NULL' if value is None else value}, TIMESTAMPTZ '2015-01-01 00:00:00+00')"
        for n, value in enumerate(values, start=1)
    )
    stamp = abs(hash((city, values)))
    name = f"open/marts/qol_indicators/data/{city}-{stamp}.parquet"
    names = "city, district_code, indicator_code, value, measured_at"
    select = f"SELECT * REPLACE (value::DOUBLE AS value) FROM (VALUES {rows}) AS r({names})"
    return mart_pin((write_parquet(settings, name, select, INDICATORS),), len(values))


def entry(tables: Mapping[str, TablePin], night_id: str = "night-1") -> CityEntry:
    """A city's entry with nothing stale."""
    return CityEntry(night_id=night_id, fingerprint={"raw": "abc"}, contracts={"air": "1.0.0"}, tables=tables)


def release(settings: Settings, city: str, tables: Mapping[str, TablePin], day: int = 1) -> Release:
    """Publish a city's tables at 06:00 UTC of a day of March 2026."""
    now = datetime(2026, 3, day, 6, tzinfo=UTC)
    return publish(settings, city, entry(tables, f"night-{day}"), code_version="test", now=now)


def london_and_sample(settings: Settings) -> Path:
    """Two releases: London's two districts on 1 March, the sample city's three on 2 March."""
    release(settings, "london", {"marts.qol_indicators": indicators(settings, "london", 40.5, None)}, 1)
    tables = {"marts.qol_indicators": indicators(settings, "sample", 1, 2, 3), "marts.qol_index": EMPTY_MART}
    release(settings, "sample", tables, 2)
    return settings.warehouse


def scorecard_marts(settings: Settings) -> dict[str, TablePin]:
    """The marts that a scorecard reads: one index, two districts, of which one has no composite."""
    return {
        "marts.qol_index": mart(
            settings,
            "qol_index",
            """SELECT 'sample' AS city, 'QOL_CITY' AS index_code, d AS district_code, DATE '2014-01-01' AS period_start,
                      DATE '2015-01-01' AS period_end, o AS domain, s::DOUBLE AS score, r::BIGINT AS rank,
                      r::BIGINT AS rank_p05, (r + 1)::BIGINT AS rank_p95, m::VARCHAR AS missing_codes, x AS status
               FROM (VALUES ('D01', 'overall', 80.5, 1, NULL, 'ok'), ('D01', 'environment', 90, NULL, NULL, 'ok'),
                            ('D01', 'safety', 72, NULL, NULL, 'ok'), ('D02', 'safety', 50, NULL, NULL, 'ok'),
                            ('D02', 'overall', NULL, NULL, 'ENV_NO2', 'insufficient_data'),
                            ('D02', 'environment', NULL, NULL, NULL, 'missing')) AS v(d, o, s, r, m, x)""",
        ),
        "marts.qol_scores": mart(
            settings,
            "qol_scores",
            """SELECT 'sample' AS city, 'QOL_CITY' AS index_code, 'D01' AS district_code, 'ENV_NO2' AS indicator_code,
                      '2014' AS period, 0.5::DOUBLE AS score, true AS floored, false AS imputed""",
        ),
        "marts.qol_indicators": mart(
            settings,
            "qol_indicators",
            """SELECT 'sample' AS city, d AS district_code, n AS district_name, 'ENV_NO2' AS indicator_code,
                      '2014' AS period, v::DOUBLE AS value, 'ug/m3' AS unit, c::DOUBLE AS coverage, s AS status
               FROM (VALUES ('D01', 'Harbour', 21.5, 0.9, 'ok'),
                            ('D02', 'Old Town', NULL, 0.4, 'insufficient_data')) AS r(d, n, v, c, s)""",
        ),
        "marts.indicator_registry": mart(
            settings,
            "indicator_registry",
            "SELECT 'ENV_NO2' AS code, 'Nitrogen dioxide' AS name, 'environment' AS domain, 'ug/m3' AS unit",
        ),
    }


def mart(settings: Settings, name: str, sql: str) -> TablePin:
    """A mart from a SELECT; its columns are those of the SELECT."""
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE {sql}").fetchall()
    columns = tuple(Column(n, row[0], row[1]) for n, row in enumerate(described, start=1))
    return mart_pin((write_parquet(settings, f"open/marts/{name}/data/scorecard.parquet", sql, columns),), 1, columns)
