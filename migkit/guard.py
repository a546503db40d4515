"""Which address may be opened now: while a throwaway database is worked on, every other one is refused.

The guard stands twice: a `do_connect` listener on SQLAlchemy's Engine class sees each sync and async engine, whenever
it was made; wrapped driver functions (`guard_drivers`) see `creator=`, ready-made pools and bare driver calls. Both
refuse before a packet is sent. The kit's own connections are made by the thread that installed the guard, outside of
`enforced()`, or within `paused()`; every other thread is held to it all the time.

`protect()` is what a team writes into its own env.py: there nobody holds Alembic, and a declared target is to be held.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from migkit.address import IN_MEMORY, LOOPBACK, Address, same
from migkit.errors import TargetError
from migkit.guard_drivers import address_of, leads_to, wrapped

_installed: list[Guard] = []  # those that hold this process now
_REMEDY = "let env.py take its URL from the ini, or name its variable in `url_env` of the schema"


class Refused(TargetError):  # noqa: N818  # as the message begins
    """A connection that the guard refused; a driver or an application may catch it, `Guard.refusals` still has it.

    `wanted` is where it was to lead.
    """

    wanted: Address = IN_MEMORY


class Guard:
    """Holds every connection of this process to one address, for as long as it is installed."""

    def __init__(self, allowed: Address, what: str, remedy: str) -> None:
        self.allowed = allowed
        self._what, self._remedy = what, remedy
        self.refusals: list[Refused] = []
        self.shut = False  # nothing is let through any more, as if the server were gone
        self.closed = ""  # why not even the allowed address may be opened yet
        self._free = {threading.get_ident()}

    def holds(self) -> bool:
        """Whether this thread is held now."""
        return threading.get_ident() not in self._free

    @contextlib.contextmanager
    def enforced(self) -> Iterator[None]:
        """Hold this thread too, while it runs code of the user's."""
        before, self._free = self._free, self._free - {threading.get_ident()}
        try:
            yield
        finally:
            self._free = before

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Let this thread open the kit's own connections in the middle of a run of env.py."""
        before, self._free = self._free, self._free | {threading.get_ident()}
        try:
            yield
        finally:
            self._free = before

    def check_statement(self, statement: str) -> None:
        """Raise Refused for a statement that goes on in another database, or opens one beside."""
        elsewhere = leads_to(statement)
        if elsewhere and elsewhere not in (self.allowed.database, ":memory:"):
            self.check(replace(self.allowed, database=elsewhere))

    def raise_refusals(self, since: int = 0) -> None:
        """Raise the last refusal, if there were any after the first `since`: code of the user's may have caught it."""
        if len(self.refusals) > since:
            raise self.refusals[-1]

    def check(self, wanted: Address) -> None:
        """Raise Refused unless `wanted` is the allowed address, or this thread is the kit's own at this moment."""
        if not self.holds():
            return
        if self.shut:
            raise ConnectionAbortedError(f"the connection to {wanted} was cut, as a rehearsal asked for")
        if wanted == IN_MEMORY:
            return
        if not same(wanted, self.allowed):
            self._refuse(
                wanted,
                f"refused: a connection to {wanted}, while the kit works on {self._what} {self.allowed}",
                self._remedy,
            )
        if self.closed:
            self._refuse(
                wanted, f"refused: a connection to {wanted}: {self.closed}", "let it be opened when env.py is online"
            )

    def _refuse(self, wanted: Address, message: str, remedy: str) -> NoReturn:
        refused = Refused(message, remedy=remedy)
        refused.wanted = wanted
        self.refusals.append(refused)
        raise refused


@contextlib.contextmanager
def installed(
    allowed: Address, *, what: str = "its throwaway", remedy: str = _REMEDY, plain: bool = True
) -> Iterator[Guard]:
    """Install the guard for `allowed` on SQLAlchemy and on every driver that is installed here.

    A refusal calls the allowed database `what`, and says `remedy`. `plain` leaves TLS out on the loopback, where
    nothing asks for it: what stands there may be a tunnel.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    guard = Guard(allowed, what, remedy)

    def do_connect(dialect: Any, _record: Any, cargs: Any, cparams: Any) -> None:
        guard.check(address_of(dialect, cargs, cparams))
        _pymysql_options(dialect, cparams, plain=plain)

    def before_cursor_execute(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        guard.check_statement(statement)

    event.listen(Engine, "do_connect", do_connect)
    event.listen(Engine, "before_cursor_execute", before_cursor_execute)
    _installed.append(guard)
    try:
        with wrapped(guard.check):
            yield guard
    finally:
        _installed.remove(guard)
        event.remove(Engine, "before_cursor_execute", before_cursor_execute)
        event.remove(Engine, "do_connect", do_connect)


@contextlib.contextmanager
def watched(check: Callable[[Address], None]) -> Iterator[None]:
    """Show `check` each address that this process is about to open, through SQLAlchemy or a driver; it may raise."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def do_connect(dialect: Any, _record: Any, cargs: Any, cparams: Any) -> None:
        check(address_of(dialect, cargs, cparams))

    event.listen(Engine, "do_connect", do_connect)
    try:
        with wrapped(check):
            yield
    finally:
        event.remove(Engine, "do_connect", do_connect)


def protect() -> None:
    """Let raw `alembic upgrade`, `downgrade` and `stamp` change no declared target unless somebody agrees to it.

    One line near the top of env.py: `import migkit.guard; migkit.guard.protect()`. The consent is that of `mig.prod`:
    the target's word typed at a terminal, or MIGKIT_CONFIRM with MIGKIT_APPROVED_BY. Commands that only read, `--sql`,
    and databases that no target declares go on as ever; so does everything where no configuration of the kit's is
    found, and in the kit's own runs. What is refused raises TargetError at its first connection.
    """
    if _installed:
        return
    from migkit.shells import protecting

    protecting.protect()


def _pymysql_options(dialect: Any, cparams: dict[str, Any], *, plain: bool) -> None:
    """Connect PyMySQL without TLS (30 ms a connection on the loopback server), and as mysqlclient where it stands in.

    `mysql://` means mysqlclient, which lets one execute send several statements; PyMySQL wants a flag for it.
    """
    if getattr(dialect.dbapi, "__name__", "") != "pymysql":
        return
    on_loopback = cparams.get("unix_socket") or cparams.get("host") in LOOPBACK
    if plain and on_loopback and not _asks_for_tls(cparams):
        cparams["ssl_disabled"] = True
    if dialect.driver == "mysqldb":
        from pymysql.constants import CLIENT

        cparams["client_flag"] = cparams.get("client_flag", 0) | CLIENT.MULTI_STATEMENTS


def _asks_for_tls(cparams: Mapping[str, Any]) -> bool:
    return any(key.startswith("ssl") for key in cparams)
