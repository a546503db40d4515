"""The guarded operations on tables and columns, and renames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from migkit.model.changes import Column, Rename, Table
from migkit.ops import spelling
from migkit.ops.acts import Act
from migkit.ops.registration import guarded

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext


@guarded
def create_table_if_missing(
    context: MigrationContext,
    /,
    name: str,
    *items: str | sa.Column[Any] | sa.Constraint,
    schema: str | None = None,
    replace: bool = False,
    **kw: Any,
) -> Iterable[Act]:
    """Create a table: the whole CREATE TABLE in one text, or the arguments of op.create_table.

    `replace` makes a table of another shape anew, where it is empty.
    """
    part, comments = spelling.table(context, name, schema, items, kw)
    yield Act("create", part, replace, comments)


@guarded
def drop_table_if_exists(context: MigrationContext, /, name: str, *, schema: str | None = None) -> Iterable[Act]:
    """Drop a table; not where the revision's upgrade found it there."""
    yield Act("drop", Table(spelling.qualified(name, schema)))


@guarded
def add_column_if_missing(
    context: MigrationContext,
    /,
    table: str,
    column: str | sa.Column[Any],
    definition: str = "",
    *,
    after: str | None = None,
    schema: str | None = None,
    replace: bool = False,
) -> Iterable[Act]:
    """Add a column: its name and the SQL that follows it, which is exact, or a `sa.Column` without keys.

    `after` is the column behind which it stands, "" for the first place (MySQL, MariaDB). `replace` alters a column of
    another definition.
    """
    full = spelling.qualified(table, schema)
    part = spelling.column(context, full, column, definition, after)
    yield Act("create", part, replace)


@guarded
def drop_column_if_exists(
    context: MigrationContext, /, table: str, name: str, *, schema: str | None = None
) -> Iterable[Act]:
    """Drop a column; not where the revision's upgrade found it there."""
    yield Act("drop", Column(spelling.qualified(table, schema), name))


@guarded
def alter_column_to(
    context: MigrationContext,
    /,
    table: str,
    column: str | sa.Column[Any],
    definition: str = "",
    *,
    after: str | None = None,
    schema: str | None = None,
) -> Iterable[Act]:
    """Give a column this definition; where it has it nothing is sent. The column is there."""
    part = spelling.column(context, spelling.qualified(table, schema), column, definition, after)
    yield Act("alter", part)


@guarded
def rename_column_if_exists(
    context: MigrationContext, /, table: str, old: str, new: str, *, schema: str | None = None
) -> Iterable[Act]:
    """Rename a column, where the old name is there and the new one is not."""
    yield Act("rename", Rename(spelling.qualified(table, schema), old, new))


@guarded
def rename_table_if_exists(
    context: MigrationContext, /, old: str, new: str, *, schema: str | None = None
) -> Iterable[Act]:
    """Rename a table, where the old name is there and the new one is not."""
    names = [spelling.qualified(name, schema) for name in (old, new)]
    yield Act("rename", Rename(names[0], names[0], names[1], "table"))
