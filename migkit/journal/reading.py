"""A target's journal read: its file, its table, and what the target shows of what was not finished."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.errors import TargetError
from migkit.journal import fates, file, table
from migkit.journal.evidence import Eyes
from migkit.journal.lines import merged
from migkit.journal.stories import stories
from migkit.model import Engine, Schema
from migkit.model.release import Entry, Unfinished, lock_name
from migkit.servers import login
from migkit.targets import Declared, reading

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def entries(schema: Schema, found: Declared) -> tuple[Entry, ...]:
    """Read all that is known of the releases of a schema on a target: by this machine's file, and by the table.

    Raises TargetError where the file cannot be read, or the target not be asked.
    """
    with asked(found) as connection:
        return entries_in(connection, schema, found)


def entries_in(connection: Connection, schema: Schema, found: Declared) -> tuple[Entry, ...]:
    """Read what `entries` reads, in a session on the target that is there."""
    own = file.entries(schema.name, found.target)
    return merged(own, _listed(connection, schema, found))


def _listed(connection: Connection, schema: Schema, found: Declared) -> tuple[Entry, ...]:
    """Read the table; one that may not be read is none only where the target is to have none."""
    try:
        return table.entries(connection, found.engine, schema.name, found.target.name)
    except Exception as error:  # whatever class the driver uses
        if not login.console(found.engine).lease().answered(error):
            raise
        if not found.target.journal.table:
            return ()
        said = masked_text(login.said(error))
        raise TargetError(
            f"target {found.target.name}: {table.NAME} at {found.address} cannot be read, and other machines write "
            f"there what they leave unfinished: {said}",
            remedy=f"GRANT SELECT, INSERT ON {table.NAME} to this login; or set journal.table = false of the target",
        ) from None


@contextlib.contextmanager
def asked(found: Declared) -> Iterator[Connection]:
    """Log in to a target for reading; what its driver raises by itself becomes TargetError too."""
    with reading(found) as connection:
        try:
            yield connection
        except _driver(connection).Error as error:
            said = masked_text(login.said(error))
            message = f"target {found.target.name} at {found.address}: {said}"
            raise TargetError(
                message, remedy="look at the network and at the server's log, then run it again"
            ) from None


def kept(schema: Schema, target: str) -> tuple[Entry, ...]:
    """Read what this machine's file knows, where the target cannot be asked."""
    return file.entries(schema.name, schema.targets[target])


def unfinished(
    schema: Schema, found: Declared, known: Sequence[Entry], applied: Collection[str] | None
) -> tuple[Unfinished, ...]:
    """Give the revisions that a run began and did not finish, each statement's fate as the target shows it now.

    `applied` are the revisions that the target's version table stands for, with all below them. It is asked only where
    something is open. Raises TargetError where it cannot be asked.
    """
    if not fates.unfinished(known, fates.Seen(applied=applied)):
        return ()
    with asked(found) as connection:
        return fates.unfinished(known, look(connection, found, known, applied))


def look(
    connection: Connection, found: Declared, known: Sequence[Entry], applied: Collection[str] | None
) -> fates.Seen:
    """Look at a target: marks, sessions and objects of what was not finished."""
    attempts = [one for story in stories(known) if not story.finished for one in story.attempts.values()]
    engine = found.engine
    eyes, ledger = Eyes(engine, connection), login.console(engine).ledger()
    names = {name: None for one in attempts for name in one.sent.facts.get("evidence") or {}}
    sessions = {one.session for one in attempts if one.session}
    marks, loose = None, frozenset[str]()
    with contextlib.suppress(Exception):  # it may not look
        loose = eyes.loose()
    with contextlib.suppress(Exception):  # there is none, or it may not be read
        marks = table.numbers(connection, engine)
    return fates.Seen(
        applied=applied,
        marks=marks,
        doing=eyes.doing(sessions, lock_name(found.address.database)),
        objects=eyes.looked(names),
        whole=ledger.whole(_version(eyes, engine)),
        transactional=engine.transactional_ddl,
        half=ledger.half,
        drop=ledger.drop,
        loose=loose,
    )


def _driver(connection: Connection) -> Any:
    """Give the driver's module; SQLAlchemy 1.4 calls it `dbapi`."""
    return getattr(connection.dialect, "loaded_dbapi", None) or connection.dialect.dbapi


def _version(eyes: Eyes, engine: Engine) -> str:
    spoken = login.console(engine)
    identity = spoken.identify(tuple(eyes.ask(spoken.identity_sql)[0]))
    return identity.version if identity else engine.version
