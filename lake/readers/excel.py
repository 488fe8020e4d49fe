"""Excel workbooks: one sheet as records, its header in the row that the contract says, each cell as its exact text.

Which of the two formats a workbook has is seen in its first bytes; `xlsx` and `xls` give the sheet. The records end
with the last row that has something in at least two columns: what stands below it are notes. A blank row among the
records is one as in a text file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lake.contract import Contract
from lake.iceberg.file_table import literal, quoted
from lake.readers.encoding import OLD_WORKBOOK, ZIP, require_content, what_it_is
from lake.readers.relation import (
    SourceRelation,
    UnreadableFile,
    require_columns,
    source_names,
    unexpected_columns,
)
from lake.readers.sheet import Block, Row, Sheet
from lake.readers.xls import open_xls
from lake.readers.xlsx import open_xlsx

HEAD_BYTES = 1 << 10
ROWS_TO_SEARCH = 50
ROWS_AT_ONCE = 5_000
LINE = "_line"

Texts = dict[int, str | None]
"""The texts of a row by the places of their columns."""


@dataclass(frozen=True)
class Table:
    """Where the records stand in the sheet: places and names of their columns (places from 1), first and last row."""

    header_row: int
    columns: Mapping[int, str]
    last_row: int
    records: int
    blank_rows: tuple[int, ...]


def open_excel(path: Path, contract: Contract, scratch: Path) -> SourceRelation:
    """The relation of a sheet. Raises UnreadableFile where there is none as the contract says."""
    rows_file = scratch / f"{path.name}.rows"
    with open_sheet(path, contract.reader.sheet, contract.dataset) as sheet:
        try:
            table = _write_records(sheet, contract, rows_file)
            _require_values(sheet, table, contract)
        except UnreadableFile as problem:
            raise UnreadableFile(f"sheet {sheet.name!r}: {problem.message}", hint=problem.hint) from problem
    names = list(table.columns.values())
    return SourceRelation(
        sql=f"select file_row_number + 1 as _row, * from read_parquet({literal(str(rows_file))}, file_row_number=true)",
        texts={name: quoted(_field(place)) for place, name in table.columns.items()},
        line=LINE,
        raw_fields=None,
        wrong_width=None,
        records=table.records + len(table.blank_rows),
        blank_lines=table.blank_rows,
        unexpected_columns=unexpected_columns(names, contract),
    )


def open_sheet(path: Path, wanted: str | None, dataset: str) -> AbstractContextManager[Sheet]:
    """The wanted sheet of a workbook, or the only one. Raises UnreadableFile where there is no such sheet."""
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
    require_content(head)
    if head.startswith(ZIP):
        return open_xlsx(path, wanted, dataset)
    if head.startswith(OLD_WORKBOOK):
        return open_xls(path, wanted, dataset)
    raise UnreadableFile(
        f"the file is {what_it_is(head) or 'text'}, not an Excel workbook",
        hint="is this the file that was meant?",
    )


def _write_records(sheet: Sheet, contract: Contract, target: Path) -> Table:
    """Write the records to a parquet file of texts, some thousands at a time, and tell where they stood."""
    rows = enumerate(sheet.rows, start=1)
    columns = _header(rows, contract)
    fields = {_field(place): pa.string() for place in columns}
    schema = pa.schema({LINE: pa.int64(), **fields})
    down = [place for place, name in columns.items() if name in contract.reader.fill_down]
    records, last_row, blanks = 0, contract.reader.header_row, []
    above: Texts = {}
    with pq.ParquetWriter(target, schema) as out:
        found = _records(rows, columns)
        while some := list(islice(found, ROWS_AT_ONCE)):
            last_row = some[-1][0]
            blanks += [line for line, texts in some if not texts]
            kept = [(line, texts) for line, texts in some if texts]
            for _, texts in kept:
                above = {place: texts[place] or above.get(place) for place in down}
                texts.update(above)
            records += len(kept)
            data = {LINE: [line for line, _ in kept]}
            out.write_table(pa.table(data | {_field(p): [texts[p] for _, texts in kept] for p in columns}, schema))
    if records == 0:
        raise UnreadableFile("it holds a header and no record", hint="ask the publisher for a complete file")
    return Table(contract.reader.header_row, columns, last_row, records, tuple(blanks))


def _header(rows: Iterator[tuple[int, Row]], contract: Contract) -> dict[int, str]:
    """Place and name of each column that has a name, from the contract's header row; the rows below it are left."""
    place = contract.reader.header_row
    head = [(number, column_names(row, contract.reader.repeated_names)) for number, row in islice(rows, place)]
    names = head[-1][1] if len(head) == place else []
    named = {column: name for column, name in enumerate(names, start=1) if name}
    try:
        require_columns(list(named.values()), contract)
    except UnreadableFile:
        wanted = set(source_names(contract, required=True))
        below = ((number, column_names(row, contract.reader.repeated_names)) for number, row in rows)
        moved = [number for number, other in (*head, *islice(below, ROWS_TO_SEARCH)) if wanted <= set(other)]
        if moved and moved[0] != place:
            raise UnreadableFile(
                f"the names of the columns stand in row {moved[0]}, not in row {place}",
                hint=f"if the publisher moved them for good, put `headerRow` in contract {contract.dataset} right",
            ) from None
        raise
    return named


