"""London's stations and bus routes as the lake takes them in."""

from __future__ import annotations

import json

from tests.integration.london_files import london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import records
from tests.unit.deliveries import Lake, read

pytestmark = needs_london


def test_stations_have_their_place_and_what_else_the_map_says(lake: Lake) -> None:
    file = "transit_stations/TransitStations.geojson"
    staged = ingest_london(lake, "transit_stations", file)

    assert staged.rejects.cells == staged.cells_rounded == 0
    told = {osm_id: row for osm_id, *row in read(staged.files, "osm_id, railway, easting_m, northing_m, epsg, tags")}
    columns = {"full_id", "osm_id", "osm_type", "railway", "public_transport", "name", "network", "operator", "ref:crs",
               "naptan:AtcoCode", "wheelchair", "fare_zone"}  # fmt: skip
    for feature in json.loads((london_folder() / file).read_text())["features"]:
        properties = feature["properties"]
        railway, easting, northing, epsg, tags = told.pop(properties["osm_id"])
        assert [easting, northing] == feature["geometry"]["coordinates"]
        assert (railway or "", epsg) == (properties["railway"], 27700)
        assert json.loads(tags or "{}") == {
            name: text for name, text in properties.items() if text and name not in columns
        }
    assert told == {}
    assert read(staged.files, "count(*), count(name), count(ref_crs)", "railway = 'station'")[0][0] == 681


def test_bus_routes_are_their_stops_in_order(lake: Lake) -> None:
    file = "bus_stops_tfl/bus-sequences.csv"
    staged = ingest_london(lake, "bus_sequences_tfl", file)

    assert staged.rejects.by_rule == {}
    assert read(staged.files, "count(*), count(distinct route), max(run), max(sequence)") == [(57_227, 767, 22, 115)]
    assert read(staged.files, "57227 - count(naptan_code), 57227 - count(sms_code), 57227 - count(heading_deg)") == [
        (413, 414, 26)
    ]
    wanted = [row["Stop_Code_LBSL"] for row in records(london_folder() / file) if row["Route"] == "N199"]
    found = read(staged.files, "run, sequence, stop_code", "route = 'N199'")
    assert sorted(stop for *_, stop in found) == sorted(wanted)
