"""What the server says of the objects that a statement names, before it and afterwards, and of its session."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.journal.differing import kept
from migkit.journal.turn import turn
from migkit.ledger import several
from migkit.model import Engine
from migkit.model.script import Act, Kind, Reading, Span
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_TABLES = frozenset({Kind.create_table, Kind.drop_table, Kind.rename_table, Kind.alter_table, Kind.add_column})
_TABLES |= {Kind.drop_column, Kind.alter_column, Kind.rename_column, Kind.create_index, Kind.drop_index}
_TABLES |= {Kind.rename_index, Kind.add_constraint, Kind.drop_constraint, Kind.validate_constraint}
_TYPES = frozenset({Kind.create_type, Kind.drop_type, Kind.rename_type, Kind.add_value, Kind.rename_value})
_OTHERS = {"procedure": "routine", "function": "routine", "trigger": "trigger", "event": "event"}
_TABLE_LIKE = frozenset({"view", "materialized view", "sequence", "foreign table"})
# what changes rows, or where they are, and maybe no definition
_UNSEEN = re.compile(
    r"\b(EXCHANGE|TRUNCATE|IMPORT|DISCARD|REFRESH|REINDEX|CLUSTER|VACUUM|ALTER\b.*\bTYPE\b.*\bUSING)\b",
    re.IGNORECASE | re.DOTALL,
)
_LARGEST = 200_000  # characters of a statement that is read for names


class Eyes:
    """What the kit's own session sees; without one, or where it may not look, nothing is guessed."""

    def __init__(self, engine: Engine, connection: Connection | None) -> None:
        self._engine = engine
        self._ledger = login.console(engine).ledger()
        self._connection = connection
        self._sessions: dict[int, str] = {}
        self._place = ""

    def commits(self, sql: str) -> bool:
        """Whether the server commits a statement by itself, whatever transaction is open."""
        return self._ledger.commits(sql)

    def parts(self, sql: str, *, within: bool) -> bool:
        """Whether a part of a statement may be committed and the rest not; `within` an open transaction, or alone.

        Where DDL is part of a transaction, code on the server cannot end one that it did not begin.
        """
        return self._ledger.parts(sql) and not (within and self._engine.transactional_ddl and not several(sql))

    def loose(self) -> frozenset[str]:
        """Name the tables whose rows are in no transaction. Raises whatever the driver does."""
        return (
            frozenset(str(row[0]) for row in self.ask(self._ledger.loose_sql))
            if self._ledger.loose_sql
            else frozenset()
        )

    def answered(self, error: Exception) -> bool:
        """Whether a driver's error is the server's word on a statement; the connection was lost otherwise."""
        return login.console(self._engine).lease().answered(error)

    def undone(self, error: Exception) -> bool:
        """Whether an error says that what the transaction held since its last savepoint is taken back already."""
        return self._ledger.undone(error)

    def session(self, number: int | None) -> str:
        """Give the name of the server's session `number`, which no later one will have; "" where it is not known."""
        if number is None or self._connection is None:
            return "" if number is None else str(number)
        if number not in self._sessions:
            self._sessions[number] = str(number)
            with contextlib.suppress(Exception):  # it may not look
                self._sessions[number] = self._ledger.session(self.ask, number)
        return self._sessions[number]

    def before(self, sql: str) -> Mapping[str, str | None]:
        """Give what the objects whose definition a statement changes look like now, None for what is not there.

        Nothing where not all of them can be said.
        """
        return self.looked(named(sql, self._engine)) if self._connection is not None else {}

    def looked(self, names: Iterable[str]) -> dict[str, str | None]:
        """Look at objects, each a kind and a name; what cannot be seen is left out."""
        found: dict[str, str | None] = {}
        for name in names:
            with contextlib.suppress(Exception):  # whatever class the driver uses: it may not look, or has to wait
                found[name] = self._look(name)
        return found

    def doing(self, sessions: Iterable[str], lock: str) -> dict[str, str | None]:
        """Say what each session is at work on, "" for nothing, None where it is gone; left out if it cannot be told.

        A session of another login may not be seen, and is known by the release's `lock`, which it says it works under.
        """
        found: dict[str, str | None] = {}
        workers: set[str] = set()
        with contextlib.suppress(Exception):  # as above
            workers = {str(row[0]) for row in self.ask(login.console(self._engine).lease().workers(lock))}
        for session in sessions:
            with contextlib.suppress(Exception):  # as above
                said = self._ledger.doing(self.ask, session)
                found[session] = "" if said is None and session.partition(" ")[0] in workers else said
        return found

    def ask(self, sql: str) -> Sequence[Sequence[Any]]:
        """Give the rows of an answer. Raises whatever the driver does."""
        assert self._connection is not None
        with turn(self._connection), contextlib.closing(self._connection.connection.cursor()) as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def _look(self, name: str) -> str | None:
        kind, _blank, bare = name.partition(" ")
        written = ".".join(map(self._engine.quote, bare.split(".", 1)))
        self._place = self._place or str(self.ask(self._ledger.place_sql)[0][0])
        literals = {"place": self._place, "name": bare, "written": written}
        asked = {key: self._ledger.text(value) for key, value in literals.items()} | {"quoted": written}
        try:
            rows = self.ask(self._ledger.looks[kind].format(**asked))
        except Exception as error:
            if self._ledger.missing(error):
                return None
            raise
        lines = [" ".join(str(cell) for cell in row[1:] if cell is not None) for row in rows]
        return kept(masked_text(self._ledger.normal("\n".join(lines)))) if rows else None


def named(sql: str, engine: Engine) -> tuple[str, ...]:
    """Give the objects whose definition a statement changes, as `kind name`: () where not all of them can be said."""
    from migkit import sql as reading

    if len(sql) > _LARGEST or _UNSEEN.search(sql):
        return ()
    sentences = reading.read(sql, engine.family, lambda _start, _end: Span(1))
    if len(sentences) != 1 or sentences[0].reading is not Reading.whole:
        return ()  # of several statements in one, some may be done
    found: dict[str, None] = {}
    for act in sentences[0].acts:
        names = _objects(act, login.console(engine).ledger().looks)
        if not names:
            return ()
        found |= dict.fromkeys(names)
    return tuple(found)


def _objects(act: Act, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Give the objects that an act changes; () where they are not known."""
    if act.kind in _TABLES:
        names = (act.table or act.name, act.new if act.kind is Kind.rename_table else "")
        return tuple(f"table {name}" for name in names if name)
    if act.kind in _TYPES:
        return tuple(f"type {name}" for name in (act.name, act.new if act.kind is Kind.rename_type else "") if name)
    if act.kind in (Kind.create_other, Kind.drop_other):
        kind = "table" if act.item in _TABLE_LIKE else _OTHERS.get(act.item, "")
        return (f"{kind} {act.name}",) if kind in kinds and act.name else ()
    return ()
