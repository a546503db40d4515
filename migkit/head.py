"""A throwaway database that stands at the head of a history, or before one of its revisions: asked, and tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from migkit import compose, ddl, engines, remedies, scratch
from migkit.address import masked_text
from migkit.alembic_io.graph import find
from migkit.alembic_io.history import located
from migkit.alembic_io.survey import survey
from migkit.catalog import Reading
from migkit.development import Seen, declared
from migkit.errors import ConfigError, TargetError
from migkit.footing import Foothold, Unreachable
from migkit.jobs import Look
from migkit.model import Database, Direction, Engine, Event, Project, Revision, Schema, Server, Snapshot
from migkit.privileges import Privileges
from migkit.servers import databases, login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Refused(ConfigError):  # noqa: N818  # as the message begins
    """The server refused a statement; `statement` is which it was, and the message holds the server's own words."""

    def __init__(self, message: str, statement: str) -> None:
        super().__init__(message, remedy="type it as the server takes it: the statement above is what was made of it")
        self.statement = statement


class Head:
    """A database that stands where `standing` brought it; `snapshot` and `rows` are of that moment.

    `engine` is what runs, `stood` says where in the history that is.
    """

    def __init__(self, database: Database, schema: Schema, foot: Foothold) -> None:
        self.database = database
        self.stood = foot.stood
        self._reader, self._keeper, self._take = foot.reader, foot.keeper, foot.take
        self._privileges = Privileges(database, schema.server)
        found = self.read()
        foot.keeper.keep(0, found.snapshot, found.rows)
        self.snapshot: Snapshot = found.snapshot
        self.rows: Mapping[str, str] = found.rows

    @property
    def engine(self) -> Engine:
        """The product and version that run."""
        return self.database.server.engine

    def revision(self, ident: str) -> Revision:
        """Find a revision of the history by its id or a beginning of it."""
        found = find(ident, [revision.id for revision in self.stood.revisions])
        return next(revision for revision in self.stood.revisions if revision.id == found)

    def read(self) -> Reading:
        """Read the catalogue and the rows as they are committed now."""
        return self._reader.read(self.stood.version_table, self.stood.version_schema)

    def run(self, statements: Sequence[str]) -> Snapshot:
        """Run raw SQL as the migrations' own login, in one transaction where DDL is part of one; give the catalogue.

        What must stand alone is committed by itself. Raises Refused; on MySQL and MariaDB what ran before stays, and
        `back` takes it away.
        """
        _run(self.database, self._privileges, statements)
        return self.read().snapshot

    def step(self, revision: str, direction: Direction, source: str | None = None) -> Snapshot:
        """Take one step of the history; `source` stands in for the text of its file. Raises StepFailed."""
        return self.take(revision, direction, source).snapshot

    def take(self, revision: str, direction: Direction, source: str | None = None) -> Reading:
        """Take one step as `step` does, and give the rows and the version table too."""
        self._take(revision, direction, source)
        return self.read()

    def back(self) -> Snapshot:
        """Bring the database back to where it stood, rows and version table included."""
        self._keeper.restore(0)
        if self.stood.heads or self._reader.version_rows(self.stood.version_table, self.stood.version_schema):
            self._reader.stamp(self.stood.version_table, self.stood.version_schema, self.stood.heads)
        return self.read().snapshot


@contextmanager
def standing(
    project: Project,
    schema: Schema,
    *,
    engine: str = "",
    server: str = "auto",
    before: str = "",
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Iterator[Head]:
    """Give a throwaway database at the head of `schema`, or before the revision `before`: its parents are applied.

    Raises ConfigError, HistoryError and ServerError where it cannot be had: Unreachable where an upgrade on the way
    fails. The database and the server that were started are gone when the block ends.
    """
    wanted = engines.parse(engine or schema.engine)
    found = located(schema, sample=True)
    entries = survey(found)
    before = find(before, [entry.id for entry in entries]) if before and entries else before
    with (
        compose.standing(project, found, wanted, server, on_event) as standing_there,
        scratch.database(project, found, wanted, server, on_event) as database,
        _told(database, wanted),
        standing_there(found, database, before, on_event) as foot,
    ):
        yield Head(database, found, foot)


@contextmanager
def _told(database: Database, wanted: Engine) -> Iterator[None]:
    """Say of a place that cannot be reached that another product than the wanted one stood in."""
    try:
        yield
    except Unreachable as error:
        if database.server.substituted:
            error.message += f" ({database.server.substituted})"
            error.remedy = remedies.wanted(wanted, database.server.kind)
        raise


def development(
    project: Project, schema: Schema, on_event: Callable[[Event], None] = lambda _e: None
) -> tuple[Server, Snapshot]:
    """Read the schema's development database, which must stand at the head; give its server, without a login, too.

    A process of its own does it, in the schema's service if it has one; nothing is changed there. Raises
    TargetError where that is a declared target's, does not answer or stands elsewhere.
    """
    job = Look(schema, declared(project, schema))
    seen: Seen = compose.asked(project, schema, job, on_event)
    if sorted(seen.current) != sorted(seen.heads):
        place = ", ".join(seen.current) or "an empty history"
        raise TargetError(
            f"the development database at {seen.address} stands at {place}, not at the head {', '.join(seen.heads)}",
            remedy=f"inv mig.upgrade --schema {schema.name}, or leave --server development out",
        )
    server = Server(seen.engine, "development", seen.product, seen.version, origin=seen.address, wanted=schema.engine)
    return server, Snapshot({(one.kind, one.name): one for one in seen.objects})


def _run(database: Database, privileges: Privileges, statements: Sequence[str]) -> None:
    """Run statements; where the login lacks a privilege, what is left of them once more with it, as a step is."""
    ran: list[str] = []
    try:
        _execute(database, statements, ran)
    except Refused as refused:
        if not privileges.lacks(refused.__cause__):
            raise
        with privileges.elevated():
            _execute(database, statements[len(ran) :], ran)


def _execute(database: Database, statements: Sequence[str], ran: list[str]) -> None:
    """Run statements in one session; `ran` grows by what is committed."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    kind = database.server.engine
    together = kind.transactional_ddl
    engine = create_engine(databases.url(database), poolclass=NullPool)
    with engine.connect() as connection:
        usual = connection.default_isolation_level
        for alone, batch in groupby(statements, lambda each: not together or ddl.apart(each, kind)):
            for unit in [(each,) for each in batch] if alone else [tuple(batch)]:
                options = {"isolation_level": "AUTOCOMMIT" if alone else usual, "no_parameters": True}
                session = connection.execution_options(**options)  # a % in a literal stays one
                with session.begin():
                    for statement in unit:
                        _say(session, statement)
                ran += unit


def _say(session: Connection, statement: str) -> None:
    from sqlalchemy.exc import DBAPIError

    try:
        session.exec_driver_sql(statement)
    except DBAPIError as error:
        said = masked_text(" ".join(login.said(error).split()))
        raise Refused(f"the server refuses: {said}", masked_text(statement)) from error
