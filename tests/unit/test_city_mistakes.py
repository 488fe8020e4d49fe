"""Wrong city files: every mistake is told at once, at its line, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lake.city import CityError, load_city
from lake.contract import load_contracts
from tests.unit.marked_fixtures import (
    FIXTURES,
    Place,
    assert_answered_by_mistakes_only,
    cases,
    found,
    marked,
    places,
    spoilt,
)

CITIES = FIXTURES / "cities"
VALID = CITIES / "valid" / "town.yaml"
CONTRACTS = load_contracts()


@pytest.mark.parametrize("case", cases("cities"))
def test_each_mistake_is_told_with_its_line(case: str) -> None:
    with pytest.raises(CityError) as caught:
        load_city(CITIES / case / "town.yaml", CONTRACTS)

    assert sorted(found(caught.value, CITIES / case)) == sorted(marked(CITIES / case))


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text("{}\n")

    with pytest.raises(CityError, match=r"town\.yaml:1: is empty; a city expected"):
        load_city(path, CONTRACTS)


DOCUMENT = yaml.load(VALID.read_text(), Loader=yaml.BaseLoader)  # builds nothing but text, lists, mappings
JUNK: list[object] = [None, True, 7, -0.5, "", "{", [], ["x"], [None], {}, {"name": 3}, [{"dataset": ["x"]}]]


@given(place=st.sampled_from(places(DOCUMENT)), junk=st.sampled_from(JUNK))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_is_answered_by_mistakes_only(place: Place, junk: object, tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(spoilt(DOCUMENT, place, junk))

    assert_answered_by_mistakes_only(lambda: load_city(path, CONTRACTS))
