"""What a delivery's rejected records and cells look like when they are kept: reason, file, line and text.

Identifiers in the kept text are replaced by their pseudonyms, and of a dataset about persons what the contract does not
load is withheld. Of a record that cannot be split only line, length and reason are kept then. Why a record is rejected
was decided in `lake.ingest.parse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
from pyiceberg.table import Table

from lake.contract import Column, Contract
from lake.iceberg.catalog import field_ids
from lake.iceberg.file_table import literal, quoted
from lake.iceberg.staging import StagedFile, copy_to_parquet
from lake.ingest.incoming import Incoming
from lake.ingest.parse import BLANK_ROW, FUTURE_DATE, UNKNOWN_AREA, WRONG_COLUMNS, column_text, part_text
from lake.readers.relation import SourceRelation, source_columns, source_names

WITHHELD = "(withheld)"
PARTIAL_PERIOD = "partial_period"
READER_REASONS = {
    WRONG_COLUMNS: "the record has too few or too many fields",
    BLANK_ROW: "the record is blank",
    PARTIAL_PERIOD: "the delivery only touches this period, which has next to nothing beside the others",
    FUTURE_DATE: "what is said to be observed lies in the future",
    UNKNOWN_AREA: "the code is neither an area of the city nor one of the other areas that the contract knows",
}


@dataclass(frozen=True)
class RejectCounts:
    """`records` and `no_data` are source records, `cells` single cells; `by_rule` counts all three by rule id.

    `records_without_a_cell` are wide records of which no cell could be kept: they are part of `records`.
    """

    records: int
    no_data: int
    cells: int
    records_without_a_cell: int
    by_rule: Mapping[str, int]


def stage_rejects(
    con: duckdb.DuckDBPyConnection, source: SourceRelation, contract: Contract, incoming: Incoming, table: Table
) -> tuple[tuple[StagedFile, ...], RejectCounts]:
    """Write the rejects of the delivery in `_parsed`, and count them."""
    columns = "_row bigint, kind varchar, rule_id varchar, column_name varchar, cell varchar"
    con.execute(f"create or replace temp table _rejected ({columns})")
    no_data = _no_data_rules(contract)
    con.execute(f"""
        insert into _rejected
        select _row, case when _reason in ({no_data}) then 'no_data' else 'record' end, _reason, null, null
        from _parsed where _reason is not null""")
    empty = _reject_cells(con, contract)
    files = _write(con, source, contract, incoming, table)
    return files, _count(con, source, empty)


def _no_data_rules(contract: Contract) -> str:
    rules = [BLANK_ROW, *(rule.id for rule in contract.row_rules if rule.kind == "no_data")]
    return ", ".join(literal(rule) for rule in rules)


def _reject_cells(con: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Cells that broke a rule, mostly by not parsing; returns the number of wide records that lost every cell."""
    con.execute(f"""
        insert into _rejected
        select _row, 'cell', {_rule_of_cell(contract)}, name, null
        from (select _row, unnest(_bad) as name from _parsed where _reason is null and len(_bad) > 0)""")
    if contract.unpivot is None:
        return 0
    con.execute("""
        insert into _rejected
        select _row, 'cell', _rule, _header, _text from _judged_cells where _rule is not null and _text is not null""")
    con.execute("""
        create or replace temp table _emptied as select _row from _judged_cells group by _row
        having count(*) = count(_rule)""")
    row = con.execute("select count(*) from _emptied").fetchone()
    return int(row[0]) if row else 0


def _rule_of_cell(contract: Contract) -> str:
    rules = " ".join(f"when {literal(column.name)} then {literal(column.on_bad)}" for column in contract.columns)
    return f"case name {rules} end"


def _write(
    con: duckdb.DuckDBPyConnection, source: SourceRelation, contract: Contract, incoming: Incoming, table: Table
) -> tuple[StagedFile, ...]:
    sql = f"""
        select {incoming.lineage_sql}, kind, rule_id, {_reason(contract)} as reason,
               {literal(incoming.file_name)} as file_name, cast(_source_row as bigint) as _source_row, column_name,
               raw_text, cast(raw_length as bigint) as raw_length
        from (
            select r.kind, r.rule_id, r.column_name, {source.line} as _source_row,
                   {_raw_text(source, contract)} as raw_text, {_raw_length(source)} as raw_length
            from _rejected r join ({source.sql}) s using (_row) {_joins(source, contract)} {_blank_lines(source)})
        order by _source_row"""
    return copy_to_parquet(con, sql, location=table.location(), name=incoming.delivery_id, ids=field_ids(table))


