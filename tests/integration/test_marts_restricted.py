"""Tries to find hidden households by subtraction, on any sizes of districts: the rule that both energy marts share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.integration.dbt_night import Night

LEAST = 5
RULE = """
select district_code, {{ is_restricted('households', 'is_whole_city', 'district_code', ['cell']) }} as is_hidden
from cells
"""


@dataclass
class Rule:
    """The macro as SQL, and a database to run it in."""

    con: duckdb.DuckDBPyConnection
    sql: str

    def hidden(self, districts: list[int], elsewhere: int) -> set[str]:
        """Codes hidden where districts have these households and the city has `elsewhere` more."""
        rows = [(f"D{number:02d}", False, count) for number, count in enumerate(districts)]
        rows.append(("CITY", True, sum(districts) + elsewhere))
        self.con.execute("create or replace table cells (district_code varchar, is_whole_city boolean, households int)")
        self.con.execute("alter table cells add column cell int default 1")
        self.con.executemany("insert into cells values (?, ?, ?, 1)", rows)
        return {code for code, is_hidden in self.con.execute(self.sql).fetchall() if is_hidden}


@pytest.fixture(scope="module")
def rule(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rule]:
    night = Night.empty(tmp_path_factory.mktemp("rule"))
    with duckdb.connect() as con:
        yield Rule(con, night.compiled(RULE))


@given(districts=st.lists(st.integers(0, 12), max_size=6), elsewhere=st.integers(0, 9))
@example(districts=[3, 40, 50], elsewhere=0)
@example(districts=[1, 2, 40], elsewhere=0)
@example(districts=[9, 40], elsewhere=3)
@example(districts=[3], elsewhere=20)
def test_nothing_hidden_follows_from_the_citys_row(rule: Rule, districts: list[int], elsewhere: int) -> None:
    hidden = rule.hidden(districts, elsewhere)
    sizes = {f"D{number:02d}": count for number, count in enumerate(districts)}
    assert {code for code, count in sizes.items() if 0 < count < LEAST} <= hidden
    assert not any(sizes.get(code) == 0 for code in hidden)
    if "CITY" in hidden:
        assert sum(districts) + elsewhere < LEAST
        return
    by_subtraction = elsewhere + sum(sizes[code] for code in hidden)
    assert by_subtraction == 0 or by_subtraction >= LEAST
    others = sum(count > 0 for count in districts) - len(hidden)
    assert len(hidden) != 1 or others == 0


@given(districts=st.lists(st.integers(5, 12), min_size=1, max_size=6))
def test_a_city_of_large_districts_shows_all(rule: Rule, districts: list[int]) -> None:
    assert rule.hidden(districts, elsewhere=0) == set()


def test_the_next_smallest_goes_with_a_single_small_one_and_no_more(rule: Rule) -> None:
    assert rule.hidden([40, 3, 30, 50], elsewhere=0) == {"D01", "D02"}
    assert rule.hidden([40, 3, 4, 50], elsewhere=0) == {"D01", "D02"}
    assert rule.hidden([6, 3, 6, 50], elsewhere=100) == {"D00", "D01"}
