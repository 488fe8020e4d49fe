"""What is true of one city stands in its file, in contracts, suites and seeds: code and models name none."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from lake.city import load_city, packaged_cities
from lake.contract import load_contracts
from lake.settings import project_root

SAMPLE = "sample"


def _names() -> set[str]:
    """Names of every packaged city and its areas that are not also a plain word, and names of cities in code."""
    contracts = load_contracts()
    cities = [load_city(path, contracts) for name, path in packaged_cities().items() if name != SAMPLE]
    areas = {area.name for city in cities for _, area in city.areas}
    return {name for name in areas | {city.name for city in cities} if len(name) > 3}


def _code() -> list[Path]:
    root = project_root()
    python = [path for folder in ("lake", "orchestration") for path in (root / folder).rglob("*.py")]
    sql = [path for folder in ("models", "macros", "tests") for path in (root / "dbt_project" / folder).rglob("*.sql")]
    models = (root / "dbt_project" / "models").rglob("*.py")
    return [path for path in (*python, *sql, *models) if SAMPLE not in path.relative_to(root).parts]


@pytest.fixture(scope="module")
def named() -> re.Pattern[str]:
    spellings = {spelling for name in _names() for spelling in (name, name.replace(" ", "_"), name.replace(" ", "-"))}
    return re.compile(rf"\b({'|'.join(map(re.escape, sorted(spellings)))})\b", re.IGNORECASE)


def test_code_and_models_name_no_city_and_no_district(named: re.Pattern[str]) -> None:
    zones = re.compile("|".join(map(re.escape, sorted(available_timezones(), key=len, reverse=True))))
    texts = {path: zones.sub("", path.read_text(encoding="utf-8")) for path in _code()}
    found = {str(path): sorted(set(named.findall(text))) for path, text in texts.items() if named.search(text)}

    assert len(texts) > 200
    assert not found


def test_a_named_district_would_be_found(named: re.Pattern[str]) -> None:
    assert named.search("where borough = 'TOWER HAMLETS'")
    assert named.search("city-of-london-street.csv")
