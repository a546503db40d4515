"""SQLAlchemy's own tables and types that a revision makes on the connection: Table(…).create(bind), Enum(…).create."""

from __future__ import annotations

import ast

from migkit.model.script import Act, Guard, KeySpec, Kind, Span, Statement
from migkit.product import Family
from migkit.reading import elements, satypes
from migkit.reading.run import Run
from migkit.reading.values import Sym, Unknown, Value, plain, string
from migkit.sql.spelling import normal


def name_of(value: Value, family: Family) -> str:
    """Give the name of `sa.Table("name", …)` or `sa.table("name", …)`, "" for anything else."""
    if isinstance(value, Sym) and value.last in ("Table", "table") and value.args:
        name = string(value.args[0])
        return normal(name, family, string(value.kwargs.get("schema")), quoted=True) if name else ""
    return ""


def created(run: Run, made: Sym, node: ast.Call) -> Value | None:
    """Go through create() and drop() of a table or of a type."""
    base = made.base
    if not isinstance(base, Sym) or base.last not in ("Table", "Enum", "ENUM", "DOMAIN", "Index", "Sequence"):
        return None
    checked = plain(made.kwargs.get("checkfirst", made.args[1] if len(made.args) > 1 else base.last == "ENUM"))
    guard = Guard.name if checked is True else Guard.unknown if isinstance(checked, Unknown) else Guard.none
    acts = _acts(run, base, made.last, guard, node)
    from migkit.reading.sending import keep, via

    if acts:
        keep(run, Statement(via(node), run.source.span(node), acts=acts))
    return Unknown()


def constructed(run: Run, given: Sym, own: str, node: ast.Call) -> bool:
    """Go through `op.execute(CreateSequence(…))` and its kin; whether it is one."""
    verb = "create" if given.last.startswith("Create") else "drop"
    item = given.last.removeprefix(verb.capitalize())
    what = given.args[0] if given.args else given.kwargs.get("element", given.kwargs.get("name"))
    guard = Guard.name if _is_asked(given) else Guard.none
    acts: tuple[Act, ...] = ()
    if item == "Schema" and string(what):
        kind = Kind.create_other if verb == "create" else Kind.drop_other
        words = frozenset({"cascade"} if plain(given.kwargs.get("cascade")) is True else ())
        acts = (Act(kind, name=string(what), item="schema", options=words, guard=guard, span=run.source.span(node)),)
    elif isinstance(what, Sym) and what.last == item and item in ("Table", "Index", "Sequence"):
        acts = _acts(run, what, verb, guard, node)
    from migkit.reading.sending import keep

    if acts:
        keep(run, Statement(own, run.source.span(node), acts=acts))
    return bool(acts)


def _is_asked(given: Sym) -> bool:
    return any(plain(given.kwargs.get(word)) is True for word in ("if_not_exists", "if_exists"))


def _acts(run: Run, base: Sym, verb: str, guard: Guard, node: ast.Call) -> tuple[Act, ...]:
    span = run.source.span(node)
    if base.last == "Table":
        table = name_of(base, run.family)
        if verb == "drop":
            return (Act(Kind.drop_table, table, guard=guard, span=span),)
        return elements.create_table(run, table, base.args[2:], base.kwargs, guard, span)
    if base.last in ("Index", "Sequence"):
        return (_index if base.last == "Index" else _sequence)(run, base, verb, guard, node)
    if run.family != "postgresql":
        return ()
    name = normal(string(base.kwargs.get("name")), run.family, string(base.kwargs.get("schema")), quoted=True)
    if verb == "drop":
        return (Act(Kind.drop_type, name=name, item="enum", guard=guard, span=span),)
    values = satypes.labels(base)
    return (Act(Kind.create_type, name=name, item="enum", values=values, guard=guard, span=span),)


def _sequence(run: Run, base: Sym, verb: str, guard: Guard, node: ast.Call) -> tuple[Act, ...]:
    kind = Kind.create_other if verb == "create" else Kind.drop_other
    first = base.args[0] if base.args else base.kwargs.get("name")
    name = normal(string(first), run.family, string(base.kwargs.get("schema")), quoted=True)
    return (Act(kind, name=name, item="sequence", guard=guard, span=run.source.span(node)),)


def _index(run: Run, base: Sym, verb: str, guard: Guard, node: ast.Call) -> tuple[Act, ...]:
    """Give what Index("name", table.c.column).create(bind) does; a place that is not known where the table is not."""
    span = run.source.span(node)
    table = next((name for each in base.args[1:] if (name := _owner(each, run.family))), "")
    name = string(base.args[0]) if base.args else ""
    if not (table and name):
        run.unclear(node)
        return ()
    if verb == "drop":
        return (Act(Kind.drop_index, table, name, guard=guard, span=span),)
    columns = tuple(each.last if isinstance(each, Sym) else "" for each in base.args[1:])
    kind = "unique" if plain(base.kwargs.get("unique")) is True else "index"
    key = KeySpec(kind, name, columns, columns, span=span)
    return (Act(Kind.create_index, table, name, key=key, guard=guard, span=span),)


def _owner(column: Value, family: Family) -> str:
    """Give the table that `table.c.column` belongs to."""
    while isinstance(column, Sym):
        if name := name_of(column, family):
            return name
        column = column.base
    return ""


def reflected(run: Run, value: Value) -> Span | None:
    """Give where a table is looked up in the database (`autoload_with=bind`), None where it is not."""
    while isinstance(value, Sym):
        if value.last == "Table" and value.node is not None and value.kwargs.keys() & {"autoload_with", "autoload"}:
            return run.source.span(value.node)
        value = value.base
    return None


def of_class(value: Value) -> str:
    """Give the table of a class of the file's: `Model`, `Model.__table__`."""
    from migkit.reading.values import Klass

    return string(value.names.get("__tablename__")) if isinstance(value, Klass) else ""


def returned(run: Run, made: Sym, name: str) -> Value:
    """Give what an operation returns: of create_table the table."""
    del run
    if name == "create_table":
        return Sym("sqlalchemy.Table()", made.node, None, made.args, made.kwargs)
    return None
