"""The guarded operations on enum types and their values, extensions and seed rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migkit.model.changes import Enum, EnumValue, Other
from migkit.ops import spelling
from migkit.ops.acts import Act, Row
from migkit.ops.families import family
from migkit.ops.registration import guarded
from migkit.ops.where import where

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext


@guarded
def create_enum_if_missing(
    context: MigrationContext, /, name: str, values: Sequence[str], *, schema: str | None = None, replace: bool = False
) -> Iterable[Act]:
    """Create an enum type (PostgreSQL); values and their order are its shape."""
    yield Act("create", Enum(spelling.qualified(name, schema), tuple(values)), replace)


@guarded
def drop_enum_if_exists(context: MigrationContext, /, name: str, *, schema: str | None = None) -> Iterable[Act]:
    """Drop an enum type; not where the revision's upgrade found it there."""
    yield Act("drop", Enum(spelling.qualified(name, schema), ()))


@guarded
def add_enum_value_if_missing(
    context: MigrationContext,
    /,
    enum: str,
    value: str,
    *,
    before: str = "",
    after: str = "",
    table: str = "",
    schema: str | None = None,
) -> Iterable[Act]:
    """Add a value to an enum type in an autocommit block, or to the column `enum` of `table` (MySQL, MariaDB)."""
    yield Act("create", _value(enum, value, before, after, table, schema))


@guarded
def drop_enum_value_if_exists(
    context: MigrationContext, /, enum: str, value: str, *, table: str = "", schema: str | None = None
) -> Iterable[Act]:
    """Take a value out of an enum; fails where a row has it."""
    yield Act("drop", _value(enum, value, "", "", table, schema))


@guarded
def create_extension_if_missing(
    context: MigrationContext, /, name: str, *, schema: str = "", version: str = "", cascade: bool = False
) -> Iterable[Act]:
    """Create an extension (PostgreSQL); its schema and version are compared where they are given."""
    words = [f"SCHEMA {spelling.quoted(context, schema)}"] if schema else []
    words += [f"VERSION {spelling.quoted(context, version)}"] if version else []
    words += ["CASCADE"] if cascade else []
    sql = " ".join(("CREATE EXTENSION IF NOT EXISTS", spelling.quoted(context, name), *words))
    yield Act("create", Other("extension", name, (sql,)))


@guarded
def drop_extension_if_exists(context: MigrationContext, /, name: str) -> Iterable[Act]:
    """Drop an extension; not where the revision's upgrade found it there."""
    yield Act("drop", Other("extension", name, drop=(f"DROP EXTENSION IF EXISTS {spelling.quoted(context, name)}",)))


@guarded
def insert_if_missing(
    context: MigrationContext,
    /,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    key: str | Sequence[str],
    *,
    schema: str | None = None,
) -> Iterable[Act]:
    """Insert rows whose key is not there. A row that is there is left as it is, whatever it holds: it is data."""
    for row in _rows(context, table, rows, key, schema):
        yield Act("create", row)


@guarded
def delete_inserted(
    context: MigrationContext,
    /,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    key: str | Sequence[str],
    *,
    schema: str | None = None,
) -> Iterable[Act]:
    """Delete rows by their key, last first; not those that the revision's upgrade found there."""
    for row in reversed(_rows(context, table, rows, key, schema)):
        yield Act("drop", row)


def _value(enum: str, value: str, before: str, after: str, table: str, schema: str | None) -> EnumValue:
    if before and after:
        raise ValueError(f"{value!r} of {enum} stands before or after another value, not both")
    if table:
        return EnumValue(enum, value, before, after, spelling.qualified(table, schema))
    return EnumValue(spelling.qualified(enum, schema), value, before, after)


def _rows(
    context: MigrationContext,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    key: str | Sequence[str],
    schema: str | None,
) -> list[Row]:
    keys = (key,) if isinstance(key, str) else tuple(key)
    literal = family(where(context)).literal
    found = []
    for row in rows:
        lacking = [column for column in keys if row.get(column) is None]
        if lacking:
            raise ValueError(f"a row for {table} has no {', '.join(lacking)}, which is its key")
        values = tuple((column, literal(value)) for column, value in row.items())
        found.append(Row(spelling.qualified(table, schema), values, keys))
    return found
