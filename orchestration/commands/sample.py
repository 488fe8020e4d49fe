"""`citylake sample`: the deliveries of the sample city, as its publishers would write them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOUSEHOLDS, DEFAULT_DAYS, DEFAULT_SEED = 2000, 35, 2015


def sample(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write into; made if it is missing.")],
    households: Annotated[int, typer.Option("--households", help="Households with a meter.")] = DEFAULT_HOUSEHOLDS,
    days: Annotated[int, typer.Option("--days", help="Days of half-hourly readings.")] = DEFAULT_DAYS,
    seed: Annotated[int, typer.Option("--seed", help="The same seed writes the same bytes.")] = DEFAULT_SEED,
    next_day: Annotated[
        bool, typer.Option("--next-day", help="Add the day after the last one to what is there.")
    ] = False,
) -> None:
    """Write the sample city's deliveries: real file formats, with the defects that real files have."""
    from lake.sample import write_next_day, write_sample

    report = write_next_day(out) if next_day else write_sample(out, households, days, seed)
    typer.echo(f"{out}: {report.files} files, {report.rows:,} rows, {report.bytes / 1e6:.0f} MB.")
