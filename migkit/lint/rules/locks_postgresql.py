"""What PostgreSQL holds up while it makes indexes and constraints on a table that has rows.

Each sentence about a lock was measured on 15, 17 and 18: tests/server/facts/locks_postgresql.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import ends, existing, in_transaction, named, was_there
from migkit.lint.swept import sweeps
from migkit.model import DIRECTIONS, Severity
from migkit.model.script import Guard, Kind, Statement

_ON = ("postgresql",)
_BLOCK = "with op.get_context().autocommit_block():"
_INDEXES = frozenset({Kind.create_index, Kind.drop_index})
_CONSTRAINTS = frozenset({Kind.add_constraint, Kind.validate_constraint})
_REINDEX = r"(?i)\s*REINDEX\b[^;]*\bCONCURRENTLY\b"
_NOT_NULL = r"(?i)\(*\s*\"?(?P<column>\w+)\"?\s+IS\s+NOT\s+NULL\s*\)*"
_EXCLUSIVE = frozenset(  # ACCESS EXCLUSIVE, on the table that they name
    {Kind.add_column, Kind.drop_column, Kind.rename_column, Kind.rename_table, Kind.drop_constraint}
)


def _index(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind not in _INDEXES or "concurrently" in act.options:
            continue
        drops = act.kind is Kind.drop_index
        call = f"op.{'drop' if drops else 'create'}_index(…, postgresql_concurrently=True)"
        name = f"the index {act.name}" if act.name else "an index"
        yield Found(
            f"{name} of {named(deed)} is {'dropped' if drops else 'made'} without CONCURRENTLY",
            act.span,
            f"{_BLOCK} {call}, in a revision of its own",
            named(deed),
            _DROPPED if drops else "",
            severity=Severity.note if drops else None,
        )


_DROPPED = (
    "DROP INDEX takes ACCESS EXCLUSIVE on the table until the transaction ends, and waits for every query that runs, "
    "with all that comes after it"
)


def _concurrently(case: Case) -> Iterator[Found]:
    for direction in DIRECTIONS:
        told: set[int] = set()
        for deed in in_transaction(case, direction):
            concurrent = deed.act.kind in _INDEXES and "concurrently" in deed.act.options
            if (concurrent or re.match(_REINDEX, deed.statement.sql)) and deed.number not in told:
                told.add(deed.number)
                yield Found(
                    f"{_verb(deed)} CONCURRENTLY within the transaction of the revision",
                    deed.act.span,
                    f"put it into {_BLOCK}",
                    deed.act.name or named(deed),
                )


def _verb(deed: Deed) -> str:
    return {Kind.create_index: "CREATE INDEX", Kind.drop_index: "DROP INDEX"}.get(deed.act.kind, "REINDEX")


def _invalid(case: Case) -> Iterator[Found]:
    dropped: set[str] = set()
    for deed in case.upgrade:
        act = deed.act
        if act.kind is Kind.drop_index:
            dropped.add(act.name)
        if act.kind is not Kind.create_index or "concurrently" not in act.options or act.name in dropped:
            continue
        if act.guard is Guard.name or deed.statement.guard is Guard.name:
            yield Found(
                f"{act.name} is passed over where an index of that name is there, even one that is not valid",
                act.span,
                f"DROP INDEX CONCURRENTLY IF EXISTS {act.name} before it, in the same autocommit block",
                act.name,
            )


def _set_not_null(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        if act.kind is not Kind.alter_column or "nullable" not in act.said or act.column is None:
            continue
        if act.column.nullable is not False or _known_not_null(deed) or _proven(case, deed):
            continue
        name = f"{act.name}_not_null"
        later = f"ADD CONSTRAINT {name} CHECK ({act.name} IS NOT NULL) NOT VALID; VALIDATE it in a later transaction"
        yield Found(
            f"{named(deed)}.{act.name} is set NOT NULL",
            act.span,
            f"{later}; then SET NOT NULL, which reads nothing (12 and later), and drop the CHECK",
            f"{named(deed)}.{act.name}",
        )


def _known_not_null(deed: Deed) -> bool:
    table, said = deed.table, deed.act.existing
    column = table.column(deed.act.name) if table else None
    known = table is not None and column is not None and column.name not in table.doubtful and column.nullable is False
    return known or (said is not None and said.nullable is False)


def _proven(case: Case, deed: Deed) -> bool:
    """Whether a CHECK says that the column holds no NULL, unless this function made it and has not validated it."""
    keys = deed.table.keys if deed.table else {}
    for name, key in keys.items():
        match = re.fullmatch(_NOT_NULL, key.expression.strip()) if key.kind == "check" else None
        if match and match["column"].lower() == deed.act.name.lower():
            mine = [
                one.act for one in case.upgrade if one.act.name == name or (one.act.key and one.act.key.name == name)
            ]
            fresh = any("not valid" in act.options for act in mine)
            return not fresh or any(act.kind is Kind.validate_constraint for act in mine)
    return False


def _constraint(case: Case) -> Iterator[Found]:
    pending: dict[str, Deed] = {}
    within = {id(deed) for deed in in_transaction(case)}
    for deed in existing(case):
        act = deed.act
        if act.kind is Kind.add_constraint and act.key and act.key.kind in ("check", "foreign"):
            if "not valid" not in act.options:
                yield _validated(deed)
            elif id(deed) in within:
                pending[act.key.name or act.name] = deed
        elif act.kind is Kind.validate_constraint and act.name in pending and id(deed) in within:
            yield Found(
                f"{act.name} of {named(deed)} is validated in the transaction that adds it",
                act.span,
                "VALIDATE CONSTRAINT in a revision of its own, or in an autocommit block",
                act.name,
                "the lock of ADD CONSTRAINT is held until the transaction ends, and so while every row is read",
            )


_KINDS = {"check": "CHECK", "foreign": "FOREIGN KEY"}


def _validated(deed: Deed) -> Found:
    key = deed.act.key
    assert key is not None
    foreign = key.kind == "foreign"
    lock = f"SHARE ROW EXCLUSIVE on {named(deed)} and {key.refers}" if foreign else f"ACCESS EXCLUSIVE on {named(deed)}"
    waits = "every write waits" if foreign else "every read and write waits"
    return Found(
        f"{key.name or deed.act.name or f'a {_KINDS[key.kind]}'} of {named(deed)} is checked against every row",
        deed.act.span,
        "add it NOT VALID (postgresql_not_valid=True), and VALIDATE CONSTRAINT in a revision of its own",
        key.name or deed.act.name or named(deed),
        f"PostgreSQL holds {lock} while it reads the table, and {waits} for it",
    )


def _unique(case: Case) -> Iterator[Found]:
    for deed in existing(case):
        act = deed.act
        key, column = act.key, act.column
        constraint = act.kind is Kind.add_constraint and key is not None and key.kind in ("unique", "primary")
        inline = act.kind is Kind.add_column and column is not None and (column.unique or column.primary_key)
        if (constraint and "using index" not in act.options) or inline:
            kind = "PRIMARY KEY" if (key and key.kind == "primary") or (column and column.primary_key) else "UNIQUE"
            name = (key.name if key else "") or (act.name if constraint else "")
            whose = f"{kind} {name}" if name else f"a {kind}"
            yield Found(
                f"the index of {whose} on {named(deed)} is made under the lock of ALTER TABLE",
                act.span,
                f"CREATE UNIQUE INDEX CONCURRENTLY first; then ALTER TABLE {named(deed)} ADD CONSTRAINT"
                f" {name or '…'} {kind} USING INDEX …",
                name or named(deed) if constraint else f"{named(deed)}.{act.name}",
            )


def _lock_held(case: Case) -> Iterator[Found]:
    locked: dict[str, None] = {}
    block: Statement | None = None
    for deed in case.upgrade:
        if ends(deed) or deed.statement.autocommit:  # an autocommit block commits what came before it
            locked, block = {}, None
            continue
        if not was_there(case, deed):
            continue
        if _takes_it(deed):
            locked[named(deed)] = None
        elif locked and deed.statement is not block and _long(deed):
            block = deed.statement
            yield Found(
                f"{deed.act.kind.value.upper()} of {named(deed)} while {', '.join(locked)} is locked",
                deed.act.span,
                "change the rows in a revision of their own, in batches that are committed one by one",
                named(deed),
            )


def _takes_it(deed: Deed) -> bool:
    act = deed.act
    plain = act.kind is Kind.drop_index and "concurrently" not in act.options
    key = act.kind is Kind.add_constraint and act.key is not None and act.key.kind != "foreign"
    altered = act.kind is Kind.alter_column and bool(act.said & {"type", "nullable", "default"})  # a comment takes less
    return act.kind in _EXCLUSIVE or plain or key or altered


def _long(deed: Deed) -> bool:
    return sweeps(deed) or (deed.act.kind is Kind.insert and "select" in deed.act.options)


RULES = (
    Rule(
        "pg-index-concurrently",
        "locks",
        Severity.warning,
        "CREATE INDEX holds a SHARE lock until the transaction ends, and every INSERT, UPDATE and DELETE waits for it",
        _index,
        on=_ON,
        kinds=_INDEXES,
        remedy=f"{_BLOCK} op.create_index(…, postgresql_concurrently=True), in a revision of its own",
    ),
    Rule(
        "pg-concurrently-in-transaction",
        "acceptance",
        Severity.error,
        "PostgreSQL refuses it with error 25001: it cannot run inside a transaction block",
        _concurrently,
        on=_ON,
        remedy=f"put it into {_BLOCK}",
    ),
    Rule(
        "pg-invalid-index",
        "locks",
        Severity.note,
        "CONCURRENTLY that failed leaves an INVALID index behind, and IF NOT EXISTS takes it for the wanted one",
        _invalid,
        on=_ON,
        kinds=frozenset({Kind.create_index}),
        remedy="DROP INDEX CONCURRENTLY IF EXISTS before it, in the same autocommit block",
    ),
    Rule(
        "pg-set-not-null",
        "locks",
        Severity.warning,
        "SET NOT NULL reads every row under ACCESS EXCLUSIVE, and every read and write waits for it",
        _set_not_null,
        on=_ON,
        kinds=frozenset({Kind.alter_column}),
        remedy="a CHECK (… IS NOT NULL) NOT VALID, VALIDATE in a later transaction, SET NOT NULL, drop the CHECK",
    ),
    Rule(
        "pg-constraint-not-valid",
        "locks",
        Severity.warning,
        "ADD CONSTRAINT reads every row under its lock: of a CHECK ACCESS EXCLUSIVE, of a FOREIGN KEY SHARE ROW "
        "EXCLUSIVE on both tables",
        _constraint,
        on=_ON,
        kinds=_CONSTRAINTS,
        remedy="add it NOT VALID, and VALIDATE CONSTRAINT in a revision of its own",
    ),
    Rule(
        "pg-unique-using-index",
        "locks",
        Severity.warning,
        "PostgreSQL reads the whole table for it under ACCESS EXCLUSIVE, and every read and write waits",
        _unique,
        on=_ON,
        kinds=frozenset({Kind.add_constraint, Kind.add_column}),
        remedy="CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX",
    ),
    Rule(
        "pg-lock-held",
        "locks",
        Severity.warning,
        "what an ALTER TABLE locked, ACCESS EXCLUSIVE, stays locked until the transaction ends, for reads too",
        _lock_held,
        on=_ON,
        kinds=frozenset({Kind.update, Kind.delete, Kind.insert}),
        remedy="change the rows in a revision of their own, in batches that are committed one by one",
    ),
)
