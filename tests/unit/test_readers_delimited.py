"""Delimited text: what publishers do to the frame of a file, and where each record stands in it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lake.contract import Contract, Reader
from lake.readers import UnreadableFile, open_source
from tests.unit.deliveries import column, contract

THREE = contract(column("a"), column("b"), column("c"))
UNQUOTED = contract(column("a"), column("b"), column("c"), reader=Reader(format="delimited"))
HEADERLESS = contract(column("c"), reader=Reader(format="delimited", quote='"', names=("a", "b", "c")))
ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
Record = tuple[int, list[str]]


def read(tmp_path: Path, content: bytes | str, of: Contract = THREE) -> tuple[list[Record], tuple[int, ...]]:
    """(line, fields) of every record, and the blank lines; the reader's own count is compared with both."""
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with duckdb.connect() as con:
        source = open_source(con, path, of, tmp_path)
        found = con.execute(f"select {source.line}, {source.raw_fields} from ({source.sql}) order by _row").fetchall()
    assert source.records == len(found) + len(source.blank_lines)
    return found, source.blank_lines


def refusal(tmp_path: Path, content: bytes | str, of: Contract = THREE) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, content, of)
    return str(caught.value)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no_mark", "bom"])
@pytest.mark.parametrize("tail", ["", "END", "\x1a", "END\x1a", "END\x1a\x1a", "ENDEND"])
def test_a_records_fields_and_line_are_the_files(
    tmp_path: Path, end: str, quoted: bool, mark: bytes, tail: str
) -> None:
    second = '"4"' if quoted else "4"
    text = f"a,b,c{end}1,2,3{end}{end}{second},5, x{tail.replace('END', end)}"

    records, blank = read(tmp_path, mark + text.encode())

    assert records == [(2, ["1", "2", "3"]), (4, ["4", "5", " x"])]
    assert blank == ((3, 5) if tail == "ENDEND" else (3,))


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("value", ["4", '"4"'], ids=["plain", "quoted"])
def test_blank_lines_before_the_header_and_one_of_ctrl_z_with_an_end_are_blank(
    tmp_path: Path, end: str, value: str
) -> None:
    records, blank = read(tmp_path, f"{end}{end}a,b,c{end}{value},5,6{end}\x1a{end}")

    assert records == [(4, ["4", "5", "6"])]
    assert blank == (1, 2, 5)


def test_a_line_of_spaces_is_a_record_without_content(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c\n  \n1,2,3\n") == ([(2, ["  "]), (3, ["1", "2", "3"])], ())


@pytest.mark.parametrize("size", range(1, 24))
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_blocks_may_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, end: str) -> None:
    monkeypatch.setattr("lake.readers.lines.BLOCK_BYTES", size)

    records, blank = read(tmp_path, f"{end}a,b,c{end}{end}1,é,3{end}{end}{end}4,5,6{end}\x1a")

    assert records == [(4, ["1", "é", "3"]), (7, ["4", "5", "6"])]
    assert blank == (1, 3, 5, 6)


@pytest.mark.parametrize("rest", ["4,5,6\n", ""], ids=["two_records", "one_record"])
def test_a_header_that_runs_into_the_first_record_is_cut_off(tmp_path: Path, rest: str) -> None:
    records, _ = read(tmp_path, f"a,b,c1,2,3\n{rest}")

    assert records == [(1, ["1", "2", "3"]), (2, ["4", "5", "6"])][: 2 if rest else 1]


