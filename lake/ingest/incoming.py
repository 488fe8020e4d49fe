"""What the ingest pass knows of the delivery in its hands, and the lineage that every row of it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lake.deliveries.known import Known
from lake.iceberg.file_table import literal


@dataclass(frozen=True)
class Incoming:
    """One landed delivery. `file_name` and `slot` are already free of identifiers."""

    city: str
    slot: str
    delivery_id: str
    file_name: str
    file_fields: Mapping[str, str]
    landed: Path
    ingested_at: datetime
    known: Known

    @property
    def lineage_sql(self) -> str:
        """The lineage columns of `lake.iceberg.tables` as a SELECT list of constants."""
        return (
            f"{literal(self.city)} as city, {literal(self.slot)} as _slot, "
            f"{literal(self.delivery_id)} as _delivery_id, "
            f"timestamptz {literal(self.ingested_at.isoformat())} as _ingested_at"
        )
