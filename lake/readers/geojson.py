"""GeoJSON: a feature collection, each feature a record; what a feature becomes is `lake.readers.features`."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from lake.contract import Contract
from lake.readers.features import open_features
from lake.readers.json_texts import json_object
from lake.readers.relation import SourceRelation, UnreadableFile

FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')


def open_geojson(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> SourceRelation:
    """The relation of a feature collection. Raises UnreadableFile where the file is none."""
    content = path.read_bytes()
    document = json_object(content)
    features = document.get("features")
    if not isinstance(features, list):
        raise UnreadableFile("not a GeoJSON feature collection", hint="expected an object with a list `features`")
    if not all(isinstance(feature, dict) for feature in features):
        raise UnreadableFile("one of the features is no object", hint="ask the publisher for a complete file")
    return open_features(con, document, features, contract, records=len(FEATURE.findall(content)))
