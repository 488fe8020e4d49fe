"""A town whose page tests look at: a release made by hand, with each kind of figure that a page must tell apart.

District n (01 to 12) is a square of a grid, four a row. Twelve districts, of which eleven are ranked.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import shapely

from lake.city import City, load_city, packaged_cities
from lake.contract import Contract, load_contracts
from lake.night.kept_models import keep_models
from lake.release.record import TablePin
from lake.settings import Settings
from tests.unit.handmade import mart, release

CITY_FILE = """
city: town
name: {name}
time_zone: Europe/London
crs: EPSG:27700
night_starts_at: '03:30'
whole_city: {{code: T00, name: Town}}
districts: [{districts}]
index: QOL_CITY
sources:
  - {{dataset: population_borough, path: p.csv, url: 'https://example.org/people', attribution: Town statistics}}
  - {{dataset: bus_stops_tfl, path: b.csv, attribution: Town buses}}
  - {{dataset: transit_stations, path: s.geojson, attribution: Town mappers{station_licence}}}
"""
DATASETS = ("population_borough", "bus_stops_tfl", "transit_stations")
RESTS_ON = dict.fromkeys(
    ("ENV_NO2", "ENE_HH_KWH", "SAF_CRIME_MONTH", "ELD_SHARE65", "QOL_CITY"), ("population_borough",)
)
CODES = [f"T{n:02}" for n in range(1, 13)]
NAMES = {code: f"District {n}" for n, code in enumerate(CODES, start=1)}
MONTHS = ("2014-11", "2014-12", "2015-01")

REGISTRY = """SELECT * FROM (VALUES
    ('ENV_NO2', 'Nitrogen dioxide', 'environment', 'ug/m3', -1, 'sum / number', NULL),
    ('ENE_HH_KWH', 'Electricity', 'energy', 'kWh per household', -1, 'energy / households', 'ISO 37120'),
    ('SAF_CRIME_MONTH', 'Offences of a month', 'safety', 'per 1,000', -1, 'offences / residents', NULL),
    ('ELD_SHARE65', 'Aged 65 and over', 'elderly', '%', NULL, 'as published', NULL),
    ('QOL_CITY', 'Composite', 'overall', 'index 0..1', 1, 'geometric mean of scores', 'OECD handbook')
) AS r(code, name, domain, unit, polarity, formula, standard_refs)"""
DEFINITION = """SELECT 'QOL_CITY' AS index_code, c AS indicator_code, d AS domain, 1::DOUBLE AS weight,
    10::DOUBLE AS goalpost_low, 40::DOUBLE AS goalpost_high, 'WHO' AS goalpost_source, 1 AS max_age_years
FROM (VALUES ('ENV_NO2', 'environment'), ('SAF_CRIME_MONTH', 'safety')) AS v(c, d)"""
# 01 is restricted for electricity, 02 has too little air, 12 has none; every district has three months of crime.
INDICATORS = """
WITH d AS (SELECT n, 'T' || lpad(n::VARCHAR, 2, '0') AS code FROM range(13) AS r(n)),
found AS (
    SELECT code, 'ENV_NO2' AS i, '2014' AS p, DATE '2014-01-01' AS s, DATE '2015-01-01' AS e, 20.5 + n AS v,
        CASE n WHEN 2 THEN 'insufficient_data' WHEN 12 THEN 'missing' ELSE 'ok' END AS x,
        CASE n WHEN 2 THEN 0.41 WHEN 12 THEN 0 ELSE 0.9 END AS c FROM d WHERE n > 0
    UNION ALL SELECT code, 'ENE_HH_KWH', '2015-01', DATE '2015-01-01', DATE '2015-02-01', 300 + n,
        CASE n WHEN 1 THEN 'restricted' ELSE 'ok' END, 0.9 FROM d
    UNION ALL SELECT code, 'SAF_CRIME_MONTH', m, (m || '-01')::DATE, (m || '-01')::DATE + INTERVAL 1 MONTH,
        n + length(m), 'ok', 1 FROM d, (VALUES ('2014-11'), ('2014-12'), ('2015-01')) AS t(m)
    UNION ALL SELECT code, 'ELD_SHARE65', 'undated', NULL, NULL, 12.5, 'ok', 1 FROM d
    UNION ALL SELECT code, 'QOL_CITY', '2014-15', DATE '2014-01-01', DATE '2015-02-01', 0.5, 'ok', 1 FROM d WHERE n > 0
)
SELECT 'town' AS city, code AS district_code, 'District' AS district_name, i AS indicator_code, p AS period,
    s::DATE AS period_start, e::DATE AS period_end, CASE WHEN x = 'ok' THEN v::DOUBLE END AS value, '' AS unit,
    NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator, c::DOUBLE AS coverage, x AS status,
    NULL::DOUBLE AS value_low, NULL::DOUBLE AS value_high
FROM found"""
SCORES = f"""
SELECT city, 'QOL_CITY' AS index_code, district_code, indicator_code, period, value AS score,
    district_code = 'T03' AS floored, district_code = 'T04' AS imputed
