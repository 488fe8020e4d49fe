"""Texts to typed values: what parses, what is missing, what was rounded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lake.contract import Column, Unpivot
from lake.iceberg.file_table import literal
from lake.ingest.parse import cell_value, clean_text, rounded_value
from lake.readers import UnreadableFile
from tests.unit.deliveries import KEY, Lake, column, contract, read


def cell(of: Column, text: str) -> object:
    """The value of a cell with this text; None where it is missing or does not parse."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        row = con.execute(f"select {cell_value(of, clean_text(literal(text), of.null_texts))}").fetchone()
    assert row is not None
    return row[0]


def is_rounded(of: Column, text: str) -> bool:
    with duckdb.connect() as con:
        row = con.execute(f"select coalesce({rounded_value(of, literal(text))}, false)").fetchone()
    assert row is not None
    return bool(row[0])


NUMBERS = {
    "1": 1, "-1.50": -1.5, "+2": 2, ".5": 0.5, "5.": 5, "0.059": 0.059, "007": 7,
    " 3 ": 3, "\u00a03\u00a0": 3, "\t3": 3, "1,234.5": 1234.5, "1,234,567": 1234567, "£12": 12, "£ 1,200": 1200,
    "-£3": -3, "1e3": 1000, "2.5E-1": 0.25, "1e+2": 100,
}  # fmt: skip
NO_NUMBERS = [
    "", " ", "Null", "n/a", "x", "1 2", "1_000", "0x10", "NaN", "nan", "inf", "-Infinity", "1.2.3", "--1", "1e", "e3",
    ".", "-", "12%", "1;5", "٣",
]  # fmt: skip


@pytest.mark.parametrize("of_type", ["decimal(18,9)", "double"])
@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_numbers(of_type: str, text: str, value: float) -> None:
    assert float(str(cell(column("n", of_type), text))) == value


@pytest.mark.parametrize("of_type", ["decimal(18,9)", "double", "integer", "bigint"])
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_missing_and_never_0(of_type: str, text: str) -> None:
    assert cell(column("n", of_type), text) is None


def test_decimals_are_exact_and_have_an_end() -> None:
    of = column("n", "decimal(18,9)")

    assert cell(of, "0.123456789") == Decimal("0.123456789")
    assert cell(of, "123456789.123456789") == Decimal("123456789.123456789")
    assert cell(of, "1234567890") is None
    assert cell(column("n", "double"), "1e400") is None


@pytest.mark.parametrize(
    ("text", "rounded"),
    [
        ("0.123456789", False), ("0.1234567890", False), (".123456789", False), ("1,234.5", False),
        ("5.00000000000", False),
        ("0.1234567891", True), (".1234567891", True), ("-0.0000000001", True), ("123456789.1234567891", True),
        ("0.12345678900000000001", True), ("1e-12", True), ("1.2345678912E-3", True), ("1e-9", False), ("2.5e3", False),
        ("abcdefghijklmnop", False),
    ],
)  # fmt: skip
def test_more_digits_than_the_scale_are_told(text: str, rounded: bool) -> None:
    assert is_rounded(column("n", "decimal(18,9)"), text) is rounded


def test_only_decimals_round() -> None:
    assert not is_rounded(column("n", "double"), "0.1234567890123456789")
    assert not is_rounded(column("n"), "0.1234567890123456789")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("5.0", 5), ("5.", 5), ("8,200", 8200), ("1e3", 1000), ("1.5E3", 1500), ("-7", -7), ("+7", 7),
        ("5.5", None), ("5.0000000000001", None), ("1e-3", None), ("3000000000", None), ("99999999999999999999", None),
    ],
)  # fmt: skip
def test_integers_have_no_decimals(text: str, value: int | None) -> None:
    assert cell(column("n", "integer"), text) == value


def test_a_bigint_holds_what_an_integer_does_not() -> None:
    assert cell(column("n", "bigint"), "3,000,000,000") == 3_000_000_000


def test_booleans_are_the_contracts_words() -> None:
    of = column("b", "boolean", trueTexts=("R", "1"), falseTexts=("P",))

    assert [cell(of, text) for text in ("R", " 1", "P", "r", "0", "true", "")] == [
        True,
        True,
        False,
        None,
        None,
        None,
        None,
    ]


