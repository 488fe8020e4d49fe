"""The errors that people see.

Each names the thing, the place and the next step, and owns its exit code. The command line prints them as one plain
paragraph with a `hint:` (orchestration/cli.py); nothing here knows how they are shown.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_NOT_RELEASED = 1
EXIT_USAGE = 2
EXIT_REFUSED = 3


class CitylakeError(Exception):
    """What went wrong, in words for people.

    `message` names the thing and the place, `hint` (may be empty) the next step, `exit_code` what the command returns.
    """

    exit_code: int = EXIT_NOT_RELEASED

    def __init__(self, message: str, hint: str = "", exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if exit_code is not None:
            self.exit_code = exit_code


class UsageError(CitylakeError):
    """The command was asked for something that it cannot mean: exit code 2."""

    exit_code = EXIT_USAGE
