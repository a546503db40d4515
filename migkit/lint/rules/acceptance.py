"""What a server refuses of a column or an index on its own: defaults, generated columns, keys that are too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint import charsets, columntypes
from migkit.lint.brought import COLUMNS, KEYS, Column, Key, columns, deeds, keys, place
from migkit.lint.case import Case
from migkit.lint.rule import Found, Rule
from migkit.lint.state import any_case
from migkit.model import Severity
from migkit.model.script import ColumnSpec, Kind

_LITERAL = re.compile(r"""(?:[-+]?[\d.]|['"]|[bxn]'|_\w+\s*'|(?:true|false)\b).*""", re.IGNORECASE | re.DOTALL)
_NOW = re.compile(r"(?i:current_timestamp|now|localtime|localtimestamp)\b\s*(?:\(\s*(?P<digits>\d*)\s*\))?")
_RANDOM = re.compile(r"\b(?:uuid|rand|uuid_short|random_bytes|sysdate)\s*\(", re.IGNORECASE)
_STRING = re.compile(r"'(?:[^']|'')*'", re.DOTALL)
_PREFIX = re.compile(r"\(\s*(\d+)\s*\)")
_LARGE = frozenset({"text", "blob"})
_NO_LITERAL = _LARGE | {"json", "geometry"}
_INDEXES = frozenset({"index", "unique", "primary"})
_LONGEST = 3072


def _blob_default(case: Case) -> Iterator[Found]:
    for column in columns(case):
        default = column.spec.default or ""
        if "default" in column.said and _group(case, column.spec) in _NO_LITERAL and _LITERAL.fullmatch(default):
            remedy = f"write an expression, DEFAULT ({default}), which 8.0.13 and later take, or leave the default out"
            yield Found(f"{column.name} is {column.spec.type} with DEFAULT {default}", column.span, remedy, column.name)


def _generated_not_null(case: Case) -> Iterator[Found]:
    for column in columns(case):
        written = column.deed.statement.sql or column.deed.statement.via.startswith("migkit.ops")
        if column.spec.generated in ("stored", "virtual") and column.spec.nullable is False and written:
            remedy = "leave NOT NULL out, and say it by CHECK (… IS NOT NULL) if it must hold"
            yield Found(f"{column.name} is a generated column with NOT NULL", column.span, remedy, column.name)


def _default_precision(case: Case) -> Iterator[Found]:
    for column in columns(case):
        kind, now = columntypes.parse(column.spec.type, case.engine.family), _NOW.fullmatch(column.spec.default or "")
        if not kind or not now or kind.base not in ("datetime", "timestamp") or not _said(column):
            continue
        digits, wanted = int(now["digits"] or 0), kind.size or 0
        if digits != wanted:
            right = f"CURRENT_TIMESTAMP({wanted})" if wanted else "CURRENT_TIMESTAMP"
            what = f"{column.name} is {column.spec.type} with DEFAULT {column.spec.default}"
            yield Found(what, column.span, f"write DEFAULT {right}", column.name)


def _random_default(case: Case) -> Iterator[Found]:
    for column in columns(case):
        default = _STRING.sub("", column.spec.default or "")
        if column.deed.act.kind is Kind.add_column and _RANDOM.search(default):
            remedy = "add the column without a default, fill it by UPDATE, then ALTER COLUMN … SET DEFAULT"
            what = f"{column.name} is added with DEFAULT {column.spec.default}"
            yield Found(what, column.span, remedy, column.name)


def _enum_default(case: Case) -> Iterator[Found]:
    for column in columns(case):
        kind, default = columntypes.parse(column.spec.type, case.engine.family), column.spec.default or ""
        if not kind or kind.base != "enum" or not kind.values or not _STRING.fullmatch(default):
            continue
        label = default[1:-1].replace("''", "'")
        if not _said(column) or "\\" in column.spec.type + label:
            continue
        if label.lower().rstrip() not in (one.lower().rstrip() for one in kind.values):
            what = f"{column.name} has DEFAULT {default}, which is none of its values"
            yield Found(what, column.span, f"write one of {', '.join(kind.values)}", column.name)


def _blob_key(case: Case) -> Iterator[Found]:
    for key in keys(case):
        if key.spec.kind not in _INDEXES or (case.engine.family == "mariadb" and key.spec.kind != "primary"):
            continue
        for part, name in _parts(key):
            column = key.column(name)
            group = _group(case, column) if column else ""
            if column is None or group not in _LARGE | {"json"} or _prefix(key, part, name):
                continue
            what = f"index {key.name} of {key.deed.act.table} holds {name}, which is {column.type}"
            if group == "json":
                remedy = "index an expression, ((CAST(… AS CHAR(64)))), or a generated column"
                why = "MySQL refuses an index on a JSON column with 3152"
                yield Found(what, key.span, remedy, f"{key.deed.act.table}.{name}", why)
            else:
                remedy = f"give a length, {name}(255), or make the column VARCHAR"
                yield Found(what, key.span, remedy, f"{key.deed.act.table}.{name}")


def _key_length(case: Case) -> Iterator[Found]:
    for key in keys(case):
        if key.spec.kind not in _INDEXES or (case.engine.family == "mariadb" and key.spec.kind != "primary"):
            continue
        total, found = 0, set[str]()
        for part, name in _parts(key):
            column = key.column(name)
            if column is None:
                continue
            charset = _charset(case, key, column)
            found |= {charset} if _group(case, column) in ("char", "text") else set()
            total += charsets.key_bytes(column, charset, _prefix(key, part, name), case.engine) or 0
        if total > _LONGEST:
            said = f" in {' and '.join(sorted(found))}" if found else ""
            what = f"index {key.name} of {key.deed.act.table} is {total:,} bytes long{said}"
            yield Found(what, key.span, "shorten the columns, or index a part of them: name(191)", key.name)


def _privilege(case: Case) -> Iterator[Found]:
    for deed in deeds(case, frozenset({Kind.create_other})):
        if deed.act.item in ("trigger", "function"):
            what = f"the {deed.act.item} {deed.act.name} is created"
            remedy = "let production's login have SUPER, or log_bin_trust_function_creators be on, or do without it"
            yield Found(what, place(deed), remedy, deed.act.name)


def _parts(key: Key) -> Iterator[tuple[str, str]]:
    """Give each part of an index that is a column, as it is written and the column's name."""
    parts = key.spec.parts if len(key.spec.parts) == len(key.spec.columns) else key.spec.columns
    return ((part, name) for part, name in zip(parts, key.spec.columns, strict=True) if name)


def _prefix(key: Key, part: str, name: str) -> int | None:
    """Give how many characters of a column are indexed, None for all of it."""
    match = _PREFIX.search(part.removeprefix(name).lstrip("`"))
    if match:
        return int(match[1])
    said = key.deed.statement.arguments.get("mysql_length")
    if isinstance(said, dict):
        said = any_case(said, name)
    return said if isinstance(said, int) else None


def _charset(case: Case, key: Key, column: ColumnSpec) -> str:
    act = key.deed.act if key.deed.act.kind is Kind.create_table else None
    return charsets.charset(column, key.deed.table, act, case)


def _said(column: Column) -> bool:
    return not {"default", "type"}.isdisjoint(column.said)


def _group(case: Case, column: ColumnSpec) -> str:
    kind = columntypes.parse(column.type, case.engine.family)
    return kind.group if kind else ""


RULES = (
    Rule(
        "blob-default",
        "acceptance",
        Severity.error,
        "MySQL refuses a literal default on a TEXT, BLOB, JSON or GEOMETRY column with 1101",
        _blob_default,
        on=("mysql",),
        kinds=COLUMNS,
        remedy="write the default as an expression in parentheses, or leave it out",
    ),
    Rule(
        "generated-not-null",
        "acceptance",
        Severity.error,
        "MariaDB's grammar has no NOT NULL behind a generated column's expression and refuses it with 1064",
        _generated_not_null,
        on=("mariadb",),
        kinds=COLUMNS,
        remedy="leave NOT NULL out",
    ),
    Rule(
        "default-precision",
        "acceptance",
        Severity.error,
        "MySQL refuses a default of the present time whose digits of a second are not the column's own with 1067",
        _default_precision,
        on=("mysql",),
        kinds=COLUMNS,
        remedy="give the default the column's own digits: DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6)",
    ),
    Rule(
        "random-default",
        "acceptance",
        Severity.error,
        "with the binary log on, as MySQL has it unless told otherwise, a column that is added with a default"
        " that a replica may compute otherwise (UUID(), RAND(), SYSDATE()) is refused with 1674",
        _random_default,
        on=("mysql",),
        kinds=frozenset({Kind.add_column}),
        remedy="add the column without a default, fill it by UPDATE, then set the default",
    ),
    Rule(
        "enum-default",
        "acceptance",
        Severity.error,
        "a default that is none of the ENUM's values is refused with 1067",
        _enum_default,
        on=("mysql", "mariadb"),
        kinds=COLUMNS,
        remedy="let the default be one of the values",
    ),
    Rule(
        "blob-key-length",
        "acceptance",
        Severity.error,
        "an index on a TEXT or BLOB column without a length is refused with 1170",
        _blob_key,
        on=("mysql", "mariadb"),
        kinds=KEYS,
        remedy="give a length, body(255), or make the column VARCHAR",
    ),
    Rule(
        "key-length",
        "acceptance",
        Severity.error,
        "an index of InnoDB holds at most 3,072 bytes of a row, and a longer one is refused with 1071",
        _key_length,
        on=("mysql", "mariadb"),
        kinds=KEYS,
        remedy="shorten the columns, or index a part of them",
    ),
    Rule(
        "my-trigger-privilege",
        "acceptance",
        Severity.warning,
        "with the binary log on, a login without SUPER is refused to create a trigger or a function with 1419",
        _privilege,
        on=("mysql", "mariadb"),
        kinds=frozenset({Kind.create_other}),
        remedy="ask which login production migrates with",
    ),
)
