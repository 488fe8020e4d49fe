"""The indicator values of `truth.json`, worked out a second time from the files alone, by the definitions."""

import csv
import datetime as dt
import io
import json
import math
import re
import statistics
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Transformer

from lake.sample import write_sample
from lake.sample.price_paid import LAST_UPDATE_DAY, write_price_paid
from lake.sample.truth import Arguments, TruthBook

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
    text = re.sub(r"^(,mac,datetime,kwhh|unique_id,[a-z_,]*)(?=[\d\"])", r"\1\n", text)
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


def outlines(sample: Path, file: str, name: str) -> dict[str, Any]:
    features = json.loads((sample / file).read_text())["features"]
    return {x["properties"][name]: shapely.geometry.shape(x["geometry"]) for x in features}


def test_felonies_by_place_and_by_precinct(sample: Path, truth: Truth) -> None:
    districts = outlines(sample, "boundaries_boroughs/brightwater_districts.geojson", "GSS_CODE")
    precincts = outlines(sample, "police_precincts/precincts.geojson", "precinct")
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    rows = {row["CMPLNT_NUM"]: row for row in rows_of(sample / "crime_complaints/complaints-2014.csv")}
    felonies = [row for row in rows.values() if row["LAW_CAT_CD"] == "FELONY"]
    points = [shapely.Point(to_grid.transform(float(row["Longitude"]), float(row["Latitude"]))) for row in felonies]
    sheet = openpyxl.load_workbook(sample / "crime_precinct/felonies-by-precinct.xlsx")["Sheet1"]
    block, totals = "", dict[str, int]()
    for first, offence, _, count in sheet.iter_rows(min_row=4, max_col=4, values_only=True):
        block = str(first or block)
        if str(offence).startswith("TOTAL"):
            totals[block] = int(str(count))
    for precinct, shape in precincts.items():
        assert totals[precinct] == sum(shape.covers(point) for point in points)
        assert totals[precinct] == sum(row["ADDR_PCT_CD"] == precinct for row in felonies)
    errors = json.loads((sample / "truth.json").read_text())["precinct_rule_error_pct"]
    by_precinct = dict.fromkeys(districts, 0.0)
    for precinct, area in precincts.items():
        shared = {code: area.intersection(shape).area for code, shape in districts.items()}
        kept = {code: part for code, part in shared.items() if part >= 0.01 * area.area}
        for code, part in kept.items():
            by_precinct[code] += totals[precinct] * part / sum(kept.values())
    for code, shape in districts.items():
        here = sum(shape.covers(point) for point in points)
        assert truth["SAF_FELONY7", code, "2014"]["numerator"] == here
        assert truth["SAF_FELONY7_PCT", code, "2014"]["numerator"] == pytest.approx(by_precinct[code], rel=1e-6)
        assert errors[code] == pytest.approx(100 * (by_precinct[code] / here - 1), rel=1e-6, abs=1e-6)
    told = sum(totals.values())
    assert truth["SAF_FELONY7", CITY, "2014"]["numerator"] == len(felonies) == told - totals["DOC"]
    coverage = truth["SAF_FELONY7_PCT", CITY, "2014"]["coverage"]
    assert coverage == pytest.approx((told - totals["DOC"] - totals["22"]) / told)


def test_centres_lie_where_truth_says(sample: Path) -> None:
    districts = outlines(sample, "boundaries_boroughs/brightwater_districts.geojson", "GSS_CODE")
    told = json.loads((sample / "truth.json").read_text())["centers"]
    rows = {
        (row["BLDG_ID"], row["CENTER_KIND"]): row
        for row in rows_of(sample / "evacuation_centers/brightwater_centers.csv")
    }
    for kind, counts in told.items():
        here = [row for row in rows.values() if row["CENTER_KIND"] == kind]
        assert counts[CITY] == [len(here), sum(row["ACCESSIBLE"] == "Y" for row in here)]
        placed = [
            (shapely.Point(float(row["X"]), float(row["Y"])), row) for row in here if number(row["X"]) is not None
        ]
        for code, shape in districts.items():
            inside = [row for point, row in placed if shape.covers(point)]
            assert counts[code] == [len(inside), sum(row["ACCESSIBLE"] == "Y" for row in inside)]


