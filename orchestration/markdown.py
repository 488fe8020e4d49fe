"""Tables in Markdown, for metadata that people read in the Dagster UI."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[object]], limit: int = 50) -> str:
    """A table; rows beyond `limit` are only counted."""
    lines = [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows[:limit])]
    if len(rows) > limit:
        lines.append(f"\nand {len(rows) - limit:,} more")
    return "\n".join(lines)


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
