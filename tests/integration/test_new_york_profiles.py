"""New York's community profiles and census counts as the lake takes them in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lake.readers import UnreadableFile
from tests.integration.new_york_files import BOROUGHS, DISTRICTS, PROFILES, new_york_folder, profile
from tests.integration.published_files import needs, records
from tests.integration.published_ingest import CONTRACTS, ingest_published
from tests.unit.deliveries import Lake, read

pytestmark = needs("nyc")

CENSUS = "population_community_districts/New_York_City_Population_By_Community_Districts.csv"
BY_DISTRICT = {
    "dcp_race_economics": ("cd_demo_race_economics", 23),
    "dcp_age_gender": ("cd_demo_age_gender", 47),
    "dcp_built_environment": ("cd_built_environment", 38),
    "dcp_floodplain": ("cd_floodplain", 31),
}


@pytest.mark.parametrize("dataset", BY_DISTRICT)
def test_every_number_of_a_profile_is_that_of_the_file(lake: Lake, dataset: str) -> None:
    file, columns = BY_DISTRICT[dataset]
    staged = ingest_published(lake, dataset, new_york_folder() / PROFILES / f"{file}.csv")
    wanted = profile(file)

    assert (staged.rows_accepted, staged.cells_rounded, staged.rejects.cells) == (59, 0, 0)
    numbers = [column for column in CONTRACTS[dataset].columns if column.is_numeric]
    assert len(numbers) + 3 == columns
    for code, *values in read(staged.files, ", ".join(["district_code", *(column.name for column in numbers)])):
        texts = [wanted[code][column.source] for column in numbers]
        assert values == [Decimal(text) if text else None for text in texts]
    assert [code for (code,) in read(staged.files, "district_code")] == DISTRICTS


def test_a_rate_over_the_wrong_denominator_is_no_measure() -> None:
    for dataset in ("dcp_race_economics", "dcp_city_attributes", "dcp_boro_attributes"):
        contract = CONTRACTS[dataset]
        assert "crime_per_1000" in contract.reader.not_loaded
        assert not [column.name for column in contract.columns if "1000" in column.source]


def test_no_residents_in_the_floodplain_are_none_only_where_there_is_no_floodplain(lake: Lake) -> None:
    staged = ingest_published(lake, "dcp_floodplain", new_york_folder() / PROFILES / "cd_floodplain.csv")

    empty = read(staged.files, "district_code, fp_100_area_sqmi <= 0.01", "fp_100_pop_2010 is null")
    codes = ["105", "203", "303", "304", "308", "309", "312", "314", "316", "317", "404", "409"]
    assert empty == [(code, True) for code in codes]


def test_the_city_and_the_boroughs_stand_in_files_of_their_own(lake: Lake) -> None:
    folder = new_york_folder() / PROFILES
    city = ingest_published(lake, "dcp_city_attributes", folder / "city_cd_attributes.csv")
    assert read(city.files, "felony_count, streets_clean_pct, mean_commute_min") == [(92_480, 95, Decimal("41.2"))]

    boroughs = ingest_published(lake, "dcp_boro_attributes", folder / "boro_cd_attributes.csv")
    assert read(boroughs.files, "sum(felony_count), count(*)") == [(18_859 + 26_514 + 18_526 + 26_271 + 2_308, 5)]
    assert dict(read(boroughs.files, "borough_name, mean_commute_min")).keys() == BOROUGHS.keys()


def test_survey_areas_and_editions_are_there(lake: Lake) -> None:
    folder = new_york_folder() / PROFILES
    areas = ingest_published(lake, "dcp_puma", folder / "cd_puma.csv")
    assert read(areas.files, "district_code, shared_puma_cd", "is_shared_puma") == [
        (code, row["shared_puma_cd"]) for code, row in profile("cd_puma").items() if row["shared_puma"] == "TRUE"
    ]
    editions = ingest_published(lake, "dcp_versions", folder / "versions.csv")
    assert dict(read(editions.files, "source, version"))["sanitation"] == "2020/08"


def test_a_census_of_each_decade_becomes_a_row(lake: Lake) -> None:
    staged = ingest_published(lake, "population_community_districts", new_york_folder() / CENSUS)

    assert staged.rows_written == 59 * 5
    rows = list(records(new_york_folder() / CENSUS))
    for year, total in read(staged.files, "year, sum(population)", "true group by year"):
        assert total == sum(int(row[f"{year} Population"]) for row in rows)
    assert read(staged.files, "sum(population)", "year = 2010") == [(8_171_680,)]
    assert read(staged.files, "population", "borough_name = 'Queens' and cd_number = 1 and year = 1970") == [(185_925,)]


def test_another_edition_may_have_other_districts_more_columns_and_cells_that_are_no_numbers(lake: Lake) -> None:
    wanted = ",".join(column.source for column in CONTRACTS["dcp_city_attributes"].columns)
    values = ",".join("n/a" if name == "poverty_rate" else "101" for name in wanted.split(","))

    staged = lake.ingest(CONTRACTS["dcp_city_attributes"], lake.put("city.csv", f"{wanted},new\n{values},1\n"))

    assert read(staged.files, "poverty_rate_pct, mean_commute_min, lep_rate_pct") == [(None, 101, None)]
    assert (staged.rows_accepted, staged.unexpected_columns) == (1, ("new",))


def test_a_census_whose_header_names_no_year_is_refused(lake: Lake) -> None:
    header = "Borough,CD Number,CD Name,Twenty Population\nBronx,1,Mott Haven,7\n"

    with pytest.raises(UnreadableFile, match="no column is named like"):
        lake.ingest(CONTRACTS["population_community_districts"], lake.put("census.csv", header))
