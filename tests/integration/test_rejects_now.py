"""`rejects` are read as they are by now: a refused file is looked into before anything is released."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from lake.deliveries.ledger import Ledger
from lake.iceberg.catalog import open_catalog
from lake.query.query import run_sql
from lake.release.pins import pin_table
from lake.settings import Settings
from tests.unit.deliveries import CITY, Lake, city, column, contract
from tests.unit.handmade import release

OF = contract(column("id", required=True), column("n", "integer"))
COUNT = "SELECT count(*) FROM rejects.toy"


@pytest.fixture
def lake(settings: Settings, tmp_path: Path) -> Iterator[Lake]:
    catalog, ledger = open_catalog(settings), Ledger.at(settings.ledger)
    yield Lake(settings, catalog, ledger, tmp_path / "sources")
    ledger.close()
    assert isinstance(catalog, SqlCatalog)
    catalog.engine.dispose()


def rejects(as_of: int | None = None) -> int:
    return int(run_sql(COUNT, role="team", as_of=as_of).fetchall()[0][0])


def test_rejects_after_the_release_are_there_and_those_of_a_release_too(lake: Lake) -> None:
    lake.put("toy.csv", "id,n\na,1\n,2\n")
    lake.night(OF, city())
    pinned = pin_table(lake.tables(OF)[1], CITY, lake.settings.warehouse, with_files=False)
    release(lake.settings, CITY, {"rejects.toy": pinned})

    lake.put("toy.csv", "id,n\nb,1\n,3\n,4\n")
    lake.night(OF, city())

    assert rejects(as_of=1) == 1
    assert rejects() == 3
