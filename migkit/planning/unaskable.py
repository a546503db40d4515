"""What rows may refuse and no question tells: it is said, with why (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Deed
from migkit.lint.passage import harmless
from migkit.model.release import Precondition
from migkit.model.script import Kind, Statement
from migkit.planning.asking_sql import unasked

_DOMAIN = re.compile(r"\bSET\s+NOT\s+NULL\b|\bADD\b(?!.*\bNOT\s+VALID\b)|\bVALIDATE\b", re.IGNORECASE | re.DOTALL)
_MOVED = re.compile(r"\b(?:PARTITION\s+BY|REORGANIZE\s+PARTITION|EXCHANGE\s+PARTITION)\b", re.IGNORECASE)
_UNCHECKED = re.compile(r"\bWITHOUT\s+VALIDATION\b", re.IGNORECASE)


def unaskable(deed: Deed, table: str) -> Iterator[Precondition]:
    """Say what is not asked of an act, where rows may refuse it."""
    act, sql = deed.act, deed.statement.sql
    if act.kind is Kind.add_constraint and act.key is not None and act.key.kind == "exclude":
        what = f"no two rows of {table} exclude each other"
        yield unasked("unread", table, what, "each would have to be held against each other")
    elif act.kind is Kind.other and act.item == "domain" and _DOMAIN.search(sql):
        yield unasked(
            "unread", act.name, f"each value of {act.name} meets it", "the columns of a domain are not looked for"
        )
    elif act.kind is Kind.create_table and "partition of" in act.options:
        what = f"no row of the default partition of {act.name} belongs to {act.table}"
        yield unasked("unread", act.name, what, "the bounds of a partition are not read")
    elif act.kind is Kind.alter_table and "attach partition" in act.options:
        what = f"each row of {act.name or 'it'} belongs to that partition of {table}"
        yield unasked("unread", table, what, "the bounds of a partition are not read")
    elif act.kind is Kind.alter_table and "partition" in act.options and _moves(sql):
        yield unasked("unread", table, f"each row of {table} has a partition", "the bounds of a partition are not read")


def _moves(sql: str) -> bool:
    return _MOVED.search(sql) is not None and not _UNCHECKED.search(sql)


def unread(statement: Statement) -> Iterator[Precondition]:
    """Say that nothing is asked of a statement since it cannot be read."""
    if not harmless(statement):
        table = min(statement.names, default="")
        yield unasked("unread", table, "rows are ready for it", "its SQL cannot be read")
