"""What a schema is after changes that nobody ran: as far as that can be told without its server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from migkit.ddl.names import Names
from migkit.errors import ConfigError
from migkit.model import CatalogObject, Change, Column, Drop, Engine, Enum, Part, Snapshot, Table

_KEYS = ("key", "index", "constraint")


def dropped(changes: Sequence[Change], before: Snapshot, engine: Engine) -> Snapshot:
    """Give the schema without what the changes drop, and what goes with it.

    Raises ConfigError for anything but drops, and for a column of a key that has others too: products differ in what
    becomes of that.
    """
    objects = dict(before.objects)
    for change in changes:
        if not isinstance(change, Drop):
            raise ConfigError("only a server can say what comes of this", remedy="leave --server development out")
        part = change.part
        for key in [key for key, each in objects.items() if _goes(each, part, engine, objects)]:
            del objects[key]
    return Snapshot(_renumbered(objects))


def _goes(each: CatalogObject, part: Part, engine: Engine, objects: dict[tuple[str, str], CatalogObject]) -> bool:
    own = each.name.removeprefix(f"{each.owner}.")
    if isinstance(part, Table):
        return each.owner == part.name or (each.kind, each.name) == ("table", part.name)
    if isinstance(part, Enum):
        return (each.kind, each.name) == ("enum", part.name)
    if each.owner != getattr(part, "table", ""):
        return False
    if isinstance(part, Column):
        return (each.kind, own) == ("column", part.name) or (
            each.kind in _KEYS and _names(each, part.name, engine, objects)
        )
    return each.kind in _KEYS and own == getattr(part, "name", "")


def _names(each: CatalogObject, column: str, engine: Engine, objects: dict[tuple[str, str], CatalogObject]) -> bool:
    """Whether a key or constraint is on the column, alone."""
    names = Names(engine)
    others = [one.name.removeprefix(f"{each.owner}.") for one in objects.values() if one.kind == "column"]
    text = each.definition[each.definition.find("(") :]

    def mentioned(name: str) -> bool:
        quoted = re.escape(engine.quote(name))
        return re.search(rf"{quoted}|(?<![\w`\"'.]){re.escape(names.name(name))}(?![\w`\"'])", text) is not None

    if not mentioned(column):
        return False
    if any(mentioned(other) for other in others if other != column):
        raise ConfigError(
            f"{column} stands in {each.name} beside other columns, and only a server can say what becomes of that",
            remedy="leave --server development out: a throwaway server is asked then",
        )
    return True


def _renumbered(objects: dict[tuple[str, str], CatalogObject]) -> dict[tuple[str, str], CatalogObject]:
    """Count positions anew: they have no gaps."""
    counts: dict[tuple[str, str], int] = {}
    found = {}
    for key, each in sorted(objects.items(), key=lambda item: item[1].position):
        if each.position:
            at = counts[each.owner, each.kind] = counts.get((each.owner, each.kind), 0) + 1
            found[key] = replace(each, position=at)
        else:
            found[key] = each
    return found
