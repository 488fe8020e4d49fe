"""What dbt hands to a model in Python, as types: such models are thin callers of modules of lake/."""

from typing import Protocol

import duckdb


class Dbt(Protocol):
    """The first argument of a model."""

    def config(self, *, materialized: str) -> None:
        """Settings of this model."""

    def ref(self, model: str) -> duckdb.DuckDBPyRelation:
        """Another model."""

    def source(self, source: str, table: str) -> duckdb.DuckDBPyRelation:
        """A source table."""
