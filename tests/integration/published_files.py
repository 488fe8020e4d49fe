"""Publishers' files as oracles read them, without the lake: where they lie, rows, numbers from text, counts."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlrd

NO_LINE_FOR_THE_HEADER = ("barbican_raw.csv", "derived_bulk_layout_golden_lane.csv")
# The sheet with the data, and the row of its header.
SHEETS = {
    "2018-chp-pud.xlsx": ("CHP_all_data", 2),
    "nursing_censuscapacity.xlsx": ("nycity", 1),
    "seven-major-felony-offenses-by-precinct-2000-2022.xls": ("Sheet1", 3),
}


def published_folder(name: str) -> Path:
    """A folder of published files: what CITYLAKE_<NAME> says, else the one of this name beside the repository."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / name
    return Path(os.environ.get(f"CITYLAKE_{name.upper()}", beside))


def needs(name: str) -> pytest.MarkDecorator:
    """Skip where the folder of this name is not there."""
    folder = published_folder(name)
    return pytest.mark.skipif(
        not folder.is_dir(), reason=f"no files in {folder} (CITYLAKE_{name.upper()} names a folder)"
    )


def number(text: str) -> float | None:
    """A decimal number from text, or None: signs, thousands separators and pounds as published."""
    plain = text.strip().replace(",", "").replace("£", "")
    return float(plain) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain) else None


def records(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a delimited file, whatever its byte-order mark, line ends and last byte."""
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").removesuffix(b"\x1a").decode()
    lines = text if "\n" in text else text.replace("\r", "\n")
    return iter(csv.DictReader(io.StringIO(lines, newline="")))


def records_in(path: Path) -> int:
    """Records of a published file, counted without the lake: CSV records after the header, features, geometries of a
    topology, stations of a feed, Parquet rows, rows of a sheet with a second cell below the header, or lines that begin
    with year and month."""
    if path.name in SHEETS:
        return _rows_in_sheet(path, *SHEETS[path.name])
    if path.suffix == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text())["features"])
    if path.suffix == ".json":
        return _records_in_json(json.loads(path.read_text()))
    text = path.read_bytes().decode("utf-8-sig", errors="replace").removesuffix("\x1a")
    if path.suffix == ".txt" and not path.parent.name.startswith("gtfs"):
        return len(re.findall(r"^ +\d{4} +\d{1,2} ", text, re.MULTILINE))
    return sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - (path.name not in NO_LINE_FOR_THE_HEADER)


def _rows_in_sheet(path: Path, sheet: str, header: int) -> int:
    if path.suffix == ".xls":
        seconds = xlrd.open_workbook(path).sheet_by_name(sheet).col_values(1)
    else:
        seconds = [row[1] for row in openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)]
    return sum(second not in (None, "") for second in seconds[header:])


def _records_in_json(document: dict[str, Any]) -> int:
    if document.get("type") == "Topology":
        return sum(len(one["geometries"]) for one in document["objects"].values())
    return len(document["data"]["stations"])
