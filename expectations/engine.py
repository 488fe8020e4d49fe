"""Great Expectations on an open DuckDB connection: the one module that imports it, and knows its private details.

GX 1.24 has no DuckDB engine. This one goes through duckdb-engine's SQLAlchemy dialect, borrows the caller's connection
(temporary views included, nothing begun, committed or closed) and runs GX's validator directly: without a data context
there is no store, no file, no usage message. Importing this module takes seconds, so `audit` does it when needed.
It rests on private parts of GX, which is pinned exactly; test_expectations_contract.py shows that it is right.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb_engine
import sqlalchemy as sa
from great_expectations.core.batch import Batch
from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.validator import Validator
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    from great_expectations.core import ExpectationValidationResult
    from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint

ID = "citylake_check_id"


class _BorrowedConnection(duckdb_engine.ConnectionWrapper):
    """The caller's connection, which disposing an engine must not close."""

    def close(self) -> None:
        """Leave the connection open: it is the caller's."""


class _Dialect(duckdb_engine.Dialect):
    """Reads only, so it begins and ends no transaction; columns come from DESCRIBE, with DuckDB's own type names."""

    supports_statement_cache = False

    def do_begin(self, dbapi_connection: object) -> None:
        """Begin nothing: the caller may be inside a transaction of its own."""

    def do_commit(self, dbapi_connection: object) -> None:
        """Commit nothing."""

    def do_rollback(self, dbapi_connection: object) -> None:
        """Roll nothing back."""

    def get_columns(
        self,
        connection: sa.Connection,
        table_name: str,
        schema: str | None = None,  # noqa: ARG002  # the batch is a temporary view, which has no schema
        **_: object,
    ) -> list[ReflectedColumn]:
        """Name and type of each column of a table or view."""
        table = self.identifier_preparer.quote(str(table_name))
        rows = connection.exec_driver_sql(f"DESCRIBE {table}").fetchall()
        return [{"name": row[0], "type": _type_class(row[1])(), "nullable": True, "default": None} for row in rows]

    def get_pk_constraint(self, *_: object, **__: object) -> ReflectedPrimaryKeyConstraint:
        """No primary key: staged rows have none."""
        return {"constrained_columns": [], "name": None}


@cache
def _type_class(name: str) -> type[NullType]:
    """One class per DuckDB type, so that a type expectation compares classes of that very name."""
    return type(name, (NullType,), {})


class _DialectModule:
    """What GX takes for the dialect's module: PostgreSQL's `dialect` turns regular expressions on."""

    __name__ = "duckdb"
    dialect = postgresql.dialect

    def __getattr__(self, name: str) -> type[NullType]:
        if re.fullmatch(r"[A-Z][A-Z ]*(\(.+\))?", name):
            return _type_class(name)
        raise AttributeError(name)


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """GX's SQL engine over one borrowed DuckDB connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        dialect = _Dialect(paramstyle=duckdb_engine.DBAPI.paramstyle, dbapi=duckdb_engine.DBAPI)
        borrowed = _BorrowedConnection(con)
        pool = StaticPool(lambda: borrowed, dialect=dialect)  # type: ignore[arg-type]  # DB-API in all that is used
        super().__init__(engine=Engine(pool, dialect, make_url("duckdb://")), create_temp_table=False)
        self.dialect_module = _DialectModule()  # type: ignore[assignment]
        self._kept = self.engine.connect()

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """The one connection: GX reads a result after leaving this block, so it stays open."""
        yield self._kept


class _QuietValidator(Validator):
    """GX draws a progress bar per metric unless a data context forbids it; there is none."""

    def _determine_progress_bars(self) -> bool:
        return False


class DuckDBValidator:
    """Runs expectations over one table or view of `con`; use it for one audit and drop it, since GX caches metrics."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        engine = DuckDBExecutionEngine(con)
        data = SqlAlchemyBatchData(engine, table_name=table, use_quoted_name=True, create_temp_table=False)
        self._validator = _QuietValidator(execution_engine=engine, batches=[Batch(data=data)])  # type: ignore[arg-type]  # GX annotates the class, and means an instance of it

    def run(
        self, expectations: Mapping[str, tuple[str, dict[str, Any]]], result_format: str
    ) -> dict[str, ExpectationValidationResult]:
        """Results by check id, for expectations given as check id -> (type, arguments).

        GX returns results in an order of its own and drops what it does not know: both are caught here.
        """
        if not expectations:
            return {}
        wanted = [
            ExpectationConfiguration(type=kind, kwargs=kwargs, meta={ID: check_id})
            for check_id, (kind, kwargs) in expectations.items()
        ]
        found = self._validator.graph_validate(wanted, runtime_configuration={"result_format": result_format})
        return _by_check_id(list(expectations), found)


def _by_check_id(
    wanted: Sequence[str], found: Sequence[ExpectationValidationResult]
) -> dict[str, ExpectationValidationResult]:
    results = {result.expectation_config.meta[ID]: result for result in found if result.expectation_config}
    if len(found) != len(wanted) or results.keys() != set(wanted):
        msg = f"Great Expectations was given {sorted(wanted)} and answered for {sorted(results)}"
        raise RuntimeError(msg)
    return results
