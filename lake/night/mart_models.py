"""Which marts there are, as the dbt manifest tells: their columns, and the period by which a mart is replaced.

Reads the manifest as data; dbt itself is run by the orchestration. A mart is a model or seed in one of the namespaces
`marts` and `marts_restricted`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lake.errors import CitylakeError
from lake.iceberg.catalog import ColumnSpec

NAMESPACES = ("marts", "marts_restricted")
PERIOD_MART = "period_mart"


@dataclass(frozen=True)
class MartModel:
    """One mart. `replace_by` is the date column by which it is replaced (None: whole, per city).

    `changed_by` are datasets whose changed dates are its changed periods, `all_by` those that change every period.
    With `periods_of` its periods are those of these indicators, and changed is what contains a changed date.
    """

    namespace: str
    name: str
    columns: tuple[ColumnSpec, ...]
    replace_by: str | None = None
    changed_by: tuple[str, ...] = ()
    all_by: tuple[str, ...] = ()
    periods_of: tuple[str, ...] = ()

    @property
    def qualified(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}.{self.name}"

    @property
    def staged(self) -> str:
        """The relation in the scratch database that holds the rows to be committed."""
        return f"{self.qualified}__staged" if self.replace_by else self.qualified

    @property
    def has_city(self) -> bool:
        """Whether rows belong to a city; the registry and index definitions belong to none."""
        return any(column.name == "city" for column in self.columns)


def mart_models(manifest: Path) -> list[MartModel]:
    """All marts of a manifest, by name. Raises CitylakeError where a column has no type."""
    nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    marts = [
        _mart(node)
        for node in nodes.values()
        if node["resource_type"] in ("model", "seed") and node["schema"] in NAMESPACES
    ]
    return sorted(marts, key=lambda mart: mart.qualified)


def _mart(node: dict[str, Any]) -> MartModel:
    config = node["config"]
    meta = {**node.get("meta", {}), **config.get("meta", {})}
    by_period = config.get("materialized") == PERIOD_MART
    return MartModel(
        namespace=node["schema"],
        name=node["name"],
        columns=tuple(_column(node["name"], column) for column in node["columns"].values()),
        replace_by=config["replace_by"] if by_period else None,
        changed_by=tuple(meta.get("changed_by", ())),
        all_by=tuple(meta.get("all_by", ())),
        periods_of=tuple(meta.get("periods_of", ())),
    )


def _column(mart: str, column: dict[str, Any]) -> ColumnSpec:
    if not column.get("data_type"):
        raise CitylakeError(
            f"column {column['name']} of mart {mart} has no data_type",
            hint="every column of a mart is described with its type in the model's YAML file",
        )
    return ColumnSpec(column["name"], column["data_type"], column.get("description", ""))
