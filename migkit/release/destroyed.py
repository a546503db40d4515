"""What a way down destroys: the rows of the tables that it drops, the values of the columns; asked of the target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from migkit import sql
from migkit.model import Engine
from migkit.model.release import Plan
from migkit.model.script import Act, Kind, Span
from migkit.planning.surveying import bound
from migkit.servers import login
from migkit.targets import Declared, reading
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


_CHANGES_ROWS = {Kind.delete: "DELETE", Kind.truncate: "TRUNCATE", Kind.update: "UPDATE"}


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Rows of a table that go with it, or its values of a column that are not NULL; `rows` None where it is not known.

    `why` says why not, or what happens where it is neither (`DELETE`, `UPDATE`).
    """

    revision: str
    table: str
    column: str = ""
    rows: int | None = None
    why: str = ""


def destroyed(found: Declared, plan: Plan) -> tuple[Destroyed, ...]:
    """Count what the plan's statements destroy on the target, in a session that cannot write.

    What cannot be counted is said all the same. Raises TargetError where the target cannot be asked.
    """
    wanted = tuple(dict.fromkeys(_wanted(found.engine, plan)))
    if not wanted:
        return ()
    with reading(found, patient=True) as connection:
        bound(connection, found.engine, found.target)
        return tuple(_counted(connection, found.engine, one) for one in wanted)


def _wanted(engine: Engine, plan: Plan) -> Iterator[Destroyed]:
    for one in plan.revisions:
        if one.unknown:
            yield Destroyed(one.revision.id, "", why=f"its SQL is not known before it runs: {one.unknown}")
        for statement in one.statements:
            for sentence in sql.read(statement.sql, engine.family, lambda _start, _end: Span(1)):
                yield from _lost(one.revision.id, sentence.acts)


def _lost(revision: str, acts: Iterable[Act]) -> Iterator[Destroyed]:
    for act in acts:
        if act.kind is Kind.drop_table:
            yield Destroyed(revision, act.name or act.table)
        elif act.kind is Kind.drop_column:
            yield Destroyed(revision, act.table, act.name)
        elif act.kind in _CHANGES_ROWS:
            yield Destroyed(revision, act.table, why=f"{_CHANGES_ROWS[act.kind]} changes its rows")


def _counted(connection: Connection, engine: Engine, one: Destroyed) -> Destroyed:
    if one.why:
        return one
    from sqlalchemy.exc import SQLAlchemyError

    table = ".".join(engine.quote(part) for part in one.table.split("."))
    what = f"COUNT({engine.quote(one.column)})" if one.column else "COUNT(*)"
    try:
        rows = connection.exec_driver_sql(f"SELECT {what} FROM {table}").scalar()  # noqa: S608  # quoted identifiers
    except SQLAlchemyError as error:
        said = login.said(error)
        return replace(one, why=f"it cannot be counted: {said}")
    return replace(one, rows=int(rows or 0))
