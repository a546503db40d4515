"""What a server runs for certain, and does not take where what is named stands otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.state import State
from migkit.model import Direction
from migkit.model.script import Act, Guard, Kind
from migkit.values import dataclass

NEW_KEYS = frozenset({Kind.create_index, Kind.add_constraint})
_SETS = frozenset({Kind.setting, Kind.other})
_OTHERS = frozenset({"search_path", "use"})  # what makes names mean something else


@dataclass(frozen=True, slots=True)
class Certain:
    """One deed in its function, with the schema before that function, and what its statement makes besides."""

    deed: Deed
    act: Act
    direction: Direction
    before: State


def certain(case: Case) -> Iterator[Certain]:
    """Give the deeds that the server runs for certain, and that fail if what they name is not there."""
    for direction, passage, before in (("upgrade", case.up, case.before), ("downgrade", case.down, case.after)):
        if passage.opaque or any(deed.act.name.lower() in _OTHERS for deed in passage.deeds if deed.act.kind in _SETS):
            continue
        for deed in passage.deeds:
            statement, act = deed.statement, deed.act
            guarded = not (act.guard is statement.guard is Guard.none)
            if not (guarded or statement.conditional or statement.repeated or "{}" in act.table + act.name):
                yield Certain(deed, act, "upgrade" if direction == "upgrade" else "downgrade", before)
