"""A DuckDB of one's own for a moment: on the UTC clock, closed at the end.

What somebody typed is run elsewhere, behind walls (`lake.query.query`); an ingest has a connection that spills
to disk (`lake.ingest.ingest`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


@contextmanager
def utc_duckdb(database: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database, in memory unless a file is named."""
    with duckdb.connect(database) as con:
        con.execute("set TimeZone = 'UTC'")
        yield con
