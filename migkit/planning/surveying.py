"""What stands on a target before a release: the tables that it concerns, as the server tells of them, and how large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from migkit.ddl.names import Names
from migkit.lint.fold import based
from migkit.lint.state import State
from migkit.model import Engine, Target
from migkit.model.script import Kind, Statement
from migkit.questions import Questions
from migkit.servers.login import console
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Size:
    """Rows and bytes of a table, by the server's estimate; None where it makes none."""

    rows: int | None
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Survey:
    """The tables that are there, by name, and what they are. `lenient` is whether values are changed in silence.

    `heirs` are those that show the rows of tables that inherit from them.
    """

    state: State = field(default_factory=State)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    lenient: bool = False
    heirs: frozenset[str] = frozenset()


def bound(connection: Connection, engine: Engine, target: Target) -> None:
    """End each question of a session after the target's `statement_timeout`, and its waits after `lock_timeout`."""
    for statement in _questions(engine).bounds(target.statement_timeout, target.lock_timeout):
        connection.exec_driver_sql(statement)


def surveyed(connection: Connection, engine: Engine, names: Iterable[str]) -> Survey:
    """Ask for the tables of those names, as a reading has them, and for all that they refer to."""
    questions = _questions(engine)
    sizes: dict[str, Size] = {}
    texts = [f"{row[0]};" for row in _rows(connection, questions.types_sql)] if questions.types_sql else []
    for schema, name, size in _sizes(connection, engine, names):
        texts.append(questions.definition(lambda sql: _rows(connection, sql), schema, name) + ";")
        sizes[f"{schema}.{name}" if schema else name] = size
    lenient = bool(_rows(connection, questions.lenient_sql)[0][0])
    return Survey(based("\n".join(texts), engine.family), sizes, lenient, _heirs(connection, questions.heirs_sql))


def _heirs(connection: Connection, sql: str) -> frozenset[str]:
    """Name the tables that show rows of others, in each way in which a statement may call them."""
    found = [(str(schema), str(name), usual) for schema, name, usual in (_rows(connection, sql) if sql else ())]
    usually = {name.lower() for _, name, usual in found if usual}
    return frozenset(usually | {f"{schema}.{name}".lower() for schema, name, _ in found})


def hidden(connection: Connection, engine: Engine, statements: Iterable[Statement]) -> str:
    """Let names of tables that this session does not see mean those of the one schema that has them; give its name.

    env.py may set a search_path for its own session, which it does not tell; "" where there is no such one schema.
    """
    from sqlalchemy import bindparam, text

    questions, given = _questions(engine), list(statements)
    made = {act.table for one in given for act in one.acts if act.kind is Kind.create_table}
    parts = [Names(engine).parts(name) for name in concerned(given) - made]
    bare = sorted({one[0] for one in parts if len(one) == 1})
    if not questions.hidden_sql or not bare:
        return ""
    asked = text(questions.hidden_sql).bindparams(bindparam("names", expanding=True))
    where: dict[str, set[str]] = {}
    for schema, name in connection.execute(asked, {"names": bare}):
        where.setdefault(str(name), set()).add(str(schema))
    both = set.intersection(*where.values()) if where else set()
    if len(both) != 1:
        return ""
    (found,) = both
    also(connection, engine, found)
    return found


def also(connection: Connection, engine: Engine, schema: str) -> None:
    """Let a session see the tables of a schema that `hidden` found, behind its own."""
    if schema:
        connection.exec_driver_sql(_questions(engine).also_in(schema))


def concerned(statements: Iterable[Statement]) -> frozenset[str]:
    """Give the tables that statements name."""
    found: set[str] = set()
    for statement in statements:
        found |= statement.names
        for act in statement.acts:
            keys = (*act.keys, *((act.key,) if act.key else ()))
            found |= {act.table, act.column.references if act.column else "", *(key.refers for key in keys)}
    return frozenset(found - {""})


def _questions(engine: Engine) -> Questions:
    return console(engine).questions()


def _sizes(connection: Connection, engine: Engine, names: Iterable[str]) -> list[tuple[str, str, Size]]:
    from sqlalchemy import bindparam, text

    parts = [Names(engine).parts(name) for name in names]
    bare = sorted({one[-1] for one in parts})
    if not bare:
        return []
    asked = text(_questions(engine).sizes_sql).bindparams(bindparam("names", expanding=True))
    spoken = {(one[-2].lower() if len(one) > 1 else "", one[-1].lower()) for one in parts}
    found: list[tuple[str, str, Size]] = []
    for schema, name, usual, rows, size in connection.execute(asked, {"names": bare}):
        told = Size(_number(rows), _number(size))
        ways = [said for said, meant in (("", usual), (str(schema), True)) if meant]  # how a statement may call it
        found += [(said, str(name), told) for said in ways if (said.lower(), str(name).lower()) in spoken]
    return found


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _rows(connection: Connection, sql: str) -> Sequence[Sequence[Any]]:
    """Ask in SQL that is sent as it is: a percent sign is one."""
    plain = connection.execution_options(no_parameters=True)
    return [tuple(row) for row in plain.exec_driver_sql(sql)]
