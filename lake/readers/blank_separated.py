"""Text in columns for the eye: a title, notes, a line of names, perhaps one of units, then fields parted by blanks.

The line of names is found by the names that the contract loads, so that notes may be more or fewer. The file's first
line is the source column `title` of every record.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lake.contract import Contract
from lake.iceberg.file_table import literal
from lake.readers.lines import CTRL_Z, HEAD_BYTES, LineScan, require_whole, scan_lines
from lake.readers.relation import (
    SourceRelation,
    UnreadableFile,
    require_columns,
    source_names,
    unexpected_columns,
)
from lake.readers.text_lines import line_number, numbered_lines

TITLE, TRAILING = "title", ""
BLANKS = "E' \\t\\r'"


@dataclass(frozen=True)
class Head:
    """The first line, the names of the fields, and how many lines that are not blank stand before the records."""

    title: str
    names: tuple[str, ...]
    lines: int


def open_blank_separated(path: Path, contract: Contract) -> SourceRelation:
    """The relation of a file with fields parted by blanks. Raises UnreadableFile where its head breaks the contract.

    Where the contract knows a column without a name, what stands behind the last named field is its text.
    """
    scan = scan_lines(path)
    head = _read_head(path, scan, contract)
    records = scan.lines - head.lines
    if records <= 0:
        raise UnreadableFile("the file holds a header and no record", hint="ask the publisher for a complete file")
    width = len(head.names)
    require_whole(scan, len(scan.unfinished.split()), width)
    texts = {name: f"_fields[{place}]" for place, name in enumerate(head.names, start=1)}
    texts[TITLE] = f"case when _fields <> [''] then {literal(head.title)} end"
    wrong_width = f"len(_fields) <> {width}"
    if TRAILING in (*source_names(contract), *contract.reader.not_loaded):
        texts[TRAILING] = f"array_to_string(_fields[{width + 1}:], ' ')"
        wrong_width = f"len(_fields) < {width}"
    return SourceRelation(
        sql=f"""
            select _row, string_split_regex(trim(line, {BLANKS}), '[ \\t]+') as _fields
            from ({numbered_lines(path, scan)})
            where _row > {head.lines}""",
        texts=texts,
        line=line_number(scan.blanks),
        raw_fields="_fields",
        wrong_width=wrong_width,
        records=records + len(scan.blanks),
        blank_lines=scan.blank_line_numbers,
        delimiter=" ",
        unexpected_columns=unexpected_columns(head.names, contract),
    )


def _read_head(path: Path, scan: LineScan, contract: Contract) -> Head:
    with path.open("rb") as source:
        start = source.read(HEAD_BYTES).decode("utf-8-sig", errors="ignore")
    lines = [line.strip("\r\n" + CTRL_Z.decode()) for line in start.split(scan.newline.decode())]
    fields = [line.split() for line in lines if line]
    wanted = {*source_names(contract)} - {TITLE, TRAILING}
    known = [len(wanted.intersection(names)) for names in fields]
    place = known.index(max(known))
    if known[place] == 0:
        raise UnreadableFile(
            f"no line holds the names of the columns: {', '.join(sorted(wanted))}",
            hint="is this the file that was meant?",
        )
    names = tuple(fields[place])
    require_columns([*names, TITLE, TRAILING], contract)
    return Head(" ".join(fields[0]), names, place + 1 + contract.reader.units_line)
