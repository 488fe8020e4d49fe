"""Indicators of London's services with a denominator, straight from the files: ambulance, care, offences, stations.

A part of the oracle: plain Python after the definitions. A district or city of which something is blank is `missing`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tests.integration.london_files import BOROUGHS, REGION, Figure, Key
from tests.integration.london_geometry import points_by_borough
from tests.integration.published_files import number, records

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
People = Mapping[tuple[str, int], float]
Span = tuple[date | None, date | None]


def services(folder: Path, people: People) -> dict[Key, Figure]:
    """Figures of all four, by indicator, district and period."""
    return {
        **ambulance(folder, people),
        **care_spending(folder),
        **recorded_offences(folder, people),
        **stations(folder, people),
    }


def ratio(span: Span, factor: float, upper: float | None, lower: float | None, coverage: float = 1.0) -> Figure:
    """factor x upper / lower with its parts, or what there is of them."""
    if upper is None or not lower:
        return Figure(*span, None, upper, lower, 0.0, "missing")
    return Figure(*span, factor * upper / lower, upper, lower, coverage, "ok")


def total(parts: list[float | None]) -> float | None:
    """The sum of all boroughs' parts; None unless every borough has one."""
    known = [part for part in parts if part is not None]
    return math.fsum(known) if len(known) == len(BOROUGHS) else None


def ambulance(folder: Path, people: People) -> dict[Key, Figure]:
    """Incidents of the twelve months of 2014 per 1,000 residents."""
    span = date(2014, 1, 1), date(2015, 1, 1)
    counts: dict[str, float | None] = {}
    for row in records(folder / "ambulance_incidents" / "ambulance-borough-monthly.csv"):
        if row["Code"].startswith("E09"):
            months = [number(row[f"{month} 2014"]) for month in MONTHS]
            counts[row["Code"].strip()] = None if None in months else math.fsum(m for m in months if m is not None)
    everywhere = total([counts.get(borough) for borough in BOROUGHS])
    figures = {
        ("HEA_AMBULANCE", borough, "2014"): ratio(span, 1000, counts[borough], people[borough, 2014])
        if borough in counts
        else ratio(span, 1000, None, None)
        for borough in BOROUGHS
    }
    return figures | {("HEA_AMBULANCE", REGION, "2014"): ratio(span, 1000, everywhere, people[REGION, 2014])}


def care_spending(folder: Path) -> dict[Key, Figure]:
    """Spending on residents aged 65 and over in 2015/16, per resident of that age."""
    span = date(2015, 4, 1), date(2016, 4, 1)
    elders: dict[str, float | None] = {}
    for row in records(folder / "borough_profiles" / "london-borough-profiles.csv"):
        people = number(row["GLA_Population_Estimate_2015"])
        share = number(row["Proportion_of_population_aged_65_and_over_2015"])
        elders[row["Code"]] = None if people is None or share is None else people * share / 100
    spent = {
        row["ONS_Code"].strip(): number(row["65_and_over_total"])
        for row in records(folder / "adult_social_care" / "boroughs_ASC.csv")
    }
    figures = {
        ("ELD_CARE_SPEND65", borough, "2015-16"): ratio(
            span, 1, spent.get(borough), elders.get(borough) if borough in spent else None
        )
        for borough in BOROUGHS
    }
    upper = total([spent.get(borough) for borough in BOROUGHS])
    lower = total([elders.get(borough) if borough in spent else None for borough in BOROUGHS])
    return figures | {("ELD_CARE_SPEND65", REGION, "2015-16"): ratio(span, 1, upper, lower)}


def recorded_offences(folder: Path, people: People) -> dict[Key, Figure]:
    """Offences from April 2014 to March 2015 per 1,000 residents; boroughs only."""
    span = date(2014, 4, 1), date(2015, 4, 1)
    counts = {
        row["Code"].strip(): number(row["Value"])
        for row in records(folder / "crime_rates_borough" / "recorded-offences.csv")
        if row["Year"].strip() == "2014-12-31"
    }
    return {
        ("SAF_CRIME_RO", borough, "2014-15"): ratio(span, 1000, counts[borough], people[borough, 2014])
        if borough in counts
        else ratio(span, 1000, None, None)
        for borough in BOROUGHS
    }


def stations(folder: Path, people: People) -> dict[Key, Figure]:
    """Rail stations per 100,000 residents of 2019, placed by the textbook."""
    seen, places = set(), []
    for feature in json.loads((folder / "transit_stations" / "TransitStations.geojson").read_text())["features"]:
        node = feature["properties"]
        if node["railway"] == "station" and node["osm_id"] not in seen:
            seen.add(node["osm_id"])
            x, y = feature["geometry"]["coordinates"][:2]
            places.append((float(x), float(y)))
    boroughs = points_by_borough(folder / "boundaries_boroughs" / "london_boroughs.geojson", places)
    figures = {
        ("MOB_STATIONS", borough, "undated"): ratio((None, None), 100_000, inside, people[borough, 2019])
        for borough, (inside, _) in boroughs.items()
    }
    inside = sum(count for count, _ in boroughs.values())
    share = inside / len(places)
    region = ratio((None, None), 100_000, inside, people[REGION, 2019], share)
    return figures | {("MOB_STATIONS", REGION, "undated"): region}
