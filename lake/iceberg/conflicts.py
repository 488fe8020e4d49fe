"""Attempts at a change of an Iceberg table that another city's night may get ahead of."""

from __future__ import annotations

from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

ATTEMPTS = 8


def conflict_retries() -> Retrying:
    """Attempts with growing pauses; the last attempt's exception is raised.

    Whoever may not do a thing twice looks first whether an earlier attempt has landed (`lake.iceberg.commit`).
    """
    return Retrying(
        retry=retry_if_exception_type((CommitFailedException, CommitStateUnknownException)),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        reraise=True,
    )
