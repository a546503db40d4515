"""The statements for databases, sessions and logins of MySQL and MariaDB, and what their answers say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from migkit.engines.mysql_traits import TRAITS
from migkit.errors import ConfigError
from migkit.product import Console, Identity, Logins, ServerSettings

if TYPE_CHECKING:
    from migkit.gate import Gate
    from migkit.lease import Lease
    from migkit.ledger import Ledger
    from migkit.questions import Questions

_WORD = re.compile(r"[A-Za-z0-9_]+")
_PRIVILEGE = re.compile(r"[A-Za-z]+([ _][A-Za-z]+)*")
_DENIED = frozenset({1044, 1045, 1142, 1227, 1290, 1396, 1410})
_NEEDS_MORE = frozenset({1227, 1419})  # what SUPER may; another database's tables stay closed (1044, 1142)
_MAY_RESTORE = re.compile(r"\b(ALL PRIVILEGES|SUPER|SET_USER_ID|SET_ANY_DEFINER|SET USER)\b.* ON \*\.\*")
_OTHERS = ("TiDB", "Vitess", "OceanBase", "SingleStore", "Doris")  # products that speak the protocol and are others
_TLS_MODES = {
    "DISABLED": "false",
    "PREFERRED": "preferred",
    "REQUIRED": "skip-verify",
    "VERIFY_CA": "verify-ca",
    "VERIFY_IDENTITY": "true",
}
_TARGET_OPTIONS = frozenset(
    {"charset", "ssl_ca", "ssl_capath", "ssl_cert", "ssl_key", "ssl_key_password", "ssl_check_hostname"}
    | {"ssl_disabled", "ssl_verify_cert", "ssl_verify_identity"}
)


def identify(row: Sequence[Any]) -> Identity | None:
    """Give the product behind VERSION() and its comment; None where it is another one that speaks the protocol."""
    said = f"{row[0]} {row[1]}"
    number = re.match(r"\d+\.\d+(?:\.\d+)?", str(row[0]))
    if number is None or any(other in said for other in _OTHERS):
        return None
    if "mariadb" in said.lower():
        return Identity("mariadb", "MariaDB", number[0])
    return Identity("mysql", "Percona Server" if "percona" in said.lower() else "MySQL", number[0])


def quote(name: str) -> str:
    """Write a name in backticks."""
    return "`" + name.replace("`", "``") + "`"


def _create_database(name: str, settings: ServerSettings, _owner: str = "") -> str:
    parts = [f"CREATE DATABASE {quote(name)}"]
    if settings.charset:
        parts.append(f"CHARACTER SET {_word('charset', settings.charset)}")
    if settings.collation:
        parts.append(f"COLLATE {_word('collation', settings.collation)}")
    return " ".join(parts)


def _word(key: str, value: str) -> str:
    if not _WORD.fullmatch(value):
        raise ConfigError(f"not a {key}: {value!r}", remedy=f"name a {key} of the server in the key `server.{key}`")
    return value


def _drop_database(name: str) -> str:
    return f"DROP DATABASE IF EXISTS {quote(name)}"


def _end_session(row: Sequence[Any], database: str) -> str:
    number, _user, _host, used, *_ = row
    return f"KILL {int(number)}" if used == database else ""


def _spelled(password: str) -> dict[str, Any]:
    """Have PyMySQL send a password as every other client does: as UTF-8, and not as latin1 or not at all."""
    return {} if password.isascii() else {"password": password.encode()}


def _connect_args(driver: str, loopback: bool, seconds: int) -> dict[str, Any]:  # noqa: FBT001  # a field's type
    if driver != "pymysql":
        return {"connect_timeout": seconds}
    limits = {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds}
    return {**limits, **({"ssl_disabled": True} if loopback else {})}


def _create_login(name: str, password: str) -> tuple[str, ...]:
    literal = "'" + password.replace("\\", "\\\\").replace("'", "''") + "'"
    return (f"CREATE USER {quote(name)} IDENTIFIED BY {literal}",)


def _grant(name: str, database: str, privilege: str) -> tuple[str, ...]:
    """Give it on the database, and for what goes with no database (1221, 3619) on the server.

    `_` and `%` in the database's name would stand for any characters (MySQL manual, GRANT Statement).
    """
    if not _PRIVILEGE.fullmatch(privilege):
        raise ConfigError(f"not a privilege: {privilege!r}", remedy='write server.privileges = ["ALL", "SUPER"]')
    escaped = database.replace("_", "\\_").replace("%", "\\%")
    on_database = f"GRANT {privilege} ON {quote(escaped)}.* TO {quote(name)}"
    if privilege.upper() in ("ALL", "ALL PRIVILEGES"):
        return (on_database,)
    return on_database, f"GRANT {privilege} ON *.* TO {quote(name)}"


def _drop_login(name: str) -> str:
    return f"DROP USER IF EXISTS {quote(name)}"


def _may_restore(rows: Sequence[Any]) -> bool:
    """Whether he may make a view, trigger or routine whose definer is another login."""
    return any(_MAY_RESTORE.search(str(row[0])) for row in rows)


def _elevate(name: str, on: bool) -> str:  # noqa: FBT001  # a field's type
    return f"GRANT SUPER ON *.* TO {quote(name)}" if on else f"REVOKE SUPER ON *.* FROM {quote(name)}"


def _needs_more(error: BaseException) -> bool:
    return bool(error.args) and error.args[0] in _NEEDS_MORE


def _denied(error: BaseException) -> bool:
    return bool(error.args) and error.args[0] in _DENIED


def _questions() -> Questions:
    from migkit.engines.mysql_questions import QUESTIONS

    return QUESTIONS


def _ledger() -> Ledger:
    from migkit.engines.mysql_ledger import LEDGER

    return LEDGER


def _lease() -> Lease:
    from migkit.engines.mysql_lease import MYSQL

    return MYSQL


def _gate() -> Gate:
    from migkit.engines.mysql_gate import GATE

    return GATE


CONSOLE = Console(
    database="",
    socket_option="unix_socket",
    identity_sql="SELECT VERSION(), @@version_comment",
    identify=identify,
    create_database=_create_database,
    drop_database=_drop_database,
    create_extension=None,
    tables_sql="SELECT count(*) FROM information_schema.tables WHERE table_schema = :name",
    sessions_sql="SHOW PROCESSLIST",  # information_schema makes a temporary table: not on a full disk
    end_session=_end_session,
    connect_args=_connect_args,
    wide_sql=(
        "SELECT CONCAT(u.user, '@', u.host), u.* FROM mysql.user u",
        "SHOW GLOBAL VARIABLES WHERE Variable_name NOT REGEXP '^gtid'",  # those move with every change
    ),
    logins=Logins(
        usual=("ALL",),
        create=_create_login,
        grant=_grant,
        drop=_drop_login,
        restoring_sql="SHOW GRANTS",
        may_restore=_may_restore,
        elevate=_elevate,
        denied=_denied,
        listing_sql="SELECT User FROM mysql.user",
        needs_more=_needs_more,
    ),
    databases_sql="SHOW DATABASES",
    claim_sql=("SET SESSION wait_timeout = 31536000", "SELECT GET_LOCK(:claim, 0)"),
    abandoned_sql="SELECT IS_FREE_LOCK(:claim) = 1 "
    "AND NOT EXISTS (SELECT 1 FROM information_schema.processlist WHERE db = :name)",
    read_only_sql=("SET SESSION TRANSACTION READ ONLY",),
    version_tables_sql="SELECT table_schema, table_name FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND column_name = 'version_num' ORDER BY 1, 2",
    target_options=_TARGET_OPTIONS,
    spelled=_spelled,
    tls_mode="ssl_mode",  # libmysqlclient's, so mysqlclient's
    tls_modes=_TLS_MODES,
    traits=TRAITS,
    gate=_gate,
    questions=_questions,
    ledger=_ledger,
    lease=_lease,
)
