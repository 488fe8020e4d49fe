"""New York's Excel files as the oracles read them: cells by their place in a sheet, and rows of health by area."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl
import xlrd

from tests.integration.published_files import published_folder

HEALTH = Path("community_health_profiles", "2018-chp-pud.xlsx")
CRIME = Path("crime_nypd_precinct", "seven-major-felony-offenses-by-precinct-2000-2022.xls")
BEDS = Path("nursing_home_beds", "nursing_censuscapacity.xlsx")
FIRST_AREA, LAST_AREA = 3, 67


def cells(path: Path, sheet: str) -> list[Sequence[object]]:
    """All rows of a sheet; blank cells of an old workbook are ''."""
    if path.suffix == ".xls":
        return [[cell.value for cell in row] for row in xlrd.open_workbook(path).sheet_by_name(sheet).get_rows()]
    return list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))


@cache
def health_profiles() -> tuple[list[str], dict[str, Sequence[object]]]:
    """The names in the header, and the cells of each area by its number."""
    rows = cells(published_folder("nyc") / HEALTH, "CHP_all_data")
    return [str(name or "") for name in rows[1]], {str(row[0]): row for row in rows[FIRST_AREA - 1 : LAST_AREA]}


def health(measure: str) -> dict[str, float | None]:
    """One measure by the number of the area; marks are no numbers."""
    names, areas = health_profiles()
    place = names.index(measure)
    return {area: float(row[place]) if isinstance(row[place], int | float) else None for area, row in areas.items()}
