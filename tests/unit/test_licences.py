"""Which licence counts for a dataset of a city, and which figures may stand in one table."""

from __future__ import annotations

import pytest

from lake.city import City, load_city, packaged_cities
from lake.contract import load_contracts
from lake.licences import OPEN, SHARE_ALIKE, WITHHELD, licence_of, licences_of, package_of

CONTRACTS = load_contracts()
STATIONS = CONTRACTS["transit_stations"]


def city(name: str) -> City:
    return load_city(packaged_cities()[name], CONTRACTS)


@pytest.mark.parametrize(
    ("licences", "package"),
    [
        ((), OPEN),
        (("OGL-UK-3.0", "TfL-Transport-Data-Service"), OPEN),
        (("ODbL-1.0",), "ODbL-1.0"),
        (("ODbL-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "CC0-1.0"), "ODbL-1.0"),
        (("CC-BY-4.0", "CC-BY-SA-4.0"), "CC-BY-SA-4.0"),
        (("ODbL-1.0", "TfL-Transport-Data-Service"), WITHHELD),
        (("ODbL-1.0", "CC-BY-SA-4.0"), WITHHELD),
        (("ODbL-1.0", "a licence that nobody has read"), WITHHELD),
    ],
)
def test_figures_go_out_as_the_strictest_of_their_licences_says(licences: tuple[str, ...], package: str) -> None:
    assert package_of(licences) == package


def test_a_city_may_state_another_licence_than_the_contract() -> None:
    london, sample = city("london"), city("sample")
    assert licences_of(london, STATIONS) == (STATIONS.licence,) == ("ODbL-1.0",)
    assert {licence_of(one, CONTRACTS[one.dataset]) for one in sample.sources} == {"CC0-1.0"}
    both = london.model_copy(update={"sources": (*london.sources, *sample.sources)})
    assert licences_of(both, STATIONS) == ("ODbL-1.0", "CC0-1.0")
    nowhere = london.model_copy(update={"sources": ()})
    assert licences_of(nowhere, STATIONS) == ("ODbL-1.0",)


def test_a_share_alike_licence_leads_to_its_text() -> None:
    assert STATIONS.licence in SHARE_ALIKE
    assert all(one.text.startswith("https://") for one in SHARE_ALIKE.values())
