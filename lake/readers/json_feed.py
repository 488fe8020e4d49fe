"""JSON feeds: one object around a list of records, as interfaces of operators answer (GBFS and the like).

The contract says where the list is and which fields of the envelope, such as the time of the answer, every record has
too. Nested values of a record are texts of JSON. What the values mean is `lake.ingest.parse`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from lake.contract import Contract
from lake.readers.json_texts import ROW, json_object, json_text, other_values, table_of_texts
from lake.readers.relation import SourceRelation, UnreadableFile, require_columns, source_names, unexpected_columns


def open_json_feed(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> SourceRelation:
    """The relation of a feed. A record's own field goes before one of the envelope of the same name.

    Raises UnreadableFile where the file is no feed as the contract describes it.
    """
    document = json_object(path.read_bytes())
    envelope = _envelope(document, contract)
    records = _records(document, contract)
    names = list(dict.fromkeys(name for record in records for name in record))
    other = contract.reader.other_properties
    require_columns([*names, *envelope, *filter(None, [other])], contract)
    columns = {name: [json_text(record.get(name)) for record in records] for name in names}
    columns |= {name: [json_text(value)] * len(records) for name, value in envelope.items() if name not in columns}
    if other:
        taken = {*source_names(contract), *contract.reader.not_loaded}
        columns[other] = [other_values(record, taken) for record in records]
    sql, texts = table_of_texts(con, columns, len(records))
    return SourceRelation(
        sql=sql,
        texts=texts,
        line=ROW,
        raw_fields=None,
        wrong_width=None,
        records=len(records),
        unexpected_columns=unexpected_columns(names, contract),
    )


def _envelope(document: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """The fields beside the records that the contract names."""
    wanted = contract.reader.envelope
    missing = [name for name in wanted if name not in document]
    if missing:
        raise UnreadableFile(
            f"the feed has no field `{missing[0]}`; there: {_listed(document)}",
            hint=f"if the publisher renamed it, put `envelope` of the reader in contract {contract.dataset} right",
        )
    return {name: document[name] for name in wanted}


def _records(document: Mapping[str, Any], contract: Contract) -> list[dict[str, Any]]:
    """The list of records, each an object."""
    found: Any = document
    steps = contract.reader.records
    for depth, step in enumerate(steps):
        if not isinstance(found, dict) or step not in found:
            where = f"`{'.'.join(steps[:depth])}`" if depth else "the feed"
            raise UnreadableFile(
                f"{where} has no `{step}`; there: {_listed(found)}",
                hint=f"if the publisher moved the records, put `records` of the reader in contract {contract.dataset} "
                "right",
            )
        found = found[step]
    place = f"`{'.'.join(steps)}`"
    if not isinstance(found, list):
        raise UnreadableFile(f"{place} is no list", hint="is this the file that was meant?")
    if not found:
        raise UnreadableFile(f"{place} holds no record", hint="ask the publisher for a complete file")
    odd = next((number for number, record in enumerate(found, start=1) if not isinstance(record, dict)), None)
    if odd is not None:
        raise UnreadableFile(f"record {odd} of {place} is no object", hint="ask the publisher for a complete file")
    return found


def _listed(value: object) -> str:
    """Names of an object's fields; none for any other value."""
    names = list(value)[:12] if isinstance(value, dict) else []
    return ", ".join(f"`{name}`" for name in names) or "nothing with a name"
