"""What was taken in and is worth a word though nothing was refused: columns that a contract does not know.

Told in the run's output, by `citylake status` and beside the asset; `ops.deliveries` has it for every delivery.
"""

from __future__ import annotations

from collections.abc import Iterable

from lake.deliveries.ledger import REFUSED, Delivery

SHOWN_COLUMNS = 12


def notices(deliveries: Iterable[Delivery]) -> list[str]:
    """One sentence per dataset and set of unknown columns, however many files have them."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in deliveries:
        if one.unexpected_columns and one.status != REFUSED:
            found.setdefault((one.dataset, tuple(one.unexpected_columns)), []).append(one.file_name)
    return [_words(dataset, columns, files) for (dataset, columns), files in found.items()]


def _words(dataset: str, columns: tuple[str, ...], files: list[str]) -> str:
    who = files[0] if len(files) == 1 else f"{len(files)} files, such as {files[0]},"
    names = ", ".join(repr(name) for name in columns[:SHOWN_COLUMNS])
    more = f" and {len(columns) - SHOWN_COLUMNS} more" if len(columns) > SHOWN_COLUMNS else ""
    return f"{dataset}: {who} came with columns that the contract does not know, which were left out: {names}{more}"
