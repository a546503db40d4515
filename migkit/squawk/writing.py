"""An operation of Alembic as the SQL that it becomes, as far as a linter looks at it (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Kind, Span

Lines = tuple[tuple[str, Span], ...]


def written(act: Act, span: Span) -> Lines:
    """Give the SQL of what an operation does, in lines with their places; nothing where it is not known.

    `span` is the operation's, where the act and its columns have none.
    """
    if act.kind is Kind.create_table:
        return _create_table(act, act.span if act.span.line else span)
    write = _WRITTEN.get(act.kind)
    sql = write(act) if write else ""
    return ((f"{sql};", act.span if act.span.line else span),) if sql else ()


def _name(name: str) -> str:
    """Quote a name, `schema.name` in its parts."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(_name(name) for name in names)


def _column(column: ColumnSpec) -> str:
    """Give a column's definition; one whose type is not known has none."""
    if not column.type or not column.name:
        return ""
    parts = [_name(column.name), column.type]
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    parts += ["PRIMARY KEY"] if column.primary_key else ["NOT NULL"] if column.nullable is False else []
    parts += ["UNIQUE"] if column.unique else []
    return " ".join(parts)


def _key(key: KeySpec) -> str:
    if not all(key.columns) or (not key.columns and not key.expression):
        return ""
    name = f"CONSTRAINT {_name(key.name)} " if key.name else ""
    if key.kind == "foreign" and key.refers:
        behind = f" ({_list(key.refers_columns)})" if key.refers_columns else ""
        return f"{name}FOREIGN KEY ({_list(key.columns)}) REFERENCES {_name(key.refers)}{behind}"
    if key.kind in ("unique", "primary"):
        return f"{name}{'UNIQUE' if key.kind == 'unique' else 'PRIMARY KEY'} ({_list(key.columns)})"
    return f"{name}CHECK ({key.expression})" if key.kind == "check" and key.expression else ""


def _create_table(act: Act, span: Span) -> Lines:
    """Give a line for each column and key."""
    if not act.table:
        return ()
    rows = [(_column(one), one.span) for one in act.columns] + [(_key(one), one.span) for one in act.keys]
    told = [(sql, place if place.line else span) for sql, place in rows if sql]
    parts = [(sql + ("," if number < len(told) else ""), place) for number, (sql, place) in enumerate(told, 1)]
    missing = "IF NOT EXISTS " if act.guard is Guard.name else ""
    return ((f"CREATE TABLE {missing}{_name(act.table)} (", span), *parts, (");", span))


def _alter(act: Act, *actions: str) -> str:
    return f"ALTER TABLE {_name(act.table)} {', '.join(actions)}" if act.table and actions and all(actions) else ""


def _add_column(act: Act) -> str:
    column = _column(act.column) if act.column else ""
    return _alter(act, f"ADD COLUMN {column}") if column else ""


def _drop_column(act: Act) -> str:
    return _alter(act, f"DROP COLUMN {_name(act.name)}")


def _alter_column(act: Act) -> str:
    return _alter(act, *_altered(act)) if act.name and act.column else ""


def _altered(act: Act) -> Iterator[str]:
    column = act.column
    assert column is not None
    begin = f"ALTER COLUMN {_name(act.name)}"
    if "type" in act.said and column.type:
        using = f" USING {act.conversion}" if act.conversion else ""
        yield f"{begin} TYPE {column.type}{using}"
    if "nullable" in act.said and column.nullable is not None:
        yield f"{begin} {'DROP' if column.nullable else 'SET'} NOT NULL"
    if "default" in act.said:
        yield f"{begin} DROP DEFAULT" if column.default is None else f"{begin} SET DEFAULT {column.default}"


def _rename_column(act: Act) -> str:
    return _alter(act, f"RENAME COLUMN {_name(act.name)} TO {_name(act.new)}") if act.name and act.new else ""


def _rename_table(act: Act) -> str:
    return _alter(act, f"RENAME TO {_name(act.new)}") if act.new else ""


def _create_index(act: Act) -> str:
    key = act.key
    parts = (key.parts or tuple(map(_name, key.columns))) if key else ()
    if key is None or not act.table or not all(parts) or not parts:
        return ""
    unique = "UNIQUE " if key.kind == "unique" else ""
    beside = "CONCURRENTLY " if "concurrently" in act.options else ""
    missing = "IF NOT EXISTS " if act.guard is Guard.name else ""
    using = f" USING {key.using}" if key.using else ""
    where = f" WHERE {key.where}" if key.where else ""
    name = f"{_name(act.name)} " if act.name else ""
    return f"CREATE {unique}INDEX {beside}{missing}{name}ON {_name(act.table)}{using} ({', '.join(parts)}){where}"


def _drop_index(act: Act) -> str:
    beside = "CONCURRENTLY " if "concurrently" in act.options else ""
    return f"DROP INDEX {beside}{_name(act.name)}" if act.name else ""


def _add_constraint(act: Act) -> str:
    key = _key(act.key) if act.key else ""
    return _alter(act, f"ADD {key}{' NOT VALID' if 'not valid' in act.options else ''}") if key else ""


def _drop_constraint(act: Act) -> str:
    return _alter(act, f"DROP CONSTRAINT {_name(act.name)}") if act.name else ""


def _create_type(act: Act) -> str:
    if not act.name or not act.values:
        return ""
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in act.values)
    return f"CREATE TYPE {_name(act.name)} AS ENUM ({values})"


_WRITTEN: dict[Kind, Callable[[Act], str]] = {
    Kind.add_column: _add_column,
    Kind.drop_column: _drop_column,
    Kind.alter_column: _alter_column,
    Kind.rename_column: _rename_column,
    Kind.rename_table: _rename_table,
    Kind.create_index: _create_index,
    Kind.drop_index: _drop_index,
    Kind.add_constraint: _add_constraint,
    Kind.drop_constraint: _drop_constraint,
    Kind.create_type: _create_type,
}
