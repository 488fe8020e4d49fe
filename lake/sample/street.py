"""Street-level crime, one file a month, in the layout of data.police.uk.

Anti-social behaviour has no id, so that exact repeats among it are separate events; every other record has one, and
some ids come twice (the first counts). Some records lie in a neighbouring authority, some have no place at all.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from lake.sample import bay
from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, LSOA_PREFIX, POLICE_FORCE, District
from lake.sample.draws import count_around, draw, draw_int, pick, pick_weighted
from lake.sample.population import city_population
from lake.sample.truth import IndicatorTruth, TruthBook

FOLDER = "police_street_brightwater"
MONTHS = ("2014-11", "2014-12", "2015-01")
CRLF_MONTH = "2015-01"
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
ANTI_SOCIAL = "Anti-social behaviour"
KINDS = (
    (ANTI_SOCIAL, 24.0), ("Violence and sexual offences", 21.0), ("Other theft", 12.0), ("Shoplifting", 9.0),
    ("Criminal damage and arson", 9.0), ("Burglary", 7.0), ("Vehicle crime", 7.0), ("Public order", 4.0),
    ("Drugs", 3.0), ("Bicycle theft", 2.0), ("Theft from the person", 1.5), ("Robbery", 1.2), ("Other crime", 0.8),
    ("Possession of weapons", 0.5),
)  # fmt: skip
OUTCOMES = (
    ("Investigation complete; no suspect identified", 52.0), ("Status update unavailable", 12.0),
    ("Unable to prosecute suspect", 20.0), ("Awaiting court outcome", 7.0), ("Offender given a caution", 4.0),
    ("Local resolution", 3.0), ("Under investigation", 2.0),
)  # fmt: skip
SPOTS = ("Supermarket", "Parking Area", "Nightclub", "Ferry Terminal", "Sports/Recreation Area", "Petrol Station")
LANES = ("Anchor Lane", "Beacon Road", "Curlew Close", "Ropewalk", "Tannery Street", "Granary Square", "Weir Hill")
NEIGHBOUR = "Westmoor"


def write_street_crime(out: Path, book: TruthBook) -> None:
    """Write the files of the three months."""
    book.replace_indicators([_write_month(out, book, month) for month in MONTHS])


def _write_month(out: Path, book: TruthBook, month: str) -> IndicatorTruth:
    line_end = "\r\n" if month == CRLF_MONTH else "\n"
    text = DeliveryText("police_street", HEADER, TextForm(line_end))
    for record in _records(book.arguments.seed, month):
        text.keep(",".join(record))
    crimes = [line for line in text.lines if not line.startswith(",")]
    crimes.append(_defects(text, crimes, month))
    located = sum(line.split(",")[8].startswith(LSOA_PREFIX) for line in crimes)
    path = f"{FOLDER}/{month}-brightwater-street.csv"
    write_bytes(out / path, text.encode())
    book.add_file(path, text.truth())
    residents = city_population(int(month[:4]))
    return IndicatorTruth(
        "SAF_CRIME_MONTH",
        CITY_CODE,
        month,
        1000 * len(crimes) / residents,
        len(crimes),
        residents,
        located / len(crimes),
    )


def _records(seed: int, month: str) -> Iterator[list[str]]:
    for district in DISTRICTS:
        expected = district.crime * district.population / 1000 / 12
        for n in range(count_around(seed, expected, "street", district.number, month)):
            yield _record(seed, district, month, n)


def _record(seed: int, district: District, month: str, n: int) -> list[str]:
    key = (district.number, month, n)
    kind = pick_weighted(seed, KINDS, "crime kind", *key)
    anti_social = kind == ANTI_SOCIAL
    crime_id = "" if anti_social else hashlib.sha256(f"{seed} {key}".encode()).hexdigest()
    outcome = "" if anti_social else pick_weighted(seed, OUTCOMES, "outcome", *key)
    return [crime_id, month, POLICE_FORCE, POLICE_FORCE, *_place(seed, district, *key), kind, outcome, ""]


def _place(seed: int, district: District, *key: object) -> list[str]:
    """Longitude, latitude, location, LSOA code and name; the points are few, as anonymous points are."""
    chance = draw(seed, "place", *key)
    if chance < 0.04:
        return ["", "", "No Location", "", ""]
    spot = draw_int(seed, 1, 25, "spot", *key)
    lon, lat = bay.lon_lat(bay.place_in(district.number, seed, "spot", spot))
    place = pick(seed, SPOTS if spot % 3 == 0 else LANES, "location", district.number, spot)
    area, letter = district.number * 3 + spot % 3, "ABCDE"[spot % 5]
    authority, series = (NEIGHBOUR, "0199") if chance < 0.07 else (LSOA_PREFIX, "0100")
    code, name = f"B{series}{10 * area + spot % 5:04d}", f"{authority} {area:03d}{letter}"
    return [f"{lon:.6f}", f"{lat:.6f}", f"On or near {place}", code, name]


def _defects(text: DeliveryText, crimes: list[str], month: str) -> str:
    """Add repeats, a record of another month, bad widths and blank lines, some in the middle of the file.

    Returns the one further crime that counts: its longitude is no number.
    """
    real = [line for line in crimes if "No Location" not in line]
    no_id = next(line for line in text.lines if line.startswith(","))
    for line in (real[0], real[3]):
        text.reject(line, "duplicate", "duplicate_equal")
    for line in (real[5], real[8], real[13]):
        text.reject(_other_outcome(line), "duplicate", "duplicate_conflicting")
    text.keep(no_id, "repeat_without_id")
    text.reject(_new_id(real[20], month).replace(f",{month},", ",2014-09,"), "other_month")
    text.reject(",".join(_new_id(real[21], month).split(",")[:7]), "wrong_columns", "short_row")
    text.reject(_new_id(real[22], month) + ",reviewed", "wrong_columns", "long_row")
    fields = _new_id(real[23], month).split(",")
    misplaced = ",".join([*fields[:4], "4.71W", *fields[5:]])
    text.keep(misplaced, "bad_cell")
    text.blank()
    text.blank(fields=12)
    text.lines.insert(len(text.lines) // 2, text.lines.pop(-2))
    return misplaced


def _other_outcome(line: str) -> str:
    fields = line.split(",")
    return ",".join([*fields[:10], "Offender sent to prison", fields[11]])


def _new_id(line: str, month: str) -> str:
    return hashlib.sha256(f"extra {month} {line}".encode()).hexdigest() + line[64:]
