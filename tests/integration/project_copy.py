"""A copy of the project in a folder of its own, for tests that change its files as people do, and its command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lake.settings import HOME_VARIABLE, KEY_FILE_VARIABLE, project_root

PARTS = ("lake", "expectations", "orchestration", "dbt_project")
COMMAND = "from orchestration.cli import app; app()"


@dataclass(frozen=True)
class ProjectCopy:
    """The project below `root`; its lake lies in `root`/.citylake."""

    root: Path

    @classmethod
    def into(cls, root: Path) -> ProjectCopy:
        """Copy what the wheel holds."""
        for part in PARTS:
            shutil.copytree(
                project_root() / part, root / part, ignore=shutil.ignore_patterns("__pycache__", "target", "logs")
            )
        return cls(root)

    def files(self) -> dict[str, str]:
        """The text files of the project's parts, by their place."""
        found = [path for part in PARTS for path in sorted((self.root / part).rglob("*")) if path.is_file()]
        kept = [path for path in found if path.suffix in (".py", ".sql", ".yml", ".yaml", ".csv", ".j2")]
        return {str(path.relative_to(self.root)): path.read_text(encoding="utf-8") for path in kept}

    def citylake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the copy's command in its folder."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root),
            HOME_VARIABLE: str(self.root / ".citylake"),
            KEY_FILE_VARIABLE: str(self.root / ".citylake-keys"),
        }
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
