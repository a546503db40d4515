"""Statements that SQLAlchemy's own constructs and sessions make: rows read, inserted, updated, deleted."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from migkit.model.script import Act, ColumnSpec, Kind, Statement
from migkit.product import Family
from migkit.reading import tables
from migkit.reading.run import Run
from migkit.reading.values import Klass, Map, Seq, Sym, Unknown, Value, string

_VERBS: Mapping[str, Kind] = {
    "insert": Kind.insert,
    "update": Kind.update,
    "delete": Kind.delete,
    "select": Kind.select,
    "exists": Kind.select,
    "union": Kind.select,
    "union_all": Kind.select,
}
_SESSION: Mapping[str, Kind] = {
    "add": Kind.insert,
    "add_all": Kind.insert,
    "merge": Kind.insert,
    "bulk_save_objects": Kind.insert,
    "bulk_insert_mappings": Kind.insert,
    "bulk_update_mappings": Kind.update,
    "delete": Kind.delete,
}
_ENDS = frozenset(
    {"all", "first", "one", "one_or_none", "scalar", "count", "get", "scalars", "yield_per", "fetchall", "exists"}
)


def done(run: Run, made: Sym, node: ast.Call) -> Value | None:
    """Go through a session's method, or Table.create(); None where it is neither."""
    name, base = made.last, made.base
    if not isinstance(base, Sym):
        return None
    if name in ("create", "drop"):
        return tables.created(run, made, node)
    if ".query()" in base.path:
        return _queried(run, made, node)
    if name in _SESSION and _is_session(base) and made.args:
        _keep(run, Act(_SESSION[name], _table(made.args[0], run.family), span=run.source.span(node)), node)
        return Unknown()
    return None


def sent(run: Run, given: Sym, own: str, node: ast.Call) -> Value:
    """Send a construct: `table.update().where(…)`, `sa.select(…)`, `sa.insert(table)`."""
    from migkit.reading.sending import keep

    span = run.source.span(node)
    found = _verb(given)
    if found is None:
        if not tables.constructed(run, given, own, node):
            run.unclear(node)
        return Unknown(asks=span)
    verb, where = found
    of = verb.args[0] if verb.args else verb.base
    table = _table(of, run.family)
    act = Act(_VERBS[verb.last], table, columns=_columns(given), where=where, span=span)
    asks = tables.reflected(run, of)
    keep(run, Statement(own, span, acts=(act,), names=frozenset({table} - {""}), asks=asks))
    return Unknown(asks=span)


def _verb(given: Sym) -> tuple[Sym, bool] | None:
    """Give the call that says what a construct does, and whether a condition stands on it."""
    found: Value = given
    where, best = False, None
    while isinstance(found, Sym):
        where = where or found.last in ("where", "filter", "filter_by")
        if found.path.endswith("()") and found.last in _VERBS:
            best = found
        found = found.base
    return (best, where) if best is not None else None


def _columns(given: Sym) -> tuple[ColumnSpec, ...]:
    """Give the columns that `values(a=1)`, `values({t.c.a: 1})` and `update({"a": 1})` name; all of them or none."""
    found: Value = given
    while isinstance(found, Sym):
        if found.last in ("values", "update") and (found.args or found.kwargs):
            said = found.args[0] if found.args else Map({})
            if not isinstance(said, Map) or not said.whole:
                return ()
            names = [*said.items, *(key for key in found.kwargs if key != "synchronize_session")]
            return tuple(ColumnSpec(str(name)) for name in names)
        found = found.base
    return ()


def _queried(run: Run, made: Sym, node: ast.Call) -> Value | None:
    name = made.last
    if name not in ("update", "delete") and name not in _ENDS:
        return None
    root: Value = made
    where = False
    while isinstance(root, Sym) and root.last != "query":
        where = where or root.last in ("where", "filter", "filter_by")
        root = root.base
    first = root.args[0] if isinstance(root, Sym) and root.args else None
    kind = _VERBS.get(name, Kind.select)
    span = run.source.span(node)
    kind = kind if name != "exists" else Kind.select
    columns = _columns(made) if kind is Kind.update else ()
    _keep(run, Act(kind, _table(first, run.family), columns=columns, where=where, span=span), node)
    return Unknown(asks=span)


def _keep(run: Run, act: Act, node: ast.Call) -> None:
    from migkit.reading.sending import keep, via

    keep(run, Statement(via(node), run.source.span(node), acts=(act,), names=frozenset({act.table} - {""})))


def _is_session(value: Sym) -> bool:
    return value.path.endswith(("Session()", "sessionmaker()()", "session", "Session"))


def _table(value: Value, family: Family) -> str:
    """Give the table of `sa.table(…)`, of a class of the file's, or of an instance of one; "" if not known."""
    if isinstance(value, Seq):
        return _table(value.items[0], family) if value.items else ""
    if isinstance(value, Klass):
        return string(value.names.get("__tablename__"))
    if isinstance(value, Sym):
        found: Value = value
        while isinstance(found, Sym) and found.last not in ("Table", "table"):
            found = found.base
        return _table(found, family) if isinstance(found, Klass) else tables.name_of(found, family)
    return ""
