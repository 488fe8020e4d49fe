"""Column lineage of the models, worked out once per state of the dbt project and city and then kept.

Which column comes from which follows from the SQL alone; finding it out takes longer than building a small city's
marts. The first night after a model changed pays, the others read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import dagster as dg

COLUMN_LINEAGE = "dagster/column_lineage"


class LineageCache:
    """What is known for one city; `stamp` says for which state of the project."""

    def __init__(self, path: Path, stamp: str) -> None:
        self._path, self._stamp = path, stamp
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        texts: Mapping[str, str] = kept.get("models", {}) if kept.get("stamp") == stamp else {}
        self._known = {name: dg.deserialize_value(text, dg.TableColumnLineage) for name, text in texts.items()}

    @property
    def is_empty(self) -> bool:
        """Whether the lineage has to be worked out."""
        return not self._known

    def of(self, key: dg.AssetKey) -> dict[str, dg.TableColumnLineage]:
        """Metadata for one asset; none where its lineage is not known."""
        known = self._known.get(key.to_user_string())
        return {COLUMN_LINEAGE: known} if known is not None else {}

    def keep(self, events: Iterable[object]) -> None:
        """Keep what the materializations among these events say."""
        for event in events:
            if isinstance(event, dg.AssetMaterialization) and COLUMN_LINEAGE in event.metadata:
                value = event.metadata[COLUMN_LINEAGE].value
                if isinstance(value, dg.TableColumnLineage):
                    self._known[event.asset_key.to_user_string()] = value
        texts = {name: dg.serialize_value(lineage) for name, lineage in self._known.items()}
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps({"stamp": self._stamp, "models": texts}), encoding="utf-8")
        part.replace(self._path)
