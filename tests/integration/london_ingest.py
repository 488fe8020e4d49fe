"""One of London's published files through its contract."""

from __future__ import annotations

from collections.abc import Mapping

from lake.ingest.ingest import Staged
from tests.integration.london_files import london_folder
from tests.integration.published_files import needs
from tests.integration.published_ingest import ingest_published
from tests.unit.deliveries import Lake

needs_london = needs("london")


def ingest_london(lake: Lake, dataset: str, file: str, fields: Mapping[str, str] | None = None) -> Staged:
    """Stage one of London's files, every record accounted for."""
    return ingest_published(lake, dataset, london_folder() / file, fields)
