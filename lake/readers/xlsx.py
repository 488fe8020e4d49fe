"""A sheet of an .xlsx workbook by openpyxl, row by row, with the results that formulas had when the file was saved."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from lake.readers.relation import UnreadableFile
from lake.readers.sheet import Block, Row, Sheet, cell_text, choose_sheet

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ET.ParseError, KeyError)


@contextmanager
def open_xlsx(path: Path, wanted: str | None, dataset: str) -> Iterator[Sheet]:
    """The wanted sheet, or the only one, of a workbook. Raises UnreadableFile for what is none, or damaged."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as content, warnings.catch_warnings():
            # What openpyxl warns of is drawings, styles and the like, which are no data.
            warnings.simplefilter("ignore", UserWarning)
            reader = ExcelReader(content, read_only=True, data_only=True, keep_links=False)
            reader.read()
            parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
            sheets = {sheet.title: sheet for sheet in reader.wb.worksheets}
            name = choose_sheet(wanted, list(sheets), dataset)
            with reader.archive.open(parts[name]) as part:
                merged, without_result = _peculiar_cells(part)
            # Some writers state a wrong size of the sheet: rows would end there.
            sheets[name].reset_dimensions()
            yield Sheet(name, _rows(sheets[name].iter_rows(values_only=True)), merged, without_result)
    except (*DAMAGED, InvalidFileException) as problem:
        raise UnreadableFile(
            f"not a readable Excel workbook: {type(problem).__name__}", hint="was it cut off on its way?"
        ) from problem


def _rows(found: Iterator[tuple[object, ...]]) -> Iterator[Row]:
    for values in found:
        yield [cell_text(value) for value in values]


def _peculiar_cells(part: IO[bytes]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Merged cells, and cells with a formula and no result: what openpyxl does not tell where it reads row by row."""
    merged, without_result = [], []
    for _, element in ET.iterparse(part):
        kind = element.tag.rpartition("}")[2]
        if kind == "mergeCell":
            merged.append(_block(element.get("ref", "")))
        elif kind == "c" and element.get("t") != "str":
            parts = {child.tag.rpartition("}")[2]: child.text for child in element}
            if "f" in parts and not parts.get("v"):
                without_result.append(_block(element.get("r", "")))
        elif kind == "row":
            element.clear()
    return tuple(merged), tuple(without_result)


def _block(name: str) -> Block:
    """The block of a range such as A4:A11, or of one cell."""
    from openpyxl.utils.cell import coordinate_to_tuple

    first, _, last = name.partition(":")
    return Block(*coordinate_to_tuple(first), *coordinate_to_tuple(last or first))
