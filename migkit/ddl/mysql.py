"""Changes as the DDL of MySQL and MariaDB: what concerns one table goes into one ALTER, done whole or not at all.

DDL commits by itself there: a revision of two statements that fails in the second one leaves the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from migkit.ddl.clauses import Clause, Unknown, cannot, gathered, known, listed, named_index, table_text, wanted
from migkit.ddl.names import Names
from migkit.model import (
    Alter,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Index,
    Other,
    Rename,
    Table,
)

_OWN_INDEX = re.compile(r"((?:UNIQUE |FULLTEXT |SPATIAL |VECTOR )?(?:KEY|INDEX))\s*(?=\()", re.IGNORECASE)
_OPTION = re.compile(r"((?:DEFAULT )?[A-Z_]+(?: DIRECTORY)?)=('(?:[^'\\]|\\.|'')*'|\([^)]*\)|[^\s']+)", re.DOTALL)
_GONE = {"COMMENT": "''", "CONNECTION": "''", "AVG_ROW_LENGTH": "0", "MAX_ROWS": "0", "MIN_ROWS": "0"}
_GONE |= {"KEY_BLOCK_SIZE": "0", "CHECKSUM": "0", "DELAY_KEY_WRITE": "0", "COMPRESSION": "''", "ENCRYPTION": "'N'"}


def statements(changes: Sequence[Change], names: Names, _tables: Iterable[Table] = ()) -> list[str]:
    """Write the changes in their order."""
    pieces: list[Clause | str] = []
    for change in changes:
        pieces += _pieces(change, names)
    return gathered(pieces, names)


def _pieces(change: Change, names: Names) -> list[Clause | str]:
    if isinstance(change, Rename):
        return _renamed(change, names)
    part = change.part
    if isinstance(part, Other):
        return [*_other(change, part)]
    if isinstance(part, Table):
        return [*_table(change, part, names)]
    if isinstance(part, Column):
        return [_column(change, part, names)]
    if isinstance(part, Index):
        return _index(change, part, names)
    if isinstance(part, Constraint):
        return _constraint(change, part, names)
    raise cannot(part, names, "change the whole column that has the values: Alter(Column)")


def _other(change: Create | Drop | Alter, part: Other) -> list[str]:
    if isinstance(change, Create):
        return list(part.create)
    if isinstance(change, Drop):
        return list(part.drop)
    was = change.was if isinstance(change.was, Other) else part
    return [*was.drop, *part.create]


def _renamed(change: Rename, names: Names) -> list[Clause | str]:
    if change.kind == "table":
        return [f"ALTER TABLE {names.table(change.old)} RENAME TO {names.table(change.new)}"]
    clause = f"RENAME COLUMN {names.name(change.old)} TO {names.name(change.new)}"
    return [Clause(change.table, clause, frozenset({change.old, change.new}), rename=True)]


def _table(change: Create | Drop | Alter, part: Table, names: Names) -> list[str]:
    if isinstance(change, Drop):
        return [f"DROP TABLE {names.table(part.name)}"]
    if isinstance(change, Alter):
        was = change.was.options if isinstance(change.was, Table) else ""
        return [f"ALTER TABLE {names.table(part.name)} {_options(part.options, was)}"]
    if part.definition:
        return [part.definition, *statements([Create(one) for one in part.indexes], names)]
    items = [f"{_index_text(one, names)}" for one in part.indexes]
    return [table_text(part, names, items, part.options)]


def _options(now: str, was: str) -> str:
    """Write the options that are wanted, and undo those that are gone."""
    kept = {match[1].removeprefix("DEFAULT ") for match in _OPTION.finditer(now)}
    gone = (match[1].removeprefix("DEFAULT ") for match in _OPTION.finditer(was))
    undone = [f"{one}={_GONE.get(one, 'DEFAULT')}" for one in gone if one not in kept | {"AUTO_INCREMENT"}]
    return " ".join((*filter(None, (now,)), *undone))


def _column(change: Create | Drop | Alter, part: Column, names: Names) -> Clause:
    name = names.name(part.name)
    if isinstance(change, Drop):
        return Clause(part.table, f"DROP COLUMN {name}", frozenset({part.name}))
    was = change.was if isinstance(change, Alter) and isinstance(change.was, Column) else None
    place = "" if was and was.after == part.after else _place(part, names)
    verb = "ADD" if isinstance(change, Create) else "MODIFY"
    touched = frozenset({part.name, part.after or part.name})
    return Clause(part.table, f"{verb} COLUMN {name} {known(part, names)}{place}", touched)


def _place(part: Column, names: Names) -> str:
    if part.after is None:
        return ""
    return f" AFTER {names.name(part.after)}" if part.after else " FIRST"


def _index(change: Create | Drop | Alter, part: Index, names: Names) -> list[Clause | str]:
    table, touched = names.table(part.table), frozenset({part.name})
    drop = "PRIMARY KEY" if part.name == "PRIMARY" else f"INDEX {names.name(part.name)}"
    dropped = Clause(part.table, f"DROP {drop}", touched, f"DROP {drop} ON {table}" if drop[0] == "I" else "")
    if isinstance(change, Drop):
        return [dropped]
    alone = "" if part.definition else f"CREATE {_plain_index(part, names, f' ON {table}')}"
    made = Clause(part.table, f"ADD {_index_text(part, names)}", touched, alone)
    return [made] if isinstance(change, Create) else [dropped, made]


def _index_text(part: Index, names: Names) -> str:
    """Write an index as it stands in CREATE TABLE, or after ADD."""
    if not part.definition:
        return _plain_index(part, names, "")
    own = wanted(part.definition, names, f"the index {part.name}")
    return own if own.upper().startswith("PRIMARY KEY") else named_index(own, _OWN_INDEX, names.name(part.name))


def _plain_index(part: Index, names: Names, on: str) -> str:
    if part.where:
        raise cannot(part, names, f"{names.engine.product} has no partial indexes: leave the condition out")
    using = f" USING {part.using}" if part.using else ""
    return f"{'UNIQUE ' * part.unique}INDEX {names.name(part.name)}{on} ({listed(part, names)}){using}"


def _constraint(change: Create | Drop | Alter, part: Constraint, names: Names) -> list[Clause | str]:
    was = change.was if isinstance(change, Alter) and isinstance(change.was, Constraint) else part
    touched = frozenset({part.name or was.kind})
    dropped = Clause(part.table, f"DROP {_dropped(was, names)}", touched, lasting=_lasting(was))
    if isinstance(change, Drop):
        return [dropped]
    if not part.definition:
        raise Unknown(part)
    own = wanted(part.definition, names, f"the constraint {part.name}")
    bare = part.kind == "primary key" or not part.name
    made = Clause(
        part.table,
        f"ADD {own if bare else f'CONSTRAINT {names.name(part.name)} {own}'}",
        touched,
        lasting=_lasting(part),
    )
    return [made] if isinstance(change, Create) else [dropped, made]


def _lasting(part: Constraint) -> frozenset[str]:
    """Give the name that stays taken: a foreign key's (1826; on MariaDB 1005, errno 121), no other's."""
    return frozenset() if part.kind in ("primary key", "unique", "check") else frozenset({part.name})


def _dropped(part: Constraint, names: Names) -> str:
    name = names.name(part.name)
    if part.kind == "primary key" or part.name == "PRIMARY":
        return "PRIMARY KEY"
    return f"{ {'foreign key': 'FOREIGN KEY', 'unique': 'INDEX'}.get(part.kind, 'CONSTRAINT') } {name}"
