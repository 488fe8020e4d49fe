"""The invented bay: districts that share edges, cover the land once, and hold their bus stops."""

import json
from itertools import combinations
from pathlib import Path

import pytest
import shapely

from lake.sample import bay
from lake.sample.districts import DISTRICTS


@pytest.fixture(scope="module")
def polygons() -> dict[int, shapely.MultiPolygon]:
    rings = {district.number: bay.rings_of(district.number) for district in DISTRICTS}
    return {n: shapely.MultiPolygon([shapely.Polygon(ring) for ring in parts]) for n, parts in rings.items()}


def test_districts_are_valid_and_do_not_overlap(polygons: dict[int, shapely.MultiPolygon]) -> None:
    assert all(polygon.is_valid for polygon in polygons.values())
    assert sum(a.intersection(b).area for a, b in combinations(polygons.values(), 2)) == 0


def test_districts_leave_no_gap(polygons: dict[int, shapely.MultiPolygon]) -> None:
    land = shapely.union_all(list(polygons.values()))
    assert [len(part.interiors) for part in land.geoms] == [0, 0]  # the mainland and one isle
    assert land.area == pytest.approx(sum(polygon.area for polygon in polygons.values()), rel=1e-12)


def test_the_own_area_is_that_of_the_polygon(polygons: dict[int, shapely.MultiPolygon]) -> None:
    for number, polygon in polygons.items():
        assert bay.area_m2(number) == pytest.approx(polygon.area, rel=1e-12)


def test_places_lie_in_their_district(polygons: dict[int, shapely.MultiPolygon]) -> None:
    for number, polygon in polygons.items():
        assert all(polygon.contains(shapely.Point(bay.place_in(number, 5, n))) for n in range(200))


def test_degrees_agree_with_the_national_grid() -> None:
    pyproj = pytest.importorskip("pyproj")
    to_degrees = pyproj.Transformer.from_crs(27700, 4326, always_xy=True)
    for point in ((bay.MIDDLE[0] + 6000, bay.MIDDLE[1] + 6000), (bay.MIDDLE[0] - 8000, bay.MIDDLE[1])):
        assert bay.lon_lat(point) == pytest.approx(to_degrees.transform(*point), abs=2e-4)


def test_the_file_declares_metres_and_keeps_every_digit(tmp_path: Path) -> None:
    from lake.sample.places import BOUNDARIES_FILE, write_boundaries
    from lake.sample.truth import Arguments, TruthBook

    write_boundaries(tmp_path, TruthBook(Arguments(60, 1, 1, 1)))
    content = json.loads((tmp_path / BOUNDARIES_FILE).read_text())
    assert content["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::27700"
    for feature, district in zip(content["features"], DISTRICTS, strict=True):
        polygon = shapely.geometry.shape(feature["geometry"])
        assert feature["properties"]["GSS_CODE"] == district.code
        assert polygon.area == pytest.approx(bay.area_m2(district.number), rel=1e-12)
