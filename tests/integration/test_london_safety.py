"""London's yearly offences and its stops and searches as the lake takes them in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.integration.london_files import london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import records
from tests.integration.published_ingest import CONTRACTS
from tests.unit.deliveries import Lake, read

pytestmark = needs_london
SEARCHES = "police_stop_and_search/2018-07-metropolitan-stop-and-search.csv"


@pytest.mark.parametrize(
    ("area", "touched", "names", "areas"),
    [("ward", 40, "ward_code ward_name borough_name", (679, 669, 33)),
     ("lsoa", 39, "lsoa_code lsoa_name district_code", (4_988, 4_988, 32))],
)  # fmt: skip
def test_small_areas_lose_the_month_that_the_edition_only_touches(
    lake: Lake, area: str, touched: int, names: str, areas: tuple[int, ...]
) -> None:
    file = f"crime_mps_dashboard/recorded-crime-{area}.parquet"
    staged = ingest_london(lake, f"crime_mps_dashboard_{area}", file)

    wanted = pq.read_table(london_folder() / file)
    months = sorted(name for name in wanted.column_names if name.isdigit())
    totals = {month: pc.sum(wanted[month]).as_py() for month in months}
    assert totals.pop("202402") == touched
    assert dict(read(staged.files, "strftime(month_date, '%Y%m'), sum(offence_count)", "true group by 1")) == totals
    assert staged.periods == tuple(date(int(month[:4]), int(month[4:]), 1) for month in totals)
    assert staged.rows_written == wanted.num_rows * len(totals)
    assert read(staged.files, ", ".join(f"count(distinct {name})" for name in names.split())) == [areas]
    assert staged.rejects.by_rule == {"partial_period": wanted.num_rows}
    assert read(staged.reject_files, "count(*), sum(cast(raw_text as integer))", "column_name = '202402'") == [
        (wanted.num_rows, touched)
    ]


def test_offences_of_a_year_begin_in_april(lake: Lake) -> None:
    staged = ingest_london(lake, "recorded_offences", "crime_rates_borough/recorded-offences.csv")

    assert staged.rejects.by_rule == {}
    barking = read(staged.files, "financial_year_start, offence_count", "area_code = 'E09000002'")
    assert barking[0] == (date(1999, 4, 1), 19_567)
    assert [start for start, _ in barking] == [date(year, 4, 1) for year in range(1999, 2017)]
    assert read(staged.files, "count(*), count(offence_count)", "area_code is null") == [(18, 18)]
    assert read(staged.files, "count(*) - count(offence_count)") == [(7,)]


def test_rates_are_kept_to_their_last_digit(lake: Lake) -> None:
    staged = ingest_london(lake, "crime_rates", "crime_rates_borough/crime-rates.csv")

    assert (staged.rejects.by_rule, staged.cells_rounded) == ({}, 0)
    first = "area_code = 'E09000002' and financial_year_start = '1999-04-01'"
    assert read(staged.files, "offences_per_1000", first) == [(Decimal("120.4538179311024"),)]
    assert read(staged.files, "count(*) - count(offences_per_1000)") == [(25,)]


def test_an_edition_with_separators_blanks_and_odd_labels(lake: Lake) -> None:
    path = lake.put(
        "recorded-offences.csv",
        'Code,Borough,Year,Value\nE1,One,2017-12-31,"1,234,567"\n#N/A,Port,2017-12-31, n/a \nE1,One,2018-12-31,\n'
        "E1,One,2019-06-30,5\nE1,One,2017-12-31,9\nE1,One,2020-12-31,x\n",
    )
    staged = lake.ingest(CONTRACTS["recorded_offences"], path)

    assert read(staged.files, "area_code, area_name, financial_year_start, offence_count") == [
        ("E1", "One", date(2017, 4, 1), 1_234_567), ("E1", "One", date(2018, 4, 1), None),
        ("E1", "One", date(2020, 4, 1), None), (None, "Port", date(2017, 4, 1), None),
    ]  # fmt: skip
    assert read(staged.reject_files, "_source_row, rule_id") == [(5, "bad_year"), (6, "duplicate"), (7, "bad_value")]


def test_a_month_of_searches_is_london_s_and_keeps_every_row(lake: Lake) -> None:
    staged = ingest_london(lake, "police_stop_and_search", SEARCHES, {"month": "2018-07", "force": "metropolitan"})

    assert staged.rejects.by_rule == {}
    assert staged.periods == (date(2018, 7, 1),)
    rows = list(records(london_folder() / SEARCHES))
    for column, source in (("gender", "Gender"), ("ethnicity_self", "Self-defined ethnicity"), ("lat", "Latitude")):
        assert read(staged.files, f"count({column})") == [(sum(bool(row[source]) for row in rows),)]
    assert read(staged.files, "count(*), min(searched_at)", "searched_at < '2018-07-01 00:00:00+00'") == [
        (18, datetime(2018, 6, 30, 23, 1, tzinfo=UTC))
    ]


def test_a_search_of_another_month_by_londons_clock_is_rejected(lake: Lake) -> None:
    header, line = (london_folder() / SEARCHES).read_text().splitlines()[:2]
    stamps = ("2018-06-30T23:00:00+00:00", "2018-06-30T22:59:00+00:00", "2018-07-31T23:00:00+00:00", "2018-07-31T23:00")
    lines = [line.replace("2018-06-30T23:01:00+00:00", stamp) for stamp in stamps]
    path = lake.put("2018-07-metropolitan-stop-and-search.csv", "\n".join([header, *lines]))
    staged = lake.ingest(CONTRACTS["police_stop_and_search"], path, {"month": "2018-07", "force": "metropolitan"})

    assert read(staged.reject_files, "_source_row, rule_id") == [(3, "other_month"), (4, "other_month"),
                                                                 (5, "other_month")]  # fmt: skip
    assert staged.rows_accepted == 1
