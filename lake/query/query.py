"""SQL over a release: a confined, read-only DuckDB connection, for the command line and for notebooks.

`select` is for a statement that somebody typed: it binds only tables whose names the statement holds and lets only
reading statements through (lake/query/confine.py). `connect` binds all tables of the role, for work in a notebook.
Neither needs the catalog; what a role sees is decided in lake/query/visible.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from lake.errors import UsageError
from lake.iceberg.file_table import quoted, select_sql
from lake.ops_index import OpsTable, read_ops_index
from lake.query.confine import admit, confine, parse_select, plain_errors
from lake.query.visible import RELEASES_COLUMNS, RELEASES_VIEW, SCHEMAS, UNQUALIFIED_SCHEMA, Visible, visible
from lake.release.record import Release
from lake.release.release import all_releases, newest_release, release_as_of
from lake.settings import Settings

AsOf = str | int | datetime | None
# A release that was read already may be meant as well.
State = AsOf | Release
_WORD = re.compile(r"\w+")
_QUALIFIED = re.compile(r'\b(\w+)"?\s*\.\s*"?(\w+)')
_NO_TABLE = re.compile(r"Table with name (\S+) does not exist")


def connect(as_of: AsOf = None, role: str = "analyst", settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view for every table that the role sees in a release.

    `as_of` is a release's number or a time (default: the current release). The connection reads the release's files
    only; tables of your own live in its memory. It never changes to a later release: connect again for that.
    Raises UsageError for an unknown role, release or time, CitylakeError before the first release.
    """
    place = settings or Settings.from_env()
    view = visible(place, role, release_as_of(place, as_of), ops_tables(place))
    connection = _open(place)
    _bind(connection, view, view.names())
    return connection


@dataclass(frozen=True)
class Selection:
    """One SELECT that may run, on the confined connection that it runs on."""

    connection: duckdb.DuckDBPyConnection
    statement: duckdb.Statement

    def execute(self) -> duckdb.DuckDBPyConnection:
        """Run it; fetch the rows from what is returned. Raises UsageError where the data defeat it."""
        with plain_errors():
            return self.connection.execute(self.statement)

    def relation(self) -> duckdb.DuckDBPyRelation:
        """The same as a relation, for Arrow. Nothing runs before it is read."""
        with plain_errors():
            return self.connection.sql(self.statement)


def select(sql: str, *, as_of: State = None, role: str = "analyst", settings: Settings | None = None) -> Selection:
    """Check one SELECT over a release; nothing of it has run yet.

    Raises UsageError for SQL that is wrong or not allowed, for unknown tables, roles, releases and times.
    """
    place = settings or Settings.from_env()
    connection = _open(place)
    statement = parse_select(connection, sql)
    words = set(_WORD.findall(sql.lower()))
    view = visible(
        place, role, _release(place, as_of), ops_tables(place) if "ops" in words else {}, live_rejects=as_of is None
    )
    _bind(connection, view, [name for name in view.names() if _mentions(words, name)])
    try:
        admit(connection, statement)
    except UsageError as error:
        if isinstance(error.__cause__, duckdb.CatalogException):
            raise _missing(view, sql, error) from error
        raise
    return Selection(connection, statement)


def run_sql(
    sql: str, *, as_of: State = None, role: str = "analyst", settings: Settings | None = None
) -> duckdb.DuckDBPyConnection:
    """Run one SELECT over a release: `select`, executed. Fetch the rows from the connection that is returned."""
    return select(sql, as_of=as_of, role=role, settings=settings).execute()


def look(as_of: AsOf = None, role: str = "analyst", settings: Settings | None = None) -> Visible:
    """What the role sees of a release, without opening it: for lists and descriptions of tables."""
    place = settings or Settings.from_env()
    return visible(place, role, _release(place, as_of), ops_tables(place))


def ops_tables(settings: Settings) -> Mapping[str, OpsTable]:
    """The `ops` tables in their current state: as the last night wrote them down, else as the catalog has them."""
    index = read_ops_index(settings)
    if index is not None or not settings.catalog.is_file():
        return index or {}
    from lake.ops import ops_files

    return ops_files(settings)


def _open(settings: Settings) -> duckdb.DuckDBPyConnection:
    """An empty database in memory. What does not fit there spills into the lake's scratch folder or not at all."""
    spill = settings.scratch / "sql" if os.access(settings.scratch, os.W_OK) else None
    connection = duckdb.connect(
        config={
            "temp_directory": str(spill or ""),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_persistent_secrets": "false",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _bind(connection: duckdb.DuckDBPyConnection, view: Visible, names: Collection[str]) -> None:
    """Make views of these tables and confine the connection to their files."""
    for schema in SCHEMAS[view.role]:
        connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"SET search_path = 'main,{UNQUALIFIED_SCHEMA}'")
    tables = {name: view.table(name) for name in names if name != RELEASES_VIEW}
    for name, table in tables.items():
        schema, _, short = name.partition(".")
        connection.execute(f"CREATE VIEW {quoted(schema)}.{quoted(short)} AS {select_sql(table)}")
    if RELEASES_VIEW in names:
        _make_releases(connection, view.settings)
    confine(connection, (file for table in tables.values() for file in table.files))


def _make_releases(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """`ops.releases`: one row per release record, with the city whose night made it."""
    columns = ", ".join(f"{column.name} {column.type}" for column in RELEASES_COLUMNS)
    connection.execute(f"CREATE TABLE {RELEASES_VIEW} ({columns})")
    rows = []
    for release in all_releases(settings):
        entry = release.cities[release.city]
        stale = ", ".join(dataset.dataset for dataset in entry.stale)
        facts = (release.release_id, release.city, release.released_at, entry.status, stale or None)
        rows.append((*facts, release.night_id, release.code_version))
    if rows:
        lists = ", ".join(f"unnest(?::{column.type}[])" for column in RELEASES_COLUMNS)
        connection.execute(f"INSERT INTO {RELEASES_VIEW} SELECT {lists}", [list(c) for c in zip(*rows, strict=True)])


def _release(settings: Settings, as_of: State) -> Release | None:
    if isinstance(as_of, Release):
        return as_of
    return newest_release(settings) if as_of is None else release_as_of(settings, as_of)


def _mentions(words: Collection[str], name: str) -> bool:
    """Whether a statement of these words may mean the table. Only marts may be written without their schema."""
    schema, _, short = name.partition(".")
    return short in words and (schema in words or schema == UNQUALIFIED_SCHEMA)


def _missing(view: Visible, sql: str, error: UsageError) -> UsageError:
    """Say which table of a statement is not there, or is not for this role, in the lake's words."""
    known = view.names()
    for schema, short in _QUALIFIED.findall(sql.lower()):
        if schema in SCHEMAS["team"] and f"{schema}.{short}" not in known:
            return view.unknown(f"{schema}.{short}")
    unqualified = _NO_TABLE.search(str(error))
    return error if unqualified is None else view.unknown(unqualified[1])
