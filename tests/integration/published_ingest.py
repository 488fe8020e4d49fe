"""One published file through its contract, into a lake of its own, with every record accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lake.contract import load_contracts
from lake.ingest.ingest import Staged
from tests.integration.published_files import records_in
from tests.unit.deliveries import Lake

CONTRACTS = load_contracts()


def ingest_published(lake: Lake, dataset: str, path: Path, fields: Mapping[str, str] | None = None) -> Staged:
    """Stage one published file; records read, accepted and rejected add up to a count made without the lake."""
    staged = lake.ingest(CONTRACTS[dataset], path, fields)
    gone = staged.rejects.records + staged.rejects.no_data
    assert staged.rows_read == staged.rows_accepted + gone == records_in(path)
    assert staged.unexpected_columns == ()
    return staged


def staged_bytes(staged: Staged) -> bytes:
    """All that would enter the lake with this delivery."""
    paths: list[Path] = [file.path for file in (*staged.files, *staged.reject_files)]
    return b"".join(path.read_bytes() for path in paths)
