"""New York as the oracles know it: where its files lie, its districts, and rows of its files by district."""

from __future__ import annotations

from pathlib import Path

from tests.integration.published_files import published_folder, records

CITY = "NYC"
BOROUGHS = {"Manhattan": "1", "Bronx": "2", "Brooklyn": "3", "Queens": "4", "Staten Island": "5"}
DISTRICTS = [
    f"{borough}{number:02d}" for borough, last in zip("12345", (12, 12, 18, 14, 3), strict=True)
    for number in range(1, last + 1)
]  # fmt: skip
PROFILES = "community_profiles_dcp"


def new_york_folder() -> Path:
    """Folder of New York's files."""
    return published_folder("nyc")


def profile(name: str) -> dict[str, dict[str, str]]:
    """Rows of one of the files of community profiles, by the code of the district."""
    rows = list(records(new_york_folder() / PROFILES / f"{name}.csv"))
    key = "borocd" if "borocd" in rows[0] else "cd_number"
    return {row[key]: row for row in rows}
