"""MySQL and MariaDB: their images, their arguments for a server that may forget, and the statements for databases.

Arguments that not every version knows carry the prefix `loose-`: a server ignores those that it does not know.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from migkit.engines import mysql_native
from migkit.engines.mysql_traits import TRAITS
from migkit.errors import ConfigError
from migkit.model import Engine
from migkit.product import (
    Columns,
    Console,
    Container,
    Identity,
    Installation,
    Logins,
    Native,
    Package,
    Place,
    ServerSettings,
)

_FAST = (
    "--skip-name-resolve",
    "--server-id=1",
    "--sync-binlog=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    "--innodb-buffer-pool-size=256M",
    "--loose-innodb-numa-interleave=OFF",  # refused in a container, with five lines in the log
    "--loose-mysqlx=OFF",
)
_BINARY_LOG = "--log-bin=/tmp/migkit-bin"  # not in the data folder: where its disk is full, a write waits for ever
_WORD = re.compile(r"[A-Za-z0-9_]+")
_PRIVILEGE = re.compile(r"[A-Za-z]+([ _][A-Za-z]+)*")
_DENIED = frozenset({1044, 1045, 1142, 1227, 1290, 1396, 1410})
_NEEDS_MORE = frozenset({1227, 1419})  # what SUPER may; another database's tables stay closed (1044, 1142)
_MAY_RESTORE = re.compile(r"\b(ALL PRIVILEGES|SUPER|SET_USER_ID|SET_ANY_DEFINER|SET USER)\b.* ON \*\.\*")
_OTHERS = ("TiDB", "Vitess", "OceanBase", "SingleStore", "Doris")  # products that speak the protocol and are others

_TARGET_OPTIONS = frozenset(
    {"charset", "ssl_ca", "ssl_capath", "ssl_cert", "ssl_key", "ssl_key_password", "ssl_check_hostname"}
    | {"ssl_disabled", "ssl_verify_cert", "ssl_verify_identity"}
)


def _mysql_image(version: str, _extensions: Collection[str]) -> str:
    return f"mysql:{version}"


def _mariadb_image(version: str, _extensions: Collection[str]) -> str:
    return f"mariadb:{version}"


def _mysql_environment(password: str) -> dict[str, str]:
    return {"MYSQL_ROOT_PASSWORD": password}


def _mariadb_environment(password: str) -> dict[str, str]:
    return {"MARIADB_ROOT_PASSWORD": password}


def _arguments(settings: ServerSettings) -> tuple[str, ...]:
    """Charset and collation are the server's defaults too: a migration may create a database, or rely on them."""
    charset = _charset(settings)
    options = (
        ("--character-set-server", charset),
        ("--collation-server", settings.collation),
        ("--sql-mode", settings.sql_mode),
        ("--lower-case-table-names", _number(settings.lower_case_table_names)),
    )
    chosen = (f"{name}={value}" for name, value in options if value or (value == "" and name == "--sql-mode"))
    return (*_FAST, *chosen, *settings.args)


def _container_arguments(settings: ServerSettings) -> tuple[str, ...]:
    return (_BINARY_LOG, *_arguments(settings))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _charset(settings: ServerSettings) -> str:
    """Give the charset, or that of the collation: a server refuses a collation of another one than its default."""
    if settings.charset or not settings.collation or settings.collation.startswith("uca1400"):
        return settings.charset
    return settings.collation.partition("_")[0]


def _identify(row: Sequence[Any]) -> Identity | None:
    said = f"{row[0]} {row[1]}"
    number = re.match(r"\d+\.\d+(?:\.\d+)?", str(row[0]))
    if number is None or any(other in said for other in _OTHERS):
        return None
    if "mariadb" in said.lower():
        return Identity("mariadb", "MariaDB", number[0])
    return Identity("mysql", "Percona Server" if "percona" in said.lower() else "MySQL", number[0])


def _program(said: str) -> Identity | None:
    return _identify(mysql_native.said(said))


def _native_arguments(installation: Installation, place: Place, settings: ServerSettings) -> tuple[str, ...]:
    return mysql_native.arguments(installation, place, _arguments(settings))


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _mysql_geometry(kind: str, srid: str) -> str:
    return f"{kind} SRID {srid}" if srid else kind


def _mariadb_geometry(kind: str, srid: str) -> str:
    return f"{kind} REF_SYSTEM_ID={srid}" if srid else kind


def _create_database(name: str, settings: ServerSettings, _owner: str = "") -> str:
    parts = [f"CREATE DATABASE {_quote(name)}"]
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
    return f"DROP DATABASE IF EXISTS {_quote(name)}"


def _end_session(row: Sequence[Any], database: str) -> str:
    number, _user, _host, used, *_ = row
    return f"KILL {int(number)}" if used == database else ""


