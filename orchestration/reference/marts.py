"""docs/reference/marts.md: every mart with its grain, columns and checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from expectations.suites import Suite
from lake.night.mart_models import NAMESPACES, MartModel
from orchestration.reference.checks import suite_checks
from orchestration.reference.markdown import code, page, table, text, to_heading

ABOUT = (
    "Tables that every release holds, for analysts; those in `marts_restricted` are for the data team alone. A release "
    "is published only where all checks hold but those that only warn."
)
WHO = {"marts": "everyone", "marts_restricted": "the data team"}


def marts_page(manifest: Mapping[str, Any], marts: list[MartModel], suites: Mapping[str, Suite]) -> str:
    """The page."""
    nodes = {node["name"]: node for node in manifest["nodes"].values() if node.get("schema") in NAMESPACES}
    parts = [part for mart in marts for part in _mart(manifest, nodes[mart.name], mart, suites.get(mart.name))]
    rows = [(to_heading(mart.qualified), text(_grain(nodes[mart.name]))) for mart in marts]
    return page("Marts", ABOUT, [table(("mart", "one row"), rows), *parts])


def _grain(node: Mapping[str, Any]) -> str:
    """How a description begins: every mart's says first what one row is."""
    return re.split(r"[.:;?] |[.]$", str(node["description"]), maxsplit=1)[0]


def _mart(manifest: Mapping[str, Any], node: Mapping[str, Any], mart: MartModel, suite: Suite | None) -> Iterator[str]:
    yield f"## {mart.qualified}"
    yield text(node["description"])
    by = f"by its column {code(mart.replace_by)}" if mart.replace_by else "as a whole, per city"
    if not mart.has_city:
        by = "as a whole; it belongs to no city"
    yield f"For {WHO[mart.namespace]}. Replaced {by}."
    columns = [(code(column.name), code(column.type), text(column.doc)) for column in mart.columns]
    yield table(("column", "type", "meaning"), columns)
    yield table(("check", "of", "if it fails", "why"), [*_dbt_checks(manifest, node), *_suite_rows(suite)])


def _dbt_checks(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    tests = [one for one in manifest["nodes"].values() if one["resource_type"] == "test"]
    about = [one for one in tests if node["unique_id"] in (one.get("attached_node"), *one["depends_on"]["nodes"])]
    never_empty = [str(one["column_name"]) for one in about if _is_not_null(one, node)]
    if never_empty:
        names = ", ".join(name for name in node["columns"] if name in never_empty)
        yield f"never empty: {code(names)}", "dbt", _severity("error"), ""
    for test in sorted(about, key=lambda one: str(one["name"])):
        if test.get("attached_node") in (None, node["unique_id"]) and not _is_not_null(test, node):
            yield _words(test), "dbt", _severity(test["config"]["severity"]), text(test.get("description") or "")
    units = [one for one in manifest["unit_tests"].values() if one["model"] == node["name"]]
    for unit in sorted(units, key=lambda one: str(one["name"])):
        yield code(unit["name"]), "dbt unit test", "`make test` fails", text(unit.get("description") or "")


def _is_not_null(test: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a test of this node is the plain one that every mart has of many columns."""
    named = (test.get("test_metadata") or {}).get("name")
    return named == "not_null" and test.get("attached_node") == node["unique_id"] and not test["config"].get("where")


def _words(test: Mapping[str, Any]) -> str:
    """A generic test with its arguments, or the name of one that stands by itself."""
    metadata = test.get("test_metadata")
    if not metadata:
        return code(test["name"])
    given = {name: value for name, value in metadata["kwargs"].items() if name not in ("model", "column_name")}
    column = test.get("column_name")
    words = [f"{column}: " if column else "", metadata["name"]]
    words += [f" {name}={value}" for name, value in sorted(given.items())]
    return code("".join(words))


def _severity(severity: str) -> str:
    return "warns" if severity.lower() in ("warn", "warning") else "no release"


def _suite_rows(suite: Suite | None) -> Iterator[tuple[str, str, str, str]]:
    for holds, failure, why in suite_checks(suite, error=_severity("error")) if suite else ():
        yield holds, "suite", failure, why
