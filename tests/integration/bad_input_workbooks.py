"""Workbooks with the beds of some nursing homes, whole or broken on purpose."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

NAMES = (
    "facility_id facility_name certification_number street_address city state zip county area_office phone website "
    "census_date week_difference week_difference_category bed_type total_capacity available_capacity category location"
).split()
PLACE_OF_BEDS = NAMES.index("total_capacity") + 1
HOMES = 20


def beds(change: Callable[[Worksheet], None] = lambda _: None, sheet: str = "nycity") -> bytes:
    """A workbook of two sheets, the second with a header in row 1 and one row for each home below it."""
    book = openpyxl.Workbook()
    data = book.create_sheet(sheet)
    data.append(NAMES)
    for home in range(1, HOMES + 1):
        address = ["1 High Street", "Town", "NY", 10001, "Kings", "South", ".", "http://home.example"]
        counts = ["2015-01-07", 0, 0, "NHBEDSAV", 100 + home, home, 1, "POINT (-73.9 40.7)"]
        data.append([home, f"Home {home}", f"7{home:06}N", *address, *counts])
    change(data)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def moved_header(data: Worksheet) -> None:
    """Three rows more above the names of the columns."""
    data.insert_rows(1, 3)
    data["A1"] = "Beds by home"


def merged_cells(data: Worksheet) -> None:
    """One number for two homes."""
    data.merge_cells(start_row=4, end_row=5, start_column=PLACE_OF_BEDS, end_column=PLACE_OF_BEDS)


def formula(data: Worksheet) -> None:
    """A sum that nothing has computed."""
    data.cell(6, PLACE_OF_BEDS, "=1+2")


def notes(data: Worksheet) -> None:
    """Blank rows and footnotes below the homes."""
    for text in (None, None, "* as reported by the home", "Source: the health department"):
        data.append([text])
