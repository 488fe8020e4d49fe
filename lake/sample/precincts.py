"""Felonies as the police know them: each complaint at its place, and totals by precinct, whose borders are others.

Felonies crowd at one side of a district, so that sharing out a precinct by area gives wrong figures: by how much is
known here, from the bearings and rings that both kinds of borders are made of. The park in the bay and the corrections
facilities are precincts outside of all districts.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lake.sample import bay
from lake.sample.bay import Sector
from lake.sample.delivery_text import DeliveryText, FileTruth, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import count_around, draw, draw_int, pick_weighted
from lake.sample.population import city_population, population
from lake.sample.truth import IndicatorTruth, TruthBook

if TYPE_CHECKING:
    from openpyxl import Workbook

OUTLINES_FILE = "police_precincts/precincts.geojson"
COMPLAINTS_FILE = "crime_complaints/complaints-2014.csv"
TOTALS_FILE = "crime_precinct/felonies-by-precinct.xlsx"
YEAR, YEAR_BEFORE = 2014, 2013
PRECINCTS = {
    "1": Sector(-120, -60, 0, 1), "5": Sector(-60, 7.5, 0, 1), "6": Sector(7.5, 80, 0, 1), "7": Sector(80, 125, 0, 1),
    "9": Sector(-120, -52.5, 1, 2), "10": Sector(-52.5, 0, 1, 2), "13": Sector(0, 40, 1, 2),
    "14": Sector(40, 125, 1, 2), "20": Sector(-145, -120, 0, 2),
}  # fmt: skip
PARK, PARK_FELONIES, PARK_METRES = "22", 23, 400.0
FACILITIES, FACILITIES_FELONIES = "DOC", 12
OFFENCES = (
    ("MURDER & NON NEGL. MANSLAUGHTER", 0.4), ("RAPE", 1.5), ("ROBBERY", 14.0), ("FELONY ASSAULT", 21.0),
    ("BURGLARY", 12.0), ("GRAND LARCENY", 44.0), ("GRAND LARCENY OF MOTOR VEHICLE", 7.1),
)  # fmt: skip
ALL_SEVEN = "TOTAL SEVEN MAJOR FELONY OFFENSES"
OTHER_OFFENCE = "PETIT LARCENY"
HEADER = "CMPLNT_NUM,RPT_DT,ADDR_PCT_CD,OFNS_DESC,LAW_CAT_CD,Latitude,Longitude"
SHARE_OF_OFFENCES = 0.16  # felonies among all that is recorded
CROWDING = 2.6  # 1: felonies are spread evenly over the bearings of a district
SLIVER = 0.01
WRITTEN_AT = b">2015-01-15T00:00:00Z<"
CLEAR_DEGREES, CLEAR_SHARE = 3.0, 0.06  # no felony so near the border of a precinct that a place could be doubted
Felony = tuple[str, bay.Point, str | None, str]
"""Precinct, place, district and offence."""


def write_precincts(out: Path, book: TruthBook) -> None:
    """Write outlines, complaints and totals, the figures that rest on them, and the error of sharing out precincts."""
    felonies = list(_felonies(book.arguments.seed))
    _write_outlines(out, book)
    _write_complaints(out, book, felonies)
    _write_totals(out, book, felonies)
    by_place = Counter(district for _, _, district, _ in felonies)
    by_precinct = _shared_out(Counter(precinct for precinct, _, _, _ in felonies))
    book.replace_indicators(_indicators(by_place, by_precinct, len(felonies)))
    book.precinct_rule_error_pct = {
        district.code: 100 * (by_precinct[district.code] / by_place[district.code] - 1) for district in DISTRICTS
    }


def _felonies(seed: int) -> Iterator[Felony]:
    for district in DISTRICTS:
        expected = district.crime * population(district, YEAR) / 1000 * SHARE_OF_OFFENCES / 10
        for n in range(count_around(seed, expected, "felonies", district.number)):
            precinct, place = _placed(district, seed, n)
            yield precinct, place, district.code, _offence(seed, district.number, n)
    for n in range(PARK_FELONIES):
        place = bay.point_at(360 * draw(seed, "park", n), 0.6 * PARK_METRES * draw(seed, "path", n))
        yield PARK, place, None, _offence(seed, PARK, n)


def _offence(seed: int, *key: object) -> str:
    return pick_weighted(seed, OFFENCES, "offence", *key)


def _placed(district: District, seed: int, n: int) -> tuple[str, bay.Point]:
    """A place in the district, and the precinct that it lies in."""
    sector = bay.SECTORS[district.number]
    margin = 2 * bay.RAY_SWAY_DEGREES + bay.STEP_DEGREES
    attempt = 0
    while True:
        crowded = draw(seed, "bearing", district.number, n, attempt) ** CROWDING
        bearing = sector.start + margin + (sector.end - sector.start - 2 * margin) * crowded
        near, far = bay.ring_metres(sector.near, bearing), bay.ring_metres(sector.far, bearing)
        metres = near + (far - near) * (0.1 + 0.8 * draw(seed, "metres", district.number, n, attempt))
        if (precinct := _precinct(bearing, metres)) is not None:
            return precinct, bay.point_at(bearing, metres)
        attempt += 1


def _precinct(bearing: float, metres: float) -> str | None:
    """The precinct of a place; None where it lies near the border of one."""
    for name, sector in PRECINCTS.items():
        if sector.start + CLEAR_DEGREES < bearing < sector.end - CLEAR_DEGREES:
            near, far = bay.ring_metres(sector.near, bearing), bay.ring_metres(sector.far, bearing)
            if near * (1 + CLEAR_SHARE) < metres < far * (1 - CLEAR_SHARE):
                return name
    return None


def _weights() -> dict[tuple[str, str], float]:
    """Share of a precinct's area in districts that lies in one of them, by both."""
    weights: dict[tuple[str, str], float] = {}
    for name, sector in PRECINCTS.items():
        shared = {district.code: bay.common(sector, bay.SECTORS[district.number]) for district in DISTRICTS}
        areas = {code: bay.ring_area_m2(bay.outline(part)) for code, part in shared.items() if part}
        kept = {code: area for code, area in areas.items() if area >= SLIVER * bay.ring_area_m2(bay.outline(sector))}
        weights |= {(name, code): area / math.fsum(kept.values()) for code, area in kept.items()}
    return weights


