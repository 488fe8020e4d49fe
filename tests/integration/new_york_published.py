"""New York's figures that publishers give as they stand, and felonies and floodplain per resident, from the files.

Plain Python over rows of the files, by the definitions; nothing of the lake or of its models.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.integration.london_files import Figure, Key
from tests.integration.new_york_files import CITY, DISTRICTS, PROFILES, new_york_folder, profile
from tests.integration.new_york_workbooks import health
from tests.integration.published_files import number, records

AIR = {"ENV_PM25": "365", "ENV_NO2_PPB": "375"}
HEALTH = {
    "HEA_AVOID_HOSP": ("Avoidable_Adult_Hosp", "2014", date(2014, 1, 1), date(2015, 1, 1)),
    "EDU_ABSENT": ("School_Absent", "2016-17", date(2016, 9, 1), date(2017, 9, 1)),
    "EDU_HSGRAD": ("On_Time_HS_Grad", "2013-17", date(2013, 9, 1), date(2017, 9, 1)),
}
SURVEY = {
    "ECO_POVERTY": "poverty_rate",
    "ECO_UNEMP_ACS": "unemployment",
    "MOB_COMMUTE": "mean_commute",
    "REA_RENT_BURDEN": "pct_hh_rent_burd",
}
Values = Mapping[str, float | None]
Parts = dict[str, tuple[float | None, float | None, float]]
"""Numerator, denominator and coverage by district."""


def published() -> dict[Key, Figure]:
    """Every figure of the section on published tables, by indicator, district and period."""
    city = next(records(new_york_folder() / PROFILES / "city_cd_attributes.csv"))
    race, built = profile("cd_demo_race_economics"), profile("cd_built_environment")
    life = health("Life_Expectancy")
    figures = _figures("HEA_LIFE_BIRTH", "2006-15", date(2006, 1, 1), date(2016, 1, 1), _by_district(life))
    figures |= _figures("HEA_LIFE_BIRTH", "2015", date(2015, 1, 1), date(2016, 1, 1), {CITY: life["0"]})
    for code, (measure, label, start, end) in HEALTH.items():
        values = health(measure)
        figures |= _figures(code, label, start, end, {**_by_district(values), CITY: values["0"]})
    for code, column in SURVEY.items():
        values = {**_column(race, column), CITY: number(city[column])}
        figures |= _figures(code, "2014-18", date(2014, 1, 1), date(2019, 1, 1), values)
    clean = {**_column(built, "pct_clean_strts"), CITY: number(city["pct_clean_strts"])}
    figures |= _figures("SRV_CLEAN", "2020-08", date(2020, 8, 1), date(2020, 9, 1), clean)
    parks = {code: None if share is None else 100 * share for code, share in _column(built, "pct_served_parks").items()}
    return figures | _figures("ENV_PARK", "2019", date(2019, 1, 1), date(2020, 1, 1), parks) | _air()


def per_resident() -> dict[Key, Figure]:
    """Felonies of 2019 per resident of 2016, and residents of 2010 who live in the floodplain."""
    told = number(next(records(new_york_folder() / PROFILES / "city_cd_attributes.csv"))["crime_count"])
    crimes, residents = _column(profile("cd_demo_race_economics"), "crime_count"), health("Overall_Pop")
    felonies: Parts = {code: (crimes[code], residents[code], 1) for code in DISTRICTS}
    felonies[CITY] = (told, residents["0"], sum(count or 0 for count in crimes.values()) / (told or 0))
    floods, census = profile("cd_floodplain"), _column(profile("cd_demo_age_gender"), "pop_2010")
    floodplain: Parts = {code: (_flooded(floods[code]), census[code], 1) for code in DISTRICTS}
    sums = [sum(part[place] or 0 for part in floodplain.values()) for place in (0, 1)]
    floodplain[CITY] = (sums[0], sums[1], 1)
    figures = _ratios("SAF_FELONY7", "2019", date(2019, 1, 1), date(2020, 1, 1), 1_000, felonies)
    return figures | _ratios("CIV_FLOOD_POP", "2010", date(2010, 1, 1), date(2011, 1, 1), 100, floodplain)


def _flooded(row: Mapping[str, str]) -> float | None:
    blank = 0 if float(row["fp_100_area"]) <= 0.01 else None
    return number(row["fp_100_pop_2010"]) if row["fp_100_pop_2010"] else blank


def _by_district(values: Values) -> Values:
    return {code: values[code] for code in DISTRICTS}


def _column(rows: Mapping[str, Mapping[str, str]], name: str) -> Values:
    return {code: number(rows[code][name]) for code in DISTRICTS}


def _figures(code: str, label: str, start: date, end: date, values: Values) -> dict[Key, Figure]:
    figures = {}
    for district, value in values.items():
        coverage, status = (0, "missing") if value is None else (1, "ok")
        figures[code, district, label] = Figure(start, end, value, None, None, coverage, status)
    return figures


def _air() -> dict[Key, Figure]:
    figures: dict[Key, Figure] = {}
    rows = list(records(new_york_folder() / "air_quality_nyccas" / "Air_Quality.csv"))
    for code, indicator in AIR.items():
        means = [row for row in rows if row["Indicator ID"] == indicator and row["Measure"] == "Mean"]
        for year in range(2015, 2022):
            of_year = [row for row in means if row["Time Period"] == f"Annual Average {year}"]
            values = {row["Geo Join ID"]: number(row["Data Value"]) for row in of_year if row["Geo Type Name"] == "CD"}
            (whole_city,) = [row for row in of_year if row["Geo Type Name"] == "Citywide"]
            values[CITY] = number(whole_city["Data Value"])
            assert values.keys() == {*DISTRICTS, CITY}
            figures |= _figures(code, str(year), date(year, 1, 1), date(year + 1, 1, 1), values)
    return figures


def _ratios(code: str, label: str, start: date, end: date, factor: int, parts: Parts) -> dict[Key, Figure]:
    figures = {}
    for district, (numerator, denominator, coverage) in parts.items():
        if numerator is None or denominator is None:
            figures[code, district, label] = Figure(start, end, None, None, None, 0, "missing")
            continue
        value = factor * numerator / denominator
        figures[code, district, label] = Figure(start, end, value, numerator, denominator, coverage, "ok")
    return figures
