"""What all rows of a file show about its columns: type, how often nothing stands there, range or words.

The file is read by the readers that a night uses, every column as text, into a table `rows_read`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lake.draft.dialect import Dialect
from lake.draft.names import lake_names
from lake.draft.persons import suspicion
from lake.draft.types import NULL_WORDS, Texts, TypeSeen, type_of
from lake.iceberg.file_table import literal
from lake.ingest.parse import cell_value, clean_text
from lake.readers import open_source
from lake.readers.features import GEOMETRY

FEW_WORDS = 8
AREA_CODE = re.compile(r"(area|district|borough|gss|authority)s?_(code|id)$")
LABELS = ("text", "integer", "bigint")
MEASURES = ("decimal", "double", "binary")


@dataclass(frozen=True)
class ColumnSeen:
    """One column of the file. `low` and `high` are values as texts; `words` all texts where there are few."""

    source: str
    name: str
    type: TypeSeen
    empty: int
    different: int
    low: str | None = None
    high: str | None = None
    words: tuple[str, ...] = ()
    suspicion: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether it has a unit."""
        return self.type.column.is_numeric

    @property
    def seen(self) -> str:
        """What the rows show, in words."""
        values = f"{self.different} different values"
        if self.suspicion:
            values = f"may identify somebody ({self.suspicion}), so no value is shown"
        elif self.words:
            values = f"only {', '.join(self.words)}"
        elif self.low is not None:
            values = f"{self.low} to {self.high}"
        rows = "1 row" if self.empty == 1 else f"{self.empty:,} rows"
        return f"{values}; {f'nothing in {rows}' if self.empty else 'never empty'}"

    @property
    def properties(self) -> dict[str, object]:
        """What the contract says about the column beyond ODCS; a text that begins with TODO is a question."""
        said: dict[str, object] = {}
        if self.is_number:
            said["unit"] = "TODO: which unit, such as kWh, persons or %?"
        if len(self.type.formats) == 1:
            said["format"] = self.type.formats[0]
        elif self.type.formats:
            said["format"] = f"TODO: {' or '.join(self.type.formats)}? All texts fit each of them"
        if self.type.name == "timestamptz":
            clock = "TODO: the clock of which time zone, such as Europe/London or UTC?"
            said["zone"] = "UTC" if self.type.offset else clock
        if self.type.name in ("date", "timestamptz"):
            said["observed"] = "TODO: true if a day to come is impossible, false for plans and projections"
        if self.type.name == "text" and AREA_CODE.search(self.name):
            said["areaCode"] = "TODO: true if each value is a district, the whole city or one of otherAreas; else false"
        if self.type.name == "boolean":
            said |= {"trueTexts": list(self.type.true_texts), "falseTexts": list(self.type.false_texts)}
        return said

    @property
    def may_be_key(self) -> bool:
        """Whether it could help to identify a row: a measured quantity could not."""
        return not self.type.name.startswith(MEASURES) and self.empty == 0 and self.different > 1


def read_rows(con: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, scratch: Path) -> tuple[int, int]:
    """Fill `rows_read`, texts trimmed; (rows, records that are left out: blank, or of another number of fields).

    Raises UnreadableFile where the file breaks its own frame.
    """
    contract = dialect.contract
    source = open_source(con, path, contract, scratch)
    texts = ", ".join(f"{clean_text(source.texts[one.source], ())} as {one.name}" for one in contract.columns)
    usable = f"not coalesce({source.wrong_width or 'false'}, false)"
    con.execute(f"create temp table rows_read as select {texts} from ({source.sql}) where {usable}")
    filled = ", ".join(one.name for one in contract.columns)
    con.execute(f"delete from rows_read where coalesce({filled}, null) is null")
    ((rows,),) = con.execute("select count(*) from rows_read").fetchall()
    return int(rows), source.records - int(rows)


def columns_seen(con: duckdb.DuckDBPyConnection, dialect: Dialect) -> list[ColumnSeen]:
    """The columns in the order of the file."""
    return [
        _column(
            con, f"c{place}", source, name, is_geometry=dialect.reader["format"] == "geojson" and source == GEOMETRY
        )
        for place, (source, name) in enumerate(zip(dialect.columns, lake_names(dialect.columns), strict=True))
    ]


def _column(con: duckdb.DuckDBPyConnection, place: str, source: str, name: str, *, is_geometry: bool) -> ColumnSeen:
    con.execute(
        f"create or replace temp table texts as select distinct {place} as t from rows_read where {place} <> ''"
    )
    texts = Texts(con)
    seen = TypeSeen("binary") if is_geometry else type_of(texts)
    nothing = f"{place} is null or {place} in ({', '.join(map(literal, seen.null_texts or ('',)))})"
    ((empty,),) = con.execute(f"select count(*) from rows_read where {nothing}").fetchall()
    why = suspicion(name, texts.all_fit) if seen.name in LABELS and texts.count else None
    low, high = None, None
    words: tuple[str, ...] = ()
    if why is None and seen.name in ("text", "boolean") and texts.count <= FEW_WORDS:
        words = tuple(sorted(texts.words()))
    elif why is None and seen.name not in ("text", "boolean", "binary"):
        low, high = _range(con, seen)
    return ColumnSeen(source, name, seen, int(empty), texts.count, low, high, words, why)


def _range(con: duckdb.DuckDBPyConnection, seen: TypeSeen) -> tuple[str, str]:
    nothing = ", ".join(map(literal, NULL_WORDS))
    value = cell_value(seen.column, "t")
    if seen.name == "timestamptz":
        value = f"cast({value} as timestamp)"  # without the zone, which is a question; the connection's clock is UTC
    ends = "cast(min(v) as varchar), cast(max(v) as varchar)"
    found = con.execute(f"select {ends} from (select {value} as v from texts where t not in ({nothing}))").fetchall()
    ((low, high),) = found
    return _plain(low), _plain(high)


def _plain(number: str) -> str:
    """Without the zeros that only fill a decimal's scale."""
    return number.rstrip("0").rstrip(".") if "." in number else number
