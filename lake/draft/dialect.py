"""Which known format a file has, and in which dialect: what the `reader` of its contract will say.

Looks at the beginning of the file only, and at no value's meaning; what columns hold is seen by `lake.draft.columns`.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lake.contract import Contract
from lake.draft.workbook import workbook_table
from lake.errors import UsageError
from lake.readers.encoding import CODECS, OLD_WORKBOOK, ZIP, as_utf8
from lake.readers.features import CRS, GEOMETRY
from lake.readers.lines import scan_lines
from lake.readers.relation import UnreadableFile

PARQUET = b"PAR1"
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LINE_ENDS = {b"\r": "CR", b"\n": "LF"}
HEAD_BYTES, HEAD_LINES = 1 << 20, 200
MOSTLY = 0.8
COORDINATES = ("x", "y")
_VALUE = re.compile(r"[-+£$€]?[\d.,:/\-\s]*\d[\d.,:/\-\sTZ%]*|-|")


@dataclass(frozen=True)
class Dialect:
    """A reader as the contract will describe it, the names of the file's columns, and both in words for people."""

    reader: dict[str, Any]
    columns: tuple[str, ...]
    words: str

    @property
    def contract(self) -> Contract:
        """A contract that reads every column as text."""
        return reading_contract(self.reader, self.columns)


