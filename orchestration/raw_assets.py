"""One asset per city and dataset, made from its contract: `[city, dataset]`; one step decides a bundle's datasets.

A refused delivery does not fail the asset, which would skip the release: its checks fail, and the dataset keeps its
last good state. Days are logged one by one, because the night itself is one run without partitions.
"""

from collections.abc import Generator, Iterator
from datetime import date
from typing import Any

import dagster as dg

from lake.city import City
from lake.contract import bundled
from lake.deliveries.freshness import freshness, promising
from lake.night.decide import Outcome
from lake.night.night import Night
from lake.report.reject_sample import sample_rejects
from lake.report.status import dataset_rows, dataset_status
from orchestration.asset_checks import dataset_specs, delivery_results, freshness_result
from orchestration.blueprint import Blueprint, group_name
from orchestration.night_run import NightRun, resource_key
from orchestration.raw_metadata import contract_metadata, outcome_metadata, standing_metadata
from orchestration.standing_checks import tell_again

BACKFILL_TAG = "dagster/backfill"
FORMAT_KINDS = {"delimited": "csv", "blank_separated": "text"}


def raw_assets(blueprint: Blueprint, city: City) -> list[dg.AssetsDefinition]:
    """The raw assets of a city."""
    days = daily_partitions(blueprint, city)
    single = [
        _raw_asset(blueprint, city, dataset, days if blueprint.is_daily(city, dataset) else None)
        for dataset in city.single_datasets
    ]
    return [*single, *(_bundle_assets(blueprint, city, bundle) for bundle in city.bundles)]


def daily_partitions(blueprint: Blueprint, city: City) -> dg.DailyPartitionsDefinition | None:
    """One for all daily datasets of a city, from the first to the last day of any: a job holds only one kind."""
    spans = [one.days for name in blueprint.daily(city) for one in city.sources_of(name) if one.days]
    if not spans:
        return None
    lasts = [span.last for span in spans if span.last is not None]
    after = max(lasts).toordinal() + 1 if len(lasts) == len(spans) else None
    return dg.DailyPartitionsDefinition(
        start_date=min(span.first for span in spans).isoformat(),
        end_date=None if after is None else date.fromordinal(after).isoformat(),
        timezone=city.time_zone,
    )


def _spec(
    blueprint: Blueprint, city: City, dataset: str, days: dg.DailyPartitionsDefinition | None = None
) -> dg.AssetSpec:
    contract = blueprint.contracts[dataset]
    return dg.AssetSpec(
        dg.AssetKey([city.city, dataset]),
        description=contract.description,
        group_name=group_name(city.city, contract.domain),
        owners=[f"team:{contract.owner.replace(' ', '-')}"],
        kinds={"iceberg", FORMAT_KINDS.get(contract.reader.format, contract.reader.format)},
        tags={"city": city.city, "layer": "raw", "personal_data": contract.personal_data},
        metadata=contract_metadata(city, contract),
        code_version=contract.version,
        partitions_def=days,
        skippable=True,
    )


def _check_specs(blueprint: Blueprint, city: City, dataset: str) -> list[dg.AssetCheckSpec]:
    return dataset_specs(
        dg.AssetKey([city.city, dataset]),
        blueprint.contracts[dataset],
        blueprint.raw_suites.get(dataset),
        promises_freshness=dataset in promising(city, blueprint.contracts),
    )


def _raw_asset(
    blueprint: Blueprint, city: City, dataset: str, days: dg.DailyPartitionsDefinition | None
) -> dg.AssetsDefinition:
    key = dg.AssetKey([city.city, dataset])

    @dg.multi_asset(
        name=f"{city.city}__{dataset}",
        specs=[_spec(blueprint, city, dataset, days)],
        check_specs=_check_specs(blueprint, city, dataset),
        can_subset=True,  # so that checks may keep their last results
        backfill_policy=dg.BackfillPolicy.single_run() if days else None,
        required_resource_keys={resource_key(city)},
    )
    def raw(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: NightRun = getattr(context.resources, resource_key(city))
        with run.step() as night:
            asked = _days_asked(context, run)
            outcome = (
                night.reingest(dataset, *asked) if asked else night.ingest(dataset, retry_refused=run.retry_refused)
            )
            metadata = yield from _judged(context, blueprint, city, night, outcome)
            told = days is None or _tell_days(context, key, outcome, asked)
            if told and key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata=metadata)

    return raw


