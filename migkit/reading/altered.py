"""op.alter_column: what of a column it changes, and what MySQL's MODIFY sets besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from migkit.model.script import Act, ColumnSpec, Kind, Span
from migkit.reading import elements, satypes
from migkit.reading.run import Run
from migkit.reading.values import Unknown, Value, plain, string

_MYSQL = ("mysql", "mariadb")
_MODIFY = frozenset({"type", "nullable", "default", "comment", "autoincrement"})


def acts(run: Run, table: str, name: str, said: Mapping[str, Value], span: Span) -> list[Act]:
    """Give what an alter_column does: one act for what is altered, one for a rename where it is one of its own."""
    new = string(said.get("new_column_name"))
    changed = _changed(said)
    column = _column(run, name, said, span)
    existing = _existing(run, name, said)
    if run.family in _MYSQL:
        return [replace(act, existing=existing) for act in _modified(run, table, column, said, changed, new, span)]
    using = string(said.get("postgresql_using")) if run.family == "postgresql" else ""
    found = []
    if changed:
        altered = Act(Kind.alter_column, table, name, column=column, said=frozenset(changed), span=span)
        options = frozenset({"using"} if using else ())
        found.append(replace(altered, options=options, conversion=using, existing=existing))
    if new or _unread(said.get("new_column_name")):
        found.append(Act(Kind.rename_column, table, name, new=new, span=span))
    return found or [Act(Kind.alter_column, table, name, column=column, span=span)]


def _unread(value: Value) -> bool:
    return value is not None and not string(value)


def _changed(said: Mapping[str, Value]) -> set[str]:
    """Give what is altered: what Alembic takes for "not said" is None, of a default and a comment False."""
    found = set()
    if said.get("nullable") is not None:
        found.add("nullable")
    if said.get("type_") is not None:
        found.add("type")
    if "server_default" in said and said["server_default"] is not False:
        found.add("default")
    if "comment" in said and said["comment"] is not False:
        found.add("comment")
    if said.get("autoincrement") is not None:
        found.add("autoincrement")
    return found


def _column(run: Run, name: str, said: Mapping[str, Value], span: Span) -> ColumnSpec:
    """Give the column as far as the call says how it is afterwards."""
    nullable = plain(said.get("nullable"))
    kind = said.get("type_")
    given = said.get("server_default", False)
    return ColumnSpec(
        name,
        satypes.sql(kind, run.family) if kind is not None else "",
        nullable if isinstance(nullable, bool) else None,
        elements.default(given, run.family) if given is not False else None,
        "auto_increment" if plain(said.get("autoincrement")) is True else "",
        comment=elements.commented(plain(said.get("comment"))),
        span=span,
    )


def _existing(run: Run, name: str, said: Mapping[str, Value]) -> ColumnSpec | None:
    """Give the column as existing_type and existing_nullable say that it is before."""
    kind, nullable = said.get("existing_type"), plain(said.get("existing_nullable"))
    if kind is None and not isinstance(nullable, bool):
        return None
    type_ = satypes.sql(kind, run.family) if kind is not None else ""
    return ColumnSpec(name, type_, nullable if isinstance(nullable, bool) else None)


def _modified(
    run: Run, table: str, column: ColumnSpec, said: Mapping[str, Value], changed: set[str], new: str, span: Span
) -> list[Act]:
    """Give MySQL's ALTER, MODIFY or CHANGE: what is not said is taken from existing_…, and forgotten else."""
    if changed <= {"default"} and not new and changed:
        return [Act(Kind.alter_column, table, column.name, column=column, said=frozenset(changed), span=span)]
    column = _whole(run, column, said, changed)
    words = frozenset(_MODIFY | ({"name"} if new else set()))
    options = frozenset({"modify"})
    return [Act(Kind.alter_column, table, column.name, new=new, column=column, said=words, options=options, span=span)]


def _whole(run: Run, column: ColumnSpec, said: Mapping[str, Value], changed: set[str]) -> ColumnSpec:
    """Give the column as MODIFY writes it: what is not altered as existing_… says."""
    known = plain(said.get("existing_nullable"))
    if "nullable" not in changed:
        nullable = known if isinstance(known, bool) else None if isinstance(known, Unknown) else True
        column = replace(column, nullable=nullable)
    if "default" not in changed:
        column = replace(column, default=elements.default(said.get("existing_server_default"), run.family))
    if "type" not in changed and said.get("existing_type") is not None:
        column = replace(column, type=satypes.sql(said["existing_type"], run.family))
    return column
