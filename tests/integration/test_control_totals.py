"""A control total that a household's file misses is told by a test of the night, and stops nothing."""

from __future__ import annotations

from pathlib import Path

from tests.integration.dbt_night import Night

TEST = "totals_of_households_are_those_of_their_files"


def test_a_total_that_its_file_misses_is_a_warning(tmp_path: Path) -> None:
    night = Night.empty(tmp_path)
    readings = [("a", 0.25), ("a", 0.5), ("b", 1.0), ("without a total", 9.0)]
    night.insert(
        "raw.energy_lcl_smartmeter",
        [{"city": "c", "household_pseudonym": who, "key_version": 1, "energy_kwh": kwh} for who, kwh in readings],
    )
    totals = [("a", 0.75), ("b", 1.0), ("without a file", 7.0)]
    night.insert(
        "raw.energy_lcl_totals",
        [
            {"city": "c", "_slot": "s", "household_pseudonym": who, "key_version": 1, "energy_kwh": kwh}
            for who, kwh in totals
        ],
    )

    assert night.dbt("build", "--select", "stg_energy_lcl_totals", TEST)[TEST] == "pass"
    night.execute("update raw.energy_lcl_totals set energy_kwh = 1.1 where household_pseudonym = 'b'")
    assert night.dbt("build", "--select", "stg_energy_lcl_totals", TEST)[TEST] == "warn"
