"""The packaged contracts: they follow the standard, and mean what the pipeline relies on."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import yaml

from lake.contract import PACKAGED_CONTRACTS, Contract, load_contract, load_contracts
from lake.contract_odcs import CUSTOM_PROPERTY_KEYS, DOCUMENT_KEYS, PROPERTY_KEYS, SCHEMA_KEYS

PATHS = sorted(PACKAGED_CONTRACTS.glob("*/*.yaml"))


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts()


@pytest.fixture(scope="module")
def standard() -> dict[str, Any]:
    text = importlib.resources.files("open_data_contract_standard").joinpath("schema.json").read_text()
    return json.loads(text)


def test_every_packaged_file_is_a_contract(contracts: dict[str, Contract]) -> None:
    assert sorted(contracts) == sorted(path.stem for path in PATHS)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_contract_passes_the_standards_schema(path: Path, standard: dict[str, Any]) -> None:
    validator = jsonschema.validators.validator_for(standard)(standard)

    assert [error.message for error in validator.iter_errors(yaml.safe_load(path.read_text()))] == []


def test_allowed_keys_are_those_of_the_standard(standard: dict[str, Any]) -> None:
    def keys(*names: str) -> set[str]:
        return {key for name in names for key in standard["$defs"][name]["properties"]}

    assert set(standard["properties"]) == DOCUMENT_KEYS
    assert keys("SchemaElement", "SchemaObject") == SCHEMA_KEYS
    # `items` describes arrays, which stand in a part of the schema of their own
    assert keys("SchemaElement", "SchemaBaseProperty") | {"items"} == PROPERTY_KEYS
    assert keys("CustomProperty") == CUSTOM_PROPERTY_KEYS


def test_columns_say_everything_that_people_need(contracts: dict[str, Contract]) -> None:
    columns = [(c.dataset, column) for c in contracts.values() for column in c.columns]

    assert [(d, c.name) for d, c in columns if c.is_numeric and not c.unit] == []
    assert [(d, c.name) for d, c in columns if c.meaning[-1] != "."] == []
    places = ("lon", "lat", "easting_m", "northing_m", "x", "y")
    assert [(d, c.name) for d, c in columns if c.type == "double" and not c.name.endswith(places)] == []


def test_personal_data_have_basis_domain_and_purposes(contracts: dict[str, Contract]) -> None:
    personal = {name: c for name, c in contracts.items() if c.personal_data != "none"}

    assert set(personal) == {
        "energy_lcl_smartmeter", "energy_lcl_register", "energy_lcl_halfhourly_official", "energy_lcl_totals",
        "police_stop_and_search", "price_paid", "price_paid_bulk", "service_requests_311",
    }  # fmt: skip
    assert [name for name, c in personal.items() if c.personal_data == "special"] == ["police_stop_and_search"]
    assert {c.legal_basis for c in personal.values()} == {"published"}
    assert all("ANY" not in c.permitted_purposes for c in personal.values())
    assert {column.name for c in contracts.values() for column in c.columns if column.identifier} == {
        "household_pseudonym", "home_pseudonym", "place_pseudonym",
    }  # fmt: skip


def test_official_layout_rejects_in_the_order_of_the_benchmark(contracts: dict[str, Contract]) -> None:
    contract = contracts["energy_lcl_halfhourly_official"]
    parsed = [rule for c in contract.columns if c.required and not c.identifier for rule in (c.on_bad, c.on_null)]
    rules = [rule.id for rule in contract.row_rules]

    assert [*dict.fromkeys(parsed), *rules] == [
        "bad_timestamp", "bad_value", "null_value", "negative", "out_of_range", "other_day", "off_grid",
    ]  # fmt: skip
    assert contract.duplicates is not None
    assert (contract.duplicates.id, contract.duplicates.keep) == ("duplicate", "largest")


def _broken(contract: Contract, **values: str | None) -> list[str]:
    """Which row rules a row breaks; columns and file fields that are not given are NULL."""
    columns = ", ".join(f"cast({values.get(c.name, 'null')} as {c.duckdb_type}) as {c.name}" for c in contract.columns)
    fields = ", ".join(
        f"cast({values.get(f'file_{name}', 'null')} as varchar) as file_{name}"
        for name in (contract.identity.fields if contract.identity else ())
    )
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        row = f"(select {columns}, {fields})"
        return [
            rule.id
            for rule in contract.row_rules
            if connection.execute(f"select count(*) from {row} where {rule.reject_when}").fetchall() == [(1,)]
        ]


@pytest.mark.parametrize(
    ("kwh", "stamp", "day", "broken"),
    [
        ("0", "2013-01-01 00:00:00+00", "2013-01-01", []),
        ("10", "2013-01-01 23:30:00+00", "2013-01-01", []),
        ("-0.001", "2013-01-01 00:00:00+00", "2013-01-01", ["negative"]),
        ("10.001", "2013-01-01 00:00:00+00", "2013-01-01", ["out_of_range"]),
        ("1", "2013-01-02 00:00:00+00", "2013-01-01", ["other_day"]),
        ("1", "2013-01-01 00:00:01+00", "2013-01-01", ["off_grid"]),
        ("1", "2013-01-01 00:15:00+00", None, ["off_grid"]),
        ("1", "2013-01-02 00:00:00+00", None, []),
        ("1", "2013-01-02 00:00:00+00", "2013-99-99", []),
    ],
)
def test_rules_of_the_official_layout(
    contracts: dict[str, Contract], kwh: str, stamp: str, day: str | None, broken: list[str]
) -> None:
    contract = contracts["energy_lcl_halfhourly_official"]
    file_day = "null" if day is None else f"'{day}'"

    assert _broken(contract, energy_kwh=kwh, read_at=f"'{stamp}'", file_day=file_day) == broken


@pytest.mark.parametrize(("month", "broken"), [("2018-04", []), ("2018-05", ["other_month"])])
def test_street_crime_of_another_month_is_rejected(
    contracts: dict[str, Contract], month: str, broken: list[str]
) -> None:
    assert _broken(contracts["police_street"], month_date="date '2018-04-01'", file_month=f"'{month}'") == broken


def test_anti_social_behaviour_is_never_a_duplicate(contracts: dict[str, Contract]) -> None:
    duplicates = contracts["police_street"].duplicates
    assert duplicates is not None
    rows = "values ('a', 'Burglary'), ('a', null), ('a', 'Anti-social behaviour'), (null, 'Burglary')"
    with duckdb.connect() as connection:
        kept = connection.execute(f"from ({rows}) r(crime_id, crime_type) where {duplicates.where}").fetchall()

    assert kept == [("a", "Burglary"), ("a", None)]


@pytest.mark.parametrize(
    ("dataset", "file_name", "slot_key", "edition"),
    [
        ("energy_lcl_smartmeter", "MAC000584.csv", "household=MAC000584", ""),
        ("energy_lcl_halfhourly_official", "lcl_2015-01-14.csv", "day=2015-01-14", ""),
        ("energy_lcl_halfhourly_official", "lcl_2015-01-14_r2.csv", "day=2015-01-14", "2"),
        ("energy_lcl_halfhourly_official", "a_quarter.csv", "name=a_quarter", ""),
        ("police_street", "2024-05-city-of-london-street.csv", "force=city-of-london/month=2024-05", ""),
    ],
)
def test_file_names_tell_slots(
    contracts: dict[str, Contract], dataset: str, file_name: str, slot_key: str, edition: str
) -> None:
    identity = contracts[dataset].identity
    assert identity is not None
    found = identity.match(file_name)

    assert found is not None
    assert (found.slot_key, found.edition, found.file_name) == (slot_key, edition, file_name)


@pytest.mark.parametrize("file_name", ["Tariffs_table.csv", "MAC.csv", "MAC000584.csv.bak", "households.txt"])
def test_file_names_of_other_files_tell_nothing(contracts: dict[str, Contract], file_name: str) -> None:
    identity = contracts["energy_lcl_smartmeter"].identity
    assert identity is not None

    assert identity.match(file_name) is None


def test_a_masked_identity_holds_no_raw_household(contracts: dict[str, Contract]) -> None:
    identity = contracts["energy_lcl_smartmeter"].identity
    assert identity is not None
    found = identity.match("MAC000584.csv")
    assert found is not None
    masked = found.masked({"MAC000584": "c0ffee"})

    assert found.personal == {"household": "MAC000584"}
    assert (masked.slot_key, masked.file_name) == ("household=c0ffee", "c0ffee.csv")
    with pytest.raises(KeyError):
        found.masked({})


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("name: energy data team", "name: another team", True),
        ("Electricity taken from the grid", "Energy drawn", True),
        ("value: kWh", "value: watt hours", True),
        ("keep: last", "keep: first", False),
        ("rejectedShare: 0.5", "rejectedShare: 0.6", False),
        ("physicalName: kwhh", "physicalName: kwh", False),
        ("nullTexts: ['', 'Null']", "nullTexts: ['']", False),
        ("pseudonymDomain, value: energy", "pseudonymDomain, value: homes", False),
        ("and the last one counts", "and the last one is taken", True),
    ],
)
def test_only_what_changes_rows_changes_the_parsing_hash(
    contracts: dict[str, Contract], tmp_path: Path, old: str, new: str, same: bool
) -> None:
    contract = contracts["energy_lcl_smartmeter"]
    changed = tmp_path / "energy" / contract.path.name
    changed.parent.mkdir()
    text = contract.path.read_text()
    assert old in text
    changed.write_text(text.replace(old, new, 1))

    assert (load_contract(changed).parsing_hash == contract.parsing_hash) is same
