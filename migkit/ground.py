"""A history opened on a throwaway database that is there: what steps over it, what reads it, what brings it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from migkit import base, catalog
from migkit.address import Address
from migkit.alembic_io import driver
from migkit.alembic_io.driver import Driver
from migkit.alembic_io.urls import environment, url_for
from migkit.catalog import Catalog, Keeper
from migkit.model import Database, Schema
from migkit.servers import databases, logins


@contextmanager
def opened(schema: Schema, database: Database, *, empty: bool = True) -> Iterator[tuple[Driver, Catalog, Keeper]]:
    """Hold this process to `database`, load the history of `schema` and its base schema; env.py has not run yet.

    The base schema goes into a database that is `empty` alone.

    Raises what `driver.opened` and `base.load` raise.
    """
    url, variables = url_for(schema, database), environment(schema, database)
    with (
        catalog.connect(database) as (reader, keeper),
        driver.opened(schema, url=url, address=_address(database), environment=variables) as steps,
    ):
        if empty:
            with logins.elevated(database, schema.server), steps.guarded():
                base.load(schema, databases.url(database), reader)
        yield steps, reader, keeper
        steps.disconnect()


def _address(database: Database) -> Address:
    server = database.server
    if database.path is not None:
        return Address(database=str(database.path.resolve()))
    return Address(server.host, server.port, server.socket, database.name)