def column_names(row: Row, repeated: Mapping[str, str]) -> list[str]:
    """Names of columns as a header row says them, blanks made single.

    A `repeated` name belongs to the nearest measure on its left, whose name it gets before its own. What begins with
    a measure's name and an underscore belongs to it, too, and is none itself.
    """
    names, measure = [], ""
    for text in row:
        name = " ".join((text or "").split())
        if name in repeated:
            name = f"{measure}_{repeated[name]}"
        elif name and not (measure and name.startswith(f"{measure}_")):
            measure = name
        names.append(name)
    return names


def _records(rows: Iterable[tuple[int, Row]], columns: Mapping[int, str]) -> Iterator[tuple[int, Texts]]:
    """The texts of each row up to the last one with something in at least two columns; of a blank row none at all."""
    enough = min(2, len(columns))
    held_back = []
    for number, row in rows:
        texts = {place: _stripped(row, place) for place in columns} if any(row) else {}
        filled = sum(text is not None for text in texts.values())
        held_back.append((number, texts if filled else {}))
        if filled >= enough:
            yield from held_back
            held_back = []


def _stripped(row: Row, place: int) -> str | None:
    return (row[place - 1] or "").strip() or None if place <= len(row) else None


def _field(place: int) -> str:
    return f"_text_{place}"


def _require_values(sheet: Sheet, table: Table, contract: Contract) -> None:
    """Raise UnreadableFile where cells of the table lack a value of their own: merged, or formulas without a result."""
    down = [place for place, name in table.columns.items() if name in contract.reader.fill_down]
    merged = [block for block in sheet.merged if _inside(block, table) and not _fills_down(block, down)]
    if merged:
        raise UnreadableFile(
            f"the cells {_listing(merged)} are merged: which rows and columns their value is for cannot be told",
            hint="ask the publisher for a sheet without merged cells; if the first cell of a block stands for all rows "
            f"of it, name the column among the reader's `fillDown` in contract {contract.dataset}",
        )
    # A row of formulas without results looks as if the records ended above it.
    formulas = [block for block in sheet.without_result if _below_header(block, table)]
    if formulas:
        raise UnreadableFile(
            f"there is a formula and no value in {_listing(formulas)}",
            hint="ask the publisher for a file with values: open it in Excel, which computes them, and save it",
        )


def _inside(block: Block, table: Table) -> bool:
    return block.first_row <= table.last_row and _below_header(block, table)


def _below_header(block: Block, table: Table) -> bool:
    columns = any(block.first_column <= place <= block.last_column for place in table.columns)
    return columns and block.last_row >= table.header_row


def _fills_down(block: Block, places: Sequence[int]) -> bool:
    return block.first_column == block.last_column and block.first_column in places


def _listing(blocks: Sequence[Block], most: int = 3) -> str:
    shown = ", ".join(str(block) for block in blocks[:most])
    return shown if len(blocks) <= most else f"{shown} and {len(blocks) - most} more"
