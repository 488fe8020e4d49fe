"""Under which licence a dataset of a city comes, and under which one a table made of several can go out.

Knows share-alike licences only as far as packages need it: docs/decisions/0019. Purposes and personal data are no
business of this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lake.city_model import City, Source
from lake.contract_model import Contract

OPEN, WITHHELD = "open", "withheld"
# The Open Government Licence calls itself compatible with CC BY and ODC-By; CC0 and MIT ask for nothing that a
# share-alike licence forbids. What is not named here (TfL's terms) must not be relicensed.
_FREE_TO_JOIN = frozenset({"OGL-UK-2.0", "OGL-UK-3.0", "CC-BY-4.0", "CC0-1.0", "MIT"})


@dataclass(frozen=True)
class ShareAlike:
    """A licence that also binds a table made from the data: its text, and licences of data that may be mixed in."""

    text: str
    takes_in: frozenset[str]


SHARE_ALIKE = {
    # section 4.4: a derivative database that is used publicly comes under this licence
    "ODbL-1.0": ShareAlike("https://opendatacommons.org/licenses/odbl/1-0/", _FREE_TO_JOIN),
    # sections 3(b) and 4: adapted material, also a database with a substantial part of the data
    "CC-BY-SA-4.0": ShareAlike("https://creativecommons.org/licenses/by-sa/4.0/legalcode", _FREE_TO_JOIN),
}


def licence_of(source: Source, contract: Contract) -> str:
    """The licence of what one source delivers: its own, else that of its dataset's contract."""
    return source.licence or contract.licence


def licences_of(city: City, contract: Contract) -> tuple[str, ...]:
    """The licences of a dataset in a city, each once; the contract's where the city has no source of it."""
    found = [licence_of(source, contract) for source in city.sources_of(contract.dataset)]
    return tuple(dict.fromkeys(found)) or (contract.licence,)


def package_of(licences: Iterable[str]) -> str:
    """Where figures made of such data can go out: among the OPEN ones, or only under this share-alike licence.

    WITHHELD where no licence allows the mixture.
    """
    mixed = frozenset(licences)
    binding = mixed & SHARE_ALIKE.keys()
    if not binding:
        return OPEN
    return next((one for one in sorted(binding) if mixed <= {one, *SHARE_ALIKE[one].takes_in}), WITHHELD)
