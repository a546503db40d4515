"""A column as it is written in CREATE TABLE and in ALTER TABLE: its type, and all that can follow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from migkit.model.script import ColumnSpec, KeySpec
from migkit.sql.cursor import Cursor, Unread
from migkit.sql.keys import key_options, references
from migkit.sql.parts import Key, tidy
from migkit.sql.types import column_type
from migkit.values import dataclass


@dataclass(slots=True)
class Draft:
    """A column that is being read; `keys` are its constraints that have a name of their own."""

    name: str
    type: str = ""
    nullable: bool | None = None
    default: str | None = None
    generated: str = ""
    computed: str = ""
    primary_key: bool = False
    unique: bool = False
    references: str = ""
    check: str = ""
    charset: str = ""
    collation: str = ""
    comment: bool = False
    keys: list[KeySpec] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    after: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was read: what it is, its constraints with names, and words that matter (`first`, `after` …)."""

    spec: ColumnSpec
    keys: tuple[KeySpec, ...]
    options: frozenset[str]
    after: str


def read_column(cursor: Cursor) -> Column:
    """Read a column from its name up to the end of the piece. Raises Unread."""
    begin = cursor.at
    draft = Draft(cursor.identifier())
    draft.type = column_type(cursor)
    column_options(cursor, draft)
    return _finished(cursor, draft, begin)


def column_options(cursor: Cursor, draft: Draft) -> None:
    """Take all that follows the type."""
    while cursor:
        option = _OPTIONS.get(cursor.up)
        if option is None:
            cursor.doubt()
            cursor.skip()
            continue
        cursor.at += 1
        option(cursor, draft)


def expression(cursor: Cursor) -> str:
    """Take an expression that no parenthesis must hold, as it stands behind DEFAULT; give its SQL."""
    begin = cursor.at
    cursor.skip()
    while cursor and cursor.up not in _OPTIONS and cursor.up != ",":
        cursor.skip()
        if cursor.tokens[cursor.at - 1].up == "::" and cursor:
            cursor.skip()
    return tidy(cursor.text(begin))


def _finished(cursor: Cursor, draft: Draft, begin: int) -> Column:
    serial = draft.type.rsplit(".", maxsplit=1)[-1] if "SERIAL" in draft.type else ""
    if serial in ("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8", "SERIAL2"):
        draft.generated = "auto_increment" if cursor.mysql else "serial"
        draft.nullable = False
        draft.unique = draft.unique or cursor.mysql
    if draft.nullable is None:
        draft.nullable = not draft.primary_key
    spec = ColumnSpec(
        draft.name,
        draft.type,
        draft.nullable and not draft.primary_key,
        draft.default,
        draft.generated,
        primary_key=draft.primary_key,
        unique=draft.unique,
        references=draft.references,
        check=draft.check,
        charset=draft.charset,
        collation=draft.collation,
        comment=draft.comment,
        span=cursor.span(begin),
        computed=draft.computed,
        renewed="on update" in draft.options,
    )
    return Column(spec, tuple(draft.keys), frozenset(draft.options), draft.after)


def _not(cursor: Cursor, draft: Draft) -> None:
    if cursor.take("NULL"):
        draft.nullable, draft.called = False, ""
        cursor.take("NO", "INHERIT")
    elif not cursor.take_any(("DEFERRABLE", "ENFORCED", "VISIBLE", "SECONDARY")):
        cursor.doubt()


def _null(_cursor: Cursor, draft: Draft) -> None:
    draft.nullable = True


def _default(cursor: Cursor, draft: Draft) -> None:
    if not cursor:
        cursor.doubt()
        return
    value = expression(cursor)
    draft.default = None if value.upper() == "NULL" else value


def _auto_increment(_cursor: Cursor, draft: Draft) -> None:
    draft.generated = "auto_increment"
    draft.nullable = False


def _primary(cursor: Cursor, draft: Draft) -> None:
    cursor.take("KEY")
    cursor.take_any(("ASC", "DESC"))
    draft.primary_key = True
    _name(cursor, draft, Key("primary", columns=(draft.name,), parts=(draft.name,)))


def _unique(cursor: Cursor, draft: Draft) -> None:
    cursor.take("KEY")
    draft.unique = True
    _name(cursor, draft, Key("unique", columns=(draft.name,), parts=(draft.name,)))


def _name(cursor: Cursor, draft: Draft, key: Key) -> None:
    """Give an inline constraint its name, and what follows it."""
    begin = cursor.at - 1
    key_options(cursor, key)
    if draft.called:
        key.name = draft.called
        draft.keys.append(key.spec(cursor, begin, cursor.at))
        draft.called = ""


