"""The current files of the `ops` tables in one small JSON file, so that readers need neither catalog nor pyiceberg.

A night writes it after its appends (lake/ops.py); lake/query/query.py reads it. It is derived: deleting it loses
nothing, reading then goes through the catalog, and the next night writes it again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from lake.iceberg.file_table import Column, FileTable
from lake.settings import Settings


class OpsTable(Protocol):
    """An `ops` table in its current state."""

    @property
    def columns(self) -> Sequence[Column]:
        """Columns with Iceberg field ids and DuckDB types."""

    @property
    def files(self) -> Sequence[Path]:
        """Absolute paths of the Parquet files."""


def write_ops_index(settings: Settings, current: Callable[[Settings], Mapping[str, OpsTable]]) -> None:
    """Write down what `current` finds. Asked under a lock: of two nights the later one also sees the other's append."""
    from filelock import FileLock

    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    settings.locks.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.locks / "ops-index.lock"):
        content = {name: _to_json(settings, table) for name, table in current(settings).items()}
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(path)


def read_ops_index(settings: Settings) -> dict[str, FileTable] | None:
    """The `ops` tables by name; None where no night has written them down."""
    try:
        content = json.loads(_path(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return {
        name: FileTable(
            tuple(Column(**column) for column in table["columns"]),
            tuple(settings.warehouse / file for file in table["files"]),
        )
        for name, table in content.items()
    }


def _path(settings: Settings) -> Path:
    return settings.warehouse_open / "ops" / "current.json"


def _to_json(settings: Settings, table: OpsTable) -> dict[str, object]:
    return {
        "columns": [{"id": c.id, "name": c.name, "type": c.type, "doc": c.doc} for c in table.columns],
        "files": [file.relative_to(settings.warehouse).as_posix() for file in table.files],
    }
