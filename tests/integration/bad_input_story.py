"""Real nights over all cases of `bad_input_cases`, what became of each, and the page that tells it.

As a command it writes docs/bad-input.md anew: `python -m tests.integration.bad_input_story`.
"""

from __future__ import annotations

import http.server
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import yaml
from typer.testing import CliRunner

from lake.contract import Contract, load_contracts
from lake.deliveries.ledger import REFUSED as STATUS_REFUSED
from lake.deliveries.ledger import Delivery
from lake.deliveries.notices import notices
from lake.night.report import NightReport
from lake.settings import project_root
from orchestration.cli import app
from orchestration.commands.run import _exit_code
from orchestration.night_command import NightDone
from tests.integration.bad_input_cases import (
    AGES,
    AREAS,
    CUT_ON_ITS_WAY,
    GOOD,
    GOOD_FILE,
    METERS,
    NOTICED,
    ONCE,
    REFUSED,
    SECTIONS,
    TAKEN,
    Case,
    rejected,
)  # fmt: skip
from tests.integration.night_runner import TrialLake
from tests.integration.test_check import CONTRACT, TEN

PAGE = project_root() / "docs" / "bad-input.md"
TOWN = {
    "city": "town",
    "name": "Town",
    "time_zone": "Europe/London",
    "crs": "EPSG:27700",
    "night_starts_at": "03:30",
    "whole_city": {"code": "T0", "name": AREAS["T0"]},
    "districts": [{"code": code, "name": AREAS[code]} for code in ("T1", "T2")],
}
# What differs from night to night in what is said: ids, and how much came before a connection broke.
CHANGING = {r"delivery \d{8}-[0-9a-f]{12}": "delivery ...", r"[\d,]+ of ([\d,]+ bytes came)": r"... of \1"}
INTRODUCTION = """# Bad input: what comes, what citylake does

Every line was seen in a real night of a small city, together with a good delivery that was released each time. The page
is written from these nights (`python -m tests.integration.bad_input_story`), and a test holds it to them. The exit code
is that of a night in which nothing else is wrong: 0 all well, 3 a delivery was refused and everything else released.

A refused delivery leaves its dataset at its last good state. Rejected rows and cells stand with file, line and reason
in `rejects.<dataset>`; where more of a file is rejected than its contract allows, the delivery is refused.
"""
CONTRACTS = """## A contract with a mistake in each of ten places

Contracts, suites and city files are read before anything is fetched. `citylake run` names every mistake and does not
begin; `citylake check` says the same without a night.
"""


@dataclass(frozen=True)
class Seen:
    """What became of a case."""

    outcome: str
    exit_code: int
    message: str


@dataclass(frozen=True)
class Told:
    """A night over some cases."""

    lake: TrialLake
    report: NightReport
    seen: Mapping[str, Seen]


def cases() -> list[Case]:
    """Cases whose files lie in a folder; one is delivered by a server."""
    return [case for some in SECTIONS.values() for case in some if case is not CUT_ON_ITS_WAY]


def contracts() -> dict[str, Contract]:
    """The packaged contracts, one of which allows more."""
    known = load_contracts()
    reader = known[AGES].reader.model_copy(update={"encodings": ("utf-8", "windows-1252")})
    return {**known, AGES: known[AGES].model_copy(update={"reader": reader, "same_bytes": "accept"})}


def night(folder: Path, some: Sequence[Case]) -> Told:
    """A night of the town over files in a folder."""
    lake = _lake(folder, some, folder / "sources")
    report = lake.run(contracts=contracts())
    return Told(lake, report, {case.name: _seen(lake, report, case) for case in some})


def served_nights(folder: Path) -> tuple[Told, NightReport]:
    """A night of the town whose server breaks off each time, and one in which it does not any more."""
    lake = _lake(folder, [CUT_ON_ITS_WAY], folder / "sources")
    with _server(folder / "sources") as server:
        lake = replace(lake, sources=server.address)
        report = lake.run()
        server.breaks_off = False
        after = lake.run()
    return Told(lake, report, {CUT_ON_ITS_WAY.name: _seen(lake, report, CUT_ON_ITS_WAY)}), after


def _lake(folder: Path, some: Sequence[Case], sources: Path) -> TrialLake:
    deliver(sources, some)
    path = folder / "town.yaml"
    entries = [{"dataset": GOOD, "path": "good/health.csv", "attribution": "Town"}]
    entries += [{**_what(case), "name": case.name, "path": _path(case), "attribution": "Town", **_days(case)}
                for case in some]  # fmt: skip
    path.write_text(yaml.safe_dump({**TOWN, "sources": entries}))
    return TrialLake.at(folder, str(path), sources)


