"""A verb's events as progress on standard error: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from migkit.address import veiled
from migkit.model import Event

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[Event], None]]:
    """Give the function that takes events; what it shows is gone from the terminal afterwards."""
    if quiet or not sys.stderr.isatty():
        yield lambda _event: None
        return
    bar = Bar()
    try:
        yield bar.tell
    finally:
        bar.stop()


class Bar:
    """One bar that follows whatever is being done. It starts with the first event, and loads rich only then."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._file: TextIO | None = None  # the terminal, whatever catches standard error when the bar is back

    def tell(self, event: Event) -> None:
        """Show an event: `log` stays on the terminal as a line, `pause` takes the bar away, all else moves it."""
        if event.kind == "pause":
            self._away()
            return
        shown = self._started()
        if event.kind == "log":
            shown.console.print(veiled(event.message), markup=False, highlight=False)
            return
        assert self._task is not None
        total = event.total or None
        shown.update(self._task, description=veiled(event.message), completed=event.done, total=total, visible=True)

    def stop(self) -> None:
        """Take the bar away for good."""
        self._away()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _away(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _started(self) -> Progress:
        if self._progress is not None:
            return self._progress
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        if self._file is None:
            self._file = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
        columns = (
            SpinnerColumn(),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
        )
        console = Console(file=self._file, stderr=True)
        # what env.py prints is caught elsewhere, and sys.stdout may be that other place's when the bar comes or goes
        self._progress = Progress(
            *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._task = self._progress.add_task("", total=None, visible=False)
        self._progress.start()
        return self._progress
