"""The table of marks: what each revision's operations found, made, dropped or missed.

    place     counts the marks of a revision, from 1
    verb      create, drop, alter, rename (object is the old name), renamed (object is the new one)
    state     found or made; of a drop absent or dropped
    undone    1 once a downgrade of the revision has begun: the next upgrade does not see the mark

A mark is written before its DDL. The table is in the connection's default schema, made when first needed and never
dropped; snapshots, checksums and autogenerate leave it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migkit.catalog import MARKS
from migkit.ops.acts import Verb
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_DONE = ("made", "dropped")
_COLUMNS = ("revision", "place", "verb", "object", "state", "undone")


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of the table, its revision and object aside."""

    place: int
    state: str


class Marks:
    """The marks of one revision, those that are undone left out where an upgrade asks."""

    def __init__(self, revision: str, known: Mapping[tuple[str, str], Mark], *, there: bool) -> None:
        self.revision = revision
        self.known = dict(known)
        self.there = there

    def state(self, verb: str, name: str) -> str:
        """Give the state of a mark; "" without one."""
        mark = self.known.get((verb, name))
        return mark.state if mark else ""

    def later(self, verb: Verb, name: str) -> frozenset[str]:
        """Give the verbs of what this revision did to the same object after it did this; () where it has not yet."""
        own = self.known.get((verb, name))
        if own is None:
            return frozenset()
        kind, _, of = name.partition(" ")
        values = f"value {of}." if kind == "column" else f"{name}\0"  # of an enum that is a column
        touched = [(v, mark) for (v, n), mark in self.known.items() if n == name or n.startswith(values)]
        return frozenset(v for v, mark in touched if mark.place > own.place)

    def column_later(self, name: str, table: str) -> bool:
        """Whether this revision has done something to a column of the table since it created `name`."""
        own = self.known.get(("create", name))
        begins = f"column {table}."
        return own is not None and any(n.startswith(begins) and m.place > own.place for (_, n), m in self.known.items())

    def columns_changed(self, table: str) -> bool:
        """Whether this revision has altered, renamed or dropped a column of the table."""
        begins = f"column {table}."
        return any(v in ("alter", "drop", "rename") and name.startswith(begins) for v, name in self.known)

    def parts(self, table: str) -> frozenset[str]:
        """Name the parts of a table that this revision has touched, `column id`, as a Shape does."""
        touched = (name.partition(" ") for _verb, name in self.known)
        own = ((kind, name.removeprefix(f"{table}.")) for kind, _, name in touched if name.startswith(f"{table}."))
        return frozenset(
            f"column {name.partition('.')[0]}" if kind == "value" else f"{kind} {name}" for kind, name in own
        )


def read(bind: Connection, revision: str, direction: str) -> Marks:
    """Read the marks of a revision; none where the table is not there, or where no revision runs."""
    import sqlalchemy as sa

    if not revision or not sa.inspect(bind).has_table(MARKS):
        return Marks(revision, {}, there=False)
    table = _table()
    query = table.select().where(table.c.revision == revision)
    if direction == "upgrade":
        query = query.where(table.c.undone == 0)
    rows = bind.execute(query).fetchall()
    return Marks(revision, {(row[2], row[3]): Mark(int(row[1]), row[4]) for row in rows}, there=True)


def write(bind: Connection, marks: Marks, verb: str, name: str, state: str) -> None:
    """Write a mark; the table is there. The first one stays, but for what is done now and was only seen before."""
    known = marks.known.get((verb, name))
    if not marks.revision or (known and state not in _DONE):
        return
    table = _table()
    same = (table.c.revision == marks.revision) & (table.c.verb == verb) & (table.c.object == name)
    bind.execute(table.delete().where(same))  # or what a downgrade has undone
    place = known.place if known else max((mark.place for mark in marks.known.values()), default=0) + 1
    values = (marks.revision, place, verb, name, state, 0)
    bind.execute(table.insert().values(dict(zip(_COLUMNS, values, strict=True))))
    marks.known[verb, name] = Mark(place, state)


def undo(bind: Connection, marks: Marks) -> None:
    """Say that a downgrade of the revision has begun; a second run of it still reads the marks."""
    if marks.there and marks.known:
        table = _table()
        mine = (table.c.revision == marks.revision) & (table.c.undone == 0)
        bind.execute(table.update().where(mine).values(undone=1))


def _table() -> Any:
    import sqlalchemy as sa

    return sa.table(MARKS, *map(sa.column, _COLUMNS))
