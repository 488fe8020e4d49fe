"""Texts become typed columns, and each record gets its reason: the SQL of one delivery's pass, made from the contract.

Pure text building; nothing is executed here. `lake.ingest.ingest` runs what comes out, `lake.readers` provide the
texts. Numbers follow the rule of the indicator definitions: trim, drop thousands separators and pound signs, parse a
decimal; what does not parse is missing, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from lake.contract import EPOCH, Column, Contract
from lake.deliveries.known import Known
from lake.iceberg.file_table import literal, quoted
from lake.ingest.incoming import Incoming
from lake.readers.relation import SourceRelation, UnreadableFile, source_columns

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
CLOCK = r"\d{1,4}:[0-5]\d:[0-5]\d"
OFFSET = r":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"
WHITE_SPACE = "E' \\t\\r\\n\u00a0'"
WRONG_COLUMNS, BLANK_ROW = "wrong_columns", "blank_row"
FUTURE_DATE, UNKNOWN_AREA = "future_date", "unknown_area"
INTEGERS = ("integer", "bigint")


def parsed_sql(source: SourceRelation, contract: Contract, incoming: Incoming) -> str:
    """A SELECT with `_row`, one typed column per contract column, `_reason` (NULL: kept so far), `_bad` (names of
    columns whose cell did not parse and was dropped) and `_rounded` (cells with more digits than the lake keeps).

    Expects a table `_pseudonyms_<column>` (text, pseudonym) per identifier column. What the file's name says is
    there for row rules as columns `file_<field>`.
    """
    columns = [column for column in source_columns(contract) if source.has(column)]
    texts = ", ".join(f"{column_text(column, source, contract)} as {_t(column)}" for column in columns)
    cells = f", {_cells(source, contract)} as _cells" if contract.unpivot else ""
    wrong = source.wrong_width or "false"
    level_texts = f"select _row, {wrong} as _wrong, {texts}{cells} from ({source.sql})"
    values = _values(contract, columns, incoming.file_fields)
    level_values = f"select *, {values} from ({level_texts}) {_joins(columns)}"
    keep = ", ".join(quoted(column.name) for column in source_columns(contract))
    reason = _reason(contract, columns, incoming.known)
    return f"""
        select _row, {keep}{", _cells" if contract.unpivot else ""}, {reason} as _reason,
               {_bad(columns)} as _bad, {_rounded(columns)} as _rounded
        from ({level_values})"""


def column_text(column: Column, source: SourceRelation, contract: Contract) -> str:
    """The SQL of a column's trimmed text; NULL where the source has nothing or says so in words."""
    text, *others = [part_text(name, column, source, contract) for name in column.sources]
    if others:
        joined = f" || {literal(column.separator)} || ".join(f"coalesce({part}, '')" for part in (text, *others))
        text = f"case when coalesce({', '.join((text, *others))}) is not null then trim({joined}, {WHITE_SPACE}) end"
    if column.extract is not None:
        text = _extracted(text, column.extract)
    return f"upper({text})" if column.upper_case else text


def _extracted(text: str, pattern: str) -> str:
    """The SQL of a pattern's one group in a text that fits it, else of the text."""
    fits = f"regexp_full_match({text}, {literal(pattern)})"
    group = clean_text(f"regexp_extract({text}, {literal(f'^(?:{pattern})$')}, 1)", ())
    return f"case when {fits} then {group} else {text} end"


def part_text(name: str, column: Column, source: SourceRelation, contract: Contract) -> str:
    """The SQL of the trimmed text of one of the source columns that a column comes from."""
    return clean_text(source.texts[name], (*contract.reader.null_texts, *column.null_texts))


def cell_value(column: Column, text: str) -> str:
    """The SQL of a typed value from a trimmed text; NULL where the text does not parse."""
    value = _convert(column, text)
    tests = [f"regexp_full_match({text}, {literal(column.pattern)})"] if column.pattern else []
    bounds = ((">=", column.minimum), ("<=", column.maximum))
    tests += [f"{value} {sign} {bound}" for sign, bound in bounds if bound is not None]
    return f"case when {' and '.join(tests)} then {value} end" if tests else value


def future_date(column: Column, known: Known) -> str:
    """A predicate: true where an observed day lies after the night's; a day is left for time zones."""
    if not column.observed:
        return "false"
    day = quoted(column.name)
    if column.type == "timestamptz":
        day = f"cast({day} at time zone {literal(column.zone or 'UTC')} as date)"
    return f"coalesce({day} > date {literal((known.latest_date + timedelta(days=1)).isoformat())}, false)"


