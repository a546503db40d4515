"""What env.py is told of the throwaway database: the URL in the driver that it wants, and its environment."""

from __future__ import annotations

import configparser
import importlib.util
from collections.abc import Mapping

from migkit.alembic_io.history import alembic_config
from migkit.model import Database, Schema
from migkit.servers import databases


def url_for(schema: Schema, database: Database) -> str:
    """Give the URL for `sqlalchemy.url`, in the driver that the ini names where it is of the same family.

    `mysql://` stays as it is: it is mysqlclient's, and several statements in one execute are its habit.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        drivername = make_url(alembic_config(schema).get_main_option("sqlalchemy.url") or "").drivername
    except (ArgumentError, ValueError, configparser.InterpolationError):
        drivername = ""
    if drivername.partition("+")[0] in _dialects(database) and _usable(drivername):
        return databases.url(database, drivername)
    return databases.url(database)


def environment(schema: Schema, database: Database) -> Mapping[str, str]:
    """Give the variable that env.py reads its URL from, where it reads one, in the driver that it wants there."""
    return {schema.url_env: databases.url(database, schema.url_driver)} if schema.url_env else {}


def _dialects(database: Database) -> tuple[str, ...]:
    dialect = database.server.engine.dialect
    return ("mysql", "mariadb") if dialect == "mysql" else (dialect,)


def _usable(drivername: str) -> bool:
    """Whether SQLAlchemy can speak it here: a bare `postgresql` may mean a driver that is not installed."""
    if drivername == "postgresql":
        return importlib.util.find_spec("psycopg2") is not None
    return True
