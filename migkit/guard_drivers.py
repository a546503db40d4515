"""Where each database driver opens a connection, and what address it is about to open.

Each entry of `SEAMS` is the deepest function of a driver that still knows the address, so that a `connect` which the
application imported earlier is seen too. A driver that is imported later is wrapped as soon as it is.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from migkit.address import Address, sqlite_address
from migkit.after_import import after_import
from migkit.values import dataclass

Check = Callable[[Address], None]
_sqlite_checks: list[Check] = []
_OPTION_FILES = ("read_default_file", "read_default_group", "option_files", "default_file", "default_group")


@dataclass(frozen=True, slots=True)
class Seam:
    """One function of a driver: `owner` is `module` or `module:Class`; `address` reads its arguments."""

    owner: str
    function: str
    address: Callable[[tuple[Any, ...], Mapping[str, Any]], Address]

    @property
    def module(self) -> str:
        """The module that holds the function or its class."""
        return self.owner.partition(":")[0]

    def found_in(self, module: ModuleType) -> Any:
        """Give what has the function; None where this version of the driver has none."""
        name = self.owner.partition(":")[2]
        owner = getattr(module, name, None) if name else module
        return owner if owner is not None and self.function in vars(owner) else None


def address_of(dialect: Any, cargs: tuple[Any, ...], cparams: Mapping[str, Any]) -> Address:
    """Give the address that SQLAlchemy is about to open for `dialect` with these arguments of the driver."""
    if dialect.name == "sqlite":
        return sqlite_address(cargs[0] if cargs else cparams.get("database", ""))
    if dialect.name == "postgresql":
        return _libpq_address(cargs, cparams)
    return _mysql_address(cargs, cparams)


@contextlib.contextmanager
def wrapped(check: Check) -> Iterator[None]:
    """Wrap the seams of every driver with `check` for as long as this lasts: at once, or when it is imported."""
    with contextlib.ExitStack() as stack:

        def wrap(module: ModuleType) -> None:
            for seam in SEAMS:
                if seam.module == module.__name__ and (owner := seam.found_in(module)) is not None:
                    stack.enter_context(_wrap(owner, seam, check))

        for name in {seam.module for seam in SEAMS} & sys.modules.keys():
            wrap(sys.modules[name])
        stack.enter_context(after_import({seam.module for seam in SEAMS} - sys.modules.keys(), wrap))
        stack.enter_context(_audited(check))
        yield


@contextlib.contextmanager
def _audited(check: Check) -> Iterator[None]:
    """Check every SQLite file that is opened, by Python's own audit event; a hook stays, so it looks up the check."""
    if not _sqlite_checks:
        sys.addaudithook(_audit)
    _sqlite_checks.append(check)
    try:
        yield
    finally:
        _sqlite_checks[:] = [_no_check]


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect":
        _sqlite_checks[-1](sqlite_address(args[0]))


def _no_check(_wanted: Address) -> None:
    """Let everything pass, once no guard is installed."""


@contextlib.contextmanager
def _wrap(owner: Any, seam: Seam, check: Check) -> Iterator[None]:
    original = vars(owner)[seam.function]
    inner = original.__func__ if isinstance(original, classmethod) else original

    def guarded(*args: Any, **kwargs: Any) -> Any:
        check(seam.address(args, kwargs))
        return inner(*args, **kwargs)

    guarded.__name__, guarded.__doc__ = seam.function, inner.__doc__
    setattr(owner, seam.function, classmethod(guarded) if isinstance(original, classmethod) else guarded)
    try:
        yield
    finally:
        setattr(owner, seam.function, original)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")


def _mysql_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    """Read the arguments that MySQLdb, PyMySQL, mysql.connector, mariadb, aiomysql and asyncmy share."""
    given = dict(zip(("host", "user", "password", "database", "port"), args, strict=False)) | dict(kwargs)
    database = given.get("database") or given.get("db")
    file = next((given[key] for key in _OPTION_FILES if given.get(key)), "")
    if file and not given.get("unix_socket") and not (given.get("host") and given.get("port")):
        return Address(host=f"option file {file}", database=_text(database))
    return Address(
        host=_text(given.get("host")) or "localhost",
        port=int(given.get("port") or 3306),
        socket=_text(given.get("unix_socket")),
        database=_text(database),
    )


def _pymysql_address(args: tuple[Any, ...], _kwargs: Mapping[str, Any]) -> Address:
    own = args[0]
    return Address(
        _text(own.host), int(own.port or 3306), _text(own.unix_socket), _first_database(own.db, own.init_command)
    )


def _first_database(database: Any, init_command: Any) -> str:
    """Give the database in which the first statement of a session runs: an init_command may lead to another."""
    elsewhere = leads_to(_text(init_command))
    return elsewhere or _text(database)


