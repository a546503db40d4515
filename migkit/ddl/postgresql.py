"""Changes as PostgreSQL's DDL: what concerns one table goes into one ALTER, with comments and the like behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from migkit.ddl.clauses import (
    Clause,
    gathered,
    known,
    listed,
    wanted,
)
from migkit.ddl.names import Names
from migkit.ddl.postgresql_altered import altered, behind, comment
from migkit.ddl.postgresql_columns import described
from migkit.ddl.postgresql_enums import enum, enum_value
from migkit.ddl.postgresql_tables import altered_table, constraint, created_table
from migkit.ddl.postgresql_words import split
from migkit.model import (
    Alter,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Enum,
    EnumValue,
    Index,
    Other,
    Part,
    Rename,
    Table,
)

_BEHIND_INDEX = (
    "INVALID", "CLUSTER", "REPLICA IDENTITY", "TABLESPACE", "STATISTICS", "PARTITION OF", "COMMENT"
)  # fmt: skip
_INDEX = re.compile(r"(CREATE (?:UNIQUE )?INDEX) ")


def statements(changes: Sequence[Change], names: Names, _tables: Iterable[Table] = ()) -> list[str]:
    """Write the changes in their order."""
    return gathered((piece for change in changes for piece in _pieces(change, names)), names)


def _pieces(change: Change, names: Names) -> Iterable[Clause | str]:
    if isinstance(change, Rename):
        return _renamed(change, names)
    part = change.part
    writer = cast("_Writer", _WRITERS[type(part)])
    return writer(change, part, names)


def _other(change: Create | Drop | Alter, part: Other, _names: Names) -> Iterable[str]:
    if isinstance(change, Create):
        return part.create
    if isinstance(change, Drop):
        return part.drop
    return (*(change.was if isinstance(change.was, Other) else part).drop, *part.create)


def _renamed(change: Rename, names: Names) -> Iterator[str]:
    if change.kind != "table":
        table = names.table(change.table)
        yield f"ALTER TABLE {table} RENAME COLUMN {names.name(change.old)} TO {names.name(change.new)}"
        return
    old, new = names.parts(change.old), names.parts(change.new)
    if old[:-1] != new[:-1]:
        yield f"ALTER TABLE {names.table(change.old)} SET SCHEMA {names.name(new[0] if new[1:] else 'public')}"
    moved = ".".join(names.name(part) for part in (*new[:-1], old[-1]))
    if old[-1] != new[-1]:
        yield f"ALTER TABLE {moved} RENAME TO {names.name(new[-1])}"


def _column(change: Create | Drop | Alter, part: Column, names: Names) -> Iterable[Clause]:
    name, touched = names.name(part.name), frozenset({part.name})
    if isinstance(change, Drop):
        return [Clause(part.table, f"DROP COLUMN {name}", touched)]
    known(part, names)
    if isinstance(change, Create):
        column = described(part.definition)
        actions, after = behind(part, column, names)
        return [
            Clause(part.table, f"ADD COLUMN {name} {column.inline}", touched, after=tuple(after)),
            *(Clause(part.table, action, touched) for action in actions),
        ]
    was = change.was if isinstance(change.was, Column) and change.was.definition else None
    actions, after = altered(part, described(part.definition), described(was.definition) if was else None, names)
    return [*(Clause(part.table, action, touched) for action in actions), Clause(part.table, "", after=tuple(after))]


def _table(change: Create | Drop | Alter, part: Table, names: Names) -> Iterable[Clause | str]:
    if isinstance(change, Drop):
        return [f"DROP TABLE {names.table(part.name)}"]
    if isinstance(change, Alter):
        return altered_table(part, change.was if isinstance(change.was, Table) else None, names)
    made = [part.definition] if part.definition else created_table(part, names)
    return [*made, *(piece for index in part.indexes for piece in _index(Create(index), index, names))]


def _index(change: Create | Drop | Alter, part: Index, names: Names) -> Iterable[Clause | str]:
    old = change.was if isinstance(change, Alter) and isinstance(change.was, Index) else part
    apart = "CONCURRENTLY " if part.concurrently else ""
    drop = f"DROP INDEX {apart}{names.beside(old.table, old.name)}"
    if isinstance(change, Drop):
        return [drop]
    made = _created_index(part, names, apart)
    return [drop, *made] if isinstance(change, Alter) else made


def _created_index(part: Index, names: Names, apart: str) -> list[str]:
    if not part.definition:
        using = f" USING {part.using}" if part.using else ""
        where = f" WHERE {wanted(part.where, names, 'the condition', commas=True)}" if part.where else ""
        unique, on = "UNIQUE " * part.unique, names.table(part.table)
        return [f"CREATE {unique}INDEX {apart}{names.name(part.name)} ON {on}{using} ({listed(part, names)}){where}"]
    own, state = split(part.definition, _BEHIND_INDEX)
    wanted(own, names, f"the index {part.name}")
    text = _INDEX.sub(rf"\1 {apart}", own, count=1) if apart and " CONCURRENTLY " not in own else own
    return [text, *_index_state(part.table, part.name, state, names)]


def _index_state(table: str, name: str, state: Mapping[str, str], names: Names) -> Iterator[str]:
    index, bare = names.beside(table, name), names.name(names.parts(name)[-1])
    if "TABLESPACE" in state:
        yield f"ALTER INDEX {index} SET TABLESPACE {state['TABLESPACE']}"
    for one in filter(None, state.get("STATISTICS", "").split(", ")):
        place, _, target = one.partition("=")
        yield f"ALTER INDEX {index} ALTER COLUMN {place} SET STATISTICS {target}"
    if "CLUSTER" in state:
        yield f"ALTER TABLE {names.table(table)} CLUSTER ON {bare}"
    if "REPLICA IDENTITY" in state:
        yield f"ALTER TABLE {names.table(table)} REPLICA IDENTITY USING INDEX {bare}"
    if "COMMENT" in state:
        yield comment("INDEX", index, state["COMMENT"])


def _constraint(change: Create | Drop | Alter, part: Constraint, names: Names) -> Iterable[Clause]:
    old = change.was if isinstance(change, Alter) and isinstance(change.was, Constraint) else part
    dropped = Clause(part.table, f"DROP CONSTRAINT {names.name(old.name)}", frozenset({old.name}))
    if isinstance(change, Drop):
        return [dropped]
    own, after = constraint(part, names)
    made = Clause(part.table, f"ADD {own}", frozenset({part.name}), after=tuple(after))
    return [dropped, made] if isinstance(change, Alter) else [made]


_Writer = Callable[[Create | Drop | Alter, Part, Names], Iterable[Clause | str]]
_WRITERS = {
    Column: _column,
    Index: _index,
    Constraint: _constraint,
    Table: _table,
    Enum: enum,
    EnumValue: enum_value,
    Other: _other,
}
