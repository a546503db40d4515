"""What an act finds where it stands: whether its table was there, whether a transaction is open around it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.once import once
from migkit.model import Direction
from migkit.model.script import Kind, Reading

_UNCHECKED = r"(?i)\bforeign_key_checks\s*=\s*(?:0|off)\b"


@once
def existing(case: Case, direction: Direction = "upgrade") -> Iterator[Deed]:
    """Give the deeds about tables that were there before the function began, so that rows may be in them."""
    for deed in case.deeds(direction):
        if was_there(case, deed, direction):
            yield deed


def was_there(case: Case, deed: Deed, direction: Direction = "upgrade") -> bool:
    """Whether the table of a deed was there before the function began, as far as that can be known."""
    name = deed.table.name if deed.table else deed.act.table
    if deed.new or not name or "{}" in name:
        return False
    before = case.before if direction == "upgrade" else case.after
    if before.table(name) is not None or (deed.table is not None and deed.table.sure):
        return True
    return deed.table is None and not _hidden(case, direction)


def named(deed: Deed) -> str:
    """Give the name of a deed's table."""
    return deed.table.name if deed.table else deed.act.table


def type_before(deed: Deed) -> str:
    """Give the type that an altered column has before: the model's, or what the call says of it; "" if not known."""
    known = deed.table.column(deed.act.name) if deed.table else None
    return (known.type if known else "") or (deed.act.existing.type if deed.act.existing else "")


def in_transaction(case: Case, direction: Direction = "upgrade") -> Iterator[Deed]:
    """Give the deeds that run in the transaction that Alembic opens; what stands behind a COMMIT of its own does not.

    A file that asks for AUTOCOMMIT anywhere may run any of them without one.
    """
    if "AUTOCOMMIT" in case.source:
        return
    for deed in case.deeds(direction):
        if ends(deed):
            return
        if not deed.statement.autocommit and not _apart(deed):
            yield deed


def _apart(deed: Deed) -> bool:
    """Whether a guarded operation opens an autocommit block of its own: for CONCURRENTLY, for a value of an enum."""
    guarded = deed.statement.via.startswith("migkit.ops.")
    return guarded and ("concurrently" in deed.act.options or deed.act.kind is Kind.add_value)


def ends(deed: Deed) -> bool:
    """Whether a deed ends the transaction that Alembic opened."""
    return deed.act.kind is Kind.transaction and deed.statement.sql.lstrip().upper().startswith(("COMMIT", "END"))


def unchecked(case: Case, direction: Direction = "upgrade") -> bool:
    """Whether a function turns MySQL's foreign_key_checks off."""
    function = case.script.upgrade if direction == "upgrade" else case.script.downgrade
    return any(re.search(_UNCHECKED, one.sql) for one in function.statements if "checks" in one.sql.lower())


def _hidden(case: Case, direction: Direction) -> bool:
    """Whether the function does what cannot be read, and so may have made any table."""
    function = case.script.upgrade if direction == "upgrade" else case.script.downgrade
    unread = (Reading.part, Reading.nothing)
    return bool(function.dynamic) or any(one.reading in unread for one in function.statements)
