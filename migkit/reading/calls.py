"""A call: of the file's own functions, of Python's, of a text's methods, of what sends something to the database."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence

from migkit.reading import conditions, methods, operations, pythons, sending
from migkit.reading.containers import starred
from migkit.reading.expansion import expanded
from migkit.reading.expressions import attribute, fold
from migkit.reading.run import Run
from migkit.reading.values import (
    UNKNOWN,
    Fact,
    Klass,
    Local,
    Map,
    Member,
    Scalar,
    Seq,
    Sym,
    Text,
    Unknown,
    Value,
    merged,
    plain,
)

_OFFLINE = frozenset({"alembic.context.is_offline_mode()", "alembic.op.get_context().is_offline_mode()"})
_QUESTIONS = frozenset(
    {"has_table", "has_index", "has_sequence", "has_schema", "get_table_names", "get_columns", "get_indexes"}
)
_HARMLESS = frozenset(
    {"alembic", "sqlalchemy", "sqlalchemy_utils", "geoalchemy2", "migkit", "builtins", "babel", "pytz", "pymysql"}
)
_SENDERS = frozenset({"execute", "exec_driver_sql", "scalar", "scalars", "executemany", "stream"})
_DOERS = (".create_all()", ".drop_all()", ".run_async()", ".invoke()", ".run_sync()")


def call(run: Run, node: ast.Call) -> Value:
    """Go through a call: its arguments, then what it does; gives what it comes to."""
    function, method = _function(run, node)
    args, named = _given(run, node)
    if isinstance(function, Local):
        return expanded(run, function, args, named, node)
    if method is not None:
        return _method(run, function, method.attr, args, named, node)
    if isinstance(function, Sym):
        return _named(run, function, args, named, node)
    if isinstance(function, Klass):
        return _instance(function, args, named, node)
    return _builtin(run, args, named, node)


def _function(run: Run, node: ast.Call) -> tuple[Value, ast.Attribute | None]:
    """Give what is called; of a method of something known, that and the attribute."""
    if not isinstance(node.func, ast.Attribute):
        return fold(run, node.func), None
    base = fold(run, node.func.value)
    if isinstance(base, (Text, Seq, Map, Unknown, Member, *Scalar)):
        return base, node.func
    if isinstance(base, Sym) and base.path in conditions.INSPECTORS:
        return Sym(f"{base.path}.{node.func.attr}", node.func, base), None
    return attribute(run, base, node.func), None


def _given(run: Run, node: ast.Call) -> tuple[list[Value], dict[str, Value]]:
    """Fold the arguments, `*` and `**` taken apart."""
    args, _ = starred(run, node.args)
    named: dict[str, Value] = {}
    for keyword in node.keywords:
        value = fold(run, keyword.value)
        if keyword.arg is not None:
            named[keyword.arg] = value
        elif isinstance(value, Map):
            named.update((key, each) for key, each in value.items.items() if isinstance(key, str))
    return args, named


def _method(
    run: Run, base: Value, name: str, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call
) -> Value:
    if isinstance(base, Text):
        return methods.of_text(run, base, name, args, named, node)
    if isinstance(base, Seq):
        return methods.of_sequence(run, base, name, args)
    if isinstance(base, Map):
        return methods.of_mapping(run, base, name, args, named)
    if name in _SENDERS and (args or named) and sending.may_be_sent(args, named):
        return sending.sent(run, name, args, named, node)
    if isinstance(base, Unknown):
        return _of_answer(run, base, name, args, node)
    return merged(args)


def _of_answer(run: Run, base: Unknown, name: str, args: Sequence[Value], node: ast.Call) -> Value:
    """Give what a method of something unknown comes to: of an answer of the database, that answer."""
    if name in _QUESTIONS:
        return _asked(run, args, node)
    if base is UNKNOWN and any(_connects(each) for each in args):
        run.unclear(node)
    return base if base.asks else merged((base, *args))


def _named(run: Run, function: Sym, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call) -> Value:
    path = function.path
    made = Sym(f"{path}()", node, function.base if isinstance(function.base, Sym) else None, tuple(args), dict(named))
    if made.path in _OFFLINE:
        return conditions.OFFLINE
    if operations.knows(made):
        return operations.done(run, made, node)
    return beyond(run, made, node)


def beyond(run: Run, made: Sym, node: ast.Call) -> Value:
    """Go through a call of something from elsewhere that is no operation."""
    path, base, last = made.path.removesuffix("()"), made.base, made.last
    args, named = made.args, made.kwargs
    if isinstance(base, Sym) and base.path in conditions.INSPECTORS:
        return _asked(run, args, node)
    if last in _QUESTIONS and isinstance(base, Sym):
        return _asked(run, args[1:] if args and not isinstance(args[0], Text) else args, node)
    if last in _SENDERS and isinstance(base, Sym) and sending.may_be_sent(args, dict(named)):
        return sending.sent(run, last, args, named, node)
    if pythons.knows(path, args):
        return pythons.function(run, path, args, named, node)
    return _foreign(run, made, node)


def _asked(run: Run, args: Sequence[Value], node: ast.Call) -> Unknown:
    """Give the answer to a question for the schema."""
    names = conditions.names_in(args)
    return Unknown(asks=run.source.span(node), catalogue=True, facts=(Fact(names, there=True),))


def _foreign(run: Run, made: Sym, node: ast.Call) -> Value:
    """Give a call of something from elsewhere; one that may do anything to the database cannot be read."""
    from migkit.reading import orm

    answer = orm.done(run, made, node)
    if answer is not None:
        return answer
    root = made.path.lstrip(".").partition(".")[0].removesuffix("()")
    own = made.path.startswith(".") or (root not in _HARMLESS and root not in sys.stdlib_module_names)
    given = any(_connects(each) for each in (*made.args, *made.kwargs.values()))
    if made.path.endswith(_DOERS) or (own and (given or _alone(made))):
        run.unclear(node)
    return made


def _alone(made: Sym) -> bool:
    """Whether a function of the application's is called, which may use `op` itself; a class is no function."""
    return made.base is None and "()" not in made.path[:-2] and not made.last[:1].isupper()


