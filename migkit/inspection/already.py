"""What a new revision would make, held against the revisions that are there: no server is asked, and no file is run.

The files are read only where one of them names what is to be made, so that a new revision is made as quickly as ever.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from migkit.errors import ConfigError, HistoryError
from migkit.inspection.files import File, files
from migkit.inspection.locations import Locations, locations
from migkit.model import Change, Column, Constraint, Create, Index, Schema, Table

if TYPE_CHECKING:
    from migkit.lint.state import State, TableModel

_MOST = 1_000_000  # bytes of a file that is looked at
_Part = Column | Index | Constraint | Table


def refuse_what_is_there(schema: Schema, changes: Iterable[Change]) -> None:
    """Raise ConfigError where the history has made what a change makes; what cannot be read is not known."""
    parts = [change.part for change in changes if isinstance(change, Create)]
    wanted = [part for part in parts if isinstance(part, _Part) and part.name]
    if not wanted:
        return
    try:
        place = locations(schema)
    except HistoryError:
        return  # it is told where the revision is written
    if _named(wanted, place):
        state = state_at_head(schema, files(place))
        for part in wanted:
            _refuse(part, state)


def state_at_head(schema: Schema, read: Sequence[File]) -> State:
    """Give the schema as it stands after the only head, as far as the files show it."""
    from migkit import engines
    from migkit.branching import heads
    from migkit.inspection.examining import base
    from migkit.inspection.history import history
    from migkit.inspection.readings import Readings
    from migkit.lint.case import Facts
    from migkit.lint.fold import UNKNOWN, cases

    engine = engines.parse(schema.engine)
    found = history(read, (engine.family,), Readings(None, ""))
    (whole,) = found.wholes(schema, (engine,), Facts())
    tips = heads(whole.order)
    after = {case.script.id: case.after for case in cases(whole, found.sources, base(schema))}
    return after[tips[0]] if len(tips) == 1 else UNKNOWN


def _named(parts: Iterable[_Part], place: Locations) -> bool:
    """Whether a file holds all the names that it must hold to have made one of the parts."""
    wanted = [tuple(map(_bare, {part.name, part.name if isinstance(part, Table) else part.table})) for part in parts]
    return any(any(all(name in text for name in names) for names in wanted) for text in _texts(place))


def _bare(name: str) -> bytes:
    return name.rpartition(".")[2].lower().encode()


def _texts(place: Locations) -> Iterator[bytes]:
    """Give the revision files in small letters: by system calls alone, since there may be hundreds."""
    for folder in place.folders:
        for root, _folders, names in os.walk(folder):
            for name in names:
                if name.endswith(".py"):
                    with suppress(OSError), open(f"{root}{os.sep}{name}", "rb", buffering=0) as opened:  # noqa: PTH123
                        yield opened.read(_MOST).lower()
            if not place.recursive:
                break


def _refuse(part: _Part, state: State) -> None:
    table = state.table(part.name if isinstance(part, Table) else part.table)
    if table is None or not table.sure:
        return
    if isinstance(part, Table):
        raise _there(f"the table {table.name} is there already", table.by, "name another")
    if isinstance(part, Column):
        spec = table.column(part.name)
        if spec is not None and spec.name not in table.doubtful:
            definition = f": {spec.type}" if spec.type else ""
            remedy = f"to change it: {part.table} update column {part.name}:TYPE"
            raise _there(f"{part.table} has a column {spec.name} already{definition}", table.origin[spec.name], remedy)
        return
    _refuse_key(part, table)


def _refuse_key(part: Index | Constraint, table: TableModel) -> None:
    from migkit.lint.state import member, spelt

    name = spelt(table.keys, part.name)
    key = table.keys.get(name)
    if key is not None and key.name and not {member(name)} & (table.doubtful | table.implied):
        kind = "an index" if isinstance(part, Index) else "a constraint"
        by, remedy = table.origin.get(member(name), ""), "give it another name, or drop that one first"
        raise _there(f"{part.table} has {kind} {name} already", by, remedy)


def _there(what: str, by: str, remedy: str) -> ConfigError:
    return ConfigError(f"{what} (revision {by})" if by else what, remedy=remedy)
