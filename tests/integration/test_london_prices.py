"""London's prices of homes as the lake takes them in: no address, the same sale in both layouts, and the index."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest

from tests.integration.london_files import london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import records
from tests.integration.published_ingest import CONTRACTS, staged_bytes
from tests.unit.deliveries import KEY, Lake, read

pytestmark = needs_london

BARBICAN, GOLDEN_LANE = "price_paid/barbican_raw.csv", "price_paid/golden_lane.csv"
BULK = "price_paid/derived_bulk_layout_golden_lane.csv"
HOME = "transaction_id, home_pseudonym, price_gbp, deed_date"
SALE = f"{HOME}, property_type, is_new, tenure, district_name, county, category"


def test_a_header_glued_to_the_first_sale_loses_none(lake: Lake) -> None:
    staged = ingest_london(lake, "price_paid", BARBICAN)

    assert (staged.rows_read, staged.rows_accepted, staged.rejects.by_rule) == (2_864, 2_864, {})
    assert read(staged.files, "min(deed_date), max(deed_date), count(distinct transaction_id)") == [
        (date(1995, 1, 5), date(2024, 11, 18), 2_864)
    ]
    home = KEY.pseudonym("EC2Y 8AT|SPEED HOUSE|FLAT 1|BARBICAN|F")
    assert read(staged.files, "price_gbp, deed_date, is_new", f"home_pseudonym = '{home}'") == [
        (235_000, date(1999, 6, 23), False), (1_285_000, date(2021, 4, 16), False),
    ]  # fmt: skip
    assert read(staged.files, "count(*)", "category = 'B'")[0][0] < 40


def test_both_layouts_tell_the_same_sales_of_the_same_homes(lake: Lake) -> None:
    linked, bulk = (ingest_london(lake, *of) for of in (("price_paid", GOLDEN_LANE), ("price_paid_bulk", BULK)))

    assert (linked.rows_accepted, bulk.rows_accepted) == (321, 321)
    assert read(linked.files, SALE) == read(bulk.files, SALE)
    assert read(bulk.files, "distinct record_status") == [("A",)]


@pytest.mark.parametrize(("dataset", "file"), [("price_paid", BARBICAN), ("price_paid_bulk", BULK)])
def test_no_part_of_an_address_enters_the_lake(lake: Lake, dataset: str, file: str) -> None:
    with (london_folder() / file).open(newline="") as lines:
        cells = {cell for row in csv.reader(lines) for cell in row if cell}
    addresses = [cell for cell in cells if cell.startswith(("EC", "FLAT ")) or cell.endswith((" HOUSE", " ESTATE"))]
    assert len(addresses) > 100

    found = staged_bytes(ingest_london(lake, dataset, file))

    assert [cell for cell in addresses if cell.encode() in found] == []


def test_a_sale_that_is_rejected_hides_its_address(lake: Lake) -> None:
    lines = (london_folder() / BULK).read_text().splitlines()
    lines[0] = lines[0].replace("2000-09-20", "2000-09-31")

    staged = lake.ingest(CONTRACTS["price_paid_bulk"], lake.put("pp-2000.csv", "\n".join(lines)))

    ((rule, text),) = read(staged.reject_files, "rule_id, raw_text")
    home = KEY.pseudonym("EC1Y 0RB|CUTHBERT HARROWING HOUSE|FLAT 2|GOLDEN LANE ESTATE|F")
    assert rule == "bad_deed_date"
    assert text.split(",") == [
        "{A373DD4F-6109-4002-B9B8-8FE0C8D2B60B}", "191000", "2000-09-31 00:00", home, "F", "N", "L", "(withheld)",
        "(withheld)", "(withheld)", "", "(withheld)", "CITY OF LONDON", "GREATER LONDON", "A", "A",
    ]  # fmt: skip


def test_nothing_is_taken_from_a_file_in_the_other_layout(lake: Lake) -> None:
    staged = lake.ingest(
        CONTRACTS["price_paid_bulk"], lake.put("pp-2000.csv", (london_folder() / GOLDEN_LANE).read_text())
    )

    assert (staged.rows_read, staged.rows_accepted) == (322, 0)


@pytest.mark.parametrize(("file", "code"), [("city-of-london", "E09000001"), ("london", "E12000007")])
def test_the_index_has_every_month_and_blanks_are_missing(lake: Lake, file: str, code: str) -> None:
    path = f"price_index_ukhpi/{file}.csv"
    staged = ingest_london(lake, "price_index_ukhpi", path)

    assert (staged.rows_accepted, staged.cells_rounded, staged.rejects.by_rule) == (359, 0, {})
    assert read(staged.files, "count(*), min(month_date), max(month_date), count(sales_count)") == [
        (359, date(1995, 1, 1), date(2024, 11, 1), 357)
    ]
    (row,) = (row for row in records(london_folder() / path) if row["Period"] == "2023-12")
    values = "price_all_gbp, price_flat_gbp, index_all, change_month_pct_all, change_year_pct_flat"
    wanted = ("Average price All property types", "Average price Flats and maisonettes",
              "House price index All property types", "Percentage change (monthly) All property types",
              "Percentage change (yearly) Flats and maisonettes")  # fmt: skip
    assert read(staged.files, values, f"month_date = '2023-12-01' and district_code = '{code}'") == [
        tuple(Decimal(row[name]) for name in wanted)
    ]
    if code == "E09000001":
        assert read(staged.files, "count(price_detached_gbp), count(price_terraced_gbp)") == [(0, 110)]
