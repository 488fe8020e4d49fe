"""Railway stations as a map extract: a GeoJSON of points whose properties are the union of everybody's tags.

Missing is an empty text. Not everything in it is a station (entrances, tram stops, bus and ferry stations), a few lie
outside the city, two stations share a name, and one node is there twice: the first counts. Stations of a district are
counted where they are placed, so that no polygon test is needed for the truth.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from lake.sample import bay
from lake.sample.delivery_text import FileTruth, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS
from lake.sample.draws import draw, draw_int, pick
from lake.sample.population import city_population, population
from lake.sample.truth import IndicatorTruth, TruthBook

FILE = "transit_stations/TransitStations.geojson"
POPULATION_YEAR = 2014
STATIONS = {1: 5, 2: 4, 3: 3, 4: 4, 5: 3, 6: 3, 7: 2, 8: 4, 9: 3, 10: 1, 11: 2, 12: 0}  # by number of the district
OUTSIDE = ("Westmoor", "Westmoor Parkway", "Upper Larch")
SHARED_NAME = "Ropewalk"
HEAD = (
    '{\n"type": "FeatureCollection",\n"name": "TransitStations",\n'
    '"crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::27700" } },\n"features": [\n'
)
PROPERTIES = (
    "full_id", "osm_id", "osm_type", "name", "naptan:AtcoCode", "network", "operator", "public_transport", "railway",
    "ref:crs", "wikidata", "wikipedia", "fare_zone", "line", "name:ru", "source_ref", "station", "subway", "wheelchair",
    "old_name", "toilets:wheelchair", "train", "platforms", "light_rail", "tram", "start_date", "addr:street",
    "wheelchair:description", "loc_name", "bicycle", "amenity", "bus", "ferry", "entrance", "level", "website",
)  # fmt: skip
FIRST = ("Anchor", "Beacon", "Curlew", "Fishgate", "Forge", "Granary", "Heron", "Kiln", "Larch", "Mariner", "Quarry")
LAST = ("Bridge", "Road", "Cross", "Hill", "Park", "Green", "Central", "Quay")
# What is no station: district, tags.
OTHERS: tuple[tuple[int, dict[str, str]], ...] = (
    *((number, {"railway": "subway_entrance", "entrance": "yes", "level": "0"}) for number in (1, 1, 2, 4)),
    (2, {"railway": "train_station_entrance", "wheelchair": "yes"}),
    *((n, {"railway": "tram_stop", "public_transport": "station", "tram": "yes", "name": "Weir Hill"}) for n in (5, 5)),
    (8, {"railway": "stop", "public_transport": "stop_position", "train": "yes"}),
    (9, {"amenity": "ferry_terminal", "public_transport": "station", "ferry": "yes", "name": "Dock Stairs"}),
    (11, {"amenity": "bus_station", "public_transport": "station", "bus": "yes", "name": "Seaview Coach Station"}),
    (12, {"amenity": "ferry_terminal", "public_transport": "station", "ferry": "yes", "name": "Île aux Phoques"}),
    (3, {"entrance": "main"}),
)
Node = tuple[bay.Point, Mapping[str, str]]


def write_stations(out: Path, book: TruthBook) -> None:
    """Write the extract, one feature a line, and the stations per 100,000 residents."""
    nodes = list(_nodes(book.arguments.seed))
    again = _moved(nodes[6])
    features = ",\n".join(_feature(point, tags) for point, tags in (*nodes, again))
    write_bytes(out / FILE, f"{HEAD}{features}\n]\n}}\n".encode())
    defects = {"duplicate_conflicting": 1, "shared_name": 1, "outside": len(OUTSIDE), "no_station": len(OTHERS)}
    book.add_file(FILE, FileTruth("transit_stations", len(nodes), {"duplicate": 1}, 0, defects))
    book.replace_indicators(_indicators())


def _nodes(seed: int) -> Iterator[Node]:
    """The nodes by age of their ids; stations first, as they were mapped first."""
    number = 600_000
    for district in DISTRICTS:
        for n in range(STATIONS[district.number]):
            number += draw_int(seed, 40, 9_000, "node", number)
            shared = (district.number, n) in ((4, 0), (5, 0))
            yield _place(district.number, seed, number), _tags(seed, number, SHARED_NAME if shared else None)
    for n, name in enumerate(OUTSIDE):
        number += draw_int(seed, 40, 9_000, "node", number)
        beyond = (bay.MIDDLE[0] - 2_500.5 + 1_700 * n, bay.MIDDLE[1] + 11_000.25 + 90 * n)
        yield beyond, _tags(seed, number, name)
    for district_number, tags in OTHERS:
        number += draw_int(seed, 900_000, 90_000_000, "node", number)
        yield _place(district_number, seed, number), {**_ids(number), **tags}


def _place(district_number: int, seed: int, node: int) -> bay.Point:
    """A point with the many digits that a reprojection leaves."""
    east, north = bay.place_in(district_number, seed, "station", node)
    return east + draw(seed, "east", node) / 1000, north + draw(seed, "north", node) / 1000


def _ids(number: int) -> dict[str, str]:
    return {"full_id": f"n{number}", "osm_id": str(number), "osm_type": "node"}


def _tags(seed: int, number: int, name: str | None) -> dict[str, str]:
    """What was mapped of a station: much of it at some, little at others."""
    called = name or f"{pick(seed, FIRST, 'first', number)} {pick(seed, LAST, 'last', number)}"
    tags = {**_ids(number), "name": called, "public_transport": "station", "railway": "station"}
    optional = {
        "naptan:AtcoCode": f"9100{called[:6].upper().replace(' ', '')}", "network": "Bay Rail",
        "operator": "Bay Rail;Brightwater Metro", "ref:crs": called[:3].upper(), "train": "yes", "fare_zone": "1;2",
        "wheelchair": pick(seed, ("yes", "no", "limited"), "wheelchair", number), "start_date": "1871",
        "wikipedia": f"en:{called} railway station", "old_name": f"{called} <Junction>",
    }  # fmt: skip
    return tags | {key: value for key, value in optional.items() if draw(seed, key, number) < 0.55}


def _moved(node: Node) -> Node:
    """The same node as another edit has it, in the bay."""
    _, tags = node
    return (bay.MIDDLE[0] + 0.5, bay.MIDDLE[1] + 0.5), {**tags, "wheelchair": "no"}


def _feature(point: bay.Point, tags: Mapping[str, str]) -> str:
    """One line, in the spacing of the tool that exported it."""
    properties = json.dumps({name: tags.get(name, "") for name in PROPERTIES}, ensure_ascii=False)
    place = f"{point[0]:.15f}, {point[1]:.15f}"
    return (
        f'{{ "type": "Feature", "properties": {properties}, '
        f'"geometry": {{ "type": "Point", "coordinates": [ {place} ] }} }}'
    )


def _indicators() -> Iterator[IndicatorTruth]:
    for district in DISTRICTS:
        yield _row(district.code, STATIONS[district.number], population(district, POPULATION_YEAR), 1.0)
    inside = sum(STATIONS.values())
    yield _row(CITY_CODE, inside, city_population(POPULATION_YEAR), inside / (inside + len(OUTSIDE)))


def _row(code: str, stations: int, residents: int, coverage: float) -> IndicatorTruth:
    value = 100_000 * stations / residents
    return IndicatorTruth("MOB_STATIONS", code, "undated", value, stations, residents, coverage)
