"""Which encoding the bytes of a text file have; what the contract allows besides UTF-8 is written anew as UTF-8.

Readers of text see UTF-8 only, so that lines, fields and counts mean the same for every file. Landing keeps the bytes
as they came. What is refused here is told with the encoding that was found, or with what the file is instead of text.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lake.contract import Contract
from lake.readers.relation import UnreadableFile, cut_off

BLOCK_BYTES = 1 << 22
HEAD_BYTES = 1 << 16
UTF_8 = "utf-8"
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins like the next one
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    codecs.BOM_UTF32_BE: "utf-32-be",
}
# Every text in Latin-1 is one in Windows-1252, too.
CODECS = {
    "utf-8": ("utf-8",),
    "latin-1": ("latin-1",),
    "windows-1252": ("latin-1", "cp1252"),
    "utf-16": ("utf-16-le", "utf-16-be"),
}
NAMES = {
    "latin-1": "Latin-1 (ISO 8859-1)",
    "cp1252": "Windows-1252",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SIGNATURES = {
    b"\x1f\x8b": "a gzip archive",
    ZIP: "a zip archive or an Excel workbook",
    OLD_WORKBOOK: "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"PAR1": "a parquet file",
    b"BZh": "a bzip2 archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
WEB_PAGES = (b"<!doctype html", b"<html")
ZERO, CTRL_Z = b"\x00", b"\x1a"
ASCII = bytes(range(128))
CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\f\r" + CTRL_Z)))
ADDED_BY_WINDOWS, NOT_IN_WINDOWS = frozenset(range(128, 160)), frozenset(b"\x81\x8d\x8f\x90\x9d")
LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# In UTF-16 nearly every second byte of ordinary text is zero; in text control characters are rare and few.
MOSTLY, RARELY, SOME = 0.5, 0.01, 10
# So many letters beyond ASCII, as a share of all and in number, are those of another alphabet than the Latin one.
OTHER_SHARE, OTHER_LETTERS = 0.2, 20


def as_utf8(path: Path, contract: Contract, scratch: Path) -> Path:
    """The file itself where it is UTF-8, else a copy in `scratch` that is.

    Raises UnreadableFile, naming what was found, for a file that is empty, no text, or in another encoding than the
    contract allows.
    """
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
    _require_text(head)
    encoding, where = _wide(head), ""
    if encoding is None:
        stray = _not_utf8(path)
        if stray is None:
            return path
        encoding, where = _single_byte(path, head), f": {stray}"
    allowed = contract.reader.encodings
    if encoding in [codec for name in allowed for codec in CODECS[name]]:
        return _rewritten(path, encoding, scratch)
    raise UnreadableFile(
        f"the file is {NAMES.get(encoding, encoding)}, not {' or '.join(name.upper() for name in allowed)}{where}",
        hint=f"ask the publisher for UTF-8, or allow it among the reader's `encodings` in contract {contract.dataset}",
    )


def require_content(head: bytes) -> None:
    """Raise UnreadableFile for a file that has nothing in it."""
    if not head.removeprefix(codecs.BOM_UTF8).strip(CTRL_Z + b" \r\n"):
        raise UnreadableFile("the file is empty", hint="ask the publisher for a complete file")


def what_it_is(head: bytes) -> str | None:
    """What a file is that is no text, by its first bytes; None for a text."""
    known = next((what for mark, what in SIGNATURES.items() if head.startswith(mark)), None)
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(WEB_PAGES):
        known = "a web page"
    if known is None and _wide(head) is None and _is_binary(head):
        known = "binary"
    return known


def _require_text(head: bytes) -> None:
    require_content(head)
    if known := what_it_is(head):
        raise UnreadableFile(f"the file is {known}, not text", hint="is this the file that was meant?")


def _is_binary(head: bytes) -> bool:
    return len(head) - len(head.translate(None, CONTROLS)) > max(SOME, RARELY * len(head))


def _wide(head: bytes) -> str | None:
    """The encoding of a file whose characters take two or four bytes each: by its mark, or by its zeros."""
    marked = next((encoding for mark, encoding in MARKS.items() if head.startswith(mark)), None)
    if marked:
        return marked
    first, second = (head[place::2].count(ZERO) / max(1, len(head) // 2) for place in (0, 1))
    if second > MOSTLY and first < RARELY:
        return "utf-16-le"
    return "utf-16-be" if first > MOSTLY and second < RARELY else None


def _not_utf8(path: Path) -> str | None:
    """The first place that is not UTF-8, in words; None where all of it is.

    Raises UnreadableFile where only the last character is there in part.
    """
    decoder, line_feeds, returns, beyond_ascii = codecs.getincrementaldecoder(UTF_8)(), 0, 0, False
    try:
        for block in _blocks(path):
            beyond_ascii = beyond_ascii or not decoder.decode(block).isascii()
            line_feeds, returns = line_feeds + block.count(b"\n"), returns + block.count(b"\r")
    except UnicodeDecodeError as problem:
        before = problem.object[: problem.start]
        line = 1 + (line_feeds + before.count(b"\n") or returns + before.count(b"\r"))
        return f"line {line} holds the byte 0x{problem.object[problem.start]:02x}"
    started, _ = decoder.getstate()
    if started and beyond_ascii:
        raise cut_off("the file ends in the middle of a character")
    return f"its last character begins with the byte 0x{started[0]:02x}" if started else None


def _single_byte(path: Path, head: bytes) -> str:
    """The encoding of a text that is not UTF-8: by the bytes that occur; of another alphabet by how its words look."""
    high: Counter[int] = Counter()
    letters = 0
    for block in _blocks(path):
        high.update(block.translate(None, ASCII))
        letters += len(block) - len(block.translate(None, LETTERS))
    if high.total() > max(OTHER_LETTERS, OTHER_SHARE * (letters + high.total())):
        from charset_normalizer import from_bytes

        guess = from_bytes(head).best()
        return guess.encoding if guess else "in an unknown encoding"
    if not high.keys() & ADDED_BY_WINDOWS:
        return "latin-1"
    return "in an unknown encoding" if high.keys() & NOT_IN_WINDOWS else "cp1252"


def _rewritten(path: Path, encoding: str, scratch: Path) -> Path:
    target = scratch / f"{path.name}.utf8"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding=UTF_8, newline="") as out,
        ):
            while text := source.read(BLOCK_BYTES):
                out.write(text)
    except UnicodeDecodeError as problem:
        raise cut_off("the file ends in the middle of a character") from problem
    return target


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            yield block
