"""Excel: sheets as records, what columns are called, what ends the data, and workbooks that are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lake.contract import Contract, Reader
from lake.readers import SourceRelation, UnreadableFile, open_source
from tests.unit.deliveries import column, contract

XLS = Path(__file__).parents[1] / "fixtures" / "excel" / "blocks.xls"
Found = list[tuple[Any, ...]]


def a_contract(*names: str, **reader: object) -> Contract:
    return contract(*(column(f"c{place}", physicalName=name) for place, name in enumerate(names)),
                    reader=Reader(format="excel", **reader))  # fmt: skip


PEOPLE = a_contract("ID", "Persons", sheet="data", headerRow=2)


def read(path: Path, wanted: Contract) -> tuple[SourceRelation, Found]:
    with duckdb.connect() as con:
        source = open_source(con, path, wanted, path.parent)
        texts = ", ".join(source.texts[one.source] for one in wanted.columns)
        return source, con.execute(f"select {source.line}, {texts} from ({source.sql}) order by _row").fetchall()


def unchanged(_: Worksheet) -> None: ...


def workbook(path: Path, change: Callable[[Worksheet], None] = unchanged, name: str = "data") -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "cover"
    sheet = book.create_sheet(name)
    for row in (["Who lives here"], ["ID", "Persons"], [101, 63383.0], [102, 91638.5]):
        sheet.append(row)
    change(sheet)
    book.save(path)
    return path


def test_cells_become_exact_texts(tmp_path: Path) -> None:
    values = [
        (101, "101"), (101.0, "101"), (37.9, "37.9"), (1 / 3, "0.3333333333333333"), (1e21, "1" + "0" * 21),
        (-0.5, "-0.5"), (True, "TRUE"), ("  n/a ", "n/a"), ("007", "007"), (dt.datetime(2020, 3, 18), "2020-03-18"),
        (dt.datetime(2020, 3, 18, 14, 30), "2020-03-18 14:30:00"), (dt.time(14, 30), "14:30:00"),
        (dt.timedelta(hours=25, minutes=1), "25:01:00"), ("#N/A", "#N/A"),
    ]  # fmt: skip
    path = tmp_path / "book"
    book = openpyxl.Workbook()
    book.worksheets[0].append(["ID", "Value"])
    for place, (value, _) in enumerate(values):
        book.worksheets[0].append([place, value])
    book.save(path)

    _, found = read(path, a_contract("ID", "Value"))

    assert [text for _, _, text in found] == [text for _, text in values]


def test_an_old_workbook_gives_the_same_texts_and_blocks_are_filled_down() -> None:
    columns = ("Area", "Kind", "2000", "2001", "Day", "At", "Checked")
    source, found = read(XLS, a_contract(*columns, headerRow=3, fillDown=("Area",)))

    assert found == [
        (4, "1", "ONE", "3", "1.5", "2020-03-18", "14:30:00", "TRUE"),
        (5, "1", "TWO", None, "0.1", "2020-03-18 06:00:00", None, "#N/A"),
        (6, "DOC", "ONE", "7", "8", None, None, None),
        (7, "DOC", "TWO", "9", None, None, None, None),
    ]
    assert source.records == 4


def test_notes_below_the_last_record_are_no_records_and_a_blank_row_among_them_is_counted(tmp_path: Path) -> None:
    def rows(sheet: Worksheet) -> None:
        for row in ([], [103, None], [104, 7], [], [], ["^ suppressed"], [], ["* with caution"]):
            sheet.append(row)

    source, found = read(workbook(tmp_path / "book", rows), PEOPLE)

    assert found == [
        (3, "101", "63383"),
        (4, "102", "91638.5"),
        (6, "103", None),
        (7, "104", "7"),
    ]
    assert (source.records, source.blank_lines) == (5, (5,))


def test_a_name_that_columns_share_belongs_to_the_measure_on_its_left(tmp_path: Path) -> None:
    names = ["ID", "Smoking", "lower", "upper", "Asthma", "Asthma_note", "lower", "NYC", "Poverty", None, "NYC"]

    def change(sheet: Worksheet) -> None:
        sheet.delete_rows(1, 4)
        sheet.append(names)
        sheet.append(list(range(len(names))))

    path = workbook(tmp_path / "book", change)
    repeated = {"lower": "low", "upper": "high", "NYC": "against_city"}
    wanted = ["ID", "Smoking_low", "Smoking_high", "Asthma_note", "Asthma_low", "Asthma_against_city"]
    source, found = read(path, a_contract(*wanted, "Poverty_against_city", sheet="data", repeatedNames=repeated))

    assert found == [(2, "0", "2", "3", "5", "6", "7", "10")]
    assert source.unexpected_columns == ("Smoking", "Asthma", "Poverty")
    with pytest.raises(UnreadableFile, match=r"sheet 'data': the file has more than one column named 'lower'"):
        read(path, a_contract("ID", "lower", sheet="data"))


def test_a_wrong_size_of_the_sheet_ends_no_row(tmp_path: Path) -> None:
    from zipfile import ZipFile

    whole, wrong = workbook(tmp_path / "whole"), tmp_path / "wrong"
    with ZipFile(whole) as old, ZipFile(wrong, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:B4" />', b'<dimension ref="A1" />'))

    assert read(wrong, PEOPLE)[1] == read(whole, PEOPLE)[1]


def moved(sheet: Worksheet) -> None:
    sheet.insert_rows(2, 3)


def merged(sheet: Worksheet) -> None:
    sheet.merge_cells("B3:B4")


def formula(sheet: Worksheet) -> None:
    sheet["B4"] = "=B3*2"


def renamed(sheet: Worksheet) -> None:
    sheet["B2"] = "People"


def emptied(sheet: Worksheet) -> None:
    sheet.delete_rows(3, 2)


@pytest.mark.parametrize(
    ("change", "name", "says", "remedy"),
    [
        (moved, "data", "sheet 'data': the names of the columns stand in row 5, not in row 2", "`headerRow`"),
        (merged, "data", "sheet 'data': the cells B3:B4 are merged", "without merged cells"),
        (formula, "data", "sheet 'data': there is a formula and no value in B4", "open it in Excel"),
        (renamed, "data", r"sheet 'data': 1 required column\(s\) missing: 'Persons'", "put contract toy right"),
        (emptied, "data", "sheet 'data': it holds a header and no record", "ask the publisher"),
        (unchanged, "Data 2018", "no sheet 'data'; its sheets are 'cover', 'Data 2018'", "renamed the sheet"),
    ],
)  # fmt: skip
def test_a_sheet_that_is_not_as_the_contract_says_is_refused_with_place_and_remedy(
    tmp_path: Path, change: Callable[[Worksheet], None], name: str, says: str, remedy: str
) -> None:
    with pytest.raises(UnreadableFile, match=says) as refused:
        read(workbook(tmp_path / "book", change, name), PEOPLE)
    assert remedy in refused.value.hint


def test_merged_cells_and_formulas_outside_the_data_harm_nobody(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:B1")
        sheet.append([])
        sheet.append(["Sum", None])
        sheet["D2"] = "=SUM(B3:B4)"
        sheet.merge_cells("A8:B9")

    assert len(read(workbook(tmp_path / "book", change), PEOPLE)[1]) == 2


def test_cells_merged_over_several_columns_are_no_block_to_fill_down(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book", lambda sheet: sheet.merge_cells("A3:B3"))
    with pytest.raises(UnreadableFile, match="A3:B3 are merged"):
        read(path, a_contract("ID", "Persons", sheet="data", headerRow=2, fillDown=("ID",)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"ID,Persons\n101,63383\n", "the file is text, not an Excel workbook"),
        (b"<!DOCTYPE html><html>Not found</html>", "the file is a web page, not an Excel workbook"),
        (b"%PDF-1.7 and so on", "the file is a PDF document, not an Excel workbook"),
        (b"PK\x03\x04" + bytes(200), "not a readable Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "not a readable Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_told_by_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "book").write_bytes(content)
    with pytest.raises(UnreadableFile, match=says):
        read(tmp_path / "book", PEOPLE)


def test_a_workbook_that_is_cut_off_or_is_another_zip_is_refused(tmp_path: Path) -> None:
    from zipfile import ZipFile

    whole = workbook(tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    with ZipFile(tmp_path / "zip", "w") as other:
        other.writestr("people.csv", "ID,Persons\n")
    for name in ("cut", "zip"):
        with pytest.raises(UnreadableFile, match="not a readable Excel workbook"):
            read(tmp_path / name, PEOPLE)
    (tmp_path / "old").write_bytes(XLS.read_bytes()[:3000])
    with pytest.raises(UnreadableFile, match=r"Excel workbook|cannot be read as excel"):
        read(tmp_path / "old", a_contract("Area", headerRow=3))


def test_several_sheets_and_none_named_is_a_question(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="the workbook has 2 sheets: 'cover', 'data'") as refused:
        read(workbook(tmp_path / "book"), a_contract("ID"))
    assert "`sheet`" in refused.value.hint