def _connect_args(driver: str, loopback: bool, seconds: int) -> dict[str, Any]:  # noqa: FBT001  # a field's type
    if driver != "pymysql":
        return {"connect_timeout": seconds}
    limits = {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds}
    return {**limits, **({"ssl_disabled": True} if loopback else {})}


def _create_login(name: str, password: str) -> tuple[str, ...]:
    literal = "'" + password.replace("\\", "\\\\").replace("'", "''") + "'"
    return (f"CREATE USER {_quote(name)} IDENTIFIED BY {literal}",)


def _grant(name: str, database: str, privilege: str) -> tuple[str, ...]:
    """Give it on the database, and for what goes with no database (1221, 3619) on the server.

    `_` and `%` in the database's name would stand for any characters (MySQL manual, GRANT Statement).
    """
    if not _PRIVILEGE.fullmatch(privilege):
        raise ConfigError(f"not a privilege: {privilege!r}", remedy='write server.privileges = ["ALL", "SUPER"]')
    escaped = database.replace("_", "\\_").replace("%", "\\%")
    on_database = f"GRANT {privilege} ON {_quote(escaped)}.* TO {_quote(name)}"
    if privilege.upper() in ("ALL", "ALL PRIVILEGES"):
        return (on_database,)
    return on_database, f"GRANT {privilege} ON *.* TO {_quote(name)}"


def _drop_login(name: str) -> str:
    return f"DROP USER IF EXISTS {_quote(name)}"


def _may_restore(rows: Sequence[Any]) -> bool:
    """Whether he may make a view, trigger or routine whose definer is another login."""
    return any(_MAY_RESTORE.search(str(row[0])) for row in rows)


def _elevate(name: str, on: bool) -> str:  # noqa: FBT001  # a field's type
    return f"GRANT SUPER ON *.* TO {_quote(name)}" if on else f"REVOKE SUPER ON *.* FROM {_quote(name)}"


def _needs_more(error: BaseException) -> bool:
    return bool(error.args) and error.args[0] in _NEEDS_MORE


def _denied(error: BaseException) -> bool:
    return bool(error.args) and error.args[0] in _DENIED


def _package_arguments(root: Path) -> tuple[str, ...]:
    return (f"--basedir={root}", f"--lc-messages-dir={root / 'share' / 'mysql'}")


_COLUMNS = Columns(
    places=True,
    forgets=True,
    enums="column",
    geometry=_mysql_geometry,
    clauses=frozenset(
        {"GENERATED", "AS", "ON", "AUTO_INCREMENT", "COMMENT", "INVISIBLE", "STORAGE", "COLUMN_FORMAT", "CHECK"}
        | {"SRID", "REF_SYSTEM_ID", "COMPRESSED"}
    ),
)
_PACKAGE = Package(  # there is none of MySQL: its schemas get MariaDB, and are told so
    family="mariadb",
    product="MariaDB",
    debian="mariadb-server-core",
    root="usr",
    arguments=_package_arguments,
    install={
        "apt": "mariadb-server",
        "dnf": "mariadb-server",
        "apk": "mariadb",
        "pacman": "mariadb",
        "zypper": "mariadb",
        "brew": "mariadb",
    },
)
MYSQL = Engine(
    family="mysql",
    version="9.7",
    product="MySQL",
    dialect="mysql",
    port=3306,
    transactional_ddl=False,
    admin="root",
    driver="mysql+pymysql",
    driver_14="mysql+pymysql",
    quote=_quote,
    look="SHOW CREATE TABLE {table}",
    columns=_COLUMNS,
    container=Container(
        official=_mysql_image,
        own="migkit/mysql",
        variable="MIGKIT_IMAGE_MYSQL",
        folder="/var/lib/mysql",
        environment=_mysql_environment,
        arguments=_container_arguments,
    ),
    native=Native(
        programs=("mysqld", "mariadbd"),
        helpers=(),
        identify=_program,
        prepare=mysql_native.prepare,
        personal=("auto.cnf",),
        enter=mysql_native.enter,
        secret=mysql_native.secret,
        arguments=_native_arguments,
        stop=signal.SIGKILL,  # nothing of it is kept
        controls=mysql_native.controls,
    ),
    package=_PACKAGE,
    console=Console(
        database="",
        socket_option="unix_socket",
        identity_sql="SELECT VERSION(), @@version_comment",
        identify=_identify,
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
        traits=TRAITS,
    ),
)
assert MYSQL.container is not None
MARIADB = replace(
    MYSQL,
    family="mariadb",
    version="10.11",
    product="MariaDB",
    columns=replace(_COLUMNS, geometry=_mariadb_geometry),
    container=replace(
        MYSQL.container,
        official=_mariadb_image,
        own="migkit/mariadb",
        variable="MIGKIT_IMAGE_MARIADB",
        environment=_mariadb_environment,
    ),
)