def _reason(contract: Contract) -> str:
    """The SQL of the words for a rule id."""
    words = {rule.id: rule.reason for rule in contract.row_rules} | READER_REASONS
    if contract.duplicates:
        words[contract.duplicates.id] = contract.duplicates.reason
    known = " ".join(f"when {literal(rule)} then {literal(reason)}" for rule, reason in words.items())
    column = "coalesce(column_name, 'a required column')"
    other = f"'what stands in ' || {column} || ' does not parse, is impossible or is missing'"
    return f"case rule_id {known} else {other} end"


def _blank_lines(source: SourceRelation) -> str:
    if not source.blank_lines:
        return ""
    lines = ", ".join(f"({line})" for line in source.blank_lines)
    return f"union all select 'no_data', '{BLANK_ROW}', null, line, '', 0 from (values {lines}) as blank(line)"


def _raw_length(source: SourceRelation) -> str:
    return f"len({source.raw_fields})" if source.raw_fields else "null"


def _identifier_columns(source: SourceRelation, contract: Contract) -> list[Column]:
    """The identifier columns that the file has."""
    return [column for column in source_columns(contract) if column.identifier and source.has(column)]


def _pseudonyms(column: Column) -> str:
    return quoted(f"_pseudonyms_{column.name}")


def _joins(source: SourceRelation, contract: Contract) -> str:
    return " ".join(
        f"left join {_pseudonyms(column)} on {_pseudonyms(column)}.text = {column_text(column, source, contract)}"
        for column in _identifier_columns(source, contract)
    )


def _hidden(source: SourceRelation, contract: Contract) -> dict[str, str]:
    """What stands in place of the source columns that identify somebody, alone or together, or that may.

    The first of several that are joined gives way to the pseudonym, the others to a word. One that is loaded as a
    public column too stays. Nobody has looked at what columns of persons hold that the contract does not load.
    """
    public = {c.source for c in source_columns(contract) if not c.joined and c.classification == "public"}
    hidden: dict[str, str] = {}
    for column in _identifier_columns(source, contract):
        for place, name in enumerate(name for name in column.sources if name not in public):
            text = part_text(name, column, source, contract)
            hidden[name] = _withheld(text) if place else f"{_pseudonyms(column)}.pseudonym"
    if contract.personal_data != "none":
        loaded = set(source_names(contract))
        hidden |= {name: _withheld(text) for name, text in source.texts.items() if name not in loaded}
    return hidden


def _withheld(text: str) -> str:
    return f"case when trim(cast({text} as varchar)) <> '' then {literal(WITHHELD)} end"


def _cell_text(column: Column, source: SourceRelation) -> str:
    """The SQL of a cell as delivered."""
    parts = [f"coalesce({source.texts[name]}, '')" for name in column.sources]
    return f" || {literal(column.separator)} || ".join(parts)


def _raw_text(source: SourceRelation, contract: Contract) -> str:
    """The record as delivered with pseudonyms in place of identifiers; of a cell its own text."""
    hidden = _hidden(source, contract)
    fields = ", ".join(
        f"coalesce({hidden.get(name, f'cast({text} as varchar)')}, '')"
        for name, text in source.texts.items()
        if name != "geometry"
    )
    record = f"array_to_string([{fields}], {literal(source.delimiter)})"
    if source.wrong_width and not hidden:
        record = f"array_to_string({source.raw_fields}, {literal(source.delimiter)})"
    elif source.wrong_width:
        record = f"case when not ({source.wrong_width}) then {record} end"
    cells = " ".join(
        f"when {literal(column.name)} then {_cell_text(column, source)}"
        for column in source_columns(contract)
        if source.has(column) and not column.identifier
    )
    return (
        f"case when r.cell is not null then r.cell when r.kind = 'cell' then case r.column_name {cells} end "
        f"else {record} end"
    )


def _count(con: duckdb.DuckDBPyConnection, source: SourceRelation, emptied: int) -> RejectCounts:
    counted = con.execute("select kind, rule_id, count(*) from _rejected group by all order by all").fetchall()
    by_rule: dict[str, int] = {}
    by_kind = {"record": emptied, "no_data": len(source.blank_lines), "cell": 0}
    for kind, rule, number in counted:
        by_kind[kind] += number
        by_rule[rule] = by_rule.get(rule, 0) + number
    if source.blank_lines:
        by_rule[BLANK_ROW] = by_rule.get(BLANK_ROW, 0) + len(source.blank_lines)
    return RejectCounts(by_kind["record"], by_kind["no_data"], by_kind["cell"], emptied, by_rule)
