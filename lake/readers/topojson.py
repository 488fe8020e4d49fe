"""TopoJSON: the geometries of one object of a topology, each a record; lines that areas share are stored once, as arcs.

A quantised topology has arcs of whole steps from one point to the next, and a scale and translation that make
coordinates of them. An arc index below 0 means the arc ~index, walked backwards; where one arc of a ring or line ends
the next begins, and the common point counts once. What a feature becomes is `lake.readers.features`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb

from lake.contract import Contract
from lake.readers.features import open_features
from lake.readers.json_texts import json_object
from lake.readers.relation import SourceRelation, UnreadableFile

Place = tuple[float, ...]


def open_topojson(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> SourceRelation:
    """The relation of the object that the contract names, or of the only one.

    Raises UnreadableFile where the file is no topology, lacks the object, or a geometry names an arc that is not there.
    """
    document = json_object(path.read_bytes())
    if document.get("type") != "Topology" or not isinstance(document.get("objects"), dict):
        raise UnreadableFile("not a TopoJSON topology", hint='expected an object of type "Topology" with `objects`')
    name, chosen = _object(document["objects"], contract)
    geometries = chosen["geometries"] if chosen.get("type") == "GeometryCollection" else [chosen]
    topology = _Topology(document)
    features = [
        {"properties": geometry.get("properties"), "geometry": topology.geojson(geometry, f"{number} of `{name}`")}
        for number, geometry in enumerate(geometries, start=1)
    ]
    return open_features(con, document, features, contract, records=len(geometries))


def _object(objects: Mapping[str, Any], contract: Contract) -> tuple[str, dict[str, Any]]:
    name = contract.reader.object_name or (next(iter(objects)) if len(objects) == 1 else None)
    if name is None or name not in objects:
        there = ", ".join(f"`{one}`" for one in objects) or "none"
        raise UnreadableFile(
            f"no object `{name}` in the topology; there: {there}" if name else f"several objects: {there}",
            hint=f"name the right one as `objectName` of the reader in contract {contract.dataset}",
        )
    return name, objects[name]


class _Topology:
    """The arcs of a topology as coordinates, and the geometries that are made of them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        transform = document.get("transform")
        self._transform = transform and (transform["scale"], transform["translate"])
        self._arcs = [self._arc(arc) for arc in document["arcs"]]

    def geojson(self, geometry: Mapping[str, Any], where: str) -> dict[str, Any] | None:
        """The geometry as GeoJSON writes it; None where it has no type. `where` names it to people."""
        kind = geometry.get("type")
        if kind is None:
            return None
        if kind in ("Point", "MultiPoint"):
            return {"type": kind, "coordinates": self._points(geometry["coordinates"])}
        return {"type": kind, "coordinates": self._lines(geometry.get("arcs", ()), where)}

    def _arc(self, steps: Sequence[Sequence[float]]) -> list[Place]:
        if not self._transform:
            return [tuple(step[:2]) for step in steps]
        return [self._place((x, y)) for x, y in zip(*(accumulate(axis) for axis in _axes(steps)), strict=True)]

    def _place(self, place: Sequence[float]) -> Place:
        if not self._transform:
            return tuple(place[:2])
        scale, translate = self._transform
        return place[0] * scale[0] + translate[0], place[1] * scale[1] + translate[1]

    def _points(self, coordinates: Sequence[Any]) -> Place | list[Place]:
        nested = bool(coordinates) and isinstance(coordinates[0], list)
        return [self._place(place) for place in coordinates] if nested else self._place(coordinates)

    def _lines(self, arcs: Sequence[Any], where: str) -> list[Any]:
        """A list of arc indices becomes the line through them; lists of lists (rings, polygons) keep their shape."""
        if arcs and isinstance(arcs[0], list):
            return [self._lines(inner, where) for inner in arcs]
        line: list[Place] = []
        for index in arcs:
            line += self._walked(index, where)[1 if line else 0 :]
        return line

    def _walked(self, index: int, where: str) -> list[Place]:
        place = ~index if index < 0 else index
        if place >= len(self._arcs):
            raise UnreadableFile(
                f"geometry {where} names arc {index}, but there are {len(self._arcs)} arcs",
                hint="ask the publisher for a file whose arcs are all there",
            )
        return self._arcs[place][::-1] if index < 0 else self._arcs[place]


def _axes(steps: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    return [step[0] for step in steps], [step[1] for step in steps]
