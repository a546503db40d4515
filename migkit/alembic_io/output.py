"""What code of the user's prints and logs, kept off the terminal and out of the report."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def caught_output() -> Iterator[io.StringIO]:
    """Catch what is printed or logged, and give logging back as it was: fileConfig silences other loggers."""
    output = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with warnings.catch_warnings(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        warnings.simplefilter("ignore")
        try:
            yield output
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
