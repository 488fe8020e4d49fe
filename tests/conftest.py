"""Fixtures for all tests: a lake of one's own in a temporary folder. Nothing reads or writes the developer's lake."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from lake.deliveries.ledger import Ledger
from lake.iceberg.catalog import open_catalog
from lake.settings import HOME_VARIABLE, KEY_FILE_VARIABLE, Settings
from tests.session import SHARED_VARIABLE
from tests.unit.deliveries import Lake


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of this session share: workers, and nights in processes of their own."""
    if SHARED_VARIABLE not in os.environ:
        os.environ[SHARED_VARIABLE] = folder = tempfile.mkdtemp(prefix="citylake-tests-")
        config.add_cleanup(lambda: shutil.rmtree(folder))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty lake with its folders; the environment names it too, for code that asks there."""
    home, key_file = tmp_path / "home", tmp_path / "keys"
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(key_file))
    settings = Settings.at(home, key_file)
    settings.prepare()
    return settings


@pytest.fixture
def lake(settings: Settings, tmp_path: Path) -> Iterator[Lake]:
    """A lake that files can be delivered to."""
    catalog = open_catalog(settings)
    ledger = Ledger.at(settings.ledger)
    yield Lake(settings, catalog, ledger, tmp_path / "sources")
    ledger.close()
    assert isinstance(catalog, SqlCatalog)
    catalog.engine.dispose()
