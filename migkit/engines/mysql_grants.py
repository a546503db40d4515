"""What MySQL and MariaDB say of a login's privileges, read; the roles that are active are told with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

NAME = r"(?:`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|\*)"  # in double quotes where sql_mode has ANSI_QUOTES
GRANT = re.compile(rf"GRANT (?P<what>.+) ON (?P<where>{NAME})\.(?P<table>{NAME}) TO .*", re.DOTALL)
PRIVILEGE = re.compile(r"([A-Z_ ]+)(?:\([^)]*\))?")
# what ALL gives on one database (MySQL and MariaDB manuals, GRANT: "Database Privileges")
ALL = frozenset(
    {"ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE", "DROP"}
    | {"EVENT", "EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER", "UPDATE"}
)
EVERYTHING = "ALL"  # on the server
ON_DATABASE = ""
_LINE = re.compile(
    rf"(?P<verb>GRANT|REVOKE) (?P<what>.+?) ON (?P<routine>(?:PROCEDURE|FUNCTION) )?"
    rf"(?P<where>{NAME})\.(?P<table>{NAME}) (?:TO|FROM) .*",
    re.DOTALL,
)
_ONE = re.compile(r"\s*([A-Z_]+(?: [A-Z_]+)*)\s*(\([^)]*\))?\s*(?:,|\Z)")


def given(rows: Sequence[Sequence[Any]], database: str) -> Mapping[str, frozenset[str]]:
    """Give what SHOW GRANTS tells of a database: privileges by table, "" for all of it; columns alone do not count.

    Among grants on names of databases with wildcards the server takes the most specific one (MySQL manual, GRANT), and
    the name itself is more specific than any of them. Revokes in part take away.
    """
    lines = [match for line, *_rest in rows if (match := _LINE.fullmatch(str(line)))]
    own = {bare(one["where"]) for one in lines}
    exact = any(_escaped(name) == database for name in own)
    found: dict[str, set[str]] = {ON_DATABASE: set()}
    for one in sorted(lines, key=lambda match: match["verb"]):  # what is revoked comes last
        name = bare(one["where"])
        if name != "*" and not (_escaped(name) == database if exact else pattern(name).fullmatch(database)):
            continue
        words = _words(one["what"], everywhere=name == "*")
        table = ON_DATABASE if one["table"] == "*" else bare(one["table"])
        if one["verb"] == "REVOKE":
            found[table] = found.get(table, set()) - words
        else:
            found.setdefault(table, set()).update(words)
    return {table: frozenset(words) for table, words in found.items()}


def bare(quoted: str) -> str:
    """Give a name without its quotes."""
    sign = quoted[0]
    return quoted if sign == "*" else quoted[1:-1].replace(sign * 2, sign)


def pattern(name: str) -> re.Pattern[str]:
    """Give what a database's name in a GRANT matches: `_` and `%` stand for any characters, unless escaped."""
    parts = re.split(r"(\\.|[_%])", name)
    signs = {"_": ".", "%": ".*"}
    return re.compile("".join(signs.get(part) or re.escape(part.removeprefix("\\")) for part in parts), re.DOTALL)


def _escaped(name: str) -> str:
    """Give the name that a pattern is, as it was meant: with its signs escaped, or as they were typed."""
    return re.sub(r"\\(.)", r"\1", name)


def _words(what: str, *, everywhere: bool) -> set[str]:
    words = {match[1] for match in _ONE.finditer(what) if not match[2]}
    if words & {"ALL", "ALL PRIVILEGES"}:
        return set(ALL) | ({EVERYTHING} if everywhere else set())
    return words
