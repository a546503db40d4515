"""The catalogue of a target, read in a session that cannot write and by its own login."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from migkit import engines, targets
from migkit.address import masked_text
from migkit.catalog import plain
from migkit.catalog.portable import portable
from migkit.catalog.seen import Seen
from migkit.errors import TargetError
from migkit.model import Engine
from migkit.product import Identity
from migkit.servers import login
from migkit.targets import Declared
from migkit.values import dataclass

_DRIVERS = ("pymysql", "psycopg", "psycopg2", "migkit")  # the last: what the catalogue's own session says of a refusal


@dataclass(frozen=True, slots=True)
class Live:
    """What a target holds: `seen` by its login, without what two databases of one history need not share.

    `engine` is what runs there, `identity` its own words.
    """

    identity: Identity
    engine: Engine
    seen: Seen


def live(found: Declared) -> Live:
    """Read the catalogue of a target; nothing is made there, and the kit's own tables are left out.

    Raises TargetError where it cannot be asked, or is no product that the kit knows.
    """
    target = found.target
    with targets.reading(found, patient=True) as connection, _told(found):
        row = connection.exec_driver_sql(login.console(found.engine).identity_sql).first()
        identity = _identity(found, tuple(row or ("", "")))
        runs = engines.running(found.engine, identity)
        waits = {"lock": target.lock_timeout, "statement": target.statement_timeout}
        seen = plain.read(connection, runs, found.address.database, **waits)
    return Live(identity, runs, replace(seen, snapshot=portable(seen.snapshot, runs.family)))


@contextmanager
def _told(found: Declared) -> Iterator[None]:
    """Turn what the server and its driver say into a TargetError."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise _unread(found, login.said(error)) from None
    except Exception as error:
        if isinstance(error, TargetError) or type(error).__module__.partition(".")[0] not in _DRIVERS:
            raise
        raise _unread(found, str(error)) from None


def _identity(found: Declared, row: tuple[object, ...]) -> Identity:
    identity = login.console(found.engine).identify(row)
    if identity is None:
        said = (
            f"target {found.target.name} at {found.address} is no product that the kit knows: {row[0] or 'no version'}"
        )
        raise TargetError(said, remedy=f"name a server of {found.engine.product}")
    return identity


def _unread(found: Declared, why: str) -> TargetError:
    said = masked_text(" ".join(why.split()))
    return TargetError(
        f"target {found.target.name} at {found.address}: its catalogue cannot be read: {said}",
        remedy="run it again; if it waits for a lock, look at what runs there",
    )
