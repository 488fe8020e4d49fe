"""Visible progress of a night on a terminal: what it is doing, rows, elapsed time.

It listens to the logger `citylake`, which every step tells; on a pipe the same lines come without a moving part.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

LOG = logging.getLogger("citylake")
STYLES = {logging.WARNING: "yellow", logging.ERROR: "red"}


class _Lines(logging.Handler):
    """Each record as a line with the seconds since the start; the last one also beside the spinner."""

    def __init__(self, console: Console, progress: Progress, what: str) -> None:
        super().__init__(logging.INFO)
        self._console, self._progress = console, progress
        self._started = time.monotonic()
        self._task = progress.add_task(what)

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        text = escape(record.getMessage())
        style = STYLES.get(record.levelno)
        line = f"[{style}]{text}[/{style}]" if style else text
        self._console.print(f"[dim]{time.monotonic() - self._started:6.1f} s[/dim]  {line}")


def progress_console() -> Console:
    """A console on stderr, so that stdout carries results only; lines are never cut, also in a pipe."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def told(console: Console, what: str) -> Iterator[None]:
    """Show what `citylake` tells while the block runs."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        handler = _Lines(console, progress, what)
        level = LOG.level
        LOG.setLevel(logging.INFO)
        LOG.addHandler(handler)
        try:
            yield
        finally:
            LOG.removeHandler(handler)
            LOG.setLevel(level)
