"""`citylake check` names every mistake with file and line, without running anything; `citylake run` names the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lake.settings import project_root
from orchestration.cli import app
from tests.integration.project_copy import ProjectCopy

CONTRACT = "lake/contracts/population/population_borough.yaml"
SUITE = "expectations/raw/population_borough.yaml"
MODEL = "dbt_project/models/staging/people/stg_population_borough.sql"
STREET_MODEL = "dbt_project/models/staging/safety/stg_police_street.yml"
# What stands there, what is written instead, the key that is named.
TEN = (
    ("version: 1.0.0", "version: 1", "version: is a number"),
    ("domain: population", "domain: people", "domain: is `people`"),
    ("dataGranularityDescription:", "granularity:", "schema.population_borough.granularity: unknown key"),
    ("required: true", "required: always", "area_code.required: is text `always`"),
    ("physicalType: decimal(30,15)", "physicalType: number", "population.physicalType: `number` is not allowed"),
    ("{property: unit, value: persons}", "{property: unt, value: persons}", "population.customProperties.unt: unknown"),
    ("value: [ANY]", "value: [everything]", "everything: `everything` is no purpose; ANY or a DPV term"),
    (
        "{mode: replace_all}",
        "{mode: replace_al}",
        "load.mode: `replace_al` is not allowed; did you mean `replace_all`?",
    ),
    ("key: [area_code, year]", "key: [area_code, yeer]", "`yeer` is no column of this contract; did you mean `year`?"),
    ("rejectedShare: 0.05", "rejectedShare: 5", "limits.rejectedShare: `5` is not allowed"),
)


@pytest.fixture
def project(tmp_path: Path) -> ProjectCopy:
    return ProjectCopy.into(tmp_path / "project")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def test_what_citylake_comes_with_is_right() -> None:
    done = check()
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 1), done.stdout
    assert done.stdout.endswith("all is right.\n")


def test_one_file_of_each_kind_is_right() -> None:
    files = [project_root() / place for place in (CONTRACT, SUITE, "lake/cities/sample.yaml")]
    done = check(*map(str, files))
    assert done.exit_code == 0, done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["contract", "suite", "city"]


def test_ten_mistakes_in_a_contract_are_named_by_check_and_by_run(project: ProjectCopy, tmp_path: Path) -> None:
    path = project.root / CONTRACT
    expected = []
    for old, new, words in TEN:
        text = path.read_text()
        line = text[: text.index(old)].count("\n") + 1
        path.write_text(text.replace(old, new, 1))
        expected.append((f"{CONTRACT}:{line}: ", words))
    (tmp_path / "sources").mkdir()
    for arguments in (["check", CONTRACT], ["check"], ["run", "--city", "sample", "--sources", str(tmp_path)]):
        done = project.citylake(*arguments)
        lines = (done.stdout + done.stderr).splitlines()
        assert done.returncode == 2, lines
        unnamed = [(place, words) for place, words in expected if not any(place in x and words in x for x in lines)]
        assert unnamed == [], lines
        assert not any("Traceback" in line for line in lines)
    assert not (project.root / ".citylake" / "ledger.db").exists()


def test_mistakes_of_all_kinds_of_files_come_at_once_for_editors_too(project: ProjectCopy) -> None:
    _replace(project.root / CONTRACT, "version: 1.0.0", "version: one")
    _replace(project.root / SUITE, "severity: warning", "severity: warn")
    _replace(project.root / "lake/cities/sample.yaml", "crs: EPSG:27700", "crs: Brightwater grid")
    done = project.citylake("check", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 2
    assert [(one["file"], one["key"]) for one in found] == [
        (SUITE, "expectations.area_name_not_empty.severity"),
        ("lake/cities/sample.yaml", "crs"),
        (CONTRACT, "version"),
    ]
    assert all(one["line"] > 1 and one["problem"] and one["expected"] for one in found)


def test_files_that_do_not_go_together_are_named(project: ProjectCopy) -> None:
    _replace(project.root / SUITE, "column: population,", "column: residents,")
    (project.root / MODEL).unlink()
    (project.root / STREET_MODEL).unlink()
    (project.root / "expectations/raw/police_street.yaml").rename(project.root / "expectations/raw/street.yaml")
    _replace(project.root / "expectations/raw/street.yaml", "suite: police_street", "suite: street")
    found = project.citylake("check").stdout
    assert f"{SUITE}:42: expectations.population_in_range.kwargs: `residents` is no column of contract" in found
    model = MODEL.replace("people", "population")
    assert f"{CONTRACT}:4: name: `population_borough` has no staging model; write {model}" in found
    assert f"police_street.yaml:4: name: its staging model is not described; write {STREET_MODEL}" in found
    assert "lake/contracts/safety/police_street.yaml:4: name: `police_street` has no suite" in found
    assert "expectations/raw/street.yaml:1: suite: there is no contract `street`" in found
    alone = project.citylake("check", CONTRACT)
    assert (alone.returncode, len(alone.stdout.splitlines())) == (2, 2), alone.stdout


def test_a_question_that_is_still_open_is_no_mistake_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "population" / "population_borough.yaml"
    path.parent.mkdir()
    path.write_text((project_root() / CONTRACT).read_text())
    _replace(path, "value: [ANY]", "value: ['TODO: for what may it be used?']")
    _replace(path, "value: none", "value: 'TODO: none, personal or special?'")
    done = check(str(path))
    assert done.exit_code == 2
    first, second, last = done.stdout.splitlines()
    assert first.endswith("permittedPurposes: is an open question; for what may it be used?")
    assert second.endswith("personalData: is an open question; none, personal or special?")
    assert last == "2 open questions."


def test_any_other_file_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text("colour: blue\n")
    assert "notes.yaml:1: is neither contract, suite nor city file" in check(str(path)).stdout
    missing = check(str(tmp_path / "absent.yaml"))
    assert missing.exit_code == 2
    assert "There is no file" in missing.stderr


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
