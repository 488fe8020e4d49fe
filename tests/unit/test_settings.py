"""Where a lake keeps its state, from the environment or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.settings import Settings, project_root


def test_defaults_lie_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"CITYLAKE_HOME": ""})
    assert settings.home == tmp_path / ".citylake"
    assert settings.key_file == tmp_path / ".citylake-keys"


def test_the_environment_names_home_and_key_file(tmp_path: Path) -> None:
    settings = Settings.from_env({"CITYLAKE_HOME": str(tmp_path / "h"), "CITYLAKE_KEY_FILE": str(tmp_path / "k")})
    assert (settings.home, settings.key_file) == (tmp_path / "h", tmp_path / "k")


def test_everything_but_the_keys_lies_below_home(settings: Settings) -> None:
    paths = {name: getattr(settings, name) for name, value in vars(Settings).items() if isinstance(value, property)}
    assert len(set(paths.values())) == len(paths) >= 10
    assert all(path.is_relative_to(settings.home) for path in paths.values())
    assert not settings.key_file.is_relative_to(settings.home)


def test_data_of_persons_is_for_its_owner_only(settings: Settings) -> None:
    settings.warehouse_team.chmod(0o755)
    settings.prepare()
    for folder in (settings.warehouse_team, settings.landing, settings.scratch):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert settings.warehouse_open.is_dir()


def test_the_project_root_holds_the_packages() -> None:
    assert (project_root() / "lake" / "settings.py").is_file()
