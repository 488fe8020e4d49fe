"""The marts of a city from dbt: one `@dbt_assets` per city over the same project, and the suites that judge them.

One dbt invocation per night builds everything, also where only some marts were chosen in the UI: models rest on each
other in a scratch database that is empty at first. Suites run when dbt is done, over the marts as they will be; they
block the release.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets

from lake.city import City
from lake.night.kept_models import unique_keys
from lake.night.mart_models import NAMESPACES
from lake.night.marts import MartsRefused
from lake.release.fingerprint import files_hash
from orchestration.asset_checks import check_results, suite_specs
from orchestration.blueprint import Blueprint, group_name
from orchestration.dbt_run import DbtRun
from orchestration.lineage import LineageCache
from orchestration.night_run import NightRun, resource_key
from orchestration.standing_checks import tell_again
from orchestration.ui_links import explain_command

RAW_SOURCE = "raw"
MARTS_LAYER = "marts"
WITHOUT_FOLDER = "qol"


class CityTranslator(DagsterDbtTranslator):
    """Names of dbt's nodes for one city: `[city, node]`, a group per domain, raw sources as their own assets."""

    def __init__(self, city: City) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
        self._city = city.city

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The asset of a node."""
        node = self.get_resource_props(manifest, unique_id)
        spec = super().get_asset_spec(manifest, unique_id, project)
        layer = node["fqn"][1] if len(node["fqn"]) > 2 else MARTS_LAYER
        named = self._of_mart(manifest, unique_id) if node["schema"] in NAMESPACES else {}
        metadata = {name: value for name, value in spec.metadata.items() if name != "dagster/table_name"}
        tags = {**spec.tags, "city": self._city, "layer": layer}
        return spec.replace_attributes(tags=tags, metadata={**metadata, **named})

    def _of_mart(self, manifest: Mapping[str, Any], unique_id: str) -> dict[str, Any]:
        """What analysts call a mart, and how one of its numbers is explained."""
        node = manifest["nodes"][unique_id]
        table = f"{node['schema']}.{node['name']}"
        explained = explain_command(self._city, table, unique_keys(manifest).get(unique_id, ()))
        return {"dagster/table_name": table, "explain a number": explained}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`[city, dataset]`, `[city, node]`; what the lake says about the city and the night is one asset each."""
        if dbt_resource_props["resource_type"] == "source" and dbt_resource_props["source_name"] != RAW_SOURCE:
            return dg.AssetKey([self._city, f"{dbt_resource_props['source_name']}_facts"])
        return dg.AssetKey([self._city, dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The city's group of the domain, which is the model's folder within its layer."""
        fqn = dbt_resource_props["fqn"]
        return group_name(self._city, fqn[2] if len(fqn) > 3 else WITHOUT_FOLDER)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Marts belong to one team."""
        return list(super().get_owners(dbt_resource_props) or ["team:city-data-team"])


def lake_facts(city: City) -> list[dg.AssetSpec]:
    """What the lake itself puts before dbt."""
    texts = {
        "city_facts": f"Districts, periods of indicators, air sites: from the city file of {city.name}.",
        "night_facts": "The periods that this night computes, because what came in changed them.",
    }
    return [
        dg.AssetSpec(
            [city.city, name],
            description=text,
            group_name=group_name(city.city, "city"),
            kinds={"yaml"},
            tags={"city": city.city},
        )
        for name, text in texts.items()
    ]


def mart_keys(blueprint: Blueprint, city: City) -> list[dg.AssetKey]:
    """The marts that a release holds."""
    nodes = blueprint.dbt["nodes"].values()
    names = [n["name"] for n in nodes if n["resource_type"] in ("model", "seed") and n["schema"] in NAMESPACES]
    return [dg.AssetKey([city.city, name]) for name in sorted(names)]


def mart_assets(blueprint: Blueprint, city: City) -> dg.AssetsDefinition:
    """All dbt nodes of a city as assets of one step, dbt's tests as their checks."""
    translator = CityTranslator(city)

    @dbt_assets(
        manifest=blueprint.dbt,
        dagster_dbt_translator=translator,
        name=f"marts_{city.city}",
        required_resource_keys={resource_key(city)},
    )
    def marts(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: NightRun = getattr(context.resources, resource_key(city))
        with run.step() as night:
            run.prepared = night.prepare_marts()
            if run.prepared is None:
                tell_again(context, [*context.selected_asset_check_keys, *suite_keys(blueprint, city)])
                return
            lineage = LineageCache(blueprint.lineage_file(city), files_hash([blueprint.manifest]))
            dbt = DbtRun(run.prepared, blueprint.manifest, translator, lineage)
            yield from dbt.results(context.selected_asset_keys, context.selected_asset_check_keys)
            run.tests = dbt.tests
            dbt.require_success(night)

    return marts


def mart_suites(blueprint: Blueprint, city: City) -> dg.AssetChecksDefinition:
    """The suites of a city's marts; the step that stages what will be released."""
    suites = {dg.AssetKey([city.city, name]): suite for name, suite in blueprint.mart_suites.items()}
    specs = [spec for key, suite in suites.items() for spec in suite_specs(key, suite, blocking=True)]

    @dg.multi_asset_check(
        name=f"suites_{city.city}",
        description="Great Expectations over the marts as they will be; then they are staged for the release.",
        specs=specs,
        required_resource_keys={resource_key(city)},
        can_subset=True,
    )
    def suites_of_marts(context: dg.AssetCheckExecutionContext) -> Iterator[Any]:
        run: NightRun = getattr(context.resources, resource_key(city))
        if run.prepared is None:
            context.log.info("No mart was built in this run, so there is nothing to judge.")
            return
        with run.step() as night:
            refused = _stage(run)
            for key, suite in suites.items():
                found = [check for check in night.mart_checks if check.subject == suite.name]
                chosen = {one.name for one in context.selected_asset_check_keys if one.asset_key == key}
                yield from (result for result in check_results(key, suite, found) if result.check_name in chosen)
            if refused is not None:
                raise refused

    return suites_of_marts


def suite_keys(blueprint: Blueprint, city: City) -> list[dg.AssetCheckKey]:
    """The checks that the suites of the marts are."""
    return [
        dg.AssetCheckKey(dg.AssetKey([city.city, name]), item.check_id)
        for name, suite in blueprint.mart_suites.items()
        for item in suite.expectations
    ]


def _stage(run: NightRun) -> MartsRefused | None:
    """Stage the marts; why not, where a check stops them: its results are told before the step fails."""
    try:
        run.night.stage_marts(run.tests)
    except MartsRefused as refused:
        return refused
    return None
