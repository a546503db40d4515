"""The tables of a SQLite file, read from its pragmas and the texts of its schema as what rows have to fit."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from migkit.catalog.sqlite_tables import is_virtual, table_objects
from migkit.catalog.sqlite_text import closing, render, tokens
from migkit.model import CatalogObject
from migkit.product import quoted
from migkit.rows.schema import Check, Column, ForeignKey, Key, Table

_MASTER = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql IS NOT NULL ORDER BY name
"""
_TYPE = re.compile(r"([^(]*)(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?")
_CHECK = re.compile(r"(?:CONSTRAINT (?P<name>\w+|\"(?:[^\"]|\"\")*\") )?CHECK \((?P<text>.*)\)[^()]*", re.DOTALL)
_GENERATED = re.compile(r"\bAS \((.*)\) (?:STORED|VIRTUAL)$", re.DOTALL)
_LITERAL = re.compile(r"\(?(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|(TRUE|FALSE))\)?", re.IGNORECASE)
_HIDDEN, _COMPUTED = 1, (2, 3)  # what table_xinfo says of a column
_DIGITS = 15  # what a REAL keeps
_UUIDS = {"CHAR": (32, 36), "CHARACTER": (32, 36)}
_INTEGERS = {"TINYINT": 7, "SMALLINT": 15, "INT2": 15, "MEDIUMINT": 23, "BIGINT": 63, "INT8": 63}
_KINDS = {
    "BOOLEAN": "boolean",
    "BOOL": "boolean",
    "DATE": "date",
    "TIME": "time",
    "DATETIME": "datetime",
    "TIMESTAMP": "datetime",
    "JSON": "json",
    "JSONB": "json",
    "NUMERIC": "decimal",
    "DECIMAL": "decimal",
    "UUID": "uuid",
    "GUID": "uuid",
}
_AFFINITIES = (("INT", "integer"), ("CHAR", "text"), ("CLOB", "text"), ("TEXT", "text"), ("BLOB", "bytes"))
_REALS = ("REAL", "FLOA", "DOUB")


def tables(session: sqlite3.Connection, exclude: frozenset[str]) -> Mapping[str, Table]:
    """Read the tables but those in `exclude` and those in which a virtual one keeps its contents."""
    master = session.execute(_MASTER).fetchall()
    texts = {name: sql for kind, name, _table, sql in master if kind == "table"}
    indexes = {name: sql for kind, name, _table, sql in master if kind == "index"}
    shadows = {row[1] for row in _pragma(session, "table_list") if row[2] == "shadow"} if _virtual(texts) else set()
    names = {name.lower(): name for name in texts if name not in shadows}
    read = _Reading(session, names, indexes)
    return {name: read.table(name, texts[name]) for name in names.values() if name not in exclude}


class _Reading:
    def __init__(self, session: sqlite3.Connection, names: Mapping[str, str], indexes: Mapping[str, str]) -> None:
        self._session, self._names, self._indexes = session, names, indexes

    def table(self, name: str, sql: str) -> Table:
        if is_virtual(sql):
            return Table(name, (), unfit="it is a virtual table: a module keeps its rows")
        objects = table_objects(name, sql)
        rows = [row for row in _pragma(self._session, "table_xinfo", name) if row[6] != _HIDDEN]
        definitions = {one.name[len(name) + 1 :].lower(): one.definition for one in objects if one.kind == "column"}
        own = {row[1].lower(): row[1] for row in rows}
        listed = _pragma(self._session, "index_list", name)
        key = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        alias = len(key) == 1 and not any(row[3] == "pk" for row in listed)
        lost = self._orphaned(name)
        columns = [_column(row, definitions.get(row[1].lower(), ""), own, alias=alias) for row in rows]
        columns = [replace(one, unfit=lost[one.name.lower()]) if one.name.lower() in lost else one for one in columns]
        keys = [Key("PRIMARY KEY", tuple(key))] if alias else []
        return Table(
            name=name,
            columns=tuple(columns),
            keys=(*keys, *(self._key(row[1], own) for row in listed if row[2])),
            foreign=tuple(self._foreign(name, own)),
            checks=tuple(_checks(objects, own)),
        )

    def _key(self, index: str, own: Mapping[str, str]) -> Key:
        """Give a unique index; of one over expressions, the columns that they read differ each on its own."""
        members = [row for row in _pragma(self._session, "index_xinfo", index) if row[5]]
        plain = tuple(row[2] for row in members if row[2])
        computed = [row for row in members if row[2] is None]
        sql = self._indexes.get(index, "")
        read = _read(sql.partition("(")[2], own) if computed else ()
        return Key(index, plain, apart=tuple(name for name in read if name not in plain), where=_where(sql, own))

    def _orphaned(self, table: str) -> dict[str, str]:
        """Name the columns that refer to a table which is not there: nothing but NULL fits them."""
        rows = _pragma(self._session, "foreign_key_list", table)
        return {row[3].lower(): f"there is no table {row[2]}" for row in rows if row[2].lower() not in self._names}

    def _foreign(self, table: str, own: Mapping[str, str]) -> Iterator[ForeignKey]:
        """Give the foreign keys whose parent is there."""
        parts: dict[int, list[Any]] = {}
        for row in sorted(_pragma(self._session, "foreign_key_list", table)):
            parts.setdefault(row[0], []).append(row)
        for number, rows in parts.items():
            parent = self._names.get(rows[0][2].lower())
            if parent is None:
                continue
            theirs = {row[1].lower(): row for row in _pragma(self._session, "table_xinfo", parent)}
            key = [row[1] for row in sorted(theirs.values(), key=lambda row: row[5]) if row[5]]
            named = [theirs[row[4].lower()][1] for row in rows if row[4] and row[4].lower() in theirs] or key
            if len(named) == len(rows):
                columns = tuple(own.get(row[3].lower(), row[3]) for row in rows)
                yield ForeignKey(f"foreign key {number}", columns, parent, tuple(named))


