"""Partitions and heirs of PostgreSQL: a table that is attached to another one, and detached (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.ddl.names import Names
from migkit.inverse.held import Held
from migkit.model import Create, Other

_PARTITION = re.compile(
    r" PARTITION OF (\S+) (DEFAULT|FOR VALUES (?:FROM \(.*?\) TO \(.*?\)|IN \(.*?\)|WITH \(.*?\)))(?= |\Z)", re.DOTALL
)
_INHERITS = re.compile(r" INHERITS (\S+(?:, \S+)*)")


def attached(wanted: Held, present: Held, names: Names) -> Iterator[Create]:
    """Give what makes a table the partition or the heir that it was, or no longer one."""
    statements = [*_partition(wanted, present, names), *_heir(wanted, present, names)]
    if statements:
        yield Create(Other("table", wanted.name, tuple(statements)))


def _partition(wanted: Held, present: Held, names: Names) -> Iterator[str]:
    now, was = (_PARTITION.search(held.definition) for held in (wanted, present))
    if (now and now.groups()) == (was and was.groups()):
        return
    if was:
        yield f"ALTER TABLE {was[1]} DETACH PARTITION {names.table(present.name)}"
    if now:
        yield f"ALTER TABLE {now[1]} ATTACH PARTITION {names.table(wanted.name)} {now[2]}"


def _heir(wanted: Held, present: Held, names: Names) -> Iterator[str]:
    now, was = (_parents(held) for held in (wanted, present))
    if now == was:
        return
    for parent in was:
        yield f"ALTER TABLE {names.table(present.name)} NO INHERIT {parent}"
    for parent in now:
        yield f"ALTER TABLE {names.table(wanted.name)} INHERIT {parent}"


def _parents(held: Held) -> list[str]:
    found = _INHERITS.search(held.definition)
    return found[1].split(", ") if found else []
