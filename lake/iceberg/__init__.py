"""The tables of the lake: catalog, types and partitions, files staged for a table, the commit that makes them visible.

Knows contracts for the columns of raw tables and nothing of nights: what is written when is said by `lake.night`,
which state of a table a release holds by `lake.release`.
"""