def test_dates_are_iso_or_of_the_contracts_form() -> None:
    iso, month = column("d", "date"), column("d", "date", format="%Y-%m")

    assert [cell(iso, text) for text in ("2015-01-31", "2015-02-30", "31/01/2015", "x")] == [
        date(2015, 1, 31),
        None,
        None,
        None,
    ]
    assert [cell(month, text) for text in ("2015-01", "2015-13", "2015-01-02")] == [date(2015, 1, 1), None, None]


@pytest.mark.parametrize("word", ["infinity", "-infinity", "Infinity", "epoch", "now", "today"])
@pytest.mark.parametrize("form", [None, "%Y-%m-%d"])
def test_words_for_moments_are_no_dates(word: str, form: str | None) -> None:
    assert cell(column("d", "date", format=form), word) is None
    assert cell(column("t", "timestamptz", format=form), word) is None


def test_timestamps_follow_the_clock_of_their_zone() -> None:
    utc = column("t", "timestamptz", zone="UTC")
    london = column("t", "timestamptz", zone="Europe/London", format="%d/%m/%Y %H:%M")

    assert cell(utc, "2015-07-01 12:30:00") == datetime(2015, 7, 1, 12, 30, tzinfo=UTC)
    assert cell(london, "01/07/2015 12:30") == datetime(2015, 7, 1, 11, 30, tzinfo=UTC)
    assert cell(london, "01/01/2015 12:30") == datetime(2015, 1, 1, 12, 30, tzinfo=UTC)
    assert [cell(london, text) for text in ("31/02/2015 00:00", "01/01/2015 24:00", "01/01/2015 00:00:30")] == [
        None
    ] * 3


@pytest.mark.parametrize("offset", ["+02:00", "+02", "+0200"])
def test_an_offset_in_the_text_counts(offset: str) -> None:
    of = column("t", "timestamptz", zone="Europe/London")

    assert cell(of, f"2015-07-01T12:30:00{offset}") == datetime(2015, 7, 1, 10, 30, tzinfo=UTC)
    assert cell(of, "2015-07-01T12:30:00Z") == datetime(2015, 7, 1, 12, 30, tzinfo=UTC)
    assert cell(of, "2015-07-01 12:30") == datetime(2015, 7, 1, 11, 30, tzinfo=UTC)


