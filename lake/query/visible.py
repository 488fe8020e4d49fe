"""What a role may see of a release: table names, and the files behind each.

Analysts see `marts` (from the release record) and `ops` (in its current state), the data team all tables. This guards
against accidents; the boundary is the file system's permissions on the team's part of the warehouse.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lake.errors import UsageError
from lake.iceberg.file_table import Column, FileTable
from lake.ops_index import OpsTable
from lake.release.record import Release, TablePin
from lake.release.release import read_release
from lake.settings import Settings

Role = Literal["analyst", "team"]
SCHEMAS: Mapping[str, tuple[str, ...]] = {
    "analyst": ("marts", "ops"),
    "team": ("marts", "ops", "raw", "rejects", "marts_restricted"),
}
RELEASES_VIEW = "ops.releases"
RELEASES_COLUMNS = (
    Column(1, "release_id", "BIGINT", "number of the release; the newest is current"),
    Column(2, "city", "VARCHAR", "city whose night made the release"),
    Column(3, "released_at", "TIMESTAMP WITH TIME ZONE", "when it became visible"),
    Column(4, "status", "VARCHAR", "complete, or stale where a dataset of the city stayed at an older state"),
    Column(5, "stale_datasets", "VARCHAR", "those datasets, with commas; NULL if none"),
    Column(6, "night_id", "VARCHAR", "night that made it"),
    Column(7, "code_version", "VARCHAR", "version of citylake that made it"),
)
CITY_COLUMN = "city"
UNQUALIFIED_SCHEMA = "marts"


@dataclass(frozen=True)
class Visible:
    """The tables that a role sees. `release` is None before the first one: then only `ops` is there.

    `live_rejects` reads `rejects` as they are by now: whoever looks for what is wrong with a refused file cannot wait
    for a release.
    """

    settings: Settings
    role: Role
    release: Release | None
    ops: Mapping[str, OpsTable]
    live_rejects: bool = False

    def names(self) -> list[str]:
        """Qualified names of all tables of this role, in the order of their schemas."""
        pinned = {name for entry in self.cities.values() for name in entry}
        found = pinned | {f"ops.{name}" for name in self.ops} | {RELEASES_VIEW}
        schemas = SCHEMAS[self.role]
        return sorted((n for n in found if schema_of(n) in schemas), key=lambda n: (schemas.index(schema_of(n)), n))

    @property
    def cities(self) -> Mapping[str, Mapping[str, TablePin]]:
        """Table pins by city, in the order of the cities' names."""
        entries = {} if self.release is None else self.release.cities
        return {city: entries[city].tables for city in sorted(entries)}

    def pins(self, name: str) -> dict[str, TablePin]:
        """What the release holds of a table, by city."""
        return {city: tables[name] for city, tables in self.cities.items() if name in tables}

    def rows(self, name: str) -> int | None:
        """Rows of a table, all cities together; what belongs to no city counts once. None for `ops`."""
        pins = self.pins(name).values()
        if not pins:
            return None
        columns = next(iter(pins)).columns
        shared = columns is not None and all(column.name != CITY_COLUMN for column in columns)
        return max(pin.rows for pin in pins) if shared else sum(pin.rows for pin in pins)

    def table(self, name: str) -> FileTable:
        """Columns and files of a table, all cities together. Raises UsageError for a name that the role cannot see."""
        if name not in self.names() or name == RELEASES_VIEW:
            raise self.unknown(name)
        if schema_of(name) == "ops":
            found = self.ops[name.partition(".")[2]]
            return FileTable(tuple(found.columns), tuple(found.files))
        return self._united({city: (pin, self._pinned(name, city, pin)) for city, pin in self.pins(name).items()})

    def find(self, name: str) -> str:
        """The table that somebody means, in any case; marts may leave out their schema. Raises UsageError if none."""
        meant = name.lower() if schema_of(name) else f"{UNQUALIFIED_SCHEMA}.{name.lower()}"
        if meant not in self.names():
            raise self.unknown(name)
        return meant

    def columns(self, name: str) -> Sequence[Column]:
        """Columns of a table. Raises UsageError for a name that the role cannot see."""
        return RELEASES_COLUMNS if name == RELEASES_VIEW else self.table(name).columns

    def unknown(self, name: str) -> UsageError:
        """Why a table is not there, for a name as somebody wrote it."""
        if schema_of(name) in SCHEMAS["team"] and schema_of(name) not in SCHEMAS[self.role]:
            return UsageError(
                f"`{name}` is a table of the data team; the role `{self.role}` sees {_and(SCHEMAS[self.role])}.",
                hint="Members of the team add `--role team`.",
            )
        if self.release is None and not (self.ops and schema_of(name) == "ops"):
            read_release(self.settings)
        close = difflib.get_close_matches(name, self.names(), n=3, cutoff=0.5)
        meant = f"Did you mean {' or '.join(close)}? " if close else ""
        return UsageError(f"There is no table `{name}`.", hint=f"{meant}`citylake tables` lists what there is.")

    def _united(self, parts: Mapping[str, tuple[TablePin, FileTable]]) -> FileTable:
        """All cities' files under the latest schema: field ids give older files the columns that they lack.

        A table without a `city` column (the indicator registry) says the same for all cities: the newest entry counts.
        """
        columns = max(parts.values(), key=lambda part: part[0].schema_id)[1].columns
        if all(column.name != CITY_COLUMN for column in columns):
            entries = {} if self.release is None else self.release.cities
            return parts[max(parts, key=lambda city: entries[city].release_id)][1]
        return FileTable(columns, tuple(file for _, part in parts.values() for file in part.files))

    def _pinned(self, name: str, city: str, pin: TablePin) -> FileTable:
        warehouse = self.settings.warehouse
        if pin.files is not None and pin.columns is not None:
            return FileTable(pin.columns, tuple(warehouse / file for file in pin.files))
        from lake.release.pinned import current_table, pinned_table

        live = self.live_rejects and schema_of(name) == "rejects"
        return current_table(warehouse, pin, city) if live else pinned_table(warehouse, pin, city)


def visible(
    settings: Settings,
    role: str,
    release: Release | None,
    ops: Mapping[str, OpsTable],
    *,
    live_rejects: bool = False,
) -> Visible:
    """What `role` sees of a release. Raises UsageError for an unknown role."""
    match role:
        case "analyst" | "team":
            return Visible(settings, role, release, ops, live_rejects)
    raise UsageError(f"There is no role `{role}`.", hint=f"Roles are {_and(tuple(SCHEMAS))}.")


def schema_of(name: str) -> str:
    """`marts` of `marts.qol_index`; empty for a name without a schema."""
    return name.rpartition(".")[0]


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
