"""What differs between two states, in one line, and which statement made it: catalogue and rows (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migkit.diff import compare
from migkit.judge import State
from migkit.model.rehearsal import Sent

_NAMED = 5


def differs(wanted: State, found: State) -> tuple[str, ...]:
    """Give what `found` has otherwise than `wanted`, a part for each object or table; () where they are equal.

    The order of columns and keys means nothing here, as in a round trip. The names of the objects are `objects`'.
    """
    changed = [difference for difference in compare(wanted.snapshot, found.snapshot) if not difference.order_only]
    parts = [f"{one.kind} {one.object} {_how(one.before, one.after)}" for one in changed]
    return (*parts, *_rows(wanted, found))


def objects(wanted: State, found: State) -> tuple[str, ...]:
    """Name the objects and tables of which `differs` tells."""
    changed = [one.object for one in compare(wanted.snapshot, found.snapshot) if not one.order_only]
    return tuple(dict.fromkeys([*changed, *_tables(wanted, found)]))


def told(parts: tuple[str, ...]) -> str:
    """Give the parts as one line, the first few of many."""
    more = f", and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
    return ", ".join(parts[:_NAMED]) + more


def blame(sent: Sequence[Sent], names: Sequence[str], otherwise: int | None) -> int | None:
    """Give the line of the statement that most likely made a difference, whose first object is the first of `names`.

    That is the last of those a step sent that names the object or its table; else the only one; else `otherwise`.
    """
    if len(sent) == 1:
        return sent[0].line or otherwise
    for name in names[:1]:
        parts = name.split(".")
        for word in (parts[-1], *parts[:-1][::-1]):
            spelled = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
            lines = [one.line for one in sent if one.line and spelled.search(one.statement)]
            if lines:
                return lines[-1]
    return otherwise


def _how(before: str | None, after: str | None) -> str:
    if before is None:
        return "is new"
    return "is gone" if after is None else "differs"


def _rows(wanted: State, found: State) -> list[str]:
    parts = []
    for table in _tables(wanted, found):
        had, has = _count(wanted.rows[table]), _count(found.rows[table])
        if had == has:
            parts.append(f"{table} holds other rows")
        else:
            many = f"{abs(has - had)} row{'' if abs(has - had) == 1 else 's'}"
            parts.append(f"{table} has {many} {'more' if has > had else 'less'}")
    return parts


def _tables(wanted: State, found: State) -> list[str]:
    """Give the tables of both sides whose rows differ, where their columns do not."""
    both = [table for table, rows in wanted.rows.items() if found.rows.get(table, rows) != rows]
    changed = {one.object for one in compare(wanted.snapshot, found.snapshot) if not one.order_only}
    return [table for table in both if not any(name == table or name.startswith(f"{table}.") for name in changed)]


def _count(checksum: str) -> int:
    return int(checksum.partition(":")[0] or 0)
