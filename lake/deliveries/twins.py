"""The same bytes under two identities: which delivery of a source entry stands with them already.

A publisher who sends last month's file under this month's name would count everything twice. What is done about it is
`lake.night.verdict`'s; the same bytes under two names of one identity are one slot, and nothing new
(`lake.deliveries.slots`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lake.contract import Contract
from lake.deliveries.ledger import COMMITTING, Delivery
from lake.deliveries.owners import standing


class Twins:
    """The deliveries of one city and dataset that stand, by their bytes; those of tonight are added as they pass."""

    def __init__(self, deliveries: Iterable[Delivery], contract: Contract) -> None:
        self._whole = contract.load.mode == "replace_all"
        self._minds = contract.same_bytes == "refuse"
        self._by_bytes: dict[tuple[str, str], Delivery] = {}
        self._of_slot: dict[str, tuple[str, str]] = {}
        for one in standing(deliveries, contract):
            self._note(one)

    def of(self, delivery: Delivery) -> Delivery | None:
        """The delivery in another slot that stands with the same bytes, where the contract minds that."""
        same = self._by_bytes.get((delivery.entry, delivery.sha256))
        return same if same is not None and same.slot != delivery.slot and self._minds else None

    def add(self, delivery: Delivery) -> None:
        """Take note of a delivery that was judged: one that passed stands, and may stand in place of another."""
        if delivery.status != COMMITTING:
            return
        if self._whole:
            self._by_bytes.pop(self._of_slot.get(delivery.slot, ("", "")), None)
        self._note(delivery)

    def _note(self, delivery: Delivery) -> None:
        key = (delivery.entry, delivery.sha256)
        self._by_bytes[key] = delivery
        self._of_slot[delivery.slot] = key
