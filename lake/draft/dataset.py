"""Everything that a draft knows of a dataset: the file's dialect, its columns, which of them may be the key."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lake.contract import PACKAGED_CONTRACTS
from lake.draft.columns import ColumnSeen, columns_seen, read_rows
from lake.draft.dialect import Dialect, find_dialect
from lake.draft.keys import key_candidates
from lake.duck import utc_duckdb
from lake.errors import UsageError
from lake.readers.relation import UnreadableFile

PERIOD = re.compile(r"(?i)[a-z]{3,9}[ _-]?(\d\d){1,2}|(19|20)\d\d([ _/-]?\d\d){0,2}")
MANY_PERIODS = 6
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Draft:
    """What one file showed. `keys` are sets of columns that are unique in it, the likeliest first."""

    name: str
    domain: str
    file_name: str
    dialect: Dialect
    rows: int
    odd_records: int
    columns: tuple[ColumnSeen, ...]
    keys: tuple[tuple[ColumnSeen, ...], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Lake names of the likeliest key; none where nothing is unique."""
        return tuple(column.name for column in self.keys[0]) if self.keys else ()

    @property
    def shown_file(self) -> str:
        """The file's name, unless it may be the number of a person or household as the columns are."""
        return "the file" if any(column.suspicion for column in self.columns) else self.file_name

    @property
    def period_headers(self) -> tuple[str, ...]:
        """Headers that name months or years, where there are many: such columns may rather be rows."""
        named = tuple(column.source for column in self.columns if PERIOD.fullmatch(column.source.strip()))
        return named if len(named) >= MANY_PERIODS else ()

    @property
    def null_texts(self) -> list[str]:
        """Texts that stand for nothing in columns of numbers, dates or booleans."""
        return sorted({"", *(text for column in self.columns for text in column.type.null_texts)})


def draft_dataset(path: Path, name: str, domain: str | None, sheet: str | None = None) -> Draft:
    """Look at all rows of a file, or of one sheet of a workbook.

    Raises UsageError where it cannot be read or the dataset cannot be called so.
    """
    domain = _domain(name, domain)
    with tempfile.TemporaryDirectory(prefix="citylake-draft-") as folder, utc_duckdb() as con:
        scratch = Path(folder)
        dialect = find_dialect(path, scratch, sheet)
        try:
            rows, odd = read_rows(con, path, dialect, scratch)
        except UnreadableFile as problem:
            raise UsageError(f"{path} cannot be read: {problem.message}.", hint=problem.hint) from problem
        if rows == 0:
            raise UsageError(f"{path} holds no record.", hint="A draft needs a file with rows.")
        columns = columns_seen(con, dialect)
        keys = key_candidates(con, columns, rows)
    return Draft(name, domain, path.name, dialect, rows, odd, tuple(columns), tuple(keys))


def _domain(name: str, domain: str | None) -> str:
    """The domain as said, else that of datasets whose names begin with the same word."""
    for word, of in ((name, "dataset"), *([(domain, "domain")] if domain else [])):
        if not NAME.fullmatch(word):
            raise UsageError(
                f"`{word}` is no name of a {of}.",
                hint="It begins with a lower case letter; lower case letters, digits and underscores follow.",
            )
    if domain:
        return domain
    first = name.partition("_")[0]
    domains = sorted(path.name for path in PACKAGED_CONTRACTS.iterdir() if path.is_dir())
    alike = {path.parent.name for path in PACKAGED_CONTRACTS.glob(f"*/{first}_*.yaml")}
    if first in domains:
        return first
    if len(alike) == 1:
        return alike.pop()
    raise UsageError(f"Which domain is `{name}` of?", hint=f"--domain says one of {', '.join(domains)}, or a new one.")
