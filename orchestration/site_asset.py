"""`[city, site]`: the page for residents, written with every release.

The release stands whatever becomes of the page: the page is a step of its own, after it, which only fails by itself.
"""

import dagster as dg

from lake.city import City
from orchestration.blueprint import Blueprint, group_name
from orchestration.night_run import Witness


def site_asset(blueprint: Blueprint, city: City, witness: Witness | None = None) -> dg.AssetsDefinition:
    """The page of a city, made from the current release."""
    seen = witness or Witness()

    @dg.asset(
        key=[city.city, "site"],
        description=(
            f"The page about {city.name} for residents: one HTML file that needs no network, made from the public "
            "marts of the current release."
        ),
        deps=[dg.AssetKey([city.city, "release"])],
        group_name=group_name(city.city, "release"),
        owners=["team:city-data-team"],
        kinds={"html"},
        tags={"city": city.city, "layer": "site"},
    )
    def site() -> dg.MaterializeResult[None]:
        from lake.site import write_page

        try:
            page = write_page(blueprint.settings, city, blueprint.contracts)
        except BaseException as error:
            seen.page_error = error
            raise
        return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(page), "bytes": page.stat().st_size})

    return site
