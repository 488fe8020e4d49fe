"""The dbt sources of the raw tables, written from the contracts: nobody repeats a contract's columns by hand.

The file is part of the project, so that dbt works by itself too; it is written again when a contract has changed.
What models make of the raw tables is described beside the models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lake.contract import Contract
from lake.contract_model import duckdb_type
from lake.errors import CitylakeError
from lake.iceberg.tables import RAW, raw_columns

RAW_SOURCES = Path("models", "staging", "raw_sources.yml")
_TEMPLATE_MARK = re.compile(r"{[{%#]")
_HEAD = "# Written from lake/contracts when they change; whoever edits this file edits it for a day.\n"
_MEANING = (
    "Accepted rows of the city's datasets, as the night's snapshots hold them. A dataset not delivered yet is empty."
)


def raw_sources(contracts: Mapping[str, Contract]) -> str:
    """The property file that declares one source table per contract."""
    tables = [_table(contract) for contract in contracts.values()]
    content = {"sources": [{"name": RAW, "schema": RAW, "description": _MEANING, "tables": tables}]}
    return _HEAD + yaml.dump(content, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=116)


def refresh_raw_sources(project: Path, contracts: Mapping[str, Contract]) -> bool:
    """Write the sources of a dbt project again where they differ from the contracts; True if they did.

    Raises CitylakeError where the project cannot be written.
    """
    path, wanted = project / RAW_SOURCES, raw_sources(contracts)
    if path.is_file() and path.read_text(encoding="utf-8") == wanted:
        return False
    part = path.with_suffix(".part")
    try:
        part.write_text(wanted, encoding="utf-8")
        part.replace(path)
    except OSError as problem:
        raise CitylakeError(
            f"{path} says something else than the contracts and cannot be written: {problem.strerror}",
            hint="give this user the right to write there, or run once as the user who installed citylake",
        ) from problem
    return True


def _table(contract: Contract) -> dict[str, Any]:
    columns = [
        {"name": column.name, "data_type": duckdb_type(column.type).lower(), "description": _plain(column.doc)}
        for column in raw_columns(contract)
    ]
    return {"name": contract.dataset, "description": _plain(contract.granularity), "columns": columns}


def _plain(words: str) -> str:
    """Words that dbt shows as they are: it would read braces in a description as a template."""
    return _TEMPLATE_MARK.sub(lambda found: f"{{{{ '{found[0]}' }}}}", words)


def _dumper() -> type[yaml.SafeDumper] | type[yaml.CSafeDumper]:
    """libyaml where it is there: every start of the program waits for this."""
    return yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
