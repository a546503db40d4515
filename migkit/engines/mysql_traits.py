"""By what a MySQL or MariaDB target is compared with the throwaway server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from migkit.engines.mysql_grants import ALL, GRANT, PRIVILEGE, bare, pattern
from migkit.product import Trait

_ROLE = re.compile(r"GRANT (?P<roles>[`'\"].*) TO .*", re.DOTALL)
_NEW_ON_A_DATABASE = frozenset({"DELETE HISTORY", "SHOW CREATE ROUTINE"})  # MariaDB's, of 10.3 and 11.3
_EVERYWHERE = "ALL ON *.*"
_UTC = frozenset({"UTC", "Etc/UTC", "GMT", "+00:00", "Universal", "Zulu"})
_ARGUMENTS = (  # what decides which statements a server accepts, or what they make
    "sql_require_primary_key",
    "sql_generate_invisible_primary_key",
    "log_bin_trust_function_creators",
    "innodb_strict_mode",
    "innodb_default_row_format",
    "default_storage_engine",
    "explicit_defaults_for_timestamp",
    "foreign_key_checks",
    "init_connect",
)


def grants(rows: Sequence[Sequence[Any]], database: str) -> frozenset[str]:
    """Give the privileges that SHOW GRANTS tells of, as far as they hold in the database."""
    found: set[str] = set()
    for line, *_rest in rows:
        match = GRANT.fullmatch(str(line))
        role = None if match else _ROLE.fullmatch(str(line))
        if role is not None:
            found.add(f"the role {role['roles']}")
        elif match is not None:
            found |= _given(match["what"], bare(match["where"]), match["table"], database)
    return frozenset(found - {"USAGE", "GRANT OPTION", "PROXY"} - _NEW_ON_A_DATABASE)


def _given(what: str, name: str, table: str, database: str) -> set[str]:
    if name != "*" and not pattern(name).fullmatch(database):
        return set()
    words = {match[1].strip() for match in PRIVILEGE.finditer(what) if match[1].strip()}
    if words & {"ALL", "ALL PRIVILEGES"}:
        words = set(ALL) | ({_EVERYWHERE} if name == "*" else set())
    return words if table == "*" else {f"{word} ON {bare(table)}" for word in words}


def _privileges(words: Sequence[str]) -> str:
    named = set(words)
    if named >= ALL:
        named = named - ALL | {"ALL"}
    listed = [word for word in sorted(named) if " ON " not in word and not word.startswith("the role")]
    more = sorted(named - set(listed))
    rest = f"; and know that migrations may do there as well: {', '.join(more)}" if more else ""
    return f"server = {{ privileges = {json.dumps(listed)} }}{rest}"


def _modes(rows: Sequence[Sequence[Any]], _database: str) -> frozenset[str]:
    return frozenset(mode for row in rows for mode in str(row[-1]).split(",") if mode)


def _zone(rows: Sequence[Sequence[Any]], _database: str) -> frozenset[str]:
    return frozenset("UTC" if str(row[-1]) in _UTC else str(row[-1]) for row in rows)


def _written_key(name: str, words: Sequence[str]) -> str:
    return f"server = {{ {name} = {json.dumps(','.join(words))} }}"


def _written_number(name: str, words: Sequence[str]) -> str:
    return f"server = {{ {name} = {' '.join(words)} }}"


def _written_argument(name: str, words: Sequence[str]) -> str:
    option = f"--{name.replace('_', '-')}"
    return f"server = {{ args = {json.dumps([f'{option}={word}' for word in words])} }}"


def _key(name: str) -> Callable[[Sequence[str]], str]:
    return partial(_written_key, name)  # an engine travels to other processes: no closures


def _number(name: str) -> Callable[[Sequence[str]], str]:
    return partial(_written_number, name)


def _argument(name: str) -> Callable[[Sequence[str]], str]:
    return partial(_written_argument, name)


def _log(words: Sequence[str]) -> str:
    return 'server = { args = ["--skip-log-bin"] }' if "OFF" in words else "take --skip-log-bin out of server.args"


def _variable(name: str) -> Trait:
    sql = f"SHOW SESSION VARIABLES WHERE Variable_name = '{name}'"
    return Trait(name.replace("_", "-"), sql, _argument(name))


TRAITS = (
    Trait("sql-mode", "SELECT @@SESSION.sql_mode", _key("sql_mode"), _modes),
    Trait("charset", "SELECT @@character_set_database", _key("charset")),
    Trait("collation", "SELECT @@collation_database", _key("collation")),
    Trait("lower-case-table-names", "SELECT @@lower_case_table_names", _number("lower_case_table_names")),
    Trait("binary-log", "SHOW VARIABLES WHERE Variable_name = 'log_bin'", _log),
    Trait(
        "time-zone",
        "SELECT IF(@@SESSION.time_zone = 'SYSTEM', @@system_time_zone, @@SESSION.time_zone)",
        _argument("default_time_zone"),
        _zone,
    ),
    Trait("privileges", "SHOW GRANTS", _privileges, grants),
    *map(_variable, _ARGUMENTS),
)
