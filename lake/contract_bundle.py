"""Files that come together: a bundle, such as the files of a timetable, is one folder or zip with a file per dataset.

Each contract of a bundle says which file is its own, whether it may be absent, and what must hold between its records
and those of the others. The files of one bundle are checked together and committed or refused together, which is
`lake.night.bundles`' work; a city file names the whole bundle as one source entry.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import duckdb
from pydantic import Field

from lake.mistakes import StrictCamel

if TYPE_CHECKING:
    from lake.contract_model import Contract

_NAME = r"^[a-z][a-z0-9_]*$"


class BundleRule(StrictCamel):
    """Records that no bundle may hold. `find` selects what names them, the worst first, from the bundle's datasets."""

    id: str = Field(pattern=_NAME, description="the rule's name among the checks")
    find: str = Field(min_length=1, description="an SQL query over the bundle's datasets for the records at fault")
    reason: str = Field(min_length=1, description="what is wrong with such a record, in words for people")
    remedy: str = Field(min_length=1, description="what to ask of whom")


class BundleFile(StrictCamel):
    """A dataset's place in a bundle."""

    name: str = Field(pattern=_NAME, description="the bundle, such as gtfs")
    file: str = Field(min_length=1, description="the dataset's file in it, such as trips.txt")
    required: bool = Field(True, description="whether a bundle without the file is refused")
    rules: tuple[BundleRule, ...] = Field((), description="what must hold between this file and the others")


def bundled(contracts: Mapping[str, "Contract"], bundle: str) -> dict[str, "Contract"]:
    """The contracts of one bundle, by dataset."""
    return {name: one for name, one in contracts.items() if one.bundle is not None and one.bundle.name == bundle}


def wrong_rules(contracts: Mapping[str, "Contract"]) -> Iterator[tuple[str, int, str]]:
    """Rules whose query does not fit the contracts of its bundle: dataset, place of the rule, what DuckDB says."""
    for name in sorted({one.bundle.name for one in contracts.values() if one.bundle}):
        members = bundled(contracts, name)
        with duckdb.connect() as con:
            for dataset, contract in members.items():
                columns = ", ".join(f'"{column.name}" {column.duckdb_type}' for column in contract.columns)
                con.execute(f'create table "{dataset}" ({columns})')
            for dataset, contract in members.items():
                for index, rule in enumerate(contract.bundle.rules if contract.bundle else ()):
                    try:
                        con.execute(f"select * from ({rule.find})")
                    except duckdb.Error as problem:
                        yield dataset, index, str(problem).splitlines()[0]
