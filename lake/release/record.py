"""What a release record says, and how it is written as JSON. The format is public: other engines read it.

Facts only. Where records lie, which one is current and how a new one is created is the business of
lake/release/release.py. All file names and metadata locations in a record are relative to the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from lake.iceberg.file_table import Column

RECORD_FORMAT = 1
COMPLETE = "complete"
STALE = "stale"

Json = dict[str, Any]


@dataclass(frozen=True)
class StaleDataset:
    """A dataset of which the release holds an older state: which, since when (UTC), and why."""

    dataset: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class TablePin:
    """The state of one Iceberg table for one city.

    `snapshot_id` is None for a table that never had a row. Marts name their `columns` and `files`; for raw tables both
    are None and the files follow from the metadata. `rows` counts the city's rows.
    """

    snapshot_id: int | None
    metadata_location: str
    schema_id: int
    rows: int
    columns: tuple[Column, ...] | None = None
    files: tuple[str, ...] | None = None


@dataclass(frozen=True)
class CityEntry:
    """What a release holds of one city: its tables, what they rest on, and what of it is stale.

    `release_id` and `released_at` name the release that brought this state; `publish` sets them.
    """

    night_id: str
    fingerprint: Mapping[str, Any]
    contracts: Mapping[str, str]
    tables: Mapping[str, TablePin]
    stale: tuple[StaleDataset, ...] = ()
    release_id: int = 0
    released_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    @property
    def status(self) -> str:
        """`complete`, or `stale` where a dataset stayed at an older state."""
        return STALE if self.stale else COMPLETE


@dataclass(frozen=True)
class Release:
    """One record: the state of every city, and the city whose night made it."""

    release_id: int
    released_at: datetime
    night_id: str
    city: str
    code_version: str
    cities: Mapping[str, CityEntry]

    def only(self, city: str) -> Release:
        """The release as if it held nothing but this city: whoever reads it opens no other city's file."""
        return replace(self, cities={city: self.cities[city]})


def time_text(moment: datetime) -> str:
    """A moment as records write it: UTC, ISO 8601, `Z`. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def entry_to_json(entry: CityEntry) -> Json:
    """A city's part of a record."""
    return {
        "released_at": time_text(entry.released_at),
        "release_id": entry.release_id,
        "night_id": entry.night_id,
        "fingerprint": dict(entry.fingerprint),
        "status": entry.status,
        "stale": [{"dataset": s.dataset, "since": time_text(s.since), "reason": s.reason} for s in entry.stale],
        "contracts": dict(sorted(entry.contracts.items())),
        "tables": {name: _pin_to_json(pin) for name, pin in sorted(entry.tables.items())},
    }


def release_from_json(data: Json) -> Release:
    """A release from its record. Raises KeyError, TypeError or ValueError where the record is not whole."""
    return Release(
        release_id=int(data["release_id"]),
        released_at=datetime.fromisoformat(data["released_at"]),
        night_id=str(data["night_id"]),
        city=str(data["city"]),
        code_version=str(data["code_version"]),
        cities={city: _entry_from_json(entry) for city, entry in data["cities"].items()},
    )


def _pin_to_json(pin: TablePin) -> Json:
    data: Json = {
        "snapshot_id": pin.snapshot_id,
        "metadata_location": pin.metadata_location,
        "schema_id": pin.schema_id,
        "rows": pin.rows,
    }
    if pin.columns is not None:
        data["columns"] = [{"id": c.id, "name": c.name, "type": c.type} for c in pin.columns]
    if pin.files is not None:
        data["files"] = list(pin.files)
    return data


def _entry_from_json(data: Json) -> CityEntry:
    return CityEntry(
        night_id=str(data["night_id"]),
        fingerprint=dict(data["fingerprint"]),
        contracts=dict(data["contracts"]),
        tables={name: _pin_from_json(pin) for name, pin in data["tables"].items()},
        stale=tuple(StaleDataset(s["dataset"], datetime.fromisoformat(s["since"]), s["reason"]) for s in data["stale"]),
        release_id=int(data["release_id"]),
        released_at=datetime.fromisoformat(data["released_at"]),
    )


def _pin_from_json(data: Json) -> TablePin:
    columns, files = data.get("columns"), data.get("files")
    return TablePin(
        snapshot_id=data["snapshot_id"],
        metadata_location=str(data["metadata_location"]),
        schema_id=int(data["schema_id"]),
        rows=int(data["rows"]),
        columns=None if columns is None else tuple(Column(int(c["id"]), c["name"], c["type"]) for c in columns),
        files=None if files is None else tuple(files),
    )