def _unknown_area(column: Column, contract: Contract, known: Known) -> str:
    """A predicate: true where the code is none that the city or the contract knows."""
    if not column.area_code or not known.areas:
        return "false"
    others = [f"regexp_full_match({quoted(column.name)}, {literal(other)})" for other in contract.other_areas]
    areas = ", ".join(literal(code) for code in known.areas)
    return f"not ({' or '.join((f'{quoted(column.name)} in ({areas})', *others))})"


def rounded_value(column: Column, text: str) -> str:
    """A predicate: true where the text has more digits than the column's scale, so that the value was rounded."""
    scale = re.fullmatch(r"decimal\(\d+,\s*(\d+)\)", column.type)
    if scale is None:
        return "false"
    as_double = f"cast({cell_value(column, text)} as double) <> try_cast({_digits(text)} as double)"
    long_enough = f"length({text}) >= {int(scale[1]) + 2} or contains(lower({text}), 'e')"
    return f"(({long_enough}) and ({_more_digits(text, int(scale[1]))} or {as_double}))"


def _t(column: Column) -> str:
    return quoted(f"_t_{column.name}")


def clean_text(expression: str, null_texts: Sequence[str]) -> str:
    """The SQL of a trimmed text; NULL where it is blank or one of `null_texts`."""
    trimmed = f"nullif(trim({expression}, {WHITE_SPACE}), '')"
    words = sorted({word for word in null_texts if word})
    if not words:
        return trimmed
    return f"case when {trimmed} not in ({', '.join(literal(word) for word in words)}) then {trimmed} end"


def _values(contract: Contract, columns: list[Column], file_fields: Mapping[str, str]) -> str:
    values = [f"{_value(column)} as {quoted(column.name)}" for column in columns]
    present = {column.name for column in columns}
    absent = [column for column in source_columns(contract) if column.name not in present]
    values += [f"{_absent(column, file_fields)} as {quoted(column.name)}" for column in absent]
    values += [f"{literal(text)} as {quoted('file_' + name)}" for name, text in file_fields.items()]
    missing = [name for name in (contract.identity.fields if contract.identity else {}) if name not in file_fields]
    values += [f"cast(null as varchar) as {quoted('file_' + name)}" for name in missing]
    return ", ".join(values)


def _absent(column: Column, file_fields: Mapping[str, str]) -> str:
    """What every record holds of a column that the file comes without."""
    text = file_fields.get(column.file_field or "", column.when_absent)
    return f"cast({'null' if text is None else cell_value(column, literal(text))} as {column.duckdb_type})"


def _value(column: Column) -> str:
    if column.identifier:
        return f"{quoted('_pseudonyms_' + column.name)}.pseudonym"
    return cell_value(column, _t(column))


def _joins(columns: list[Column]) -> str:
    tables = [(quoted(f"_pseudonyms_{column.name}"), _t(column)) for column in columns if column.identifier]
    return " ".join(f"left join {table} on {table}.text = {text}" for table, text in tables)


def _digits(text: str) -> str:
    return f"trim(replace(replace({text}, ',', ''), '£', ''))"


def _more_digits(text: str, scale: int) -> str:
    """A predicate: true where digits other than 0 stand more than `scale` places behind the point."""
    return f"regexp_matches({text}, '\\.\\d{{{scale}}}\\d*[1-9]')"


def _convert(column: Column, text: str) -> str:
    if column.seconds_of_day:
        return _seconds(text)
    number = f"case when regexp_full_match({_digits(text)}, '{NUMBER}') then {_digits(text)} end"
    if column.type in INTEGERS:
        exact = f"try_cast({number} as decimal(38,9))"
        whole = f"{exact} = trunc({exact}) and not {_more_digits(text, 9)}"
        return f"case when {whole} then try_cast({exact} as {column.type}) end"
    if column.type.startswith("decimal"):
        return f"try_cast({number} as {column.type})"
    if column.type == "double":
        return f"case when isfinite(try_cast({number} as double)) then try_cast({number} as double) end"
    if column.type == "boolean":
        return _boolean(column, text)
    if column.type == "date":
        return _day(column, text)
    if column.type == "timestamptz":
        return _instant(column, text)
    return f"try(unhex({text}))" if column.type == "binary" else text


def _seconds(text: str) -> str:
    """Seconds since a day's service began: hours may pass 24."""
    hours, minutes, seconds = (f"try_cast(split_part({text}, ':', {place}) as integer)" for place in (1, 2, 3))
    return f"case when regexp_full_match({text}, '{CLOCK}') then {hours} * 3600 + {minutes} * 60 + {seconds} end"


def _day(column: Column, text: str) -> str:
    day = f"cast({_moment(column, text)} as date)"
    if column.year_start is None:
        return day
    month, first = column.year_start.split("-")
    return f"make_date(year({day}), {int(month)}, {int(first)})"


