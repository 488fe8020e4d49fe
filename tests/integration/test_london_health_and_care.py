"""London's ambulance incidents and spending on social care as the lake takes them in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.integration.london_files import BOROUGHS, london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import records
from tests.integration.published_ingest import CONTRACTS
from tests.unit.deliveries import Lake, read

pytestmark = needs_london

AMBULANCE = "ambulance_incidents/ambulance-borough-monthly.csv"


def test_the_districts_add_up_to_the_total_that_is_no_row(lake: Lake) -> None:
    staged = ingest_london(lake, "ambulance_incidents", AMBULANCE)

    assert (staged.rows_read, staged.rows_accepted) == (35, 33)
    assert staged.rejects.by_rule == {"no_district": 1, "blank_row": 1}
    (total,) = (row for row in records(london_folder() / AMBULANCE) if row["Borough"] == "Total")
    months = dict(read(staged.files, "strftime(month_date, '%b %Y'), sum(incident_count)", "true group by all"))
    assert len(months) == 74
    assert months == {name: int(text) for name, text in total.items() if name not in ("Code", "Borough")}
    assert [code for (code,) in read(staged.files, "distinct district_code")] == BOROUGHS


def test_another_edition_may_have_other_months_separators_and_cells_without_a_count(lake: Lake) -> None:
    rows = 'E09000001,City of London,"1,204", 310 ,7.0,9\nE09000002,Barking,n/a,,-4,9\n,Total,1,2,3,9\n,,,,,\n'
    path = lake.put("ambulance.csv", "Code,Borough,Sep 2015,Oct 2015, Nov 2016 ,All 2015\n" + rows)

    staged = lake.ingest(CONTRACTS["ambulance_incidents"], path)

    september, october, november = date(2015, 9, 1), date(2015, 10, 1), date(2016, 11, 1)
    assert read(staged.files, "district_code, month_date, incident_count") == [
        ("E09000001", september, 1204), ("E09000001", october, 310), ("E09000001", november, 7),
        ("E09000002", september, None), ("E09000002", october, None),
    ]  # fmt: skip
    assert read(staged.reject_files, "_source_row, kind, rule_id, column_name, raw_text") == [
        (3, "cell", "bad_value", " Nov 2016 ", "-4"),
        (4, "record", "no_district", None, ",Total,1,2,3,9"),
        (5, "no_data", "blank_row", None, ",,,,,"),
    ]
    assert staged.unexpected_columns == ("All 2015",)


def test_spending_on_care_is_that_of_every_district_and_adds_up(lake: Lake) -> None:
    file = "adult_social_care/boroughs_ASC.csv"
    staged = ingest_london(lake, "adult_social_care", file)

    assert (staged.rows_accepted, staged.cells_rounded, staged.rejects.by_rule) == (33, 0, {})
    wanted = {row["ONS_Code"]: Decimal(row["65_and_over_total"]) for row in records(london_folder() / file)}
    assert dict(read(staged.files, "district_code, age_65_over_total_gbp")) == wanted
    assert read(staged.files, "age_65_over_memory_gbp, long_term_gbp", "district_code = 'E09000011'") == [
        (Decimal(10238301), Decimal("76647723.79"))
    ]
    parts = " + ".join(f"age_65_over_{part}_gbp" for part in ("physical", "sensory", "memory", "learning", "mental"))
    assert read(staged.files, "district_code", f"abs({parts} - age_65_over_total_gbp) > 1") == []
