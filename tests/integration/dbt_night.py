"""A scratch database as the lake leaves it to dbt, made by hand for tests, and dbt run in it.

Tables come from the project's own source descriptions, so that a test names only the columns it cares about. Real
nights make the same schemas from the lake's snapshots (lake/night/database.py).
"""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import yaml
from dbt.cli.main import dbtRunner, dbtRunnerResult

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
SOURCES = sorted((PROJECT / "models" / "staging").glob("*_sources.yml"))


@dataclass(frozen=True)
class Night:
    """One scratch database; everything that dbt writes lies beside it."""

    database: Path

    @classmethod
    def empty(cls, folder: Path) -> Night:
        """A new scratch database with every source table, all empty."""
        folder.mkdir(parents=True, exist_ok=True)
        night = cls(folder / "scratch.duckdb")
        with duckdb.connect(str(night.database)) as con:
            con.execute("create schema pinned")
            for path in SOURCES:
                for source in yaml.safe_load(path.read_text())["sources"]:
                    con.execute(f"create schema {source['schema']}")
                    for table in source["tables"]:
                        columns = ", ".join(f"{column['name']} {column['data_type']}" for column in table["columns"])
                        con.execute(f"create table {source['schema']}.{table['name']} ({columns})")
        return night

    def execute(self, sql: str, values: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Rows of one statement, with times in UTC."""
        with duckdb.connect(str(self.database)) as con:
            con.execute("set TimeZone = 'UTC'")
            return con.execute(sql, values).fetchall()

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows, each naming its own columns; columns left out are NULL."""
        with duckdb.connect(str(self.database)) as con:
            con.execute("set TimeZone = 'UTC'")
            for row in rows:
                marks = ", ".join("?" for _ in row)
                con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))

    def manifest(self) -> Path:
        """Write the project's manifest and say where it is."""
        self._run(["parse"], {})
        return self.database.parent / "target" / "manifest.json"

    def dbt(self, *command: str, variables: Mapping[str, object] | None = None) -> dict[str, str]:
        """Run dbt and give node -> status; fails with dbt's own messages where a node fails."""
        results = self._run(command, variables or {}).result
        messages = [f"{item.node.name}: {item.message}" for item in results if item.status in ("error", "fail")]
        assert not messages, "\n".join(messages)
        return {item.node.name: str(item.status) for item in results}

    def compiled(self, sql: str) -> str:
        """SQL of a piece of the project's Jinja."""
        code: str = self._run(["compile", "--inline", sql], {}).result[0].node.compiled_code
        return code

    def _run(self, command: Sequence[str], variables: Mapping[str, object]) -> dbtRunnerResult:
        folder = self.database.parent
        options = [
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *("--vars", yaml.safe_dump(dict(variables), default_flow_style=True)),
        ]
        with patch.dict(os.environ, {"CITYLAKE_NIGHT_DB": str(self.database), "DO_NOT_TRACK": "1"}):
            outcome = _invoke(["--quiet", *command, *options])
        if outcome.exception is not None:
            raise outcome.exception
        return outcome


def _invoke(arguments: list[str]) -> dbtRunnerResult:
    """Run dbt; the event loop that dbt-duckdb makes for a Python model, and leaves open, is collected here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        result = dbtRunner().invoke(arguments)
        gc.collect()
    return result
