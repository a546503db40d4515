"""The catalogue of a database as an ordinary login sees it, over a session that is there: a target's, which only reads.

Nothing is made on the server and nothing needs an administrator. What the login may not see is said, so that it is not
taken for missing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from migkit.catalog.seen import Seen
from migkit.model import Engine

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def read(connection: Connection, engine: Engine, database: str, *, lock: float, statement: float) -> Seen:
    """Read the whole catalogue of `database`, which the session is in; `lock` and `statement` are seconds to wait.

    The session's settings are changed; it is of no other use afterwards. Raises SQLAlchemy's and the driver's errors.
    """
    driver = connection.connection.dbapi_connection
    seconds = (max(1, math.ceil(lock)), max(1, math.ceil(statement)))
    if engine.family == "postgresql":
        from migkit.catalog import postgresql_plain

        return postgresql_plain.read(driver, *seconds)
    from migkit.catalog import mysql_plain

    return mysql_plain.read(driver, database, *seconds, mariadb=engine.family == "mariadb")
