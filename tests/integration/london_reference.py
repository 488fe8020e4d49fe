"""London's indicators computed straight from the published files, apart from the lake and from dbt.

An oracle for tests: plain Python after the definitions of the indicators (districts, periods, filters), sharing no code
with the pipeline. Figures of the borough profiles are in london_profiles.py, of services in london_services.py, of
prices in london_prices.py, composites in composite_reference.py.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.integration.london_files import BOROUGHS, CAMDEN, CITY, REGION, Figure, Key
from tests.integration.london_geometry import points_by_borough
from tests.integration.london_prices import prices
from tests.integration.london_profiles import profiles
from tests.integration.london_services import services
from tests.integration.published_files import number, records

YEAR_2013_HALF_HOURS = 17_520


def differences(found: Iterable[Sequence[Any]], reference: dict[Key, Figure], relative: float = 1e-9) -> list[str]:
    """What is wrong with rows of (indicator, district, period, *fields of Figure), a line each; none is perfect."""
    rows = {(row[0], row[1], row[2]): Figure(*row[3:]) for row in found}
    wrong = [f"{key}: no row" for key in reference.keys() - rows.keys()]
    wrong += [f"{key}: not expected" for key in rows.keys() - reference.keys()]
    for key in reference.keys() & rows.keys():
        for name, want in asdict(reference[key]).items():
            got = getattr(rows[key], name)
            same = (
                math.isclose(got, want, rel_tol=relative)
                if None not in (got, want) and is_number(want)
                else got == want
            )
            if not same:
                wrong.append(f"{key}: {name} is {got}, the reference has {want}")
    return sorted(wrong)


def is_number(value: object) -> bool:
    """Whether a field is compared with a tolerance."""
    return isinstance(value, (int, float))


def residents(folder: Path) -> dict[tuple[str, int], float]:
    """Residents by area and year."""
    return {
        (row["Code"], int(row["Year"])): float(row["Population"])
        for row in records(folder / "population_borough" / "london_population_borough.csv")
    }


def expected(folder: Path) -> dict[Key, Figure]:
    """Every indicator but the composite, by indicator, district and period."""
    people = residents(folder)
    names = {
        row["Name"]: row["Code"]
        for row in records(folder / "population_borough" / "london_population_borough.csv")
        if row["Code"] in BOROUGHS
    }
    return {
        **air(folder),
        **energy(folder),
        **offences(folder, people, names),
        **street_crime(folder, people),
        **profiles(folder),
        **services(folder, people),
        **prices(folder),
        **bus_density(folder),
    }


def air(folder: Path) -> dict[Key, Figure]:
    """Annual means and the ozone season of 2018 at Bloomsbury."""
    start, end = datetime(2018, 1, 1), datetime(2019, 1, 1)
    series: dict[str, dict[datetime, float | None]] = defaultdict(dict)
    for path in sorted((folder / "air_quality_laqn").glob("LaqnData*.csv")):
        for row in records(path):
            stamp = datetime.strptime(row["ReadingDateTime"], "%d/%m/%Y %H:%M")
            if row["Site"] == "BL0" and start <= stamp < end:
                series[row["Species"]][stamp] = number(row["Value"])
    figures = {}
    for species in ("NO2", "PM10", "O3", "NOX"):
        values = [value for value in series[species].values() if value is not None]
        total, count, coverage = math.fsum(values), len(values), len(values) / 8760
        good = coverage >= 0.75
        figures["ENV_" + species, CAMDEN, "2018"] = Figure(
            start.date(),
            end.date(),
            total / count if good else None,
            total,
            count,
            coverage,
            "ok" if good else "insufficient_data",
        )
    figures["ENV_O3_PEAK", CAMDEN, "2018"] = ozone_season(series["O3"])
    return figures


def ozone_season(series: dict[datetime, float | None]) -> Figure:
    """The six months of 2018 with the largest mean of daily maxima of running 8-hour means."""
    first = datetime(2018, 1, 1)
    hourly = [series.get(first + timedelta(hours=hour)) for hour in range(8760)]
    daily: dict[date, list[float]] = defaultdict(list)
    for hour in range(8760):
        recent = [value for value in hourly[max(0, hour - 7) : hour + 1] if value is not None]
        if len(recent) >= 6:
            daily[(first + timedelta(hours=hour)).date()].append(math.fsum(recent) / len(recent))
    maxima = {day: max(means) for day, means in daily.items() if len(means) >= 18}
    best: Figure | None = None
    for month in range(1, 8):
        begin = date(2018, month, 1)
        end = date(2018 + (month + 6 > 12), (month + 5) % 12 + 1, 1)
        inside = [value for day, value in maxima.items() if begin <= day < end]
        coverage = len(inside) / (end - begin).days
        if coverage >= 0.75:
            total = math.fsum(inside)
            value = total / len(inside)
            if best is None or best.value is None or value > best.value:
                best = Figure(begin, end, value, total, len(inside), coverage, "ok")
    if best is None:
        raise ValueError("no ozone season qualifies: the reference knows only years that have one")
    return best


def energy(folder: Path) -> dict[Key, Figure]:
    """Household electricity of 2013 from the household files."""
    start, end = datetime(2013, 1, 1), datetime(2014, 1, 1)
    households = []
    for path in sorted((folder / "energy_lcl_smartmeter").glob("MAC*.csv")):
        readings = {}
        for row in records(path):
            stamp, value = datetime.fromisoformat(row["datetime"].strip()), number(row["kwhh"])
            if value is not None and start <= stamp < end:
                readings[stamp] = value
        if len(readings) / YEAR_2013_HALF_HOURS >= 0.99:
            households.append(readings)
    count = len(households)
    status = "ok" if count >= 5 else "restricted"
    rows = sum(len(readings) for readings in households)
    total = math.fsum(value for readings in households for value in readings.values())
    common = set.intersection(*(set(readings) for readings in households))
    load = {stamp: 2 * math.fsum(readings[stamp] for readings in households) for stamp in common}
    night = [kw for stamp, kw in load.items() if (stamp.hour, stamp.minute) in {(2, 0), (2, 30), (3, 0), (3, 30)}]
    mean, peak, base = math.fsum(load.values()) / len(load), max(load.values()), math.fsum(night) / len(night)
    shares = rows / (YEAR_2013_HALF_HOURS * count), len(load) / YEAR_2013_HALF_HOURS
    parts = {
        "ENE_HH_KWH": (total / count, total, float(count), shares[0]),
        "ENE_PEAK_RATIO": (mean / peak, mean, peak, shares[1]),
        "ENE_NIGHT_BASE": (100 * base / mean, base, mean, shares[1]),
    }
    return {
        (code, REGION, "2013"): Figure(start.date(), end.date(), *numbers, status) for code, numbers in parts.items()
    }


def offences(folder: Path, people: dict[tuple[str, int], float], names: dict[str, str]) -> dict[Key, Figure]:
    """Recorded offences of April 2024 to March 2025, boroughs and region."""
    months = [f"2024{month:02d}" for month in range(4, 13)] + [f"2025{month:02d}" for month in range(1, 4)]
    table = pq.read_table(folder / "crime_mps_dashboard" / "recorded-crime-borough.parquet").to_pylist()
    kept = [row for row in table if row["majortext"] != "NFIB FRAUD"]
    period = (date(2024, 4, 1), date(2025, 4, 1))
    figures = {}
    for code, factor, only in (("SAF_CRIME", 1e3, None), ("SAF_VIOLENT", 1e5, "VIOLENCE AGAINST THE PERSON")):
        counts: dict[str, int] = defaultdict(int)
        for row in kept:
            if only in (None, row["majortext"]):
                counts[row["boroughname"]] += sum(row[month] for month in months)
        named = {names[name]: count for name, count in counts.items() if name in names}
        for district in BOROUGHS:
            if district in named:
                n, d = named[district], people[district, 2024]
                figures[code, district, "2024-25"] = Figure(*period, factor * n / d, n, d, 1.0, "ok")
            else:
                figures[code, district, "2024-25"] = Figure(*period, None, None, None, 0.0, "missing")
        n, d = sum(counts.values()), math.fsum(people[district, 2024] for district in named)
        share = sum(named.values()) / n
        figures[code, REGION, "2024-25"] = Figure(*period, factor * n / d, n, d, share, "ok")
    return figures


def street_crime(folder: Path, people: dict[tuple[str, int], float]) -> dict[Key, Figure]:
    """Offences per month in the City of London, one figure per file."""
    figures = {}
    for path in sorted((folder / "police_street_city_of_london").glob("*-street.csv")):
        month = path.name[:7]
        begin = date.fromisoformat(month + "-01")
        kept, seen = [], set()
        for row in records(path):
            if row["Month"] != month or row["Falls within"] != "City of London Police":
                continue
            crime = row["Crime ID"].strip()
            if row["Crime type"] == "Anti-social behaviour" or crime in seen:
                continue
            if crime:
                seen.add(crime)
            kept.append(row)
        n, d = len(kept), people[CITY, begin.year]
        inside = sum(row["LSOA name"].startswith("City of London") for row in kept)
        figures["SAF_CRIME_MONTH", CITY, month] = Figure(
            begin, next_month(begin), 1000 * n / d, n, d, inside / n if n else 0.0, "ok"
        )
    return figures


def next_month(first: date) -> date:
    """First day of the following month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def bus_density(folder: Path) -> dict[Key, Figure]:
    """Bus stops per km2 of each borough's polygon."""
    seen, places = set(), []
    for row in records(folder / "bus_stops_tfl" / "bus-stops.csv"):
        stop = row["Stop_Code_LBSL"].strip()
        if row["Virtual_Bus_Stop"] == "0" and stop not in seen:
            seen.add(stop)
            places.append((float(row["Location_Easting"]), float(row["Location_Northing"])))
    boroughs = points_by_borough(folder / "boundaries_boroughs" / "london_boroughs.geojson", places)
    figures = {
        ("MOB_BUS_DENSITY", district, "undated"): Figure(None, None, stops / km2, stops, km2, 1.0, "ok")
        for district, (stops, km2) in boroughs.items()
    }
    stops, km2 = sum(n for n, _ in boroughs.values()), math.fsum(area for _, area in boroughs.values())
    figures["MOB_BUS_DENSITY", REGION, "undated"] = Figure(
        None, None, stops / km2, stops, km2, stops / len(places), "ok"
    )
    return figures
