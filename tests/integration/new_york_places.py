"""New York's figures that rest on where things lie, from the files: weights of precincts, zones, homes, subway, bikes.

The projection, the decoding of arcs and points in districts (even-odd rule) are worked out here; only repairing and
cutting outlines is GEOS's, which the definitions name. Nothing of the lake or of its models.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from tests.integration.london_files import Figure, Key
from tests.integration.london_geometry import Points, inside
from tests.integration.new_york_files import CITY, DISTRICTS, new_york_folder
from tests.integration.new_york_workbooks import BEDS, CRIME, cells, health
from tests.integration.published_files import records

RADIUS, STANDARD = 6_371_007.181, math.radians(40.7)
ALL_SEVEN = "TOTAL SEVEN MAJOR FELONY OFFENSES"
Rings = list[Points]
Parts = dict[str, tuple[float, float, float]]
"""Numerator, denominator and coverage by district; who is not there is missing."""


def projected(places: Iterable[Any]) -> Points:
    """Degrees on the cylinder of equal areas, in metres."""
    degrees = np.array([place[:2] for place in places], dtype=float)
    east = RADIUS * np.radians(degrees[:, 0]) * math.cos(STANDARD)
    return np.column_stack([east, RADIUS * np.sin(np.radians(degrees[:, 1])) / math.cos(STANDARD)])


def polygons(geometry: Mapping[str, Any]) -> list[Rings]:
    """The polygons of a GeoJSON geometry, each its rings."""
    listed = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[projected(ring) for ring in rings] for rings in listed]


def repaired(shape: list[Rings]) -> shapely.Geometry:
    return shapely.make_valid(shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in shape]))


def features(path: str, name: str) -> dict[str, list[Rings]]:
    """Outlines of a GeoJSON file by one of their properties."""
    document = json.loads((new_york_folder() / path).read_text())
    return {str(one["properties"][name]): polygons(one["geometry"]) for one in document["features"]}


@cache
def districts() -> dict[str, list[Rings]]:
    outlines = features("boundaries_community_districts/community_districts.geojson", "BoroCD")
    return {code: outlines[code] for code in DISTRICTS}


@cache
def district_shapes() -> dict[str, Any]:
    return {code: repaired(shape) for code, shape in districts().items()}


def zones() -> dict[int, list[Rings]]:
    """The zones of the TopoJSON file: arcs added up step by step, scaled, strung together."""
    topology = json.loads((new_york_folder() / "evacuation_oem" / "zone.json").read_text())
    scale, translate = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]

    def ring(indices: list[int]) -> Points:
        walked = [arcs[index] if index >= 0 else arcs[-1 - index][::-1] for index in indices]
        return projected(np.concatenate([walked[0], *(arc[1:] for arc in walked[1:])]))

    return {
        one["properties"]["zone"]: [[ring(indices) for indices in polygon] for polygon in one["arcs"]]
        for one in topology["objects"]["zone-weeded"]["geometries"]
    }


def precinct_weights() -> dict[tuple[str, str], float]:
    """Share of a precinct that goes to a district, by both."""
    weights = {}
    for precinct, outline in features("boundaries_police_precincts/precincts.geojson", "precinct").items():
        shape = repaired(outline)
        areas = {code: shape.intersection(district).area for code, district in district_shapes().items()}
        kept = {code: area for code, area in areas.items() if area >= 0.01 * shape.area}
        weights |= {(precinct, code): area / sum(kept.values()) for code, area in kept.items()}
    return weights


def district_of(places: Points) -> list[str | None]:
    """Per place in metres the smallest code of the districts that hold it."""
    found: list[str | None] = [None] * len(places)
    for code in sorted(districts(), reverse=True):
        rings = [ring for polygon in districts()[code] for ring in polygon]
        for place in np.flatnonzero(inside(places, rings)):
            found[place] = code
    return found


def by_place() -> dict[Key, Figure]:
    """All figures of this module that do not rest on areas."""
    return {**nursing_beds(), **subway(), **bikes(), **lifts()}


def by_area() -> dict[Key, Figure]:
    """All figures of this module that do."""
    return {**precinct_felonies(), **evacuation()}


def precinct_felonies() -> dict[Key, Figure]:
    rows, counts, precinct = cells(new_york_folder() / CRIME, "Sheet1"), defaultdict[tuple[str, int], float](float), ""
    years = {place: int(float(str(name))) for place, name in enumerate(rows[2][2:], start=2)}
    for row in rows[3:627]:
        precinct = str(row[0]).removesuffix(".0") or precinct
        if str(row[1]).strip() == ALL_SEVEN:
            for place, year in years.items():
                if row[place] != "":
                    counts[precinct, year] += float(str(row[place]))
    weights, residents, figures = precinct_weights(), health("Overall_Pop"), {}
    weighted = {precinct for precinct, _ in weights}
    for year in range(2014, 2023):
        parts: Parts = {}
        for code in DISTRICTS:
            told = math.fsum(weight * counts[one, year] for (one, home), weight in weights.items() if home == code)
            parts[code] = (told, residents[code] or 0, 1)
        total = math.fsum(count for (_, when), count in counts.items() if when == year)
        assigned = math.fsum(counts[one, year] for one in weighted)
        parts[CITY] = (total, residents["0"] or 0, assigned / total)
        span = date(year, 1, 1), date(year + 1, 1, 1)
        figures |= figures_of("SAF_FELONY7_PCT", str(year), span, 1000, parts)
    return figures


def evacuation() -> dict[Key, Figure]:
    zone = shapely.union_all([repaired(outline) for number, outline in zones().items() if number != 0])
    shapes = district_shapes()
    parts = {code: (zone.intersection(shape).area / 1e6, shape.area / 1e6, 1.0) for code, shape in shapes.items()}
    parts[CITY] = (*(math.fsum(part[place] for part in parts.values()) for place in (0, 1)), 1)
    return figures_of("CIV_EVAC_SHARE", "undated", None, 100, parts)


def nursing_beds() -> dict[Key, Figure]:
    header, *rows = cells(new_york_folder() / BEDS, "nycity")
    kind, capacity, location = (list(header).index(name) for name in ("bed_type", "total_capacity", "location"))
    kept = [row for row in rows if row[kind] == "NHBEDSAV"]
    points = [[float(text) for text in re.findall(r"-?\d+\.?\d*", str(row[location]))] for row in kept]
    beds = list(zip(district_of(projected(points)), (float(str(row[capacity])) for row in kept), strict=True))
    residents, elders = health("Overall_Pop"), health("Age65plus")

    def old(code: str) -> float:
        return (residents[code] or 0) * (elders[code] or 0) / 100

    parts = {code: (sum(number for home, number in beds if home == code), old(code), 1.0) for code in DISTRICTS}
    total, placed = sum(number for _, number in beds), sum(number for home, number in beds if home)
    parts[CITY] = (total, old("0"), placed / total)
    return figures_of("ELD_NH_BEDS", "2020-03", (date(2020, 3, 1), date(2020, 4, 1)), 1000, parts)


@cache
def stations() -> tuple[tuple[dict[str, str], str | None], ...]:
    """Rows of the station master, each with its district."""
    rows = list(records(new_york_folder() / "subway_stations_mta" / "df1_station_master.csv"))
    places = projected([(float(row["GTFS Longitude"]), float(row["GTFS Latitude"])) for row in rows])
    return tuple(zip(rows, district_of(places), strict=True))


def subway() -> dict[Key, Figure]:
    residents = health("Overall_Pop")

    def complexes(homes: Collection[str | None], only: str) -> int:
        return len({row["Complex ID"] for row, home in stations() if home in homes and row["ADA"] in only})

    there = {code: complexes([code], "012") for code in DISTRICTS}
    step_free = {code: complexes([code], "1") for code in DISTRICTS}
    total = complexes([*DISTRICTS, None], "012")
    placed = complexes(DISTRICTS, "012") / total
    counts: Parts = {code: (number, residents[code] or 0, 1) for code, number in there.items()}
    shares: Parts = {code: (step_free[code], number, 1) for code, number in there.items() if number}
    counts[CITY] = (total, residents["0"] or 0, placed)
    shares[CITY] = (complexes([*DISTRICTS, None], "1"), total, placed)
    return {
        **figures_of("MOB_SUBWAY", "undated", None, 100_000, counts),
        **figures_of("MOB_SUBWAY_ADA", "undated", None, 100, shares),
    }


def bikes() -> dict[Key, Figure]:
    folder, residents = new_york_folder() / "gbfs_citibike", health("Overall_Pop")
    described, status = (
        json.loads((folder / f"station_{name}.json").read_text()) for name in ("information", "status")
    )
    places = {one["station_id"]: (one["lon"], one["lat"]) for one in described["data"]["stations"]}
    day = datetime.fromtimestamp(status["last_updated"], ZoneInfo("America/New_York")).date()
    open_ones = [one for one in status["data"]["stations"] if one["is_installed"] == 1 and one["is_renting"] == 1]
    homes = district_of(projected([places[one["station_id"]] for one in open_ones]))
    counts = [(home, one["num_bikes_available"]) for home, one in zip(homes, open_ones, strict=True)]
    parts: Parts = {
        code: (sum(number for home, number in counts if home == code), residents[code] or 0, 1) for code in DISTRICTS
    }
    within = sum(number for home, number in counts if home)
    parts[CITY] = (within, residents["0"] or 0, within / sum(number for _, number in counts))
    return figures_of("MOB_BIKES", day.isoformat(), (date(2019, 7, 5), date(2019, 7, 6)), 1000, parts)


def lifts() -> dict[Key, Figure]:
    homes: dict[str, str | None] = {}
    for row, home in stations():
        homes.setdefault(row["Station ID"], home)
    hours: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in records(new_york_folder() / "elevator_availability_mta" / "df3_availability.csv"):
        if "2024-06" <= f"{row['Month'][6:]}-{row['Month'][:2]}" <= "2025-05":
            told = float(row["24-Hour Hours Available"]), float(row["24-Hour Total Hours"])
            hours[CITY].append(told)
            if home := homes.get(row["Station MRN"]):
                hours[home].append(told)
    sums = {code: [math.fsum(part) for part in zip(*told, strict=True)] for code, told in hours.items()}
    placed = math.fsum(total for code, (_, total) in sums.items() if code != CITY) / sums[CITY][1]
    parts: Parts = {code: (up, total, placed if code == CITY else 1) for code, (up, total) in sums.items() if total}
    return figures_of("MOB_LIFT", "2024-25", (date(2024, 6, 1), date(2025, 6, 1)), 100, parts)


def figures_of(code: str, label: str, span: tuple[date, date] | None, factor: float, parts: Parts) -> dict[Key, Figure]:
    """60 rows: those of the parts, and `missing` ones."""
    first, last = span or (None, None)
    missing = Figure(first, last, None, None, None, 0, "missing")
    told = {
        (code, area, label): Figure(first, last, factor * above / below, above, below, share, "ok")
        for area, (above, below, share) in parts.items()
    }
    return {(code, area, label): told.get((code, area, label), missing) for area in (*DISTRICTS, CITY)}
