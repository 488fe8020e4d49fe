"""The file of `--output`: never in the lake, and there as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from lake.errors import UsageError
from lake.settings import Settings


def outside_the_lake(settings: Settings, output: Path) -> None:
    """Raises UsageError for a file in the lake's home."""
    if output.resolve().is_relative_to(settings.home.resolve()):
        raise UsageError(f"{output} lies in the lake, which is read-only here.", hint="Choose a file elsewhere.")


@contextmanager
def written_whole(output: Path) -> Iterator[TextIO]:
    """What is written goes to the place of `output` once it is whole. Raises UsageError if it cannot be written."""
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            yield out
        part.replace(output)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
