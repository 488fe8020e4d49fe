"""Dagster's event log in SQLite, on connections that stay open: a night tells of thousands of checks, one by one.

Dagster opens the file for every event and closes it again, which makes SQLite wait for the disk several times each.
Here a file is opened once per process, and only SQLite's own checkpoints wait: whoever loses power may lose the last
events of a run, never the file. Nothing that a release rests on stands in this log. It overrides a private method of
Dagster, which is pinned exactly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._config.source import StringSource
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 20
OPEN_FILES = 8


class OpenEventLog(SqliteEventLogStorage):
    """The event log of the instance in `home`: the same files as Dagster's own."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """What stands below `config` in dagster.yaml."""
        return {"home": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, str]
    ) -> OpenEventLog:
        """The storage as dagster.yaml configures it."""
        return cls(str(Path(config_value["home"]) / "history" / "runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        """The open file of a run, or of what all runs share; of many the one opened first is closed."""
        if shard not in self._engines:
            if len(self._engines) >= OPEN_FILES:
                self._engines.pop(next(iter(self._engines))).dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _wait_at_checkpoints_only)
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _wait_at_checkpoints_only(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
