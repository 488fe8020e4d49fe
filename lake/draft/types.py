"""The narrowest type that every text of a column fits, by the parsing that a night will use (`lake.ingest.parse`)."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from lake.contract import Column
from lake.iceberg.file_table import literal
from lake.ingest.parse import OFFSET, cell_value

NULL_WORDS = ("-", "--", "---", ".", "..", ":", "*", "n/a", "N/A", "#N/A", "NA", "null", "NULL", "None", "nan", "NaN")
BOOLEAN_WORDS = (("t", "f"), ("true", "false"), ("y", "n"), ("yes", "no"))
DATES = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y",
    "%d/%m/%y", "%m/%d/%y", "%b %Y", "%B %Y", "%b-%y", "%b-%Y", "%Y-%m", "%m/%Y",
)  # fmt: skip
TIMES = ("%H:%M", "%H:%M:%S")
COMPACT_DATES = {r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])": "%Y%m%d", r"(19|20)\d\d(0[1-9]|1[0-2])": "%Y%m"}
ISO_DAY, ISO_STAMP = r"\d{4}-\d\d-\d\d([ T]00:00(:00(\.0+)?)?)?", r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*"
CODE = r"[+-]?0\d+"
"""Digits that begin with a zero are a code, not a number."""


@dataclass(frozen=True)
class TypeSeen:
    """A type of the lake, and what the contract says with it.

    `formats`: strptime formats that all texts fit; more than one is a question. `offset`: stamps say their own.
    """

    name: str
    formats: tuple[str, ...] = ()
    offset: bool = False
    true_texts: tuple[str, ...] = ()
    false_texts: tuple[str, ...] = ()
    null_texts: tuple[str, ...] = field(default=())

    @property
    def column(self) -> Column:
        """A column of this type, for parsing."""
        given: dict[str, object] = {"name": "c", "physicalType": self.name, "description": "a value"}
        given |= {"format": self.formats[0]} if self.formats else {}
        given |= {"trueTexts": self.true_texts, "falseTexts": self.false_texts} if self.true_texts else {}
        return Column.model_validate(given)


class Texts:
    """The different texts of one column, in a table `texts` (t) of this connection; words for nothing are set aside."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        words = ", ".join(literal(word) for word in NULL_WORDS)
        self._filled = f"from texts where t not in ({words})"
        self.null_words = tuple(
            str(word) for (word,) in con.execute(f"select t from texts where t in ({words}) order by t").fetchall()
        )
        self.count = self._one(f"select count(*) {self._filled}")

    def all_fit(self, regex: str) -> bool:
        """Whether each text fits a regular expression as a whole."""
        return self._holds_for_all(f"regexp_full_match(t, {literal(regex)})")

    def any_fits(self, regex: str) -> bool:
        """Whether one text at least does."""
        return self._one(f"select count(*) {self._filled} and regexp_full_match(t, {literal(regex)})") > 0

    def all_parse(self, seen: TypeSeen) -> bool:
        """Whether each text is a value of this type."""
        return self._holds_for_all(_parses(seen))

    def formats_that_fit(self, kind: str, formats: tuple[str, ...]) -> tuple[str, ...]:
        """Those formats of a moment by which each text is one."""
        tests = ", ".join(f"coalesce(bool_and({_parses(TypeSeen(kind, (one,)))}), false)" for one in formats)
        (found,) = self._con.execute(f"select {tests} {self._filled}").fetchall()
        return tuple(one for one, fits in zip(formats, found, strict=True) if fits)

    def all_parse_exactly(self, decimals: str) -> bool:
        """Whether each text is a number all of whose digits a decimal type keeps."""
        value = cell_value(TypeSeen(decimals).column, "t")
        wide = cell_value(TypeSeen("double").column, "t")
        return self._holds_for_all(f"cast({value} as double) = {wide}")

    def words(self) -> set[str]:
        """The texts themselves where there are few."""
        rows = self._con.execute(f"select t {self._filled} limit 9").fetchall()
        return {str(text) for (text,) in rows}

    def _holds_for_all(self, predicate: str) -> bool:
        return self._one(f"select count(*) {self._filled} and not coalesce({predicate}, false)") == 0

    def _one(self, sql: str) -> int:
        (row,) = self._con.execute(sql).fetchall()
        return int(row[0])


def _parses(seen: TypeSeen) -> str:
    """A predicate: the text is a value of this type; a year is not one of antiquity."""
    value = cell_value(seen.column, "t")
    moment = seen.name in ("date", "timestamptz")
    return f"coalesce(year({value}) between 1000 and 2999, false)" if moment else f"{value} is not null"


def type_of(texts: Texts) -> TypeSeen:
    """The type of a column: the first of boolean, date, stamp, integer, decimal, double that all texts fit, or text."""
    if texts.count == 0:
        return TypeSeen("text")
    seen = _boolean(texts) or _moment(texts) or _number(texts)
    if seen is None:
        return TypeSeen("text")
    return TypeSeen(seen.name, seen.formats, seen.offset, seen.true_texts, seen.false_texts, texts.null_words)


def _boolean(texts: Texts) -> TypeSeen | None:
    words = texts.words()
    for yes, no in BOOLEAN_WORDS:
        if {word.lower() for word in words} <= {yes, no}:
            true_texts = tuple(sorted(word for word in words if word.lower() == yes))
            false_texts = tuple(sorted(word for word in words - {*true_texts}))
            return TypeSeen("boolean", (), False, true_texts or (yes,), false_texts or (no,))
    return None


def _moment(texts: Texts) -> TypeSeen | None:
    if texts.all_fit(ISO_DAY) and texts.all_parse(TypeSeen("date")):
        return TypeSeen("date")
    if texts.all_fit(ISO_STAMP) and texts.all_parse(TypeSeen("timestamptz")):
        return TypeSeen("timestamptz", offset=texts.all_fit(f".*{OFFSET.removesuffix('$')}"))
    for regex, compact in COMPACT_DATES.items():
        if texts.all_fit(regex) and texts.all_parse(TypeSeen("date", (compact,))):
            return TypeSeen("date", (compact,))
    if texts.any_fits(r"\D*|.{26,}"):
        return None
    if texts.all_fit(r"[\d.,+-]+"):
        return _formatted(texts, "date", ("%d.%m.%Y", "%d-%m-%Y", "%Y-%m"))
    stamps = tuple(f"{day} {time}" for day in DATES for time in TIMES)
    return _formatted(texts, "date", DATES) or _formatted(texts, "timestamptz", stamps)


def _formatted(texts: Texts, kind: str, formats: tuple[str, ...]) -> TypeSeen | None:
    fitting = texts.formats_that_fit(kind, formats)
    return TypeSeen(kind, fitting) if fitting else None


def _number(texts: Texts) -> TypeSeen | None:
    if texts.any_fits(CODE):
        return None
    for name in ("integer", "bigint"):
        if texts.all_parse(TypeSeen(name)) and not texts.any_fits(r".*[.eE].*"):
            return TypeSeen(name)
    if texts.all_parse_exactly("decimal(18,9)"):
        return TypeSeen("decimal(18,9)")
    name = "double" if texts.any_fits(".*[eE].*") else "decimal(30,15)"
    return TypeSeen(name) if texts.all_parse(TypeSeen(name)) else None
