"""What is sent: SQL by `execute` in its many forms, and how each statement stands under what was asked before it."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from migkit import sql as reader
from migkit.model.script import Act, Guard, Kind, Reading, Span, Statement
from migkit.reading import orm, prepared
from migkit.reading.conditions import names_in
from migkit.reading.run import MOST, Run, SpentError
from migkit.reading.values import (
    HOLE,
    Fact,
    Map,
    Seq,
    Sym,
    Text,
    Unknown,
    Value,
    string,
)

_KEYWORDS = ("statement", "sqltext", "sql", "query", "clause", "object_")
_MAKES = frozenset(
    {Kind.create_table, Kind.add_column, Kind.create_index, Kind.add_constraint, Kind.create_type, Kind.add_value}
    | {Kind.create_other}
)
_ROWS = frozenset({Kind.insert, Kind.update, Kind.delete, Kind.truncate, Kind.select, Kind.setting, Kind.transaction})
_DROPS = frozenset(
    {Kind.drop_table, Kind.drop_column, Kind.drop_index, Kind.drop_constraint, Kind.drop_type, Kind.drop_other}
)
_CATALOGUE = (
    "information_schema",
    "pg_catalog",
    "pg_",
    "sqlite_master",
    "sqlite_schema",
    "to_reg",
    "show ",
    "pragma",
    "sys.",
)
_BLANK = "{}();, \t\n"


def may_be_sent(args: Sequence[Value], named: Mapping[str, Value]) -> bool:
    """Whether what `execute` is given may be a statement: a text, a construct of SQLAlchemy's, or not known."""
    given = _given(args, named)
    return isinstance(given, Text | Unknown | Sym)


def sent(run: Run, name: str, args: Sequence[Value], named: Mapping[str, Value], node: ast.Call) -> Value:
    """Send what `execute` is given; gives what is known of the answer."""
    given = _given(args, named)
    own = via(node)
    bound = frozenset(key for each in (*args[1:2], *named.values()) for key in _keys(each))
    if isinstance(given, Sym):
        text, more = _text(given)
        if text is None:
            return orm.sent(run, given, own, node)
        answer = written(run, text, own, node, through=_last(given) == "text", bound=bound | more)
        return _about(answer, (*args[1:2], *given.kwargs.values()))
    if not isinstance(given, Text):
        keep(run, Statement(own, run.source.span(node), reading=Reading.nothing))
        return Unknown(asks=run.source.span(node))
    through = name == "execute" and own in ("op.execute", "batch_op.execute")
    return written(run, given, own, node, through=through, bound=bound)


def _about(answer: Unknown, values: Sequence[Value]) -> Unknown:
    """Add the names that a question gives as parameters."""
    items = [item for value in values for item in (value.items.values() if isinstance(value, Map) else (value,))]
    names = names_in(items)
    facts = tuple(Fact(fact.names | names, fact.there) for fact in answer.facts)
    return answer.told(facts, answer.truth) if names and facts else answer


def via(node: ast.Call) -> str:
    """Give how a call is written: `op.execute`, `bind.execute`, `op.get_bind().execute`."""
    parts: list[str] = []
    function: ast.expr = node.func
    while True:
        if isinstance(function, ast.Attribute):
            parts.append(f".{function.attr}")
            function = function.value
        elif isinstance(function, ast.Call):
            parts.append("()")
            function = function.func
        else:
            break
        if len(parts) > 8:  # noqa: PLR2004
            break
    root = function.id if isinstance(function, ast.Name) else ""
    return (root + "".join(reversed(parts))).lstrip(".")


def written(
    run: Run, text: Text, own: str, node: ast.Call, *, through: bool, bound: frozenset[str] = frozenset()
) -> Unknown:
    """Send a text of SQL: each of its statements."""
    span = run.source.span(node)
    if text.holes and not text.value.strip(_BLANK):
        keep(run, Statement(own, span, text.value, reading=Reading.nothing, text=through, asks=text.asks))
        return Unknown(asks=span)
    sql = _unescaped(text.value) if through else text.value
    place = placed(run, text, span)
    sentences = reader.read(sql, run.family, place)
    for one in (prepared.followed(run.prepared, one, sql, run.family, place) for one in sentences):
        reading = one.reading
        own_text = text.value[one.start : one.end]
        if text.holes and HOLE in own_text and reading is not Reading.nothing:
            reading = Reading.part
        at = span if len(sentences) == 1 else place(one.start, one.end)
        keep(run, Statement(own, at, own_text, one.acts, reading, one.names, through, bound, asks=text.asks))
    return _answer(sql, span, [act.kind for one in sentences for act in one.acts])


def placed(run: Run, text: Text, here: Span) -> Callable[[int, int], Span]:
    """Give the function that says where in the file a piece of a text stands, which is sent `here`.

    A piece that stands here in part (a name of a loop or a constant is put into it) is where that part is.
    """
    starts = [piece[0] for piece in text.pieces]

    def offset(at: int, number: int) -> int:
        start, node, inner = text.pieces[number]
        return run.source.literal(node).place(inner + at - start)

    def own(number: int) -> bool:
        return _within(run.source.span(text.pieces[number][1]), here)

    def place(start: int, end: int) -> Span:
        if not starts:
            return Span(1)
        low, high = (max(0, bisect_right(starts, at) - 1) for at in (start, max(start, end - 1)))
        ours = [number for number in range(low, high + 1) if own(number)] if high > low else []
        if ours and ours[0] > low:
            start, low = starts[ours[0]], ours[0]
            start += len(text.value[start:end]) - len(text.value[start:end].lstrip())
        if ours and ours[-1] < high:
            end, high = starts[ours[-1] + 1], ours[-1]
        first = offset(start, low)
        last = offset(end - 1, high) + 1 if end > start else first
        return run.source.at(first, max(last, first))

    return place


