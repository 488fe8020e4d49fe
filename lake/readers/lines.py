"""One pass over the bytes of a UTF-8 text: how its lines end, how many there are, which are blank, is it cut short.

This is the count that ingest holds DuckDB's result against, so nothing here uses DuckDB. Memory does not grow
with the file (blank lines excepted: their places are kept). Splitting lines into fields is `delimited`'s work, what
is UTF-8 that of `encoding`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lake.readers.relation import UnreadableFile, cut_off

BLOCK_BYTES = 1 << 22
HEAD_BYTES = 1 << 16
LONGEST_LINE = 2_000_000  # DuckDB's own limit
CTRL_Z = b"\x1a"
# The character that `delimited` tells DuckDB never to find in a line: it would end the line there.
NEVER_DELIMITER = b"\x1d"


@dataclass
class LineScan:
    """`lines`: all lines that are not blank, the header included; `blanks`: for each blank line, how many such
    lines stand before it; `head`: the first two lines that are not blank; `unfinished`: the last line where no line
    end stands after it ('' where one does).

    Ctrl-Z at the end of a line does not belong to it; alone in a line it makes a blank one, and at the end of the file
    it is no line at all.
    """

    newline: bytes
    lines: int = 0
    blanks: list[int] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    has_quotes: bool = False
    has_ctrl_z: bool = False
    unfinished: str = ""

    @property
    def blank_line_numbers(self) -> tuple[int, ...]:
        """1-based places of the blank lines in the file."""
        return tuple(before + position for position, before in enumerate(self.blanks, start=1))


def scan_lines(path: Path, quote: str | None = None) -> LineScan:
    """Scan a UTF-8 text file that is not empty; `has_quotes` tells whether `quote` occurs in it.

    Raises UnreadableFile where a line cannot be one of text.
    """
    with path.open("rb") as source:
        start = source.read(HEAD_BYTES)
        scan = LineScan(newline=_newline(start, quote))
        source.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
        for block in _whole_lines(source, scan.newline):
            _require_text(block, scan)
            scan.has_quotes = scan.has_quotes or bool(quote and quote.encode() in block)
            _count(block, scan)
            scan.unfinished = _unfinished(block, scan.newline)
    return scan


def require_whole(scan: LineScan, last_width: int, width: int) -> None:
    """Raise UnreadableFile where the last record has fewer fields than others and no line end: its rest is missing.

    A short record with a line end is the publisher's.
    """
    if scan.unfinished.strip() and last_width < width:
        raise cut_off(f"the last record has {last_width} of {width} fields and no line end")


def _newline(start: bytes, quote: str | None) -> bytes:
    """How lines end, as the first bytes show; line ends inside quotes are content."""
    if quote:
        start = re.sub(f"{quote}[^{quote}]*{quote}".encode(), b"", start)
    return b"\r" if b"\r" in start and b"\n" not in start else b"\n"


def _whole_lines(source: BinaryIO, newline: bytes) -> Iterator[bytes]:
    """Blocks that end with a line end, and what stands after the last one."""
    rest = b""
    while chunk := source.read(BLOCK_BYTES):
        block = rest + chunk
        cut = block.rfind(newline) + 1
        rest = block[cut:]
        if len(rest) > LONGEST_LINE:
            raise UnreadableFile(
                f"a line is longer than {LONGEST_LINE:,} bytes: these are no lines of records",
                hint="is this the file that was meant?",
            )
        if cut:
            yield block[:cut]
    if rest:
        yield rest


def _require_text(block: bytes, scan: LineScan) -> None:
    for unfit in (b"\x00", NEVER_DELIMITER):
        if unfit in block:
            raise UnreadableFile(
                f"line {_line(block, block.index(unfit), scan)} holds the byte 0x{unfit[0]:02x}: the file is not text",
                hint="is this the file that was meant?",
            )


def _unfinished(block: bytes, newline: bytes) -> str:
    """The last line of the last block, if the file ends without a line end."""
    last = block.rstrip(CTRL_Z)
    return "" if last.endswith((b"\n", b"\r")) else last[last.rfind(newline) + 1 :].decode("utf-8")


def _line(block: bytes, place: int, scan: LineScan) -> int:
    return scan.lines + len(scan.blanks) + block[:place].count(scan.newline) + 1


def _count(block: bytes, scan: LineScan) -> None:
    newline = scan.newline
    scan.has_ctrl_z = scan.has_ctrl_z or CTRL_Z in block
    unusual = len(scan.head) < 2 or CTRL_Z in block or block.startswith((newline, b"\r"))
    if unusual or newline * 2 in block or newline + b"\r" in block:
        _count_line_by_line(block, scan)
    else:
        scan.lines += block.count(newline) + (not block.endswith(newline))


def _count_line_by_line(block: bytes, scan: LineScan) -> None:
    lines = block.split(scan.newline)
    if not lines[-1].strip(CTRL_Z):
        lines.pop()
    for line in lines:
        content = line.rstrip(b"\r\n" + CTRL_Z)
        if not content:
            scan.blanks.append(scan.lines)
            continue
        scan.lines += 1
        if len(scan.head) < 2:
            scan.head.append(content.decode("utf-8"))
