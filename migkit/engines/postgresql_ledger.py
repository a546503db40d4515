"""How PostgreSQL keeps a release's journal, and what it knows of its sessions and statements."""

from __future__ import annotations

import re

from migkit.ledger import Ask, Ledger, several
from migkit.product import quoted

# Each row has its place in the order, then what is said.
_RELATION = """
SELECT 1, 'column ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
  || coalesce((SELECT ' DEFAULT ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef
     WHERE adrelid = c.oid AND adnum = a.attnum), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.oid = to_regclass({written}) AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind NOT IN ('i', 'I')
UNION ALL
SELECT 2, 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' not valid' END
FROM pg_index i WHERE to_regclass({written}) IN (i.indrelid, i.indexrelid)
UNION ALL
SELECT 3, 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid)
  || CASE WHEN convalidated THEN '' ELSE ' not validated' END
FROM pg_constraint WHERE conrelid = to_regclass({written})
UNION ALL
SELECT 4, 'is a ' || CASE c.relkind WHEN 'v' THEN 'view ' || pg_get_viewdef(c.oid) WHEN 'S' THEN 'sequence'
  WHEN 'm' THEN 'materialized view ' || pg_get_viewdef(c.oid) ELSE 'table' END
FROM pg_class c WHERE c.oid = to_regclass({written}) AND c.relkind NOT IN ('i', 'I')
ORDER BY 1, 2
"""
_TYPE = """
SELECT coalesce(e.enumsortorder, 0), coalesce('value ' || quote_literal(e.enumlabel), 'is a type')
FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.oid = to_regtype({written}) ORDER BY 1
"""
_NAME = re.compile(r"(?P<number>\d+)(?: since (?P<start>[\d.]+))?")
_COMMIT = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(COMMIT|END|PREPARE\s+TRANSACTION)\b", re.IGNORECASE | re.DOTALL)
_ENDS = re.compile(r"\b(COMMIT|END)\b", re.IGNORECASE)
_CALLS = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(CALL\b|DO\b(?=.*\b(COMMIT|ROLLBACK|CALL)\b))", re.IGNORECASE | re.DOTALL
)
_INDEX = re.compile(
    r'index CREATE (?:UNIQUE )?INDEX (?P<name>"(?:[^"]|"")+"|\S+) ON (?:ONLY )?(?P<table>(?:"(?:[^"]|"")+"|[^\s"])+)'
)
_PLACE = re.compile(r'(?:"(?:[^"]|"")+"|[^."]+)\.')  # the schema, where a name has one
_NO_TABLE = "42P01"  # undefined_table
_ABORTED = "25P02"  # in_failed_sql_transaction
_BEGUN = "SELECT extract(epoch FROM backend_start)::text FROM pg_stat_activity WHERE pid = {}"
_DOING = "SELECT CASE WHEN state = 'active' THEN query ELSE '' END FROM pg_stat_activity WHERE pid = {} AND {}"


def _create(place: str, name: str) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {quoted(place)}.{quoted(name)} ("
        "run text NOT NULL, seq integer NOT NULL, at text NOT NULL, kind text NOT NULL, revision text NOT NULL, "
        "number integer NOT NULL, hash text NOT NULL, sql_text text NOT NULL, message text NOT NULL, "
        "facts text NOT NULL, PRIMARY KEY (run, seq))"
    )


def _text(value: str) -> str:
    """Write a text in hexadecimal: what a backslash is depends on the session's settings."""
    return f"convert_from(decode('{value.encode('utf-8', 'replace').hex()}', 'hex'), 'UTF8')"


def _session(ask: Ask, number: int) -> str:
    """Name a session by its process and its beginning: numbers of processes come again."""
    rows = ask(_BEGUN.format(int(number)))
    return f"{number} since {rows[0][0]}" if rows and rows[0][0] else str(number)


def _doing(ask: Ask, session: str) -> str | None:
    name = _NAME.fullmatch(session)
    if name is None:
        return None
    same = f"extract(epoch FROM backend_start)::text = '{name['start']}'" if name["start"] else "true"
    rows = ask(_DOING.format(name["number"], same))
    return str(rows[0][0] or "") if rows else None


def _code(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")


def _missing(error: BaseException) -> bool:
    return _code(error) == _NO_TABLE


def _undone(error: BaseException) -> bool:
    return _code(error) == _ABORTED


def _half(text: str) -> tuple[str, ...]:
    """Give the indexes that are not valid: CREATE INDEX CONCURRENTLY leaves one where it does not come to its end."""
    return tuple(line for line in text.splitlines() if line.startswith("index ") and line.endswith(" not valid"))


def _drop(line: str) -> str:
    """Give what drops an index of `_half`; it has the schema of its table."""
    found = _INDEX.match(line)
    place = _PLACE.match(found["table"]) if found else None
    return f"DROP INDEX CONCURRENTLY {place[0] if place else ''}{found['name']}" if found else ""


def _commits(statement: str) -> bool:
    """Whether it is COMMIT itself: what runs outside of a transaction is known by its connection."""
    return bool(_COMMIT.match(statement))


def _parts(statement: str) -> bool:
    """Whether it may commit a part of what it does: code on the server, or several statements with a COMMIT."""
    return bool(_CALLS.match(statement)) or (bool(_ENDS.search(statement)) and several(statement))


def _whole(_version: str) -> bool:
    return True


LEDGER = Ledger(
    place_sql="SELECT current_schema()",
    create=_create,
    text=_text,
    session=_session,
    doing=_doing,
    looks={"table": _RELATION, "type": _TYPE},
    whole=_whole,
    commits=_commits,
    parts=_parts,
    missing=_missing,
    half=_half,
    drop=_drop,
    undone=_undone,
    around=(
        "SAVEPOINT migkit_mark",
        "RELEASE SAVEPOINT migkit_mark",
        "ROLLBACK TO SAVEPOINT migkit_mark",
    ),
    own_sql=("SET synchronous_commit = off",),  # the file is on the disk already
)
