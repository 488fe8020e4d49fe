"""London's tables of wards as the lake takes them in."""

from __future__ import annotations

from decimal import Decimal

from tests.integration.london_files import london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import records
from tests.unit.deliveries import Lake, read

pytestmark = needs_london


def test_ages_of_wards_also_where_a_name_holds_a_comma(lake: Lake) -> None:
    staged = ingest_london(lake, "ward_age", "ward_age/wards_age_rate.csv")

    assert (staged.rows_accepted, staged.cells_rounded) == (625, 0)
    ages = "borough_name, ward_name, age_0_15_pct, age_16_64_pct, age_65_over_pct"
    assert read(staged.files, ages, "ward_code = 'E05000519'") == [
        ("Richmond_upon_Thames", "Ham,_Petersham_&_Richmond_Riverside", Decimal("18.95734597"),
         Decimal("63.507109"), Decimal("17.53554502")),
    ]  # fmt: skip
    assert read(staged.files, "sum(age_0_15_pct)") == [
        (sum(Decimal(row["Aged_0_15"]) for row in records(london_folder() / "ward_age/wards_age_rate.csv")),)
    ]


def test_health_of_all_wards_of_the_country(lake: Lake) -> None:
    staged = ingest_london(lake, "ward_health", "ward_health/wards_health.csv")

    rows = list(records(london_folder() / "ward_health/wards_health.csv"))
    assert read(staged.files, "count(distinct ward_code), sum(population), sum(bad_health_count)") == [
        (7_678, sum(int(row["population"]) for row in rows), sum(int(row["bad_very_bad_health"]) for row in rows))
    ]


def test_wellbeing_of_wards_has_no_gap(lake: Lake) -> None:
    staged = ingest_london(lake, "ward_wellbeing", "ward_wellbeing/wards_well_being.csv")

    assert staged.rejects.by_rule == {}
    found = "borough_name, life_expectancy_years, deliberate_fires_rate, open_space_access, wellbeing_score"
    assert read(staged.files, found, "ward_code = 'E05000026'") == [
        ("Barking_and_Dagenham", *map(Decimal, ("81.998", "1.159", "0.890", "7.789")))
    ]
    assert read(staged.files, "count(wellbeing_score), min(wellbeing_score), max(wellbeing_score)") == [
        (625, Decimal("7.155"), Decimal("8.423"))
    ]
    assert read(staged.files, "count(*)", "deliberate_fires_rate = 0") == [(42,)]
