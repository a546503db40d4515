"""The names of what one run makes: `migkit_<run>_<n>` for databases, `migkit-<run>-<n>` for containers."""

from __future__ import annotations

import itertools
import os
import secrets
from functools import cache

PREFIX = "migkit"


def run() -> str:
    """Give this process's run, eight random hexadecimal digits; a forked process has its own."""
    return _run(os.getpid())


def fresh(separator: str = "_") -> str:
    """Give a name that nothing else has."""
    return separator.join((PREFIX, run(), str(next(_numbers(os.getpid())))))


@cache
def _run(_process: int) -> str:
    return secrets.token_hex(4)


@cache
def _numbers(_process: int) -> itertools.count[int]:
    return itertools.count(1)
