"""How people get from one thing to the next in the Dagster UI: asset, its checks, rejected rows, why a number is so.

What the UI has a page for is a link; for the rest the exact command. The UI is the data team's, so that commands speak
for the team.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import dagster as dg

CITY_COLUMN = "city"


def checks_page(key: dg.AssetKey) -> dg.UrlMetadataValue:
    """The page of an asset's checks."""
    return dg.MetadataValue.url(f"/assets/{'/'.join(key.path)}?view=checks")


def rejects_command(key: dg.AssetKey, delivery_ids: Collection[str] = ()) -> dg.TextMetadataValue:
    """How to see every rejected row of a raw asset; of one delivery where only that is meant."""
    city, dataset = key.path
    only = f" --delivery {next(iter(delivery_ids))}" if len(delivery_ids) == 1 else ""
    return dg.MetadataValue.text(
        f"citylake rejects {dataset} --city {city}{only} --role team --output {dataset}_rejects.csv"
    )


def explain_command(city: str, table: str, columns: Sequence[str]) -> dg.TextMetadataValue:
    """How to lead a number of a mart back to its deliveries; `columns` tell its rows apart."""
    schema, _, name = table.partition(".")
    values = [f"{CITY_COLUMN}={city}", *(f"{column}=..." for column in columns if column != CITY_COLUMN)]
    role = "" if schema == "marts" else " --role team"
    return dg.MetadataValue.text(f"citylake explain {name} {' '.join(values)}{role}")
