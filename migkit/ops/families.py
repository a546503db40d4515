"""What the core asks of a family of products: what is there, what is wanted, and the SQL that makes the one the other.

A family is a module's value: `postgresql.FAMILY`, `sqlite.FAMILY`, `mysql.FAMILY` (which serves MariaDB too).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from migkit.model.changes import Rename
from migkit.ops.acts import Act, NotGuarded, Piece, Shape
from migkit.ops.where import Where

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_MODULES = {"postgresql": "postgresql", "sqlite": "sqlite", "mysql": "mysql", "mariadb": "mysql"}


class Family(Protocol):
    """One implementation per family. Statements are plain SQL: the core escapes what SQLAlchemy or a driver reads.

    A Rename comes to `rename` alone (the core asks for the shapes of a Column or Table of either name); a Row has the
    same shape for as long as its key is there. A Table always carries its `definition`, a whole CREATE TABLE, and an
    Index that was given with SQLAlchemy's own options a whole CREATE INDEX.
    """

    marks_table: str  # CREATE TABLE IF NOT EXISTS migkit_marks …, columns as in `marks`

    def literal(self, value: Any) -> str:
        """Write a Python value as a literal of a row: text, number, bytes, date, UUID, None, dict as JSON."""

    def alone(self, act: Act) -> bool:
        """Whether its statements have to run outside of a transaction."""

    def shape(self, bind: Connection, piece: Piece) -> Shape | None:
        """Read what is there under the piece's name; None where nothing is."""

    def wanted(self, bind: Connection, piece: Piece) -> Shape:
        """Let the server say what the piece would be: it is made on a temporary twin, and read by the same query."""

    def make(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give the SQL that makes it where it is not."""

    def drop(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give the SQL that drops it where it is; the piece may be no more than its name."""

    def mend(self, bind: Connection, piece: Piece) -> tuple[str, ...]:
        """Give the SQL that brings what is there to the wanted shape: `replace=True`, and alter_column_to.

        No row is lost by it: a column is altered, a table is made anew only while it is empty (else NotGuarded).
        """

    def rename(self, rename: Rename) -> tuple[str, ...]:
        """Give the SQL of a rename."""

    def prelude(self, where: Where) -> tuple[str, ...]:
        """Give what a script needs once, before its first guarded operation."""

    def guarded(self, where: Where, act: Act) -> tuple[str, ...]:
        """Give SQL that guards itself and keeps the marks, by the rules of `core`; NotGuarded where there is none.

        Each is sent to the script with the dialect's terminator after it, and nothing in it is changed.
        """


def family(where: Where) -> Family:
    """Give the family of the dialect; NotGuarded for a product that the kit does not know."""
    name = where.dialect.name
    if name not in _MODULES:
        raise NotGuarded(f"guarded operations know {', '.join(sorted(_MODULES))}, not {name}")
    return cast("Family", import_module(f"migkit.ops.{_MODULES[name]}").FAMILY)