FROM ({INDICATORS}) WHERE indicator_code IN ('ENV_NO2', 'SAF_CRIME_MONTH') AND status = 'ok' AND district_code <> 'T00'
    AND period <> '2014-11' AND period <> '2014-12'"""
INDEX = """
SELECT 'town' AS city, 'QOL_CITY' AS index_code, 'T' || lpad(n::VARCHAR, 2, '0') AS district_code,
    DATE '2014-01-01' AS period_start, DATE '2015-02-01' AS period_end, o AS domain,
    CASE WHEN n < {scored} THEN (90.25 - n * 5)::DOUBLE END AS score,
    CASE WHEN o = 'overall' AND n < {ranked} THEN n::INTEGER END AS rank,
    CASE WHEN o = 'overall' AND n < {ranked} THEN greatest(n - 1, 1)::INTEGER END AS rank_p05,
    CASE WHEN o = 'overall' AND n < {ranked} THEN least(n + 2, 11)::INTEGER END AS rank_p95,
    CASE WHEN n < {scored} THEN NULL ELSE 'ENV_NO2' END AS missing_codes,
    CASE WHEN n < {scored} THEN 'ok' ELSE 'insufficient_data' END AS status
FROM range(1, 13) AS r(n), (VALUES ('overall'), ('environment'), ('safety')) AS d(o)"""


@functools.cache
def contracts() -> dict[str, Contract]:
    """The packaged contracts, read once."""
    return load_contracts()


def town(
    folder: Path, names: dict[str, str] | None = None, name: str = "Town", station_licence: str | None = None
) -> City:
    """The town's city file, read; `names` are districts by code."""
    districts = ", ".join(f"{{code: {code}, name: {json_text(text)}}}" for code, text in (names or NAMES).items())
    path = folder / "town.yaml"
    licence = f", licence: {station_licence}" if station_licence else ""
    path.write_text(CITY_FILE.format(districts=districts, name=json_text(name), station_licence=licence))
    return load_city(path, contracts())


def json_text(text: str) -> str:
    """A text as YAML and JSON write it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def town_marts(settings: Settings, *, scored: int = 12, ranked: int = 12, outlines: bool = True) -> dict[str, TablePin]:
    """The marts that a page reads: districts below `scored` have a composite, those below `ranked` a rank."""
    made = {
        "indicator_registry": REGISTRY,
        "index_definition": DEFINITION,
        "qol_indicators": INDICATORS,
        "qol_scores": SCORES,
        "qol_index": INDEX.format(scored=scored, ranked=ranked),
    }
    if outlines:
        made["district_boundaries"] = boundaries_sql()
    return {f"marts.{short}": mart(settings, short, sql) for short, sql in made.items()}


def boundaries_sql() -> str:
    """Squares of a kilometre, four a row."""
    rows = []
    for n, code in enumerate(CODES):
        west, south = 530_000 + 1000 * (n % 4), 180_000 + 1000 * (n // 4)
        square = shapely.box(west, south, west + 1000, south + 1000)
        rows.append(f"('town', '{code}', 'EPSG:27700', from_hex('{square.wkb_hex}'))")
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS b(city, district_code, crs, geometry_wkb)"


def release_town(
    settings: Settings,
    *,
    scored: int = 12,
    ranked: int = 12,
    outlines: bool = True,
    rests_on: Mapping[str, Sequence[str]] = RESTS_ON,
) -> None:
    """Publish the town; `rests_on` are datasets by indicator."""
    publish_town(settings, town_marts(settings, scored=scored, ranked=ranked, outlines=outlines), rests_on=rests_on)


def publish_town(
    settings: Settings,
    marts: Mapping[str, TablePin],
    city: str = "town",
    rests_on: Mapping[str, Sequence[str]] = RESTS_ON,
) -> None:
    """Publish marts with raw tables and the models that made the one of the other."""
    raw = {f"raw.{dataset}": TablePin(1, f"raw/{dataset}/metadata/1.json", 0, 1) for dataset in DATASETS}
    columns = [column.name for column in marts["marts.qol_indicators"].columns or ()]
    fingerprint = release(settings, city, {**marts, **raw}).cities[city].fingerprint
    manifest = settings.home / "manifest.json"
    manifest.write_text(json.dumps(_manifest(columns, rests_on)))
    somewhere = load_city(packaged_cities()["sample"], contracts()).model_copy(update={"city": city})
    keep_models(settings, somewhere, fingerprint, manifest)


def _manifest(columns: Sequence[str], rests_on: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """What dbt would say of a model that takes the figures of each indicator from its datasets."""
    names = ", ".join("{code} as indicator_code" if name == "indicator_code" else name for name in columns)
    branches = [
        f"select {names.format(code=repr(code))} from raw.{dataset}"
        for code, datasets in rests_on.items()
        for dataset in datasets
    ]
    node = {"schema": "marts", "name": "qol_indicators", "resource_type": "model", "language": "sql", "config": {}}
    parents = [f"source.{dataset}" for dataset in DATASETS]
    model = {**node, "columns": dict.fromkeys(columns), "depends_on": {"nodes": parents}}
    sources = {
        f"source.{dataset}": {"schema": "raw", "name": dataset, "columns": dict.fromkeys(columns)}
        for dataset in DATASETS
    }
    return {
        "nodes": {"model.qol_indicators": {**model, "compiled_code": " union all ".join(branches)}},
        "sources": sources,
    }
