"""Truth against the files: an own reading of the bytes, by the rules of the definitions, counts the same rejects."""

import csv
import datetime as dt
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lake.sample import write_sample

Record = list[str]
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
LINKED_DATA_HEADER = (
    "unique_id,price_paid,deed_date,postcode,property_type,new_build,estate_type,saon,paon,street,locality,town,"
    "district,county,transaction_category,linked_data_uri"
)
GLUED_HEADERS = (",mac,datetime,kwhh", LINKED_DATA_HEADER)
BULK_COLUMNS = 16
OFFICIAL_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{7}")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, 120, 35)
    return out


@pytest.fixture(scope="module")
def truth(sample: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((sample / "truth.json").read_text())
    return content


def records(path: Path) -> tuple[Record, list[Record]]:
    """Header and records of a text file, counted by a CSV parser; a header glued to the first row is cut off.

    The bulk layout of prices paid has no header: its columns are numbered.
    """
    text = path.read_bytes().decode("utf-8-sig").removesuffix("\x1a")
    for glued in GLUED_HEADERS:
        if text.startswith(glued) and text[len(glued)] not in "\r\n":
            text = f"{glued}\n{text[len(glued) :]}"
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if path.name.startswith("pp-"):
        return [str(n) for n in range(1, BULK_COLUMNS + 1)], rows
    return rows[0], rows[1:]


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text.strip().replace(",", "")) is not None


def parsed(text: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, form)
    except ValueError:
        return None


def official(row: Record, path: Path) -> str | None:
    stamp = parsed(row[2][:19], "%Y-%m-%d %H:%M:%S") if OFFICIAL_STAMP.fullmatch(row[2]) else None
    value = row[3].strip()
    if stamp is None:
        return "bad_timestamp"
    if value == "Null":
        return "null_value"
    if not is_number(value):
        return "bad_value"
    if float(value) < 0:
        return "negative"
    if float(value) > 10:
        return "out_of_range"
    if f"{stamp:%Y-%m-%d}" != path.name[4:14]:
        return "other_day"
    return "off_grid" if stamp.minute % 30 or stamp.second else None


def meter(row: Record, path: Path) -> str | None:
    if parsed(row[2], "%Y-%m-%d %H:%M:%S") is None:
        return "bad_timestamp"
    if row[3].strip() in ("", "Null"):
        return "null_value"
    assert row[1] == path.stem
    return None if is_number(row[3]) else "bad_value"


def air(row: Record, _: Path) -> str | None:
    if parsed(row[2], "%d/%m/%Y %H:%M") is None:
        return "bad_timestamp"
    return None


def population(row: Record, _: Path) -> str | None:
    return None if row[2].isdigit() else "bad_value"


def street(row: Record, path: Path) -> str | None:
    return None if row[1] == path.name[:7] else "other_month"


def ambulance(row: Record, _: Path) -> str | None:
    return None if row[0] else "no_district"


def price_paid(row: Record, _: Path) -> str | None:
    return None if parsed(row[2][:10], "%Y-%m-%d") else "bad_deed_date"


def request(row: Record, _: Path) -> str | None:
    created, closed = (parsed(row[n], "%Y-%m-%dT%H:%M:%S.000") for n in (1, 30))
    if created is None:
        return "bad_timestamp"
    return "closed_before_created" if closed and closed < created else None


def nothing(_: Record, __: Path) -> str | None:
    return None


Rule = Callable[[Record, Path], str | None]
# dataset -> its rule, and the key of which one row survives (None: this row has none)
RULES: dict[str, tuple[Rule, Callable[[Record], object]]] = {
    "energy_lcl_halfhourly_official": (official, lambda row: (row[0], row[2])),
    "energy_lcl_smartmeter": (meter, lambda row: (row[1], row[2])),
    "energy_lcl_register": (nothing, lambda row: row[0]),
    "air_quality_laqn": (air, lambda row: (row[0], row[1], row[2])),
    "population_borough": (population, lambda row: (row[0], row[2])),
    "borough_profiles": (nothing, lambda row: row[0]),
    "police_street": (street, lambda row: row[0] or None),
    "bus_stops_tfl": (nothing, lambda row: (row[0], row[8])),
    "ambulance_incidents": (ambulance, lambda row: row[0]),
    "health_survey_abridged": (nothing, lambda row: (row[0], row[1])),
    "population_projections": (nothing, lambda row: tuple(row[:5])),
    "adult_social_care": (nothing, lambda row: row[0]),
    "price_index_ukhpi": (nothing, lambda row: (row[2], row[3])),
    "price_paid": (price_paid, lambda row: row[0].upper()),
    "price_paid_bulk": (price_paid, lambda row: row[0].upper()),
    "service_requests_311": (request, lambda row: row[0]),
    "crime_complaints": (nothing, lambda row: row[0]),
    "evacuation_centers": (nothing, lambda row: (row[0], row[1])),
    "ward_wellbeing": (nothing, lambda row: row[0]),
    "ward_health": (nothing, lambda row: row[0]),
}


