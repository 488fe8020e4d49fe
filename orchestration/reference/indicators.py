"""docs/reference/indicators.md: every indicator with formula, unit, polarity, sources, cities, and the indices."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lake.city import City
from lake.city_model import IndicatorScope
from lake.city_period import Period
from lake.contract import Contract
from orchestration.reference.datasets import limits
from orchestration.reference.markdown import page, table, text, to_heading

ABOUT = (
    "Every number of `marts.qol_indicators` follows one of these definitions. Which rows exist is decided by the city "
    "files in `lake/cities/`; where a source is silent, a row is there all the same, with its `status`."
)
POLARITY = {"1": "more is better", "-1": "less is better", "": "context only, never scored"}
SOURCE = "source.citylake.raw."


def indicators_page(
    manifest: Mapping[str, Any], seeds: Path, contracts: Mapping[str, Contract], cities: Sequence[City]
) -> str:
    """The page."""
    registry = _rows(seeds / "indicator_registry.csv")
    definitions = _rows(seeds / "index_definition.csv")
    indices = {row["index_code"] for row in definitions}
    plain = [row for row in registry if row["code"] not in indices]
    parts = [part for row in plain for part in _indicator(row, _datasets(manifest, row["code"]), contracts, cities)]
    composites = [
        part for row in registry if row["code"] in indices for part in _index(row, definitions, registry, cities)
    ]
    contents = [
        (to_heading(row["code"]), text(row["name"]), text(row["domain"]), text(_takers(row["code"], cities)))
        for row in (*plain, *(one for one in registry if one["code"] in indices))
    ]
    header = ("indicator", "what it tells", "domain", "cities")
    return page("Indicators", ABOUT, [table(header, contents), *parts, *composites])


def _takers(code: str, cities: Sequence[City]) -> str:
    return ", ".join(city.name for city in cities if code in city.indicators or code == city.index)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _indicator(
    row: Mapping[str, str], datasets: Sequence[str], contracts: Mapping[str, Contract], cities: Sequence[City]
) -> Iterator[str]:
    yield from _head(row)
    scopes = [(city.name, scope) for city in cities for scope in city.indicators.get(row["code"], ())]
    yield table(("city", "periods", "districts", "residents of"), [_scope(name, scope) for name, scope in scopes])
    sources = [f"- [{text(name)}](datasets.md#{name}): {text(limits(contracts[name]))}" for name in datasets]
    yield "\n".join(["Sources of the model that computes it, and their limits:", "", *sources]) if sources else ""


def _head(row: Mapping[str, str]) -> Iterator[str]:
    yield f"## {row['code']}"
    yield text(row["name"])
    facts = {
        "formula": row["formula"], "unit": row["unit"], "polarity": POLARITY[row["polarity"]],
        "domain": row["domain"].replace("_", " "), "standards": row["standard_refs"], "limits": row["limits"],
    }  # fmt: skip
    yield "\n".join(f"- {name}: {text(words)}" for name, words in facts.items() if words)


def _scope(city: str, scope: IndicatorScope) -> tuple[str, str, str, str]:
    periods = [period.label or _every(period) for period in scope.periods]
    named = ", ".join(scope.districts).replace("_", " ")
    whose = (scope.population_year or "").replace("_", " ")
    return text(city), text(", ".join(periods)), text(named), text(whose)


def _every(period: Period) -> str:
    unit, sources = str(period.every).replace("_", " "), " or ".join(period.of or ())
    if period.spanning > 1:
        return f"every {period.spanning} years whose first and last are of {sources}"
    return f"every {unit} of {sources}"


def _index(
    row: Mapping[str, str],
    definitions: Sequence[Mapping[str, str]],
    registry: Sequence[Mapping[str, str]],
    cities: Sequence[City],
) -> Iterator[str]:
    yield from _head(row)
    names = {one["code"]: one["name"] for one in registry}
    having = ", ".join(city.name for city in cities if city.index == row["code"])
    yield f"Cities: {text(having)}." if having else ""
    parts = [one for one in definitions if one["index_code"] == row["code"]]
    yield table(
        ("indicator", "domain", "weight", "0 points at", "100 points at", "why these bounds"),
        [_part(one, names[one["indicator_code"]], registry) for one in parts],
    )


def _part(part: Mapping[str, str], name: str, registry: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    own = part["indicator_code"]
    linked = f"[{text(own)}](#{own.lower()}) {text(name)}"
    domain, weight = text(part["domain"].replace("_", " ")), text(part["weight"])
    return linked, domain, weight, *_bounds(part, registry), text(part["goalpost_source"])


def _bounds(part: Mapping[str, str], registry: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """The worse bound first: for an indicator of which less is better that is the higher one."""
    polarity = next(row["polarity"] for row in registry if row["code"] == part["indicator_code"])
    low, high = text(part["goalpost_low"]), text(part["goalpost_high"])
    return (high, low) if polarity == "-1" else (low, high)


def _datasets(manifest: Mapping[str, Any], code_: str) -> list[str]:
    """The datasets that reach the models which name an indicator, in their own SQL or in a macro that they use."""
    quoted = re.compile(rf"'{re.escape(code_)}'")
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    naming = [
        key
        for key, node in models.items()
        if any(quoted.search(sql) for sql in _sql_of(manifest, node)) and node["fqn"][1] == "intermediate"
    ]
    return sorted({source.removeprefix(SOURCE) for key in naming for source in _raw_sources(models, key)})


def _sql_of(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[str]:
    yield str(node["raw_code"])
    for name in node["depends_on"]["macros"]:
        if name.startswith("macro.citylake."):
            yield str(manifest["macros"][name]["macro_sql"])


def _raw_sources(models: Mapping[str, Any], key: str) -> Iterator[str]:
    for above in models[key]["depends_on"]["nodes"]:
        if above.startswith(SOURCE):
            yield above
        elif above in models:
            yield from _raw_sources(models, above)
