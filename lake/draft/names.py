"""Lake names from the header of a file: snake_case, each once, none that the lake or SQL needs for itself."""

import re
import unicodedata
from collections.abc import Sequence

import duckdb

from lake.iceberg.tables import KEY_VERSION_COLUMN, LINEAGE_COLUMNS, PERIOD_COLUMN

_WORDS = {"%": " pct ", "&": " and ", "#": " no ", "+": " plus "}
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TAKEN = {column.name for column in (*LINEAGE_COLUMNS, PERIOD_COLUMN, KEY_VERSION_COLUMN)}


def lake_names(headers: Sequence[str]) -> list[str]:
    """One name per header, in order; a header that says nothing is called after its place."""
    taken, names = _TAKEN | _reserved_words(), []
    for place, header in enumerate(headers, start=1):
        wanted = snake_case(header) or f"column_{place}"
        choices = (wanted, f"{wanted}_value", *(f"{wanted}_{number}" for number in range(2, len(headers) + 2)))
        name = next(choice for choice in choices if choice not in taken)
        taken.add(name)
        names.append(name)
    return names


def snake_case(text: str) -> str:
    """`Inland_Area _Hectares` as `inland_area_hectares`; '' where no letter or digit stands."""
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", _NEW_WORD.sub("_", plain).lower()).strip("_")
    return f"n_{name}" if name[:1].isdigit() else name


def _reserved_words() -> set[str]:
    with duckdb.connect() as connection:
        words = connection.execute("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'")
        return {str(word) for (word,) in words.fetchall()}
