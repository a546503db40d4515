"""What a revision says in SQLAlchemy's words or in SQL, as SQL of the dialect: names, columns, tables, indexes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migkit.model.changes import Column, Index, Table

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Dialect


def qualified(name: str, schema: str | None) -> str:
    """Name a table as a Snapshot does."""
    return f"{schema}.{name}" if schema else name


def quoted(context: MigrationContext, name: str) -> str:
    """Quote one identifier, whether it needs it or not."""
    return str(_plain(context.dialect).identifier_preparer.quote_identifier(name))


def listed(context: MigrationContext, names: str | Sequence[Any]) -> tuple[str, ...]:
    """Write columns: a text is a name, what SQLAlchemy makes (text, a function) is SQL."""
    given = (names,) if isinstance(names, str) else tuple(names)
    return tuple(quoted(context, one) if isinstance(one, str) else sql(context, one) for one in given)


def sql(context: MigrationContext, element: Any) -> str:
    """Write a condition or an expression: a text is SQL."""
    if isinstance(element, str):
        return element
    options = {"literal_binds": True, "include_table": False}
    return str(element.compile(dialect=_plain(context.dialect), compile_kwargs=options))


def column(context: MigrationContext, table: str, given: Any, definition: str, after: str | None) -> Column:
    """Give a column from its name and SQL, or from a `sa.Column`, which carries no keys here."""
    if isinstance(given, str):
        if not definition:
            raise ValueError(f"the column {table}.{given} has no definition")
        return Column(table, given, definition, after)
    from sqlalchemy import MetaData, String, literal
    from sqlalchemy import Table as SATable
    from sqlalchemy.schema import CreateColumn

    if given.foreign_keys or given.unique or given.index or given.primary_key:
        remedy = "make it by an operation of its own: create_foreign_key_if_missing, create_index_if_missing …"
        raise ValueError(f"the column {table}.{given.name} carries a key: {remedy}")
    dialect = _plain(context.dialect)
    own = given if given.table is None else given._copy()
    SATable(table, MetaData(), own)
    written = str(CreateColumn(own).compile(dialect=dialect))
    written = written.removeprefix(dialect.identifier_preparer.format_column(own)).strip()
    if given.comment and dialect.supports_comments and not dialect.inline_comments:
        written += (
            f" COMMENT {sql(context, literal(given.comment, String()))}"  # as `migkit.ddl` and a Snapshot have it
        )
    return Column(table, str(given.name), written, after)


def table(
    context: MigrationContext, name: str, schema: str | None, items: Sequence[Any], kw: Mapping[str, Any]
) -> tuple[Table, tuple[str, ...]]:
    """Give a table, and the statements that comment on it, from a CREATE TABLE or from op.create_table's arguments."""
    full = qualified(name, schema)
    if len(items) == 1 and isinstance(items[0], str):
        return Table(full, definition=items[0].strip().rstrip(";")), ()
    if not items or any(isinstance(item, str) for item in items):
        raise ValueError(f"the table {name} is one CREATE TABLE, or SQLAlchemy's columns and constraints")
    from alembic.operations.ops import CreateTableOp
    from sqlalchemy.schema import CreateTable

    made = CreateTableOp(name, items, schema=schema, **kw).to_table(context)
    indexes = tuple(_index(context, full, one) for one in sorted(made.indexes, key=lambda one: str(one.name)))
    written = str(CreateTable(made).compile(dialect=_plain(context.dialect))).strip()
    return Table(full, indexes=indexes, definition=written), _comments(context, made)


def index(
    context: MigrationContext, wanted: Index, table: str, schema: str | None, columns: Any, kw: Mapping[str, Any]
) -> Index:
    """Give an index by SQLAlchemy's own options (`postgresql_include`, `mysql_length`): a whole CREATE INDEX."""
    from alembic.operations.ops import CreateIndexOp
    from sqlalchemy import Column as SAColumn
    from sqlalchemy import literal_column
    from sqlalchemy.types import NullType

    dialect = context.dialect.name
    options = dict(kw)
    if wanted.using and dialect != "sqlite":
        options[f"{dialect}_using"] = wanted.using
    if wanted.where and dialect in ("postgresql", "sqlite"):
        options[f"{dialect}_where"] = literal_column(wanted.where)
    given = [columns] if isinstance(columns, str) else list(columns)
    made = CreateIndexOp(wanted.name, table, given, schema=schema, unique=wanted.unique, **options).to_index(context)
    own: Any = made.table
    for included in kw.get("postgresql_include") or ():
        if included not in own.c:  # as Alembic's own create_index does
            own.append_column(SAColumn(included, NullType()))
    return replace(wanted, definition=_index(context, wanted.table, made).definition)


def _comments(context: MigrationContext, made: Any) -> tuple[str, ...]:
    from sqlalchemy.schema import SetColumnComment, SetTableComment

    if not context.dialect.supports_comments or context.dialect.inline_comments:
        return ()
    noted: list[Any] = [SetTableComment(made)] if made.comment else []
    noted += [SetColumnComment(one) for one in made.columns if one.comment]
    return tuple(str(one.compile(dialect=_plain(context.dialect))) for one in noted)


def _index(context: MigrationContext, table: str, made: Any) -> Index:
    from sqlalchemy.schema import CreateIndex

    text = str(CreateIndex(made).compile(dialect=_plain(context.dialect)))
    return Index(table, str(made.name), unique=bool(made.unique), definition=text)


def _plain(dialect: Dialect) -> Dialect:
    """Give the dialect as it writes for no driver: one that formats wants each percent sign twice."""
    plain = copy.copy(dialect)
    plain.paramstyle = "named"
    plain.positional = False
    plain.identifier_preparer = plain.preparer(plain)
    kept = (
        "type_compiler_instance" if hasattr(plain, "type_compiler_instance") else "type_compiler"
    )  # SQLAlchemy 2, 1.4
    setattr(plain, kept, type(getattr(plain, kept))(plain))  # it writes the values of an ENUM
    return plain
