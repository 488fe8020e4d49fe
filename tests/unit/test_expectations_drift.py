"""Suites of raw datasets and contracts are two views of one thing: where they differ, every difference is shown."""

import pytest

from expectations.suites import KEYS_DISTINCT, Suite, load_suites
from lake.contract import load_contracts
from lake.contract_model import Contract
from lake.settings import project_root

SUITES = load_suites(project_root() / "expectations" / "raw")
CONTRACTS = load_contracts()
BOTH = sorted(SUITES.keys() & CONTRACTS.keys())


def has_a_key(contract: Contract) -> bool:
    return bool(contract.key or contract.duplicates)


def columns_never_null(suite: Suite) -> set[str]:
    return {
        str(expectation.kwargs["column"])
        for expectation in suite.expectations
        if expectation.type == "expect_column_values_to_not_be_null"
        and expectation.severity == "error"
        and "mostly" not in expectation.kwargs
    }


def test_every_dataset_has_a_contract_and_a_suite() -> None:
    assert SUITES.keys() == CONTRACTS.keys()


@pytest.mark.parametrize("name", BOTH)
def test_what_must_not_be_empty_is_what_the_contract_requires(name: str) -> None:
    required = {column.name for column in CONTRACTS[name].columns if column.required}
    assert columns_never_null(SUITES[name]) == required


@pytest.mark.parametrize("name", [name for name in BOTH if has_a_key(CONTRACTS[name])])
def test_a_key_blocks_only_where_ingestion_has_removed_its_duplicates(name: str) -> None:
    suite, duplicates, unpivot = SUITES[name], CONTRACTS[name].duplicates, CONTRACTS[name].unpivot
    (unique,) = (item for item in suite.expectations if KEYS_DISTINCT in item.facts)
    if duplicates is None:
        assert unique.severity == "warning"
    else:
        told_by_headers = set(unpivot.name_columns if unpivot else ())
        assert (unique.severity, set(suite.key)) == ("error", {*duplicates.key, *told_by_headers})
        assert (duplicates.where or "").lower() == suite.key_where.lower()


@pytest.mark.parametrize("name", BOTH)
def test_every_suite_counts_rows_and_has_a_rule_across_columns(name: str) -> None:
    checks = {item.check_id for item in SUITES[name].expectations}
    key = {"key_unique"} if has_a_key(CONTRACTS[name]) else set()
    assert {"columns", "rows_as_written", "not_empty", *key} <= checks
    rules = [item for item in SUITES[name].expectations if item.type == "unexpected_rows_expectation"]
    assert [item for item in rules if item.check_id != "not_in_the_future"]
