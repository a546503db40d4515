"""What MODIFY and CHANGE forget, and what an index loses with a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migkit.lint import columntypes
from migkit.lint.brought import columns_of, companions, deeds, goes_down, place
from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import type_before
from migkit.lint.state import member
from migkit.lint.written import written
from migkit.model import Severity
from migkit.model.script import ColumnSpec, KeySpec, Kind

_ALTER = frozenset({Kind.alter_column})
_DROP = frozenset({Kind.drop_column})
_INDEXES = frozenset({"index", "unique", "primary"})
_NULL = re.compile(r"(?<!not)\s+null\b", re.IGNORECASE)
_DEFAULT = re.compile(r"\bdefault\b", re.IGNORECASE)
_CASTS = {  # what PostgreSQL casts on its own where a column gets another type
    "integer": {"decimal", "float", "char", "text"},
    "decimal": {"integer", "float", "char", "text"},
    "float": {"integer", "decimal", "char", "text"},
    "boolean": {"char", "text"},
    "uuid": {"char", "text"},
    "time": {"char", "text", "time"},
    "json": {"char", "text", "json"},
    "char": {"text"},
    "text": {"char"},
    "blob": {"char", "text"},
}


def _forgets(case: Case) -> Iterator[Found]:
    for deed in deeds(case, _ALTER):
        if "modify" not in deed.act.options:
            continue
        for column in columns_of(deed):
            lost = _lost(case, deed, column.old, column.spec) if column.old is not None else []
            if lost:
                name = f"{deed.act.table}.{deed.act.name}"
                what = f"{name} loses {' and '.join(lost)}, which the new definition does not repeat"
                yield Found(what, place(deed), f"repeat it: {', '.join(lost)}", name)


def _lost(case: Case, deed: Deed, old: ColumnSpec, new: ColumnSpec) -> list[str]:
    """Give what a column had, and gets no more without a word about it.

    A downgrade gives back what was before the upgrade: what a column did not have then is not lost.
    """
    if goes_down(case, deed):
        table = case.before.table(deed.act.table)
        first = table.column(deed.act.new or deed.act.name) if table is not None else None
        if first is None:
            return []
        default = old.default if first.default is not None else None
        nullable = old.nullable if first.nullable is False else True
        generated = old.generated if first.generated else ""
        old = replace(old, nullable=nullable, default=default, comment=first.comment, generated=generated)
    said = written(case.source, place(deed))
    text = said if deed.statement.sql else ""
    lost = []
    primary = deed.table is not None and any(
        key.kind == "primary" and old.name in key.columns for key in deed.table.keys.values()
    )
    if old.nullable is False and new.nullable and not primary and not _nullable_said(deed, text):
        lost.append("NOT NULL")
    if old.default is not None and new.default is None and not _default_said(deed, text):
        lost.append(f"DEFAULT {old.default}")
    if old.comment and not new.comment and "comment" not in deed.statement.arguments:
        lost.append("its COMMENT")
    if old.generated == "auto_increment" and not new.generated and "autoincrement" not in deed.statement.arguments:
        lost.append("AUTO_INCREMENT")
    return lost


def _nullable_said(deed: Deed, text: str) -> bool:
    return bool(_NULL.search(text)) if deed.statement.sql else "nullable" in deed.statement.arguments


def _default_said(deed: Deed, text: str) -> bool:
    return bool(_DEFAULT.search(text)) if deed.statement.sql else "server_default" in deed.statement.arguments


def _shrinks(case: Case) -> Iterator[Found]:
    for deed in deeds(case, _DROP):
        table = deed.table
        if table is None:
            continue
        for name, key in table.keys.items():
            if not _within(deed, key) or member(name) in table.doubtful or _goes(case, deed, name, key):
                continue
            rest = ", ".join(column for column in key.columns if column.lower() != deed.act.name.lower())
            what = f"{table.name}.{deed.act.name} is dropped, and the {_word(key)} {name} is on ({rest}) alone then"
            remedy = f"drop {name} in the same ALTER TABLE, and make the one that you want"
            if case.engine.family == "mariadb" and key.kind != "index":
                why = "MariaDB refuses to drop a column of a unique index of several with 1072"
                yield Found(
                    what.partition(", and")[0] + f", and {name} holds it",
                    place(deed),
                    remedy,
                    table.name,
                    why,
                    severity=Severity.error,
                )
            else:
                yield Found(what, place(deed), remedy, table.name)


def _within(deed: Deed, key: KeySpec) -> bool:
    low = [column.lower() for column in key.columns]
    return key.kind in _INDEXES and len(low) > 1 and deed.act.name.lower() in low


def _goes(case: Case, deed: Deed, name: str, key: KeySpec) -> bool:
    """Whether the same statement drops the index, or all of its columns."""
    others = companions(case, deed)
    dropped = {one.act.name.lower() for one in others if one.act.kind in (Kind.drop_index, Kind.drop_constraint)}
    columns = {one.act.name.lower() for one in others if one.act.kind is Kind.drop_column}
    return name.lower() in dropped or {column.lower() for column in key.columns} <= columns


def _word(key: KeySpec) -> str:
    return "primary key" if key.kind == "primary" else f"{key.kind} index" if key.kind == "unique" else "index"


def _using(case: Case) -> Iterator[Found]:
    for deed in deeds(case, _ALTER):
        new, old = deed.act.column, type_before(deed)
        if new is None or "type" not in deed.act.said or deed.act.conversion or "using" in deed.act.options:
            continue
        was = columntypes.parse(old, case.engine.family) if old else None
        now = columntypes.parse(new.type, case.engine.family) if new.type else None
        if was is None or now is None or "postgresql_using" in deed.statement.arguments:
            continue
        known = was.group in _CASTS and (now.group in _CASTS or now.group == "array")
        enum = was.group in ("char", "text") and ("type", now.base) in case.after.others
        if enum or (known and was.group != now.group and now.group not in _CASTS[was.group]):
            name = f"{deed.act.table}.{deed.act.name}"
            what = f"{name} becomes {new.type}, and was {old}"
            yield Found(what, place(deed), f"say how: USING {deed.act.name}::{new.type.lower()}", name)


RULES = (
    Rule(
        "modify-forgets",
        "acceptance",
        Severity.warning,
        "MODIFY and CHANGE, and op.alter_column on MySQL and MariaDB, define a column anew: what they do not repeat is"
        " lost without an error",
        _forgets,
        on=("mysql", "mariadb"),
        kinds=_ALTER,
        remedy="repeat NOT NULL, DEFAULT, COMMENT; in op.alter_column existing_nullable, existing_server_default",
    ),
    Rule(
        "my-implicit-index-shrink",
        "acceptance",
        Severity.warning,
        "a dropped column leaves an index of several columns on the others, without an error, or with 1062 where a"
        " unique one finds the same values twice",
        _shrinks,
        on=("mysql", "mariadb"),
        kinds=_DROP,
        remedy="drop the index in the same ALTER TABLE",
    ),
    Rule(
        "pg-type-needs-using",
        "acceptance",
        Severity.error,
        "PostgreSQL casts no such value on its own and refuses the change of type with 42804",
        _using,
        on=("postgresql",),
        kinds=_ALTER,
        remedy="say how by USING, postgresql_using of op.alter_column",
    ),
)