def _column(row: Sequence[Any], definition: str, own: Mapping[str, str], *, alias: bool) -> Column:
    _cid, name, declared, not_null, default, key, hidden = row
    counter = bool(alias and key)
    computed = _GENERATED.search(definition)
    column = Column(
        name,
        "text",
        nullable=not (not_null or key),
        counter=counter,
        generated=hidden in _COMPUTED,
        reads=_read(computed[1], own) if computed and hidden in _COMPUTED else (),
        default=_default(default),
        spelling=declared,
    )
    return typed(column, declared)


def _default(text: str | None) -> str | None:
    """Give a literal default without its quotes."""
    found = _LITERAL.fullmatch(text or "")
    return next((part.replace("''", "'") for part in found.groups() if part is not None), None) if found else None


def typed(column: Column, declared: str) -> Column:
    """Give a column the kind that its declared type means to applications, or else to SQLite."""
    found = _TYPE.match(declared.upper())
    base, size, scale = (found[1].strip(), found[2], found[3]) if found else (declared.upper(), None, None)
    word = base.split(" ")[0]
    if base in _INTEGERS or word in _INTEGERS:
        bits = _INTEGERS.get(base) or _INTEGERS[word]
        return replace(column, kind="integer", low=-(2**bits), high=2**bits - 1)
    if size and int(size) in _UUIDS.get(base, ()):
        return replace(column, kind="uuid", size=int(size), default=None)
    kind = _KINDS.get(word) or _affinity(base)
    if kind == "decimal":
        digits = min(int(size or 10), _DIGITS)
        return replace(column, kind=kind, size=digits, scale=min(int(scale or 0), digits) if size else 4)
    if kind in ("datetime", "time"):
        return replace(column, kind=kind, scale=6)
    return replace(column, kind=kind, size=int(size) if size and kind == "text" else None)


def _affinity(base: str) -> str:
    for part, kind in _AFFINITIES:
        if part in base:
            return kind
    return "float" if any(part in base for part in _REALS) else "text"


def _checks(objects: Sequence[CatalogObject], own: Mapping[str, str]) -> Iterator[Check]:
    for one in objects:
        found = _CHECK.fullmatch(one.definition) if one.kind == "constraint" else None
        if found:
            yield Check(found["name"] or "check", _named(found["text"], own), _read(found["text"], own))


def _where(sql: str, own: Mapping[str, str]) -> str:
    """Give the condition of a partial index."""
    parts = tokens(sql)
    start = next((place for place, token in enumerate(parts) if token.of("(")), None)
    rest = [] if start is None else parts[closing(parts, start) + 1 :]
    return _named(render(rest[1:], own), own) if rest and rest[0].of("WHERE") else ""


def _read(text: str, own: Mapping[str, str]) -> tuple[str, ...]:
    """Give the columns that an expression names."""
    names = (token.text.lower() for token in tokens(text) if token.kind in ("word", "double", "quoted"))
    return tuple(dict.fromkeys(own[name] for name in names if name in own))


def _named(text: str, own: Mapping[str, str]) -> str:
    """Give an expression with each column's own name, quoted, and backslashes that escape: here neither is needed."""
    pieces = []
    for token in tokens(text):
        if token.kind in ("word", "double", "quoted") and token.text.lower() in own:
            pieces.append(quoted(own[token.text.lower()]))
        elif token.kind == "string":
            pieces.append("'" + token.text.replace("\\", "\\\\").replace("'", "''") + "'")
        else:
            pieces.append(token.text)
    return " ".join(pieces)


def _virtual(texts: Mapping[str, str]) -> bool:
    return any(is_virtual(sql) for sql in texts.values())


def _pragma(session: sqlite3.Connection, name: str, of: str = "") -> list[Any]:
    argument = f"({quoted(of)})" if of else ""
    return session.execute(f"PRAGMA main.{name}{argument}").fetchall()
