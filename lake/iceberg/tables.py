"""From a contract to its two Iceberg tables: `raw.<dataset>` and `rejects.<dataset>`, and their common columns.

Only names, types and partitions; files are written by `lake.ingest.ingest` and added by `lake.iceberg.commit`.
"""

from __future__ import annotations

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.contract import Contract
from lake.iceberg.catalog import ColumnSpec, ensure_table
from lake.settings import Settings

RAW, REJECTS = "raw", "rejects"
LINEAGE_COLUMNS = (
    ColumnSpec("city", "varchar", "city that the row belongs to"),
    ColumnSpec("_slot", "varchar", "source slot whose deliveries replace each other"),
    ColumnSpec("_delivery_id", "varchar", "delivery that brought the row (ops.deliveries)"),
    ColumnSpec("_ingested_at", "timestamptz", "when the row was staged"),
)
PERIOD_COLUMN = ColumnSpec("_period", "date", "first day of the day, month or year that a later delivery replaces")
KEY_VERSION_COLUMN = ColumnSpec("key_version", "integer", "version of the key that made the row's pseudonyms")
REJECT_COLUMNS = (
    *LINEAGE_COLUMNS,
    ColumnSpec("kind", "varchar", "record, cell, or no_data (a row that the contract expects and that is no data)"),
    ColumnSpec("rule_id", "varchar", "rule of the contract or reader that the record broke"),
    ColumnSpec("reason", "varchar", "what is wrong, in words"),
    ColumnSpec("file_name", "varchar", "file as delivered; identifiers in it are pseudonyms"),
    ColumnSpec("_source_row", "bigint", "line in the file (record or feature number where lines mean nothing)"),
    ColumnSpec("column_name", "varchar", "column of a rejected cell"),
    ColumnSpec("raw_text", "varchar", "the record or cell as delivered; identifiers in it are pseudonyms"),
    ColumnSpec("raw_length", "bigint", "fields of the record as delivered"),
)


def raw_columns(contract: Contract) -> list[ColumnSpec]:
    """Columns of `raw.<dataset>` in order."""
    columns = list(LINEAGE_COLUMNS)
    if contract.load.period is not None:
        columns.append(PERIOD_COLUMN)
    for column in contract.columns:
        columns.append(ColumnSpec(column.name, column.type, column.meaning))
        if column.identifier:
            columns.append(KEY_VERSION_COLUMN)
    return columns


def raw_table(catalog: Catalog, settings: Settings, contract: Contract) -> Table:
    """`raw.<dataset>`, created or widened as the contract says."""
    partitions = ["city"] if contract.load.period is None else ["city", PERIOD_COLUMN.name]
    return ensure_table(catalog, settings, (RAW, contract.dataset), raw_columns(contract), partitions)


def rejects_table(catalog: Catalog, settings: Settings, contract: Contract) -> Table:
    """`rejects.<dataset>`, the same columns for every dataset."""
    return ensure_table(catalog, settings, (REJECTS, contract.dataset), REJECT_COLUMNS, ["city"])
