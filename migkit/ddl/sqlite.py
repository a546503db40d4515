"""Changes as SQLite's DDL: what ALTER TABLE can do there, and for the rest the table made anew.

ALTER TABLE adds a column, renames, and (3.35) drops one; everything else is the procedure of "Making Other Kinds Of
Table Schema Changes" (SQLite manual, ALTER TABLE), for which the table as it is must be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from migkit.ddl.clauses import cannot, known
from migkit.ddl.lexis import top
from migkit.ddl.names import Names
from migkit.ddl.sqlite_indexes import index_text
from migkit.ddl.sqlite_remade import created, made_anew
from migkit.ddl.sqlite_tables import applied, read, tables
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

__all__ = ["statements", "tables"]

_NOT_ADDED = frozenset({"PRIMARY", "UNIQUE", "STORED"})
_NOT_CONSTANT = frozenset({"CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"})


def statements(changes: Sequence[Change], names: Names, known_tables: Iterable[Table] = ()) -> list[str]:
    """Write the changes in their order; those of one table, one after the other, make it anew once at most."""
    there = {table.name: read(table) for table in known_tables}
    found: list[str] = []
    renamed: set[str] = set()
    for table, run in _runs(changes):
        now = there.get(table)
        if now is not None:
            for change in run:
                now = applied(now, change)
        if any(_needs_anew(change, there.get(table)) for change in run):
            if now is not None and now.triggers and table in renamed:
                raise cannot(now, names, "rename in a revision of its own: the table's triggers must be read after it")
            found += made_anew(*_whole(run, there.get(table), now, names), names)
        else:
            found += [statement for change in run for statement in _direct(change, names)]
        renamed |= {one.new if one.kind == "table" else one.table for one in run if isinstance(one, Rename)}
        _remember(there, table, run, now)
    return found


def _runs(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Give changes of one table that follow each other; what is about a whole table, or about none, is alone."""
    run: list[Change] = []
    for change in changes:
        if run and (_alone(change) or _alone(run[0]) or _table_of(run[0]) != _table_of(change)):
            yield _table_of(run[0]), run
            run = []
        run.append(change)
    if run:
        yield _table_of(run[0]), run


def _alone(change: Change) -> bool:
    return isinstance(change, Rename) or not isinstance(change.part, Column | Index | Constraint)


def _table_of(change: Change) -> str:
    if isinstance(change, Rename):
        return change.old if change.kind == "table" else change.table
    part = change.part
    return part.name if isinstance(part, Table) else str(getattr(part, "table", ""))


def _remember(there: dict[str, Table], name: str, run: Sequence[Change], now: Table | None) -> None:
    change = run[0]
    if now is not None:
        there[name] = now
    if isinstance(change, Rename) and change.kind == "table" and name in there:
        there[change.new] = there.pop(name)
    elif isinstance(change, Create | Alter) and isinstance(change.part, Table):
        there[name] = read(change.part)
    elif isinstance(change, Drop) and isinstance(change.part, Table):
        there.pop(name, None)


def _needs_anew(change: Change, table: Table | None) -> bool:
    if isinstance(change, Rename):
        return False
    part = change.part
    if isinstance(part, Constraint) or (isinstance(change, Alter) and isinstance(part, Column | Table)):
        return True
    if isinstance(part, Column) and isinstance(change, Create):
        last = table.columns[-1].name if table and table.columns else part.after
        return not _addable(part) or (table is not None and part.after is not None and part.after != last)
    return isinstance(part, Column) and table is not None and _in_the_way(part, table)


def _addable(part: Column) -> bool:
    """Whether ADD COLUMN takes it (SQLite manual, ALTER TABLE ADD COLUMN)."""
    tokens = [token for token in top(part.definition, "sqlite") if token.kind != "comment"]
    words = [token.upper for token in tokens]
    if _NOT_ADDED & set(words):
        return False
    value = tokens[words.index("DEFAULT") + 1] if "DEFAULT" in words[:-1] else None
    if value is not None and (value.kind == "group" or value.upper in _NOT_CONSTANT):
        return False
    not_null = ("NOT", "NULL") in pairwise(words)
    empty = value is None or value.upper == "NULL"
    return not (empty and not_null) and not ("REFERENCES" in words and not empty)


def _in_the_way(part: Column, table: Table) -> bool:
    """Whether a key or a constraint of the table may use the column, so that DROP COLUMN would refuse it."""
    texts = [one.definition for one in table.constraints]
    own = next((one.definition for one in table.columns if one.name == part.name), "")
    return any(part.name.lower() in text.lower() for text in texts) or any(
        token.upper in ("PRIMARY", "UNIQUE") for token in top(own, "sqlite")
    )


def _whole(run: Sequence[Change], was: Table | None, now: Table | None, names: Names) -> tuple[Table, Table]:
    """Give the table as it is and as it is wanted. Who says both whole says also what becomes of the triggers."""
    change = run[0]
    if isinstance(change, Alter) and isinstance(change.part, Table):
        present = change.was if isinstance(change.was, Table) else was
        if present is not None:
            return replace(read(present), triggers=()), read(change.part)
    if was is None or now is None:
        part = next(one.part for one in run if not isinstance(one, Rename) and _needs_anew(one, None))
        raise cannot(
            part, names, f"the table {_table_of(change)} has to be made anew: its whole definition must be known"
        )
    return was, now


def _direct(change: Change, names: Names) -> list[str]:
    if isinstance(change, Rename):
        if change.kind == "table":
            return [f"ALTER TABLE {names.table(change.old)} RENAME TO {names.name(names.parts(change.new)[-1])}"]
        table = names.table(change.table)
        return [f"ALTER TABLE {table} RENAME COLUMN {names.name(change.old)} TO {names.name(change.new)}"]
    part = change.part
    if isinstance(part, Other):
        return _other(change, part)
    if isinstance(part, Table):
        return [f"DROP TABLE {names.table(part.name)}"] if isinstance(change, Drop) else created(part, names)
    if isinstance(part, Column):
        verb = "DROP" if isinstance(change, Drop) else "ADD"
        definition = "" if isinstance(change, Drop) else f" {known(part, names)}"
        return [f"ALTER TABLE {names.table(part.table)} {verb} COLUMN {names.name(part.name)}{definition}"]
    if isinstance(part, Index):
        return _index(change, part, names)
    raise cannot(part, names, "a text column with a CHECK constraint is what SQLite has instead")


def _other(change: Create | Drop | Alter, part: Other) -> list[str]:
    if isinstance(change, Create):
        return list(part.create)
    was = change.was if isinstance(change, Alter) and isinstance(change.was, Other) else part
    return [*was.drop, *(part.create if isinstance(change, Alter) else ())]


def _index(change: Create | Drop | Alter, part: Index, names: Names) -> list[str]:
    old = change.was if isinstance(change, Alter) and isinstance(change.was, Index) else part
    drop = f"DROP INDEX {names.beside(old.table, old.name)}"
    if isinstance(change, Drop):
        return [drop]
    return [drop, index_text(part, names)] if isinstance(change, Alter) else [index_text(part, names)]
