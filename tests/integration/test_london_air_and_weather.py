"""London's summaries of air, its modelled air and a station's weather as the lake takes them in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.integration.london_files import london_folder
from tests.integration.london_ingest import ingest_london, needs_london
from tests.integration.published_files import number, records
from tests.integration.published_ingest import CONTRACTS
from tests.unit.deliveries import Lake, read

pytestmark = needs_london

HEATHROW = "weather_heathrow_monthly/heathrowdata.txt"


def test_the_months_of_weather_are_those_of_the_file(lake: Lake) -> None:
    staged = ingest_london(lake, "weather_heathrow", HEATHROW)

    assert staged.rejects.by_rule == {}
    assert read(staged.files, "count(*), min(month_date), max(month_date)") == [
        (868, date(1948, 1, 1), date(2020, 4, 1))
    ]
    assert read(staged.files, "count(*) - count(air_frost_days), count(*) - count(sun_hours)") == [(12, 108)]
    assert read(staged.files, "min(month_date), count(*)", "sun_sensor = '#'") == [(date(2005, 9, 1), 176)]
    values = "station, tmax_mean_degc, tmin_mean_degc, air_frost_days, rain_mm, sun_hours, sun_sensor"
    assert read(staged.files, values, "month_date in (date '1948-01-01', date '2020-02-01')") == [
        ("Heathrow (London Airport)", Decimal("8.9"), Decimal("3.3"), None, Decimal(85), None, None),
        ("Heathrow (London Airport)", Decimal("11.1"), Decimal("4.3"), 1, Decimal("99.8"), Decimal(62), "#"),
    ]


def test_another_edition_may_mark_estimates_and_what_is_provisional_and_bring_impossible_months(lake: Lake) -> None:
    head = "Oxford\nNotes\n   yyyy  mm   tmax    tmin      af    rain     sun\n  degC degC days mm hours\n"
    months = (
        "  2020   5  19.1*    8.2       0     3.1*  266.1#*\n"
        "  2020  13  19.1     8.2       0     3.1   266.1\n"
        "  2020   6  20.3    11.0       0    -3.1   200.1\n"
        "  2020   7  22.3    12.1       0    12.5     ---   Provisional\n"
        "  2020   8  22.3    12.1      40    12.5   200.1\n"
    )

    staged = lake.ingest(CONTRACTS["weather_heathrow"], lake.put("oxforddata.txt", head + months))

    assert read(staged.files, "station, month_date, tmax_mean_degc, rain_mm, sun_hours, sun_sensor") == [
        ("Oxford", date(2020, 5, 1), Decimal("19.1"), Decimal("3.1"), Decimal("266.1"), "#"),
        ("Oxford", date(2020, 7, 1), Decimal("22.3"), Decimal("12.5"), None, None),
    ]
    assert staged.rejects.by_rule == {"bad_month_date": 1, "impossible_frost": 1, "impossible_rain": 1}


def test_monthly_means_have_their_pollutant_and_kind_of_site(lake: Lake) -> None:
    file = "air_quality_laqn/monthly-averages.csv"
    staged = ingest_london(lake, "air_quality_laqn_monthly", file)

    assert staged.rejects.by_rule == {}
    assert read(staged.files, "count(*), count(value_ugm3)") == [(132 * 14, 132 * 14 - 4 * 24 - 4)]
    assert len(read(staged.files, "distinct site_type, pollutant")) == 14
    for row in (row for row in records(london_folder() / file) if row["Month"].startswith("2016-")):
        at = f"month_date = '{row['Month']}' and site_type = 'Background' and pollutant = 'Nitrogen Dioxide'"
        ((value,),) = read(staged.files, "value_ugm3", at)
        assert float(value) == number(row["London Mean Background Nitrogen Dioxide (ug/m3)"])
    assert read(staged.files, "distinct pollutant", "value_ugm3 < 0") == [("Sulphur Dioxide",)]


def test_the_profile_of_the_day_has_every_hour_of_every_month(lake: Lake) -> None:
    staged = ingest_london(lake, "air_quality_laqn_hourly_profile", "air_quality_laqn/time-of-day-per-month.csv")

    assert staged.rejects.by_rule == {}
    assert staged.rows_written == 3_168 * 14
    assert read(staged.files, "hour_gmt, count(distinct month_date)", "true group by hour_gmt") == [
        (hour, 132) for hour in range(24)
    ]
    at = "month_date = '2018-12-01' and hour_gmt = 23 and site_type = 'Roadside' and pollutant = 'Nitrogen Dioxide'"
    assert read(staged.files, "round(value_ugm3, 9)", at) == [(Decimal("44.964516129"),)]
    assert read(staged.files, "count(*)", "value_ugm3 < 0 and site_type = 'Roadside'") == [(64,)]


def test_every_ward_has_its_modelled_air(lake: Lake) -> None:
    file = "air_quality_laqn/ward_pollution.csv"
    staged = ingest_london(lake, "air_quality_ward", file)

    assert staged.rejects.by_rule == {}
    found = {
        code: values for code, *values in read(staged.files, "ward_code, ward_name, pm10_ugm3, nox_ugm3, no2_ugm3")
    }
    assert len(found) == 625
    for row in records(london_folder() / file):
        wanted = [row["Names"], *(Decimal(row[name]) for name in ("Mean_PM10", "Mean_NOx", "Mean_NO2"))]
        assert found[row["New_Code"]] == wanted
