"""The journal of one release: each line goes to the file, onto the disk, and to the target's table where there is one.

Before a statement its line is on the disk, and after it too; nothing of a release runs that the file does not know. A
table that fails is said once, and the file goes on alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.alembic_io.cursors import autocommits, driver_connection, session_number
from migkit.alembic_io.cursors import pending as still_open
from migkit.journal import file, table
from migkit.journal.evidence import Eyes
from migkit.journal.held import Held
from migkit.model import Direction, Event, Revision
from migkit.model.release import Entry, Kind, Run
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Tell = Callable[[Event], None]
_PATIENCE = 1.0  # seconds for which the table may not know of what an open transaction holds
_HOW = ("marked", "lost", "undone")  # facts of a line whose mark failed
_LONGEST = 100_000  # characters of a statement that are written down; its hash is that of the whole


class Journal:
    """The open journal of a schema's target; made by `opened`, used by the thread that made it.

    `begin` comes first and `ended` last. A revision begins with `revision`, also where it is begun anew; each of its
    statements has `sent`, then `done` or `failed`, or `passed` alone; `committed` ends it. TargetError is raised where
    the file cannot be written: nothing more may be sent then.
    """

    def __init__(
        self, written: file.File, kept: table.Table | None, eyes: Eyes, tell: Tell, *, transactional: bool
    ) -> None:
        self.path: Path = written.path
        self._file = written
        self._table = kept
        self._eyes = eyes
        self._tell = tell
        self._run = ""
        self._seq = 0
        self._behind: list[Entry] = []  # what the table has not been told yet
        self._told = 0.0  # when it was told something last
        self._transactional = transactional
        self._revision = ""
        self._held: dict[str, Held] = {}  # by session: what an open transaction holds of it

    @property
    def has_table(self) -> bool:
        """Whether the target's table takes lines: then rows of an open transaction are marked in it."""
        return self._table is not None

    def begin(self, run: Run) -> None:
        """Write down that a run begins: who, from where, what."""
        self._run, self._seq = run.id, 0
        self._add(self._entry(Kind.run, facts={**asdict(run), "table": self.has_table}))

    def revision(self, revision: Revision, direction: Direction, text: str, statements: int | None = None) -> None:
        """Write down that a revision begins, or begins anew: nothing of it is open then.

        `text` is the hash of its file, `statements` how many it is planned to send, None where that is not known.
        """
        self._revision = revision.id
        self._held.clear()  # what was open was taken back
        facts = {"direction": direction, "text": text, "title": revision.title, "statements": statements}
        self._later(self._entry(Kind.revision, revision.id, facts=facts))

    def sent(  # what is known of a statement
        self, revision: Revision, number: int, sql: str, hash_: str, connection: Connection, *, several: bool = False
    ) -> None:
        """Write down that a statement goes to the server now, over the SQLAlchemy connection of the migration.

        With `several` it goes there once for each of its parameters.
        """
        self.sees(connection)
        session, open_ = self._session(connection), still_open(driver_connection(connection))
        commits = self._eyes.commits(sql) or (bool(autocommits(connection)) and not open_)
        parts = self._eyes.parts(sql, within=not commits)
        facts: dict[str, Any] = {"session": session, "open": open_, "pending": not commits}
        facts |= {"several": True} if several else {}
        facts |= {"parts": True} if parts else {}
        if commits:
            facts["evidence"] = self._eyes.before(sql)
        if (commits or parts) and session in self._held:
            facts |= self._marked_in(session)
        entry = self._entry(Kind.sent, revision.id, number, hash_, sql=_shown(sql), facts=facts)
        self._add(entry, at_once=commits or not self._transactional, beside=True)

    def done(  # what is known of an answer
        self,
        revision: Revision,
        number: int,
        *,
        rows: int = -1,
        last: int | None = None,
        pending: bool | None = None,
        warnings: Sequence[str] = (),
        connection: Connection | None = None,
    ) -> None:
        """Write down that the server did a statement.

        Where it is `pending` in an open transaction of `connection`, or may be (None), the table's line goes into that
        transaction at once; where DDL is part of transactions, one line for all that it holds, before something may
        commit it. What comes last needs none there: the version table's row is committed with it. `last` is the number
        that the server gave to a row.
        """
        told = [masked_text(one) for one in warnings]
        facts: dict[str, Any] = {"rows": rows, "pending": pending, **({"warnings": told} if told else {})}
        facts |= {"last": last} if last else {}
        entry = self._entry(Kind.done, revision.id, number, facts=facts)
        held = connection is not None and pending is not False
        if connection is None or not held or not self._hold(entry, connection):
            self._behind.append(entry)  # the next line takes it along: a packet less
        self._file.add(entry, synced=not (held and self._transactional))
        if connection is not None and not held:
            self._ended_unseen(self._session(connection))

    def _hold(self, entry: Entry, connection: Connection) -> bool:
        """Keep what an open transaction holds; whether the line is in it already."""
        its = self._held.setdefault(self._session(connection), Held(connection))
        its.connection = connection
        if self._transactional:
            its.waiting.append(entry)
            return False
        return self._table is not None and self._mark(entry, connection)

    def sees(self, connection: Connection) -> None:
        """Look whether a transaction was ended past SQLAlchemy: what it held has no mark, and is committed or not."""
        if still_open(driver_connection(connection)) is False:
            self._ended_unseen(self._session(connection))

    def _ended_unseen(self, session: str) -> None:
        held = self._held.pop(session, None)
        while held and held.waiting:
            self._again(held.waiting.pop(0), {"marked": False, "unseen": True})

    def commits(self, connection: Connection | None = None) -> None:
        """Write down that code of a revision is about to commit what is open on a connection: that is marked before.

        Without a connection, it may be any.
        """
        for session in list(self._held) if connection is None else [self._session(connection)]:
            facts = {"session": session, **self._marked_in(session)}
            if self._held.pop(session, None) is not None:
                self._add(self._entry(Kind.commits, self._revision, facts=facts))

    def _marked_in(self, session: str) -> dict[str, Any]:
        """Mark what a session holds, and give the numbers of all that has a mark in its transaction."""
        self.marked()
        held = self._held.get(session)
        return {"marked": list(held.marked)} if held and held.marked else {}

    def failed(self, revision: Revision, number: int, message: str, *, lost: bool = False) -> None:
        """Write down that the server refused a statement; with `lost`, that no answer came and none will."""
        facts = {"lost": True} if lost else {}
        self._add(self._entry(Kind.failed, revision.id, number, message=masked_text(message), facts=facts))

    def passed(  # what is known of a statement
        self, revision: Revision, number: int, sql: str, hash_: str, *, rows: int = -1, last: int = 0
    ) -> None:
        """Write down that a statement is not sent, since an earlier run applied it.

        `number`, `rows` and `last` are those of then.
        """
        facts = {"rows": rows, **({"last": last} if last else {})}
        self._later(self._entry(Kind.passed, revision.id, number, hash_, sql=_shown(sql), facts=facts))

    def committed(self, revision: Revision) -> None:
        """Write down that all of a revision is committed, its row of the version table too."""
        self._held.clear()
        self._later(self._entry(Kind.committed, revision.id))

    def ended(self, message: str) -> None:
        """Write down that the run ends, and how: finished, failed, interrupted, …"""
        self._add(self._entry(Kind.ended, message=masked_text(message)))

    def _entry(  # the fields of a line
        self,
        kind: Kind,
        revision: str = "",
        number: int = 0,
        hash_: str = "",
        *,
        sql: str = "",
        message: str = "",
        facts: dict[str, Any] | None = None,
    ) -> Entry:
        self._seq += 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        return Entry(self._run, self._seq, at, kind, revision, number, hash_, sql, message, facts or {})

    def _add(self, entry: Entry, *, at_once: bool = True, beside: bool = False) -> None:
        """Put a line onto the disk, and into the table with those that waited for it, each second or `at_once`.

        With `beside`, the table takes it while the caller goes on: on MySQL two commits at once take the time of one.
        """
        self._file.add(entry)
        self._behind.append(entry)
        if at_once or time.monotonic() - self._told >= _PATIENCE:
            self._flush(beside=beside)

    def _flush(self, *, beside: bool = False) -> None:
        if self._table is not None and self._behind:
            try:
                (self._table.add_beside if beside else self._table.add)(*self._behind)
            except Exception as error:  # whatever class the driver uses
                self._give_up(error)
        self._behind.clear()
        self._told = time.monotonic()

    def _later(self, entry: Entry) -> None:
        """Write a line that the next one takes along onto the disk and into the table: it says nothing by itself."""
        self._file.add(entry, synced=False)
        self._behind.append(entry)

    def marked(self) -> None:
        """Mark what is held before what is to come, if that is to be; where it fails, the file says so."""
        for session, held in list(self._held.items()):
            self.sees(held.connection)
            waiting, held.waiting = held.waiting, []
            if not waiting or self._table is None:
                continue
            numbers = [one.number for one in waiting]
            line = self._entry(Kind.marked, self._revision, facts={"session": session, "numbers": numbers})
            if self._mark(line, held.connection):
                held.marked += numbers
                self._file.add(line, synced=False)
                continue
            said = {name: line.facts[name] for name in _HOW if name in line.facts}
            self._later(replace(line, facts={"session": session, "numbers": []}))
            for one in waiting:
                self._again(one, said)

    def _again(self, answer: Entry, said: Mapping[str, Any]) -> None:
        """Write an answer once more, with what is known of it since."""
        facts = {**answer.facts, **said}
        self._later(self._entry(Kind.done, answer.revision, answer.number, facts=facts))

    def _mark(self, entry: Entry, connection: Connection) -> bool:
        """Put a line into the transaction of the migration; where that fails its facts say how.

        The connection may be `lost`, or what the transaction held be `undone`. A migration that can take none goes on.
        """
        assert self._table is not None
        entry.facts["marked"] = True
        try:
            self._table.mark(entry, connection)
        except Exception as error:  # whatever class the driver uses
            entry.facts["marked"] = False
            if self._eyes.undone(error):
                entry.facts["undone"] = True
                return False
            entry.facts["lost"] = not (isinstance(error, table.Unread) or self._eyes.answered(error))
            self._say(f"the rows of a statement could not be marked in {table.NAME}", error)
            return False
        return True

    def _session(self, connection: Connection) -> str:
        return self._eyes.session(session_number(connection))

    def _give_up(self, error: Exception) -> None:
        self._table = None
        self._say(f"{table.NAME} takes no more lines, {self.path} goes on alone", error)

    def _say(self, what: str, error: Exception) -> None:
        self._tell(Event("log", f"{what}: {masked_text(login.said(error))}"))


def _shown(sql: str) -> str:
    return masked_text(sql.strip()[:_LONGEST])
