"""What nobody knows yet of a change: a hole that no server accepts, behind a `raise` that says what to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migkit.body.literals import quoted
from migkit.model import Alter, Change, Column, Constraint, Create, Drop, Enum, Index, Other, Part, Rename, Table

_HOLE = "<{}>"


def filled(changes: Sequence[Change]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Give the changes with a hole for each definition that lacks, and what is to be filled in."""
    found: list[Change] = []
    holes: list[str] = []
    for change in changes:
        part = None if isinstance(change, Rename) else change.part
        if isinstance(part, Other) and _says_nothing(change, part):
            holes.append(f"write what is to be done to the {part.kind} {part.name}")
        elif part is None or isinstance(change, Drop | Rename) or _is_whole(change, part):
            found.append(change)
        elif isinstance(part, Enum) and isinstance(change, Alter) and not isinstance(change.was, Enum):
            holes.append(f"write what makes {', '.join(part.values)} the values of {part.name}")
        else:
            part, more = _part(part)
            found.append(replace(change, part=part))
            holes += more
    return tuple(found), tuple(holes)


def raised(holes: Sequence[str]) -> tuple[str, ...]:
    """Write the `raise`; nothing where there is nothing to fill in."""
    if not holes:
        return ()
    what = "; ".join(holes)
    return ("from migkit import Unfinished", "", f"raise Unfinished({quoted(what)})")


def _says_nothing(change: Change, part: Other) -> bool:
    if isinstance(change, Drop):
        return not part.drop
    return not part.create if isinstance(change, Create) else not (part.create or part.drop)


def _is_whole(change: Change, part: Part) -> bool:
    """Whether nothing lacks: a table that is altered keeps what it has."""
    return isinstance(change, Alter) and isinstance(part, Table)


def _part(part: Part) -> tuple[Part, tuple[str, ...]]:
    if isinstance(part, Column) and not part.definition.strip():
        return replace(part, definition=_HOLE.format("type")), (f"fill in the type of {part.table}.{part.name}",)
    if isinstance(part, Index) and not part.parts and not part.definition:
        return replace(part, parts=(_HOLE.format("columns"),)), (f"fill in the columns of the index {part.name}",)
    if isinstance(part, Constraint) and not part.definition:
        hole = _HOLE.format("definition")
        return replace(part, definition=hole), (f"fill in the definition of the constraint {part.name}",)
    if isinstance(part, Table) and not part.definition:
        return _table(part)
    return part, ()


def _table(part: Table) -> tuple[Part, tuple[str, ...]]:
    columns = [_part(one) for one in part.columns] or [
        (Column(part.name, "column", _HOLE.format("columns")), (f"fill in the columns of {part.name}",))
    ]
    constraints = [_part(one) for one in part.constraints]
    indexes = [_part(one) for one in part.indexes]
    holes = tuple(hole for _, more in (*columns, *constraints, *indexes) for hole in more)
    return replace(
        part,
        columns=tuple(one for one, _ in columns if isinstance(one, Column)),
        constraints=tuple(one for one, _ in constraints if isinstance(one, Constraint)),
        indexes=tuple(one for one, _ in indexes if isinstance(one, Index)),
    ), holes
