"""Python, Alembic, SQLAlchemy and the database drivers: which versions, and whether the kit can work with them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Collection, Iterator
from importlib.metadata import PackageNotFoundError, version

from migkit.model import Check, Engine

_OLDEST = (3, 11)
_DISTRIBUTIONS = {"pymysql": "PyMySQL", "psycopg": "psycopg", "psycopg2": "psycopg2-binary"}
_ALSO = {"psycopg2-binary": "psycopg2"}  # the same module, built from source


def programs(engines: Collection[Engine]) -> Iterator[Check]:
    """Check Python and the libraries, and the driver of each engine that the configuration names."""
    new_enough = sys.version_info[:2] >= _OLDEST
    yield Check("python", new_enough, f"{platform.python_version()} ({sys.executable})", "" if new_enough else _REMEDY)
    for name in ("alembic", "sqlalchemy"):
        found = installed(name)
        yield Check(name, bool(found), found or "not installed", "" if found else f"pip install {name}")
    drivers = {_driver(engine) for engine in engines} - {""}
    for driver in sorted(drivers):
        found = installed(driver) or installed(_ALSO.get(driver, driver))
        remedy = "" if found else f"pip install {driver}"
        yield Check(f"driver {driver}", bool(found), found or "not installed", remedy)


def installed(name: str) -> str:
    """Give the version of an installed distribution, "" where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


_REMEDY = f"use Python {_OLDEST[0]}.{_OLDEST[1]} or newer"


def _driver(engine: Engine) -> str:
    """Give the distribution of the driver that the kit itself uses for an engine; SQLite's is Python's own."""
    drivername = engine.driver_14 if installed("sqlalchemy").startswith("1.") else engine.driver
    return _DISTRIBUTIONS.get(drivername.partition("+")[2], "")