def _comment(cursor: Cursor, draft: Draft) -> None:
    draft.comment = bool(cursor.string())  # MySQL's '' is none


def _collate(cursor: Cursor, draft: Draft) -> None:
    cursor.take("=")
    draft.collation = ".".join(cursor.dotted()) if cursor.now.kind != "string" else cursor.string()


def _character(cursor: Cursor, draft: Draft) -> None:
    if not cursor.take("SET"):
        raise Unread(cursor.now.text)
    _charset(cursor, draft)


def _charset(cursor: Cursor, draft: Draft) -> None:
    cursor.take("=")
    draft.charset = cursor.string() if cursor.now.kind == "string" else cursor.identifier()


def _generated(cursor: Cursor, draft: Draft) -> None:
    if not (cursor.take("ALWAYS") or cursor.take("BY", "DEFAULT")):
        raise Unread(cursor.now.text)
    cursor.take("ON", "NULL")
    if not cursor.take("AS"):
        raise Unread(cursor.now.text)
    if cursor.take("IDENTITY"):
        draft.generated = "identity"
        draft.nullable = False
        cursor.inside()
    else:
        _computed(cursor, draft)


def _computed(cursor: Cursor, draft: Draft) -> None:
    group = cursor.inside()
    if group is None:
        raise Unread(cursor.now.text)
    draft.generated = "virtual"
    draft.computed = tidy(group.whole())
    if cursor.take_any(("STORED", "PERSISTENT")):
        draft.generated = "stored"
    else:
        cursor.take("VIRTUAL")


def _check(cursor: Cursor, draft: Draft) -> None:
    group = cursor.inside()
    if group is None:
        raise Unread(cursor.now.text)
    draft.check = tidy(group.whole())
    _name(cursor, draft, Key("check", expression=draft.check))


def _references(cursor: Cursor, draft: Draft) -> None:
    key = Key("foreign", columns=(draft.name,), parts=(draft.name,))
    references(cursor, key)
    draft.references = key.refers
    draft.options |= {one for one in key.options if one.startswith("on delete")}
    _name(cursor, draft, key)


def _constraint(cursor: Cursor, draft: Draft) -> None:
    draft.called = "" if cursor.up in ("CHECK", "PRIMARY", "UNIQUE", "REFERENCES", "NOT") else cursor.identifier()


def _on(cursor: Cursor, draft: Draft) -> None:
    if cursor.take("UPDATE"):
        draft.options.add("on update")
        expression(cursor)
    elif cursor.take("CONFLICT"):
        cursor.skip()
    else:
        cursor.doubt()


def _after(cursor: Cursor, draft: Draft) -> None:
    draft.options.add("after")
    draft.after = cursor.identifier()


def _first(_cursor: Cursor, draft: Draft) -> None:
    draft.options.add("first")


def _value(cursor: Cursor, _draft: Draft) -> None:
    cursor.take("=")
    cursor.skip()


def _flag(_cursor: Cursor, _draft: Draft) -> None:
    """Take a word that says nothing of what lint asks for."""


def _with(cursor: Cursor, _draft: Draft) -> None:
    if not cursor.take("SYSTEM", "VERSIONING"):
        cursor.doubt()


def _initially(cursor: Cursor, _draft: Draft) -> None:
    cursor.skip()


_OPTIONS: dict[str, Callable[[Cursor, Draft], None]] = {
    "NOT": _not,
    "NULL": _null,
    "DEFAULT": _default,
    "AUTO_INCREMENT": _auto_increment,
    "AUTOINCREMENT": _auto_increment,
    "PRIMARY": _primary,
    "KEY": _primary,
    "UNIQUE": _unique,
    "COMMENT": _comment,
    "COLLATE": _collate,
    "CHARACTER": _character,
    "CHARSET": _charset,
    "GENERATED": _generated,
    "AS": _computed,
    "CHECK": _check,
    "REFERENCES": _references,
    "CONSTRAINT": _constraint,
    "ON": _on,
    "AFTER": _after,
    "FIRST": _first,
    "INITIALLY": _initially,
    "WITH": _with,
    "WITHOUT": _with,
    **dict.fromkeys(("COLUMN_FORMAT", "STORAGE", "COMPRESSION", "SRID", "REF_SYSTEM_ID"), _value),
    **dict.fromkeys(("ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"), _value),
    **dict.fromkeys(("VISIBLE", "INVISIBLE", "DEFERRABLE", "ENFORCED", "COMPRESSED", "ASC", "DESC"), _flag),
    **dict.fromkeys(("BINARY", "ASCII", "UNICODE", "VIRTUAL", "STORED", "PERSISTENT"), _flag),
}
