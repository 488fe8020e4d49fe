"""Delimited text: one record a line, split by DuckDB at full speed; or, where fields are quoted, by Python's csv first.

The contract states delimiter and quote; nothing is guessed. Repairs what publishers do to the frame of a file
(byte-order mark, Ctrl-Z, CR-only line ends, a header glued to the first record); what a field means is
`lake.ingest.parse`'s.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from lake.contract import Contract, Reader
from lake.iceberg.file_table import literal
from lake.readers.lines import CTRL_Z, LineScan, require_whole, scan_lines
from lake.readers.relation import (
    SourceRelation,
    UnreadableFile,
    require_columns,
    source_names,
    unexpected_columns,
)
from lake.readers.text_lines import line_number, line_reader, numbered_lines

FIELD_END = "\x1f"
LINE_END_IN_FIELD = "\x1e"
BYTE_ORDER_MARK, END_MARK = "\ufeff", CTRL_Z.decode()
TAIL_BYTES = 1 << 12
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class Header:
    """Names of the columns; `lines` that it takes: none where the contract says them, or where it is `glued` to the
    first record."""

    names: tuple[str, ...]
    lines: int = 1
    glued: bool = False


@dataclass(frozen=True)
class Rewritten:
    """A quoted file as lines of fields. `records` counts the header where there is one; the last has `last_width`
    fields."""

    path: Path
    records: int
    last_width: int
    blank_lines: tuple[int, ...]


def open_delimited(path: Path, contract: Contract, scratch: Path) -> SourceRelation:
    """The relation of a delimited file. Raises UnreadableFile where the file's frame breaks the contract."""
    reader = contract.reader
    scan = scan_lines(path, reader.quote)
    if not scan.has_quotes:
        return _from_lines(path, scan, contract)
    rewritten = _rewrite_quoted(path, scratch / f"{path.name}.fields", scan, reader)
    return _from_rewritten(rewritten, scan, contract)


def _from_lines(path: Path, scan: LineScan, contract: Contract) -> SourceRelation:
    delimiter = contract.reader.delimiter
    header = read_header([line.split(delimiter) for line in scan.head], contract)
    require_whole(scan, len(scan.unfinished.split(delimiter)), len(header.names))
    line = "line"
    if header.glued:
        length = len(delimiter.join(header.names))
        line = f"case when _row = 1 then substr(line, {length + 1}) else line end"
    sql = f"""
        select _row, string_split({line}, {literal(delimiter)}) as _fields
        from ({numbered_lines(path, scan)})
        where _row > {header.lines}"""
    records = scan.lines - header.lines
    return _relation(sql, header, contract, records, scan.blank_line_numbers, line_number(scan.blanks))


def _from_rewritten(rewritten: Rewritten, scan: LineScan, contract: Contract) -> SourceRelation:
    with rewritten.path.open(encoding="utf-8", newline="") as lines:
        head = [next(lines, "").rstrip("\n").split(FIELD_END)[1:] for _ in range(2)]
    header = read_header(head, contract)
    require_whole(scan, rewritten.last_width, len(header.names))
    fields = f"string_split(line, {literal(FIELD_END)})"
    split = "f[2:]"
    if header.glued:
        width = len(header.names)
        glued = f"f[{width + 1}][{len(header.names[-1]) + 1}:]"
        first = f"[{_unquoted(glued, str(contract.reader.quote))}] || f[{width + 2}:]"
        split = f"case when _row = 1 then {first} else f[2:] end"
    reader = line_reader(rewritten.path, "\\n")
    sql = f"""
        select _row, _line, list_transform(_split, lambda x: replace(x, chr(30), chr(10))) as _fields
        from (select _row, cast(f[1] as bigint) as _line, {split} as _split
              from (select row_number() over () as _row, {fields} as f from {reader}))
        where _row > {header.lines}"""
    return _relation(sql, header, contract, rewritten.records - header.lines, rewritten.blank_lines, "_line")


def _unquoted(field: str, quote: str) -> str:
    """The SQL of a field whose quotes stand in the middle of a text, as those of a record glued to its header do."""
    mark = literal(quote)
    content = f"replace({field}[2:-2], {literal(quote * 2)}, {mark})"
    return f"case when starts_with({field}, {mark}) and ends_with({field}, {mark}) then {content} else {field} end"


def _relation(
    sql: str, header: Header, contract: Contract, records: int, blanks: tuple[int, ...], line: str
) -> SourceRelation:
    if records == 0 and not contract.limits.may_be_empty:
        raise UnreadableFile("the file holds a header and no record", hint="ask the publisher for a complete file")
    texts = {name: f"_fields[{place}]" for place, name in enumerate(header.names, start=1)}
    if contract.reader.other_properties:
        texts[contract.reader.other_properties] = _other_fields(texts, contract)
    return SourceRelation(
        sql=sql,
        texts=texts,
        line=line,
        raw_fields="_fields",
        wrong_width=f"len(_fields) <> {len(header.names)}",
        records=records + len(blanks),
        blank_lines=blanks,
        delimiter=contract.reader.delimiter,
        unexpected_columns=unexpected_columns(header.names, contract),
    )


