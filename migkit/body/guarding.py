"""Style ops: the guarded operations of migkit.ops, and op.execute for what has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from migkit import ddl
from migkit.body.executing import executed, laid_out
from migkit.body.literals import for_text, quoted
from migkit.ddl import Names
from migkit.ddl.enums import added
from migkit.model import (
    Alter,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Other,
    Part,
    Rename,
    Table,
)

_IMPORT = "import migkit.ops  # noqa: F401"
_INDENT = "    "
_WIDTH = 100
_TYPES = {"foreign key": "foreignkey", "unique": "unique", "check": "check", "primary key": "primary"}

Lines = tuple[str, ...]


def guarded(changes: Sequence[Change], engine: Engine, tables: tuple[Table, ...] = ()) -> tuple[Lines, Lines]:
    """Write the changes as operations; give the lines and the imports that they need."""
    written = [_written(change, engine, tables) for change in changes]
    lines = tuple(line for each in written for line in each)
    imports = (_IMPORT,) if any("op." in line and "op.execute" not in line for line in lines) else ()
    if any("sa.text(" in line for line in lines):
        imports = ("import sqlalchemy as sa", *imports)
    return lines, imports


def _written(change: Change, engine: Engine, tables: tuple[Table, ...]) -> Lines:
    if isinstance(change, Rename):
        return _renamed(change, engine)
    writer = _WRITERS.get(type(change.part))
    lines = writer(change, change.part, engine) if writer else None
    return executed((change,), engine, tables) if lines is None else lines


def _call(name: str, *args: str, **kw: str) -> Lines:
    """Write a call, an argument a line where it is long; a keyword without a value is left out."""
    given = [*args, *(f"{key}={value}" for key, value in kw.items() if value)]
    line = f"op.{name}({', '.join(given)})"
    if len(line) <= _WIDTH:
        return (line,)
    return (f"op.{name}(", *(f"{_INDENT}{one}," for one in given), ")")


def _place(table: str, engine: Engine) -> tuple[str, str]:
    """Give a table's name and its schema as literals; a name that holds a dot stays qualified, as a Snapshot has it."""
    parts = Names(engine).parts(table)
    if any("." in part for part in parts):
        return quoted(table), ""
    return quoted(parts[-1]), quoted(parts[0]) if parts[1:] else ""


def _renamed(change: Rename, engine: Engine) -> Lines:
    if change.kind != "table":
        table, schema = _place(change.table, engine)
        return _call("rename_column_if_exists", table, quoted(change.old), quoted(change.new), schema=schema)
    (old, schema), (new, other) = _place(change.old, engine), _place(change.new, engine)
    if schema != other:
        return executed((change,), engine)
    return _call("rename_table_if_exists", old, new, schema=schema)


def _table(change: Create | Drop | Alter, part: Part, engine: Engine) -> Lines | None:
    assert isinstance(part, Table)
    if isinstance(change, Alter):
        return None
    name, schema = _place(part.name, engine)
    if isinstance(change, Drop):
        return _call("drop_table_if_exists", name, schema=schema)
    text, *more = ddl.statements((change,), engine)
    indexes = part.indexes if more else ()
    if indexes:
        text, *more = ddl.statements((Create(replace(part, indexes=())),), engine)
    behind = f", schema={schema})" if schema else ")"
    lines = laid_out(f"op.create_table_if_missing({name}, ", text, behind, engine)
    for statement in more:
        lines += executed((Create(Other("statement", "", (statement,))),), engine)
    return lines + tuple(line for one in indexes for line in _index(Create(one), one, engine))


def _column(change: Create | Drop | Alter, part: Part, engine: Engine) -> Lines:
    assert isinstance(part, Column)
    table, schema = _place(part.table, engine)
    if isinstance(change, Drop):
        return _call("drop_column_if_exists", table, quoted(part.name), schema=schema)
    ddl.statements((Create(replace(part, after=None)),), engine)  # refused where it would end the statement
    was = change.was if isinstance(change, Alter) and isinstance(change.was, Column) else None
    moved = part.after is not None and not (was and was.after == part.after)
    after = quoted(part.after or "") if moved else ""
    verb = "add_column_if_missing" if isinstance(change, Create) else "alter_column_to"
    return _call(verb, table, quoted(part.name), quoted(part.definition), after=after, schema=schema)


