"""docs/reference/datasets.md: every dataset as its contract and suite describe it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from expectations.suites import Suite
from lake.city import City
from lake.contract import Column, Contract, Reader
from lake.licences import licence_of
from lake.yaml_source import dig, read_yaml
from orchestration.reference.checks import suite_checks
from orchestration.reference.markdown import code, page, table, text, to_heading

ABOUT = (
    "What citylake takes in, one table `raw.<dataset>` each, for the data team. A row that breaks a rule stands in "
    "`rejects.<dataset>` with its reason, file and line; a delivery beyond the limit is refused as a whole."
)
LOADS = {
    "append": "adds to what is there",
    "append_changes": "stays beside the earlier ones; of one key the row that came last counts",
    "replace_all": "replaces the earlier one of its slot as a whole",
    "replace_period": "replaces each {period} that it holds",
}


def datasets_page(contracts: Mapping[str, Contract], suites: Mapping[str, Suite], cities: Sequence[City]) -> str:
    """The page."""
    parts = [part for contract in contracts.values() for part in _dataset(contract, suites[contract.dataset], cities)]
    rows = [(to_heading(one.dataset), text(one.description), text(_takers(one, cities))) for one in contracts.values()]
    return page("Datasets", ABOUT, [table(("dataset", "what it holds", "cities"), rows), *parts])


def limits(contract: Contract) -> str:
    """What a dataset does not show, in the words of its contract."""
    return str(dig(read_yaml(contract.path).value, "description", "limitations") or "none are described")


def _takers(contract: Contract, cities: Sequence[City]) -> str:
    return ", ".join(city.name for city in cities if contract.dataset in city.datasets)


def _dataset(contract: Contract, suite: Suite, cities: Sequence[City]) -> Iterator[str]:
    yield f"## {contract.dataset}"
    yield text(contract.description)
    yield f"Limits: {text(limits(contract))}"
    yield "\n".join(f"- {name}: {words}" for name, words in _facts(contract).items() if words)
    sources = [(city.name, source) for city in cities for source in city.sources_of(contract.dataset)]
    rows = [
        (
            text(name),
            code(", ".join(one.paths)),
            text(one.url or ""),
            text(licence_of(one, contract)),
            text(one.attribution),
        )
        for name, one in sources
    ]
    yield table(("city", "files", "publisher's page", "licence", "line to show"), rows)
    yield table(("column", "in the file", "type", "meaning"), [_column(column) for column in contract.columns])
    rules = [(code(rule.id), code(rule.reject_when), text(rule.reason)) for rule in contract.row_rules]
    if contract.duplicates:
        one = contract.duplicates
        rules.append((code(one.id), f"same {code(', '.join(one.key))}; the {one.keep} stays", text(one.reason)))
    yield table(("rule", "rejects a row when", "reason"), rules)
    yield table(("check of a delivery", "if it fails", "why"), suite_checks(suite, error="refused"))


def _facts(contract: Contract) -> dict[str, str]:
    load = LOADS[contract.load.mode].format(period=contract.load.period)
    basis = f", legal basis {contract.legal_basis}" if contract.legal_basis else ""
    fresh = f"the newest row is at most {contract.freshness.max_age_days} days old" if contract.freshness else ""
    place = f"lake/contracts/{contract.domain}/{contract.path.name}"
    return {
        "one row": text(contract.granularity),
        "key": code(", ".join(contract.key)),
        "owner": text(contract.owner),
        "licence": text(contract.licence),
        "attribution": text(contract.attribution),
        "purposes": text(", ".join(contract.permitted_purposes)),
        "personal data": text(contract.personal_data + basis),
        "format": _format(contract.reader),
        "file names": code(", ".join(contract.identity.patterns)) if contract.identity else "",
        "a later delivery": load,
        "limit": f"{contract.limits.rejected_share:.2%} of the rows may be wrong: {text(contract.limits.reason)}",
        "freshness": fresh,
        "contract": f"version {text(contract.version)}, {code(place)}",
    }


def _format(reader: Reader) -> str:
    words = [reader.format.replace("_", " ")]
    if reader.format == "delimited":
        words.append(f"delimiter {code(reader.delimiter)}")
    if reader.quote:
        words.append(f"quote {code(reader.quote)}")
    if reader.encodings != ("utf-8",):
        words.append(f"encoding {', '.join(reader.encodings)}")
    return ", ".join(words)


def _column(column: Column) -> tuple[str, str, str, str]:
    marks = [
        word
        for word, holds in (
            ("key", column.key),
            ("required", column.required and not column.key),
            ("pseudonym", column.identifier),
            ("may be absent", column.optional),
        )
        if holds
    ]
    kind = f"{code(column.type)}{f', in {text(column.unit)}' if column.unit else ''}"
    meaning = text(column.meaning) + (f" ({', '.join(marks)})" if marks else "")
    return code(column.name), code(", ".join(column.sources)), kind, meaning
