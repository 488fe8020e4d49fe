"""Points in polygons of the dbt Python models: boundaries, ties, holes, other coordinate reference systems."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tests.integration.dbt_night import PROJECT

MODELS = PROJECT / "models" / "intermediate" / "geography"
SQUARE_A = shapely.box(530_000, 180_000, 531_000, 181_000)
SQUARE_B = shapely.box(531_000, 180_000, 532_000, 181_000)


def python_model(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, MODELS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shapes() -> ModuleType:
    return python_model("int_geography__district_shapes")


@pytest.fixture(scope="module")
def points() -> ModuleType:
    return python_model("int_geography__point_districts")


def test_a_point_on_a_common_boundary_belongs_to_the_smaller_code(points: ModuleType) -> None:
    polygons = {"B": SQUARE_A, "A": SQUARE_B}
    places = [(531_000, 180_500), (530_500, 180_500), (531_500, 180_000), (529_999, 180_500)]
    assert points.covering(polygons, np.array(places, dtype=float)) == ["A", "B", "A", None]


def test_a_point_in_a_hole_lies_outside(points: ModuleType) -> None:
    ring = shapely.difference(SQUARE_A, shapely.box(530_400, 180_400, 530_600, 180_600))
    places = np.array([(530_500.0, 180_500.0), (530_400.0, 180_500.0)])
    assert points.covering({"A": ring}, places) == [None, "A"]


def test_without_places_or_polygons_nothing_is_found(points: ModuleType) -> None:
    assert points.covering({"A": SQUARE_A}, np.empty((0, 2))) == []
    assert points.covering({}, np.array([(530_500.0, 180_500.0)])) == [None]


def test_polygons_in_degrees_come_into_the_citys_metres(shapes: ModuleType) -> None:
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    corners = [to_degrees.transform(*corner) for corner in SQUARE_A.exterior.coords]
    polygon = shapes.in_crs(shapely.Polygon(corners).wkb, 4326, "EPSG:27700")
    assert polygon.area == pytest.approx(1_000_000, rel=1e-3)
    assert polygon.covers(shapely.Point(530_500, 180_500))


def test_polygons_in_the_citys_own_system_stay_untouched(shapes: ModuleType) -> None:
    assert shapes.in_crs(SQUARE_A.wkb, 27700, "EPSG:27700") == SQUARE_A


def test_a_point_without_coordinates_lies_outside(points: ModuleType) -> None:
    places = np.array([(np.nan, np.nan), (530_500.0, np.nan)])
    assert points.covering({"A": SQUARE_A}, places) == [None, None]


def test_points_in_degrees_come_into_the_citys_metres_and_others_stay_exactly(points: ModuleType) -> None:
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    places = np.array([to_degrees.transform(530_500, 180_500), (530_500.1, 180_500.2), (np.nan, np.nan)])
    moved = points.in_crs(places, ["EPSG:4326", "EPSG:27700", "EPSG:27700"], "EPSG:27700")
    assert moved[0] == pytest.approx((530_500, 180_500), abs=0.01)
    assert moved[1].tolist() == [530_500.1, 180_500.2]
