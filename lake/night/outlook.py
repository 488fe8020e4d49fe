"""What a night would do, found without doing it: new files at the sources, and whether the release is up to date.

Light on purpose: neither Iceberg, dbt nor Great Expectations is imported, so that a night with nothing to do ends at
once. The night itself is `lake.night.night`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from lake.city import City
from lake.contract import Contract, on_clock_of
from lake.deliveries.ledger import COMMITTING, Ledger
from lake.deliveries.news import Search
from lake.deliveries.slots import Arrival, News
from lake.keys import PseudonymKey, load_key
from lake.release.fingerprint import fingerprint
from lake.release.release import newest_release
from lake.settings import Settings


@dataclass(frozen=True)
class Outlook:
    """New files by dataset (those without any left out), and whether the current release rests on today's inputs.

    `silent` are datasets of which a source, or a file, could not be read.
    """

    new: Mapping[str, list[Arrival]]
    silent: tuple[str, ...]
    released: bool

    @property
    def nothing_to_do(self) -> bool:
        """No delivery is new, none can be hidden, and nothing waits to be released."""
        return self.released and not self.new and not self.silent


def city_keys(
    settings: Settings, city: City, contracts: Mapping[str, Contract], ledger: Ledger, *, only_look: bool = False
) -> dict[str, PseudonymKey]:
    """The pseudonym keys that a city's datasets need, by domain. Raises KeyProblem before a row is read."""
    domains = {contracts[dataset].pseudonym_domain for dataset in city.datasets}
    return {
        domain: load_key(
            domain, settings.key_file, known_fingerprints=ledger.key_fingerprints(domain), only_look=only_look
        )
        for domain in sorted(filter(None, domains))
    }


def outlook(
    settings: Settings,
    city: City,
    contracts: Mapping[str, Contract],
    sources: str,
    suite_hashes: Mapping[str, str],
) -> Outlook:
    """Look at the sources and the current release; nothing is kept."""
    contracts = on_clock_of(city.time_zone, contracts)
    with closing(Ledger.at(settings.ledger)) as ledger:
        keys = city_keys(settings, city, contracts, ledger, only_look=True)
        search = Search(city, contracts, sources, keys, suite_hashes, ledger, settings.landing, only_look=True)
        found = list(_news(search))
        waiting = any(one.status == COMMITTING for one in ledger.deliveries(city.city))
        now = fingerprint(city, contracts, ledger.heads(city.city), suite_hashes)
    release = newest_release(settings)
    entry = release.cities.get(city.city) if release else None
    released = entry is not None and not waiting and dict(entry.fingerprint) == now
    new: dict[str, list[Arrival]] = {}
    for dataset, news in found:
        if news is not None and news.arrivals:
            new.setdefault(dataset, []).extend(news.arrivals)
    silent = dict.fromkeys(dataset for dataset, news in found if news is None or news.unread)
    return Outlook(new, tuple(silent), released)


def _news(search: Search) -> Iterator[tuple[str, News | None]]:
    """Datasets and what is new of them, a bundle's once for each of its source entries; None where a source cannot be
    read."""
    for dataset in search.city.single_datasets:
        try:
            yield dataset, search.of_dataset(dataset)
        except OSError:
            yield dataset, None
    for entry in itertools.chain.from_iterable(search.city.bundles.values()):
        try:
            yield from search.of_bundle(entry).items()
        except OSError:
            yield from ((dataset, None) for dataset in search.city.only(entry).datasets)