def _other_fields(texts: Mapping[str, str], contract: Contract) -> str:
    """The SQL of the fields that no other column takes and that are not empty, as a JSON object of texts."""
    taken = {*source_names(contract), *contract.reader.not_loaded}
    names = sorted(texts.keys() - taken)
    if not names:
        return "cast(null as varchar)"
    fields = ", ".join(f"{{'key': {literal(name)}, 'value': nullif({texts[name]}, '')}}" for name in names)
    filled = f"list_filter([{fields}], lambda field: field.value is not null)"
    return f"nullif(cast(to_json(map_from_entries({filled})) as varchar), '{{}}')"


def read_header(head: Sequence[Sequence[str]], contract: Contract) -> Header:
    """Names of the columns from the first lines of a file, or as the contract says them.

    Raises UnreadableFile where a required column of the contract is missing; the message lists what was there.
    """
    if contract.reader.names:
        return Header(contract.reader.names, lines=0)
    first = [name.removeprefix(BYTE_ORDER_MARK) for name in head[0]]
    names = (*source_names(contract), *contract.reader.not_loaded)
    header = _unglue(first, head[1] if len(head) > 1 else [], set(names) - {""}) or Header(tuple(first))
    _require_delimiter(first, contract)
    require_columns(header.names, contract)
    return header


def _require_delimiter(first: Sequence[str], contract: Contract) -> None:
    """Raise UnreadableFile where another delimiter finds the required columns that the contract's does not find."""
    own, wanted = contract.reader.delimiter, source_names(contract, required=True)
    if set(wanted) <= set(first):
        return
    line = own.join(first)
    for other, word in DELIMITERS.items():
        if other != own and set(wanted) <= {name.strip(' "') for name in line.split(other)}:
            raise UnreadableFile(
                f"fields are separated by a {word}; the contract's delimiter is a {DELIMITERS.get(own, repr(own))}",
                hint=f"ask the publisher for the delimiter as before, or put contract {contract.dataset} right",
            )


def _unglue(first: Sequence[str], second: Sequence[str], wanted: Set[str]) -> Header | None:
    """A header without a line end runs into the first record: `a,b,c1,2,3`. Its last name is found in the contract.

    Where there is no second line to tell the number of fields, half of them are the header's.
    """
    width = len(second) or (len(first) + 1) // 2
    if width < 2 or len(first) != 2 * width - 1:
        return None
    if wanted & set(first[width:]):
        return None  # a header as it should be, and a first record that is too short
    glued = first[width - 1]
    names = [name for name in wanted if name not in first[: width - 1] and glued.startswith(name)]
    if not names or (not second and glued in names):
        return None
    return Header((*first[: width - 1], max(names, key=len)), lines=0, glued=True)


def _rewrite_quoted(path: Path, target: Path, scan: LineScan, reader: Reader) -> Rewritten:
    """Write each record as one line of fields, its place in the file first.

    The result is counted again from the bytes: line ends outside quotes. Raises UnreadableFile where they differ.
    """
    records, blanks, width = 0, [], 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for line, fields in _quoted_records(path, reader):
            if not fields:
                blanks.append(line)
                continue
            records, width = records + 1, len(fields)
            out.write(FIELD_END.join([str(line), *fields]).replace("\n", LINE_END_IN_FIELD) + "\n")
    counted = _count_outside_quotes(path, scan, str(reader.quote).encode())
    if records + len(blanks) != counted:
        raise UnreadableFile(
            f"{records + len(blanks)} records by its quotes, {counted} by its line ends: "
            "a quote is opened or closed out of place",
            hint="ask the publisher for a file whose quoted fields are closed",
        )
    return Rewritten(target, records, width, tuple(blanks))


def _quoted_records(path: Path, reader: Reader) -> Iterator[tuple[int, list[str]]]:
    """(first line, fields) of each record; a blank line has no fields."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        parser = csv.reader(_lines(source), delimiter=reader.delimiter, quotechar=reader.quote)
        line = 1
        try:
            for fields in parser:
                blank = len(fields) == 1 and not fields[0].strip(END_MARK)
                yield line, [] if blank else [field.replace("\r\n", "\n").replace("\r", "\n") for field in fields]
                line = parser.line_num + 1
        except csv.Error as problem:
            raise UnreadableFile(
                f"the record that begins in line {line} cannot be split: {problem}",
                hint="is a quote opened there and not closed?",
            ) from problem


def _lines(source: Iterable[str]) -> Iterator[str]:
    """Lines with their ends; Ctrl-Z at the end of the file is left out."""
    for line in source:
        content = line if line.endswith(("\n", "\r")) else line.rstrip(END_MARK)
        if content:
            yield content


def _count_outside_quotes(path: Path, scan: LineScan, quote: bytes) -> int:
    """Records of a quoted file, blank ones too: line ends that stand outside quotes.

    Raises UnreadableFile where a quote is still open at the end of the file.
    """
    inside, line_ends = False, 0
    with path.open("rb") as source:
        while chunk := source.read(1 << 22):
            for position, part in enumerate(chunk.split(quote)):
                inside = inside if position == 0 else not inside
                line_ends += 0 if inside else part.count(scan.newline)
        source.seek(-min(source.tell(), TAIL_BYTES), os.SEEK_END)
        tail = source.read().rstrip(CTRL_Z)
    if inside:
        raise UnreadableFile(
            "a quote is opened and not closed until the end of the file",
            hint="ask the publisher for a file whose quoted fields are closed",
        )
    return line_ends + (not tail.endswith((b"\n", b"\r")) and tail != b"")
