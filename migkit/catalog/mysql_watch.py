"""Asks MySQL which tables may have changed since they were last read, and which hold rows.

The server re-prepares a prepared statement when the definition of a table in it is no longer the one that the
statement was prepared with, whoever changed it and however (the manual, "Caching of Prepared Statements and
Stored Programs"), and counts that. So each group of tables has a statement of its own, and a group whose count
stands still needs no SHOW CREATE. Opening a table anew counts as well, which only costs a reading.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from migkit.catalog.mysql_ddl import quote
from migkit.catalog.mysql_session import Refused, Row, Session
from migkit.values import dataclass

_GROUP = 5
_COUNTS = (
    "SELECT GROUP_CONCAT(statement_name, '=', count_reprepare) FROM performance_schema.prepared_statements_instances"
    " WHERE owner_thread_id = PS_CURRENT_THREAD_ID()"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Which tables have to be read again, and which hold rows."""

    changed: frozenset[str]
    filled: frozenset[str]


class Watch:
    """Watches tables in groups of five; where the server does not count, every table is always `changed`."""

    def __init__(self, session: Session, *, possible: bool) -> None:
        self._session = session
        self._possible = possible
        self._groups: dict[str, tuple[str, ...]] = {}
        self._counts: dict[str, str] = {}
        self._made = 0

    def ask(self, tables: Sequence[str]) -> Answer:
        """Give what may have changed since the last call; a table that is new here has changed."""
        if not self._possible:
            return Answer(frozenset(tables), self._filled(tables))
        try:
            loose = self._regroup(tables)
            return self._understood(tables, loose, self._session.batch(self.questions()))
        except Refused:
            self.forget()
            return Answer(frozenset(tables), self._filled(tables))

    def questions(self) -> list[str]:
        """Give the statements whose results `answer` reads, to be sent with others; none where it must be `ask`."""
        if not self._groups:
            return []
        bits = ", ".join(f"@{name}" for name in self._groups)
        return [*(f"EXECUTE {name}" for name in self._groups), f"SELECT CONCAT_WS(',', {bits}), ({_COUNTS})"]

    def answer(self, tables: Sequence[str], results: Sequence[tuple[Row, ...]]) -> Answer | None:
        """Read the results of `questions`; None where tables came or went since, or it was not answered."""
        if not results or {table for members in self._groups.values() for table in members} != set(tables):
            return None
        return self._understood(tables, (), results)

    def forget(self) -> None:
        """Give up every statement; all tables have changed then."""
        drops = [f"DEALLOCATE PREPARE {name}" for name in self._groups]
        self._groups, self._counts = {}, {}
        for drop in drops:
            try:
                self._session.rows(drop)
            except Refused:  # a statement that could not be prepared again is gone already
                continue

    def _understood(self, tables: Sequence[str], loose: Collection[str], results: Sequence[tuple[Row, ...]]) -> Answer:
        if not self._groups:
            return Answer(frozenset(tables), frozenset())
        bits, counted = results[-1][0]
        counts = dict(one.split("=") for one in str(counted or "").split(",") if one)
        changed = set(loose)
        if not counts.keys() >= self._groups.keys():
            self._possible = False
            changed = set(tables)
        for name, members in self._groups.items():
            if counts.get(name) != self._counts.get(name, "0"):
                changed |= set(members)
        self._counts = counts
        return Answer(frozenset(changed), _filled(list(self._groups.values()), str(bits).split(",")))

    def _regroup(self, tables: Sequence[str]) -> set[str]:
        """Make new groups of the tables that are in none, of the remains of broken groups, and of small groups."""
        present = set(tables)
        broken = [name for name, members in self._groups.items() if not present.issuperset(members)]
        watched = {table for name in self._groups if name not in broken for table in self._groups[name]}
        if present - watched:
            broken += [n for n, members in self._groups.items() if len(members) < _GROUP and n not in broken]
        for name in broken:
            watched -= set(self._groups.pop(name))
            self._counts.pop(name, None)
        loose = [table for table in tables if table not in watched]
        statements = [f"DEALLOCATE PREPARE {name}" for name in broken]
        groups = [tuple(loose[start : start + _GROUP]) for start in range(0, len(loose), _GROUP)]
        statements += [self._prepare(group) for group in groups]
        self._session.batch(statements)
        return set(loose)

    def _prepare(self, members: tuple[str, ...]) -> str:
        self._made += 1
        name = f"migkit_watch_{self._made}"
        self._groups[name] = members
        return f"PREPARE {name} FROM {self._session.literal(f'{_exists(members)} INTO @{name}')}"

    def _filled(self, tables: Sequence[str]) -> frozenset[str]:
        if not tables:
            return frozenset()
        try:
            return _filled([tables], [self._session.rows(_exists(tables))[0][0]])
        except Refused:  # one of them cannot be read (its tablespace is discarded, its engine is gone)
            halves = (tables[: len(tables) // 2], tables[len(tables) // 2 :])
            return frozenset().union(*map(self._filled, halves)) if len(tables) > 1 else frozenset()


def _exists(tables: Sequence[str]) -> str:
    """Give a SELECT of one text of 0 and 1, in the order of `tables`; MariaDB's CONCAT would give it as bytes."""
    tests = ", ".join(f"EXISTS(SELECT 1 FROM {quote(table)})" for table in tables)  # noqa: S608  # quoted names
    return f"SELECT CONVERT(CONCAT({tests}) USING utf8mb4)"  # quoted names


def _filled(groups: Sequence[Sequence[str]], answers: Sequence[str]) -> frozenset[str]:
    return frozenset(
        table
        for members, bits in zip(groups, answers, strict=True)
        for table, bit in zip(members, bits, strict=True)
        if bit == "1"
    )
