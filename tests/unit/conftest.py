"""Fixtures of the unit tests: a lake that files can be delivered to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from lake.catalog import open_catalog
from lake.ledger import Ledger
from lake.settings import Settings
from tests.unit.deliveries import Lake


@pytest.fixture
def lake(settings: Settings, tmp_path: Path) -> Iterator[Lake]:
    catalog = open_catalog(settings)
    ledger = Ledger.at(settings.ledger)
    yield Lake(settings, catalog, ledger, tmp_path / "sources")
    ledger.close()
    assert isinstance(catalog, SqlCatalog)
    catalog.engine.dispose()
