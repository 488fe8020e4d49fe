"""What is new at a city's sources: of a dataset file by file; of a source entry that is a bundle all files, or none.

Files of a bundle refer to each other, so one that stayed the same is decided again with those that changed, and one
that is gone takes its rows with it. Which file is new stands in `lake.deliveries.slots`; how news are decided in
`lake.night.decide` and `lake.night.bundles`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lake.city import City
from lake.contract import Contract
from lake.deliveries.landing import Landed, SourceFile
from lake.deliveries.ledger import UNDECIDED, Delivery, Ledger
from lake.deliveries.owners import standing
from lake.deliveries.slots import Arrival, Candidate, News, candidates, new_arrivals
from lake.keys import PseudonymKey


@dataclass(frozen=True)
class Search:
    """Where and how to look. `retry_refused` counts what was refused before as new, `only_look` keeps nothing."""

    city: City
    contracts: Mapping[str, Contract]
    sources: Path | str
    keys: Mapping[str, PseudonymKey]
    suite_hashes: Mapping[str, str]
    ledger: Ledger
    landing: Path
    retry_refused: bool = False
    only_look: bool = False

    def of_dataset(self, dataset: str) -> News:
        """The news of a dataset. Raises OSError where a source cannot be read."""
        return self._news(dataset, self.city)

    def of_bundle(self, entry: str) -> dict[str, News]:
        """By dataset the news of a source entry that is a bundle: all of its files have arrived, or none has.

        A bundle of which a file cannot be read waits until it can. Raises OSError where none can be.
        """
        alone = self.city.only(entry)
        news = {dataset: self._news(dataset, alone) for dataset in alone.datasets}
        unread = any(one.unread for one in news.values())
        if unread or not any(one.arrivals or one.unchanged for one in news.values()):
            return {dataset: News([], one.unread) for dataset, one in news.items()}
        news |= {dataset: self._absent(dataset, entry) for dataset, one in news.items() if not one.any}
        changed = any(one.arrivals for one in news.values())
        return {dataset: News([*one.arrivals, *one.unchanged] if changed else [], {}) for dataset, one in news.items()}

    def _news(self, dataset: str, city: City) -> News:
        contract = self.contracts[dataset]
        found = candidates(city, contract, self.sources, self.keys.get(contract.pseudonym_domain or ""))
        return new_arrivals(
            found,
            contract,
            self.suite_hashes.get(dataset, ""),
            self.ledger,
            city,
            self.landing,
            retry_refused=self.retry_refused,
            only_look=self.only_look,
        )

    def _absent(self, dataset: str, entry: str) -> News:
        """The news of a dataset without a file: new where rows stand and the last decision was about a file."""
        history = [one for one in self.ledger.deliveries(self.city.city, dataset) if one.entry == entry]
        decided = [one for one in history if one.status not in UNDECIDED]
        stand = [_absence(one) for one in standing(history, self.contracts[dataset]) if not one.absent]
        known = bool(decided) and decided[-1].absent and not self.retry_refused
        return News([], {}, stand) if known else News(stand, {})


def _absence(one: Delivery) -> Arrival:
    nowhere = SourceFile("", one.file_name, "", "", 0)
    candidate = Candidate(nowhere, one.entry, one.slot, one.file_name, {}, "", one.origin, absent=True)
    return Arrival(candidate, Landed(Path(), "", 0))
