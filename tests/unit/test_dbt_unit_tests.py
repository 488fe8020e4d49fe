"""Runs the unit tests that stand beside the dbt models, on an empty night: formulas with a few rows by hand."""

from __future__ import annotations

from pathlib import Path

from tests.integration.dbt_night import Night


def test_every_formula_that_is_easy_to_get_wrong(tmp_path: Path) -> None:
    night = Night.empty(tmp_path)
    outcomes = night.dbt("build", "--exclude-resource-type", "test")
    passed = [name for name, status in outcomes.items() if status == "pass"]
    assert len(passed) >= 32
