"""A program for tests: looks at the way to a target from within networks, one after the other, as it is told to.

Each line on its standard input is an order, each on its standard output what came of it. It forks for each, so that
a look begins as a process of its own would, and what takes a second, the imports, is done once.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil  # noqa: F401  # what a look would import
import psycopg  # noqa: F401
import pymysql  # noqa: F401
from sqlalchemy.dialects import mysql, postgresql  # noqa: F401

from migkit import config
from migkit.targets import declared, mysql_wire, network, postgresql_wire  # noqa: F401

_KINDS = {"net": 0x40000000, "mnt": 0x00020000}  # CLONE_NEWNET, CLONE_NEWNS


def look(folder: Path) -> dict[str, Any]:
    """Look at the way to the target that a folder configures."""
    project = config.load(folder)
    found = declared(project, project.schemas["app"], "production")
    begun = time.monotonic()
    checks = network.network(found, seconds=found.target.connect_timeout)
    error = network.failed(checks)
    told = {"checks": [asdict(check) for check in checks], "seconds": time.monotonic() - begun}
    return {**told, "code": error.exit_code if error else 0}


def enter(process: int) -> None:
    """Go into the networks and the files of a process."""
    for kind, flag in _KINDS.items():
        with Path(f"/proc/{process}/ns/{kind}").open() as space:
            if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), flag):
                raise OSError(ctypes.get_errno(), f"setns {kind}")


def serve(order: Mapping[str, Any]) -> None:
    """Do what an order says, and print what came of it."""
    child = os.fork()
    if not child:
        try:
            enter(order["process"])
            os.environ.update(order["environment"])
            told = look(Path(order["folder"]))
            gc.collect()  # what was left open warns now
            print(json.dumps(told), flush=True)  # noqa: T201  # its answer
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.waitpid(child, 0)
    print(json.dumps({}), flush=True)  # noqa: T201  # the end, whatever came of it


if __name__ == "__main__":
    for line in sys.stdin:
        serve(json.loads(line))
