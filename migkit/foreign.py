"""What the kit finds in the Python of a service, where it was not installed: what must be there, and what it makes do.

The kit's own drivers, as far as they are Python alone, come along and stand last: the service's go before.
"""

from __future__ import annotations

import ctypes.util
import importlib
import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from migkit import engines
from migkit.errors import ConfigError
from migkit.jobs import Compare, Judge, Look, Merge, Move, Print, Reach, Rehearse, Take, Write
from migkit.model import Engine

Job = Compare | Judge | Look | Merge | Move | Print | Reach | Rehearse | Take | Write
CARRIED = "_carried"  # the folder of the drivers that come along
_NEEDED = (("alembic", (1, 8)), ("sqlalchemy", (1, 4)))


def fitted(job: Job) -> Job:
    """Give the job as it can be done here; ConfigError with the command that installs what is missing."""
    for name, oldest in _NEEDED:
        _require(name, oldest)
    engine = engines.parse(job.schema.engine)
    if isinstance(job, Merge | Write) or engine.dialect != "postgresql":
        return job
    driver = _driver(engine)
    if isinstance(job, Look | Move):
        return job
    server = job.database.server
    return replace(
        job, database=replace(job.database, server=replace(server, engine=replace(server.engine, driver=driver)))
    )


def _require(name: str, oldest: tuple[int, int]) -> None:
    wanted = ".".join(map(str, oldest))
    try:
        version = str(importlib.import_module(name).__version__)
    except ImportError as error:
        raise ConfigError(
            f"{sys.executable} has no {name}: {error}",
            remedy=f"pip install '{name}>={wanted}' in its image, or name another Python in `compose.python`",
        ) from error
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if numbers < oldest:
        raise ConfigError(
            f"{sys.executable} has {name} {version}, which is older than {wanted}",
            remedy=f"pip install '{name}>={wanted}' in its image",
        )


def _driver(engine: Engine) -> str:
    """Give the dialect+driver that the service has itself, for env.py gets it too."""
    psycopg, has_psycopg2 = _psycopg(), importlib.util.find_spec("psycopg2") is not None
    old = str(importlib.import_module("sqlalchemy").__version__).startswith("1.")
    missing = "psycopg2-binary" if old and not has_psycopg2 else "psycopg[binary]" if psycopg is None else ""
    if missing:
        raise ConfigError(
            f"{sys.executable} has no driver for PostgreSQL that the kit can use",
            remedy=f"pip install '{missing}' in its image",
        )
    carried = CARRIED in str(psycopg.__file__)
    return engine.driver_14 if carried and has_psycopg2 else engine.driver


def _psycopg() -> Any:
    """Give psycopg, on the libpq that psycopg2 brought where the system has none; None where neither is to be had."""
    usual = ctypes.util.find_library
    for find in (usual, lambda name: _bundled() if name == "pq" else usual(name)):
        ctypes.util.find_library = find
        try:
            return importlib.import_module("psycopg")
        except ImportError:
            for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
                del sys.modules[name]
        finally:
            ctypes.util.find_library = usual
    return None


def _bundled() -> str | None:
    """Find libpq beside psycopg2, whose wheel has one of its own."""
    spec = importlib.util.find_spec("psycopg2")
    if spec is None or spec.origin is None:
        return None
    importlib.import_module("psycopg2")  # loads what libpq stands on
    folder = Path(spec.origin).parent
    found = [*folder.parent.glob("psycopg2*.libs/libpq-*"), *folder.glob(".libs/libpq-*")]
    return str(found[0]) if found else None
