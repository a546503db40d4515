"""Tables and columns of PostgreSQL that have another name now: whatever names them follows by itself (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from migkit.ddl.names import Names
from migkit.inverse.held import tables
from migkit.inverse.postgresql_words import bare, qualified
from migkit.inverse.renames import renamed_column, renamed_table
from migkit.model import CatalogObject, Rename, Snapshot

_WORD = r"(?<![\w$.]){}(?![\w$])"


def renamed(wanted: Snapshot, present: Snapshot, names: Names) -> tuple[list[Rename], Snapshot]:
    """Give the renames that bring names back, and what is present once they are done."""
    renames = []
    for old, new in renamed_table(tables(wanted, bare), tables(present, bare)).items():
        renames.append(Rename(old, old, new, "table"))
        present = _with_table(present, old, new, names)
    target, there = tables(wanted, bare), tables(present, bare)
    for table in [name for name in target if name in there]:
        found = renamed_column(target[table].of("column"), there[table].of("column"))
        if found:
            renames.append(Rename(table, *found))
            present = _with_column(present, table, *found, names)
    return renames, present


def _with_table(present: Snapshot, old: str, new: str, names: Names) -> Snapshot:
    """Follow a table's new name: its parts, and every definition that names it."""
    pattern = re.compile(_WORD.format(re.escape(qualified(names, old))))
    owned = re.compile(rf"( (?:OWNED BY|IDENTITY OF) ){re.escape(old)}(?=\.)")

    def follow(one: CatalogObject) -> CatalogObject:
        definition = pattern.sub(lambda _: qualified(names, new), one.definition)
        if one.kind == "sequence":
            definition = owned.sub(lambda found: found[1] + new, definition)
        if one.kind == "table" and one.name == old:
            return replace(one, name=new, definition=definition)
        if one.owner != old:
            return replace(one, definition=definition)
        own = one.kind in ("index", "sequence", "statistics")
        return replace(one, owner=new, name=one.name if own else new + one.name[len(old) :], definition=definition)

    return _mapped(present, follow)


def _with_column(present: Snapshot, table: str, old: str, new: str, names: Names) -> Snapshot:
    """Follow a column's new name: in the table's own parts, and where a foreign key leads to it."""
    word = re.compile(_WORD.format(re.escape(names.name(old))))
    place = re.escape(qualified(names, table))
    leads = re.compile(rf"(REFERENCES {place}\([^)]*\))")

    def follow(one: CatalogObject) -> CatalogObject:
        if one.kind == "column" and one.name == f"{table}.{old}":
            return replace(one, name=f"{table}.{new}")
        if one.kind == "sequence" and one.definition.endswith(f" {table}.{old}"):
            return replace(one, definition=one.definition[: -len(old)] + new)
        definition = leads.sub(lambda found: word.sub(lambda _: names.name(new), found[1]), one.definition)
        if one.owner == table and one.kind in ("index", "constraint", "statistics", "policy"):
            head, leading, tail = definition.partition(" REFERENCES ")
            definition = word.sub(lambda _: names.name(new), head) + leading + tail
        return replace(one, definition=definition)

    return _mapped(present, follow)


def _mapped(snapshot: Snapshot, follow: Callable[[CatalogObject], CatalogObject]) -> Snapshot:
    found = [follow(one) for one in snapshot.objects.values()]
    return Snapshot({(one.kind, one.name): one for one in found})
