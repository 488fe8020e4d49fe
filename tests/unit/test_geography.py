"""Geography: systems of coordinates, repair, areas, points in districts, and what areas have in common."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from lake.geography import area_km2, covering, in_system, outline, pieces, polygons_of, union_km2

GRID, DEGREES = "EPSG:27700", "EPSG:4326"
SPHERE = "+proj=cea +lat_ts=40.7 +lon_0=0 +R=6371007.181 +units=m"
SQUARE_A = shapely.box(530_000, 180_000, 531_000, 181_000)
SQUARE_B = shapely.box(531_000, 180_000, 532_000, 181_000)
BOW_TIE = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])


def test_a_point_on_a_common_boundary_belongs_to_the_smaller_code() -> None:
    places = [(531_000, 180_500), (530_500, 180_500), (531_500, 180_000), (529_999, 180_500)]
    assert covering({"B": SQUARE_A, "A": SQUARE_B}, np.array(places, dtype=float)) == ["A", "B", "A", None]


def test_a_point_in_a_hole_lies_outside() -> None:
    ring = shapely.difference(SQUARE_A, shapely.box(530_400, 180_400, 530_600, 180_600))
    places = np.array([(530_500.0, 180_500.0), (530_400.0, 180_500.0)])
    assert covering({"A": ring}, places) == [None, "A"]


def test_without_places_or_districts_nothing_is_found() -> None:
    assert covering({"A": SQUARE_A}, np.empty((0, 2))) == []
    assert covering({}, np.array([(530_500.0, 180_500.0)])) == [None]


def test_a_point_without_coordinates_lies_outside() -> None:
    places = np.array([(np.nan, np.nan), (530_500.0, np.nan)])
    assert covering({"A": SQUARE_A}, places) == [None, None]


def test_outlines_in_degrees_come_into_the_citys_metres() -> None:
    to_degrees = Transformer.from_crs(GRID, DEGREES, always_xy=True)
    corners = [to_degrees.transform(*corner) for corner in SQUARE_A.exterior.coords]
    shape = outline(shapely.Polygon(corners).wkb, DEGREES, GRID)
    assert shape.area == pytest.approx(1_000_000, rel=1e-3)
    assert shape.covers(shapely.Point(530_500, 180_500))


def test_sound_outlines_in_the_citys_own_system_stay_untouched() -> None:
    assert outline(SQUARE_A.wkb, GRID, GRID) == SQUARE_A


def test_on_a_sphere_degrees_are_projected_by_the_formula_and_nothing_else() -> None:
    degrees = np.array([(-74.26, 40.49), (-73.70, 40.92), (0.1, 51.5), (10.0, -33.0)])
    radius, standard = 6_371_007.181, math.radians(40.7)
    expected = np.column_stack(
        [
            radius * np.radians(degrees[:, 0]) * math.cos(standard),
            radius * np.sin(np.radians(degrees[:, 1])) / math.cos(standard),
        ]
    )
    assert np.abs(in_system(degrees, [DEGREES] * 4, SPHERE) - expected).max() < 1e-6


def test_an_outline_that_crosses_itself_is_repaired_after_it_was_projected() -> None:
    shape = outline(BOW_TIE.wkb, GRID, GRID)
    assert not BOW_TIE.is_valid
    assert shape.is_valid
    assert area_km2(shape) == pytest.approx(0.5)


def test_repair_and_cutting_leave_polygons_only() -> None:
    with_a_spike = shapely.GeometryCollection([SQUARE_A, shapely.LineString([(0, 0), (1, 1)]), SQUARE_B])
    assert area_km2(polygons_of(with_a_spike)) == 2
    assert polygons_of(shapely.GeometryCollection([shapely.Point(0, 0)])).is_empty


def test_points_come_into_the_citys_metres_and_those_that_are_in_them_stay_exactly() -> None:
    to_degrees = Transformer.from_crs(GRID, DEGREES, always_xy=True)
    places = np.array([to_degrees.transform(530_500, 180_500), (530_500.1, 180_500.2), (np.nan, np.nan)])
    moved = in_system(places, [DEGREES, GRID, GRID], GRID)
    assert moved[0] == pytest.approx((530_500, 180_500), abs=0.01)
    assert moved[1].tolist() == [530_500.1, 180_500.2]


def test_survey_feet_are_no_feet() -> None:
    # Corner of the Long Island zone: 984,250 US survey feet east of a meridian at 300,000 m.
    (place,) = in_system(np.array([(984_250.0, 0.0)]), ["EPSG:2263"], DEGREES)
    assert place == pytest.approx((-74.0, 40 + 10 / 60), abs=1e-6)


def test_an_area_is_cut_by_the_districts_that_it_reaches_into() -> None:
    area = shapely.box(530_750, 180_000, 531_250, 180_500)
    cut = pieces(area, {"B": SQUARE_B, "A": SQUARE_A, "far": shapely.box(0, 0, 1, 1)})
    assert {code: area_km2(piece) for code, piece in cut.items()} == {"A": 0.125, "B": 0.125}


def test_a_common_border_is_nothing() -> None:
    assert list(pieces(SQUARE_A, {"A": SQUARE_A, "B": SQUARE_B})) == ["A"]


def test_what_two_areas_cover_counts_once() -> None:
    assert union_km2([SQUARE_A, SQUARE_A, SQUARE_B]) == 2
    assert union_km2([]) == 0
