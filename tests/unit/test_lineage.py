"""Lineage over small models: what a column is made of, in rows of which something is known."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lake.explain.lineage import Lineage
from lake.night.kept_models import KeptModel

SOURCES = {
    "raw.air": ("site", "species", "value", "read_on"),
    "raw.people": ("area_code", "year", "people"),
    "raw.trips": ("area_code", "kind", "trips"),
    "city.scopes": ("code", "district"),
}


def lineage(**models: str | KeptModel) -> Lineage:
    """Models of the schema `m` over the sources; `rules` are known rows."""
    kept = {table: KeptModel(table, "source", columns, ()) for table, columns in SOURCES.items()}
    rules = [{"index": "A", "code": "AIR"}, {"index": "A", "code": "TRIPS"}, {"index": "B", "code": "TRIPS"}]
    kept["m.rules"] = KeptModel("m.rules", "rows", ("index", "code"), (), rows=rules)
    for name, model in models.items():
        table = f"m.{name}"
        kept[table] = KeptModel(table, "sql", (), (), sql=model) if isinstance(model, str) else model
    return Lineage(kept)


def origins(found: Lineage, model: str, column: str, *, deep: bool = False, **known: str) -> dict[str, object]:
    """By `table.column`: what is known of the rows there."""
    given: Mapping[str, frozenset[str]] = {name: frozenset({value}) for name, value in known.items()}
    return {
        f"{one.table}.{one.column}": {name: sorted(values) for name, values in one.known}
        for one in found.origins(f"m.{model}", column, given, deep=deep)
    }


UNITED = """
    with air as (select 'AIR' as code, site as district, sum(value) as n from raw.air group by site),
    trips as (select 'TRIPS' as code, area_code as district, count(*) as n from raw.trips group by area_code),
    final as (select * from air union all select * from trips)
    select * from final"""


def test_of_a_union_only_the_branch_that_can_hold_the_row_is_followed() -> None:
    found = lineage(united=UNITED)
    assert origins(found, "united", "n", code="AIR") == {"raw.air.value": {}}
    assert origins(found, "united", "n", code="AIR", district="D1") == {"raw.air.value": {"site": ["D1"]}}
    assert origins(found, "united", "n", code="TRIPS") == {"raw.trips.*": {}}
    assert origins(found, "united", "n", code="NONE") == {}
    assert set(origins(found, "united", "n")) == {"raw.air.value", "raw.trips.*"}


def test_known_rows_and_equal_joins_hand_knowledge_on() -> None:
    found = lineage(
        united=UNITED,
        index="""select rules.index, united.district, sum(united.n) as score
                 from m.rules as rules inner join m.united as united on rules.code = united.code group by 1, 2""",
    )
    assert origins(found, "index", "score", index="B", district="D1") == {"raw.trips.*": {"area_code": ["D1"]}}
    assert set(origins(found, "index", "score", index="A")) == {"raw.air.value", "raw.trips.*"}
    assert origins(found, "index", "score", index="C") == {}


def test_an_outer_join_knows_its_optional_side_only() -> None:
    sql = """select scopes.code, scopes.district, people.people
             from city.scopes as scopes left join raw.people as people
             on scopes.district = people.area_code and people.year = 2014 where scopes.code <> 'AIR'"""
    found = lineage(joined=sql)
    known = {"area_code": ["D1"], "year": ["2014"]}
    assert origins(found, "joined", "people", district="D1") == {"raw.people.people": known}
    assert origins(found, "joined", "people", code="AIR") == {}, "the condition leaves no such row"


def test_an_outer_join_that_finds_nothing_leaves_the_row() -> None:
    sql = """select air.site, air.value, rules.code as rule, coalesce(rules.index, air.species) as label
             from raw.air as air left join m.rules as rules on air.site = rules.code"""
    found = lineage(joined=sql)
    assert origins(found, "joined", "value", site="BL0") == {"raw.air.value": {"site": ["BL0"]}}
    assert origins(found, "joined", "label", site="BL0") == {"raw.air.species": {"site": ["BL0"]}}
    assert origins(found, "joined", "value", rule="AIR") == {"raw.air.value": {}}
    assert origins(found, "joined", "value", rule="NONE") == {}


def test_of_a_case_only_the_ways_that_can_be_taken_count() -> None:
    sql = """select rules.code, case rules.code when 'AIR' then air.value else trips.trips end as n
             from m.rules as rules
             inner join raw.trips as trips on trips.kind = case rules.code when 'AIR' then 'walk' else 'bus' end
             cross join raw.air as air"""
    found = lineage(chosen=sql)
    assert origins(found, "chosen", "n", code="AIR") == {"raw.air.value": {}}
    assert origins(found, "chosen", "n", code="TRIPS") == {"raw.trips.trips": {"kind": ["bus"]}}
    assert set(origins(found, "chosen", "n")) == {"raw.air.value", "raw.trips.trips"}


def test_a_case_within_an_aggregate_says_which_rows_count() -> None:
    sql = """select district, max(case when united.code = 'AIR' then united.n end) as air,
                    1000 * sum(case united.code when 'TRIPS' then united.n end) / count(*) as trips
             from m.united as united group by district"""
    found = lineage(united=UNITED, columns=sql)
    assert origins(found, "columns", "air", district="D1") == {"raw.air.value": {"site": ["D1"]}}
    assert set(origins(found, "columns", "trips")) == {"raw.trips.*", "raw.air.*"}, "count(*) counts all rows"


def test_of_two_ways_the_possible_one_holds() -> None:
    sql = """select rules.code, trips.area_code as district, trips.trips from m.rules as rules
             inner join raw.trips as trips on rules.code = 'AIR' or trips.kind = 'bus'"""
    found = lineage(either=sql)
    assert origins(found, "either", "trips", code="TRIPS") == {"raw.trips.trips": {"kind": ["bus"]}}
    assert origins(found, "either", "trips", code="AIR") == {"raw.trips.trips": {}}


def test_a_window_looks_beyond_the_row_that_is_asked_for() -> None:
    sql = """select site, species, rank() over (partition by species order by value) as place,
                    value, max(value) over (partition by site, species) as highest from raw.air"""
    found = lineage(ranked=sql)
    given = {"site": "BL0", "species": "NO2"}
    assert origins(found, "ranked", "value", **given)["raw.air.value"] == {"site": ["BL0"], "species": ["NO2"]}
    assert origins(found, "ranked", "highest", **given)["raw.air.value"] == {"site": ["BL0"], "species": ["NO2"]}
    assert origins(found, "ranked", "place", **given)["raw.air.value"] == {"species": ["NO2"]}


def test_a_model_that_looks_at_every_period_says_so_of_all_behind_it() -> None:
    pairs = KeptModel("m.pairs", "sql", (), (), sql="select site, value from raw.air", any_period=True)
    found = lineage(pairs=pairs, index="select site, value from m.pairs", daily="select site, value from raw.air")
    periods = {
        model: {one.any_period for one in found.origins(f"m.{model}", "value", {})} for model in ("index", "daily")
    }
    assert periods == {"index": {True}, "daily": {False}}


def test_a_model_in_python_uses_all_that_it_names_but_for_what_it_passes_on() -> None:
    parents = ("raw.trips", "raw.people")
    model = KeptModel("m.placed", "python", ("kind", "where"), parents, passes_on={"raw.trips": ("kind",)})
    found = lineage(placed=model, last="select kind, count(*) as n, max(placed.where) as w from m.placed group by kind")
    assert origins(found, "last", "kind", kind="bus") == {"raw.trips.kind": {"kind": ["bus"]}}
    by_column = origins(found, "last", "w", kind="bus")
    assert by_column["raw.trips.trips"] == {"kind": ["bus"]}
    assert by_column["raw.people.people"] == {}


@pytest.mark.parametrize(("deep", "expected"), [(False, {"raw.air.value"}), (True, {"raw.air.value", "raw.people"})])
def test_what_decides_which_rows_count_is_another_question(deep: bool, expected: set[str]) -> None:
    sql = """select sum(air.value) as n from raw.air as air
             where air.site in (select people.area_code from raw.people as people where people.people > 5)"""
    found = origins(lineage(summed=sql), "summed", "n", deep=deep)
    assert {name if "air.value" in name else name.rpartition(".")[0] for name in found} >= expected
    assert any(name.startswith("raw.people") for name in found) is deep
