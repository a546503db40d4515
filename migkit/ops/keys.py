"""The guarded operations on indexes and constraints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from migkit.model.changes import Constraint, Index
from migkit.ops import spelling
from migkit.ops.acts import Act
from migkit.ops.registration import guarded

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

_TYPES = {"unique": "UNIQUE", "check": "CHECK", "primary": "PRIMARY KEY", "foreignkey": "FOREIGN KEY", None: ""}


@guarded
def create_index_if_missing(
    context: MigrationContext,
    /,
    name: str,
    table: str,
    columns: str | Sequence[Any] = (),
    *,
    unique: bool = False,
    where: Any = "",
    using: str = "",
    concurrently: bool = False,
    definition: str = "",
    schema: str | None = None,
    replace: bool = False,
    **kw: Any,
) -> Iterable[Act]:
    """Create an index on columns (names, or SQLAlchemy's text) or by the server's own words, `definition`.

    `kw` are SQLAlchemy's own options, as for op.create_index. `concurrently` builds it outside of a transaction; an
    index that an earlier attempt left INVALID is a ShapeDiffers, and `replace` builds it anew.
    """
    parts = spelling.listed(context, columns)
    if not parts and not definition:
        raise ValueError(f"the index {name} has neither columns nor a definition")
    condition = spelling.sql(context, where) if where is not None else ""
    apart = bool(kw.pop("postgresql_concurrently", concurrently))
    part = Index(spelling.qualified(table, schema), name, parts, unique, condition, using, apart, definition)
    yield Act("create", spelling.index(context, part, table, schema, columns, kw) if kw else part, replace)


@guarded
def drop_index_if_exists(
    context: MigrationContext, /, name: str, table: str, *, concurrently: bool = False, schema: str | None = None
) -> Iterable[Act]:
    """Drop an index; not where the revision's upgrade found it there."""
    yield Act("drop", Index(spelling.qualified(table, schema), name, concurrently=concurrently))


@guarded
def create_constraint_if_missing(
    context: MigrationContext,
    /,
    name: str,
    table: str,
    definition: str,
    *,
    schema: str | None = None,
    replace: bool = False,
) -> Iterable[Act]:
    """Create a constraint from SQL: UNIQUE (…), CHECK (…), FOREIGN KEY …, PRIMARY KEY (…), EXCLUDE …."""
    yield Act("create", Constraint(spelling.qualified(table, schema), name, definition), replace)


@guarded
def create_unique_constraint_if_missing(
    context: MigrationContext,
    /,
    name: str,
    table: str,
    columns: Sequence[str],
    *,
    deferrable: bool | None = None,
    initially: str | None = None,
    postgresql_nulls_not_distinct: bool | None = None,
    schema: str | None = None,
    replace: bool = False,
) -> Iterable[Act]:
    """Create a unique constraint."""
    nulls = " NULLS NOT DISTINCT" if postgresql_nulls_not_distinct else ""
    definition = f"UNIQUE{nulls} ({', '.join(spelling.listed(context, columns))}){_deferred(deferrable, initially)}"
    yield Act("create", Constraint(spelling.qualified(table, schema), name, definition), replace)


@guarded
def create_check_constraint_if_missing(
    context: MigrationContext,
    /,
    name: str,
    table: str,
    condition: Any,
    *,
    schema: str | None = None,
    replace: bool = False,
) -> Iterable[Act]:
    """Create a check constraint; `condition` is SQL or an expression of SQLAlchemy's."""
    definition = f"CHECK ({spelling.sql(context, condition)})"
    yield Act("create", Constraint(spelling.qualified(table, schema), name, definition), replace)


@guarded
def create_foreign_key_if_missing(
    context: MigrationContext,
    /,
    name: str,
    source: str,
    referent: str,
    local_cols: Sequence[str],
    remote_cols: Sequence[str],
    *,
    onupdate: str | None = None,
    ondelete: str | None = None,
    deferrable: bool | None = None,
    initially: str | None = None,
    match: str | None = None,
    source_schema: str | None = None,
    referent_schema: str | None = None,
    replace: bool = False,
) -> Iterable[Act]:
    """Create a foreign key, with op.create_foreign_key's own arguments."""
    local, remote = (", ".join(spelling.listed(context, names)) for names in (local_cols, remote_cols))
    parent = ".".join(spelling.quoted(context, part) for part in (referent_schema, referent) if part)
    words = [f"FOREIGN KEY ({local}) REFERENCES {parent} ({remote})"]
    words += [f"{word} {value}" for word, value in _actions(match, onupdate, ondelete) if value]
    definition = " ".join(words) + _deferred(deferrable, initially)
    yield Act("create", Constraint(spelling.qualified(source, source_schema), name, definition), replace)


@guarded
def drop_constraint_if_exists(
    context: MigrationContext, /, name: str, table: str, type_: str | None = None, *, schema: str | None = None
) -> Iterable[Act]:
    """Drop a constraint; `type_` is unique, check, primary or foreignkey, as for op.drop_constraint."""
    if type_ not in _TYPES:
        raise ValueError(f"{type_!r} is no type of constraint: {', '.join(filter(None, _TYPES))}")
    yield Act("drop", Constraint(spelling.qualified(table, schema), name, _TYPES[type_]))


def _deferred(deferrable: bool | None, initially: str | None) -> str:  # noqa: FBT001  # Alembic's own argument
    said = "" if deferrable is None else " DEFERRABLE" if deferrable else " NOT DEFERRABLE"
    return said + (f" INITIALLY {initially}" if initially else "")


def _actions(match: str | None, onupdate: str | None, ondelete: str | None) -> Iterable[tuple[str, str | None]]:
    return (("MATCH", match), ("ON UPDATE", onupdate), ("ON DELETE", ondelete))
