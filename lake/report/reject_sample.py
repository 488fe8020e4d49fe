"""A few rejected rows per rule, for people who look for what is wrong with a file.

Rows of datasets about persons are told by file, line, rule and reason only: their text stays in the rejects table,
which the data team may query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyiceberg.exceptions import NoSuchTableError

from lake.contract import Contract
from lake.duck import utc_duckdb
from lake.iceberg.catalog import open_catalog
from lake.iceberg.file_paths import local_path
from lake.iceberg.file_table import FileTable, select_sql
from lake.iceberg.predicates import among
from lake.iceberg.tables import REJECTS
from lake.release.pinned import duckdb_columns
from lake.settings import Settings

TEXT_LENGTH = 80


@dataclass(frozen=True)
class RejectedRow:
    """One rejected record or cell. `line` is None where lines mean nothing; `text` is empty for personal data."""

    file_name: str
    line: int | None
    rule_id: str
    reason: str
    column: str
    text: str


def sample_rejects(
    settings: Settings, contract: Contract, delivery_ids: Sequence[str], per_rule: int = 3
) -> list[RejectedRow]:
    """The first `per_rule` rejects of each rule in these deliveries; rows that are no data are left out."""
    table = rejects_of(settings, contract, delivery_ids)
    if table is None:
        return []
    with utc_duckdb() as con:
        found = con.execute(
            f"""
            select file_name, _source_row, rule_id, reason, coalesce(column_name, ''), coalesce(raw_text, '')
            from (
                select *, row_number() over (partition by rule_id order by file_name, _source_row) as place
                from ({select_sql(table)}) as rejects
                where kind <> 'no_data' and list_contains(?, _delivery_id))
            where place <= ? order by rule_id, place""",
            [list(delivery_ids), per_rule],
        ).fetchall()
    hidden = contract.personal_data != "none"
    return [
        RejectedRow(file, line, rule, reason, column, "" if hidden else _shortened(text))
        for file, line, rule, reason, column, text in found
    ]


def rejects_of(settings: Settings, contract: Contract, delivery_ids: Sequence[str]) -> FileTable | None:
    """The files of `rejects.<dataset>`, as they are by now, that may hold rows of these deliveries; None: none."""
    try:
        table = open_catalog(settings).load_table((REJECTS, contract.dataset))
    except NoSuchTableError:
        return None
    if not delivery_ids or table.current_snapshot() is None:
        return None
    tasks = table.scan(row_filter=among("_delivery_id", delivery_ids)).plan_files()
    files = tuple(local_path(task.file.file_path) for task in tasks)
    return FileTable(duckdb_columns(table.schema()), files) if files else None


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_LENGTH else text[:TEXT_LENGTH] + "..."
