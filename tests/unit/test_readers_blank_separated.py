"""Text in columns for the eye: where its records begin, how they fall into fields, what the reader counts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lake.contract import Contract, Reader
from lake.ingest.ingest import Staged
from lake.readers import UnreadableFile, open_source
from tests.unit.deliveries import Lake, column, contract
from tests.unit.deliveries import read as rows

READER = Reader(format="blank_separated", unitsLine=True)
WEATHER = contract(
    column("station", physicalName="title"), column("year", "integer", required=True), column("rain"), reader=READER
)
NOTED = WEATHER.model_copy(update={"reader": Reader(format="blank_separated", unitsLine=True, notLoaded=("",))})
HEAD = "Hilltop  (Farm)\r\nNotes about rain\r\n   year  rain\r\n         mm\r\n"


def fields(tmp_path: Path, content: str, of: Contract = WEATHER) -> list[tuple[int, list[str]]]:
    """(line, fields) of every record; the reader's own count is compared with them."""
    path = tmp_path / "file"
    path.write_bytes(content.encode())
    with duckdb.connect() as con:
        source = open_source(con, path, of, tmp_path)
        found = con.execute(f"select {source.line}, {source.raw_fields} from ({source.sql}) order by _row").fetchall()
    assert source.records == len(found) + len(source.blank_lines)
    return found


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no_mark", "bom"])
@pytest.mark.parametrize("tail", ["", "  ", "\n", "\n\x1a"], ids=["none", "blanks", "end", "ctrl_z"])
def test_records_are_split_on_runs_of_blanks(tmp_path: Path, end: str, mark: str, tail: str) -> None:
    text = f"{HEAD}   2015  1.5\r\n\r\n   2016\t 12#  {tail}".replace("\r\n", "\n").replace("\n", end)

    assert fields(tmp_path, mark + text) == [(5, ["2015", "1.5"]), (7, ["2016", "12#"])]


@pytest.mark.parametrize("notes", ["", "One\nTwo\nThree year\n"], ids=["none", "more"])
def test_notes_may_be_more_or_fewer(tmp_path: Path, notes: str) -> None:
    lines = notes.count("\n")

    assert fields(tmp_path, f"Hilltop\n{notes}rain year\nmm\n1 2015\n") == [(lines + 4, ["1", "2015"])]


def test_columns_go_by_name_and_the_first_line_is_the_title(lake: Lake) -> None:
    staged = lake.ingest(WEATHER, lake.put("hilltop.txt", f"{HEAD}2015 1.5\n    \n2016 x\nx 1\n2017\n2018 1 closed\n"))

    assert rows(staged.files, "station, year, rain") == [
        ("Hilltop (Farm)", 2015, "1.5"), ("Hilltop (Farm)", 2016, "x"),
    ]  # fmt: skip
    assert rows(staged.reject_files, "_source_row, rule_id, raw_text") == [
        (6, "blank_row", ""), (8, "bad_year", "x 1"), (9, "wrong_columns", "2017"),
        (10, "wrong_columns", "2018 1 closed"),
    ]  # fmt: skip
    assert counts(staged) == (6, 2, 3, 1)


def counts(staged: Staged) -> tuple[int, int, int, int]:
    return staged.rows_read, staged.rows_accepted, staged.rejects.records, staged.rejects.no_data


def test_what_stands_behind_the_last_field_is_a_column_without_a_name(lake: Lake) -> None:
    staged = lake.ingest(NOTED, lake.put("hilltop.txt", f"{HEAD}2015 1.5\n2016 2 Provisional data\n2017\n"))

    assert rows(staged.files, "year, rain") == [(2015, "1.5"), (2016, "2")]
    assert rows(staged.reject_files, "_source_row, rule_id") == [(7, "wrong_columns")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        (HEAD, "a header and no record"),
        ("Hilltop\nyear snow\nmm\n2015 1\n", "missing: 'rain'; the file has 4 columns, among them 'year', 'snow'"),
        ("a,b\n1,2\n", "no line holds the names of the columns: rain, year"),
        (f"{HEAD}2015 \x00\n", "line 5 holds the byte 0x00"),
    ],
)
def test_what_is_no_such_text_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        fields(tmp_path, content)

    assert message in str(caught.value)
