"""One pass over the bytes of a text file: how its lines end, how many there are, which are blank, is it UTF-8.

This is the count that ingest holds DuckDB's result against, so nothing here uses DuckDB. Memory does not grow
with the file (blank lines excepted: their places are kept). Splitting lines into fields is `delimited`'s work.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lake.readers.relation import UnreadableFile

CHUNK_BYTES = 1 << 22
HEAD_BYTES = 1 << 16
CTRL_Z = b"\x1a"


@dataclass
class LineScan:
    """`lines`: all lines that are not blank, the header included; `blanks`: for each blank line, how many such
    lines stand before it; `head`: the first two lines that are not blank."""

    newline: bytes
    lines: int = 0
    blanks: list[int] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    has_quotes: bool = False
    ends_with_ctrl_z: bool = False

    @property
    def blank_line_numbers(self) -> tuple[int, ...]:
        """1-based places of the blank lines in the file."""
        return tuple(before + position for position, before in enumerate(self.blanks, start=1))


def scan_lines(path: Path, quote: str | None = None) -> LineScan:
    """Scan a UTF-8 text file; `has_quotes` tells whether `quote` occurs in it.

    Raises UnreadableFile for an empty, binary or differently encoded file.
    """
    with path.open("rb") as source:
        start = source.read(HEAD_BYTES)
        if not start.removeprefix(codecs.BOM_UTF8).strip(CTRL_Z + b" \r\n"):
            raise UnreadableFile("the file is empty", hint="ask the publisher for a complete file")
        scan = LineScan(newline=_newline(start))
        source.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
        for block in _whole_lines(source, scan.newline):
            _require_text(block, scan)
            scan.has_quotes = scan.has_quotes or bool(quote and quote.encode() in block)
            _count(block, scan)
    return scan


def _newline(start: bytes) -> bytes:
    if b"\n" in start:
        return b"\n"
    return b"\r" if b"\r" in start else b"\n"


def _whole_lines(source: BinaryIO, newline: bytes) -> Iterator[bytes]:
    """Blocks that end with a line end, and what stands after the last one."""
    rest = b""
    while chunk := source.read(CHUNK_BYTES):
        block = rest + chunk
        cut = block.rfind(newline) + 1
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest:
        yield rest


def _require_text(block: bytes, scan: LineScan) -> None:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = scan.lines + len(scan.blanks) + block[: problem.start].count(scan.newline) + 1
        raise UnreadableFile(
            f"line {line} is not UTF-8: byte 0x{block[problem.start]:02x} cannot stand there",
            hint="ask the publisher to deliver UTF-8, or convert the file",
        ) from problem
    if b"\x00" in block:
        raise UnreadableFile("the file holds NUL bytes: it is not text", hint="is this the file that was meant?")


def _count(block: bytes, scan: LineScan) -> None:
    newline = scan.newline
    if block.endswith(CTRL_Z) and block.rstrip(CTRL_Z).endswith((newline, b"\r")):
        scan.ends_with_ctrl_z = True
        block = block.rstrip(CTRL_Z)
    elif block.strip(CTRL_Z) == b"":
        scan.ends_with_ctrl_z = True
        return
    needs_care = len(scan.head) < 2 or block.startswith((newline, b"\r\n"))
    if needs_care or newline * 2 in block or newline + b"\r\n" in block:
        _count_line_by_line(block, scan)
    else:
        scan.lines += block.count(newline) + (not block.endswith(newline))


def _count_line_by_line(block: bytes, scan: LineScan) -> None:
    lines = block.split(scan.newline)
    if lines[-1] == b"":
        lines.pop()
    for line in lines:
        content = line.rstrip(b"\r\n")
        if not content:
            scan.blanks.append(scan.lines)
            continue
        scan.lines += 1
        if len(scan.head) < 2:
            scan.head.append(content.decode("utf-8"))