def find_dialect(path: Path, scratch: Path, sheet: str | None = None) -> Dialect:
    """Format and dialect of a file, of a workbook those of one sheet.

    Raises UsageError where it is in none that citylake reads.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.", hint="Say a file as its publisher delivers it.")
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
    if head.startswith((ZIP, OLD_WORKBOOK)):
        return Dialect(*workbook_table(path, sheet))
    try:
        if head.startswith(PARQUET):
            return _parquet(path)
        return _geojson(path) if head.lstrip().startswith(b"{") else _text(path, scratch)
    except UnreadableFile as problem:
        raise UsageError(f"{path} cannot be read: {problem.message}.", hint=problem.hint) from problem


def reading_contract(reader: dict[str, Any], columns: Sequence[str]) -> Contract:
    """A contract for reading only: no rule, every column a text."""
    read = [
        {"name": f"c{place}", "physicalName": name, "physicalType": "text", "description": "a text"}
        for place, name in enumerate(columns)
    ]
    words = dict.fromkeys(("name", "domain", "status", "description", "dataGranularityDescription"), "draft")
    terms = {"owner": "nobody", "licence": "unknown", "attribution": "unknown", "permittedPurposes": ["ANY"]}
    rules = {"personalData": "none", "load": {"mode": "replace_all"}, "limits": {"rejectedShare": 1, "reason": "draft"}}
    document = {"path": "/draft", "version": "0.0.0", "reader": reader, "columns": read, **words, **terms, **rules}
    return Contract.model_validate_json(json.dumps(document))


def _parquet(path: Path) -> Dialect:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = tuple(pq.read_schema(path).names)
    except pa.ArrowInvalid as problem:
        raise UsageError(f"{path} is a broken parquet file: {problem}", hint="was it cut off on its way?") from problem
    return Dialect({"format": "parquet"}, names, "parquet")


def _geojson(path: Path) -> Dialect:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as problem:
        raise UsageError(f"{path} begins like JSON and is none: {problem}", hint="is the file whole?") from problem
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise UsageError(f"{path} is JSON but no GeoJSON feature collection.", hint="Known of JSON is GeoJSON only.")
    properties = dict.fromkeys(name for feature in features for name in feature.get("properties") or {})
    kinds = {(feature.get("geometry") or {}).get("type") for feature in features} - {None}
    shapes = f"GeoJSON with {' and '.join(sorted(map(str, kinds))) or 'no'} geometries"
    points = kinds == {"Point"}
    reader = {"format": "geojson", **({"coordinates": list(COORDINATES)} if points else {})}
    made = (*(COORDINATES if points else (GEOMETRY,)), CRS)
    return Dialect(reader, (*(name for name in properties if name not in made), *made), shapes)


def _text(path: Path, scratch: Path) -> Dialect:
    encoding, text = _encoding(path, scratch)
    scan = scan_lines(text, '"')
    with text.open("rb") as source:
        beginning = source.read(HEAD_BYTES)
    lines = beginning.decode("utf-8-sig", errors="ignore").replace("\x1a", "").split(scan.newline.decode())
    filled = [line.rstrip("\r").replace("\r", " ") for line in lines if line.strip()][:HEAD_LINES]
    table = _delimited(filled, quoted=scan.has_quotes) or _blank_separated(filled) or _one_column(filled)
    if encoding != "utf-8":
        table.reader["encodings"] = [encoding]
    ends = "CR LF" if b"\r\n" in beginning else LINE_ENDS[scan.newline]
    words = ", ".join([table.words, encoding.upper(), f"lines end with {ends}", *table.notes])
    return Dialect(table.reader, table.columns, words)


@dataclass(frozen=True)
class _Table:
    """A text file as a table: its reader, column names, and what was found in words."""

    reader: dict[str, Any]
    columns: tuple[str, ...]
    words: str
    notes: list[str] = field(default_factory=list)


def _encoding(path: Path, scratch: Path) -> tuple[str, Path]:
    """The first encoding among those that a contract may allow in which the file is a text, and the file as UTF-8."""
    problem: UnreadableFile | None = None
    for encoding in CODECS:
        contract = reading_contract({"format": "delimited", "encodings": [encoding]}, ["any"])
        try:
            return encoding, as_utf8(path, contract, scratch)
        except UnreadableFile as found:
            problem = problem or found
    assert problem is not None, "there are encodings"
    raise problem


def _delimited(lines: Sequence[str], *, quoted: bool) -> _Table | None:
    """The delimiter by which most lines have the same number of fields, the more the better; None for one field."""
    found = []
    for delimiter in DELIMITERS:
        rows = list(csv.reader(lines, delimiter=delimiter, quotechar='"') if quoted else _split(lines, delimiter))
        width, share = _usual_width(rows)
        if width > 1 and share >= MOSTLY:
            found.append((width, delimiter, rows))
    if not found:
        return None
    width, delimiter, rows = max(found, key=lambda one: one[0])
    if len(rows[0]) == 2 * width - 1:
        raise UnreadableFile(
            "the header runs into the first record",
            hint="put a line end behind the last name in a copy, and draft from that; deliveries may stay as they are",
        )
    reader = {"format": "delimited"} | ({} if delimiter == "," else {"delimiter": delimiter})
    if quoted:
        reader["quote"] = '"'
    words = f"delimited by {DELIMITERS[delimiter]}{' with quotes' if quoted else ''}"
    return _with_header(rows[0], reader, words)


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    return [line.split(delimiter) for line in lines]


def _usual_width(rows: Sequence[Sequence[str]]) -> tuple[int, float]:
    """The most frequent number of fields after the first line, and how many lines have it."""
    widths = Counter(len(row) for row in rows[1:] or rows)
    ((width, count),) = widths.most_common(1)
    return width, count / widths.total()


def _with_header(first: Sequence[str], reader: dict[str, Any], words: str) -> _Table:
    names = [name.strip() for name in first]
    if len(set(names)) == len(names) and not any(_VALUE.fullmatch(name) for name in names[1:]):
        return _Table(reader, tuple(first), words)
    made = tuple(f"field_{place}" for place in range(1, len(first) + 1))
    return _Table({**reader, "names": list(made)}, made, words, ["no header"])


def _blank_separated(lines: Sequence[str]) -> _Table | None:
    """Columns for the eye: the line of names is the last one without a number before lines of equal width begin."""
    rows = [line.split() for line in lines]
    first = next((place for place, row in enumerate(rows) if place and _is_record(row)), None)
    if first is None or _usual_width(rows[first:])[1] < MOSTLY:
        return None
    width = len(rows[first])
    names = next((place for place in range(first) if len(rows[place]) == width and not _is_record(rows[place])), None)
    if names is None or width < 2:
        return None
    reader: dict[str, Any] = {"format": "blank_separated"}
    if first == names + 2:
        reader["unitsLine"] = True
    return _Table(reader, tuple(rows[names]), "separated by blanks")


def _is_record(fields: Sequence[str]) -> bool:
    numbers = sum(bool(re.fullmatch(r"[-+]?[\d.]+\W?", text)) for text in fields)
    return numbers > len(fields) / 2


def _one_column(lines: Sequence[str]) -> _Table:
    return _with_header([lines[0]], {"format": "delimited"}, "one column of text")
