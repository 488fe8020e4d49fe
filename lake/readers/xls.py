"""A sheet of an .xls workbook (Excel 97 to 2003) by xlrd; of a formula it knows the result only."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lake.readers.relation import UnreadableFile
from lake.readers.sheet import Block, Row, Sheet, cell_text, choose_sheet

if TYPE_CHECKING:
    import xlrd


@contextmanager
def open_xls(path: Path, wanted: str | None, dataset: str) -> Iterator[Sheet]:
    """The wanted sheet, or the only one, of a workbook. Raises UnreadableFile for what is none, or damaged."""
    import xlrd
    from xlrd.compdoc import CompDocError

    try:
        # Where cells are merged is told among the formats.
        workbook = xlrd.open_workbook(str(path), logfile=io.StringIO(), on_demand=True, formatting_info=True)
        name = choose_sheet(wanted, workbook.sheet_names(), dataset)
        found = workbook.sheet_by_name(name)
    except (xlrd.XLRDError, CompDocError, AssertionError, struct.error) as problem:
        raise UnreadableFile(
            f"not a readable Excel workbook: {problem or type(problem).__name__}",
            hint="is it whole, and not protected by a password?",
        ) from problem
    with workbook:
        merged = tuple(Block(top + 1, left + 1, bottom, right) for top, bottom, left, right in found.merged_cells)
        yield Sheet(name, _rows(found, workbook.datemode), merged)


def _rows(sheet: xlrd.sheet.Sheet, datemode: int) -> Iterator[Row]:
    for number in range(sheet.nrows):
        yield [cell_text(_value(cell, datemode)) for cell in sheet.row(number)]


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(cell.value, datemode)
        return moment if cell.value >= 1 else moment.time()
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[cell.value]
    return cell.value
