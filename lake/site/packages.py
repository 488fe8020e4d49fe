"""Which figures can be given away in one table, and what has to be told beside it.

An indicator that rests on data under a share-alike licence goes out under that licence and not among the open figures
(docs/decisions/0019). Which licences are so is the business of lake/licences.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lake.licences import OPEN, SHARE_ALIKE, WITHHELD, package_of
from lake.site.facts import Facts, Indicator, SourceTerms


@dataclass(frozen=True)
class Package:
    """Indicators whose figures may stand in one table; `licence` is the share-alike one that binds it."""

    licence: str
    licence_text: str
    indicators: Sequence[Indicator]
    attributions: Sequence[str]


@dataclass(frozen=True)
class Packages:
    """All indicators by the table that they go out in; those of `withheld` mix what no licence allows to mix."""

    open: Sequence[Indicator]
    share_alike: Sequence[Package]
    withheld: Sequence[Indicator]
    index_is_open: bool


def packages(facts: Facts) -> Packages:
    """The indicators of a city, parted by licence."""
    parted: dict[str, list[Indicator]] = {}
    for code, indicator in facts.indicators.items():
        parted.setdefault(_package_of(facts.rests_on[code]), []).append(indicator)
    return Packages(
        open=parted.get(OPEN, []),
        share_alike=[_package(facts, name, parted[name]) for name in sorted(parted.keys() & SHARE_ALIKE.keys())],
        withheld=parted.get(WITHHELD, []),
        index_is_open=facts.index is None or _package_of(facts.rests_on[facts.index.code]) == OPEN,
    )


def _package(facts: Facts, licence: str, indicators: Sequence[Indicator]) -> Package:
    lines = (source.attribution for one in indicators for source in facts.rests_on[one.code])
    return Package(licence, SHARE_ALIKE[licence].text, indicators, tuple(dict.fromkeys(lines)))


def _package_of(sources: Iterable[SourceTerms]) -> str:
    return package_of(source.licence for source in sources)
