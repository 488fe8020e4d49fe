"""The map of Brightwater: twelve districts around a bay that opens to the south.

Borders are made of rings around the middle of the bay (shore, mid line, outer edge) and of rays between them. Two
neighbours take their common border from the same points, so they share edges and never overlap. Coordinates are metres
on the British National Grid, in open water where no real district lies. Deliveries are written by `lake.sample.places`.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from lake.sample.draws import draw

Point = tuple[float, float]

MIDDLE: Point = (212000.0, 276000.0)
RING_METRES = (3200.0, 5800.0, 9000.0)
STEP_DEGREES = 2.5
RAY_PARTS = 8
RAY_SWAY_DEGREES = 0.9
# Longitude and latitude of the middle of the bay and their change per metre east and north: good to some 20 m here,
# as coarse as the anonymous points of street-level crime are anyway.
LON_LAT_MIDDLE: Point = (-4.7616817, 52.3497498)
LON_PER_METRE: Point = (1.46638606e-05, -5.60242e-07)
LAT_PER_METRE: Point = (3.4207968e-07, 8.97969493e-06)


@dataclass(frozen=True)
class Sector:
    """A place around the bay: compass bearings (degrees) between its rays, and the two rings that bound it."""

    start: float
    end: float
    near: int
    far: int


SECTORS: dict[int, Sector] = {
    1: Sector(-40, -5, 0, 1), 2: Sector(-5, 20, 0, 1), 3: Sector(20, 50, 0, 1), 4: Sector(-75, -40, 0, 1),
    5: Sector(-75, -30, 1, 2), 6: Sector(65, 125, 1, 2), 7: Sector(-30, 15, 1, 2), 8: Sector(-120, -75, 1, 2),
    9: Sector(50, 125, 0, 1), 10: Sector(15, 65, 1, 2), 11: Sector(-120, -75, 0, 1), 12: Sector(-145, -120, 0, 2),
}  # fmt: skip
ISLE_DISTRICT, ISLE_BEARING, ISLE_METRES, ISLE_RADIUS = 12, -158.0, 6400.0, 420.0


def point_at(bearing: float, metres: float) -> Point:
    """The point at a compass bearing and a distance from the middle of the bay."""
    angle = math.radians(bearing)
    return (round(MIDDLE[0] + metres * math.sin(angle), 3), round(MIDDLE[1] + metres * math.cos(angle), 3))


def ring_metres(ring: int, bearing: float) -> float:
    """Distance of a ring from the middle: capes and coves at the shore, gentler inland."""
    angle = math.radians(bearing)
    waves = 0.07 * math.sin(3 * angle + ring) + 0.04 * math.sin(7 * angle + 2 * ring) + 0.02 * math.sin(17 * angle)
    rough = 0.03 * (draw(0, "ring", ring, float(bearing)) - 0.5)
    return RING_METRES[ring] * (1 + (waves + rough) / (1 + 0.5 * ring))


def _arc(ring: int, start: float, end: float) -> list[Point]:
    steps = round((end - start) / STEP_DEGREES)
    bearings = [start + STEP_DEGREES * n for n in range(steps + 1)]
    return [point_at(bearing, ring_metres(ring, bearing)) for bearing in bearings]


def _ray(bearing: float, near: int, far: int) -> list[Point]:
    """The border along one bearing from a ring out to another, without its two ends; it meets every ring between."""
    points: list[Point] = []
    for ring in range(near, far):
        inner, outer = ring_metres(ring, bearing), ring_metres(ring + 1, bearing)
        if ring > near:
            points.append(point_at(bearing, inner))
        for part in range(1, RAY_PARTS):
            share = part / RAY_PARTS
            sway = RAY_SWAY_DEGREES * math.sin(math.pi * share) * math.sin(5 * share + bearing)
            points.append(point_at(bearing + sway, inner + (outer - inner) * share))
    return points


def _isle() -> list[Point]:
    middle = point_at(ISLE_BEARING, ISLE_METRES)
    corners = []
    for n in range(24):
        angle = 2 * math.pi * n / 24
        metres = ISLE_RADIUS * (0.7 + 0.5 * draw(0, "isle", n))
        corners.append((round(middle[0] + metres * math.sin(angle), 3), round(middle[1] + metres * math.cos(angle), 3)))
    return [*corners, corners[0]]


@cache
def rings_of(number: int) -> tuple[tuple[Point, ...], ...]:
    """The outer rings (closed) of a district's polygons; none has a hole."""
    mainland = outline(SECTORS[number])
    return (mainland, tuple(_isle())) if number == ISLE_DISTRICT else (mainland,)


def outline(sector: Sector) -> tuple[Point, ...]:
    """The ring (closed) around a sector; sectors that begin or end at one bearing have that border in common."""
    corners = _arc(sector.far, sector.start, sector.end)
    corners += reversed(_ray(sector.end, sector.near, sector.far))
    corners += reversed(_arc(sector.near, sector.start, sector.end))
    corners += _ray(sector.start, sector.near, sector.far)
    return (*corners, corners[0])


def common(one: Sector, other: Sector) -> Sector | None:
    """What two sectors have in common; None where that is nothing."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    near, far = max(one.near, other.near), min(one.far, other.far)
    return Sector(start, end, near, far) if start < end and near < far else None


def ring_area_m2(ring: tuple[Point, ...]) -> float:
    """Planar area by the shoelace formula, relative to the middle of the bay so that no digits are lost."""
    moved = [(x - MIDDLE[0], y - MIDDLE[1]) for x, y in ring]
    doubled = math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(moved))
    return abs(doubled) / 2


def area_m2(number: int) -> float:
    """Planar area of a district in square metres."""
    return math.fsum(ring_area_m2(ring) for ring in rings_of(number))


def place_in(number: int, seed: int, *key: object) -> Point:
    """A point on the mainland of a district, well inside its borders (metres)."""
    sector = SECTORS[number]
    margin = 2 * RAY_SWAY_DEGREES + STEP_DEGREES
    bearing = sector.start + margin + (sector.end - sector.start - 2 * margin) * draw(seed, "bearing", *key)
    near, far = ring_metres(sector.near, bearing) * 1.06, ring_metres(sector.far, bearing) * 0.95
    share = draw(seed, "share", *key)
    return point_at(bearing, math.sqrt(near**2 + (far**2 - near**2) * share))


def lon_lat(point: Point) -> Point:
    """Longitude and latitude in degrees of a point near the bay."""
    east, north = point[0] - MIDDLE[0], point[1] - MIDDLE[1]
    return (
        round(LON_LAT_MIDDLE[0] + LON_PER_METRE[0] * east + LON_PER_METRE[1] * north, 6),
        round(LON_LAT_MIDDLE[1] + LAT_PER_METRE[0] * east + LAT_PER_METRE[1] * north, 6),
    )