def test_a_glued_record_may_begin_with_an_empty_field(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c,2,3\n4,5,6\n")[0] == [(1, ["", "2", "3"]), (2, ["4", "5", "6"])]


@pytest.mark.parametrize("rest", ["", "4,5,6\n"])
def test_a_header_before_a_short_record_is_not_cut(tmp_path: Path, rest: str) -> None:
    assert read(tmp_path, f"a,b,c\n1,2\n{rest}")[0][0] == (2, ["1", "2"])


def test_a_header_glued_to_quoted_fields_is_cut_off(tmp_path: Path) -> None:
    records, _ = read(tmp_path, 'a,b,c"one ""1""","2, too","3"\n"4","5","6"\n')

    assert records == [(1, ['one "1"', "2, too", "3"]), (2, ["4", "5", "6"])]


def test_the_glued_column_may_be_one_that_is_not_loaded(tmp_path: Path) -> None:
    of = contract(column("a"), column("b"), reader=Reader(format="delimited", notLoaded=("c",)))

    assert read(tmp_path, "a,b,c1,2,3\n4,5,6\n", of)[0] == [(1, ["1", "2", "3"]), (2, ["4", "5", "6"])]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("value", ["1", '"1"'], ids=["plain", "quoted"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no_mark", "bom"])
def test_a_file_without_a_header_has_the_names_of_its_contract(
    tmp_path: Path, end: str, value: str, mark: bytes
) -> None:
    text = f"{value},2,3{end}{end}4,5,6{end}".encode()

    assert read(tmp_path, mark + text, HEADERLESS) == ([(1, ["1", "2", "3"]), (3, ["4", "5", "6"])], (2,))


def test_no_field_of_a_file_without_a_header_is_unexpected(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("1,2,3\n")
    with duckdb.connect() as con:
        source = open_source(con, path, HEADERLESS, tmp_path)
        assert con.execute(f"select {source.texts['c']} from ({source.sql})").fetchall() == [("3",)]
    assert source.unexpected_columns == ()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_quoted_line_ends_and_delimiters_are_content(tmp_path: Path, end: str) -> None:
    text = f'a,b,c{end}1,"two{end}lines, ""q""",3{end}{end}4,5,6{end}'

    records, blank = read(tmp_path, text)

    assert records == [(2, ["1", 'two\nlines, "q"', "3"]), (5, ["4", "5", "6"])]
    assert blank == (4,)


def test_line_feeds_inside_quotes_do_not_make_a_file_of_carriage_returns_another(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b,c\r1,"x\ny",3\r4,5,6')[0] == [(2, ["1", "x\ny", "3"]), (4, ["4", "5", "6"])]


def test_quotes_mean_nothing_where_the_contract_names_none(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b,c\n"1,2,3\n', UNQUOTED)[0] == [(2, ['"1', "2", "3"])]


@pytest.mark.parametrize("tail", ["", "\n"], ids=["no_end", "end"])
def test_a_quote_that_is_never_closed_refuses_the_file(tmp_path: Path, tail: str) -> None:
    assert "not closed" in refusal(tmp_path, f'a,b,c\n1,2,"3\n4,5,6\n7,8,9{tail}')


def test_a_quote_that_swallows_too_much_names_the_line_where_it_opens(tmp_path: Path) -> None:
    assert "begins in line 3" in refusal(tmp_path, 'a,b,c\n1,2,3\n4,5,"6\n' + "x,y,z\n" * 40_000)


def test_quotes_out_of_place_refuse_the_file(tmp_path: Path) -> None:
    assert "out of place" in refusal(tmp_path, 'a,b,c\n1,2"x,3\n4,5"y,6\n')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n\r\n\x1a", "the file is empty"),
        (b"a,b,c\n", "holds a header and no record"),
        (b"a,b,c", "holds a header and no record"),
        (b'a,b,"c"\r\n', "holds a header and no record"),
        (b"a,b,c\n1,2,3\n4,\x00,6\n", "line 3 holds the byte 0x00"),
        (b"a,b,c\n4,5\x1d,6\n", "line 2 holds the byte 0x1d"),
        (b"a;b;c\n1;2;3\n", "fields are separated by a semicolon; the contract's delimiter is a comma"),
        (b'"a"\t"b"\t"c"\n1\t2\t3\n', "fields are separated by a tab; the contract's delimiter is a comma"),
        (b"a b c\n1 2 3\n", "3 required column(s) missing: 'a', 'b', 'c'; the file has 1 columns, among them 'a b c'"),
        (b"a,b,c\n1,2,3\n4,5", "the last record has 2 of 3 fields and no line end: it was cut off"),
        (b'a,b,c\r\n1,"2",3\r\n4,5', "the last record has 2 of 3 fields and no line end: it was cut off"),
        (b"a,b,c\r1,2,3\r4", "the last record has 1 of 3 fields and no line end: it was cut off"),
        (b"a,b,c1,2,3\n4,5,6\n7,8\x1a", "the last record has 2 of 3 fields and no line end: it was cut off"),
        (b'a,b,c\n1,2,3\n4,"5,6', "a quote is opened and not closed until the end"),
        (b"a,x,c\n1,2,3\n", "1 required column(s) missing: 'b'"),
        (b"a,b,c,b\n1,2,3,4\n", "more than one column named 'b'"),
    ],
)
def test_a_file_that_breaks_its_frame_is_refused_with_the_place(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in refusal(tmp_path, content)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("value", ["2", '"2"'], ids=["plain", "quoted"])
@pytest.mark.parametrize("mark", ["", "\x1a"], ids=["no_mark", "ctrl_z"])
def test_a_short_last_record_that_is_finished_is_a_record(tmp_path: Path, end: str, value: str, mark: str) -> None:
    assert read(tmp_path, f"a,b,c{end}1,{value},3{end}4,5{end}{mark}")[0][-1] == (3, ["4", "5"])


def test_a_line_beyond_all_measure_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    assert "a line is longer than 2,000,000 bytes" in refusal(tmp_path, b"a,b,c\n1,2," + b"3" * 50_000_000)


def test_a_delimiter_is_what_the_contract_says(tmp_path: Path) -> None:
    of = contract(column("a"), column("b"), column("c"), reader=Reader(format="delimited", delimiter="|", quote='"'))

    assert read(tmp_path, 'a|b|c\n1,0|"2|2"|3\n', of)[0] == [(2, ["1,0", "2|2", "3"])]
    assert read(tmp_path, "a|b|c\n1,0|2|3\n", of)[0] == [(2, ["1,0", "2", "3"])]


def test_columns_may_come_in_any_order_and_unknown_ones_are_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("c,new,a,b,known\n3,x,1,2,k\n")
    of = contract(column("a"), column("b"), column("c"), reader=Reader(format="delimited", notLoaded=("known",)))
    with duckdb.connect() as con:
        source = open_source(con, path, of, tmp_path)
        texts = ", ".join(source.texts[name] for name in "abc")
        assert con.execute(f"select {texts} from ({source.sql})").fetchall() == [("1", "2", "3")]
    assert source.unexpected_columns == ("new",)


def test_an_unknown_column_of_a_file_about_persons_has_no_name(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("MAC000001;,id,n\n,MAC000001,1\n")
    of = contract(column("id", identifier=True), column("n"), pseudonymDomain="energy")
    with duckdb.connect() as con:
        assert open_source(con, path, of, tmp_path).unexpected_columns == ("(name withheld)",)


def test_a_line_as_long_as_a_megabyte_is_read(tmp_path: Path) -> None:
    long = "x" * 1_000_000

    assert read(tmp_path, f"a,b,c\n1,{long},3\n4,5,6\n")[0] == [(2, ["1", long, "3"]), (3, ["4", "5", "6"])]


@pytest.mark.parametrize("value", ["7", '"7"'], ids=["plain", "quoted"])
def test_half_a_million_lines_keep_their_numbers(tmp_path: Path, value: str) -> None:
    lines = ["a,b,c", *(f"{number},{number % 7},z" for number in range(2, 300_001)), "", f"{value},0,z"]
    lines += [f"{number},{number % 7},z" for number in range(len(lines) + 1, 500_001)]
    path = tmp_path / "file"
    path.write_text("\n".join(lines))

    with duckdb.connect(config={"threads": 4}) as con:
        source = open_source(con, path, THREE, tmp_path)
        wrong = f"select count(*) from ({source.sql}) where {source.line} <> cast({source.texts['a']} as bigint)"
        assert con.execute(wrong).fetchone() == (1,)
        where = f"select {source.line} from ({source.sql}) where {source.texts['a']} = '7' and _row > 10"
        assert con.execute(where).fetchall() == [(300_002,)]
    assert source.records == 499_999
    assert source.blank_lines == (300_001,)
