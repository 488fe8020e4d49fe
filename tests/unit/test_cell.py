"""Finding one row of a mart by values of its columns, and what is said where that is not one row."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from lake.errors import UsageError
from lake.explain.cell import Cell, find_cell
from lake.query.query import look
from lake.settings import Settings
from orchestration.cli import app
from tests.unit.handmade import london_and_sample

KEY = ("city", "district_code", "indicator_code")


@pytest.fixture(autouse=True)
def lake_of_two_cities(settings: Settings) -> None:
    """London and the sample city, released."""
    london_and_sample(settings)


def find(settings: Settings, table: str = "qol_indicators", **given: str) -> Cell:
    return find_cell(look(settings=settings), table, given, KEY)


def test_values_name_one_row(settings: Settings) -> None:
    cell = find(settings, city="sample", district_code="D02")
    assert cell.key == {"city": "sample", "district_code": "D02", "indicator_code": "ENV_NO2"}
    assert (cell.row["value"], cell.figures, cell.city) == (2.0, ["value"], "sample")
    assert cell.file.is_file()


def test_several_rows_are_told_apart_by_the_values_that_they_have(settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"Several rows of marts\.qol_indicators have city=sample") as caught:
        find(settings, city="sample")
    assert caught.value.hint == "Say one of each: district_code (D01, D02, D03)."


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"city": "paris"}, "has no city=paris", "city is one of london, sample."),
        (
            {"city": "london", "district_code": "D03"},
            "with city=london and district_code=D03",
            "district_code is one of D",
        ),
        ({"town": "sample"}, "has no column `town`", "Its columns are city, district_code"),
        ({"district": "S1"}, "has no column `district`", "Did you mean district_code"),
        ({"city": "x' or '1'='1"}, "has no city=x' or '1'='1", "city is one of london, sample."),
    ],
)
def test_no_row_is_told_with_the_values_there_are(
    settings: Settings, given: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find(settings, **given)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


def test_only_marts_have_cells_to_explain(settings: Settings) -> None:
    with pytest.raises(UsageError, match="is no mart"):
        find(settings, "ops.releases")


def test_an_argument_without_an_equals_sign_is_wrong_usage() -> None:
    done = CliRunner().invoke(app, ["explain", "qol_indicators", "ENV_NO2"])
    assert done.exit_code == 2
    assert "`ENV_NO2` is no COLUMN=VALUE." in done.stderr


def test_a_release_without_its_models_says_what_to_do() -> None:
    done = CliRunner().invoke(app, ["explain", "qol_indicators", "city=sample", "district_code=D02"])
    assert done.exit_code == 1
    assert "were not kept" in done.stderr
    assert "citylake run" in done.stderr