def _within(inner: Span, outer: Span) -> bool:
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def keep(run: Run, statement: Statement) -> None:
    """Note a statement, as it stands under the conditions that hold here."""
    if run.quiet:
        return
    if len(run.statements) >= MOST:
        raise SpentError
    if not (run.conditions or run.attempts or run.autocommit or run.repeated or statement.acts[1:]):
        guard = statement.acts[0].guard if statement.acts else Guard.none
        run.statements.append(statement if guard is statement.guard else replace(statement, guard=guard))
        return
    run.statements.append(_standing(run, statement))


def _standing(run: Run, statement: Statement) -> Statement:
    """Give a statement with what holds where it stands."""
    weighty = [each for each in run.conditions if each.truth is None]
    acts = tuple(_guarded(act, weighty, attempts=run.attempts) for act in statement.acts)
    return replace(
        statement,
        acts=acts,
        guard=_of_all(acts) if acts else _unread_guard(statement, weighty, run.attempts),
        autocommit=run.autocommit > 0,
        repeated=run.repeated > 0,
        conditional=any(not _answers(each, act) for each in weighty for act in acts or (None,)),
        asks=statement.asks or next((each.asks for each in reversed(run.conditions) if each.asks), None),
        offline=any(each.offline for each in run.conditions),
    )


def _guarded(act: Act, conditions: Sequence[Unknown], *, attempts: int) -> Act:
    if act.guard is not Guard.none or not (conditions or attempts) or act.kind in _ROWS:
        return act
    if any(_answers(each, act) for each in conditions):
        return replace(act, guard=Guard.name)
    unread = attempts or any(not each.facts for each in conditions)
    return replace(act, guard=Guard.unknown) if unread else act


def _answers(condition: Unknown, act: Act | None) -> bool:
    """Whether a condition is a question whether the object of an act is there already, or gone."""
    if act is None or act.kind in _ROWS:
        return False
    names = {each.rpartition(".")[2].lower() for each in (act.name, act.table, act.new) if each}
    wanted = {False} if act.kind in _MAKES else {True} if act.kind in _DROPS else {False, True}
    return any(fact.there in wanted and fact.names & names for fact in condition.facts)


def _unread_guard(statement: Statement, conditions: Sequence[Unknown], attempts: int) -> Guard:
    names = {each.rpartition(".")[2].lower() for each in statement.names}
    if any(fact.names & names for each in conditions for fact in each.facts):
        return Guard.name
    return Guard.unknown if conditions or attempts else Guard.none


def _of_all(acts: Sequence[Act]) -> Guard:
    guards = {act.guard for act in acts if act.kind not in _ROWS}
    if not guards or Guard.none in guards:
        return Guard.none
    return guards.pop() if len(guards) == 1 else Guard.unknown


def _given(args: Sequence[Value], named: Mapping[str, Value]) -> Value:
    if args:
        return args[0]
    return next((named[key] for key in _KEYWORDS if key in named), None)


def _last(given: Sym) -> str:
    found = given
    while isinstance(found.base, Sym) and found.base.path.endswith("()") and "text()" in found.base.path:
        found = found.base
    return found.last


def _text(given: Sym) -> tuple[Text | None, frozenset[str]]:
    """Give the text of `text(…)`, `DDL(…)`, whatever is called on it, and the parameters that it binds."""
    bound: set[str] = set()
    found: Value = given
    while isinstance(found, Sym):
        if found.last == "bindparams":
            bound |= set(found.kwargs)
            bound |= {string(each.args[0]) if isinstance(each, Sym) and each.args else "*" for each in found.args}
        if found.last in ("text", "DDL") and (found.args or found.kwargs):
            first = found.args[0] if found.args else next(iter(found.kwargs.values()))
            known = first if isinstance(first, Text) else _hole(found)
            return known, frozenset(bound)
        found = found.base
    return None, frozenset()


def _hole(given: Sym) -> Text:
    from migkit.reading.values import hole

    return hole(given.node) if given.node is not None else Text(HOLE, holes=True)


def _keys(value: Value) -> frozenset[str]:
    """Give the parameters that get a value, `*` where that is not known."""
    if isinstance(value, Seq):
        return frozenset(key for each in value.items[:3] for key in _keys(each))
    return frozenset(key if isinstance(key, str) else "*" for key in value.items) if isinstance(value, Map) else ANY


ANY = frozenset({"*"})


def _unescaped(sql: str) -> str:
    r"""Write `\:` as text() sends it, the length kept so that places stay."""
    return sql.replace("\\:\\:", "::  ").replace("\\:", ": ") if "\\:" in sql else sql


def _answer(sql: str, span: Span, kinds: Sequence[Kind]) -> Unknown:
    """Give what is known of an answer: a question to the catalogue is one for the names in it."""
    small = sql.lower()
    if kinds and any(kind is not Kind.select for kind in kinds) and Kind.other not in kinds:
        return Unknown(asks=span)
    if not any(word in small for word in _CATALOGUE):
        return Unknown(asks=span)
    quoted = frozenset(small.split("'")[1::2]) | frozenset(small.replace("`", "").split()[-2:])
    quoted |= {name.rpartition(".")[2] for name in quoted}  # to_regclass('public.calls')
    return Unknown(asks=span, catalogue=True, facts=(Fact(quoted, there=True),))
