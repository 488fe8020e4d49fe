"""Fixtures for all tests: a lake of one's own in a temporary folder. Nothing reads or writes the developer's lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.settings import HOME_VARIABLE, KEY_FILE_VARIABLE, Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty lake with its folders; the environment names it too, for code that asks there."""
    home, key_file = tmp_path / "home", tmp_path / "keys"
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(key_file))
    settings = Settings.at(home, key_file)
    settings.prepare()
    return settings
