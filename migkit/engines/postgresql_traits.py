"""By what a PostgreSQL target is compared with the throwaway server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from migkit.product import Trait

_ATTRIBUTE = re.compile(r"SUPERUSER|CREATEDB|CREATEROLE|BYPASSRLS|REPLICATION")
_UTC = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Universal", "Zulu"})
_PRIVILEGES = """
SELECT word FROM pg_roles r, LATERAL (VALUES
  ('SUPERUSER', r.rolsuper), ('CREATEDB', r.rolcreatedb), ('CREATEROLE', r.rolcreaterole),
  ('BYPASSRLS', r.rolbypassrls), ('REPLICATION', r.rolreplication),
  ('owner of the database',
   pg_has_role(r.oid, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE')),
  ('CREATE on the database', has_database_privilege(current_database(), 'CREATE')),
  ('TEMPORARY on the database', has_database_privilege(current_database(), 'TEMPORARY')),
  ('CREATE on the schema public',
   coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'), false))
) AS given (word, has) WHERE r.rolname = current_user AND has
UNION ALL
SELECT 'member of ' || g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user
"""
_ARGUMENTS = (  # what decides which statements a server accepts, or what they make
    "default_transaction_isolation",
    "default_table_access_method",
    "default_tablespace",
    "check_function_bodies",
    "standard_conforming_strings",
    "wal_level",
)


def _written_key(name: str, words: Sequence[str]) -> str:
    return f"server = {{ {name} = {json.dumps(' '.join(words))} }}"


def _written_argument(name: str, words: Sequence[str]) -> str:
    setting = f"{name}={' '.join(words)}"
    return f"server = {{ args = {json.dumps(['-c', setting])} }}"


def _key(name: str) -> Callable[[Sequence[str]], str]:
    return partial(_written_key, name)  # an engine travels to other processes: no closures


def _argument(name: str) -> Callable[[Sequence[str]], str]:
    return partial(_written_argument, name)


def _extensions(words: Sequence[str]) -> str:
    return f"server = {{ extensions = {json.dumps(list(words))} }}"


def _privileges(words: Sequence[str]) -> str:
    """Write attributes and roles; the rest belongs to the owner of a database, which the throwaway login is."""
    given = [
        word.removeprefix("member of ") for word in words if _ATTRIBUTE.fullmatch(word) or word.startswith("member")
    ]
    owns = "owner of the database" in words
    rest = "" if owns else "; the throwaway login owns its database, so what the target's may not do shows there only"
    return f"server = {{ privileges = {json.dumps(given)} }}{rest}"


def _zone(rows: Sequence[Sequence[Any]], _database: str) -> frozenset[str]:
    return frozenset("UTC" if str(row[-1]) in _UTC else str(row[-1]) for row in rows)


def _setting(name: str) -> Trait:
    sql = f"SELECT current_setting('{name}', true)"
    return Trait(name.replace("_", "-"), sql, _argument(name))


TRAITS = (
    Trait("charset", "SHOW server_encoding", _key("charset")),
    Trait("collation", "SELECT datcollate FROM pg_database WHERE datname = current_database()", _key("collation")),
    Trait("time-zone", "SHOW TimeZone", _argument("timezone"), _zone),
    Trait("search-path", "SHOW search_path", _argument("search_path")),
    Trait("extensions", "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'", _extensions),
    Trait("privileges", _PRIVILEGES, _privileges),
    *map(_setting, _ARGUMENTS),
)
