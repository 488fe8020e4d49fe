"""What tables and columns mean, in the words of those who made them.

Marts are described in the YAML of the dbt project, raw tables by their contracts; columns of raw, rejects and ops carry
their meaning in the table itself (lake/release/pinned.py, lake/ops.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lake.iceberg.file_table import Column
from lake.settings import project_root

OPS_MEANING = "What nights did, in its current state"
REJECTS_MEANING = "Rows and cells that did not become data, each with its reason, file and line"
RELEASES_MEANING = "One row per release record, with the city whose night made it"


@dataclass(frozen=True)
class Description:
    """What one row of a table is, and what each described column means."""

    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def of(self, column: Column) -> str:
        """The meaning of a column: as described, else as the table itself says."""
        return self.columns.get(column.name) or column.doc


def describe(name: str, dbt_project: Path | None = None) -> Description:
    """The description of `marts.qol_index` or another table; empty where nobody wrote one."""
    schema, _, short = name.partition(".")
    if schema == "raw":
        from lake.contract import load_contracts

        contract = load_contracts().get(short)
        return Description() if contract is None else Description(f"{contract.description} {contract.granularity}")
    if schema == "rejects":
        return Description(f"{REJECTS_MEANING} ({short}).")
    if schema == "ops":
        return Description(RELEASES_MEANING if short == "releases" else OPS_MEANING)
    return dbt_descriptions(dbt_project or project_root() / "dbt_project").get(short, Description())


def dbt_descriptions(dbt_project: Path) -> dict[str, Description]:
    """Descriptions of all models and seeds, by name."""
    found: dict[str, Description] = {}
    for folder in ("models", "seeds"):
        for path in sorted((dbt_project / folder).rglob("*.yml")):
            found |= dict(_described(yaml.load(path.read_bytes(), _loader()) or {}))
    return found


def _described(content: Mapping[str, Any]) -> Iterator[tuple[str, Description]]:
    for node in [*content.get("models", []), *content.get("seeds", [])]:
        columns = {column["name"]: _one_line(column.get("description", "")) for column in node.get("columns", [])}
        yield node["name"], Description(_one_line(node.get("description", "")), columns)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _loader() -> type[yaml.SafeLoader] | type[yaml.CSafeLoader]:
    """libyaml where it is there: ten times as fast, and the first thing that `describe` waits for."""
    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
