"""The parts of a contract as frozen, strict models: what each key is called, what it may hold, what it means.

Key names are those of the YAML (camelCase, as in ODCS); attribute names are snake_case. A part checks only itself;
what must hold between parts stands in `lake.contract_checks`, reading a file in `lake.contract`, file-name patterns in
`lake.contract_identity`, files that come together in `lake.contract_bundle`.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Literal

from pydantic import Field

from lake.contract_bundle import BundleFile
from lake.contract_identity import Identity
from lake.mistakes import StrictCamel

NUMERIC = re.compile(r"integer|bigint|double|decimal\((\d+),(\d+)\)")
CITY_ZONE = "city"
COLUMN_TYPE = rf"^(text|{NUMERIC.pattern}|boolean|date|timestamptz|binary)$"
_DUCKDB_TYPES = {"text": "VARCHAR", "timestamptz": "TIMESTAMP WITH TIME ZONE", "binary": "BLOB"}
_TYPE_WORDS = "text, integer, bigint, decimal(p,s), double, boolean, date, timestamptz or binary"
EPOCH = "epoch"
_SNAKE_WORDS = "lower case letters, digits and underscores"
_SNAKE_CASE = r"^[a-z][a-z0-9_]*$"
_RULE_ID = _SNAKE_CASE


def duckdb_type(lake_type: str) -> str:
    """A type of the lake in DuckDB's words."""
    return _DUCKDB_TYPES.get(lake_type, lake_type.upper())


class Reader(StrictCamel):
    """Which reader turns a file into rows of text, and the dialect that it is told rather than left to guess."""

    format: Literal["delimited", "blank_separated", "parquet", "geojson", "topojson", "excel", "json_feed"] = Field(
        description="the format of the files"
    )
    delimiter: str = Field(",", min_length=1, max_length=1, description="the one character between fields")
    quote: Literal['"'] | None = Field(None, description="the character around fields that hold a delimiter")
    names: tuple[str, ...] = Field((), description="names of the fields of a file without a header, in order")
    units_line: bool = Field(False, description="whether a line of units follows the line of names")
    null_texts: tuple[str, ...] = Field(("",), description="texts that mean no value, in every column")
    encodings: tuple[Literal["utf-8", "latin-1", "windows-1252", "utf-16"], ...] = Field(
        ("utf-8",), description="what a text file may be encoded in; UTF-8 is always read"
    )
    not_loaded: tuple[str, ...] = Field((), description="columns that the source is known to have and the lake leaves")
    coordinates: tuple[str, str] | None = Field(None, description="names of the columns for x and y of a GeoJSON point")
    other_properties: str | None = Field(
        None, min_length=1, description="the column for all that no other column takes, as a JSON object"
    )
    records: tuple[str, ...] = Field((), description="where the list of records is in a JSON feed, from the outside")
    envelope: tuple[str, ...] = Field((), description="fields beside the list of a JSON feed that every record has too")
    sheet: str | None = Field(None, min_length=1, description="the sheet of an Excel workbook; without it the only one")
    header_row: int = Field(1, ge=1, description="the row of an Excel sheet that holds the names of the columns")
    repeated_names: dict[str, str] = Field(
        {}, description="names that many columns of an Excel sheet share: what follows the name of the measure instead"
    )
    fill_down: tuple[str, ...] = Field(
        (), description="columns of an Excel sheet in which the first cell of a block of rows stands for all of it"
    )
    object_name: str | None = Field(None, min_length=1, description="which object of a TopoJSON file holds the records")
    invalid_geometry: Literal["reject", "keep"] = Field(
        "reject", description="what becomes of an outline that crosses itself: models repair those that are kept"
    )


class Load(StrictCamel):
    """What a delivery supersedes within its own slot; `period` is that of `replace_period`.

    With `append_changes` every delivery stays, in a slot of its own: of one key the row that came last counts.
    """

    mode: Literal["append", "append_changes", "replace_period", "replace_all"] = Field(
        description="what a later delivery does to the earlier ones of its slot"
    )
    period: Literal["day", "month", "year"] | None = Field(None, description="what `replace_period` replaces")


