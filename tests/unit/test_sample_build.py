"""The sample as a whole: same arguments, same bytes; the next day; what it refuses."""

import hashlib
import json
from pathlib import Path

import pytest

from lake.sample import SampleError, write_next_day, write_sample

HOUSEHOLDS, DAYS = 120, 26


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, HOUSEHOLDS, DAYS)
    return out


def test_same_arguments_give_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, HOUSEHOLDS, DAYS)
    assert digests(tmp_path) == digests(sample)


def test_another_seed_gives_other_readings_and_the_same_map(sample: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, HOUSEHOLDS, 1, seed=7)
    here, there = digests(sample), digests(tmp_path)
    assert there["energy_lcl_smartmeter/lcl_2014-12-29.csv"] != here["energy_lcl_smartmeter/lcl_2014-12-29.csv"]
    assert there["air_quality_laqn/LaqnData.csv"] != here["air_quality_laqn/LaqnData.csv"]
    boundaries = "boundaries_boroughs/brightwater_districts.geojson"
    assert there[boundaries] == here[boundaries]


def test_the_folders_are_laid_out_like_londons(sample: Path) -> None:
    assert {path.name for path in sample.iterdir()} == {
        "adult_social_care",
        "air_quality_laqn",
        "ambulance_incidents",
        "borough_profiles",
        "boundaries_boroughs",
        "bus_stops_tfl",
        "community_profiles",
        "crime_complaints",
        "crime_mps_dashboard",
        "crime_precinct",
        "energy_lcl_smartmeter",
        "evacuation_centers",
        "health_survey",
        "police_precincts",
        "police_street_brightwater",
        "population_borough",
        "population_projections",
        "price_index_ukhpi",
        "price_paid",
        "service_requests_311",
        "timetable_trams",
        "transit_stations",
        "truth.json",
        "ward_health",
        "ward_wellbeing",
    }
    assert len(list((sample / "energy_lcl_smartmeter").glob("MAC*.csv"))) == 10
    assert not list(sample.rglob("*.part"))


def test_the_report_counts_what_was_written(tmp_path: Path) -> None:
    report = write_sample(tmp_path, HOUSEHOLDS, 3)
    truth = json.loads((tmp_path / "truth.json").read_text())
    sizes = [path.stat().st_size for path in tmp_path.rglob("*") if path.is_file() and path.name != "truth.json"]
    assert (report.files, report.bytes) == (len(sizes), sum(sizes))
    assert report.rows == sum(entry["rows_read"] for entry in truth["files"].values())


def test_the_next_day_is_one_file_more_and_the_one_a_longer_sample_has(sample: Path, tmp_path: Path) -> None:
    short, long = tmp_path / "short", sample
    write_sample(short, HOUSEHOLDS, DAYS - 1)
    before = digests(short)
    report = write_next_day(short)
    after = digests(short)
    new = "energy_lcl_smartmeter/lcl_2015-01-23.csv"
    assert set(after) - set(before) == {new}
    assert {name for name in before if before[name] != after[name]} == {"truth.json"}
    assert after[new] == digests(long)[new]
    assert report.files == 1
    truth = json.loads((short / "truth.json").read_text())
    assert truth["arguments"] == {"households": HOUSEHOLDS, "days": DAYS, "seed": 2015, "first_days": DAYS - 1}
    assert truth["files"][new]["rows_read"] == report.rows


def test_the_register_of_prices_is_updated_on_the_second_of_february(tmp_path: Path) -> None:
    short, long = tmp_path / "short", tmp_path / "long"
    write_sample(short, HOUSEHOLDS, 35)
    write_sample(long, HOUSEHOLDS, 36)
    before = digests(short)
    update = "price_paid/pp-monthly-update-2015-02.csv"
    assert write_next_day(short).files == 3
    requests = "service_requests_311/requests_2015-02-02.csv"
    assert set(digests(short)) - set(before) == {update, requests, "energy_lcl_smartmeter/lcl_2015-02-02.csv"}
    assert [digests(short)[name] for name in (update, requests)] == [digests(long)[name] for name in (update, requests)]
    told, wanted = (json.loads((folder / "truth.json").read_text()) for folder in (short, long))
    assert told["repeat_sales"] == wanted["repeat_sales"]
    assert prices(told) == prices(wanted)


def prices(truth: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [row for row in truth["indicators"] if row["indicator_code"] == "REA_PRICE_MEDIAN"]


def test_the_requests_of_a_month_come_on_its_last_day(tmp_path: Path) -> None:
    write_sample(tmp_path, HOUSEHOLDS, 33)
    before = digests(tmp_path)
    assert write_next_day(tmp_path).files == 2
    edition = "service_requests_311/requests_2015-01.csv"
    assert edition in set(digests(tmp_path)) - set(before)
    told = requests_of(tmp_path)
    write_sample(tmp_path, HOUSEHOLDS, 34)
    assert requests_of(tmp_path) == told


def requests_of(folder: Path) -> list[dict[str, object]]:
    rows = json.loads((folder / "truth.json").read_text())["indicators"]
    return [row for row in rows if row["indicator_code"].startswith("SRV_311_")]


def test_the_month_is_missing_until_its_days_are_there(tmp_path: Path) -> None:
    write_sample(tmp_path, HOUSEHOLDS, 33)

    def city_status() -> str:
        rows = json.loads((tmp_path / "truth.json").read_text())["indicators"]
        keys = ("ENE_HH_KWH", "B12000001")
        return next(row["status"] for row in rows if (row["indicator_code"], row["district_code"]) == keys)

    assert city_status() == "missing"
    write_next_day(tmp_path)
    assert city_status() == "ok"


def test_a_smaller_sample_leaves_no_file_of_the_larger_one(tmp_path: Path) -> None:
    write_sample(tmp_path, HOUSEHOLDS, 4)
    strange = tmp_path / "energy_lcl_smartmeter" / "notes.txt"
    strange.write_text("not ours")
    write_sample(tmp_path, HOUSEHOLDS, 2)
    assert len(list((tmp_path / "energy_lcl_smartmeter").glob("lcl_*.csv"))) == 2
    assert strange.exists()


def test_the_next_day_needs_a_sample(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="No sample lies in"):
        write_next_day(tmp_path)
    (tmp_path / "truth.json").write_text("{}")
    with pytest.raises(SampleError, match="cannot be read"):
        write_next_day(tmp_path)


@pytest.mark.parametrize(("households", "days"), [(119, 35), (1_000_000, 35), (2000, 0), (2000, 400)])
def test_arguments_out_of_range_are_refused(tmp_path: Path, households: int, days: int) -> None:
    with pytest.raises(SampleError, match="were asked for"):
        write_sample(tmp_path, households, days)
    assert not list(tmp_path.iterdir())