def test_ambulance(sample: Path, truth: Truth) -> None:
    rows = [row for row in rows_of(sample / "ambulance_incidents/ambulance-borough-monthly.csv") if row["Code"]]
    for year in (2013, 2014):
        people, incidents = residents(sample, year), {}
        for row in rows:
            counts = [number(cell) for month, cell in row.items() if month.endswith(f" {year}")]
            assert len(counts) == 12
            incidents[row["Code"]] = None if None in counts else sum(count or 0 for count in counts)
        known = [count for count in incidents.values() if count is not None]
        incidents[CITY] = sum(known) if len(known) == 12 else None
        for code, count in incidents.items():
            row_truth = truth["HEA_AMBULANCE", code, str(year)]
            assert row_truth["numerator"] == count
            assert row_truth["status"] == ("missing" if count is None else "ok")
            if count is not None:
                assert row_truth["value"] == pytest.approx(1000 * count / people[code], rel=1e-12)
    assert truth["HEA_AMBULANCE", CITY, "2013"]["status"] == "missing"
    assert truth["HEA_AMBULANCE", CITY, "2014"]["status"] == "ok"


def test_care_spending(sample: Path, truth: Truth) -> None:
    old: dict[str, float] = {}
    for row in rows_of(sample / "borough_profiles/brightwater-borough-profiles.csv"):
        share = float(row["Proportion_of_population_aged_65_and_over_2015"])
        old[row["Code"]] = float(row["GLA_Population_Estimate_2015"].replace(",", "")) * share / 100
    rows = rows_of(sample / "adult_social_care/boroughs_ASC.csv")
    spent = {row["ONS_Code"]: float(row["65_and_over_total"]) for row in rows}
    for code, pounds in spent.items():
        assert truth["ELD_CARE_SPEND65", code, "2014-15"]["value"] == pytest.approx(pounds / old[code], rel=1e-12)
    everybody = sum(old[code] for code in spent)
    found = truth["ELD_CARE_SPEND65", CITY, "2014-15"]["value"]
    assert found == pytest.approx(sum(spent.values()) / everybody, rel=1e-12)
    sums = [number(row["18_64_total"]) for row in rows], [number(row["asc_total"]) for row in rows]
    assert [a + spent[row["ONS_Code"]] for a, row in zip(sums[0], rows, strict=True) if a] == sums[1]


def test_who_lives_in_the_floodplain(sample: Path, truth: Truth) -> None:
    people = residents(sample, 2010)
    rows = rows_of(sample / "community_profiles/cd_floodplain.csv")
    inside = {row["cd_number"]: float(row["fp_100_pop_2010"] or 0) for row in rows}
    assert [float(row["fp_100_area"]) for row in rows if not row["fp_100_pop_2010"]] == [0.01, 0.01]
    inside[CITY] = sum(inside.values())
    assert len(inside) == 13
    for code, number_inside in inside.items():
        wanted = pytest.approx(100 * number_inside / people[code], rel=1e-12)
        assert truth["CIV_FLOOD_POP", code, "2010"]["value"] == wanted


def test_price_index(sample: Path, truth: Truth) -> None:
    found = {}
    for path in (sample / "price_index_ukhpi").glob("*.csv"):
        months = {row["Period"]: row for row in rows_of(path)}
        assert len(months) == 121
        found[months["2014-12"]["Region GSS code"]] = float(months["2014-12"]["Average price All property types"])
    assert found == {code: row["value"] for (indicator, code, _), row in truth.items() if indicator == "REA_PRICE_AVG"}
    assert len(found) == 3


Sale = tuple[str, int, float | None, str]  # district, year, price, category


def register(sample: Path) -> tuple[dict[str, Sale], dict[tuple[str, ...], set[str]]]:
    """Sales by id after all files in their order, and the ids sold at one address."""
    sales: dict[str, Sale] = {}
    homes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name in ("old_harbour_raw", "greenholm_estate"):
        for row in rows_of(sample / f"price_paid/{name}.csv"):
            if row["deed_date"] != "2014-02-30":
                key, year = row["unique_id"].upper(), int(row["deed_date"][:4])
                sales[key] = row["district"], year, number(row["price_paid"]), row["transaction_category"]
                homes[row["postcode"], row["paon"], row["saon"], row["street"], row["property_type"]].add(key)
    for path in sorted((sample / "price_paid").glob("pp-*.csv")):
        for fields in csv.reader(io.StringIO(path.read_text(), newline="")):
            if len(fields) == 16 and not fields[2].startswith("2014-02-30"):
                key = fields[0].strip("{}")
                sales[key] = fields[12], int(fields[2][:4]), number(fields[1]), fields[14]
                homes[fields[3], fields[7], fields[8], fields[9], fields[4]].add(key)
                if fields[15] == "D":
                    del sales[key]
    return sales, homes


