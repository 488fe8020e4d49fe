"""What no file says: days that lie in the future, codes that are no area, values that are impossible."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lake.city import Area
from lake.contract import Contract, Limits, Unpivot
from lake.deliveries.known import latest_date, rules_hash
from lake.deliveries.ledger import COMMITTED, REFUSED
from lake.ingest.ingest import Staged
from tests.unit.deliveries import Lake, Rows, city, column, contract, read

DAY = contract(column("id"), column("day", "date", observed=True), column("planned", "date"))
AT = contract(column("id"), column("at", "timestamptz", zone="Pacific/Auckland", observed=True))
AREAS = contract(column("code", areaCode=True), column("n", "integer"), otherAreas=("E13\\d+", "Nat"))
WIDE = contract(
    column("id"),
    column("month", "date", format="%Y-%m", observed=True),
    column("n", "integer", minimum=0),
    unpivot=Unpivot(columns=r"(?P<month>\d{4}-\d\d)", valueColumn="n"),
)


def rejected(staged: Staged, columns: str = "_source_row, kind, rule_id") -> Rows:
    return read(staged.reject_files, columns)


def ingested(lake: Lake, of: Contract, text: str) -> Staged:
    staged = lake.ingest(of, lake.put("toy.csv", text), areas=city().area_codes)
    assert staged.rows_read == staged.rows_accepted + staged.rejects.records + staged.rejects.no_data
    return staged


def test_an_observed_day_after_the_nights_is_rejected_and_a_day_is_left_for_time_zones(lake: Lake) -> None:
    staged = ingested(lake, DAY, "id,day,planned\na,2026-03-01,2030-01-01\nb,2026-03-02,\nc,2026-03-03,\nd,,\n")

    assert rejected(staged, "_source_row, rule_id, reason") == [
        (4, "future_date", "what is said to be observed lies in the future")
    ]
    assert staged.rows_accepted == 3


def test_a_time_is_of_a_day_on_the_clock_that_wrote_it(lake: Lake) -> None:
    staged = ingested(lake, AT, "id,at\na,2026-03-02 23:59:59\nb,2026-03-03 00:00:00\nc,2026-03-02T13:00:00Z\n")

    assert rejected(staged) == [(3, "record", "future_date"), (4, "record", "future_date")]


def test_months_to_come_of_a_wide_file_cost_their_cells_and_a_record_only_where_nothing_is_left(lake: Lake) -> None:
    text = "id,2026-02,2026-03,2026-04,2026-05\na,1,2,3,\nb,-1,,4,x\nc,-1,y,4,5\n"

    staged = ingested(lake, WIDE, text)

    assert read(staged.files, "id, month, n") == [
        ("a", date(2026, 2, 1), 1),
        ("a", date(2026, 3, 1), 2),
        ("b", date(2026, 3, 1), None),
    ]
    assert rejected(staged, "_source_row, rule_id, column_name, raw_text") == [
        (2, "future_date", "2026-04", "3"),
        (3, "bad_n", "2026-02", "-1"),
        (3, "future_date", "2026-04", "4"),
        (3, "future_date", "2026-05", "x"),
        (4, "bad_n", "2026-02", "-1"),
        (4, "bad_n", "2026-03", "y"),
        (4, "future_date", "2026-04", "4"),
        (4, "future_date", "2026-05", "5"),
    ]
    assert (staged.rows_accepted, staged.rejects.records) == (2, 1)


def test_a_code_is_an_area_of_the_city_or_one_that_the_contract_knows(lake: Lake) -> None:
    staged = ingested(lake, AREAS, "code,n\nD1,1\nW,1\nE13000001,1\nNat,1\n,1\nD9,1\nNational,1\nd1,1\n")

    assert rejected(staged) == [(line, "record", "unknown_area") for line in (7, 8, 9)]
    assert staged.rows_accepted == 5


def test_where_a_city_names_no_district_no_code_is_unknown(lake: Lake) -> None:
    lake.put("toy.csv", "code,n\nD9,1\n")

    outcome = lake.night(AREAS, city().model_copy(update={"districts": ()}))

    assert [(one.status, one.rows_rejected) for one in outcome.deliveries] == [(COMMITTED, 0)]


def test_other_districts_lead_to_another_decision(lake: Lake) -> None:
    strict = AREAS.model_copy(update={"limits": Limits(rejectedShare=0, reason="a test says so")})
    lake.put("toy.csv", "code,n\nD1,1\nD2,1\n")
    small = city()
    large = small.model_copy(update={"districts": (*small.districts, Area(code="D2", name="Two"))})

    decided = [[one.status for one in lake.night(strict, of).deliveries] for of in (small, small, large, large)]

    assert decided == [[REFUSED], [], [COMMITTED], []]


def test_the_areas_count_only_where_a_column_holds_them() -> None:
    assert rules_hash(AREAS, ("A", "B")) == rules_hash(AREAS, ("B", "A")) != rules_hash(AREAS, ("A",))
    assert rules_hash(DAY, ("A", "B")) == rules_hash(DAY, ()) == DAY.parsing_hash


@pytest.mark.parametrize("required", [True, False])
def test_an_impossible_value_is_one_that_does_not_parse(lake: Lake, required: bool) -> None:
    share = column("pct", "decimal(9,3)", minimum=0, maximum=100, required=required)
    staged = ingested(lake, contract(column("id"), share), "id,pct\na,0\nb,100\nc,-0.001\nd,100.001\n")

    kind = "record" if required else "cell"
    assert rejected(staged) == [(4, kind, "bad_pct"), (5, kind, "bad_pct")]
    assert staged.rows_accepted == (2 if required else 4)


def test_the_latest_date_is_the_later_of_today_and_the_nights() -> None:
    today = datetime.now(UTC).date()

    assert latest_date(None) == latest_date(today - timedelta(days=9)) == today
    assert latest_date(today + timedelta(days=9)) == today + timedelta(days=9)