def _select_db_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    own = args[0]
    return Address(_text(own.host), int(own.port or 3306), _text(own.unix_socket), _text((*args, *kwargs.values())[1]))


def _aiomysql_address(args: tuple[Any, ...], _kwargs: Mapping[str, Any]) -> Address:
    own = args[0]
    database = _first_database(own._db, getattr(own, "init_command", ""))
    return Address(_text(own._host), int(own._port or 3306), _text(own._unix_socket), database)


def _aiomysql_select_db_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    own = args[0]
    return Address(_text(own._host), int(own._port or 3306), "", _text((*args, *kwargs.values())[1]))


def _connector_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    own = args[0]
    if kwargs:
        return _mysql_address((), kwargs)
    return Address(_text(own._host), int(own._port or 3306), _text(own._unix_socket), _text(own._database))


def _libpq_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    """Read a libpq connection string with its keywords; what is left out comes from libpq's own environment."""
    given = {**_parse_conninfo(_text(args[0]) if args else ""), **{k: v for k, v in kwargs.items() if v is not None}}
    if "dsn" in given:
        given = _parse_conninfo(_text(given.pop("dsn"))) | given
    if given.get("service"):
        return Address(host=f"libpq service {given['service']}")
    given = _libpq_defaults() | given
    host = _text(given.get("hostaddr") or given.get("host"))
    port = _text(given.get("port") or 5432)
    database = _text(given.get("dbname") or given.get("database") or given.get("user"))
    if not port.isdigit():
        return Address(host=f"{host} port {port}", database=database)
    if not host or host.startswith("/"):
        return Address(socket=host or "the default socket", port=int(port), database=database)
    return Address(host, int(port), "", database)


def _parse_conninfo(conninfo: str) -> dict[str, Any]:
    if not conninfo:
        return {}
    from psycopg.conninfo import conninfo_to_dict

    return dict(conninfo_to_dict(conninfo))


def _libpq_defaults() -> dict[str, Any]:
    """Ask libpq what it fills in by itself, from its environment variables and service file."""
    from psycopg.pq import Conninfo

    return {_text(option.keyword): _text(option.val) for option in Conninfo.get_defaults() if option.val}


def _psycopg_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    return _libpq_address((args[1] if len(args) > 1 else kwargs.get("conninfo", ""),), {})


def _psycopg2_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    return _libpq_address((args[0] if args else kwargs.get("dsn", ""),), {})


def _asyncpg_address(_args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    address, database = kwargs["addr"], _text(kwargs["params"].database)
    if isinstance(address, str):
        return Address(socket=address, database=database)
    return Address(address[0], int(address[1]), "", database)


def _pg8000_address(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Address:
    given = dict(zip(("user", "host", "database", "port"), args[1:], strict=False)) | dict(kwargs)
    place = {"host": given.get("host") or "localhost", "port": given.get("port")}
    return _libpq_address((), place | {"dbname": given.get("database"), "user": given.get("user")})


_LEADS_AWAY = re.compile(
    r"(?:\s|/\*.*?\*/|--[ \t][^\n]*\n|#[^\n]*\n)*"
    r"(?:USE\s+[`\"]?(?P<mysql>[^`\";\s]+)|ATTACH\s+(?:DATABASE\s+)?(?P<file>'[^']*'|\S+))",
    re.IGNORECASE | re.DOTALL,
)


def leads_to(statement: str) -> str:
    """Give the database that a statement goes on in, or opens beside: MySQL's USE, SQLite's ATTACH; "" for others."""
    found = _LEADS_AWAY.match(statement)
    return (found["mysql"] or found["file"].strip("'")) if found else ""


SEAMS = (
    Seam("pymysql.connections:Connection", "connect", _pymysql_address),
    Seam("pymysql.connections:Connection", "select_db", _select_db_address),
    Seam("MySQLdb.connections:Connection", "__init__", lambda args, kwargs: _mysql_address(args[1:], kwargs)),
    Seam("aiomysql.connection:Connection", "_connect", _aiomysql_address),
    Seam("aiomysql.connection:Connection", "select_db", _aiomysql_select_db_address),
    Seam("asyncmy.connection", "connect", _mysql_address),
    Seam("mysql.connector.abstracts:MySQLConnectionAbstract", "connect", _connector_address),
    Seam("mariadb", "connect", _mysql_address),
    Seam("psycopg._connection_base:BaseConnection", "_connect_gen", _psycopg_address),
    Seam("psycopg2", "_connect", _psycopg2_address),
    Seam("asyncpg.connect_utils", "_connect_addr", _asyncpg_address),
    Seam("pg8000.core:CoreConnection", "__init__", _pg8000_address),
)