class Column(StrictCamel):
    """One column: where it stands in the source, what it is called and typed in the lake, what it means.

    `source` is the header's text ('' for a header without one), `other_names` what it is called in files that do not
    have that; a column that an unpivot makes, and only that, has no place in the source and carries its own name there.
    A column made `from` several source columns has their trimmed texts, joined by `separator`, in their place (a blank
    one counts as an empty text). `extract` is a regular expression with one group: of a text that fits it, the group is
    the column's text; `upper_case` spells it in capitals. `format` is a strptime format, EPOCH for seconds since 1970
    in UTC, None for ISO 8601. `year_start` is for a date that only says which year is meant, such as 1999-12-31
    for the year from 1999-04-01. `minimum` and `maximum` are ODCS's: what lies outside does not parse.
    """

    name: str = Field(pattern=_SNAKE_CASE, description=_SNAKE_WORDS)
    source: str = Field("", alias="physicalName")
    joined: tuple[str, ...] = Field((), alias="from", min_length=2, description="two or more source columns")
    separator: str = Field(" ", description="what stands between the texts that `from` joins")
    other_names: tuple[str, ...] = Field(
        (), description="headers that stand for `physicalName` where that is not there"
    )
    type: str = Field(alias="physicalType", pattern=COLUMN_TYPE, description=_TYPE_WORDS)
    meaning: str = Field(alias="description", min_length=1, description="what a value means, for people")
    required: bool = False
    key: bool = Field(False, alias="primaryKey")
    classification: Literal["public", "internal", "personal", "special"] = "public"
    unit: str | None = Field(None, min_length=1, description="the unit of a number, such as kWh")
    identifier: bool = Field(False, description="whether it names a person or household: the lake keeps a pseudonym")
    optional: bool = Field(False, description="whether a file may come without the column")
    when_absent: str | None = Field(
        None, min_length=1, description="the text in every record of a file that comes without the column"
    )
    file_field: str | None = Field(
        None, description="the field of the file's name that is told of every record where the file has no such column"
    )
    extract: str | None = Field(None, description="a regular expression with one group, which is the column's text")
    upper_case: bool = Field(False, description="whether the text is spelt in capitals")
    format: str | None = Field(None, description="a strptime format, or epoch for seconds since 1970; else ISO 8601")
    pattern: str | None = Field(None, description="a regular expression that the whole text must fit")
    zone: str | None = Field(
        None, description=f"the time zone of stamps that name none; `{CITY_ZONE}` for that of the city they are of"
    )
    seconds_of_day: bool = Field(
        False,
        description="whether the text is a clock time such as 25:46:00, to be counted in seconds of a day's service",
    )
    year_start: str | None = Field(
        None,
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$",
        description="the month and day on which the named year begins, such as 04-01",
    )
    null_texts: tuple[str, ...] = Field(("",), description="texts that mean no value, in this column")
    true_texts: tuple[str, ...] = Field((), description="texts that mean true")
    false_texts: tuple[str, ...] = Field((), description="texts that mean false")
    minimum: float | None = Field(None, description="the smallest value that is possible")
    maximum: float | None = Field(None, description="the largest value that is possible")
    observed: bool = Field(False, description="whether a day after the night's is impossible; projections may have one")
    area_code: bool = Field(False, description="whether a value is a district, the whole city or one of `otherAreas`")
    reject_bad: bool = Field(
        False, description="whether a row goes whose text does not parse, though the column may be blank"
    )
    on_bad: str = Field(
        "", pattern=rf"{_RULE_ID}|^$", description="id of the rule that a text which does not parse breaks"
    )
    on_null: str = Field(
        "", pattern=rf"{_RULE_ID}|^$", description="id of the rule that a missing required value breaks"
    )

    @property
    def sources(self) -> tuple[str, ...]:
        """The source columns that the text comes from: one, or several that are joined."""
        return self.joined or (self.source,)

    @property
    def is_numeric(self) -> bool:
        """Whether a value is a number and therefore has a unit."""
        return NUMERIC.fullmatch(self.type) is not None

    @property
    def duckdb_type(self) -> str:
        """The column's type in DuckDB's words, the same as `typeof` gives."""
        return duckdb_type(self.type)


class Unpivot(StrictCamel):
    """Source columns that become rows: the cell goes to `value_column`, what the header says to columns of its own.

    `columns` fits the whole header text; each of its named groups is the text of the lake column of that name.
    `partial_below`: a delivery whose first or last period sums to less than this share of its median period only
    touches that period, so that the cells of it are rejected and do not replace what came before.
    """

    columns: str = Field(description=r"a regular expression with named groups, such as (?P<month_date>\d{6})")
    value_column: str = Field(description="the lake column that takes the cells")
    partial_below: float | None = Field(
        None, gt=0, lt=1, description="the share of the median period below which a first or last period is not whole"
    )

    @property
    def name_columns(self) -> tuple[str, ...]:
        """The lake columns that the header's text fills."""
        return tuple(re.compile(self.columns).groupindex)


class RowRule(StrictCamel):
    """A predicate over lake columns (and `file_<field>` texts) that a row must not fulfil; NULL counts as no.

    `reject` drops the row, `no_data` too but is expected and not counted by limits.
    """

    id: str = Field(pattern=_RULE_ID, description="the rule's name in rejects")
    reject_when: str = Field(min_length=1, description="an SQL condition over lake columns that no row may fulfil")
    reason: str = Field(min_length=1, description="why, in words for people")
    kind: Literal["reject", "no_data"] = Field(
        "reject", description="`no_data` for rows that are expected and count for no limit, such as totals"
    )


class Duplicates(StrictCamel):
    """Which of several rows with one key stays; the others are rejected under `id`. `where` limits who takes part."""

    key: tuple[str, ...] = Field(min_length=1, description="the lake columns that are equal in duplicates")
    keep: Literal["first", "last", "largest"] = Field(description="which row stays")
    by: str | None = Field(None, description="the lake column by which `largest` is told")
    where: str | None = Field(None, description="an SQL condition that limits which rows take part")
    id: str = Field("duplicate", pattern=_RULE_ID, description="the rule's name in rejects")
    reason: str = Field(min_length=1, description="why the others go, in words for people")


