"""Marts for planners as London's files say they must be: a part of the oracle, mart by mart as rows by their key.

Figures that are indicators are taken from the reference; what the marts join to them is read from the files again.
"""

from __future__ import annotations

import calendar
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import numpy as np

from tests.integration.london_files import BOROUGHS, Figure, Key
from tests.integration.london_geometry import inside
from tests.integration.london_reference import residents
from tests.integration.london_services import MONTHS
from tests.integration.published_files import number, records

Row = tuple[float | None, ...]
Rows = dict[tuple[str, ...], Row]
BESIDE_PRICES = "REA_AFFORD REA_PRICE_AVG REA_PRICE_MEDIAN MOB_PTAL MOB_BUS_DENSITY ENV_GREEN ENV_NO2".split()


def planner_rows(folder: Path, figures: Mapping[Key, Figure]) -> dict[str, Rows]:
    """Every mart for planners, by its name."""
    return {
        "ward_health_air": ward_health_air(folder),
        "ambulance_monthly": ambulance_monthly(folder),
        "housing_access": housing_access(folder, figures),
        "crime_transit_supply": crime_transit_supply(folder, figures),
        "energy_weather_monthly": energy_weather_monthly(folder),
    }


def ward_health_air(folder: Path) -> Rows:
    """Residents, bad health in %, age in %, NO2 and PM10 of the wards that both files know."""
    health = {row["GEO_CODE"]: row for row in records(folder / "ward_health" / "wards_health.csv")}
    ages = {row["New_Code"]: number(row["Aged_Over65"]) for row in records(folder / "ward_age" / "wards_age_rate.csv")}
    rows: Rows = {}
    for row in records(folder / "air_quality_laqn" / "ward_pollution.csv"):
        code = row["New_Code"]
        if code in health:
            heads, bad = (float(health[code][name]) for name in ("population", "bad_very_bad_health"))
            air = number(row["Mean_NO2"]), number(row["Mean_PM10"])
            rows[code,] = (heads, 100 * bad / heads, ages.get(code), *air)
    return rows


def ambulance_monthly(folder: Path) -> Rows:
    """Incidents, residents, and incidents a day per 100,000 residents of every borough and month."""
    people = residents(folder)
    rows: Rows = {}
    for row in records(folder / "ambulance_incidents" / "ambulance-borough-monthly.csv"):
        for name, cell in row.items():
            count = number(cell or "")
            if row["Code"] in BOROUGHS and name[:3] in MONTHS and count is not None:
                year, month = int(name[4:]), MONTHS.index(name[:3]) + 1
                days = calendar.monthrange(year, month)[1]
                heads = people[row["Code"], year]
                rows[row["Code"], str(date(year, month, 1))] = (count, heads, 1e5 * count / days / heads)
    return rows


def housing_access(folder: Path, figures: Mapping[Key, Figure]) -> Rows:
    """Median price, price over pay, index price, latest median paid, PTAL, stops per km2, green and NO2 by borough."""
    rows: Rows = {}
    for row in records(folder / "borough_profiles" / "london-borough-profiles.csv"):
        if row["Code"] in BOROUGHS:
            beside = [latest(figures, code, row["Code"]) for code in BESIDE_PRICES]
            rows[row["Code"],] = (number(row["Median_House_Price_2014"]), *beside)
    return rows


def latest(figures: Mapping[Key, Figure], code: str, district: str) -> float | None:
    """The value of the latest period that is `ok`; London's labels sort by time."""
    known = {key[2]: one.value for key, one in figures.items() if key[:2] == (code, district) and one.status == "ok"}
    return known[max(known)] if known else None


def crime_transit_supply(folder: Path, figures: Mapping[Key, Figure]) -> Rows:
    """Offences, offences per 1,000, bus stops and the routes that call at one of them, by borough with offences."""
    stops = {}
    for row in records(folder / "bus_stops_tfl" / "bus-stops.csv"):
        if row["Virtual_Bus_Stop"] == "0":
            place = float(row["Location_Easting"]), float(row["Location_Northing"])
            stops.setdefault(row["Stop_Code_LBSL"].strip(), place)
    routes: dict[str, set[str]] = defaultdict(set)
    for row in records(folder / "bus_stops_tfl" / "bus-sequences.csv"):
        routes[row["Stop_Code_LBSL"].strip()].add(row["Route"].strip())
    points, codes = np.array(list(stops.values())), list(stops)
    rows: Rows = {}
    for feature in json.loads((folder / "boundaries_boroughs" / "london_boroughs.geojson").read_text())["features"]:
        borough = feature["properties"]["GSS_CODE"]
        rings = [np.array(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        here = [codes[n] for n in np.flatnonzero(inside(points, rings))]
        crime = figures["SAF_CRIME", borough, "2024-25"]
        if crime.status == "ok":
            called = set[str]().union(*(routes[code] for code in here))
            rows[borough,] = (crime.numerator, crime.value, len(here), len(called))
    return rows


def energy_weather_monthly(folder: Path) -> Rows:
    """Household days, kWh per household and day, and degree days of each month; days of fewer than five are hidden."""
    daily: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for path in sorted((folder / "energy_lcl_smartmeter").glob("MAC*.csv")):
        readings = {}
        for row in records(path):
            kwh = number(row["kwhh"])
            if kwh is not None:
                readings[datetime.fromisoformat(row["datetime"].strip())] = kwh
        for stamp, kwh in readings.items():
            daily[stamp.date()][path.stem] += kwh
    rows: Rows = {}
    for month in sorted({day.replace(day=1) for day in daily}):
        shown = [day for day in daily if day.replace(day=1) == month and len(daily[day]) >= 5]
        household_days = sum(len(daily[day]) for day in shown)
        energy = sum(kwh for day in shown for kwh in daily[day].values())
        kwh_a_day = energy / household_days if shown else None
        degree_days = calendar.monthrange(month.year, month.month)[1] * max(0.0, 15.5 - temperature(folder, month))
        rows[str(month),] = (len(shown), household_days or None, kwh_a_day, degree_days)
    return rows


def temperature(folder: Path, month: date) -> float:
    """Middle between the means of the daily maximum and minimum."""
    for line in (folder / "weather_heathrow_monthly" / "heathrowdata.txt").read_text().splitlines():
        fields = line.split()
        if fields[:2] == [str(month.year), str(month.month)]:
            return (float(fields[2]) + float(fields[3])) / 2
    raise ValueError(f"no weather of {month}: the reference knows only months that have some")
