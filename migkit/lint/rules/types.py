"""Types that a server does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint import columntypes
from migkit.lint.brought import COLUMNS, Column, columns
from migkit.lint.case import Case
from migkit.lint.rule import Found, Rule, holds
from migkit.lint.written import written
from migkit.model import Engine, Severity

_MYSQL = (
    frozenset({"decimal", "float", "double", "bit", "date", "datetime", "timestamp", "time", "year", "char", "varchar"})
    | {"binary", "varbinary", "enum", "set", "json", "nchar varchar", "national varcharacter"}
    | {
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometry",
        "geometrycollection",
    }
    | columntypes.BYTES.keys()
    | columntypes.TEXTS.keys()
    | columntypes.BLOBS.keys()
)
_NO_LENGTH = re.compile(r"\b(?:String|Unicode|VARCHAR|VARBINARY|LargeBinary)\s*(?:\(\s*\)|[,)])")
_LATER = {
    "uuid": ("mariadb>=10.7",),
    "inet4": ("mariadb>=10.10",),
    "inet6": ("mariadb>=10.5",),
    "vector": ("mysql>=9.0", "mariadb>=11.7"),
}
_ORACLE = frozenset({"number", "varchar2", "clob", "raw"})  # MariaDB knows them in sql_mode ORACLE alone
FOREIGN = (
    frozenset({"DATETIME", "TINYINT", "MEDIUMINT", "DOUBLE", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "TINYTEXT"})
    | {"MEDIUMTEXT", "LONGTEXT", "NVARCHAR", "VARBINARY", "BINARY", "YEAR", "ENUM", "SET", "NUMBER", "VARCHAR2", "CLOB"}
    | {"STRING", "UNIQUEIDENTIFIER", "DATETIME2", "INT1", "INT3", "MIDDLEINT", "FIXED", "LONG", "RAW", "NTEXT", "IMAGE"}
    | {"SMALLDATETIME", "DATETIMEOFFSET", "INET4", "INET6"}
)
_INSTEAD = {
    "postgresql": {
        "DATETIME": "TIMESTAMP or TIMESTAMPTZ", "TINYINT": "SMALLINT", "MEDIUMINT": "INTEGER",
        "DOUBLE": "DOUBLE PRECISION",
        "BLOB": "BYTEA", "TINYBLOB": "BYTEA", "MEDIUMBLOB": "BYTEA", "LONGBLOB": "BYTEA", "VARBINARY": "BYTEA",
        "BINARY": "BYTEA", "TINYTEXT": "TEXT", "MEDIUMTEXT": "TEXT", "LONGTEXT": "TEXT", "NVARCHAR": "VARCHAR",
        "ENUM": "a type that CREATE TYPE … AS ENUM makes", "UNIQUEIDENTIFIER": "UUID", "STRING": "TEXT",
    },
    "mysql": {
        "UUID": "BINARY(16) or CHAR(36)", "JSONB": "JSON", "TIMESTAMPTZ": "TIMESTAMP or DATETIME", "BYTEA": "BLOB",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "BIGSERIAL": "BIGINT AUTO_INCREMENT", "STRING": "TEXT",
        "CITEXT": "TEXT with a collation that ends in _ci", "INET": "VARBINARY(16)",
    },
}  # fmt: skip


def _unknown_type(case: Case) -> Iterator[Found]:
    for column in columns(case):
        text = column.spec.type
        if not text or "{" in text or "type" not in column.said or column.deed.statement.reading.value == "names":
            continue
        if case.engine.family == "postgresql":
            yield from _postgresql(case, column)
        elif _unknown(text, case.engine):
            yield _found(case, column, text.partition("(")[0])
        elif text in ("VARCHAR", "VARBINARY") and _bare(case, column):
            why = "MySQL and MariaDB refuse it with 1064, and SQLAlchemy before them"
            yield Found(
                f"{column.name} is {text} without a length", column.span, f"write {text}(255)", column.name, why
            )


def _bare(case: Case, column: Column) -> bool:
    """Whether a length is certainly not given: in an operation it may be a name that is not known."""
    return bool(column.deed.statement.sql) or _NO_LENGTH.search(written(case.source, column.span)) is not None


def _unknown(text: str, engine: Engine) -> bool:
    """Whether a type is certainly none of MySQL's or MariaDB's."""
    if text.endswith(("[]", "WITH TIME ZONE", "WITHOUT TIME ZONE")):
        return True
    kind = columntypes.parse(text, engine.family)
    if kind is None or kind.base in _MYSQL or (kind.base in _ORACLE and engine.family == "mariadb"):
        return False
    claims = _LATER.get(kind.base)
    return not claims or not holds(Rule("", "", Severity.error, "", on=claims), engine)


def _postgresql(case: Case, column: Column) -> Iterator[Found]:
    text = column.spec.type
    kind, raw = columntypes.parse(text, case.engine.family), text.partition("(")[0].strip()
    if kind is None or ("type", raw.lower()) in case.after.others:
        return
    if raw in FOREIGN:
        yield _found(case, column, raw)
    elif text.endswith((" UNSIGNED", " ZEROFILL")) or (kind.base in columntypes.BYTES and "(" in text):
        why = "PostgreSQL's integers have neither a width nor a sign of their own, and it refuses them with 42601"
        yield Found(f"{column.name} is {text}", column.span, f"write {raw.split()[0]}", column.name, why)


def _found(case: Case, column: Column, name: str) -> Found:
    family = "mysql" if case.engine.family == "mariadb" else case.engine.family
    instead = _INSTEAD[family].get(name.strip(), "")
    remedy = f"write {instead}" if instead else "take a type of each engine that the schema has"
    return Found(f"{column.name} is {column.spec.type}", column.span, remedy, column.name)


RULES = (
    Rule(
        "unknown-type",
        "acceptance",
        Severity.error,
        "the server has no such type and refuses it (1064 of MySQL, 4161 of MariaDB, 42704 of PostgreSQL)",
        _unknown_type,
        on=("mysql", "mariadb", "postgresql"),
        kinds=COLUMNS,
        remedy="take a type that each engine of the schema has",
    ),
)
