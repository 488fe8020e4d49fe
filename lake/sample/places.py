"""Where things are: the district boundaries (GeoJSON) and the bus stops (delimited text).

Both are on the British National Grid in metres, like London's. The geometry itself is `lake.sample.bay`; the stops
of a district are counted where they are placed, so that no polygon test is needed for the truth.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from lake.sample import bay
from lake.sample.delivery_text import DeliveryText, FileTruth, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import draw, draw_int, pick
from lake.sample.truth import IndicatorTruth, TruthBook

BOUNDARIES_FILE = "boundaries_boroughs/brightwater_districts.geojson"
STOPS_FILE = "bus_stops_tfl/bus-stops.csv"
STOPS_HEADER = (
    "Stop_Code_LBSL,Bus_Stop_Code,Naptan_Atco,Stop_Name,Location_Easting,Location_Northing,Heading,"
    "Stop_Area,Virtual_Bus_Stop"
)
STOPS_OUTSIDE, STOPS_WITHOUT_PLACE = 14, 1  # these count for the coverage of the city's density
VIRTUAL_SHARE = 0.07
STREETS = (
    "ANCHOR", "BEACON", "BRIDGE", "CABLE", "CHAPEL", "CURLEW", "DRIFTWOOD", "FERRY", "FISHGATE", "FORGE", "GRANARY",
    "HERON", "KILN", "LARCH", "LIMEPIT", "MARINER", "ORCHARD", "QUARRY", "ROPEWALK", "SAIL", "TANNERY", "WEIR",
)  # fmt: skip
KINDS = ("ROAD", "STREET", "LANE", "HILL", "SQUARE", "STATION <>", "BRIDGE #", "CROSS")


def write_boundaries(out: Path, book: TruthBook) -> None:
    """Write the twelve MultiPolygons, one feature a line as the publisher does."""
    head = (
        '{\n"type": "FeatureCollection",\n'
        '"crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::27700" } },\n\n"features": [\n'
    )
    features = ",\n".join(json.dumps(_feature(district)) for district in DISTRICTS)
    write_bytes(out / BOUNDARIES_FILE, f"{head}{features}\n]\n}}\n".encode())
    book.add_file(BOUNDARIES_FILE, FileTruth("boundaries_boroughs", len(DISTRICTS), {}))


def _feature(district: District) -> dict[str, object]:
    hectares = bay.area_m2(district.number) / 10_000
    # The stated area reaches out to low water: it is not the area of the polygon.
    tidal = hectares * (0.012 if bay.SECTORS[district.number].near == 0 else 0.0)
    return {
        "type": "Feature",
        "properties": {
            "NAME": district.name, "GSS_CODE": district.code, "HECTARES": round(hectares + tidal, 3),
            "NONLD_AREA": round(tidal, 3), "ONS_INNER": "T" if district.inner else "F",
            "SUB_2009": None, "SUB_2006": None,
        },
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in bay.rings_of(district.number)]},
    }  # fmt: skip


def write_bus_stops(out: Path, book: TruthBook) -> None:
    """Write the stops with the file's oddities: BOM, CRLF, line ends inside quotes, Ctrl-Z at the end."""
    text = DeliveryText("bus_stops_tfl", STOPS_HEADER, TextForm("\r\n", byte_order_mark=True, ctrl_z=True))
    seed = book.arguments.seed
    lines = list(_stop_lines(seed))
    for line in lines:
        text.keep(line, *(["line_end_inside_quotes"] if '"' in line else []))
    _stop_defects(text, lines)
    write_bytes(out / STOPS_FILE, text.encode())
    book.add_file(STOPS_FILE, text.truth())
    book.replace_indicators(_bus_density())


def _stop_lines(seed: int) -> Iterator[str]:
    number = 1000
    for district in DISTRICTS:
        for n in range(round(district.stops * (1 + VIRTUAL_SHARE))):
            number += draw_int(seed, 1, 3, "stop", number)
            code = "." if (district.number, n) == (1, 0) else f"{number}{'A' if n % 9 == 4 else ''}"
            point = bay.place_in(district.number, seed, "stop", number)
            yield _stop_line(seed, code, point, virtual=n >= district.stops)
    for n in range(STOPS_OUTSIDE):
        number += 2
        beyond = (bay.MIDDLE[0] - 3000 + 450 * n, bay.MIDDLE[1] + 11500 + 60 * n)
        yield _stop_line(seed, str(number), beyond, virtual=False)


def _stop_line(seed: int, code: str, point: bay.Point, *, virtual: bool) -> str:
    name = f"{pick(seed, STREETS, 'street', code)} {pick(seed, KINDS, 'kind', code)}"
    sms = "NONE" if draw(seed, "sms", code) < 0.01 else str(draw_int(seed, 40000, 99999, "sms code", code))
    naptan = f"4900{draw_int(seed, 10000, 99999, 'naptan', code)}{pick(seed, 'ABENSW', 'side', code)}"
    oddity = draw(seed, "oddity", code)
    if oddity < 0.01:
        naptan = f'"{naptan}\r\n"'
    elif oddity < 0.02:
        naptan = pick(seed, ("NONE", "", "N/A"), "blank", code)
    heading = "" if 0.02 <= oddity < 0.025 else str(draw_int(seed, 0, 359, "heading", code))
    zone = pick(seed, "BGHK", "zone", code)
    area = f"{draw_int(seed, 0, 29, 'area', code):02d}{zone}{draw_int(seed, 1, 9, 'n', code)}"
    return f"{code},{sms},{naptan},{name},{point[0]:.0f},{point[1]:.0f},{heading},{area},{int(virtual)}"


def _stop_defects(text: DeliveryText, lines: list[str]) -> None:
    first = next(line for line in lines[5:] if '"' not in line)
    fields = first.split(",")
    moved = [*fields[:4], str(int(fields[4]) + 40), *fields[5:]]
    text.reject(first, "duplicate", "duplicate_equal")
    text.reject(",".join(moved), "duplicate", "duplicate_conflicting")
    text.keep(",".join([*fields[:-1], "1"]), "same_code_virtual_and_real")
    text.keep(",".join(["99801", *fields[1:4], "212x40", *fields[5:]]), "bad_cell")
    text.reject(",".join(["99802", *fields[1:5]]), "wrong_columns", "short_row")
    text.reject(",".join(["99803", *fields[1:], "closed"]), "wrong_columns", "long_row")
    text.blank(fields=9)


def _bus_density() -> Iterator[IndicatorTruth]:
    km2 = {district.code: bay.area_m2(district.number) / 1_000_000 for district in DISTRICTS}
    for district in DISTRICTS:
        density = district.stops / km2[district.code]
        yield IndicatorTruth("MOB_BUS_DENSITY", district.code, "undated", density, district.stops, km2[district.code])
    inside, area = sum(district.stops for district in DISTRICTS), sum(km2.values())
    coverage = inside / (inside + STOPS_OUTSIDE + STOPS_WITHOUT_PLACE)
    yield IndicatorTruth("MOB_BUS_DENSITY", CITY_CODE, "undated", inside / area, inside, area, coverage)