def deliver(sources: Path, some: Sequence[Case]) -> None:
    """Put the files of the cases, and a good one, where the town's sources say."""
    for case in some:
        for name, content in case.files.items():
            path = sources / case.name / case.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (sources / "good").mkdir(parents=True, exist_ok=True)
    (sources / "good" / "health.csv").write_text(GOOD_FILE)


def _what(case: Case) -> dict[str, str]:
    return {"bundle": case.bundle} if case.bundle else {"dataset": case.dataset}


def _path(case: Case) -> str:
    names = [case.folder] if case.folder else list(case.files)
    return f"{case.name}/{names[0]}" if len(names) == 1 else case.name


def _days(case: Case) -> dict[str, object]:
    return {"days": {"first": date(2015, 1, 5)}} if case.dataset == METERS else {}


def _seen(lake: TrialLake, report: NightReport, case: Case) -> Seen:
    mine = [
        replace(outcome, deliveries=[one for one in outcome.deliveries if one.entry == case.name])
        for outcome in report.outcomes
        if outcome.dataset == case.dataset
    ]
    deliveries = [one for outcome in mine for one in outcome.deliveries]
    done = NightDone(report.night_id, replace(report, outcomes=mine), None)
    outcome, message = _told(lake, case, deliveries)
    for changing, words in CHANGING.items():
        message = re.sub(changing, words, message)
    return Seen(outcome, _exit_code(done), message)


def _told(lake: TrialLake, case: Case, deliveries: Sequence[Delivery]) -> tuple[str, str]:
    refused = [one.reason for one in deliveries if one.status == STATUS_REFUSED]
    if refused:
        return REFUSED, "; ".join(refused)
    one = deliveries[0]
    if one.rows_rejected:
        return rejected(one.rows_rejected, one.rows_read or 0), _reasons(lake, one)
    if one.cells_rejected:
        return rejected(one.cells_rejected, one.cells_rejected + (one.rows_written or 0), "cells"), _reasons(lake, one)
    told = notices(deliveries)
    if told:
        return NOTICED, "; ".join(told)
    return (ONCE if len(deliveries) < len(case.files) and not case.bundle else TAKEN), ""


def _reasons(lake: TrialLake, one: Delivery) -> str:
    where = f"where _delivery_id = '{one.delivery_id}' order by all"
    rows = lake.rows(f"select distinct rule_id, reason from rejects.{one.dataset} {where}")
    return "; ".join(f"{rule}: {reason}" for rule, reason in rows)


@dataclass
class Server:
    """A web server over a folder; of the file of `CUT_ON_ITS_WAY` it announces all and may send half."""

    address: str = ""
    breaks_off: bool = True


@contextmanager
def _server(folder: Path) -> Iterator[Server]:
    told = Server()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:
            content = source.read()
            cut = told.breaks_off and CUT_ON_ITS_WAY.name in self.path
            outputfile.write(content[: len(content) // 2] if cut else content)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    told.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def mistakes(folder: Path) -> str:
    """What `citylake check` says about a contract with a mistake in each of ten places, without the lines' numbers."""
    path = folder / "population" / "population_borough.yaml"
    path.parent.mkdir(parents=True)
    text = (project_root() / CONTRACT).read_text()
    for old, new, _ in TEN:
        text = text.replace(old, new, 1)
    path.write_text(text)
    done = CliRunner().invoke(app, ["check", str(path)])
    said = re.sub(r"\.yaml:\d+:", ".yaml:<line>:", done.stdout.replace(str(folder), "lake/contracts"))
    return f"exit code {done.exit_code}\n{said}"


def page(seen: Mapping[str, Seen], said: str) -> str:
    """The page for what was seen, and `said` about a contract."""
    parts = [INTRODUCTION]
    for title, some in SECTIONS.items():
        lines = [_line(case, seen[case.name]) for case in some]
        head = ["| what comes | what becomes of it | exit code | what citylake says |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {title}", *head, *lines]) + "\n")
    return "\n".join([*parts, f"{CONTRACTS}\n```text\n{said}```\n"])


def _line(case: Case, seen: Seen) -> str:
    cells = (case.given, seen.outcome, str(seen.exit_code), seen.message)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    """Run the nights and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        told = (night(Path(folder) / "files", cases()), served_nights(Path(folder) / "served")[0])
        said = mistakes(Path(folder) / "contracts")
    PAGE.write_text(page({name: seen for one in told for name, seen in one.seen.items()}, said), encoding="utf-8")


if __name__ == "__main__":
    main()
