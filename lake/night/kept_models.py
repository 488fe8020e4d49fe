"""The models that a release was computed with, kept as dbt compiled them, so that a number can be led back later.

A night keeps them once per state of the dbt project and the city file, which the fingerprint in the release record
names. Reads dbt's manifest as data. What follows from the SQL is the business of lake/explain/lineage.py.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from lake.city import City
from lake.errors import CitylakeError
from lake.night.database import city_texts
from lake.release.fingerprint import text_hash
from lake.release.record import CityEntry
from lake.settings import Settings, project_root

STATE_PARTS = ("models", "descriptions", "city")
PASSES_ON = "passes_on"
ANY_PERIOD = "any_period"
KEY_TEST = "unique_combination"


@dataclass(frozen=True)
class KeptModel:
    """One model, seed or source. `parents` are the tables that it names, `key` the columns that its test holds unique.

    Only a model in SQL has `sql`. One in Python says by `passes_on` which columns it hands on from a parent unchanged.
    With `any_period` a row rests on rows of periods other than its own.
    `rows` are known of a seed, and of what the city file says.
    """

    table: str
    kind: Literal["sql", "python", "rows", "source"]
    columns: Sequence[str]
    parents: Sequence[str]
    key: Sequence[str] = ()
    sql: str = ""
    passes_on: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str | None]] = ()
    any_period: bool = False


def keep_models(settings: Settings, city: City, fingerprint: Mapping[str, Any], manifest: Path) -> None:
    """Keep what the manifest that `dbt build` wrote and the city file say; nothing where that is kept already."""
    path = _path(settings, city.city, fingerprint)
    if path.is_file():
        return
    models = models_of(json.loads(manifest.read_text(encoding="utf-8")), city_texts(city))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps([asdict(model) for model in models]), encoding="utf-8")
    part.replace(path)


def kept_models(settings: Settings, city: str, entry: CityEntry) -> dict[str, KeptModel]:
    """The models of a city's release by table name. Raises CitylakeError where they were not kept."""
    path = _path(settings, city, entry.fingerprint)
    if not path.is_file():
        raise CitylakeError(
            f"The models that release {entry.release_id} was computed with were not kept in {path.parent}.",
            hint="The next release keeps its own; `citylake run` makes one when a file, contract or model changed.",
        )
    return {model["table"]: KeptModel(**model) for model in json.loads(path.read_text(encoding="utf-8"))}


def models_of(
    manifest: Mapping[str, Any], known_rows: Mapping[str, Sequence[Mapping[str, str | None]]]
) -> list[KeptModel]:
    """Models, seeds and sources of a manifest with compiled SQL; `known_rows` are those of some sources."""
    nodes = manifest["nodes"]
    tables = {name: _table(node) for name, node in {**nodes, **manifest["sources"]}.items()}
    keys = unique_keys(manifest)
    found = [
        _model(node, [tables[parent] for parent in node["depends_on"].get("nodes", ())], keys.get(name, ()))
        for name, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
    ]
    sources = [_source(node, known_rows) for node in manifest["sources"].values()]
    return sorted([*found, *sources], key=lambda model: model.table)


def unique_keys(manifest: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """By node: the columns that a test holds unique together."""
    return {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == KEY_TEST
    }


def _path(settings: Settings, city: str, fingerprint: Mapping[str, Any]) -> Path:
    state = text_hash(" ".join(str(fingerprint.get(part)) for part in STATE_PARTS))
    return settings.models / f"{city}-{state}.json"


def _table(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node.get('identifier') or node.get('alias') or node['name']}"


def _model(node: Mapping[str, Any], parents: Sequence[str], key: Sequence[str]) -> KeptModel:
    columns = tuple(node["columns"])
    if node["resource_type"] == "seed":
        rows = _seed_rows(project_root() / "dbt_project" / node["original_file_path"])
        return KeptModel(_table(node), "rows", columns, parents, key, rows=rows)
    meta = node["config"].get("meta", {})
    any_period = bool(meta.get(ANY_PERIOD))
    if node["language"] == "python":
        named = meta.get(PASSES_ON, {})
        passes_on = {parent: named[name] for parent in parents if (name := parent.partition(".")[2]) in named}
        return KeptModel(_table(node), "python", columns, parents, key, passes_on=passes_on, any_period=any_period)
    return KeptModel(_table(node), "sql", columns, parents, key, sql=node["compiled_code"], any_period=any_period)


def _source(node: Mapping[str, Any], known_rows: Mapping[str, Sequence[Mapping[str, str | None]]]) -> KeptModel:
    table, columns = _table(node), tuple(node["columns"])
    if table in known_rows:
        return KeptModel(table, "rows", columns, (), rows=known_rows[table])
    return KeptModel(table, "source", columns, ())


def _seed_rows(path: Path) -> list[Mapping[str, str | None]]:
    """Cells as text; an empty one is NULL, as dbt reads it."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]
