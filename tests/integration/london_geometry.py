"""Areas and points in polygons by the textbook, as an oracle for the mobility indicators.

Shoelace formula and even-odd rule over the GeoJSON's own rings, without a geometry library. A point exactly on a
boundary is not told apart; London's stops and stations have none.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
SQUARE_METRES_PER_KM2 = 1e6


def points_by_borough(path: Path, places: list[tuple[float, float]]) -> dict[str, tuple[int, float]]:
    """Per GSS code the places inside the borough and its planar area in km2; polygons in the places' own metres."""
    points = np.array(places)
    boroughs = {}
    for feature in json.loads(path.read_text())["features"]:
        rings = [np.array(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        area = sum(signed_area(ring) for ring in rings)
        boroughs[feature["properties"]["GSS_CODE"]] = (
            int(inside(points, rings).sum()),
            abs(area) / SQUARE_METRES_PER_KM2,
        )
    return boroughs


def signed_area(ring: Points) -> float:
    """Area of a closed ring in m2, holes negative where rings turn the other way than shells."""
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def inside(points: Points, rings: list[Points]) -> npt.NDArray[np.bool_]:
    """True for points that a ray crosses an odd number of edges from."""
    x, y = points.T
    odd = np.zeros(len(points), dtype=bool)
    corners = np.concatenate(rings)
    near = np.flatnonzero(
        (x >= corners[:, 0].min())
        & (x <= corners[:, 0].max())
        & (y >= corners[:, 1].min())
        & (y <= corners[:, 1].max())
    )
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if y1 != y2:
                crossed = (y1 > y[near]) != (y2 > y[near])
                left = x[near] < (x2 - x1) * (y[near] - y1) / (y2 - y1) + x1
                odd[near[crossed & left]] ^= True
    return odd
