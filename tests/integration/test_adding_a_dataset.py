"""docs/adding-a-dataset.md, followed step by step in a copy of the project: a new dataset is files only."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.settings import project_root
from tests.integration.followed_page import follow
from tests.integration.project_copy import ProjectCopy


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_dataset_is_added_as_the_page_says(tmp_path: Path) -> None:
    project = ProjectCopy.into(tmp_path / "project")
    before = project.files()

    done = follow(project_root() / "docs" / "adding-a-dataset.md", project)

    assert done.count("sh") >= 4
    assert {path for path, content in project.files().items() if before.get(path) != content} == {
        "lake/contracts/mobility/footfall.yaml",
        "expectations/raw/footfall.yaml",
        "dbt_project/models/staging/mobility/stg_footfall.sql",
        "dbt_project/models/staging/mobility/stg_footfall.yml",
        "dbt_project/models/staging/raw_sources.yml",
    }
    assert project.citylake("check").returncode == 0
