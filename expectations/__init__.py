"""The suites that people read, and Great Expectations on DuckDB that runs them before anything is committed.

`suites` reads the YAML, `audit` runs a suite over rows that are staged and not yet visible, `engine` is the only place
that touches Great Expectations. Nothing here imports Dagster; what becomes of a failed check is decided by the caller.
"""
