"""Whose rows stand in a raw table: of all deliveries of a slot, the last one that carried a period.

Asked by whatever speaks of the state of a dataset (status, freshness, periods delivered, withdrawals). What is decided
about new deliveries stands in `lake.night.decide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from lake.contract import Contract
from lake.deliveries.ledger import COMMITTED, SUPERSEDED, WITHDRAWING, WITHDRAWN, Delivery

Owners = dict[tuple[str, date | None], Delivery]


def owners(deliveries: Iterable[Delivery], contract: Contract) -> Owners:
    """By (slot, period): the delivery whose rows stand there; the period is None where a slot has none.

    `deliveries` are those of one city and dataset in the order of their decision. One that was superseded in its own
    night passed its checks too: its rows stand where the delivery that superseded it is gone. What is withdrawn takes
    earlier deliveries of the same bytes with it, which an earlier contract had read.
    """
    found: Owners = {}
    for delivery in _in_force(deliveries):
        periods: Sequence[date | None] = delivery.periods if contract.load.period else (None,)
        found.update({(delivery.slot, period): delivery for period in periods})
    return found


def _in_force(deliveries: Iterable[Delivery]) -> list[Delivery]:
    withdrawn: set[tuple[str, str]] = set()
    kept: list[Delivery] = []
    for delivery in reversed(list(deliveries)):
        bytes_of_slot = (delivery.slot, delivery.sha256)
        if delivery.status == WITHDRAWN:
            withdrawn.add(bytes_of_slot)
        elif delivery.status in (COMMITTED, SUPERSEDED, WITHDRAWING) and bytes_of_slot not in withdrawn:
            kept.append(delivery)
    return kept[::-1]


def of_days(owned: Owners, first: date, last: date) -> Owners:
    """Those places whose period lies in first..last."""
    return {place: one for place, one in owned.items() if place[1] and first <= place[1] <= last}


def standing(deliveries: Iterable[Delivery], contract: Contract) -> list[Delivery]:
    """Deliveries of which at least some rows stand, each once."""
    return list({one.delivery_id: one for one in owners(deliveries, contract).values()}.values())
