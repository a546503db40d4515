"""MySQL and MariaDB from their own programs: how a data directory is made, and the server's arguments in its folder.

No option file is read (`--no-defaults`), and what says where the server lives stands last: it cannot be overridden.
"""

from __future__ import annotations

import re
from pathlib import Path

from migkit.product import Command, Installation, Place, ServerSettings

_SCRIPTS = (  # what mariadb-install-db runs, in its order; newer versions begin their names with mariadb_
    ("mysql_system_tables.sql", "mariadb_system_tables.sql"),
    ("mysql_performance_tables.sql", "mariadb_performance_tables.sql"),
    ("mysql_system_tables_data.sql", "mariadb_system_tables_data.sql"),
    ("fill_help_tables.sql",),
    ("maria_add_gis_sp_bootstrap.sql",),
    ("mysql_sys_schema.sql", "mariadb_sys_schema.sql"),
)
_BOOTSTRAP = (
    "--bootstrap",
    "--enforce-storage-engine=",
    "--max-allowed-packet=8M",
    "--net-buffer-length=16K",
    "--log-warnings=0",
)
_FIRST = "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n"
_LAST = (  # the administrators of other hosts have no password
    "\nDELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';\n"
    "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';\n"
)
_LASTING = re.compile(r"--(loose-)?(innodb|lower)[-_]", re.IGNORECASE)  # fixed when the data directory is made


def said(text: str) -> tuple[str, str]:
    """Give the version, and what else stands behind it, of the answer to `--version`."""
    version = re.search(r" Ver (\S+)(.*)", text)
    return (version[1], version[2]) if version else ("", "")


def arguments(installation: Installation, place: Place, throwaway: tuple[str, ...]) -> tuple[str, ...]:
    """Give the server's command; `throwaway` are the arguments of a server that may forget, wherever it runs."""
    binary_log = f"--log-bin={place.folder / 'binlog'}"
    return (*_bare(installation), binary_log, *throwaway, *_place(place))


def prepare(installation: Installation, place: Place, settings: ServerSettings) -> tuple[Command, ...]:
    """Let the product make its system tables; what only an initialisation can fix goes with it."""
    case = settings.lower_case_table_names
    lasting = [argument for argument in settings.args if _LASTING.match(argument)]
    if installation.identity.family == "mysql":
        lasting += [] if case is None else [f"--lower-case-table-names={case}"]
        own = ("--initialize-insecure", f"--secure-file-priv={place.folder}")
        return (Command((*_bare(installation), *lasting, *own, f"--datadir={place.data}")),)
    args = (*_bare(installation), *_BOOTSTRAP, *lasting, f"--datadir={place.data}", f"--tmpdir={place.folder}")
    share = _program(installation).parent.parent / "share"
    folders = (share / "mysql", share / "mariadb", share)
    files = tuple(tuple(folder / name for name in names for folder in folders) for names in _SCRIPTS)
    return (Command(args, _FIRST, files, _LAST),)


def enter(_installation: Installation, _place: Place, _password: str) -> tuple[Command, ...]:
    """Nothing: the server reads the password at its start."""
    return ()


def secret(password: str) -> str:
    """One statement a line, as the server reads it; the password is of letters that need no escape."""
    lines = (
        "SET SESSION sql_log_bin = 0",
        "SET SESSION sql_mode = ''",
        f"ALTER USER root@localhost IDENTIFIED BY '{password}'",
        f"CREATE USER root@'%' IDENTIFIED BY '{password}'",
        "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION",
    )
    return "".join(f"{line};\n" for line in lines)


def controls(_program: Path, _extension: str) -> tuple[Path, ...]:
    """Nowhere: there are no extensions."""
    return ()


def _bare(installation: Installation) -> tuple[str, ...]:
    return (str(_program(installation)), "--no-defaults", *installation.arguments)


def _program(installation: Installation) -> Path:
    names = ("mariadbd", "mysqld") if installation.identity.family == "mariadb" else ("mysqld",)
    return next(installation.programs[name] for name in names if name in installation.programs)


def _place(place: Place) -> tuple[str, ...]:
    return (
        f"--datadir={place.data}",
        f"--tmpdir={place.folder}",
        f"--socket={place.folder / 's'}",
        f"--pid-file={place.folder / 'pid'}",
        f"--secure-file-priv={place.folder}",
        "--bind-address=127.0.0.1",
        f"--port={place.port}",
        f"--init-file={place.secret}",
    )
