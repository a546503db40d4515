"""The journal of one release: each line goes to the file, onto the disk, and to the target's table where there is one.

Before a statement its line is on the disk, and after it too; nothing of a release runs that the file does not know. A
table that fails is said once, and the file goes on alone.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.alembic_io.cursors import autocommits, driver_connection, session_number
from migkit.alembic_io.cursors import pending as still_open
from migkit.journal import file, table
from migkit.journal.evidence import Eyes
from migkit.model import Direction, Event, Revision, Schema
from migkit.model.release import Entry, Kind, Run
from migkit.servers import login
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Tell = Callable[[Event], None]
_PATIENCE = 1.0  # seconds for which the table may not know of what an open transaction holds
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
        self._unmarked: tuple[Entry, Connection] | None = None  # an answer whose mark is still to be put in
        self._revision = ""
        self._held = False  # whether an open transaction holds something of it

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
        self._revision, self._held, self._unmarked = revision.id, False, None  # what was open was taken back
        facts = {"direction": direction, "text": text, "title": revision.title, "statements": statements}
        self._later(self._entry(Kind.revision, revision.id, facts=facts))

    def sent(  # what is known of a statement
        self, revision: Revision, number: int, sql: str, hash_: str, connection: Connection, *, several: bool = False
    ) -> None:
        """Write down that a statement goes to the server now, over the SQLAlchemy connection of the migration.

        With `several` it goes there once for each of its parameters.
        """
        self.marked()
        session, open_ = self._eyes.session(session_number(connection)), still_open(driver_connection(connection))
        commits = self._eyes.commits(sql) or (bool(autocommits(connection)) and not open_)
        facts: dict[str, Any] = {"session": session, "open": open_, "pending": not commits}
        facts |= {"several": True} if several else {}
        facts |= {"parts": True} if self._eyes.parts(sql) else {}
        if commits:
            facts["evidence"] = self._eyes.before(sql)
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
        transaction: at once, or where DDL is part of transactions, before anything else is sent. What comes last needs
        none there: the version table's row is committed with it. `last` is the number that the server gave to a row.
        """
        told = [masked_text(one) for one in warnings]
        facts: dict[str, Any] = {"rows": rows, "pending": pending, **({"warnings": told} if told else {})}
        facts |= {"last": last} if last else {}
        entry = self._entry(Kind.done, revision.id, number, facts=facts)
        self._held = held = pending is not False and connection is not None
        if held and connection is not None and self._table is not None:
            self._unmarked = entry, connection
            later = self._transactional and not connection.in_nested_transaction()
            entry.facts.update({"marked": True} if later else self._mark())
        else:
            self._behind.append(entry)  # the next line takes it along: a packet less
        self._file.add(entry, synced=not (held and self._transactional))

    def commits(self) -> None:
        """Write down that code of a revision is about to commit what is open: that is marked before."""
        if self._held:
            self.marked()
            self._add(self._entry(Kind.commits, self._revision))
            self._held = False

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
        if self._unmarked is not None:
            self._behind.append(self._unmarked[0])
            self._unmarked = None
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
        """Mark the statement before what is to come, if that is to be; where it fails, the file says so."""
        if self._unmarked is None:
            return
        answer, said = self._unmarked[0], self._mark()
        if not said["marked"]:
            facts = {**answer.facts, **said}
            self._file.add(self._entry(Kind.done, answer.revision, answer.number, facts=facts), synced=False)

    def _mark(self) -> dict[str, bool]:
        """Put the line into the transaction of the migration, and say whether that was done, or the connection `lost`.

        A migration that can take none goes on.
        """
        unmarked, self._unmarked = self._unmarked, None
        if unmarked is None or self._table is None:
            return {"marked": False}
        entry, connection = unmarked
        try:
            self._table.mark(entry, connection)
        except Exception as error:  # as above
            lost = not self._eyes.answered(error)
            self._say(f"the rows of a statement could not be marked in {table.NAME}", error)
            return {"marked": False, "lost": lost}
        return {"marked": True}

    def _give_up(self, error: Exception) -> None:
        self._table = None
        self._say(f"{table.NAME} takes no more lines, {self.path} goes on alone", error)

    def _say(self, what: str, error: Exception) -> None:
        self._tell(Event("log", f"{what}: {masked_text(login.said(error))}"))


@contextlib.contextmanager
def opened(schema: Schema, found: Declared, connection: Connection | None, tell: Tell) -> Iterator[Journal]:
    """Open the journal of a schema's target for the time of this block.

    `connection` is a session of the kit's own on the target in which each statement is its own transaction; the table
    is made there where the target wants one and its login may. Raises TargetError where the file cannot be written.
    """
    with file.opened(file.path(schema.name, found.target)) as written:
        kept = _table(found, connection, tell) if connection is not None and found.target.journal.table else None
        eyes = Eyes(found.engine, connection)
        yield Journal(written, kept, eyes, tell, transactional=found.engine.transactional_ddl)


def _table(found: Declared, connection: Connection, tell: Tell) -> table.Table | None:
    try:
        return table.there(connection, found.engine)
    except Exception as error:  # whatever class the driver uses
        said = masked_text(login.said(error))
        tell(Event("log", f"{table.NAME} cannot be made on {found.address}, the journal's file is alone: {said}"))
    return None


def _shown(sql: str) -> str:
    return masked_text(sql.strip()[:_LONGEST])
