"""One asset per city and dataset, made from its contract: `[city, dataset]`.

A refused delivery does not fail the asset, which would skip the release: its checks fail, and the dataset keeps its
last good state. Days are logged one by one, because the night itself is one run without partitions.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from lake.city import City
from lake.deliveries.freshness import freshness, promising
from lake.night.decide import Outcome
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
    return [
        _raw_asset(blueprint, city, dataset, days if blueprint.is_daily(city, dataset) else None)
        for dataset in city.datasets
    ]


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


def _raw_asset(
    blueprint: Blueprint, city: City, dataset: str, days: dg.DailyPartitionsDefinition | None
) -> dg.AssetsDefinition:
    contract = blueprint.contracts[dataset]
    key = dg.AssetKey([city.city, dataset])
    suite = blueprint.raw_suites.get(dataset)
    promised = dataset in promising(city, blueprint.contracts)

    spec = dg.AssetSpec(
        key,
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

    @dg.multi_asset(
        name=f"{city.city}__{dataset}",
        specs=[spec],
        check_specs=dataset_specs(key, suite, promises_freshness=promised),
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
            rejected = sample_rejects(blueprint.settings, contract, [d.delivery_id for d in outcome.deliveries])
            found = freshness(night.ledger, city, blueprint.contracts, night.as_of).get(dataset)
            standing = standing_metadata(
                dataset_status(night.ledger, city, contract, found), dataset_rows(blueprint.settings, city, contract)
            )
            checks = {one.name for one in context.selected_asset_check_keys}
            results = [*delivery_results(key, suite, outcome), *([freshness_result(key, found)] if found else [])]
            yield from (result for result in results if result.check_name in checks)
            judged = {result.check_name for result in results}
            tell_again(context, (one for one in context.selected_asset_check_keys if one.name not in judged))
            told = days is None or _tell_days(context, key, outcome, asked)
            if told and key in context.selected_asset_keys:
                yield dg.MaterializeResult(
                    asset_key=key, metadata={**standing, **outcome_metadata(key, outcome, rejected)}
                )

    return raw


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