def _connects(value: Value) -> bool:
    """Whether a value is `op`, its connection, or a session on it."""
    if not isinstance(value, Sym):
        return False
    path = value.path
    return path == "alembic.op" or path.endswith(
        (".get_bind()", ".get_context()", ".bind", ".connection", "Session()", ".connect()", ".begin()")
    )


def _instance(function: Klass, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call) -> Value:
    if function.enum and args:
        known = plain(args[0])
        for name, value in function.names.items():
            if not isinstance(known, Unknown) and plain(value) == known:
                return Member(name, value)
    return Sym(f"{function.node.name}()", node, function, tuple(args), dict(named))


def _builtin(run: Run, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call) -> Value:
    """Give what a function comes to that is no name of the file's: one of Python's own, or what cannot be told."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if pythons.knows(name, args):
        return pythons.function(run, name, args, named, node)
    if name in ("getattr", "exec", "eval", "__import__", "globals", "vars") and name != "getattr":
        run.unclear(node)
    if name == "getattr" and len(args) > 1:
        return _got(run, args, node)
    if any(_connects(each) for each in (*args, *named.values())) or not isinstance(node.func, ast.Name):
        run.unclear(node) if not name or run.name(name) is UNKNOWN else None
    return merged((*args, *named.values()))


def _got(run: Run, args: Sequence[Value], node: ast.Call) -> Value:
    base, name = args[0], plain(args[1])
    if isinstance(base, Sym) and isinstance(name, str) and name.isidentifier():
        return attribute(run, base, ast.copy_location(ast.Attribute(node, name, ast.Load()), node))
    if _connects(base):
        run.unclear(node)
    return UNKNOWN
