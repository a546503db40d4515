"""What a way down destroys: the rows of the tables that it drops, the values of the columns; asked of the target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migkit.address import masked_text
from migkit.model import Engine
from migkit.model.release import Plan
from migkit.planning.surveying import also, bound
from migkit.release.losing import Destroyed, losses
from migkit.servers import login
from migkit.targets import Declared, reading

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

__all__ = ["Destroyed", "destroyed"]


def destroyed(found: Declared, plan: Plan) -> tuple[Destroyed, ...]:
    """Count what the plan's statements destroy on the target, in a session that cannot write.

    What cannot be counted is said all the same. Raises TargetError where the target cannot be asked.
    """
    family = found.engine.family
    wanted = tuple(dict.fromkeys(each for one in plan.revisions for each in losses(one, family)))
    if all(one.why for one in wanted):
        return wanted
    with reading(found, patient=True) as connection:
        bound(connection, found.engine, found.target)
        also(connection, found.engine, plan.beside)
        return tuple(_counted(connection, found.engine, one) for one in wanted)


def _counted(connection: Connection, engine: Engine, one: Destroyed) -> Destroyed:
    if one.why:
        return one
    from sqlalchemy.exc import SQLAlchemyError

    table = ".".join(engine.quote(part) for part in one.table.split("."))
    what = f"COUNT({engine.quote(one.column)})" if one.column else "COUNT(*)"
    try:
        rows = connection.exec_driver_sql(f"SELECT {what} FROM {table}").scalar()  # noqa: S608  # quoted identifiers
    except SQLAlchemyError as error:
        return replace(one, why=f"it cannot be counted: {masked_text(login.said(error))}")
    return replace(one, rows=int(rows or 0))
