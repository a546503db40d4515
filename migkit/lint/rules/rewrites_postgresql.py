"""When PostgreSQL writes a table anew, and what it refuses of an enum in one transaction.

Each sentence was measured on 15, 17 and 18: tests/server/facts/locks_postgresql.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.rewriting import Rewrite, rewrite
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import existing, in_transaction, named, type_before
from migkit.model import DIRECTIONS, Direction, Severity
from migkit.model.script import Act, ColumnSpec, Kind

_ON = ("postgresql",)
_VOLATILE = (
    r"(?i)\b(?P<name>gen_random_uuid|uuid_generate_v1|uuid_generate_v1mc|uuid_generate_v4|uuidv4|uuidv7|clock_timestamp"
    r"|timeofday|random|random_normal|nextval|gen_random_bytes)\s*\("
)
_LITERAL = r"'(?:[^']|'')*+(?:'|\Z)"
_SERIAL = r"(?i)(?:SMALL|BIG)?SERIAL[248]?"
_RELAXED = 17  # from here on a value of a type that the same transaction made can be used


def _volatile(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        column = deed.act.column
        if deed.act.kind is not Kind.add_column or column is None:
            continue
        said = _computed(column)
        if said:
            yield Found(
                f"{named(deed)}.{column.name} is added with {said}",
                deed.act.span,
                "add the column without it, fill the rows in batches, and set the default in a later revision",
                f"{named(deed)}.{column.name}",
            )


def _type(case: Case) -> Iterator[Found]:
    enums = {name for (item, name), made in case.before.others.items() if item == "type" and made.item == "enum"}
    for deed in existing(case):
        act, column = deed.act, deed.act.column
        if act.kind is not Kind.alter_column or "type" not in act.said or column is None:
            continue
        old = type_before(deed)
        outcome = rewrite(old, column.type, _conversion(act), act.name, enums)
        if outcome in (Rewrite.yes, Rewrite.zone):
            yield Found(
                f"{named(deed)}.{act.name} goes from {old} to {column.type}",
                act.span,
                "add a column of the new type, write both, copy in batches, and drop the old one in a later revision",
                f"{named(deed)}.{act.name}",
                _ZONE if outcome is Rewrite.zone else "",
            )


_ZONE = "unless the session's TimeZone is UTC, PostgreSQL writes the whole table anew under ACCESS EXCLUSIVE"


def _conversion(act: Act) -> str:
    return act.conversion or ("?" if "using" in act.options else "")


def _computed(column: ColumnSpec) -> str:
    """Give what makes another value in each row, "" if that is not known."""
    if column.generated in ("stored", "identity"):
        return "a stored generated value" if column.generated == "stored" else "an identity"
    if column.generated == "serial" or re.fullmatch(_SERIAL, column.type):
        return "a serial"
    match = re.search(_VOLATILE, re.sub(_LITERAL, "''", column.default or ""))
    return f"the default {match['name'].lower()}()" if match else ""


def _value_used(case: Case) -> Iterator[Found]:
    for direction in DIRECTIONS:
        added: dict[str, Deed] = {}
        for deed in in_transaction(case, direction):
            act = deed.act
            if act.kind is Kind.add_value:
                if act.new and not _fresh(case, deed, direction):
                    added["'" + act.new.replace("'", "''") + "'"] = deed
                continue
            used = next((value for value, by in added.items() if _uses(deed, value, by)), None)
            if used:
                yield _refused(deed, used, added.pop(used).act.name)


def _fresh(case: Case, deed: Deed, direction: Direction) -> bool:
    """Whether this function made the type, on a server where that makes a difference."""
    made = {one.act.name for one in case.deeds(direction) if one.act.kind is Kind.create_type}
    return deed.act.name in made and int(case.engine.version.partition(".")[0] or 0) >= _RELAXED


def _uses(deed: Deed, value: str, added: Deed) -> bool:
    """Whether a statement uses a label as one of the type: of a column that has it, or by a cast to it."""
    sql, kind = deed.statement.sql, added.act.name
    if value in sql:
        return _holds(deed, kind) or _cast(value, kind).search(sql) is not None
    specs = (*deed.act.columns, *([deed.act.column] if deed.act.column else ()))
    return _holds(deed, kind) and any(value in (spec.default or "") for spec in specs)


def _holds(deed: Deed, kind: str) -> bool:
    """Whether a table that a statement names has a column of the type; of one that it makes, or is not known, no."""
    known = deed.table.columns.values() if deed.table else ()
    types = (spec.type for spec in (*known, *deed.act.columns, *([deed.act.column] if deed.act.column else ())))
    return any(_bare(one) == _bare(kind) for one in types if one)


def _bare(kind: str) -> str:
    return kind.rpartition(".")[2].strip('"').removesuffix("[]").lower()


def _cast(value: str, kind: str) -> re.Pattern[str]:
    name = rf"(?:\w+\.)?\"?{re.escape(_bare(kind))}\b"
    return re.compile(rf"{re.escape(value)}\s*(?:::|AS)\s*{name}", re.IGNORECASE)


def _refused(deed: Deed, value: str, kind: str) -> Found:
    return Found(
        f"{value} of {kind} is used in the transaction that adds it",
        deed.act.span,
        "put ALTER TYPE … ADD VALUE into `with op.get_context().autocommit_block():`, or into the revision before",
        kind,
    )


RULES = (
    Rule(
        "pg-volatile-default",
        "locks",
        Severity.warning,
        "every row gets a value of its own, so that PostgreSQL writes the whole table anew under ACCESS EXCLUSIVE",
        _volatile,
        on=_ON,
        kinds=frozenset({Kind.add_column}),
        remedy="add the column without it, fill the rows in batches, and set the default in a later revision",
    ),
    Rule(
        "pg-type-rewrite",
        "locks",
        Severity.warning,
        "PostgreSQL writes the whole table and its indexes anew for it, under ACCESS EXCLUSIVE",
        _type,
        on=_ON,
        kinds=frozenset({Kind.alter_column}),
        remedy="add a column of the new type, write both, copy in batches, and drop the old one in a later revision",
    ),
    Rule(
        "pg-enum-value-used",
        "acceptance",
        Severity.error,
        "PostgreSQL refuses it with error 55P04: a new value must be committed before it can be used",
        _value_used,
        on=_ON,
        kinds=frozenset({Kind.add_value}),
        remedy="put ALTER TYPE … ADD VALUE into an autocommit block, or into the revision before",
    ),
)
