"""docs/adding-a-city.md, followed step by step in a copy of the project: a new city is one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.settings import project_root
from tests.integration.followed_page import follow
from tests.integration.project_copy import ProjectCopy


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_city_is_added_as_the_page_says(tmp_path: Path) -> None:
    project = ProjectCopy.into(tmp_path / "project")
    before = project.files()

    done = follow(project_root() / "docs" / "adding-a-city.md", project)

    assert done.count("sh") >= 2
    assert project.files() == before
    again = project.citylake("run", "--city", "twinford")
    assert again.returncode == 0
    assert "Nothing new" in again.stdout
