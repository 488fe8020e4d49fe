"""The indicator values of `truth.json`, worked out a second time from the files alone, by the definitions."""

import csv
import io
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely

from lake.sample import write_sample

CITY = "B12000001"
STAMP = re.compile(r"2015-01-(\d\d) (\d\d):([03])0:00(\.0000000)?")
Truth = dict[tuple[str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, 240, 35)
    return out


@pytest.fixture(scope="module")
def truth(sample: Path) -> Truth:
    rows = json.loads((sample / "truth.json").read_text())["indicators"]
    keyed = {(row["indicator_code"], row["district_code"], row["period"]): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def rows_of(path: Path) -> list[dict[str, str]]:
    """Records of the right width as dictionaries."""
    text = path.read_bytes().decode("utf-8-sig").removesuffix("\x1a")
    text = re.sub(r"^,mac,datetime,kwhh(?=\d)", ",mac,datetime,kwhh\n", text)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(header, row, strict=True)) for row in rows if any(row) and len(row) == len(header)]


def number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", ""))
    except ValueError:
        return None


def residents(sample: Path, year: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows_of(sample / "population_borough/brightwater_population.csv"):
        if row["Year"] == str(year):
            found.setdefault(row["Code"], float(row["Population"].replace(",", "")))
    return found


def january(sample: Path) -> dict[str, dict[str, float]]:
    """Household -> half-hour -> kWh: the latest edition of each day, and a household's own file before that."""
    folder = sample / "energy_lcl_smartmeter"
    readings: dict[str, dict[str, float]] = defaultdict(dict)
    for day in range(1, 32):
        editions = sorted(folder.glob(f"lcl_2015-01-{day:02d}*.csv"), key=lambda path: len(path.name))
        for row in rows_of(editions[-1]):
            stamp, value = STAMP.fullmatch(row["DateTime"]), number(row["KWH/hh (per half hour) "])
            if stamp and int(stamp[1]) == day and value is not None and 0 <= value <= 10:
                half_hours = readings[row["LCLid"]]
                half_hours[row["DateTime"][:16]] = max(value, half_hours.get(row["DateTime"][:16], 0))
    for path in folder.glob("MAC*.csv"):
        for row in rows_of(path):
            value = number(row["kwhh"])
            if STAMP.fullmatch(row["datetime"]) and value is not None:
                readings[row["mac"]][row["datetime"][:16]] = value
    return readings


def energy(households: list[dict[str, float]]) -> dict[str, tuple[float, float, float]]:
    """Value, numerator, denominator of the three indicators over the qualifying households."""
    by_half_hour: dict[str, list[float]] = defaultdict(list)
    for readings in households:
        for stamp, kwh in readings.items():
            by_half_hour[stamp].append(kwh)
    total = sum(sum(readings.values()) for readings in households)
    load = {s: 2 * sum(x) / len(x) for s, x in by_half_hour.items() if len(x) >= 0.95 * len(households)}
    night = [kw for stamp, kw in load.items() if "02:00" <= stamp[11:] < "04:00"]
    mean, base = sum(load.values()) / len(load), sum(night) / len(night)
    return {
        "ENE_HH_KWH": (total / len(households), total, len(households)),
        "ENE_PEAK_RATIO": (mean / max(load.values()), mean, max(load.values())),
        "ENE_NIGHT_BASE": (100 * base / mean, base, mean),
    }


def test_energy(sample: Path, truth: Truth) -> None:
    districts: dict[str, str] = {}
    for row in rows_of(sample / "energy_lcl_smartmeter/informations_households.csv"):
        districts.setdefault(row["LCLid"], row["district_code"])
    groups: dict[str, list[dict[str, float]]] = defaultdict(list)
    for household, half_hours in january(sample).items():
        if len(half_hours) >= 0.99 * 1488:
            groups[CITY].append(half_hours)
            groups[districts[household]].append(half_hours)
    assert "" in groups, "no household without a district: nothing tests that they count for the city"
    for code, households in groups.items():
        if code:
            for indicator, figures in energy(households).items():
                row = truth[indicator, code, "2015-01"]
                assert (row["value"], row["numerator"], row["denominator"]) == pytest.approx(figures, rel=1e-9)


def test_who_is_restricted(truth: Truth) -> None:
    rows = {code: row for (indicator, code, _), row in truth.items() if indicator == "ENE_HH_KWH" and code != CITY}
    hidden = {code for code, row in rows.items() if row["status"] == "restricted"}
    small = {code for code, row in rows.items() if row["denominator"] < 5}
    assert small == {"B09000012"}
    rest = [code for code in rows if code not in small]
    assert hidden == small | {min(rest, key=lambda code: (rows[code]["denominator"], code))}


def test_the_cold_spell_shows(sample: Path) -> None:
    by_day: dict[str, float] = defaultdict(float)
    for half_hours in january(sample).values():
        for stamp, kwh in half_hours.items():
            by_day[stamp[:10]] += kwh
    cold = [by_day[f"2015-01-{day}"] for day in range(17, 24)]
    mild = [kwh for day, kwh in by_day.items() if not "2015-01-17" <= day <= "2015-01-23"]
    assert min(cold) > max(mild)
    assert sum(cold) / len(cold) > 1.15 * sum(mild) / len(mild)


def hourly(sample: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Site and species -> stamp -> value in 2014; a later line counts, also when it is blank."""
    series: dict[tuple[str, str], dict[str, float | None]] = defaultdict(dict)
    for row in rows_of(sample / "air_quality_laqn/LaqnData.csv"):
        value = number(row["Value"])
        if re.fullmatch(r"\d\d/\d\d/2014 \d\d:00", row["ReadingDateTime"]):
            if row["ReadingDateTime"].startswith("31/02"):
                continue
            series[row["Site"], row["Species"]][row["ReadingDateTime"]] = value
    return {key: {s: v for s, v in values.items() if v is not None} for key, values in series.items()}


def test_air(sample: Path, truth: Truth) -> None:
    sites = {
        "OH1": 1,
        "CQ1": 2,
        "LS1": 3,
        "SM1": 4,
        "MR1": 5,
        "FV1": 6,
        "GH1": 7,
        "KM1": 8,
        "ED1": 9,
        "PH1": 10,
        "SS1": 11,
    }
    checked = 0
    for (site, species), values in hourly(sample).items():
        if species != "NO":
            row = truth[f"ENV_{species}", f"B09{sites[site]:06d}", "2014"]
            assert row["numerator"] == pytest.approx(sum(values.values()), rel=1e-9)
            assert row["denominator"] == len(values)
            assert row["coverage"] == pytest.approx(len(values) / 8760, rel=1e-12)
            assert row["status"] == ("insufficient_data" if site == "ED1" else "ok")
            checked += 1
    assert checked == 3 * 11 + 6
    assert truth["ENV_O3_PEAK", "B09000009", "2014"]["status"] == "insufficient_data"
    assert truth["ENV_NO2", "B09000012", "2014"]["status"] == "missing"


def test_the_ozone_week_shows(sample: Path) -> None:
    ozone = hourly(sample)["PH1", "O3"]
    means = {day: [v for s, v in ozone.items() if s.startswith(f"{day:02d}/07")] for day in range(1, 32)}
    week = [sum(means[day]) / len(means[day]) for day in range(21, 28)]
    others = [sum(v) / len(v) for day, v in means.items() if not 21 <= day <= 27]
    assert min(week) > 1.4 * max(others)


def test_recorded_crime(sample: Path, truth: Truth) -> None:
    table = pq.read_table(sample / "crime_mps_dashboard/recorded-crime-borough.parquet").to_pylist()
    codes = {row["Name"]: row["Code"] for row in rows_of(sample / "population_borough/brightwater_population.csv")}
    people = residents(sample, 2014)
    offences: dict[str, int] = defaultdict(int)
    violent: dict[str, int] = defaultdict(int)
    for row in table:
        count = sum(row[f"2014{month:02d}"] for month in range(1, 13))
        if row["majortext"] != "NFIB FRAUD":
            offences[row["boroughname"]] += count
        if row["majortext"] == "VIOLENCE AGAINST THE PERSON":
            violent[row["boroughname"]] += count
    everybody = sum(value for code, value in people.items() if code != CITY)
    for indicator, factor, found in (("SAF_CRIME", 1_000, offences), ("SAF_VIOLENT", 100_000, violent)):
        for name, count in found.items():
            if name != "Unknown":
                row = truth[indicator, codes[name], "2014"]
                assert row["value"] == pytest.approx(factor * count / people[codes[name]], rel=1e-12)
        row = truth[indicator, CITY, "2014"]
        assert row["value"] == pytest.approx(factor * sum(found.values()) / everybody, rel=1e-12)
        assert row["coverage"] == pytest.approx(1 - found["Unknown"] / sum(found.values()), rel=1e-12)


def test_street_crime(sample: Path, truth: Truth) -> None:
    for month in ("2014-11", "2014-12", "2015-01"):
        first: dict[str, dict[str, str]] = {}
        for row in rows_of(sample / f"police_street_brightwater/{month}-brightwater-street.csv"):
            if row["Month"] == month and row["Crime type"] != "Anti-social behaviour":
                first.setdefault(row["Crime ID"], row)
        row_truth = truth["SAF_CRIME_MONTH", CITY, month]
        inside = sum(row["LSOA name"].startswith("Brightwater") for row in first.values())
        assert row_truth["numerator"] == len(first)
        assert row_truth["coverage"] == pytest.approx(inside / len(first), rel=1e-12)
        assert row_truth["denominator"] == residents(sample, int(month[:4]))[CITY]


def test_bus_stops(sample: Path, truth: Truth) -> None:
    features = json.loads((sample / "boundaries_boroughs/brightwater_districts.geojson").read_text())["features"]
    shapes = {x["properties"]["GSS_CODE"]: shapely.geometry.shape(x["geometry"]) for x in features}
    stops: dict[str, shapely.Point | None] = {}
    for row in rows_of(sample / "bus_stops_tfl/bus-stops.csv"):
        east, north = number(row["Location_Easting"]), number(row["Location_Northing"])
        if row["Virtual_Bus_Stop"] == "0":
            placed = east is not None and north is not None
            stops.setdefault(row["Stop_Code_LBSL"], shapely.Point(east, north) if placed else None)
    points = [stop for stop in stops.values() if stop is not None]
    inside = {code: sum(shape.covers(point) for point in points) for code, shape in shapes.items()}
    for code, shape in shapes.items():
        row = truth["MOB_BUS_DENSITY", code, "undated"]
        assert row["numerator"] == inside[code]
        assert row["value"] == pytest.approx(inside[code] / (shape.area / 1e6), rel=1e-9)
    row = truth["MOB_BUS_DENSITY", CITY, "undated"]
    assert row["coverage"] == pytest.approx(sum(inside.values()) / len(stops), rel=1e-12)


def test_enough_districts_have_every_profile_figure_to_be_ranked(sample: Path, truth: Truth) -> None:
    codes = {"HEA_LIFE_EXP", "SAF_CRIME_PUB", "ECO_UNEMP", "EDU_ATTAIN", "ENV_GREEN", "MOB_PTAL", "REA_AFFORD"}
    ok = {district for (_, district, _), row in truth.items() if row["status"] == "ok" and district != CITY}
    complete = {
        district
        for district in ok
        if codes <= {code for (code, place, _), row in truth.items() if place == district and row["status"] == "ok"}
    }
    assert len(complete) == 11
    for row in rows_of(sample / "borough_profiles/brightwater-borough-profiles.csv"):
        if row["Code"] != "Nat":
            expected = number(row["Proportion_of_population_aged_65_and_over_2015"])
            assert truth["ELD_SHARE65", row["Code"], "2015"]["value"] == expected