@pytest.mark.parametrize("last_day", [LAST_UPDATE_DAY - dt.timedelta(days=1), LAST_UPDATE_DAY])
def test_prices_paid(sample: Path, tmp_path: Path, last_day: dt.date) -> None:
    book = TruthBook(Arguments(240, 35, 2015, 35))
    write_price_paid(tmp_path, book, last_day)
    book.save(tmp_path)
    content = json.loads((tmp_path / "truth.json").read_text())
    names = {row["Code"]: row["Name"] for row in rows_of(sample / "population_borough/brightwater_population.csv")}
    sales, homes = register(tmp_path)
    rows = [row for row in content["indicators"] if row["indicator_code"] == "REA_PRICE_MEDIAN"]
    for row in rows:
        place = names[row["district_code"]].upper(), int(row["period"])
        prices = [price for *where, price, _ in sales.values() if tuple(where) == place]
        kept = [p for *where, p, kind in sales.values() if tuple(where) == place and kind == "A" and p and p >= 10_000]
        assert row["value"] == (statistics.median(kept) if len(kept) >= 10 else None)
        assert row["denominator"] == (len(kept) if len(kept) >= 5 else None)
        assert row["coverage"] == (len(kept) / len(prices) if len(kept) >= 5 else None if prices else 0)
    assert {row["status"] for row in rows} == {"ok", "insufficient_data", "missing"}
    assert {5 <= row["denominator"] < 10 for row in rows if row["denominator"]} == {True, False}
    told = {frozenset(ids & sales.keys()) for ids in homes.values() if len(ids & sales.keys()) > 1}
    assert told == {frozenset(ids) for ids in content["repeat_sales"]}
    assert len(told) > 30


def test_the_price_level_can_be_found_from_homes_sold_again(sample: Path, truth: Truth) -> None:
    """Pairs by the definition, from the file alone; levels by least squares come near to the true ones."""
    chains: dict[tuple[str, ...], list[tuple[dt.date, int, str]]] = defaultdict(list)
    for row in csv.reader(io.StringIO((sample / "price_paid/pp-kingsmead-1987-2014.csv").read_text(), newline="")):
        home = row[3], row[7], row[8], row[9], row[4]
        chains[home].append((dt.date.fromisoformat(row[2][:10]), int(row[1]), row[0]))
    pairs, dropped = [], Counter[str]()
    for chain in chains.values():
        for (first, before, _), (last, after, _) in pairwise(sorted(chain)):
            log, days = math.log(after / before), (last - first).days
            if days < 183:
                dropped["too_soon"] += 1
            elif first.year == last.year:
                dropped["same_year"] += 1
            elif abs(log) / (days / 365.25) > 0.5:
                dropped["too_steep"] += 1
            else:
                pairs.append((first.year, last.year, log))
    ends = Counter(year for pair in pairs for year in pair[:2])
    kept = [pair for pair in pairs if ends[pair[0]] >= 10 and ends[pair[1]] >= 10]
    dropped["too_few_ends"] = len(pairs) - len(kept)
    assert json.loads((sample / "truth.json").read_text())["dropped_pairs"] == dropped
    years = sorted({year for pair in kept for year in pair[:2]})
    design = np.array([[(year == last) - (year == first) for year in years[1:]] for first, last, _ in kept], float)
    levels = [0.0, *np.linalg.lstsq(design, np.array([pair[2] for pair in kept]))[0]]
    rows = {period: row for (code, _, period), row in truth.items() if code == "REA_RSI"}
    assert {int(period): row["denominator"] or 0 for period, row in rows.items()} == {**ends, 2015: 0}
    for year, level in zip(years, levels, strict=True):
        if rows[f"{year}"]["status"] == "ok":
            assert rows[f"{year}"]["value"] == pytest.approx(100 * math.exp(level), rel=0.07)
    growth = truth["REA_RSI_GEN", "B09000008", "1989-14"]["value"]
    assert rows["2014"]["value"] / rows["1989"]["value"] == pytest.approx((1 + growth / 100) ** 25, rel=1e-9)