class Limits(StrictCamel):
    """Beyond these a delivery is refused as a whole. Shares are 0..1, of the records that are data."""

    rejected_share: float = Field(ge=0, le=1, description="the most of the rows that may be rejected, 0 to 1")
    may_be_empty: bool = Field(False, description="whether a file with a header and no record is sound")
    reason: str = Field(min_length=1, description="what was observed that makes the limit sensible")


class EventTime(StrictCamel):
    """When a row happened."""

    column: str = Field(description="the lake column of the moment or date at which a row begins")
    zone: str = Field(description="the clock by which its days, months and years are told")


class Freshness(StrictCamel):
    """The promise that the newest event is at most this many days older than the night's date."""

    max_age_days: int = Field(alias="value", gt=0)
    unit: Literal["d"]
    element: str | None = None


class Contract(StrictCamel):
    """One dataset: everything that table, asset, rules and docs follow from. See the module for its parts."""

    path: Path
    dataset: str = Field(alias="name", pattern=_SNAKE_CASE, description=_SNAKE_WORDS)
    domain: str = Field(pattern=_SNAKE_CASE, description=_SNAKE_WORDS)
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$", description="three numbers, such as 1.0.0")
    status: str = Field(min_length=1, description="where the contract stands, such as active")
    description: str = Field(min_length=1, description="what the dataset is for")
    granularity: str = Field(alias="dataGranularityDescription", min_length=1, description="what one row means")
    owner: str = Field(min_length=1, description="the team that answers for the dataset")
    licence: str = Field(min_length=1, description="the terms the data come under, such as OGL-UK-3.0")
    attribution: str = Field(min_length=1, description="the line that every use of the data must show")
    permitted_purposes: tuple[str, ...] = Field(min_length=1, description="DPV purposes, or ANY")
    personal_data: Literal["none", "personal", "special"] = Field(description="none, personal or special")
    legal_basis: Literal["consent", "contract", "legal_obligation", "public_task", "published"] | None = Field(
        None, description="why personal data may be held"
    )
    pseudonym_domain: str | None = Field(None, pattern=_SNAKE_CASE, description="whose key makes the pseudonyms")
    reader: Reader = Field(description="which reader and dialect, such as {format: delimited}")
    identity: Identity | None = Field(None, alias="fileIdentity", description="which slot a file's name puts it in")
    bundle: BundleFile | None = Field(None, description="the bundle of files that the dataset comes in")
    load: Load = Field(description="what a delivery supersedes, such as {mode: replace_all}")
    columns: tuple[Column, ...] = Field(min_length=1, description="one property per column")
    unpivot: Unpivot | None = Field(None, description="how columns of the file become rows")
    row_rules: tuple[RowRule, ...] = Field((), description="what no row may be")
    duplicates: Duplicates | None = Field(None, description="which of several rows with one key stays")
    other_areas: tuple[str, ...] = Field((), description="regular expressions of codes that are none of a city's areas")
    same_bytes: Literal["refuse", "accept"] = Field(
        "refuse", description="what becomes of bytes that stand already under another identity of the source entry"
    )
    limits: Limits = Field(description="when a delivery is refused as a whole, with the reason")
    event_time: EventTime | None = Field(None, description="when a row happened")
    freshness: Freshness | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Lake names of the natural key, in column order."""
        return tuple(column.name for column in self.columns if column.key)

    def on_clock_of(self, time_zone: str) -> "Contract":
        """The contract as it is in a city with this time zone."""
        columns = [
            column.model_copy(update={"zone": time_zone}) if column.zone == CITY_ZONE else column
            for column in self.columns
        ]
        return self.model_copy(update={"columns": tuple(columns)})

    def column(self, name: str) -> Column:
        """The column of this lake name; KeyError if the contract has none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def parsing_hash(self) -> str:
        """sha256 of the parts that decide which rows come out of a file: wording, owner or unit are not among them."""
        return hashlib.sha256(json.dumps(_parsing_part(self), sort_keys=True).encode()).hexdigest()


def _parsing_part(contract: Contract) -> dict[str, object]:
    parts = contract.model_dump(
        mode="json",
        include={"dataset", "pseudonym_domain", "reader", "identity", "bundle", "columns", "unpivot", "row_rules",
                 "duplicates", "event_time", "other_areas", "same_bytes"},
        exclude={"reader": {"not_loaded"}, "duplicates": {"reason"},
                 "columns": {"__all__": {"meaning", "unit", "key", "classification"}},
                 "row_rules": {"__all__": {"reason"}}, "bundle": {"rules": {"__all__": {"reason", "remedy"}}}},
    )  # fmt: skip
    # A refused delivery is tried again when the limit that refused it changes.
    limits = {"rejected_share": contract.limits.rejected_share, "may_be_empty": contract.limits.may_be_empty}
    return {**parts, "period": contract.load.period, **limits}
