"""Questions put to a target, in a session that only reads; an answer that does not come is told, and nothing fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.model import Engine, Event
from migkit.model.release import PlannedRevision, PlannedStatement, Precondition
from migkit.planning.asking_sql import SHOWN
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST = 80  # characters of a value that is shown


def asked(
    connection: Connection, engine: Engine, revisions: Sequence[PlannedRevision], tell: Callable[[Event], None]
) -> tuple[PlannedRevision, ...]:
    """Give the revisions with the answers of the target; the same question is put once."""
    untried = login.console(engine).questions().untried
    total = len({one.query for revision in revisions for each in revision.statements for one in each.preconditions})
    answers: dict[str, Precondition] = {}

    def answer(one: Precondition) -> Precondition:
        if one.query and one.query not in answers:
            tell(Event("step", f"asking {one.table}: {one.kind}", len(answers), total))
            answers[one.query] = _answer(connection, one, untried)
        return replace(one, **_said(answers[one.query])) if one.query else one

    def statement(one: PlannedStatement) -> PlannedStatement:
        return replace(one, preconditions=tuple(answer(each) for each in one.preconditions))

    return tuple(replace(one, statements=tuple(map(statement, one.statements))) for one in revisions)


def _said(one: Precondition) -> dict[str, Any]:
    return {"ok": one.ok, "count": one.count, "message": one.message, "sample": one.sample}


def _answer(connection: Connection, one: Precondition, untried: tuple[str, ...]) -> Precondition:
    """Put one question; what is in the way is shown by its keys. `untried` are codes of a value that is in the way."""
    from sqlalchemy.exc import SQLAlchemyError

    plain = connection.execution_options(no_parameters=True)
    try:
        count = int(plain.exec_driver_sql(one.query).scalar() or 0)
        if one.tries or not count:
            return replace(one, ok=True, count=0, message=f"no {one.message}")
        return replace(one, ok=False, count=count, message=f"{count:,} {one.message}", sample=_sample(plain, one))
    except SQLAlchemyError as error:
        if getattr(error, "connection_invalidated", False):
            raise
        said = masked_text(login.said(error))
        if one.tries and _code(error).startswith(untried):
            return replace(one, ok=False, message=f"{one.message}: {said}")
        return replace(one, message=f"not known whether {one.message}: {said}")


def _sample(connection: Connection, one: Precondition) -> tuple[str, ...]:
    """Give keys of the rows in the way; none where they cannot be had: a date may be beyond what Python holds."""
    from sqlalchemy.exc import SQLAlchemyError

    if not one.sample_query:
        return ()
    try:
        found = connection.exec_driver_sql(one.sample_query)
        names = list(found.keys())
        return tuple(_key(names, tuple(row), grouped=one.grouped) for row in list(found)[:SHOWN])
    except (SQLAlchemyError, ValueError, OverflowError) as error:
        if getattr(error, "connection_invalidated", False):
            raise
        return ()


def _code(error: Exception) -> str:
    """Give the SQLSTATE of a server's error, as psycopg 3 and psycopg2 have it."""
    raised = getattr(error, "orig", error)
    return str(getattr(raised, "sqlstate", None) or getattr(raised, "pgcode", None) or "")


def _key(names: Sequence[str], row: Sequence[Any], *, grouped: bool) -> str:
    """Write the key of a row, or a value that several rows have and how many."""
    own = list(zip(names, row, strict=True))[: -1 if grouped else None]
    said = ", ".join(f"{name}={_value(value)}" for name, value in own)
    return f"{said} ({row[-1]} rows)" if grouped else said


def _value(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        value = "0x" + bytes(value).hex()
    elif isinstance(value, str):
        value = repr(value)
    text = "NULL" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
