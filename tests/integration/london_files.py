"""London's files as the oracles read them: records, numbers from text, and the fields of an expected indicator."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

BOROUGHS = [f"E09{number:06d}" for number in range(1, 34)]
REGION = "E12000007"
CITY = "E09000001"
CAMDEN = "E09000007"
NO_LINE_FOR_THE_HEADER = ("barbican_raw.csv", "derived_bulk_layout_golden_lane.csv")
Key = tuple[str, str, str]  # indicator, district, period


@dataclass(frozen=True)
class Figure:
    """One expected row; numbers of restricted rows are those that must never be published."""

    period_start: date | None
    period_end: date | None
    value: float | None
    numerator: float | None
    denominator: float | None
    coverage: float | None
    status: str


def london_folder() -> Path:
    """Folder of London's files: CITYLAKE_LONDON, else beside the repository."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "london"
    return Path(os.environ.get("CITYLAKE_LONDON", beside))


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
    """Records of a published file, counted without the lake: CSV records after the header, features, Parquet rows, or
    lines that begin with year and month."""
    if path.suffix == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text())["features"])
    text = path.read_bytes().decode("utf-8-sig", errors="replace").removesuffix("\x1a")
    if path.suffix == ".txt":
        return len(re.findall(r"^ +\d{4} +\d{1,2} ", text, re.MULTILINE))
    return sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - (path.name not in NO_LINE_FOR_THE_HEADER)
