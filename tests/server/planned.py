"""Statements held against the tables of a server, as the plan of a release holds them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import DBAPIError

from migkit.model import Engine
from migkit.model.release import PlannedRevision, Precondition
from migkit.planning.asking import asked
from migkit.planning.surveying import concerned, surveyed
from migkit.planning.walking import walked
from tests.release.sketched import SCHEMA, sketch


def plan(connection: Any, engine: Engine, *statements: str) -> PlannedRevision:
    """Plan one revision on what a connection shows, and put its questions."""
    drawn = sketch(engine, "r1", *statements)
    survey = surveyed(connection, engine, concerned(one.statement for one in drawn.sent))
    (revision,) = asked(connection, engine, walked(SCHEMA, engine, [drawn], survey), lambda _event: None)
    return revision


def questions(connection: Any, engine: Engine, *statements: str) -> tuple[Precondition, ...]:
    """Give what the last of some statements asks for."""
    return plan(connection, engine, *statements).statements[-1].preconditions


def outcome(
    connection: Any, engine: Engine, columns: str, rows: Sequence[str], *statements: str
) -> tuple[bool | None, bool, str]:
    """Give what the questions say of statements on a table t with those rows, what the server does, and its words."""
    plain = connection.execution_options(no_parameters=True)
    connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    connection.exec_driver_sql(f"CREATE TABLE t ({columns})")
    for row in rows:
        with suppress(DBAPIError):  # a value that the column does not take to begin with
            plain.exec_driver_sql(f"INSERT INTO t VALUES ({row})")
    revision = plan(connection, engine, *statements)
    said = [one for each in revision.statements for one in each.preconditions]
    told = None if any(one.ok is None for one in said) else all(one.ok for one in said)
    try:
        for statement in statements:
            plain.exec_driver_sql(statement)
    except DBAPIError as error:
        return told, False, str(error.orig)
    return told, True, "; ".join(one.message for one in said)
