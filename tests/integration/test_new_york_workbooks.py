"""New York's Excel files as the lake takes them in: every cell that is loaded is that of the sheet."""

from __future__ import annotations

from decimal import Decimal

from tests.integration.new_york_files import DISTRICTS, new_york_folder
from tests.integration.new_york_workbooks import BEDS, CRIME, HEALTH, cells, health_profiles
from tests.integration.published_files import needs
from tests.integration.published_ingest import CONTRACTS, ingest_published
from tests.unit.deliveries import Lake, read

pytestmark = needs("nyc")

LIMITS = {"lower": "lower_95CL", "upper": "upper_95CL", "note": "reliability_note"}
OFFENCES = 8


def as_stored(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) else None if value in ("n/a", "^", None) else value


def test_every_measure_of_health_and_its_limits_are_those_of_the_sheet(lake: Lake) -> None:
    contract = CONTRACTS["community_health_profiles"]
    staged = ingest_published(lake, contract.dataset, new_york_folder() / HEALTH)
    assert (staged.rows_read, staged.rows_accepted, staged.cells_rounded, staged.rejects.cells) == (65, 65, 0, 0)

    names, areas = health_profiles()
    # A limit or a note stands within the five columns behind its measure.
    places = []
    for column in contract.columns:
        measure, _, kind = column.source.rpartition("_")
        if column.source in names:
            places.append(names.index(column.source))
        else:
            start = names.index(measure)
            places.append(names.index(LIMITS[kind], start, start + 5))
    found = {row[0]: row[1:] for row in read(staged.files, ", ".join(column.name for column in contract.columns))}
    assert list(found) == ["0", "1", *DISTRICTS[:12], "2", *DISTRICTS[12:24], "3", *DISTRICTS[24:42], "4",
                           *DISTRICTS[42:56], "5", *DISTRICTS[56:]]  # fmt: skip
    for area, row in found.items():
        wanted = [as_stored(areas[area][place]) for place in places[1:]]
        assert list(row) == wanted, area
    assert len(places) == 131


def test_a_precinct_stands_in_each_row_of_its_block_and_years_are_read_from_numbers_and_texts(lake: Lake) -> None:
    path = new_york_folder() / CRIME
    staged = ingest_published(lake, "crime_nypd_precinct", path)
    assert (staged.rows_read, staged.rows_accepted, staged.rows_written) == (624, 624, 624 * 23)

    rows = cells(path, "Sheet1")
    wanted = {}
    for number in range(3, 627):
        block = rows[3 + (number - 3) // OFFENCES * OFFENCES][0]
        precinct = block if isinstance(block, str) else str(int(float(str(block))))
        for year in range(23):
            count = rows[number][2 + year]
            key = (precinct, str(rows[number][1]).strip(), 2000 + year)
            wanted[key] = None if count == "" else int(float(str(count)))
    found = {row[:3]: row[3] for row in read(staged.files, "precinct, offence, year, offence_count")}
    assert found == wanted
    # Precinct 121 was made in 2013, corrections facilities stand apart from 2014 on.
    assert sum(count is None for count in wanted.values()) == OFFENCES * (13 + 14)
    assert {precinct for precinct, _, _ in wanted} >= {"1", "22", "121", "DOC"}


def test_beds_stand_where_their_home_does(lake: Lake) -> None:
    path = new_york_folder() / BEDS
    staged = ingest_published(lake, "nursing_home_beds", path)
    assert (staged.rows_read, staged.rows_accepted, staged.rejects.cells) == (259, 259, 0)

    names, *rows = cells(path, "nycity")
    place = {str(name): number for number, name in enumerate(names)}
    wanted = set()
    for row in rows:
        lon, lat = str(row[place["location"]])[len("POINT (") : -1].split()
        beds = (row[place["total_capacity"]], row[place["available_capacity"]])
        wanted.add((str(row[place["facility_id"]]), row[place["bed_type"]], *beds, float(lon), float(lat)))
    kinds = "facility_id, bed_type, total_capacity, available_capacity, lon, lat"
    assert set(read(staged.files, kinds)) == wanted
    assert read(staged.files, "sum(total_capacity)", "bed_type = 'NHBEDSAV'") == [(43_117,)]
    assert read(staged.files, "min(census_date)::varchar, max(census_date)::varchar, count(phone)") == [
        ("2020-02-05", "2020-03-25", sum(row[place["phone"]] != "." for row in rows))
    ]