# Columns of optional numbers: text there that is no number is a rejected cell, and the record survives.
CELLS = {
    "air_quality_laqn": (3,),
    "population_borough": (4,),
    "police_street": (4, 5),
    "bus_stops_tfl": (4, 5, 6),
    "ambulance_incidents": range(2, 33),
    "adult_social_care": range(1, 16),
    "price_index_ukhpi": (4, *range(6, 26)),
    "price_paid": (1,),
    "price_paid_bulk": (1,),
    "crime_complaints": (5, 6),
    "evacuation_centers": (2, 3),
    "ward_wellbeing": range(3, 15),
    "ward_health": (1, 2, 3),
}
# Rejects that no limit counts: they are expected, or another row says the same.
NOT_COUNTED = ("blank_row", "no_district", "duplicate")


def counted(dataset: str, path: Path) -> tuple[int, dict[str, int], int]:
    """Records of a file, rejects by reason, rejected cells of what survives; repeats never have a bad cell here."""
    header, rows = records(path)
    rule, key_of = RULES[dataset]
    reasons: Counter[str] = Counter()
    cells = 0
    seen: set[object] = set()
    for row in rows:
        if not any(row):
            reasons["blank_row"] += 1
        elif len(row) != len(header):
            reasons["wrong_columns"] += 1
        elif (reason := rule(row, path)) is not None:
            reasons[reason] += 1
        else:
            key = key_of(row)
            reasons["duplicate"] += key is not None and key in seen
            seen.add(key)
            cells += sum(row[n] != "" and not is_number(row[n]) for n in CELLS.get(dataset, ()))
    return len(rows), {reason: count for reason, count in sorted(reasons.items()) if count}, cells


def test_every_text_file_has_the_records_and_rejects_that_truth_says(sample: Path, truth: dict[str, Any]) -> None:
    checked = 0
    for name, entry in truth["files"].items():
        if entry["dataset"] in RULES:
            rows, reasons, cells = counted(entry["dataset"], sample / name)
            assert (rows, reasons) == (entry["rows_read"], entry["rows_rejected"]), name
            assert cells == entry["cells_rejected"] or entry["dataset"] == "borough_profiles", name
            checked += 1
    assert checked == 10 + 1 + 37 + 1 + 1 + 1 + 3 + 1 + 1 + 1 + 3 + 2 + 3 + 14 + 1 + 1 + 2 + 1 + 1 + 1


def test_truth_names_every_file_and_adds_up(sample: Path, truth: dict[str, Any]) -> None:
    files = {str(path.relative_to(sample)) for path in sample.rglob("*") if path.is_file()} - {"truth.json"}
    assert set(truth["files"]) == files
    for name, entry in truth["files"].items():
        rejected = sum(entry["rows_rejected"].values())
        assert entry["rows_read"] == entry["rows_accepted"] + rejected
        wrong = rejected - sum(entry["rows_rejected"].get(reason, 0) for reason in NOT_COUNTED)
        assert wrong < 0.045 * entry["rows_read"], f"{name} is near the limit of rejected rows"


def test_the_wide_tables_have_their_rows_and_bad_cells(sample: Path, truth: dict[str, Any]) -> None:
    crime = "crime_mps_dashboard/recorded-crime-borough.parquet"
    table = pq.read_table(sample / crime)
    cells = [cell for cell in table.column("201501").to_pylist() if not is_number(cell)]
    assert (table.num_rows, len(cells)) == (truth["files"][crime]["rows_read"], truth["files"][crime]["cells_rejected"])
    profiles = "borough_profiles/brightwater-borough-profiles.csv"
    header, rows = records(sample / profiles)
    numeric = [n for n in range(3, len(header)) if sum(is_number(row[n]) for row in rows) > len(rows) / 2]
    bad = [row[n] for row in rows for n in numeric if row[n] not in ("", ".", "n/a", "-") and not is_number(row[n])]
    assert len(bad) == truth["files"][profiles]["cells_rejected"] == 1


def test_the_boundary_file_has_one_feature_per_district(sample: Path, truth: dict[str, Any]) -> None:
    name = "boundaries_boroughs/brightwater_districts.geojson"
    features = json.loads((sample / name).read_text())["features"]
    assert len(features) == truth["files"][name]["rows_read"] == 12


def test_the_stations_have_one_node_twice(sample: Path, truth: dict[str, Any]) -> None:
    name = "transit_stations/TransitStations.geojson"
    features = json.loads((sample / name).read_text())["features"]
    ids = [feature["properties"]["osm_id"] for feature in features]
    assert len(features) == truth["files"][name]["rows_read"]
    assert len(set(ids)) == truth["files"][name]["rows_accepted"] == len(ids) - 1
    assert len({tuple(feature["properties"]) for feature in features}) == 1, "all have the same properties"


def test_the_second_edition_redelivers_or_revises_a_day(sample: Path) -> None:
    def readings(name: str) -> dict[object, float]:
        path = sample / "energy_lcl_smartmeter" / name
        kept: dict[object, float] = {}
        for row in records(path)[1]:
            if any(row) and len(row) == 6 and official(row, path) is None:
                key = (row[0], row[2])
                kept[key] = max(kept.get(key, 0.0), float(row[3]))
        return kept

    assert readings("lcl_2015-01-14.csv") == readings("lcl_2015-01-14_r2.csv")
    first, second = readings("lcl_2015-01-21.csv"), readings("lcl_2015-01-21_r2.csv")
    _, register = records(sample / "energy_lcl_smartmeter" / "informations_households.csv")
    districts = {row[0]: row[5] for row in reversed(register) if len(row) == 6}
    changed = {districts[key[0]] for key in first if isinstance(key, tuple) and first[key] != second[key]}
    assert set(first) == set(second)
    assert changed == {"B09000006"}
