"""How a server is asked: whether it accepts a statement, with which error not, and with which locks.

A connection is in AUTOCOMMIT, with the login that migrations have; `connection.info` holds the engine's `family`, and
another connection to the same database as the `administrator`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

_MANUAL = re.compile(r"(?<=syntax); check the manual .*? right syntax to use (?=near)")
_OURS = re.compile(r"`?\bmigkit_[0-9a-f]+_\d+`?[./]")  # another database each time
_KINDS = (
    "ALGORITHM=INSTANT",
    "ALGORITHM=INPLACE, LOCK=NONE",
    "ALGORITHM=INPLACE, LOCK=SHARED",
    "ALGORITHM=INPLACE, LOCK=EXCLUSIVE",
    "ALGORITHM=COPY, LOCK=NONE",
    "ALGORITHM=COPY, LOCK=SHARED",
    "ALGORITHM=COPY, LOCK=EXCLUSIVE",
)
_NOT_SO = {1221, 1235, 1845, 1846}  # not with this ALGORITHM and LOCK
_INNODB = {"mysql": "innodb_tables", "mariadb": "innodb_sys_tables"}


def answered(connection: Any, sql: str) -> str:
    """Run a statement; give `accepted`, or the error with its number."""
    try:
        connection.exec_driver_sql(sql)
    except DBAPIError as error:
        return refusal(error)
    warnings = _warnings(connection)
    return f"accepted; {warnings}" if warnings else "accepted"


def told(query: str) -> Callable[[Any, str], str]:
    """Give a measure: what `query` shows once the statement was accepted, or its error."""

    def answer(connection: Any, sql: str) -> str:
        said = answered(connection, sql)
        return said if said.startswith("refused") else f"{said}; then {query}: {_rows(connection, query)}"

    return answer


def quietest(connection: Any, sql: str) -> str:
    """Give the least ALGORITHM and LOCK with which MySQL or MariaDB accepts an ALTER TABLE, CREATE or DROP INDEX.

    `every row is written anew` where InnoDB has made another table of it in place; a COPY always does.
    """
    was = _identity(connection)
    refused = ""
    for kind in _KINDS:
        try:
            connection.exec_driver_sql(_with(sql, kind))
        except DBAPIError as error:
            if error.orig is None or error.orig.args[0] not in _NOT_SO:
                return refusal(error)
            refused = refused or refusal(error)
            continue
        anew = "COPY" not in kind and _identity(connection) - was
        return f"{kind}; every row is written anew" if anew else kind
    return refused


def refusal(error: DBAPIError) -> str:
    """Give an error as the server said it, with its number or SQLSTATE."""
    origin = error.orig
    if origin is not None and len(origin.args) == 2:
        return f"refused, {origin.args[0]}: {_OURS.sub('', _MANUAL.sub(' … ', origin.args[1]))}"
    state = getattr(origin, "sqlstate", None)
    if state:
        return f"refused, {state}: {str(origin).splitlines()[0]}"
    return f"refused: {origin}"


def _with(sql: str, kind: str) -> str:
    if sql.startswith("ALTER TABLE"):
        return f"{sql}, {kind}"
    return f"{sql} {kind.replace(',', '')}"


def _rows(connection: Any, query: str) -> str:
    rows = connection.exec_driver_sql(query).fetchall()
    return "; ".join(", ".join("NULL" if value is None else str(value) for value in row) for row in rows) or "nothing"


def _warnings(connection: Any) -> str:
    if connection.info["family"] not in _INNODB:
        return ""
    rows = connection.exec_driver_sql("SHOW WARNINGS").fetchall()
    return "; ".join(f"{level.lower()} {number}: {said}" for level, number, said in rows if level != "Note")


def _identity(connection: Any) -> frozenset[int]:
    """Give InnoDB's number of each table of the database: a table that is built anew gets another."""
    table = _INNODB[connection.info["family"]]
    name = connection.exec_driver_sql("SELECT DATABASE()").scalar()
    query = f"SELECT name, table_id FROM information_schema.{table} WHERE name LIKE '{name}/%'"
    rows = connection.info["administrator"].exec_driver_sql(f"{query} AND name NOT LIKE '%/fts_%'")
    return frozenset(int(row[1]) for row in rows)
