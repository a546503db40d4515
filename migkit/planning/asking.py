"""Questions put to a target, in a session that only reads; an answer that does not come is told, and nothing fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.model import Event
from migkit.model.release import PlannedRevision, PlannedStatement, Precondition
from migkit.planning.asking_sql import SHOWN
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST = 80  # characters of a value that is shown


def asked(
    connection: Connection, revisions: Sequence[PlannedRevision], tell: Callable[[Event], None]
) -> tuple[PlannedRevision, ...]:
    """Give the revisions with the answers of the target; the same question is put once."""
    total = len({one.query for revision in revisions for each in revision.statements for one in each.preconditions})
    answers: dict[str, Precondition] = {}

    def answer(one: Precondition) -> Precondition:
        if one.query and one.query not in answers:
            tell(Event("step", f"asking {one.table}: {one.kind}", len(answers), total))
            answers[one.query] = _answer(connection, one)
        return replace(one, **_said(answers[one.query])) if one.query else one

    def statement(one: PlannedStatement) -> PlannedStatement:
        return replace(one, preconditions=tuple(answer(each) for each in one.preconditions))

    return tuple(replace(one, statements=tuple(map(statement, one.statements))) for one in revisions)


def _said(one: Precondition) -> dict[str, Any]:
    return {"ok": one.ok, "count": one.count, "message": one.message, "sample": one.sample}


def _answer(connection: Connection, one: Precondition) -> Precondition:
    """Put one question; what is in the way is shown by its keys."""
    from sqlalchemy.exc import SQLAlchemyError

    plain = connection.execution_options(no_parameters=True)
    try:
        count = int(plain.exec_driver_sql(one.query).scalar() or 0)
        if not count:
            return replace(one, ok=True, count=0, message=f"no {one.message}")
        found = plain.exec_driver_sql(one.sample_query) if one.sample_query else None
        names = list(found.keys()) if found is not None else []
        sample = tuple(_key(names, tuple(row)) for row in list(found)[:SHOWN]) if found is not None else ()
        return replace(one, ok=False, count=count, message=f"{count:,} {one.message}", sample=sample)
    except SQLAlchemyError as error:
        if getattr(error, "connection_invalidated", False):
            raise
        return replace(one, message=f"not known whether {one.message}: {masked_text(login.said(error))}")


def _key(names: Sequence[str], row: Sequence[Any]) -> str:
    """Write the key of a row, or a value that several rows have and how many."""
    counted = names[-1:] and names[-1].lower() in ("count", "count(*)")
    own = list(zip(names, row, strict=True))[: -1 if counted else None]
    said = ", ".join(f"{name}={_value(value)}" for name, value in own)
    return f"{said} ({row[-1]} rows)" if counted else said


def _value(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        value = "0x" + bytes(value).hex()
    elif isinstance(value, str):
        value = repr(value)
    text = "NULL" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
