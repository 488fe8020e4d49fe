"""Which encoding a text has: told by name where it is refused, read to the same records where it is allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lake.contract import Reader
from tests.unit.deliveries import column, contract
from tests.unit.test_readers_delimited import THREE, read, refusal

TEXT = "a,b,c\r\n1,Café,3\r\n4,Nürnberg,6\r\n"
QUOTES = "a,b,c\n1,“Quay” 5 €,3\n"
RUSSIAN = "a,b,c\n1,Москва и Санкт-Петербург,3\n"
OTHERS = {
    "Latin-1 (ISO 8859-1)": TEXT.encode("latin-1"),
    "Windows-1252": QUOTES.encode("cp1252"),
    "UTF-16 (little-endian)": TEXT.encode("utf-16"),
    "UTF-16 (big-endian)": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-32": TEXT.encode("utf-32"),
    "cp1251": RUSSIAN.encode("cp1251"),
}
NO_TEXT = {
    "a gzip archive": b"\x1f\x8b\x08\x00",
    "a zip archive or an Excel workbook": b"PK\x03\x04",
    "a web page": b"\n<!DOCTYPE html><html>",
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_encoding_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    assert f"the file is {name}, not UTF-8" in refusal(tmp_path, OTHERS[name])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_its_mark(tmp_path: Path, encoding: str) -> None:
    assert "the file is UTF-16" in refusal(tmp_path, TEXT.encode(encoding))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"a,b,c\n1,2,3\n\n4,\xe9,6\n", "line 4 holds the byte 0xe9"),
        (b"a,b,c\r1,2,3\r4,\xff,6", "line 3 holds the byte 0xff"),
        (b"a,b,c\n1,2,Caf\xe9", "its last character begins with the byte 0xe9"),
    ],
)
def test_the_first_place_that_is_not_utf_8_is_told(tmp_path: Path, content: bytes, place: str) -> None:
    assert place in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("allowed", "content", "text"),
    [
        ("latin-1", TEXT.encode("latin-1"), TEXT),
        ("windows-1252", TEXT.encode("latin-1"), TEXT),
        ("windows-1252", QUOTES.encode("cp1252"), QUOTES),
        ("utf-16", TEXT.encode("utf-16"), TEXT),
        ("utf-16", TEXT.encode("utf-16-be"), TEXT),
        ("utf-16", TEXT.encode(), TEXT),
    ],
)
def test_what_the_contract_allows_gives_the_same_records(
    tmp_path: Path, allowed: str, content: bytes, text: str
) -> None:
    of = contract(*THREE.columns, reader=Reader(format="delimited", encodings=("utf-8", allowed)))

    assert read(tmp_path, content, of) == read(tmp_path, text)


def test_latin_1_does_not_hold_what_windows_added(tmp_path: Path) -> None:
    of = contract(*THREE.columns, reader=Reader(format="delimited", encodings=("utf-8", "latin-1")))

    assert "the file is Windows-1252, not UTF-8 or LATIN-1" in refusal(tmp_path, QUOTES.encode("cp1252"), of)


@pytest.mark.parametrize("what", NO_TEXT)
def test_what_is_no_text_is_told_for_what_it_is(tmp_path: Path, what: str) -> None:
    assert f"the file is {what}" in refusal(tmp_path, NO_TEXT[what] * 3)


@pytest.mark.parametrize("content", [TEXT.encode() + b"7,8,\xc3", TEXT.encode("utf-16")[:-1]])
def test_a_character_that_is_there_in_part_was_cut_off(tmp_path: Path, content: bytes) -> None:
    of = contract(*THREE.columns, reader=Reader(format="delimited", encodings=("utf-8", "utf-16")))

    assert "the file ends in the middle of a character: it was cut off" in refusal(tmp_path, content, of)


def test_geojson_is_text_too(tmp_path: Path) -> None:
    of = contract(column("name"), reader=Reader(format="geojson"))
    document = json.dumps({"type": "FeatureCollection", "features": []})

    assert "the file is UTF-16" in refusal(tmp_path, document.encode("utf-16"), of)
    assert "the file is empty" in refusal(tmp_path, b"", of)
