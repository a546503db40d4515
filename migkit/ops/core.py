"""What a guarded operation does: found or made, by the shape that is there and the marks of the revision.

In an upgrade a mark is written before the DDL. When the upgrade runs again the first one stays, but what is done wins
over what was seen:

    create   nothing there: made. The wanted shape: found. Another shape: ShapeDiffers, or with `replace` mended:
             found where it was altered in place (columns, enums), made where it was made anew.
             An index that an earlier attempt of the same upgrade left is made anew
    drop     there: dropped. Nothing there: absent
    alter    the wanted shape: found. Another one: made
    rename   the old name there: made. The new one: found. Neither: absent

When an upgrade runs again, what the same revision later altered, dropped or renamed is left as it is. In a downgrade
a drop passes over what was found, a create over what was absent, an alter and a rename over what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn
from weakref import WeakSet

from migkit.model.changes import Column, Constraint, Index, Rename, Table
from migkit.ops import marks as kept
from migkit.ops.acts import Act, NotGuarded, Piece, Shape, ShapeDiffers, named, owners, subject
from migkit.ops.families import Family, family
from migkit.ops.where import Where, where
from migkit.reads import COMPARES

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection

_PLAIN: ContextVar[bool] = ContextVar("plain", default=False)
_BEGUN: WeakSet[Any] = WeakSet()  # the contexts whose scripts have their prelude


def perform(context: MigrationContext, acts: Iterable[Act]) -> None:
    """Do each act on the context's connection, or write the SQL that does it."""
    here = where(context)
    kin = family(here)
    for act in acts:
        if here.offline:
            _script(context, kin, here, act)
        else:
            _Doing(context, kin, here, act).run()


def execute(bind: Connection, sql: str) -> Any:
    """Send SQL as it is: a colon is no parameter, and a percent sign is itself with every driver. Gives the result."""
    from sqlalchemy import text

    return bind.execute(text(sql.replace(":", r"\:")))


def aside(bind: Connection, sql: str) -> None:
    """Send SQL about a temporary table that is there to be looked at: it is no statement of the revision's."""
    execute(bind, COMPARES + sql)


@contextmanager
def plainly() -> Iterator[None]:
    """Let what is written offline be the statements alone, as they are sent where they are due, for people to read."""
    token = _PLAIN.set(True)
    try:
        yield
    finally:
        _PLAIN.reset(token)


def _script(context: MigrationContext, kin: Family, here: Where, act: Act) -> None:
    plain = _plain(kin, act) if _PLAIN.get() else None
    if plain is not None:
        _write(context, plain)
        return
    if context not in _BEGUN:
        _BEGUN.add(context)
        _write(context, kin.prelude(here))
    statements = kin.guarded(here, act)
    if kin.alone(act):
        with context.autocommit_block():
            _write(context, statements)
    else:
        _write(context, statements)


def _plain(kin: Family, act: Act) -> tuple[str, ...] | None:
    """Give the statements of an act without its guards; None where they follow from what is there."""
    bind: Any = _Nobody()
    piece = act.piece
    try:
        if isinstance(piece, Rename):
            return kin.rename(piece)
        how = {"create": kin.make, "drop": kin.drop}.get(act.verb, kin.mend)
        return (*how(bind, piece), *act.then)
    except NotGuarded:
        return None


class _Nobody:
    """A connection that nobody may ask."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NotGuarded("what it does follows from what is there")


def _write(context: MigrationContext, statements: Iterable[str]) -> None:
    """Write SQL as it is: Alembic's own way would take tabs and percent signs for something else."""
    for sql in statements:
        context.impl.static_output(sql.strip() + context.impl.command_terminator)