def _boolean(column: Column, text: str) -> str:
    yes, no = (", ".join(literal(word) for word in words) for words in (column.true_texts, column.false_texts))
    return f"case when {text} in ({yes}) then true when {text} in ({no}) then false end"


def _instant(column: Column, text: str) -> str:
    """A point in time: a text that states its offset from UTC means that, any other the clock of the column's zone."""
    local = f"({_moment(column, text)} at time zone {literal(column.zone or 'UTC')})"
    if column.format is not None or column.pattern is not None:
        return local
    return f"case when regexp_matches({text}, '{OFFSET}') then try_cast({text} as timestamptz) else {local} end"


def _moment(column: Column, text: str) -> str:
    if column.format == EPOCH:
        return f"try(make_timestamp(try_cast(try_cast({text} as decimal(38,6)) * 1000000 as bigint)))"
    if column.format is not None:
        moment = f"try_strptime({text}, {literal(column.format)})"
    else:
        moment = f"try_cast({text} as timestamp)"
    # DuckDB knows some words for moments, `infinity` among them, whatever the format.
    return moment if column.pattern else f"case when regexp_matches({text}, '\\d') then {moment} end"


def _reason(contract: Contract, columns: list[Column], known: Known) -> str:
    blank = " and ".join(f"{_t(column)} is null" for column in columns)
    if contract.unpivot:
        blank += " and len(list_filter(_cells, lambda cell: cell._text is not null)) = 0"
    branches = [f"when {blank} then '{BLANK_ROW}'", f"when _wrong then '{WRONG_COLUMNS}'"]
    for column in columns:
        if column.required:
            branches.append(f"when {_t(column)} is null then {literal(column.on_null)}")
            branches.append(f"when {quoted(column.name)} is null then {literal(column.on_bad)}")
        elif column.reject_bad:
            bad = f"{_t(column)} is not null and {quoted(column.name)} is null"
            branches.append(f"when {bad} then {literal(column.on_bad)}")
    branches += [f"when {future_date(column, known)} then '{FUTURE_DATE}'" for column in columns if column.observed]
    branches += [
        f"when {_unknown_area(column, contract, known)} then '{UNKNOWN_AREA}'" for column in columns if column.area_code
    ]
    branches += [f"when ({rule.reject_when}) then {literal(rule.id)}" for rule in contract.row_rules]
    return f"case {' '.join(branches)} end"


def _bad(columns: list[Column]) -> str:
    """Names of optional cells that hold something which does not parse."""
    droppable = [c for c in columns if not c.required and not c.identifier and (c.type != "text" or c.pattern)]
    if not droppable:
        return "cast([] as varchar[])"
    tests = [
        f"case when {_t(c)} is not null and {quoted(c.name)} is null then {literal(c.name)} end" for c in droppable
    ]
    return f"list_filter([{', '.join(tests)}], lambda name: name is not null)"


def _rounded(columns: list[Column]) -> str:
    tests = [rounded_value(column, _t(column)) for column in columns]
    counted = [f"cast({test} as integer)" for test in tests if test != "false"]
    return " + ".join(f"coalesce({test}, 0)" for test in counted) or "0"


def _cells(source: SourceRelation, contract: Contract) -> str:
    """The wide columns of a record as a list of structs: header, text, and the typed columns that the header fills."""
    unpivot = contract.unpivot
    assert unpivot is not None, "called for wide contracts only"
    fitting = {name: found for name in source.texts if (found := re.fullmatch(unpivot.columns, name))}
    if not fitting:
        raise UnreadableFile(
            f"no column is named like {unpivot.columns}; the file has: {', '.join(list(source.texts)[:12])}",
            hint=f"if the publisher renamed the period columns, put contract {contract.dataset} right",
        )
    null_texts = (*contract.reader.null_texts, *contract.column(unpivot.value_column).null_texts)
    cells = []
    for name, found in fitting.items():
        told = [f"{literal(c)}: {_told(contract.column(c), found[c], name)}" for c in unpivot.name_columns]
        text = clean_text(source.texts[name], null_texts)
        cells.append(f"{{{', '.join(told)}, '_header': {literal(name)}, '_text': {text}}}")
    return f"[{', '.join(cells)}]"


def _told(column: Column, text: str, header: str) -> str:
    """The SQL of what a header says for a column."""
    if column.type == "integer":
        if not text.strip().isdecimal():
            raise UnreadableFile(f"column {header!r} has no whole number for {column.name}")
        return f"cast({int(text)} as integer)"
    if column.type != "date":
        return literal(text.strip())
    try:
        moment = datetime.strptime(text.strip(), column.format or "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as problem:
        raise UnreadableFile(f"column {header!r} has no date of the form {column.format}") from problem
    return f"date {literal(moment.date().isoformat())}"