def _bundle_assets(blueprint: Blueprint, city: City, bundle: str) -> dg.AssetsDefinition:
    """The assets of a bundle's datasets: whichever are chosen, all of them are decided."""
    datasets = list(bundled(blueprint.contracts, bundle))

    @dg.multi_asset(
        name=f"{city.city}__{bundle}",
        specs=[_spec(blueprint, city, dataset) for dataset in datasets],
        check_specs=[spec for dataset in datasets for spec in _check_specs(blueprint, city, dataset)],
        can_subset=True,
        required_resource_keys={resource_key(city)},
    )
    def raw(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: NightRun = getattr(context.resources, resource_key(city))
        with run.step() as night:
            for outcome in night.ingest_bundle(bundle, retry_refused=run.retry_refused):
                key = dg.AssetKey([city.city, outcome.dataset])
                metadata = yield from _judged(context, blueprint, city, night, outcome)
                if key in context.selected_asset_keys:
                    yield dg.MaterializeResult(asset_key=key, metadata=metadata)
                else:
                    context.log_event(dg.AssetMaterialization(key, metadata=metadata))

    return raw


def _judged(
    context: dg.AssetExecutionContext, blueprint: Blueprint, city: City, night: Night, outcome: Outcome
) -> Generator[dg.AssetCheckResult, None, dict[str, Any]]:
    """The results of a dataset's chosen checks; returns the metadata of its materialization."""
    key, contract = dg.AssetKey([city.city, outcome.dataset]), blueprint.contracts[outcome.dataset]
    rejected = sample_rejects(blueprint.settings, contract, [d.delivery_id for d in outcome.deliveries])
    found = freshness(night.ledger, city, blueprint.contracts, night.as_of).get(outcome.dataset)
    standing = standing_metadata(
        dataset_status(night.ledger, city, contract, found), dataset_rows(blueprint.settings, city, contract)
    )
    chosen = [one for one in context.selected_asset_check_keys if one.asset_key == key]
    results = [
        *delivery_results(key, contract, blueprint.raw_suites.get(outcome.dataset), outcome),
        *([freshness_result(key, found)] if found else []),
    ]
    names = {one.name for one in chosen}
    yield from (result for result in results if result.check_name in names)
    judged = {result.check_name for result in results}
    tell_again(context, (one for one in chosen if one.name not in judged))
    return {**standing, **outcome_metadata(key, outcome, rejected)}


def _days_asked(context: dg.AssetExecutionContext, run: NightRun) -> tuple[date, date] | None:
    """The days of a backfill: those of the partitions chosen in the UI, or those of the command line."""
    if not context.assets_def.partitions_def or not (context.has_partition_key or context.has_partition_key_range):
        return run.days
    chosen = context.partition_key_range
    return date.fromisoformat(chosen.start), date.fromisoformat(chosen.end)


def _tell_days(
    context: dg.AssetExecutionContext, key: dg.AssetKey, outcome: Outcome, asked: tuple[date, date] | None
) -> bool:
    """Log a materialization for each day that has rows now; False where the asset's own result must not follow.

    With chosen partitions that result would mark every chosen day as there, the days without a delivery too.
    """
    files = {
        day.isoformat(): delivery
        for delivery in outcome.committed
        for day in delivery.periods
        if asked is None or asked[0] <= day <= asked[1]
    }
    chosen = set(context.partition_keys) if context.has_partition_key or context.has_partition_key_range else None
    if chosen is not None and chosen <= set(files):
        return True
    tags = {BACKFILL_TAG: context.run.tags[BACKFILL_TAG]} if BACKFILL_TAG in context.run.tags else {}
    known = context.assets_def.partitions_def
    for day, delivery in sorted(files.items()):
        if known is not None and known.has_partition_key(day):
            facts = {"file": delivery.file_name, "delivery": delivery.delivery_id}
            context.log_event(dg.AssetMaterialization(key, partition=day, metadata=facts, tags=tags))
    return chosen is None
