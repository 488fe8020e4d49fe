"""Where a lake keeps its state: every path below CITYLAKE_HOME, and the key file beside it.

Reads the environment only in `Settings.from_env`; creates folders only in `Settings.prepare`. What lies in the folders
is the business of the modules that own them (landing, catalog, release, ...).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "CITYLAKE_HOME"
KEY_FILE_VARIABLE = "CITYLAKE_KEY_FILE"
DEFAULT_HOME = ".citylake"
DEFAULT_KEY_FILE = ".citylake-keys"
PRIVATE_MODE = 0o700


def project_root() -> Path:
    """Folder that holds the packages, `dbt_project` and their YAML: the repository, or where a wheel put them."""
    return Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Paths of one lake. All are absolute; only the key file lies outside `home`."""

    home: Path
    key_file: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from CITYLAKE_HOME and CITYLAKE_KEY_FILE; an unset or empty variable means its default."""
        variables = os.environ if environ is None else environ
        home = variables.get(HOME_VARIABLE) or DEFAULT_HOME
        key_file = variables.get(KEY_FILE_VARIABLE) or DEFAULT_KEY_FILE
        return cls.at(home, key_file)

    @classmethod
    def at(cls, home: str | Path, key_file: str | Path = DEFAULT_KEY_FILE) -> Settings:
        """Settings of the lake in `home`; relative paths count from the working directory."""
        return cls(home=Path(home).expanduser().absolute(), key_file=Path(key_file).expanduser().absolute())

    @property
    def landing(self) -> Path:
        """Bytes as delivered, named by their sha256."""
        return self.home / "landing"

    @property
    def warehouse(self) -> Path:
        """Root of all Iceberg tables; file names in release records are relative to it."""
        return self.home / "warehouse"

    @property
    def warehouse_open(self) -> Path:
        """Tables that every analyst may read: `marts` and `ops`."""
        return self.warehouse / "open"

    @property
    def warehouse_team(self) -> Path:
        """Tables of the data team alone: `raw`, `rejects`, `marts_restricted`."""
        return self.warehouse / "team"

    @property
    def releases(self) -> Path:
        """Release records, one JSON file each."""
        return self.home / "releases"

    @property
    def site(self) -> Path:
        """Pages for residents, one HTML file per city."""
        return self.home / "site"

    def page(self, city: str) -> Path:
        """The page for residents of a city."""
        return self.site / f"{city}.html"

    @property
    def models(self) -> Path:
        """The compiled models of releases, one JSON file per state of the dbt project."""
        return self.home / "models"

    @property
    def ledger(self) -> Path:
        """SQLite database of deliveries, slots and runs."""
        return self.home / "ledger.db"

    @property
    def catalog(self) -> Path:
        """SQLite database of the Iceberg catalog."""
        return self.home / "catalog.db"

    @property
    def scratch(self) -> Path:
        """Files private to one run: deleted on success, kept after a failure."""
        return self.home / "scratch"

    @property
    def locks(self) -> Path:
        """Lock files, held by living processes only."""
        return self.home / "locks"

    @property
    def dagster_home(self) -> Path:
        """DAGSTER_HOME: run history and event log."""
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """dbt's target folder: manifest, compiled SQL, run results."""
        return self.home / "dbt" / "target"

    @property
    def dbt_logs(self) -> Path:
        """dbt's log folder."""
        return self.home / "dbt" / "logs"

    @property
    def logs(self) -> Path:
        """Full logs of runs, for people."""
        return self.home / "logs"

    def prepare(self) -> None:
        """Create the folders that are missing; those that hold data of persons are for their owner only."""
        private = (self.landing, self.warehouse_team, self.scratch)
        shared = (
            self.warehouse_open,
            self.releases,
            self.locks,
            self.dagster_home,
            self.dbt_target,
            self.dbt_logs,
            self.logs,
        )
        for folder in shared:
            folder.mkdir(parents=True, exist_ok=True)
        for folder in private:
            folder.mkdir(mode=PRIVATE_MODE, parents=True, exist_ok=True)
            folder.chmod(PRIVATE_MODE)
