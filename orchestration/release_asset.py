"""`[city, release]`: staged marts are committed and one record makes all of them visible at once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from lake.city import City
from lake.release.record import Release
from lake.settings import Settings
from orchestration.blueprint import Blueprint, group_name
from orchestration.markdown import markdown_table
from orchestration.mart_assets import mart_keys
from orchestration.night_run import NightRun, resource_key

# A night a day, and hours for it to run late before somebody should look, half a day before it counts as missing.
LATE, MISSING = timedelta(hours=28), timedelta(hours=36)


def release_asset(blueprint: Blueprint, city: City) -> dg.AssetsDefinition:
    """The release of a city; it rests on every mart and on their blocking checks."""

    @dg.asset(
        key=[city.city, "release"],
        description=(
            f"The state of {city.name} that analysts see: all tables of one night, or none. A night that finds nothing "
            "new publishes none."
        ),
        deps=mart_keys(blueprint, city),
        group_name=group_name(city.city, "release"),
        owners=["team:city-data-team"],
        kinds={"iceberg"},
        tags={"city": city.city, "layer": "release"},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=MISSING, warn_window=LATE),
        required_resource_keys={resource_key(city)},
    )
    def release(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: NightRun = getattr(context.resources, resource_key(city))
        with run.step() as night:
            made = night.release()
            yield dg.MaterializeResult(metadata=_metadata(made, city) | _closings(blueprint.settings, made, city))

    return release


def _metadata(release: Release, city: City) -> dict[str, Any]:
    entry = release.cities[city.city]
    tables = [(name, pin.rows, str(pin.snapshot_id or "")) for name, pin in sorted(entry.tables.items())]
    facts: dict[str, Any] = {
        "release": release.release_id,
        "status": entry.status,
        "tables": dg.MetadataValue.md(markdown_table(("table", "rows", "snapshot"), tables)),
    }
    if entry.stale:
        rows = [(one.dataset, one.since.isoformat(timespec="minutes"), one.reason) for one in entry.stale]
        facts["stale"] = dg.MetadataValue.md(markdown_table(("dataset", "since", "why"), rows))
    return facts


def _closings(settings: Settings, release: Release, city: City) -> dict[str, Any]:
    """Requests closed within a day, as counted beside as estimated; nothing for a city without requests."""
    from lake.report.closings import WHY_THEY_DIFFER, read_closings

    names = {area.code: area.name for _, area in city.areas}
    rows = [
        (names.get(one.district_code, one.district_code), f"{one.requests:,.0f}", f"{one.counted_pct:.1f} %",
         f"{one.estimate_pct:.1f} % ({one.low_pct:.1f} to {one.high_pct:.1f})")
        for one in read_closings(settings, release, city.city)
        if one.estimate_pct is not None and one.low_pct is not None
    ]  # fmt: skip
    if not rows:
        return {}
    table = markdown_table(("area", "requests", "as counted", "estimated (95 %)"), rows)
    return {"requests closed within 24 hours": dg.MetadataValue.md(f"{WHY_THEY_DIFFER}\n\n{table}")}
