"""What every reader gives back: one landed file as a DuckDB relation of texts, and a count made without DuckDB.

A reader knows its format and nothing of types, rules or cities; `lake.ingest.parse` turns the texts into typed columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lake.contract import Column, Contract
from lake.errors import CitylakeError

WITHHELD = "(name withheld)"


class UnreadableFile(CitylakeError):
    """The file as a whole is not what its contract says (empty, other encoding, missing column, ...)."""


def cut_off(what: str) -> UnreadableFile:
    """What to raise for a file that ends where it cannot end."""
    return UnreadableFile(f"{what}: it was cut off on its way", hint="deliver it again, whole")


@dataclass(frozen=True)
class SourceRelation:
    """A landed file, readable as often as needed.

    `sql` selects one row per record with at least `_row` (1-based, in file order); `texts` maps a source column's
    name to the SQL expression of its text; `line` is the expression of the record's place in the file (line,
    record or feature number); `raw_fields` is the expression of all fields as a list, NULL where a format has none;
    `wrong_width` is a predicate, true for a record with too few or too many fields. `records` and `blank_lines`
    (places of records without any text, which `sql` does not return) were counted by reading bytes, not by DuckDB.
    """

    sql: str
    texts: Mapping[str, str]
    line: str
    raw_fields: str | None
    wrong_width: str | None
    records: int
    blank_lines: tuple[int, ...] = ()
    delimiter: str = ","
    unexpected_columns: tuple[str, ...] = ()

    def has(self, column: Column) -> bool:
        """Whether the file has all source columns that this column comes from."""
        return all(name in self.texts for name in column.sources)


def source_columns(contract: Contract) -> list[Column]:
    """The columns that come from the file's own columns: all but those that an unpivot makes."""
    made = {*contract.unpivot.name_columns, contract.unpivot.value_column} if contract.unpivot else set()
    return [column for column in contract.columns if column.name not in made]


def source_names(contract: Contract, *, required: bool = False) -> list[str]:
    """Names of the source columns that the contract loads; `required`: those that every file must have.

    The column for all other properties is made by the reader.
    """
    columns = [column for column in source_columns(contract) if not (required and column.optional)]
    names = dict.fromkeys(name for column in columns for name in column.sources)
    return [name for name in names if name != contract.reader.other_properties]


def other_names(found: Iterable[str], contract: Contract) -> dict[str, str]:
    """Source columns of the contract that the file calls otherwise: the contract's name, and the file's."""
    there = set(found)
    return {
        column.source: other
        for column in source_columns(contract)
        if column.source not in there and (other := next((name for name in column.other_names if name in there), None))
    }


def require_columns(found: Sequence[str], contract: Contract) -> None:
    """Raise UnreadableFile, listing what was there, where a column that the contract requires is not among `found`."""
    otherwise = other_names(found, contract)
    wanted = [otherwise.get(name, name) for name in source_names(contract, required=True)]
    missing = [name for name in wanted if name not in found]
    if missing:
        # The first line of a file without a header is a record: about persons, only names that are known are shown.
        known = set(source_names(contract))
        shown = [name for name in found if contract.personal_data == "none" or name in known]
        there = f"{len(found)} columns" + (f", among them {_listing(shown, 12)}" if shown else ", none of them known")
        raise UnreadableFile(
            f"{len(missing)} required column(s) missing: {_listing(missing, 5)}; the file has {there}",
            hint=f"if the publisher renamed columns, put contract {contract.dataset} right",
        )
    twice = sorted({name for name in wanted if found.count(name) > 1})
    if twice:
        raise UnreadableFile(
            f"the file has more than one column named {_listing(twice, 5)}: which one counts cannot be told",
            hint="ask the publisher for a file whose columns have names of their own",
        )


def unexpected_columns(found: Sequence[str], contract: Contract) -> tuple[str, ...]:
    """Columns of the file that the contract neither loads nor knows.

    What stands in the header of a file about persons may be anything, a number of theirs too: no name is told. A
    column for all other properties takes them.
    """
    if contract.reader.other_properties:
        return ()
    known = {*source_names(contract), *contract.reader.not_loaded, *contract.reader.names}
    known |= set(other_names(found, contract).values())
    wide = contract.unpivot.columns if contract.unpivot else None
    odd = [name for name in found if name not in known and not (wide and re.fullmatch(wide, name))]
    return tuple(name if contract.personal_data == "none" else WITHHELD for name in odd)


def _listing(names: Sequence[str], most: int) -> str:
    shown = ", ".join(repr(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
