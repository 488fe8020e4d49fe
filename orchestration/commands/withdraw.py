"""`citylake withdraw`: take one delivery's rows out again, so that a bad file cannot stop every later night."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from lake.contract import load_contracts
from lake.deliveries.ledger import Delivery, Ledger
from lake.errors import UsageError
from lake.settings import Settings
from orchestration.chosen import choose_city


def withdraw(
    delivery: Annotated[
        str,
        typer.Argument(
            metavar="DELIVERY", help="Its id: in the message of a night, `citylake status`, ops.deliveries."
        ),
    ],
    why: Annotated[str, typer.Option("--why", help="For those who read ops.deliveries later.")],
) -> None:
    """Withdraw a delivery: what it superseded comes back, and the next night releases without it."""
    settings = Settings.from_env()
    found = _find(settings, delivery)
    _withdraw(settings, found, why)
    typer.echo(f"Withdrawn: {found.dataset} {found.file_name} ({found.delivery_id}).")
    typer.echo(f"The current release still shows it. Next: citylake run --city {found.city}")


def _find(settings: Settings, delivery_id: str) -> Delivery:
    with closing(Ledger.at(settings.ledger)) as ledger:
        found = ledger.find(delivery_id)
    if found is None:
        raise UsageError(
            f"There is no delivery `{delivery_id}`.",
            hint='`citylake sql "SELECT delivery_id, dataset, file_name, landed_at FROM ops.deliveries"` lists them.',
        )
    return found


def _withdraw(settings: Settings, delivery: Delivery, why: str) -> None:
    from expectations.gate import SuiteGate
    from lake.night.night import Night

    contracts, gate = load_contracts(), SuiteGate()
    city, _ = choose_city(settings, contracts, delivery.city, None)
    night = Night.open(
        settings,
        city,
        contracts,
        sources="",
        night_id=f"withdraw-{datetime.now(UTC):%Y%m%dT%H%M%S}",
        auditor=gate,
        suite_hashes=gate.suite_hashes,
        manifest=settings.dbt_target / "manifest.json",
    )
    try:
        night.withdraw(delivery, why)
    except BaseException as error:
        night.close(error)
        raise
    night.close()
