"""A throwaway database as a target whose journal is written: by a test itself, or by a process that it kills.

As a program (`python -m tests.server.journals URL ENGINE FOLDER TABLE`) it reads steps, one a line, and says `ok` after
each: what a release would do with a statement, cut where the test wants it.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import NullPool

from migkit import engines, hashes, journal
from migkit.address import Address
from migkit.alembic_io.cursors import driver_connection, pending, touched
from migkit.model import Database, Event, Revision, Schema, Target
from migkit.model import Journal as Place
from migkit.model.release import Run, Unfinished
from migkit.servers import databases
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

REVISION = Revision("a1", "calls_add_note", Path("a1.py"), ())


@dataclass(frozen=True, slots=True)
class Stage:
    """A target: its schema, and where it is."""

    schema: Schema
    found: Declared

    @property
    def url(self) -> URL:
        return self.found.url

    def unfinished(self, applied: Sequence[str] = (), *, table: bool = True) -> tuple[Unfinished, ...]:
        """What `mig.status` knows; without the `table`, from the file alone."""
        known = journal.entries(self.schema, self.found) if table else journal.kept(self.schema, "production")
        return journal.unfinished(self.schema, self.found, known, applied)

    def fates(self, applied: Sequence[str] = ()) -> list[str]:
        """The fates of the statements of the one revision that is not finished."""
        (one,) = self.unfinished(applied)
        return [statement.fate.value for statement in one.statements]


def staged(url: str, engine: str, folder: Path, *, table: bool = True) -> Stage:
    """Make a stage of a database's URL."""
    made = make_url(url)
    hosts = (f"{made.host}:{made.port}",)
    target = Target("production", Place(folder / "journal", table=table), url=url, hosts=hosts)
    schema = Schema("app", folder, folder / "alembic.ini", str(made.database), engine, (engine,))
    schema.targets["production"] = target  # type: ignore[index]  # its own dictionary
    address = Address(made.host or "", made.port or 0, "", str(made.database))
    return Stage(schema, Declared(target, engines.parse(engine), address, made))


def of(database: Database, folder: Path, *, table: bool = True) -> Stage:
    """Make a stage of a throwaway database."""
    engine = database.server.engine
    return staged(databases.url(database), engine.name, folder, table=table)


@contextlib.contextmanager
def connected(stage: Stage, **options: Any) -> Iterator[Connection]:
    """Connect: as a migration does, or with isolation_level="AUTOCOMMIT" as the kit's own session."""
    engine = create_engine(stage.url, poolclass=NullPool, **options)
    with engine.connect() as connection:
        yield connection


def a_run(stage: Stage, known: Sequence[Any] = (), **fields: str) -> Run:
    """Make a run that is begun."""
    said = {"operator": "ann", "host": "here", "server": "", "plan": "p", "migkit": "0", **fields}
    ident = journal.new_id(known)
    return Run(ident, stage.schema.name, "production", str(stage.found.address), "upgrade", **said)


class Release:
    """What a release does with a statement, one thing after the other."""

    def __init__(self, stage: Stage, book: journal.Journal, connection: Connection) -> None:
        self.stage, self.book, self.connection = stage, book, connection
        self.cursor: Any = None

    def begin(self, statements: str = "0", resumes: str = "") -> None:
        self.book.begin(a_run(self.stage, journal.entries(self.stage.schema, self.stage.found), resumes=resumes))
        self.book.revision(REVISION, "upgrade", "t1", int(statements))

    def sent(self, number: str, sql: str) -> None:
        self.book.sent(REVISION, int(number), sql, hashes.statement(sql), self.connection)

    def run(self, sql: str) -> None:
        self.cursor = self.connection.exec_driver_sql(sql)

    def done(self, number: str) -> None:
        still = pending(driver_connection(self.connection))
        rows = touched(self.cursor)
        self.book.done(REVISION, int(number), rows=rows, pending=still, connection=self.connection)

    def whole(self, number: str, sql: str) -> None:
        self.sent(number, sql)
        try:
            self.run(sql)
        except Exception as error:
            self.book.failed(REVISION, int(number), str(getattr(error, "orig", error)))
            raise
        self.done(number)

    def passed(self, number: str, sql: str) -> None:
        self.book.passed(REVISION, int(number), sql, hashes.statement(sql))

    def end(self) -> None:
        """Commit as Alembic does behind a revision's code, with the version table's row."""
        self.connection.commit()

    def commit(self) -> None:
        """Commit as code of the revision does."""
        self.book.commits()
        self.connection.commit()

    def autocommit(self) -> None:
        self.commit()
        self.connection = self.connection.execution_options(isolation_level="AUTOCOMMIT")

    def committed(self) -> None:
        self.book.committed(REVISION)

    def ended(self, message: str = "finished") -> None:
        self.book.ended(message)


@contextlib.contextmanager
def releasing(stage: Stage, tell: Any = lambda _event: None) -> Iterator[Release]:
    """Open the journal and a migration's connection."""
    with (
        connected(stage, isolation_level="AUTOCOMMIT") as own,
        connected(stage) as connection,
        journal.opened(stage.schema, stage.found, own, tell) as book,
    ):
        yield Release(stage, book, connection)


class Killed:
    """A process that does steps of a release until it is killed."""

    def __init__(self, stage: Stage, steps: Sequence[str]) -> None:
        target = stage.found.target
        text = stage.url.render_as_string(hide_password=False)
        folder, table = str(target.journal.folder.parent), str(target.journal.table)
        args = [sys.executable, "-m", __name__, text, stage.found.engine.name, folder, table]
        self._process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for step in steps:
            self.start(step)
            self.reached()

    def start(self, step: str) -> None:
        """Begin a step, and do not wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.write(textwrap.dedent(step).strip().replace("\n", " ") + "\n")
        self._process.stdin.flush()

    def reached(self) -> None:
        """Wait until a step is done."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        assert said == "ok", said

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._process.kill()
        self._process.communicate(timeout=10)


@contextlib.contextmanager
def killed(stage: Stage, *steps: str) -> Iterator[Killed]:
    """Do steps in a process of its own, and kill it, at the latest at the end of the block."""
    process = Killed(stage, steps)
    try:
        yield process
    finally:
        process.kill()


def main(url: str, engine: str, folder: str, table: str) -> None:
    """Do what standard input says: `whole 1 SQL`, `begin 5`, `commit`."""
    events: list[Event] = []
    with releasing(staged(url, engine, Path(folder), table=table == "True"), events.append) as release:
        for line in sys.stdin:
            name, *rest = line.rstrip("\n").split(" ", 1)
            step = getattr(release, name)
            given = rest[0].split(" ", 1) if rest and name in ("sent", "whole", "passed", "begin") else rest
            with contextlib.suppress(Exception) if name == "whole" else contextlib.nullcontext():
                step(*given)
            sys.stdout.write("ok\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
