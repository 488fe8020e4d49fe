"""The raw tables of a city that figures of a mart come from, found by lineage over the models of its release."""

from __future__ import annotations

from collections.abc import Iterable

from lake.explain.lineage import Known, Lineage, Origin
from lake.iceberg.tables import RAW
from lake.release.record import CityEntry


def raw_behind(
    lineage: Lineage, entry: CityEntry, table: str, columns: Iterable[str], known: Known, *, deep: bool = False
) -> dict[str, set[Origin]]:
    """Origins of columns by raw table, in rows that have these values; `deep`: also what decides which rows count.

    A dataset that the city does not have brought nothing.
    """
    found: dict[str, set[Origin]] = {}
    for column in columns:
        for origin in lineage.origins(table, column, known, deep=deep):
            if origin.table.startswith(f"{RAW}.") and origin.table in entry.tables:
                found.setdefault(origin.table, set()).add(origin)
    return found


def datasets_behind(lineage: Lineage, entry: CityEntry, table: str, **key: str) -> tuple[str, ...]:
    """The datasets that rows of a mart rest on in any way, where columns of the key hold these values."""
    known = {name: frozenset({value}) for name, value in key.items()}
    columns = [column.name for column in entry.tables[table].columns or ()]
    found = raw_behind(lineage, entry, table, columns, known, deep=True)
    return tuple(sorted(name.removeprefix(f"{RAW}.") for name in found))
