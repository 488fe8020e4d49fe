"""Pieces of Markdown from texts that people wrote: whatever stands in them shows as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`[^`\n]+`)")
_SPECIAL = re.compile(r"([\\*\[\]|#~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")  # an underscore within a word is one
WRITTEN = "<!-- Written by `make docs` from the descriptions in the project; what is edited here is lost. -->"


def text(words: object) -> str:
    """One line of text; `code` stays code, everything else that Markdown or HTML would act on is escaped."""
    parts = _CODE.split(" ".join(str(words).split()))
    return "".join(_code(part) if _CODE.fullmatch(part) else _plain(part) for part in parts)


def code(words: object) -> str:
    """A name or expression as code."""
    return _code(f"`{' '.join(str(words).split()).replace('`', chr(39))}`") if str(words).strip() else ""


def to_heading(title: str) -> str:
    """A link to a heading of the same page, by the anchor that GitHub gives it."""
    anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
    return f"[{text(title)}](#{anchor})"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; '' without rows."""
    lines = [_line(row) for row in rows]
    return "\n".join([_line(header), _line(["---"] * len(header)), *lines]) if lines else ""


def page(title: str, about: str, parts: Iterable[str]) -> str:
    """A whole page; empty parts are left out."""
    return "\n\n".join(part for part in (f"# {title}", WRITTEN, about, *parts) if part) + "\n"


def _plain(words: str) -> str:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", escaped).replace("`", "\\`")


def _code(words: str) -> str:
    return words.replace("|", "\\|")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
