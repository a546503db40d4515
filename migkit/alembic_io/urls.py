"""What env.py is told of the throwaway database: the URL in the driver that it wants, and its environment."""

from __future__ import annotations

import configparser
import importlib.util
from collections.abc import Mapping

from migkit.alembic_io.history import alembic_config
from migkit.model import Database, Engine, Schema
from migkit.servers import databases


def url_for(schema: Schema, database: Database) -> str:
    """Give the URL for `sqlalchemy.url`, in the driver that the ini names where it is of the same family.

    `mysql://` stays as it is: it is mysqlclient's, and several statements in one execute are its habit.
    """
    return databases.url(database, drivername(schema, database.server.engine))


def drivername(schema: Schema, engine: Engine) -> str:
    """Give the dialect+driver that the ini names, "" where it is of another family or cannot be used here."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        named = make_url(alembic_config(schema).get_main_option("sqlalchemy.url") or "").drivername
    except (ArgumentError, ValueError, configparser.InterpolationError):
        return ""
    return named if named.partition("+")[0] in _dialects(engine) and _usable(named) else ""


def environment(schema: Schema, database: Database) -> Mapping[str, str]:
    """Give the variable that env.py reads its URL from, where it reads one, in the driver that it wants there."""
    return {schema.url_env: databases.url(database, schema.url_driver)} if schema.url_env else {}


def _dialects(engine: Engine) -> tuple[str, ...]:
    return ("mysql", "mariadb") if engine.dialect == "mysql" else (engine.dialect,)


def _usable(drivername: str) -> bool:
    """Whether SQLAlchemy can speak it here: a bare `postgresql` may mean a driver that is not installed."""
    if drivername == "postgresql":
        return importlib.util.find_spec("psycopg2") is not None
    return True
