"""Staged files become visible: one Iceberg transaction per table that removes what is superseded and adds the files.

Only files whose field ids are the table's are admitted. An attempt whose outcome is unknown is never repeated blindly:
the table is looked at for the attempt's own mark first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow.parquet as pq
from pyiceberg.expressions import And, BooleanExpression, Or
from pyiceberg.table import Table

from lake.errors import CitylakeError
from lake.iceberg.catalog import field_ids
from lake.iceberg.conflicts import conflict_retries
from lake.iceberg.file_paths import file_uri
from lake.iceberg.predicates import among, equals
from lake.iceberg.staging import PERIOD, StagedFile

MARK = "citylake.commit"
NIGHT = "citylake.night"


class ForeignFile(CitylakeError):
    """A staged file does not carry the table's field ids: its columns would read as NULL."""


@dataclass(frozen=True)
class SlotRows:
    """Rows that a delivery supersedes: the slot's rows of these periods, or all of them (None)."""

    city: str
    slot: str
    periods: tuple[date, ...] | None = None


def superseded_filter(rows: Sequence[SlotRows]) -> BooleanExpression | None:
    """The Iceberg expression of the rows that go; None where nothing goes."""
    whole = sorted({(row.city, row.slot) for row in rows if row.periods is None})
    terms: list[BooleanExpression] = [
        And(equals("city", city), among("_slot", [slot for owner, slot in whole if owner == city]))
        for city in sorted({city for city, _ in whole})
    ]
    terms += [
        And(equals("city", row.city), equals("_slot", row.slot), among(PERIOD, row.periods))
        for row in rows
        if row.periods
    ]
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else Or(*terms)


def commit(
    table: Table,
    files: Iterable[StagedFile],
    *,
    delete: BooleanExpression | None,
    night_id: str,
    properties: Mapping[str, str] | None = None,
) -> int | None:
    """Delete the rows of `delete`, add `files`, in one commit; return the snapshot id that holds both.

    Nothing to do changes nothing and returns the current snapshot id (None for a table that never held rows).
    Raises ForeignFile before anything is changed, pyiceberg's exceptions when the commit is refused for good.
    """
    paths = [file.path for file in files]
    for path in paths:
        _require_field_ids(table, str(path))
    mark = uuid.uuid4().hex
    summary = {MARK: mark, NIGHT: night_id, **(properties or {})}
    for attempt in conflict_retries():
        with attempt:
            table.refresh()
            if attempt.retry_state.attempt_number == 1 or not _has_landed(table, mark):
                _apply(table, [file_uri(path) for path in paths], delete, summary)
    snapshot = table.refresh().current_snapshot()
    return snapshot.snapshot_id if snapshot else None


def _apply(table: Table, uris: list[str], delete: BooleanExpression | None, summary: dict[str, str]) -> None:
    removes = delete is not None and table.current_snapshot() is not None and _matches(table, delete)
    if not removes and not uris:
        return
    with table.transaction() as transaction:
        if removes and delete is not None:
            transaction.delete(delete, snapshot_properties=summary)
        if uris:
            # Staged files lie in a folder of their own: to look for them in the table would read all that it ever held.
            transaction.add_files(uris, snapshot_properties=summary, check_duplicate_files=False)


def _matches(table: Table, delete: BooleanExpression) -> bool:
    return next(iter(table.scan(row_filter=delete).plan_files()), None) is not None


def _has_landed(table: Table, mark: str) -> bool:
    return any(snapshot.summary and snapshot.summary.get(MARK) == mark for snapshot in table.snapshots())


def _require_field_ids(table: Table, path: str) -> None:
    ids = field_ids(table)
    for field in pq.read_schema(path):
        found = (field.metadata or {}).get(b"PARQUET:field_id", b"none").decode()
        wanted = str(ids.get(field.name))
        if found != wanted:
            raise ForeignFile(
                f"{path}: column {field.name} has field id {found}, in table {'.'.join(table.name())} it is {wanted}",
                hint="write files for the lake with lake.iceberg.staging.copy_to_parquet",
            )
