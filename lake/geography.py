"""Where things lie: systems of coordinates, outlines and their areas, points in districts, areas laid over districts.

The only place that computes with coordinates. Outlines come into the city's system first and are repaired there, so
that an area is that of what lies in this system. Knows no city, dataset or table: dbt's Python models read and write
those, and what follows from a count or an area is SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

SQUARE_METRES_PER_KM2 = 1_000_000
Places = npt.NDArray[np.float64]


def outline(wkb: bytes, system: str, target: str) -> shapely.Geometry:
    """An outline in another system of coordinates, repaired where it crosses itself; a sound one that is in the system
    already stays as it is."""
    shape = shapely.from_wkb(bytes(wkb))
    if not _same(system, target):
        shape = shapely.transform(shape, lambda places: _moved(places, system, target))
    return shape if shape.is_valid else polygons_of(shapely.make_valid(shape))


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a shape has an area: repairing and cutting leave lines and points beside polygons."""
    if shape.geom_type != "GeometryCollection":
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2])


def area_km2(shape: shapely.Geometry) -> float:
    """Planar area of a shape in metres."""
    return float(shape.area) / SQUARE_METRES_PER_KM2


def in_system(places: Places, systems: Sequence[str], target: str) -> Places:
    """Places, each in a system of its own, in one system; those that are in it already stay as they are."""
    moved = places.copy()
    for system in set(systems):
        if not _same(system, target):
            here = np.array([one == system for one in systems])
            moved[here] = _moved(places[here], system, target)
    return moved


def covering(districts: Mapping[str, shapely.Geometry], places: Places) -> list[str | None]:
    """Per place the smallest code of the districts that cover it, boundary included; None outside all of them.

    A place without coordinates (NaN) lies outside.
    """
    codes = sorted(districts)
    found: list[str | None] = [None] * len(places)
    tree = shapely.STRtree([districts[code] for code in codes])
    pairs = tree.query(shapely.points(places), predicate="covered_by")
    for place, district in sorted(zip(*pairs.tolist(), strict=True), reverse=True):
        found[place] = codes[district]
    return found


def pieces(area: shapely.Geometry, districts: Mapping[str, shapely.Geometry]) -> dict[str, shapely.Geometry]:
    """What an area has in common with each district that it reaches into; a common border is nothing."""
    touched = {code: districts[code] for code in sorted(districts) if shapely.intersects(area, districts[code])}
    common = {code: polygons_of(shapely.intersection(area, district)) for code, district in touched.items()}
    return {code: piece for code, piece in common.items() if piece.area > 0}


def union_km2(shapes: Sequence[shapely.Geometry]) -> float:
    """Planar area of what lies in any of the shapes: what two of them have in common counts once."""
    return area_km2(shapely.union_all(shapes))


def _moved(places: Places, system: str, target: str) -> Places:
    return np.column_stack(_transformer(system, target).transform(*places.T))


@cache
def _transformer(system: str, target: str) -> Transformer:
    return Transformer.from_crs(system, target, always_xy=True)


@cache
def _same(system: str, target: str) -> bool:
    return CRS.from_user_input(system) == CRS.from_user_input(target)