def _index(change: Create | Drop | Alter, part: Part, engine: Engine) -> Lines:
    assert isinstance(part, Index)
    (table, schema), name = _place(part.table, engine), quoted(Names(engine).parts(part.name)[-1])
    apart = "True" if part.concurrently else ""
    if isinstance(change, Drop):
        return _call("drop_index_if_exists", name, table, concurrently=apart, schema=schema)
    ddl.statements((Create(part),), engine)
    columns = () if part.definition else (f"[{', '.join(_part(one, engine) for one in part.parts)}]",)
    return _call(
        "create_index_if_missing",
        name,
        table,
        *columns,
        unique="True" if part.unique and columns else "",
        where=quoted(part.where) if part.where and columns else "",
        using=quoted(part.using) if part.using and columns else "",
        concurrently=apart,
        definition="" if columns else quoted(part.definition),
        schema=schema,
        replace="True" if isinstance(change, Alter) else "",
    )


def _part(sql: str, engine: Engine) -> str:
    """Write a part of an index: a name, or SQL."""
    name = Names(engine).unquoted(sql)
    return quoted(name) if name else f"sa.text({quoted(for_text(sql))})"


def _constraint(change: Create | Drop | Alter, part: Part, engine: Engine) -> Lines | None:
    assert isinstance(part, Constraint)
    (table, schema), name = _place(part.table, engine), quoted(part.name)
    if not part.name:
        return None
    if isinstance(change, Drop):
        kind = _TYPES.get(part.kind, "")
        return _call("drop_constraint_if_exists", name, table, type_=quoted(kind) if kind else "", schema=schema)
    again = "True" if isinstance(change, Alter) else ""
    definition = quoted(part.definition)
    return _call("create_constraint_if_missing", name, table, definition, schema=schema, replace=again)


def _enum(change: Create | Drop | Alter, part: Part, engine: Engine) -> Lines | None:
    assert isinstance(part, Enum)
    name, schema = _place(part.name, engine)
    if isinstance(change, Drop):
        return _call("drop_enum_if_exists", name, schema=schema)
    values = f"[{', '.join(map(quoted, part.values))}]"
    if isinstance(change, Create):
        return _call("create_enum_if_missing", name, values, schema=schema)
    was = change.was.values if isinstance(change.was, Enum) else ()
    if [one for one in part.values if one in was] == list(was):
        steps: list[Change] = [Create(one) for one in added(part, was)]
    elif [one for one in was if one in part.values] == list(part.values):
        steps = [Drop(EnumValue(part.name, one)) for one in reversed(was) if one not in part.values]
    else:
        return _call("create_enum_if_missing", name, values, schema=schema, replace="True")
    return tuple(line for step in steps for line in _written(step, engine, ()))


def _value(change: Create | Drop | Alter, part: Part, engine: Engine) -> Lines:
    assert isinstance(part, EnumValue)
    enum, schema = (quoted(part.enum), "") if part.table else _place(part.enum, engine)
    table, own = _place(part.table, engine) if part.table else ("", "")
    if isinstance(change, Drop):
        return _call("drop_enum_value_if_exists", enum, quoted(part.value), table=table, schema=schema or own)
    return _call(
        "add_enum_value_if_missing",
        enum,
        quoted(part.value),
        before=quoted(part.before) if part.before else "",
        after=quoted(part.after) if part.after else "",
        table=table,
        schema=schema or own,
    )


_WRITERS: dict[type, Callable[[Create | Drop | Alter, Part, Engine], Lines | None]] = {
    Table: _table,
    Column: _column,
    Index: _index,
    Constraint: _constraint,
    Enum: _enum,
    EnumValue: _value,
}
