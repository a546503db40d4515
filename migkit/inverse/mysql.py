"""What brings a catalogue of MySQL or MariaDB back (pure).

The order: what looks at tables goes first, then foreign keys; then tables are dropped, altered (each at one place) and
made; then foreign keys come back, and last what looks at tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migkit.catalog.mysql_ddl import quote
from migkit.inverse import mysql_table as table
from migkit.inverse.held import Held, tables
from migkit.inverse.mysql_foreign import ForeignKeys, foreign
from migkit.inverse.mysql_programs import Programs
from migkit.inverse.renames import renamed_column, renamed_table
from migkit.model import Change, Create, Drop, Engine, Other, Rename, Snapshot, Table

Tables = Mapping[str, Held]


def inverse(wanted: Snapshot, present: Snapshot, _engine: Engine) -> tuple[Change, ...]:
    """Give the changes that make `wanted` of `present`."""
    target = tables(wanted, table.bare)
    renames, there = _renamed(target, tables(present, table.bare))
    programs, keys = Programs(wanted, present), ForeignKeys(target, there)
    return (
        *programs.dropped(),
        *renames,
        *keys.dropped(),
        *_database(wanted, present),
        *programs.sequences_made(),
        *_tables(target, there, keys),
        *keys.made(),
        *programs.sequences_dropped(),
        *programs.made(),
    )


def _tables(wanted: Tables, present: Tables, keys: ForeignKeys) -> Iterator[Change]:
    for held in keys.doomed:
        yield Drop(Table(table.named(held.name)))
    for name, held in wanted.items():
        if name in present:
            yield from table.altered(held, present[name])
    for held in keys.new:
        yield table.created(held, keys.late(held))


def _database(wanted: Snapshot, present: Snapshot) -> Iterator[Create]:
    one, was = (side.objects.get(("option", "database")) for side in (wanted, present))
    if one is not None and was is not None and one.definition != was.definition:
        note = " COMMENT ''" if " COMMENT " in was.definition and " COMMENT " not in one.definition else ""
        yield Create(Other("database", "database", (f"ALTER DATABASE {one.definition}{note}",)))


def _renamed(wanted: Tables, present: Tables) -> tuple[list[Rename], Tables]:
    """Give the renames that bring names back, and what is present once they are done."""
    renames = []
    for old, new in renamed_table(wanted, present).items():
        renames.append(Rename(table.named(old), old, new, "table"))
        present = _with_table(present, old, new)
    for name in [name for name in wanted if name in present]:
        found = renamed_column(wanted[name].of("column"), present[name].of("column"))
        if found and not _is_computed_with(present[name], found[0]):
            renames.append(Rename(table.named(name), *found))
            present = _with_column(present, name, *found)
    return renames, present


def _is_computed_with(held: Held, column: str) -> bool:
    """Whether an expression of the table names the column: it cannot be renamed then."""
    texts = [one.definition for kind in ("column", "constraint", "key") for one in held.of(kind).values()]
    plain = [text for text in texts if not text.startswith(("FOREIGN KEY", "KEY", "UNIQUE KEY", "PRIMARY KEY"))]
    return any(quote(column) in text for text in plain)


def _with_table(present: Tables, old: str, new: str) -> Tables:
    """Rename a table: names that the server made of its name follow, and so do the foreign keys that lead to it."""
    found = {}
    for name, held in present.items():
        called = new if name == old else name
        parts = {
            kind: {
                _follows(key, old, new) if name == old and kind == "constraint" else key: replace(
                    one,
                    owner=called,
                    definition=one.definition.replace(f"REFERENCES {quote(old)} ", f"REFERENCES {quote(new)} "),
                )
                for key, one in every.items()
            }
            for kind, every in held.parts.items()
        }
        found[called] = Held(called, held.definition, parts)
    return found


def _follows(name: str, old: str, new: str) -> str:
    return f"{new}{name.removeprefix(old)}" if name.startswith((f"{old}_ibfk_", f"{old}_chk_")) else name


def _with_column(present: Tables, name: str, old: str, new: str) -> Tables:
    """Rename a column: keys and foreign keys follow, on either side."""
    found = dict(present)
    for each, held in present.items():
        parts = {kind: dict(every) for kind, every in held.parts.items()}
        for key, one in foreign(held).items():
            parts["constraint"][key] = replace(
                one, definition=table.with_column(one.definition, each == name, name, old, new)
            )
        if each == name:
            parts["column"] = {new if key == old else key: one for key, one in held.of("column").items()}
            for key, one in held.of("key").items():
                parts["key"][key] = replace(one, definition=one.definition.replace(quote(old), quote(new)))
        found[each] = Held(each, held.definition, parts)
    return found
