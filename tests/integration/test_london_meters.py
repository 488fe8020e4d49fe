"""What London's smart meter trial tells beside the readings: bands of the tariff, totals of households."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.integration.london_files import london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import records
from tests.integration.published_ingest import CONTRACTS, staged_bytes
from tests.unit.deliveries import KEY, Lake, read

pytestmark = needs_london


def test_every_half_hour_of_the_year_has_a_band(lake: Lake) -> None:
    file = "energy_lcl_smartmeter/Tariffs_table.csv"
    staged = ingest_london(lake, "energy_lcl_tariffs", file)

    assert staged.periods == (date(2013, 1, 1),)
    assert staged.rejects.by_rule == {}
    wanted = Counter(row["Tariff"].strip() for row in records(london_folder() / file))
    assert dict(read(staged.files, "tariff_band, count(*)", "true group by tariff_band")) == wanted
    assert wanted == {"Normal": 15_072, "Low": 1_660, "High": 788}
    assert read(staged.files, "tariff_band", "valid_from_at = '2013-01-07 23:00:00+00'") == [("High",)]
    assert staged.newest_event_at == datetime(2013, 12, 31, 23, 30, tzinfo=UTC)


def test_another_year_stands_beside_the_first(lake: Lake) -> None:
    def year(number: int) -> str:
        return f'"{number}-12-31 23:30:00","Low\r"\n'

    path = lake.put("Tariffs_table.csv", '"TariffDateTime","Tariff"\n' + year(2013) + year(2014) + year(2014))
    staged = lake.ingest(CONTRACTS["energy_lcl_tariffs"], path)

    assert staged.periods == (date(2013, 1, 1), date(2014, 1, 1))
    assert staged.rejects.by_rule == {"duplicate": 1}


def test_totals_are_of_pseudonyms_and_equal_the_sum_of_a_households_readings(lake: Lake) -> None:
    file = "energy_lcl_smartmeter/households_grouped_by_mac.csv"
    staged = ingest_london(lake, "energy_lcl_totals", file)

    assert staged.cells_rounded == 0
    totals = dict(read(staged.files, "household_pseudonym, energy_kwh"))
    assert totals == {KEY.pseudonym(row["mac"]): Decimal(row["kwhh"]) for row in records(london_folder() / file)}
    for household in ("MAC000584", "MAC000985", "MAC004179"):
        readings = records(london_folder() / f"energy_lcl_smartmeter/{household}.csv")
        assert totals[KEY.pseudonym(household)] == sum(Decimal(row["kwhh"]) for row in readings)
    assert re.search(rb"(?i)MAC\d{6}", staged_bytes(staged)) is None
