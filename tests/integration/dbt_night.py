"""A scratch database as the lake leaves it to dbt, made by hand for tests, and dbt run in it.

Tables come from the project's own source descriptions, so that a test names only the columns it cares about. Real
nights make the same schemas from the lake's snapshots (lake/night/database.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.artifacts.schemas.run import RunExecutionResult

from lake.night.night import DATABASE
from tests.integration.dbt_project import PROJECT, dbt

SOURCES = sorted((PROJECT / "models" / "staging").glob("*_sources.yml"))


@dataclass(frozen=True)
class Night:
    """One scratch database; everything that dbt writes lies beside it."""

    database: Path

    @classmethod
    def empty(cls, folder: Path) -> Night:
        """A new scratch database with every source table, all empty."""
        folder.mkdir(parents=True, exist_ok=True)
        night = cls(folder / DATABASE)
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

    def dbt(self, *command: str, variables: Mapping[str, object] | None = None) -> dict[str, str]:
        """Run dbt and give node -> status; fails with dbt's own messages where a node fails."""
        results = self._told(command, variables or {}).results
        messages = [f"{item.node.name}: {item.message}" for item in results if item.status in ("error", "fail")]
        assert not messages, "\n".join(messages)
        return {item.node.name: str(item.status) for item in results}

    def compiled(self, sql: str) -> str:
        """SQL of a piece of the project's Jinja."""
        code: str = self._told(["compile", "--inline", sql], {}).results[0].node.compiled_code
        return code

    def _told(self, command: Sequence[str], variables: Mapping[str, object]) -> RunExecutionResult:
        told = dbt(command, database=self.database, target=self.database.parent / "target", variables=variables)
        assert isinstance(told, RunExecutionResult)
        return told
