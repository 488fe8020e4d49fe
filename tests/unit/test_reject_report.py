"""What goes back to a publisher: which deliveries count, what is summarised, what the file holds."""

from __future__ import annotations

import csv
import io

import pytest
from typer.testing import CliRunner

from lake.errors import UsageError
from lake.report.rejects import report_rejects, write_rejects
from orchestration.cli import app
from tests.unit.deliveries import Auditor, Lake, city, column, contract, source

OF = contract(column("id", required=True), column("n", "integer"))


def written(lake: Lake, delivery_id: str | None = None) -> list[dict[str, str]]:
    """The rows of the file."""
    out = io.StringIO()
    write_rejects(lake.settings, OF, out, delivery_id=delivery_id)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_rows_and_cells_are_told_by_rule_with_their_lines(lake: Lake) -> None:
    lake.put("toy.csv", "id,n\na,1\n,2\nb,x\n,4\n")
    lake.night(OF, city())

    report = report_rejects(lake.settings, OF)

    assert [(rule.rule_id, rule.kind, rule.column, rule.count, list(rule.examples)) for rule in report.rules] == [
        ("null_id", "record", "", 2, ["toy.csv, line 3", "toy.csv, line 5"]),
        ("bad_n", "cell", "n", 1, ["toy.csv, line 4"]),
    ]
    rows = written(lake)
    names = ("city", "file", "line", "kind", "rule", "column", "text")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("rivertown", "toy.csv", "3", "record", "null_id", "", ",2"),
        ("rivertown", "toy.csv", "4", "cell", "bad_n", "n", "x"),
        ("rivertown", "toy.csv", "5", "record", "null_id", "", ",4"),
    ]
    assert all(row["reason"] and row["delivery"] == report.deliveries[0].delivery_id for row in rows)


def test_of_a_file_that_came_again_only_the_last_rows_count(lake: Lake) -> None:
    lake.put("toy.csv", "id,n\n,1\n")
    [first] = lake.night(OF, city()).deliveries
    lake.put("toy.csv", "id,n\na,1\n,2\n,3\n")
    lake.night(OF, city())

    assert [row["line"] for row in written(lake)] == ["3", "4"]
    assert [row["line"] for row in written(lake, first.delivery_id)] == ["2"]


def test_a_refused_delivery_is_told_with_its_reason_and_its_rows(lake: Lake) -> None:
    lake.auditor = Auditor(refuse={"bad.csv"})
    lake.put("good.csv", "id,n\na,1\n")
    lake.put("bad.csv", "id,n\nb,1\n,2\n")
    lake.night(OF, city(source("good.csv", name="good"), source("bad.csv", name="bad")))

    report = report_rejects(lake.settings, OF)

    assert [one.file_name for one in report.refused] == ["bad.csv"]
    assert [one.file_name for one in report.deliveries] == ["bad.csv", "good.csv"]
    assert [rule.count for rule in report.rules] == [1]


def test_a_delivery_or_city_that_is_not_there_is_wrong_usage(lake: Lake) -> None:
    lake.put("toy.csv", "id,n\na,1\n")
    lake.night(OF, city())
    with pytest.raises(UsageError, match="toy has no delivery `other`"):
        report_rejects(lake.settings, OF, delivery_id="other")
    with pytest.raises(UsageError, match="no delivery of toy of london"):
        report_rejects(lake.settings, OF, "london")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["energy_lcl_smartmeter"], "holds data about persons"),
        (["polic_street"], "Did you mean police_street"),
        (["police_street"], "There is no delivery of police_street."),
    ],
)
@pytest.mark.usefixtures("lake")
def test_who_asks_for_the_wrong_thing_is_told(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["rejects", *arguments])
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_the_file_never_lands_in_the_lake(lake: Lake) -> None:
    target = lake.settings.releases / "rejects.csv"
    done = CliRunner().invoke(app, ["rejects", "police_street", "--output", str(target)])
    assert done.exit_code == 2
    assert "read-only" in done.stderr
