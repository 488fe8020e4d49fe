"""`make docs`: write docs/reference anew."""

from __future__ import annotations

import sys

from lake.contract import load_contracts
from lake.settings import Settings, project_root
from orchestration.dbt_manifest import ensure_manifest
from orchestration.reference.pages import reference_pages


def main() -> None:
    """Write every page; say which."""
    folder = project_root() / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    contracts = load_contracts()
    for name, content in reference_pages(ensure_manifest(Settings.from_env(), contracts), contracts).items():
        (folder / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
