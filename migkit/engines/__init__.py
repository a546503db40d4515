"""Database products as values: `parse("mysql:9.7")` gives the Engine that configuration names.

A difference between products is a field or a function of the Engine value; MySQL and MariaDB, PostgreSQL and SQLite
have a module each.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from migkit.engines.mysql import MARIADB, MYSQL
from migkit.engines.postgresql import POSTGRESQL
from migkit.engines.sqlite import SQLITE
from migkit.errors import ConfigError
from migkit.model import Engine
from migkit.product import Identity

__all__ = ["ENGINES", "MARIADB", "MYSQL", "POSTGRESQL", "SQLITE", "find", "matches", "parse", "variables"]

ENGINES: dict[str, Engine] = {engine.family: engine for engine in (MYSQL, MARIADB, POSTGRESQL, SQLITE)}
_DIALECTS = {"mysql": MYSQL, "mariadb": MARIADB, "postgresql": POSTGRESQL, "postgres": POSTGRESQL, "sqlite": SQLITE}
_VERSION = re.compile(r"\d+(\.\d+){0,2}")


def parse(spec: str) -> Engine:
    """Give the engine that `spec` names: `mysql:9.7`, `mariadb:10.11`, `postgresql:17` or `sqlite`.

    A product without a version has the kit's usual one. Raises ConfigError with the nearest valid name.
    """
    family, colon, version = spec.strip().partition(":")
    engine = ENGINES.get(family)
    if engine is None:
        raise ConfigError(f"no such engine: {spec!r}", remedy=f"write {_nearest(family, version)}")
    if not colon:
        return engine
    if not engine.version:
        raise ConfigError(f"{engine.product} has no version to choose: {spec!r}", remedy=f"write {family!r}")
    if not _VERSION.fullmatch(version):
        raise ConfigError(f"not a version of {engine.product}: {spec!r}", remedy=f"write a number: {engine.name!r}")
    return replace(engine, version=version)


def find(drivername: str) -> Engine:
    """Give the product that a SQLAlchemy URL's drivername (`mysql+pymysql`) speaks to; ConfigError if none does."""
    dialect = drivername.partition("+")[0].lower()
    if dialect not in _DIALECTS:
        known = ", ".join(_DIALECTS)
        raise ConfigError(f"no database product that the kit knows: {dialect!r}", remedy=f"use one of {known}")
    return _DIALECTS[dialect]


def variables() -> dict[str, str]:
    """Give the family whose image each environment variable names: `MIGKIT_IMAGE_MYSQL` and so on."""
    return {engine.container.variable: family for family, engine in ENGINES.items() if engine.container}


def matches(wanted: Engine, identity: Identity) -> bool:
    """Whether a server is what was wanted: the same family, and the same release series as far as one was named.

    A later release of a series (9.7.4 where 9.7.2 was wanted) is no other product.
    """
    parts, found = wanted.version.split(".")[: wanted.series], identity.version.split(".")
    return wanted.family == identity.family and (not wanted.version or found[: len(parts)] == parts)


def running(wanted: Engine, identity: Identity) -> Engine:
    """Give the engine of a server that runs: the wanted one, or that of the product and release series found."""
    if matches(wanted, identity):
        return wanted
    engine = ENGINES[identity.family]
    return replace(engine, version=".".join(identity.version.split(".")[: engine.series]))


def _nearest(family: str, version: str) -> str:
    near = difflib.get_close_matches(family.lower(), _DIALECTS, n=1, cutoff=0.5)
    if not near:
        return " or ".join(repr(engine.name) for engine in ENGINES.values())
    engine = _DIALECTS[near[0]]
    return repr(f"{engine.family}:{version}" if version and engine.version else engine.name)