class _Doing:
    """One act, on a server."""

    def __init__(self, context: MigrationContext, kin: Family, here: Where, act: Act) -> None:
        self.context, self.kin, self.here, self.act = context, kin, here, act
        self.marks = kept.read(self.bind, here.revision, here.direction)
        self.up = here.direction == "upgrade"
        if here.direction == "downgrade":
            kept.undo(self.bind, self.marks)

    @property
    def bind(self) -> Connection:
        """The connection, which an autocommit block replaces."""
        found = self.context.impl.bind
        assert found is not None, "a connection is there when it is not offline"
        return found

    def run(self) -> None:
        """Do it."""
        getattr(self, self.act.verb)(self.act.piece)

    def create(self, piece: Piece) -> None:
        name = subject(piece)
        if not self.up and self.marks.state("drop", name) == "absent":
            return
        here = self.kin.shape(self.bind, piece)
        later = self.marks.later("create", name) if self.up else ()
        if later and (here is not None or "rename" in later):
            return
        if here is not None and self.up and self._rewritten(piece):
            return
        if here is None:
            self._do(piece, (("create", name, "made"),), "make")
            return
        if isinstance(piece, Column):  # a place is no reason to fail: two columns behind the same one, run again
            unplaced = replace(piece, after=None)
            here, wanted = self.kin.shape(self.bind, unplaced) or {}, self.kin.wanted(self.bind, unplaced)
        else:
            wanted = self.kin.wanted(self.bind, piece)
        same = here == wanted or self._grown(piece, here, wanted)
        own_index = isinstance(piece, Index) and self.up and self.marks.state("create", name) == "made"
        if not (same or self.act.replace or own_index):
            raise ShapeDiffers(name, here, wanted)
        anew = not same and isinstance(piece, Table | Index | Constraint)
        self._do(piece, (("create", name, "made" if anew else "found"),), "" if same else "mend")

    def drop(self, piece: Piece) -> None:
        name = subject(piece)
        if not self.up and "found" in (self.marks.state("create", one) for one in owners(piece)):
            return
        there = self.kin.shape(self.bind, piece) is not None
        if self.up and there and self.marks.later("drop", name):
            return
        self._do(piece, (("drop", name, "dropped" if there else "absent"),), "drop" if there else "")

    def alter(self, piece: Piece) -> None:
        name = subject(piece)
        if not self.up and self.marks.state("alter", name) == "found":
            return
        if self.up and self.marks.later("alter", name):
            return
        here, wanted = self.kin.shape(self.bind, piece), self.kin.wanted(self.bind, piece)
        if here is None:
            raise ShapeDiffers(name, {"": "nothing"}, wanted, remedy="make it first")
        self._do(piece, (("alter", name, "found" if here == wanted else "made"),), "" if here == wanted else "mend")

    def rename(self, piece: Rename) -> None:
        old, new = named(piece, piece.old), named(piece, piece.new)
        if not self.up and self.marks.state("rename", new) in ("found", "absent"):
            return
        there = [self.kin.shape(self.bind, _of(piece, one)) is not None for one in (piece.old, piece.new)]
        if all(there):
            if self.up and self.marks.later("rename", old):
                return
            raise ShapeDiffers(old, {"": f"{old} and {new}"}, {"": new}, remedy="drop the one that is too many")
        state = "made" if there[0] else "found" if there[1] else "absent"
        marks = (("rename", old, state), ("renamed", new, state))
        self._do(piece, marks, "rename" if there[0] else "")

    def _rewritten(self, piece: Piece) -> bool:
        """Whether the server may have written it anew, since this upgrade changed a column of its table after it."""
        return isinstance(piece, Index | Constraint) and self.marks.column_later(subject(piece), piece.table)

    def _grown(self, piece: Piece, here: Shape, wanted: Shape) -> bool:
        """Whether a table that this upgrade has met before differs in what it added or changed there since."""
        if not (self.up and isinstance(piece, Table) and self.marks.state("create", subject(piece))):
            return False
        changed = self.marks.parts(piece.name)
        if self.marks.columns_changed(piece.name):  # the server wrote what stands on them anew
            wanted = {part: text for part, text in wanted.items() if not part.startswith(("constraint ", "index "))}
        return all(here.get(part) == text for part, text in wanted.items() if part not in changed)

    def _do(self, piece: Piece, marks: tuple[tuple[str, str, str], ...], how: str) -> None:
        """Write the marks, then send what `how` names."""
        if how and self.kin.alone(replace(self.act, piece=piece)):
            with self.context.autocommit_block():
                self._send(piece, marks, how)
        else:
            self._send(piece, marks, how)

    def _send(self, piece: Piece, marks: tuple[tuple[str, str, str], ...], how: str) -> None:
        if self.up:
            if not self.marks.there and self.marks.revision:
                execute(self.bind, self.kin.marks_table)
                self.marks.there = True
            for verb, name, state in marks:
                kept.write(self.bind, self.marks, verb, name, state)
        if not how:
            return
        statements = self.kin.rename(piece) if isinstance(piece, Rename) else getattr(self.kin, how)(self.bind, piece)
        for sql in (*statements, *self.act.then):
            execute(self.bind, sql)


def _of(piece: Rename, name: str) -> Piece:
    return Table(name) if piece.kind == "table" else Column(piece.table, name)
