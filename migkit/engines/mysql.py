"""MySQL and MariaDB: their images, and their arguments for a server that may forget.

Arguments that not every version knows carry the prefix `loose-`: a server ignores those that it does not know.
"""

from __future__ import annotations

import signal
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migkit.engines import mysql_native
from migkit.engines.mysql_client import CLIENT
from migkit.engines.mysql_console import CONSOLE, identify, quote
from migkit.model import Engine
from migkit.product import (
    Columns,
    Container,
    Identity,
    Installation,
    Native,
    Package,
    Place,
    ServerSettings,
)

if TYPE_CHECKING:
    from migkit.gate import Gate
    from migkit.lease import Lease
    from migkit.questions import Questions

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


def _program(said: str) -> Identity | None:
    return identify(mysql_native.said(said))


def _native_arguments(installation: Installation, place: Place, settings: ServerSettings) -> tuple[str, ...]:
    return mysql_native.arguments(installation, place, _arguments(settings))


def _mysql_geometry(kind: str, srid: str) -> str:
    return f"{kind} SRID {srid}" if srid else kind


def _mariadb_geometry(kind: str, srid: str) -> str:
    return f"{kind} REF_SYSTEM_ID={srid}" if srid else kind


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


def _gate() -> Gate:
    from migkit.engines.mysql_gate import MARIADB as GATE

    return GATE


def _lease() -> Lease:
    from migkit.engines import mysql_lease

    return mysql_lease.MARIADB


def _questions() -> Questions:
    from migkit.engines import mysql_questions

    return mysql_questions.MARIADB


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
    quote=quote,
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
    console=CONSOLE,
    client=CLIENT,
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
    client=replace(CLIENT, programs=("mariadb", "mysql")),
    console=replace(CONSOLE, questions=_questions, lease=_lease, gate=_gate),
)
