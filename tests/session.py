"""The folder that all processes of one test session share, for what is dear to make and then only read."""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path

# tests/conftest.py makes the folder and names it here; it goes when the session ends.
SHARED_VARIABLE = "CITYLAKE_TEST_SESSION"


@functools.cache
def session_folder() -> Path:
    """The session's folder; a temporary one where no session is, as in a command."""
    return Path(os.environ.get(SHARED_VARIABLE) or tempfile.mkdtemp(prefix="citylake-tests-"))
