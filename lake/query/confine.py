"""The walls around somebody's SQL: which files a connection may read, and which statements it may run.

Files are confined by DuckDB itself (`confine`). That stops other reads but not writes to an allowed file, so `admit`
lets through one SELECT whose query plan holds nothing but operators that read. Where the SQL is not the operator's own,
an account that cannot write the lake is the boundary. Which files a role may read is said by lake/query/visible.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from lake.errors import UsageError
from lake.iceberg.file_table import literal

# Operators of DuckDB 2.0's physical plans that only read or compute. What is not here is refused.
READING_OPERATORS = frozenset(
    """
    READ_PARQUET SEQ_SCAN DUMMY_SCAN COLUMN_DATA_SCAN CHUNK_SCAN EXPRESSION_SCAN POSITIONAL_SCAN EMPTY_RESULT
    CTE CTE_SCAN REC_CTE REC_CTE_SCAN REC_KEY_CTE REC_REC_CTE_SCAN DELIM_SCAN LEFT_DELIM_JOIN RIGHT_DELIM_JOIN
    PROJECTION FILTER UNNEST UNION PIVOT ORDER_BY TOP_N LIMIT LIMIT_PERCENT STREAMING_LIMIT
    RESERVOIR_SAMPLE STREAMING_SAMPLE WINDOW STREAMING_WINDOW
    UNGROUPED_AGGREGATE HASH_GROUP_BY PERFECT_HASH_GROUP_BY PARTITIONED_AGGREGATE
    HASH_JOIN NESTED_LOOP_JOIN BLOCKWISE_NL_JOIN PIECEWISE_MERGE_JOIN IE_JOIN ASOF_JOIN POSITIONAL_JOIN CROSS_PRODUCT
    INOUT_FUNCTION RANGE GENERATE_SERIES JSON_EACH JSON_TREE
    """.split()
)
WHAT_IS_ALLOWED = "One SELECT (also WITH, FROM, VALUES, DESCRIBE, SUMMARIZE) over the release's tables is allowed."
LISTING_HINT = "`citylake tables` lists the tables, `citylake describe TABLE` the columns of one."
# EXPLAIN stands on a line of its own, so that DuckDB's messages show the statement as it was written.
_EXPLAIN = "EXPLAIN (FORMAT json)\n"
_LINE_NUMBER = re.compile(r"^LINE (\d+):", re.MULTILINE)


def confine(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> None:
    """Let the connection read these files and nothing else, for good."""
    paths = ", ".join(literal(str(path)) for path in files)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def parse_select(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one SELECT that the text holds. Raises UsageError for anything else; runs nothing."""
    with plain_errors():
        statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise UsageError(f"{len(statements) or 'No'} SQL statements were given.", hint=WHAT_IS_ALLOWED)
    kind = statements[0].type.name
    if kind == "MULTI":
        raise UsageError(
            "PIVOT with columns found in the data runs as several statements, which is not allowed here.",
            hint="Name them: `PIVOT ... ON column IN (...)`, or use `sum(...) FILTER (WHERE ...)`.",
        )
    if kind != "SELECT":
        raise UsageError(f"{kind} statements are not allowed: releases are read-only.", hint=WHAT_IS_ALLOWED)
    return statements[0]


def admit(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> None:
    """Check the plan of a SELECT on a confined connection. Raises UsageError if it does more than read."""
    with plain_errors(line_offset=1):
        plans = connection.execute(_EXPLAIN + statement.query).fetchall()
    used = {name for _, plan in plans for root in json.loads(plan) for name in _operators(root)}
    refused = sorted(used - READING_OPERATORS)
    if not refused:
        return
    names = ", ".join(refused)
    if all(name.startswith(("DUCKDB_", "PRAGMA_")) for name in refused):
        raise UsageError(f"{names}: the engine's own catalog is not shown here.", hint=LISTING_HINT)
    raise UsageError(f"The statement does more than read a release's tables ({names}).", hint=WHAT_IS_ALLOWED)


@contextmanager
def plain_errors(line_offset: int = 0) -> Iterator[None]:
    """Turn DuckDB's errors about a statement into UsageError; `line_offset` lines before it are not the user's."""
    try:
        yield
    except duckdb.PermissionException as error:
        message = str(error).splitlines()[0]
        raise UsageError(f"The statement reaches outside the release. {message}", hint=WHAT_IS_ALLOWED) from error
    except duckdb.Error as error:
        raise UsageError(_LINE_NUMBER.sub(lambda m: f"LINE {int(m[1]) - line_offset}:", str(error).strip())) from error


def _operators(node: dict[str, Any]) -> Iterator[str]:
    yield str(node["name"]).strip().upper()
    for child in node["children"]:
        yield from _operators(child)
