"""Wrong contracts: every mistake of every file is told at once, at its line, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lake.contract import ContractError, load_contract, load_contracts
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

CONTRACTS = FIXTURES / "contracts"
VALID = CONTRACTS / "valid" / "energy" / "meter.yaml"


@pytest.mark.parametrize("case", cases("contracts"))
def test_each_mistake_is_told_with_its_line(case: str) -> None:
    with pytest.raises(ContractError) as caught:
        load_contracts(CONTRACTS / case)

    assert sorted(found(caught.value, CONTRACTS / case)) == sorted(marked(CONTRACTS / case))


def test_a_valid_contract_has_no_mistake() -> None:
    contracts = load_contracts(CONTRACTS / "valid")

    assert list(contracts) == ["meter"]
    assert contracts["meter"].key == ("meter_code",)


def test_the_text_of_the_error_counts_and_lists_all() -> None:
    with pytest.raises(ContractError, match=r"^8 mistakes in the contracts:\n  ") as caught:
        load_contracts(CONTRACTS / "several_at_once")

    assert len(str(caught.value).splitlines()) == 9


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "energy" / "meter.yaml"
    path.parent.mkdir()
    path.write_bytes(b"name: \xff\n")

    with pytest.raises(ContractError, match=r"meter\.yaml:1: is not UTF-8 text"):
        load_contract(path)


def test_standard_keys_that_we_do_not_use_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "energy" / "meter.yaml"
    path.parent.mkdir()
    path.write_text(VALID.read_text() + "tags: [meters]\nprice: {priceAmount: 0, priceCurrency: GBP}\n")

    assert load_contract(path).dataset == "meter"


DOCUMENT = yaml.load(VALID.read_text(), Loader=yaml.BaseLoader)  # builds nothing but text, lists, mappings
JUNK: list[object] = [None, True, 7, -0.5, "", "{", [], ["x"], [None], {}, {"name": 3}, [{"property": "reader"}]]


@given(place=st.sampled_from(places(DOCUMENT)), junk=st.sampled_from(JUNK))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_is_answered_by_mistakes_only(place: Place, junk: object, tmp_path: Path) -> None:
    path = tmp_path / "energy" / "meter.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(spoilt(DOCUMENT, place, junk))

    assert_answered_by_mistakes_only(lambda: load_contract(path))
