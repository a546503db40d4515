"""PostgreSQL: what is there and what is wanted, asked of the server; the SQL is `migkit.ddl`'s."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migkit.engines import POSTGRESQL
from migkit.model import Engine
from migkit.model.changes import Alter, Column, Constraint, Enum, EnumValue, Index, Rename, Table
from migkit.ops import postgresql_prelude
from migkit.ops import postgresql_script as script
from migkit.ops.acts import Act, NotGuarded, Piece, Row, Shape, subject
from migkit.ops.core import aside, execute
from migkit.ops.literals import literal
from migkit.ops.postgresql_shape import OWN, USERS, filled
from migkit.ops.postgresql_twin import Twin, once_more, read_again, twin
from migkit.ops.postgresql_words import NAMES, asked, binary, created, dropped, mended, row, stated, written
from migkit.ops.postgresql_words import literal as text
from migkit.ops.where import Where

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LABEL = """SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)"""
_VALUES = "SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype($1) ORDER BY enumsortorder"


class PostgreSQL:
    """PostgreSQL 12 to 18, with psycopg, psycopg2 or asyncpg."""

    marks_table = postgresql_prelude.MARKS_TABLE

    def literal(self, value: Any) -> str:
        """Write a value of a row."""
        return literal(value, binary, text)

    def alone(self, act: Act) -> bool:
        """Say so of CONCURRENTLY, and of a value, which could not be used in the transaction that adds it."""
        piece = act.piece
        if isinstance(piece, EnumValue):
            return act.verb == "create"
        return isinstance(piece, Index) and piece.concurrently

    def shape(self, bind: Connection, piece: Piece) -> Shape | None:
        """Read one JSON object of parts."""
        if isinstance(piece, Rename):
            return None
        if isinstance(piece, Row):
            there = _one(bind, f"SELECT to_regclass({text(NAMES.table(piece.table))}) IS NOT NULL")
            return _json(bind, row(piece)) if there else None
        return _json(bind, asked(piece).query)

    def wanted(self, bind: Connection, piece: Piece) -> Shape:
        """Make it on a twin in pg_temp, which is dropped again; enums, values, extensions and rows need none."""
        if not isinstance(piece, Table | Column | Index | Constraint):
            assert not isinstance(piece, Rename), "a rename has no shape"
            return stated(piece)
        apart, here = twin(piece), self.shape(bind, piece) or {}  # the twin hides the table from here on
        _begin(bind, apart)
        found = _json(bind, asked(piece, f"pg_temp.{apart.name}").query)
        assert found is not None, "what was just made is there"
        meant = {part: _meant(bind, apart, part, found, here) for part in found}
        aside(bind, apart.drop)
        return meant

    def make(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give `migkit.ddl`'s statements."""
        assert not isinstance(piece, Rename), "a rename is not made"
        return created(piece)

    def drop(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Drop it; a value of an enum goes with its type, which another one replaces."""
        assert not isinstance(piece, Rename), "a rename is not dropped"
        if isinstance(piece, EnumValue):
            present = _values(bind, piece.enum)
            kept = tuple(value for value in present if value != piece.value)
            return _swapped(bind, Enum(piece.enum, kept), present)
        return dropped(piece)

    def mend(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Alter a column and an enum, make an index or a constraint anew, and a table where it is empty."""
        if isinstance(piece, Table):
            if _one(bind, script.holds_rows(piece)):
                raise NotGuarded(f"{subject(piece)} is there with another shape and with rows: it is not made anew")
            return (*dropped(piece), *created(piece))
        if isinstance(piece, Enum):
            return _swapped(bind, piece, _values(bind, piece.name))
        if isinstance(piece, Column):
            part = f"column {piece.name}"
            present = (self.shape(bind, replace(piece, definition="")) or {})[part]
            wanted = self.wanted(bind, piece)  # in the server's words, so that a type that is the same is not set
            own = piece if len(wanted) > 1 or OWN in wanted[part] else replace(piece, definition=wanted[part])
            return mended(own, Column(piece.table, piece.name, present), _engine(bind))
        if isinstance(piece, Index | Constraint):
            return mended(piece)
        raise NotGuarded(f"{subject(piece)} is there with another shape, which cannot be mended")

    def rename(self, rename: Rename) -> tuple[str, ...]:
        """Rename a column or a table."""
        return written(rename)

    def prelude(self, where: Where) -> tuple[str, ...]:
        """Give the functions of a script's session."""
        return postgresql_prelude.prelude()

    def guarded(self, where: Where, act: Act) -> tuple[str, ...]:
        """Give a DO block, or two with CONCURRENTLY between them."""
        return script.guarded(where, act)


FAMILY = PostgreSQL()


def _begin(bind: Connection, apart: Twin) -> None:
    """Make the twin; which tables they are twins of is asked before they hide them."""
    label = _one(bind, filled(_LABEL, [text(apart.table)]))
    for parent, name in apart.parents:
        said = _one(bind, filled(_LABEL, [text(parent)]))
        aside(bind, f"CREATE TEMP TABLE {name} (LIKE {parent} INCLUDING INDEXES)")
        aside(bind, f"COMMENT ON TABLE pg_temp.{name} IS {text(said)}")
    for sql in (apart.first, f"COMMENT ON TABLE pg_temp.{apart.name} IS {text(label)}", *apart.wanted):
        aside(bind, sql)


def _meant(bind: Connection, apart: Twin, part: str, wanted: Shape, here: Shape) -> str:
    """Give what is there, where that is only another text of what is wanted (see `postgresql_twin.read_again`)."""
    if not read_again(part, wanted, here):
        return wanted[part]
    twice = []
    for said in (here[part], wanted[part]):
        again = once_more(apart, part, said)
        for sql in created(again):
            aside(bind, sql)
        found = _json(bind, asked(again, f"pg_temp.{apart.name}").query)
        twice.append(found)
        for sql in dropped(again):
            aside(bind, sql)
    return here[part] if twice[0] == twice[1] else wanted[part]


def _values(bind: Connection, enum: str) -> tuple[str, ...]:
    return tuple(found[0] for found in execute(bind, filled(_VALUES, [text(NAMES.table(enum))])))


def _swapped(bind: Connection, wanted: Enum, present: tuple[str, ...]) -> tuple[str, ...]:
    """Give an enum other values: by another type, where one of them goes or moves."""
    rows = execute(bind, filled(USERS, [text(NAMES.table(wanted.name))]))
    users = tuple(Column(found[0], found[1], found[2] + (f" DEFAULT {found[3]}" if found[3] else "")) for found in rows)
    return written(Alter(replace(wanted, users=users), Enum(wanted.name, present)), _engine(bind))


def _engine(bind: Connection) -> Engine:
    version = bind.dialect.server_version_info
    return replace(POSTGRESQL, version=str(version[0])) if version else POSTGRESQL


def _json(bind: Connection, query: str) -> Shape | None:
    found = _one(bind, f"SELECT CAST(({query}) AS text)")
    return json.loads(found) if found else None


def _one(bind: Connection, query: str) -> Any:
    return execute(bind, query).scalar()
