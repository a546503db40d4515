"""Forks a process for each release that it is told of; what a release imports is imported here, once.

One JSON object a line on standard input is an order: `socket` (where the process reports), `call` (module:function),
`arguments`, `stops` (points), `environment`, `folder` (its working directory), `output` (the file of its standard
output and error), `clock` (seconds by which its clock jumps, to and fro, at each look).
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import alembic.command
import alembic.runtime.migration
import psycopg
import pymysql
import sqlalchemy.dialects.mysql
import sqlalchemy.dialects.postgresql

import migkit.applying
import migkit.journal
import migkit.ops
import migkit.targets
from migkit.errors import MigkitError
from tests.server.faults.points import Line, Points, jumping

PRELOADED = (alembic.command, alembic.runtime.migration, psycopg, pymysql)
KIT = (migkit.applying, migkit.journal, migkit.ops, migkit.targets)
DIALECTS = (sqlalchemy.dialects.mysql, sqlalchemy.dialects.postgresql)
CALLS = "tests.server.faults.calls"


def main() -> None:
    """Fork until standard input ends."""
    importlib.import_module(CALLS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets a process as soon as it is gone
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if not os.fork():
            _be(json.loads(line))


def _be(order: dict[str, Any]) -> None:
    """Be the process of one order, to its end."""
    code = 1
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        _enter(order)
        line = Line(order["socket"])
        line.say(pid=os.getpid())
        code = _called(order, line)
    except BaseException:  # whatever it is, this process must not go on as the one that forks
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _enter(order: dict[str, Any]) -> None:
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.setsid()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])


def _called(order: dict[str, Any], line: Line) -> int:
    points = Points(order["stops"], line)
    module, _, function = order["call"].partition(":")
    try:
        with points.installed(), _clock(order):
            answer = getattr(importlib.import_module(module), function)(**order["arguments"])
    except MigkitError as error:
        line.say(
            error=type(error).__name__,
            code=error.exit_code,
            message=error.message,
            remedy=error.remedy,
            traceback=traceback.format_exc(),
        )
        return error.exit_code
    except BaseException as error:  # told to the test, which judges it
        line.say(error=type(error).__name__, code=130, message=str(error), remedy="", traceback=traceback.format_exc())
        return 130
    line.say(answer=answer)
    return 0


@contextmanager
def _clock(order: dict[str, Any]) -> Iterator[None]:
    with jumping(order["clock"]):
        yield


if __name__ == "__main__":
    main()
