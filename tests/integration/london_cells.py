"""Cells of London's marts of different kinds, and the files that each must lead back to."""

from __future__ import annotations

from dataclasses import dataclass, field

CAMDEN, CITY_OF_LONDON, REGION = "E09000007", "E09000001", "E12000007"
PROFILES = "borough_profiles/london-borough-profiles.csv"
POPULATION = "population_borough/london_population_borough.csv"
CRIMES = "crime_mps_dashboard/recorded-crime-borough.parquet"
BOUNDARIES = "boundaries_boroughs/london_boroughs.geojson"
METERS = "energy_lcl_smartmeter/MAC{}.csv"


@dataclass(frozen=True)
class ExpectedCell:
    """A row of qol_indicators; `files` are its sources, `deciding` those that only say which rows count."""

    indicator: str
    district: str
    period: str
    files: set[str]
    status: str = "ok"
    reproduces: bool | None = True
    deciding: set[str] = field(default_factory=set)


CELLS = {
    "a mean": ExpectedCell("ENV_NO2", CAMDEN, "2018", {"air_quality_laqn/LaqnData.csv"}),
    "a season that is found": ExpectedCell("ENV_O3_PEAK", CAMDEN, "2018", {"air_quality_laqn/LaqnData.csv"}),
    "a ratio": ExpectedCell("SAF_CRIME", CAMDEN, "2024-25", {CRIMES, POPULATION}),
    "a published figure": ExpectedCell("ECO_UNEMP", CAMDEN, "2014", {PROFILES}),
    "a mean of two figures": ExpectedCell("HEA_LIFE_EXP", CAMDEN, "2011-13", {PROFILES}),
    "a composite": ExpectedCell("QOL_LON8", CAMDEN, "2005-15", {PROFILES}),
    "a month": ExpectedCell(
        "SAF_CRIME_MONTH",
        CITY_OF_LONDON,
        "2024-05",
        {"police_street_city_of_london/2024-05-city-of-london-street.csv", POPULATION},
    ),
    "a restricted one": ExpectedCell(
        "ENE_HH_KWH",
        REGION,
        "2013",
        {METERS.format(number) for number in ("000584", "000985", "004179")},
        "restricted",
        None,
        {"energy_lcl_smartmeter/informations_households.csv"},
    ),
    "one from geometry": ExpectedCell(
        "MOB_BUS_DENSITY", CAMDEN, "undated", {"bus_stops_tfl/bus-stops.csv", BOUNDARIES}
    ),
    "one from two layouts": ExpectedCell(
        "REA_PRICE_MEDIAN",
        CITY_OF_LONDON,
        "2023",
        {f"price_paid/{name}.csv" for name in ("barbican_raw", "golden_lane", "derived_bulk_layout_golden_lane")},
        reproduces=None,
    ),
    "an index over every year": ExpectedCell(
        "REA_RSI",
        CITY_OF_LONDON,
        "1995",
        {f"price_paid/{name}.csv" for name in ("barbican_raw", "golden_lane", "derived_bulk_layout_golden_lane")},
        reproduces=None,
    ),
    "a missing one": ExpectedCell("SAF_CRIME", CITY_OF_LONDON, "2024-25", {CRIMES, POPULATION}, "missing", None),
}
