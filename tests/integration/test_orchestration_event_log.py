"""The event log that nights write is Dagster's own: the same files, whoever opens them."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from lake.settings import Settings
from orchestration.event_log import OPEN_FILES
from orchestration.instance import HOME_VARIABLE, command_line_instance


@dg.asset_check(asset="meters")
def not_empty() -> dg.AssetCheckResult:
    """A check that holds."""
    return dg.AssetCheckResult(passed=True, metadata={"rows": 3})


JOB = dg.Definitions(
    asset_checks=[not_empty],
    jobs=[dg.define_asset_job("checks", selection=dg.AssetSelection.checks(not_empty))],
).resolve_job_def("checks")


def test_what_more_runs_than_open_files_told_is_read_by_dagsters_own_storage(tmp_path: Path) -> None:
    settings = Settings.at(tmp_path)
    with command_line_instance(settings) as instance:
        runs = [JOB.execute_in_process(instance=instance).run_id for _ in range(OPEN_FILES + 2)]
        told = [[log.message for log in instance.all_logs(run)] for run in runs]

    plain = SqliteEventLogStorage(str(settings.dagster_home / "history" / "runs"))
    read = [[record.event_log_entry.message for record in plain.get_records_for_run(run).records] for run in runs]
    assert read == told
    assert all(any("not_empty" in message for message in messages) for messages in read)


def test_the_ui_opens_the_same_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.at(tmp_path)
    with command_line_instance(settings) as instance:
        run = JOB.execute_in_process(instance=instance).run_id
    monkeypatch.setenv(HOME_VARIABLE, str(settings.dagster_home))

    with dg.DagsterInstance.get() as instance:
        messages = [log.message for log in instance.all_logs(run)]

    assert any("not_empty" in message for message in messages)
