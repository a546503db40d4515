"""Where a target stands: the rows of Alembic's version table, in a session that cannot write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migkit.errors import TargetError
from migkit.servers import login
from migkit.targets.declaring import Declared
from migkit.targets.reading import reading
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class VersionTable:
    """In which table a history keeps where it stands: `schema` is None for the session's own.

    `sure` is whether env.py said so, once: then no other table is taken for it.
    """

    name: str = "alembic_version"
    schema: str | None = None
    sure: bool = False


def standing(found: Declared, table: VersionTable | str) -> tuple[str, ...]:
    """Give the ids in the target's version table, sorted; () where nothing was ever applied there.

    A name alone is a guess, since env.py may compute it: where no table has it, each that looks like a version table is
    read. Raises TargetError where the target cannot be asked, or refuses.
    """
    with reading(found) as connection:
        return rows(connection, found, table)


def rows(connection: Connection, found: Declared, table: VersionTable | str) -> tuple[str, ...]:
    """Give what `standing` gives, in a session on the target that is there. Raises TargetError."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        wanted = VersionTable(table) if isinstance(table, str) else table
        return tuple(sorted(_ids(connection, login.console(found.engine).version_tables_sql, wanted)))
    except SQLAlchemyError as error:
        raise TargetError(
            f"target {found.target.name}: its version table cannot be read: {type(error).__name__}",
            remedy="let its login read that table",
        ) from None


def shared(connection: Connection, found: Declared, table: VersionTable | str) -> bool:
    """Whether another history has its version table beside this one's, which is there, and empty: stamped at `base`."""
    from sqlalchemy import inspect

    wanted = VersionTable(table) if isinstance(table, str) else table
    tables = _tables(connection, login.console(found.engine).version_tables_sql)
    named = _named(tables, wanted, str(inspect(connection).default_schema_name))
    return (
        any(each[1] == wanted.name for each in named)
        and len(tables) > len(named)
        and not rows(connection, found, table)
    )


def _ids(connection: Connection, listing: str, wanted: VersionTable) -> set[str]:
    from sqlalchemy import column, inspect, select, table

    named = _named(_tables(connection, listing), wanted, str(inspect(connection).default_schema_name))
    if not named:  # one that is there and may not be read is an error of the server's
        inspect(connection).has_table(wanted.name, schema=wanted.schema)
    ids: set[str] = set()
    for schema, name in named:
        versions = table(name, column("version_num"), schema=schema)
        ids |= {str(row[0]) for row in connection.execute(select(versions))}
    return ids


def _tables(connection: Connection, listing: str) -> Sequence[tuple[str, str]]:
    return [(str(schema), str(name)) for schema, name in connection.exec_driver_sql(listing)]


def _named(tables: Sequence[tuple[str, str]], wanted: VersionTable, own: str) -> Sequence[tuple[str, str]]:
    """Choose the version table; several histories may have theirs in one database, each in a schema of its own."""
    named = [each for each in tables if each[1] == wanted.name]
    if wanted.schema is not None:
        return [each for each in named if each[0] == wanted.schema]
    if not named and not wanted.sure:
        named = list(tables)
    return [each for each in named if each[0] == own] or named
