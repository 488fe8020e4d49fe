"""The Iceberg catalog and the tables in it: where they lie, how they are partitioned, how they grow.

SQLite in the lake's home unless pyiceberg's own configuration (file or PYICEBERG_CATALOG__CITYLAKE__* variables) names
another catalog `citylake`. What a table's columns are is said by the caller: contracts (`lake.iceberg.tables`) or dbt
models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from filelock import FileLock
from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)
from pyiceberg.utils.config import Config

from lake.errors import CitylakeError
from lake.iceberg.conflicts import conflict_retries
from lake.iceberg.file_paths import file_uri
from lake.settings import Settings

CATALOG_NAME = "citylake"
OPEN_NAMESPACES = ("marts", "ops")
FIRST_PARTITION_FIELD_ID = 1000
TABLE_PROPERTIES = {
    "commit.manifest-merge.enabled": "true",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "500",
    "write.metadata.metrics.column._slot": "full",
    "write.metadata.metrics.column._delivery_id": "full",
    "commit.retry.num-retries": "20",
    "commit.retry.min-wait-ms": "20",
    "commit.retry.max-wait-ms": "2000",
}
SIMPLE_TYPES: dict[str, IcebergType] = {
    "text": StringType(),
    "varchar": StringType(),
    "integer": IntegerType(),
    "bigint": LongType(),
    "double": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamptz": TimestamptzType(),
    "timestamp with time zone": TimestamptzType(),
    "binary": BinaryType(),
    "blob": BinaryType(),
}


@dataclass(frozen=True)
class ColumnSpec:
    """Name, DuckDB or lake type, and meaning of a table's column."""

    name: str
    type: str
    doc: str = ""


def open_catalog(settings: Settings) -> Catalog:
    """The catalog of a lake. Raises what pyiceberg raises where a configured catalog cannot be reached."""
    if Config().get_catalog_config(CATALOG_NAME):
        return load_catalog(CATALOG_NAME)
    settings.home.mkdir(parents=True, exist_ok=True)
    return load_catalog(
        CATALOG_NAME,
        type="sql",
        uri=f"sqlite:///{settings.catalog}",
        warehouse=file_uri(settings.warehouse),
    )


def table_location(settings: Settings, namespace: str, name: str) -> str:
    """URI of a table: below `open` for everyone's namespaces, below `team` for all others."""
    root = settings.warehouse_open if namespace in OPEN_NAMESPACES else settings.warehouse_team
    return file_uri(root / namespace / name)


def iceberg_type(type_name: str) -> IcebergType:
    """The Iceberg type of a lake or DuckDB type name. Raises KeyError for a type that the lake does not store."""
    lowered = type_name.lower().strip()
    if lowered.startswith("decimal("):
        precision, scale = lowered.removeprefix("decimal(").removesuffix(")").split(",")
        return DecimalType(int(precision), int(scale))
    return SIMPLE_TYPES[lowered]


def ensure_table(
    catalog: Catalog,
    settings: Settings,
    name: tuple[str, str],
    columns: Sequence[ColumnSpec],
    partition_by: Sequence[str],
) -> Table:
    """The table, created where it is not there, widened where columns are new. Columns are never dropped here.

    All columns are optional (the audit checks NOT NULL); partitions are identities of `partition_by`.
    Raises CitylakeError where a column has another type than before.
    """
    try:
        table = catalog.load_table(name)
    except NoSuchTableError:
        return _create(catalog, settings, name, columns, partition_by)
    _require_same_types(table, columns)
    for attempt in conflict_retries():
        with attempt:
            _add_missing(table.refresh(), columns)
    return table


def _require_same_types(table: Table, columns: Sequence[ColumnSpec]) -> None:
    types = {field.name: field.field_type for field in table.schema().fields}
    for column in columns:
        wanted = iceberg_type(column.type)
        if types.get(column.name, wanted) != wanted:
            raise CitylakeError(
                f"column {column.name} of table {'.'.join(table.name())} is {types[column.name]} in the lake "
                f"and {wanted} in its contract or model",
                hint="a column keeps its type: give the new type a new column name",
            )


def _add_missing(table: Table, columns: Sequence[ColumnSpec]) -> None:
    known = {field.name for field in table.schema().fields}
    missing = [column for column in columns if column.name not in known]
    if not missing:
        return
    with table.update_schema() as change:
        for column in missing:
            change.add_column(column.name, iceberg_type(column.type), doc=column.doc or None)
    table.refresh()


def _create(
    catalog: Catalog,
    settings: Settings,
    name: tuple[str, str],
    columns: Sequence[ColumnSpec],
    partition_by: Sequence[str],
) -> Table:
    fields = [
        NestedField(number, column.name, iceberg_type(column.type), required=False, doc=column.doc or None)
        for number, column in enumerate(columns, start=1)
    ]
    ids = {field.name: field.field_id for field in fields}
    partitions = [
        PartitionField(ids[column], FIRST_PARTITION_FIELD_ID + number, IdentityTransform(), column)
        for number, column in enumerate(partition_by)
    ]
    settings.locks.mkdir(parents=True, exist_ok=True)
    # Two first nights at once: the catalog's own check and insert are two steps.
    with FileLock(settings.locks / "new-tables.lock"):
        catalog.create_namespace_if_not_exists(name[0])
        return catalog.create_table_if_not_exists(
            name,
            Schema(*fields),
            location=table_location(settings, *name),
            partition_spec=PartitionSpec(*partitions),
            properties=TABLE_PROPERTIES,
        )


def field_ids(table: Table) -> dict[str, int]:
    """Field id of each column, as every parquet file of the table must carry them."""
    return {field.name: field.field_id for field in table.schema().fields}
