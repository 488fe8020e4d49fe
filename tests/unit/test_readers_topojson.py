"""TopoJSON: arcs that areas share, walked both ways, as whole steps or as coordinates; and files that are broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import shapely

from lake.contract import Reader
from lake.readers import UnreadableFile, open_source
from tests.unit.deliveries import column, contract

COLUMNS = (
    column("zone", "integer"),
    column("outline", "binary", physicalName="geometry"),
    column("epsg", "integer", physicalName="crs"),
)
# Two squares, left and right, with a common side from (10, 0) to (10, 20) in steps; a step is 0.5 by 0.25.
ARCS = [
    [[10, 0], [0, 20]],
    [[10, 20], [-10, 0], [0, -20], [10, 0]],
    [[10, 20], [10, 0], [0, -20], [-10, 0]],
]
LEFT, RIGHT = {"type": "Polygon", "arcs": [[0, 1]]}, {"type": "MultiPolygon", "arcs": [[[2, 0]]]}


def topology(*geometries: dict[str, Any], **more: object) -> dict[str, Any]:
    listed = [{"properties": {"zone": number}, **one} for number, one in enumerate(geometries)]
    return {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.25], "translate": [100, 50]},
        "arcs": ARCS,
        "objects": {"zones": {"type": "GeometryCollection", "geometries": listed}},
        **more,
    }


def opened(document: object, folder: Path, **options: str) -> list[tuple[Any, ...]]:
    path = folder / "zones.json"
    path.write_text(json.dumps(document))
    told = contract(*COLUMNS, reader=Reader.model_validate({"format": "topojson", **options}))
    with duckdb.connect() as con:
        source = open_source(con, path, told, folder)
        chosen = ", ".join(source.texts[name] for name in ("zone", "geometry", "crs"))
        rows = con.execute(f"select {chosen} from ({source.sql}) order by _row").fetchall()
        assert source.records == len(rows)
    return rows


def test_arcs_of_steps_become_rings_whose_common_points_count_once(tmp_path: Path) -> None:
    rows = opened(topology(LEFT, RIGHT), tmp_path)

    assert [(zone, epsg) for zone, _, epsg in rows] == [("0", "4326"), ("1", "4326")]
    left, right = (shapely.from_wkb(wkb) for _, wkb, _ in rows)
    assert left == shapely.Polygon([(105, 50), (105, 55), (100, 55), (100, 50), (105, 50)])
    assert right.equals(shapely.box(105, 50, 110, 55))
    assert len(right.geoms[0].exterior.coords) == 5


def test_an_index_below_nought_walks_the_arc_backwards(tmp_path: Path) -> None:
    ((_, wkb, _),) = opened(topology({"type": "Polygon", "arcs": [[-2, -1]]}), tmp_path)
    assert list(shapely.from_wkb(wkb).exterior.coords) == [(105, 50), (100, 50), (100, 55), (105, 55), (105, 50)]


def test_without_a_transform_arcs_are_coordinates(tmp_path: Path) -> None:
    arcs = [[[0, 0], [0, 2], [2, 2], [0, 0]]]
    ((_, wkb, _),) = opened(topology({"type": "Polygon", "arcs": [[0]]}, arcs=arcs, transform=None), tmp_path)
    assert shapely.from_wkb(wkb).area == 2


def test_points_and_lines_are_read_too(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [2, 4]}
    points = {"type": "MultiPoint", "coordinates": [[2, 4], [4, 4]]}
    line, lines = {"type": "LineString", "arcs": [0]}, {"type": "MultiLineString", "arcs": [[0], [-1]]}
    shapes = [shapely.from_wkb(wkb).wkt for _, wkb, _ in opened(topology(point, points, line, lines), tmp_path)]
    assert shapes == [
        "POINT (101 51)",
        "MULTIPOINT ((101 51), (102 51))",
        "LINESTRING (105 50, 105 55)",
        "MULTILINESTRING ((105 50, 105 55), (105 55, 105 50))",
    ]


def test_what_has_no_outline_is_told_from_what_has_a_bad_one(tmp_path: Path) -> None:
    without, empty = {"type": None}, {"type": "MultiPolygon", "arcs": []}
    bow_tie = {"type": "Polygon", "arcs": [[3]]}
    arcs = [*ARCS, [[0, 0], [4, 4], [0, -4], [-4, 4], [0, -4]]]

    rejecting = opened(topology(without, empty, bow_tie, arcs=arcs), tmp_path)
    keeping = opened(topology(without, empty, bow_tie, arcs=arcs), tmp_path, invalidGeometry="keep")

    assert [row[1] for row in rejecting] == [None, "not a valid geometry", "not a valid geometry"]
    assert [row[1] for row in keeping][:2] == [None, "not a valid geometry"]
    assert not shapely.from_wkb(keeping[2][1]).is_valid


def test_the_contract_names_one_of_several_objects(tmp_path: Path) -> None:
    objects = {
        "water": {"type": "GeometryCollection", "geometries": []},
        "land": {**LEFT, "properties": {"zone": 7}},
    }
    ((zone, _, _),) = opened(topology(objects=objects), tmp_path, objectName="land")
    assert zone == "7"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "not a TopoJSON topology"),
        ({"type": "FeatureCollection", "features": []}, "not a TopoJSON topology"),
        (
            topology(LEFT, {"type": "Polygon", "arcs": [[0, 9]]}),
            "geometry 2 of `zones` names arc 9, but there are 3 arcs",
        ),
        (topology({"type": "Polygon", "arcs": [[0, -4]]}), "geometry 1 of `zones` names arc -4, but there are 3 arcs"),
        (topology(LEFT, objects={"a": LEFT, "b": LEFT}), "several objects: `a`, `b`"),
        (topology(objects={}), "several objects: none"),
        (topology(), "holds no feature"),
        ({"type": "Topology", "objects": {"zones": LEFT}}, "cannot be read as topojson"),
    ],
)
def test_a_broken_file_is_refused_with_the_place_and_a_remedy(tmp_path: Path, document: object, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says) as refused:
        opened(document, tmp_path)
    assert refused.value.hint


def test_an_object_that_is_not_there_is_named_beside_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no object `zone-weeded` in the topology; there: `zones`") as refused:
        opened(topology(LEFT), tmp_path, objectName="zone-weeded")
    assert "objectName" in str(refused.value.hint)