def _shared_out(totals: Counter[str]) -> dict[str, float]:
    """Felonies of the precincts by the share of their area, by district."""
    weights = _weights()
    return {
        district.code: math.fsum(
            weight * totals[name] for (name, code), weight in weights.items() if code == district.code
        )
        for district in DISTRICTS
    }


def _indicators(by_place: Counter[str | None], by_precinct: dict[str, float], told: int) -> Iterator[IndicatorTruth]:
    people = {district.code: population(district, YEAR) for district in DISTRICTS} | {CITY_CODE: city_population(YEAR)}
    inside = sum(by_place[district.code] for district in DISTRICTS)
    located = {district.code: (by_place[district.code], 1.0) for district in DISTRICTS}
    assigned = {code: (felonies, 1.0) for code, felonies in by_precinct.items()}
    located[CITY_CODE] = (told, inside / told)
    assigned[CITY_CODE] = (told + FACILITIES_FELONIES, inside / (told + FACILITIES_FELONIES))
    for indicator, parts in (("SAF_FELONY7", located), ("SAF_FELONY7_PCT", assigned)):
        for code, (above, coverage) in parts.items():
            value = 1000 * above / people[code]
            yield IndicatorTruth(indicator, code, str(YEAR), value, above, people[code], coverage)


def _write_outlines(out: Path, book: TruthBook) -> None:
    rings = {name: bay.outline(sector) for name, sector in PRECINCTS.items()}
    rings[PARK] = (*(bay.point_at(angle, PARK_METRES) for angle in (0.0, 90.0, 180.0, 270.0, 360.0)),)
    features = [
        {
            "type": "Feature",
            "properties": {
                "precinct": name,
                "shape_area": f"{bay.ring_area_m2(ring) * 10.7639104:.4f}",
                "shape_leng": f"{sum(map(math.dist, ring, ring[1:])) * 3.2808399:.6f}",
            },
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
        }
        for name, ring in rings.items()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    document = {"type": "FeatureCollection", "crs": crs, "features": features}
    write_bytes(out / OUTLINES_FILE, json.dumps(document, indent=1).replace("\n", "\r\n").encode())
    book.add_file(OUTLINES_FILE, FileTruth("boundaries_police_precincts", len(features), {}))


def _write_complaints(out: Path, book: TruthBook, felonies: list[Felony]) -> None:
    text, seed = DeliveryText("crime_complaints", HEADER), book.arguments.seed
    number = 140_000_000
    for n, (precinct, place, _, offence) in enumerate(felonies):
        number += draw_int(seed, 1, 900, "complaint", n)
        lon, lat = bay.lon_lat(place)
        day = f"{draw_int(seed, 1, 12, 'month', n):02d}/{draw_int(seed, 1, 28, 'day', n):02d}/{YEAR}"
        text.keep(f"{number},{day},{precinct},{offence},FELONY,{lat},{lon}")
    text.keep(f"{number + 1},06/01/{YEAR},5,{OTHER_OFFENCE},MISDEMEANOR,52.4,no place", "bad_cell")
    text.reject(text.lines[3], "duplicate")
    text.reject(",".join(text.lines[4].split(",")[:4]), "wrong_columns", "short_row")
    text.blank()
    write_bytes(out / COMPLAINTS_FILE, text.encode())
    book.add_file(COMPLAINTS_FILE, text.truth())


def _write_totals(out: Path, book: TruthBook, felonies: list[Felony]) -> None:
    """The workbook in the publisher's form: a title, blocks of eight rows, the precinct in the first, notes below."""
    from openpyxl import Workbook

    counts = Counter((precinct, offence) for precinct, _, _, offence in felonies)
    counts[FACILITIES, "FELONY ASSAULT"] = FACILITIES_FELONIES
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sheet1")
    sheet.append(["SEVEN MAJOR FELONY OFFENSES BY PRECINCT"])
    sheet.append([])
    sheet.append(["PCT", "CRIME", YEAR_BEFORE, str(YEAR)])
    for name in (*PRECINCTS, PARK, FACILITIES):
        rows = [
            (offence, _before(book.arguments.seed, name, offence), counts[name, offence]) for offence, _ in OFFENCES
        ]
        total = (ALL_SEVEN, sum(row[1] or 0 for row in rows) or None, sum(row[2] for row in rows))
        for n, (offence, before, now) in enumerate([*rows, total]):
            first = int(name) if name.isdigit() else name
            sheet.append([first if n == 0 else None, f"{offence}   ", before, now])
    sheet.append([])
    sheet.append(["Corrections facilities are counted apart from 2014 on."])
    write_bytes(out / TOTALS_FILE, _same_bytes(workbook))
    book.add_file(TOTALS_FILE, FileTruth("crime_nypd_precinct", 8 * (len(PRECINCTS) + 2), {}))


def _before(seed: int, precinct: str, offence: str) -> int | None:
    """The count of the year before; nothing where there was no such precinct."""
    return None if precinct == FACILITIES else count_around(seed, 12, "before", precinct, offence)


def _same_bytes(workbook: Workbook) -> bytes:
    """The workbook's bytes without the moment at which they were written."""
    written, packed = io.BytesIO(), io.BytesIO()
    workbook.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name), re.sub(rb">[-\d]{10}T[:\d]{8}Z<", WRITTEN_AT, source.read(name)))
    return packed.getvalue()
