"""Rules about what a team agreed on for its tables; each holds where the configuration says something of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase, translate

from migkit.lint.brought import COLUMNS, Column, columns_of, place
from migkit.lint.case import Case, Deed
from migkit.lint.columntypes import parse, same
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Kind

GROUP = "conventions"
_NAMED = frozenset({Kind.create_table, Kind.rename_table})
_IDENTITY = re.compile(r"(?:.*_)?(?:id|uuid|guid)")
_HOLDS_A_UUID = re.compile(
    r"(?:CHAR|CHARACTER|NCHAR)\((?:32|36|38)\)|(?:VARCHAR|CHARACTER VARYING|NVARCHAR)\((?:36|38)\)"
    r"|(?:VAR)?BINARY\((?:16|36)\)|UUID|UNIQUEIDENTIFIER"
)
_PASSING = re.compile(r"_alembic_tmp_.*|alembic_version.*|(?:tmp|temp)_.*|.*_(?:tmp|temp|old|new|bak|backup)")
_CAST = re.compile(r"::[\w\s\[\]\".]+(?:\(\d+\))?$")


def _uuid_type(case: Case) -> Iterator[Found]:
    wanted = case.schema.conventions.uuid_type
    for one in _columns(case, "type") if wanted else ():
        kind, name = one.spec.type, one.spec.name
        if _IDENTITY.fullmatch(name.lower()) and _HOLDS_A_UUID.fullmatch(kind) and _differs(kind, wanted, case):
            what = f"{one.name} is {kind}, and UUIDs are {wanted.upper()} here"
            yield Found(what, one.span, f"{name} {wanted.upper()}", one.name)


def _timestamp_type(case: Case) -> Iterator[Found]:
    rule = case.schema.conventions.timestamps
    for one in _columns(case, "type") if rule else ():
        assert rule is not None
        kind, name = one.spec.type, one.spec.name
        if not kind or not fnmatchcase(name.lower(), rule.pattern.lower()) or not _differs(kind, rule.type, case):
            continue
        what = f"{one.name} is {kind}, and {rule.pattern} is {rule.type.upper()} here"
        yield Found(what, one.span, f"{name} {rule.type.upper()}", one.name)


def _table_prefix(case: Case) -> Iterator[Found]:
    prefixes = case.schema.conventions.table_prefixes
    for deed in case.upgrade if prefixes else ():
        name = _named(deed)
        bare = name.rpartition(".")[2]
        if not bare or bare.startswith(prefixes) or _PASSING.fullmatch(bare) or case.after.table(name) is None:
            continue
        near = get_close_matches(bare, [f"{prefix}{bare}" for prefix in prefixes], 1, 0.0)
        listed = ", ".join(prefixes)
        remedy = f"name it after what it belongs to, for example {near[0]}, or add its prefix to table_prefixes"
        yield Found(f"the table {name} begins with none of {listed}", place(deed), remedy, name)


def _soft_delete(case: Case) -> Iterator[Found]:
    rule = case.schema.conventions.soft_delete
    if rule is None:
        return
    for one in _columns(case, "default"):
        if one.spec.name.lower() == rule.column.lower():
            here, wanted = _plain(one.spec.default), _plain(rule.default)
            never = wanted == "NULL" and one.spec.nullable is False
            if here != wanted or never:
                is_ = "is NOT NULL" if never else f"has the default {one.spec.default or 'NULL'}"
                what = f"{one.name} {is_}, and a row that is not deleted has {rule.default} there"
                yield Found(what, one.span, f"{one.spec.name} … DEFAULT {rule.default}", one.name)
    yield from _without(case, rule.column)


def _without(case: Case, column: str) -> Iterator[Found]:
    """Speak of tables that have the team's other timestamps and not this one, where most that have them have it."""
    stamps = case.schema.conventions.timestamps
    made = [deed for deed in case.upgrade if deed.act.kind is Kind.create_table]
    lacking = [
        (deed, table)
        for deed in made
        if (table := case.after.table(deed.act.table)) is not None and table.lacks(column)
    ]
    if stamps is None or not lacking:
        return
    like = re.compile(translate(stamps.pattern.lower())).match
    stamped = [one for one in case.after.tables.values() if any(like(name.lower()) for name in one.columns)]
    having = sum(one.column(column) is not None for one in stamped)
    for deed, table in lacking if having * 2 >= len(stamped) else ():
        if any(like(name.lower()) for name in table.columns):
            what = f"{table.name} has {stamps.pattern} and no {column}"
            why = f"{having} of {len(stamped)} such tables have it, and what asks for it fails here"
            yield Found(what, place(deed), f"add {column}", table.name, why, severity=Severity.note)


def _columns(case: Case, said: str) -> Iterator[Column]:
    """Give the columns whose type, or whose default, the upgrade says; one that stays what it was is not its doing."""
    for deed in case.upgrade:
        for one in columns_of(deed) if deed.act.kind in COLUMNS else ():
            kept = one.old is not None and getattr(one.old, said) == getattr(one.spec, said)
            if said in one.said and not kept:
                yield one


def _named(deed: Deed) -> str:
    """Give the name that a table gets; "" where it is to pass."""
    if deed.act.kind is Kind.rename_table:
        return deed.act.new
    return deed.act.table if deed.act.kind is Kind.create_table and "temporary" not in deed.act.options else ""


def _differs(kind: str, wanted: str, case: Case) -> bool:
    """Whether two types are certain to be two, however they are spelt."""
    family = case.engine.family
    return parse(kind, family) is not None and not same(kind, wanted, family)


def _plain(default: str | None) -> str:
    """Give a default without what does not change it: parentheses, quotes, PostgreSQL's casts, case."""
    text = (default or "NULL").strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return _CAST.sub("", text).strip().strip("'").upper()


RULES: tuple[Rule, ...] = (
    Rule(
        "uuid-type",
        GROUP,
        Severity.warning,
        "columns of two types for one kind of id are compared by conversion, and no foreign key joins them",
        judge=_uuid_type,
        kinds=COLUMNS,
        remedy="the type that conventions.uuid_type names",
    ),
    Rule(
        "table-prefix",
        GROUP,
        Severity.warning,
        "the tables of this schema begin with the name of what they belong to (conventions.table_prefixes)",
        judge=_table_prefix,
        kinds=_NAMED,
        remedy="name the table after what it belongs to",
    ),
    Rule(
        "soft-delete",
        GROUP,
        Severity.warning,
        "what asks for rows that are not deleted compares with that value, and misses others",
        judge=_soft_delete,
        kinds=COLUMNS,
        remedy="the column and the default that conventions.soft_delete names",
    ),
    Rule(
        "timestamp-type",
        GROUP,
        Severity.warning,
        "times of two precisions or zones in one schema are compared and sorted wrongly",
        judge=_timestamp_type,
        kinds=COLUMNS,
        remedy="the type that conventions.timestamps names",
    ),
)
