"""What the kit asks of a database in order to put rows into its tables: one implementation per family beside this."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from migkit.rows.schema import Held, Row, Table
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """Ask of a table how many rows it has, which of its columns in `varied` are alike, and values of some rows.

    Those are the values of `columns` in at most `limit` rows, ordered by them, so that the same rows give the same
    answer; no rows are asked for where there are no `columns`.
    """

    table: Table
    columns: tuple[str, ...]
    varied: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Put:
    """Rows for tables, all of them or none. In a `circle` they refer to one another, to later ones too.

    A row names every column of its table that is not generated.
    """

    rows: Mapping[str, Sequence[Row]]
    circle: bool = False


class Store(Protocol):
    """A database as its administrator sees it, with settings under which a value is taken as it is or refused."""

    def tables(self, exclude: Collection[str]) -> Mapping[str, Table]:
        """Read the tables that are there now, but those in `exclude`."""

    def held(self, questions: Sequence[Question]) -> Mapping[str, Held]:
        """Answer the questions, by table."""

    def put(self, puts: Sequence[Put]) -> Sequence[str]:
        """Put rows in, each Put whole or not at all; give of each why it was refused, "" where it was not."""

    def commit(self) -> None:
        """Commit all that was put in; what counts up goes on after the highest value."""

    def close(self) -> None:
        """Close every connection; what was not committed is gone. Safe to call twice."""
