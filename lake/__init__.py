"""What the data of a city is, where it lies, how it gets in and out. Never imports Dagster, dbt or GX.

For notebooks: `lake.connect(as_of=...)` is a read-only DuckDB connection over a release (lake/query/query.py). It is
looked up on first use, so that importing a neighbour does not load DuckDB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lake.query.query import connect

__all__ = ["connect"]


def __getattr__(name: str) -> object:
    """Import `connect` when somebody asks for it (PEP 562)."""
    if name == "connect":
        from lake.query.query import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