def test_stations(sample: Path, truth: Truth) -> None:
    features = json.loads((sample / "boundaries_boroughs/brightwater_districts.geojson").read_text())["features"]
    shapes = {x["properties"]["GSS_CODE"]: shapely.geometry.shape(x["geometry"]) for x in features}
    stations: dict[str, shapely.Point] = {}
    for feature in json.loads((sample / "transit_stations/TransitStations.geojson").read_text())["features"]:
        if feature["properties"]["railway"] == "station":
            place = shapely.Point(feature["geometry"]["coordinates"])
            stations.setdefault(feature["properties"]["osm_id"], place)
    inside = {code: sum(shape.covers(place) for place in stations.values()) for code, shape in shapes.items()}
    people = residents(sample, 2014)
    for code, count in inside.items():
        row = truth["MOB_STATIONS", code, "undated"]
        assert row["numerator"] == count
        assert row["value"] == pytest.approx(100_000 * count / people[code], rel=1e-12)
    row = truth["MOB_STATIONS", CITY, "undated"]
    assert (row["numerator"], row["denominator"]) == (sum(inside.values()), people[CITY])
    assert row["coverage"] == pytest.approx(sum(inside.values()) / len(stations), rel=1e-12)


def test_wellbeing(sample: Path, truth: Truth) -> None:
    codes = {row["Name"]: row["Code"] for row in rows_of(sample / "population_borough/brightwater_population.csv")}
    people = {row["GEO_CODE"]: int(row["population"]) for row in rows_of(sample / "ward_health/wards_health.csv")}
    wards: dict[str, dict[str, float | None]] = defaultdict(dict)
    for row in rows_of(sample / "ward_wellbeing/wards_well_being.csv"):
        score = number(row["Subjective_wellbeing_average_score_2013"])
        for code in (codes[row["Borough"].replace("_", " ")], CITY):
            wards[code][row["New_ward_code"]] = score
    for code, scores in wards.items():
        known = {ward: score for ward, score in scores.items() if score is not None}
        weighted, asked = (
            sum(people[ward] * score for ward, score in known.items()),
            sum(people[ward] for ward in known),
        )
        row_truth = truth["SUB_WELLBEING", code, "2013"]
        assert row_truth["value"] == pytest.approx(weighted / asked, rel=1e-12)
        assert row_truth["coverage"] == pytest.approx(asked / sum(people[ward] for ward in scores), rel=1e-12)
    assert sum(row["coverage"] < 1 for (indicator, *_), row in truth.items() if indicator == "SUB_WELLBEING") == 2


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


def test_requests_closed_within_a_day(sample: Path, truth: Truth) -> None:
    """The last edition that tells a request counts; one is open until the latest time in any of them."""
    told: dict[str, dict[str, str]] = {}
    stamps: set[str] = set()
    for path in sorted((sample / "service_requests_311").glob("*.csv"), key=lambda path: path.stem.split("_")[1]):
        seen: set[str] = set()
        for row in rows_of(path):
            good = row["created_date"] != "yesterday" and not "" < row["closed_date"] < row["created_date"]
            if good and row["unique_key"] not in seen:
                seen.add(row["unique_key"])
                told[row["unique_key"]] = row
                stamps |= {row["created_date"], row["closed_date"]}
    works = [row for row in told.values() if row["agency"] in ("HWD", "PGD")]
    zone = ZoneInfo("Europe/London")

    def moment(text: str) -> dt.datetime:
        return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=1).astimezone(dt.UTC)

    for label, first, after in (("2014-01/07", "2014-01", "2014-08"), ("2014-08/2015-02", "2014-08", "2015-03")):
        for number in range(1, 13):
            code = f"B09{number:06d}"
            mine = [row for row in works if first <= row["created_date"] < after
                    and row["community_board"].startswith(f"{number:02d} ")]  # fmt: skip
            waits = [(moment(row["closed_date"] or max(stamps)) - moment(row["created_date"]), bool(row["closed_date"]))
                     for row in mine]  # fmt: skip
            day = dt.timedelta(days=1)
            row, rate = truth["SRV_311_CLOSED24", code, label], truth["SRV_311_RATE", code, label]
            assert (row["numerator"], row["denominator"]) == (sum(c and w <= day for w, c in waits), len(waits))
            assert row["coverage"] == 1 - sum(not c and w < day for w, c in waits) / len(waits)
            assert rate["numerator"] == len(mine)
            assert rate["value"] == pytest.approx(1e4 * len(mine) / residents(sample, 2014)[code], rel=1e-12)
        park = sum(row["community_board"].startswith("80 ") and first <= row["created_date"] < after for row in works)
        city = truth["SRV_311_RATE", CITY, label]
        assert park > 10
        assert city["coverage"] == pytest.approx(1 - park / city["numerator"], rel=1e-12)
