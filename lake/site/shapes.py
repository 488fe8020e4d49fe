"""Outlines of districts as paths of an SVG: in planar coordinates, simplified with common borders kept, scaled.

Colours and names are put on them elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from lake.site.facts import Outline

WIDTH = 1000
# Triangles smaller than a square of this side, in units of the drawing, are cut off; smaller islands are left out.
DETAIL = 2.2
MARGIN = 4
LETTER = 12  # height of a name's letters, which must find room too
BAR_HEIGHT = 36
Shapes = Any  # an array of shapely's geometries, which have no types
SCALE_BARS_KM = (100, 50, 20, 10, 5, 2, 1, 0.5)


@dataclass(frozen=True)
class Room:
    """A place within a district for its name: the middle, and the width and height that lie inside on both sides."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Map:
    """Paths by district, in a drawing of `width` by `height`; `km` is the length of the scale bar, `bar` its width."""

    width: float
    height: float
    paths: Mapping[str, str]
    rooms: Mapping[str, Room]
    km: float
    bar: float
    bar_at: tuple[float, float]


def draw(outlines: Mapping[str, Outline]) -> Map | None:
    """The map of a city; None where no district has an outline."""
    if not outlines:
        return None
    codes = sorted(outlines)
    shapes = _planar([outlines[code] for code in codes])
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    scale = (WIDTH - 2 * MARGIN) / max(east - west, north - south)
    scaled = shapely.transform(shapes, lambda places: (places - [west, north]) * [scale, -scale] + MARGIN)
    simple = shapely.coverage_simplify(scaled, DETAIL)
    kilometre = 1000 * scale
    km = next((one for one in SCALE_BARS_KM if one * kilometre < WIDTH / 4), SCALE_BARS_KM[-1])
    return Map(
        width=round((east - west) * scale + 2 * MARGIN, 1),
        height=round((north - south) * scale + 2 * MARGIN, 1),
        paths={code: _path(shape) for code, shape in zip(codes, simple, strict=True)},
        rooms={code: _room(shape) for code, shape in zip(codes, simple, strict=True)},
        km=km,
        bar=round(km * kilometre, 1),
        bar_at=_free_corner(simple, km * kilometre),
    )


def _planar(outlines: list[Outline]) -> Shapes:
    """The outlines in metres: as they are where their system is planar, else in an equal-area projection about them."""
    shapes = shapely.from_wkb([outline.geometry_wkb for outline in outlines])
    system = CRS.from_user_input(outlines[0].crs)
    if system.is_projected:
        metres = system.axis_info[0].unit_conversion_factor
        return shapely.transform(shapes, lambda places: places * metres)
    west, south, east, north = shapely.total_bounds(shapes)
    local = CRS.from_dict({"proj": "laea", "lat_0": (south + north) / 2, "lon_0": (west + east) / 2, "units": "m"})
    transformer = Transformer.from_crs(system, local, always_xy=True)
    return shapely.transform(shapes, lambda places: np.column_stack(transformer.transform(*places.T)))


def _free_corner(shapes: Shapes, bar: float) -> tuple[float, float]:
    """Where the scale bar hides least of the map: one of the four corners."""
    west, south, east, north = shapely.total_bounds(shapes)
    corners = [(x, y) for y in (north - 2 * MARGIN, south + BAR_HEIGHT) for x in (west, east - bar)]
    land = shapely.union_all(shapes)
    boxes = [shapely.box(x, y - BAR_HEIGHT, x + bar, y) for x, y in corners]
    hidden = shapely.area(shapely.intersection(land, boxes))
    x, y = corners[int(np.argmin(hidden))]
    return round(float(x), 1), round(float(y), 1)


def _path(shape: shapely.Geometry) -> str:
    """The rings of a polygon or several; specks are left out unless nothing else is there."""
    parts = sorted(shapely.get_parts(shape), key=shapely.area, reverse=True)
    kept = [part for n, part in enumerate(parts) if n == 0 or part.area > DETAIL**2]
    return "".join(_ring(ring) for part in kept for ring in (part.exterior, *part.interiors))


def _ring(ring: shapely.Geometry) -> str:
    places = [f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1]]
    return f"M{'L'.join(places)}Z"


def _room(shape: shapely.Geometry) -> Room:
    """The room about the middle of the district's broadest part."""
    largest = max(shapely.get_parts(shape), key=shapely.area)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=1))[0]
    west, south, east, north = largest.bounds
    lines = [_piece(largest, [(west, at), (east, at)], x, at) for at in (y - LETTER / 2, y, y + LETTER / 2)]
    down = _piece(largest, [(x, south), (x, north)], x, y)
    width = 2 * min(min(x - line[0], line[2] - x) for line in lines)
    height = 2 * min(y - down[1], down[3] - y)
    return Room(round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def _piece(shape: shapely.Geometry, ends: list[tuple[float, float]], x: float, y: float) -> tuple[float, ...]:
    """Bounds of that part of a line within the shape that runs through a place."""
    inside = shapely.get_parts(shape.intersection(shapely.LineString(ends)))
    bounds: tuple[float, ...] = min(inside, key=shapely.Point(x, y).distance).bounds
    return bounds