def test_a_pattern_holds_for_the_whole_text() -> None:
    of = column("t", "timestamptz", pattern=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{7}")

    assert cell(of, "2015-01-01 00:30:00.0000000") == datetime(2015, 1, 1, 0, 30, tzinfo=UTC)
    assert cell(of, "2015-01-01 00:30:00") is None
    assert cell(of, "2015-13-01 00:30:00.0000000") is None


def test_null_texts_of_reader_and_column_and_padding(lake: Lake) -> None:
    of = contract(
        column("a", nullTexts=("", "NONE")),
        column("b", "integer", nullTexts=("", ".")),
        column("c"),
    )
    path = lake.put("toy.csv", "a,b,c\n NONE ,.,\u00a0x\u00a0\nnone,-,\u00a0\n'NONE',7,.\n")

    staged = lake.ingest(of, path)

    assert read(staged.files, "a, b, c") == [("'NONE'", 7, "."), ("none", None, None), (None, None, "x")]
    assert read(staged.reject_files, "kind, rule_id, column_name, _source_row, raw_text") == [
        ("cell", "bad_b", "b", 3, "-")
    ]


def test_rounded_cells_of_a_delivery_are_counted(lake: Lake, tmp_path: Path) -> None:
    of = contract(column("a", "decimal(18,3)"), column("b", "decimal(18,3)"))

    staged = lake.ingest(of, lake.put("toy.csv", "a,b\n1.0004,2.0006\n1.001,2.0000\n0.12345,x\n"))

    assert staged.cells_rounded == 3
    assert staged.rejects.by_rule == {"bad_b": 1}


def test_a_year_that_a_date_names_begins_where_the_contract_says() -> None:
    of = column("year", "date", yearStart="04-01", pattern=r"\d{4}-12-31")

    assert cell(of, "1999-12-31") == date(1999, 4, 1)
    assert cell(of, "1999-12-30") is None
    assert cell(of, "n/a") is None


def test_a_column_from_several_has_their_trimmed_texts(lake: Lake) -> None:
    of = contract(
        column("on", "date", **{"from": ("y", "m")}, separator="-", format="%Y-%m", required=True),
        column("place", **{"from": ("town", "y", "street")}, nullTexts=("", "n/a")),
    )
    path = lake.put(
        "toy.csv", "y,m,town,street\n2015, 1,Ham , Lane \n2015,,n/a,Row\n,,,\n2016,12,,n/a\n,1,Ham,\n2017,x,,\n"
    )

    staged = lake.ingest(of, path)

    assert read(staged.files, '"on", place') == [(date(2015, 1, 1), "Ham 2015 Lane"), (date(2016, 12, 1), "2016")]
    assert read(staged.reject_files, "_source_row, kind, rule_id, raw_text") == [
        (3, "record", "bad_on", "2015,,n/a,Row"),
        (4, "no_data", "blank_row", ",,,"),
        (6, "record", "bad_on", ",1,Ham,"),
        (7, "record", "bad_on", "2017,x,,"),
    ]


def test_a_cell_from_several_columns_that_does_not_parse_is_kept_as_delivered(lake: Lake) -> None:
    of = contract(column("id"), column("on", "date", **{"from": ("y", "m")}, format="%Y %m"))

    staged = lake.ingest(of, lake.put("toy.csv", "id,y,m\na,2015, 13\n"))

    assert read(staged.reject_files, "rule_id, column_name, raw_text") == [("bad_on", "on", "2015  13")]


def test_a_source_column_that_is_missing_is_missed_by_all_columns_made_from_it(lake: Lake) -> None:
    needed = contract(column("id"), column("place", **{"from": ("town", "street")}))
    spare = contract(column("id"), column("place", **{"from": ("town", "street")}, optional=True))
    path = lake.put("toy.csv", "id,town\na,Ham\n")

    with pytest.raises(UnreadableFile, match=r"1 required column.* missing: 'street'"):
        lake.ingest(needed, path)
    assert read(lake.ingest(spare, path).files, "id, place") == [("a", None)]


def test_a_column_that_is_absent_has_the_text_that_stands_for_it(lake: Lake) -> None:
    of = contract(
        column("id"),
        column("kind", optional=True, whenAbsent="plain"),
        column("epsg", "integer", optional=True, whenAbsent="2263"),
    )

    absent = lake.ingest(of, lake.put("absent.csv", "id\na\n"))
    there = lake.ingest(of, lake.put("there.csv", "id,kind,epsg\nb,,27700\n"))

    assert read(absent.files, "id, kind, epsg") == [("a", "plain", 2263)]
    assert read(there.files, "id, kind, epsg") == [("b", None, 27700)]


def test_a_column_that_is_absent_has_the_text_of_its_field_of_the_files_name(lake: Lake) -> None:
    of = contract(
        column("id"),
        column("year", "integer", optional=True, fileField="year", whenAbsent="1999"),
        fileIdentity={"patterns": ("toy_{year}.csv", "toy.csv"), "fields": {"year": {"regex": r"\d{4}"}}},
    )

    named = lake.ingest(of, lake.put("toy_2004.csv", "id\na\n"), file_fields={"year": "2004"})
    nameless = lake.ingest(of, lake.put("toy.csv", "id\na\n"))
    there = lake.ingest(of, lake.put("toy_2004.csv", "id,year\na,2005\nb,\n"), file_fields={"year": "2004"})

    assert [read(one.files, "id, year") for one in (named, nameless, there)] == [
        [("a", 2004)], [("a", 1999)], [("a", 2005), ("b", None)],
    ]  # fmt: skip


def test_several_columns_identify_a_home_and_none_of_them_is_kept(lake: Lake) -> None:
    of = contract(
        column("home", identifier=True, classification="personal", separator="|",
               **{"from": ("code", "house", "flat", "kind")}),
        column("kind"),
        column("price", "integer", required=True),
        pseudonymDomain="homes", personalData="personal", legalBasis="published",
    )  # fmt: skip
    path = lake.put(
        "toy.csv", "code,house,flat,kind,price\nN1, 7 ,,F,1\nn1,7,,f,2\nN1,,7,F,3\nN1,7,,F,x\nN2,8,2,D,\nN1,7,F,4\n"
    )

    staged = lake.ingest(of, path)

    home = KEY.pseudonym("N1|7||F")
    assert read(staged.files, "price, home, kind") == [
        (1, home, "F"), (2, home, "f"), (3, KEY.pseudonym("N1||7|F"), "F"),
    ]  # fmt: skip
    assert read(staged.reject_files, "_source_row, rule_id, raw_text") == [
        (5, "bad_price", f"{home},(withheld),,F,x"),
        (6, "null_price", f"{KEY.pseudonym('N2|8|2|D')},(withheld),(withheld),D,"),
        (7, "wrong_columns", None),
    ]


def test_a_group_of_a_pattern_is_taken_out_of_a_text(lake: Lake) -> None:
    of = contract(
        column("hours", "double", physicalName="sun", extract=r"(-?[\d.]+)\s*[#*]?", nullTexts=("---",)),
        column("marker", physicalName="sun", extract=r"[^#]*(#?)", nullTexts=("---",), pattern="#"),
    )

    staged = lake.ingest(of, lake.put("toy.csv", "sun\n50.3# \n 7 *\n---\n8\nx\n"))

    assert read(staged.files, "hours, marker") == [(7.0, None), (8.0, None), (50.3, "#"), (None, None)]
    assert read(staged.reject_files, "_source_row, kind, rule_id, raw_text") == [
        (4, "no_data", "blank_row", "---"),
        (6, "cell", "bad_hours", "x"),
    ]


def test_an_identifier_is_the_same_in_braces_and_in_small_letters(lake: Lake) -> None:
    of = contract(column("id", extract=r"\{?([^{}]*)\}?", upperCase=True, required=True))

    staged = lake.ingest(of, lake.put("toy.csv", "id\n{AB-1}\n ab-2 \n{}\n"))

    assert read(staged.files, "id") == [("AB-1",), ("AB-2",)]
    assert read(staged.reject_files, "_source_row, rule_id") == [(4, "blank_row")]


def test_what_a_header_says_fills_several_columns(lake: Lake) -> None:
    of = contract(
        column("hour", "integer"),
        column("place"),
        column("kind"),
        column("month", "date", format="%b %Y"),
        column("value", "integer", nullTexts=("", "n/a"), pattern=r"\d+"),
        unpivot=Unpivot(columns=r"Mean (?P<place>Street|Park) (?P<kind>.+) (?P<month>\w+ \d{4})", valueColumn="value"),
    )
    header = "hour,Mean Street Fine Dust Jan 2015,Mean Park NO2 Feb 2015,Mean Roof NO2 Feb 2015"
    path = lake.put("toy.csv", f"{header}\n1,10,n/a,5\n2,-3,4,5\n,,,\n,,7,\n")

    staged = lake.ingest(of, path)

    january, february = date(2015, 1, 1), date(2015, 2, 1)
    assert read(staged.files, "hour, place, kind, month, value") == [
        (1, "Park", "NO2", february, None), (1, "Street", "Fine Dust", january, 10),
        (2, "Park", "NO2", february, 4),
        (None, "Park", "NO2", february, 7), (None, "Street", "Fine Dust", january, None),
    ]  # fmt: skip
    assert staged.unexpected_columns == ("Mean Roof NO2 Feb 2015",)
    assert read(staged.reject_files, "_source_row, kind, rule_id, column_name, raw_text") == [
        (3, "cell", "bad_value", "Mean Street Fine Dust Jan 2015", "-3"),
        (4, "no_data", "blank_row", None, ",,,"),
    ]


def test_a_header_that_fits_and_has_no_such_date_refuses_the_file(lake: Lake) -> None:
    of = contract(
        column("month", "date", format="%b %Y"),
        column("value", "integer"),
        unpivot=Unpivot(columns=r"(?P<month>\w+ \d{4})", valueColumn="value"),
    )

    with pytest.raises(UnreadableFile, match="column 'Smarch 2015' has no date of the form %b %Y"):
        lake.ingest(of, lake.put("toy.csv", "Jan 2015,Smarch 2015\n1,2\n"))
