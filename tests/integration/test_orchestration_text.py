"""What Dagster and the terminal are told about a night: tables, checks, failures. No Dagster run, no file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from expectations.gate import FOLDER
from expectations.suites import load_suite
from lake.checks import CheckResult
from lake.contract import load_contracts
from lake.deliveries.freshness import Freshness
from lake.deliveries.ledger import COMMITTED, REFUSED, Delivery
from lake.errors import CitylakeError, UsageError
from lake.night.decide import Outcome
from lake.report.reject_sample import RejectedRow
from orchestration.asset_checks import check_results, delivery_results, freshness_result
from orchestration.commands.run import _date, _days, _exit_code
from orchestration.markdown import markdown_table
from orchestration.night_command import NightDone
from orchestration.night_text import failure_paragraph
from orchestration.raw_metadata import outcome_metadata

KEY = dg.AssetKey(["sample", "meters"])
NOW = datetime(2026, 3, 1, tzinfo=UTC)
GOOD = Delivery(
    delivery_id="20260301-aa",
    city="sample",
    dataset="meters",
    slot="meters",
    file_name="lcl_2026-03-01.csv",
    file_fields={},
    edition="",
    sha256="0" * 64,
    bytes=10,
    origin="file:///in",
    landed_at=NOW,
    contract_version="1.0.0",
    parsing_hash="",
    suite_hash="",
    night_id="n",
    status=COMMITTED,
    rows_read=10,
    rows_accepted=9,
    rows_rejected=1,
    rejected_by_rule={"negative": 1},
)
BAD = replace(GOOD, delivery_id="20260301-bb", file_name="lcl_2026-03-02.csv", status=REFUSED, reason="no header")
CONTRACT = load_contracts()["bus_stops_tfl"]
SUITE = load_suite(FOLDER / "raw" / "bus_stops_tfl.yaml")


def _check(delivery: Delivery, *, passed: bool) -> CheckResult:
    message = f"{delivery.file_name}: not_empty {'holds' if passed else 'fails'}"
    return CheckResult("meters", "not_empty", passed, "error", "3 rows", "no row", message, delivery.delivery_id, 3)


def test_unknown_columns_are_told_once_however_many_files_have_them() -> None:
    odd = replace(GOOD, unexpected_columns=("new", "[bold]\x1b[0m"))
    outcome = Outcome("meters", deliveries=[GOOD, odd, replace(odd, file_name="other.csv"), replace(
        BAD, unexpected_columns=("newer",))])  # fmt: skip

    told = outcome_metadata(KEY, outcome, [])["unknown columns"]

    assert told == (
        "meters: 2 files, such as lcl_2026-03-01.csv, came with columns that the contract does not know, "
        "which were left out: 'new', '[bold]\\x1b[0m'"
    )


def test_cells_of_a_table_cannot_break_it() -> None:
    table = markdown_table(("a", "b"), [("x|y", 12345), ("<b>", "two\nlines")], limit=5)
    assert table.splitlines() == ["| a | b |", "| --- | --- |", "| x\\|y | 12,345 |", "| &lt;b> | two lines |"]


def test_rows_beyond_the_limit_are_counted() -> None:
    assert markdown_table(("a",), [(1,), (2,), (3,)], limit=1).endswith("and 2 more")


def test_a_check_fails_if_it_failed_for_any_delivery_and_names_which() -> None:
    checks = [_check(GOOD, passed=True), _check(BAD, passed=False)]
    [result] = check_results(KEY, SUITE, checks, {one.delivery_id: one for one in (GOOD, BAD)})
    assert not result.passed
    assert result.severity == dg.AssetCheckSeverity.ERROR
    assert result.metadata["file"].value == BAD.file_name
    assert result.metadata["rows at fault"].value == 3
    assert result.metadata["asset"].value == KEY
    assert "citylake rejects meters --city sample --delivery 20260301-bb " in result.metadata["rejected rows"].value


def test_a_dataset_without_a_delivery_keeps_its_check_results() -> None:
    assert list(delivery_results(KEY, CONTRACT, SUITE, Outcome("meters"))) == []


def test_a_refused_delivery_is_told_with_file_and_reason() -> None:
    [accepted] = delivery_results(KEY, CONTRACT, None, Outcome("meters", [GOOD, BAD]))
    assert not accepted.passed
    assert accepted.description == "lcl_2026-03-02.csv: no header"
    assert "--delivery 20260301-bb" in accepted.metadata["rejected rows"].value


def test_an_asset_says_what_its_checks_saw_and_leads_to_them() -> None:
    checks = [_check(GOOD, passed=True), _check(BAD, passed=False)]
    facts = outcome_metadata(
        KEY, Outcome("meters", [GOOD, BAD], checks=checks), [RejectedRow("f", 1, "r", "w", "", "")]
    )
    assert "| not_empty | no | 3 rows | no row |" in facts["what checks saw"].value
    assert facts["checks"].value == "/assets/sample/meters?view=checks"
    assert facts["all rejected rows"].value.startswith("citylake rejects meters --city sample --role team ")


def test_a_source_that_cannot_be_read_is_red_without_a_delivery() -> None:
    [accepted] = delivery_results(
        KEY, CONTRACT, SUITE, Outcome("meters", problem="the source of meters cannot be read")
    )
    assert not accepted.passed
    assert accepted.description == "the source of meters cannot be read"


def test_a_file_that_cannot_be_read_hides_no_refusal() -> None:
    accepted, *_ = delivery_results(
        KEY, CONTRACT, SUITE, Outcome("meters", [BAD], problem="a.csv of meters cannot be read")
    )
    assert accepted.description == "a.csv of meters cannot be read; lcl_2026-03-02.csv: no header"


def test_age_is_judged_on_the_date_of_the_night() -> None:
    found = Freshness("meters", datetime(2026, 2, 25, 23, tzinfo=UTC), date(2026, 3, 1), max_age_days=2)
    result = freshness_result(KEY, found)
    assert not result.passed
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert result.metadata["observed"].value == "4 days"


@pytest.mark.parametrize(("text", "shown"), [("", False), ("MAC1,x", True)])
def test_a_reject_without_text_has_no_column_for_it(text: str, *, shown: bool) -> None:
    rejected = [RejectedRow("lcl.csv", 7, "negative", "below zero", "", text)]
    table = outcome_metadata(KEY, Outcome("meters", [GOOD]), rejected)["rejected rows (sample)"].value
    assert "| lcl.csv | 7 | negative | below zero |" in table
    assert ("text" in table) is shown


def test_the_paragraph_says_what_failed_where_and_what_to_do() -> None:
    error = CitylakeError("no new release of sample: qol_index: rank_known", hint="withdraw it")
    paragraph = failure_paragraph(error, None, Path("/logs/n.log"))
    assert paragraph == "no new release of sample: qol_index: rank_known. withdraw it. Full log: /logs/n.log"
    assert "ZeroDivisionError: division by zero." in failure_paragraph(
        ZeroDivisionError("division by zero"), None, Path("l")
    )


def test_exit_codes_of_a_night_that_did_not_open() -> None:
    assert _exit_code(NightDone("n", None, CitylakeError("locked"))) == 1
    assert _exit_code(NightDone("n", None, UsageError("no such day"))) == 2
    assert _exit_code(NightDone("n", None, ValueError("bug"))) == 1


def test_a_backfill_has_two_ends_in_order() -> None:
    assert _days("2026-03-01", "2026-03-02") == (date(2026, 3, 1), date(2026, 3, 2))
    assert _days(None, None) is None
    with pytest.raises(UsageError, match="first and a last day"):
        _days("2026-03-01", None)
    with pytest.raises(UsageError, match="lies before"):
        _days("2026-03-02", "2026-03-01")
    with pytest.raises(UsageError, match="is no date"):
        _date("--date", "yesterday")
