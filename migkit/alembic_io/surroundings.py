"""What code of the user's finds around it, and gets back as it was: folder, environment, output, event loop."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


@contextlib.contextmanager
def caught_output() -> Iterator[io.StringIO]:
    """Catch what is printed or logged, and give logging back as it was: fileConfig silences other loggers."""
    output = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    disabled = {name: getattr(logger, "disabled", False) for name, logger in root.manager.loggerDict.items()}
    with warnings.catch_warnings(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        warnings.simplefilter("ignore")
        try:
            yield output
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
            for name, was in disabled.items():
                logging.getLogger(name).disabled = was


@contextlib.contextmanager
def working_directory(directory: Path) -> Iterator[None]:
    """Stand in the folder that holds alembic.ini, as `alembic` is run: relative script locations need it."""
    before = Path.cwd()
    _stand_in(directory)
    try:
        yield
    finally:
        _stand_in(before)


def _stand_in(directory: Path) -> None:
    """Change the folder; Python would go on looking in the one before for what `prepend_sys_path = .` leads to."""
    os.chdir(directory)
    for name in (".", ""):
        sys.path_importer_cache.pop(name, None)


@contextlib.contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, and give back what was there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def event_loop() -> Iterator[AbstractEventLoop]:
    """Give a loop for code that still calls `asyncio.get_event_loop`; it is closed at the end."""
    import asyncio

    loop = asyncio.new_event_loop()
    try:
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@contextlib.contextmanager
def mysqlclient_stand_in() -> Iterator[None]:
    """Let PyMySQL answer for `mysql://` where mysqlclient is not installed."""
    import importlib.util

    if importlib.util.find_spec("MySQLdb") is None and importlib.util.find_spec("pymysql") is not None:
        import pymysql

        pymysql.install_as_MySQLdb()
        try:
            yield
        finally:
            for name in ("MySQLdb", "_mysql"):
                sys.modules.pop(name, None)
    else:
        yield
