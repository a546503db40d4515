"""Where a target stands: the rows of Alembic's version table, in a session that cannot write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migkit.errors import TargetError
from migkit.servers import login
from migkit.targets.declaring import Declared
from migkit.targets.reading import reading

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def standing(found: Declared, table: str) -> tuple[str, ...]:
    """Give the ids in the target's version table, sorted; () where nothing was ever applied there.

    Where no table is called `table`, each that looks like a version table is read: env.py may compute the name. Raises
    TargetError where the target cannot be asked, or refuses.
    """
    with reading(found) as connection:
        return rows(connection, found, table)


def rows(connection: Connection, found: Declared, table: str) -> tuple[str, ...]:
    """Give what `standing` gives, in a session on the target that is there. Raises TargetError."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return tuple(sorted(_ids(connection, login.console(found.engine).version_tables_sql, table)))
    except SQLAlchemyError as error:
        raise TargetError(
            f"target {found.target.name}: its version table cannot be read: {type(error).__name__}",
            remedy="let its login read that table",
        ) from None


def _ids(connection: Connection, listing: str, wanted: str) -> set[str]:
    from sqlalchemy import column, inspect, select, table

    tables = [(str(schema), str(name)) for schema, name in connection.exec_driver_sql(listing)]
    named = [each for each in tables if each[1] == wanted] or tables
    if not named:
        inspect(connection).has_table(wanted)  # one that is there and may not be read is an error of the server's
    ids: set[str] = set()
    for schema, name in named:
        versions = table(name, column("version_num"), schema=schema)
        ids |= {str(row[0]) for row in connection.execute(select(versions))}
    return ids
