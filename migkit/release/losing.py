"""What the acts of a statement destroy: rows of tables, values of columns, and what can only be named (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from migkit import sql
from migkit.address import masked_text
from migkit.model.release import PlannedRevision, PlannedStatement
from migkit.model.script import Act, Kind, Reading, Span
from migkit.product import Family
from migkit.sql import Sentence
from migkit.values import dataclass

_LONGEST = 60  # characters of a statement that is shown
_PARTITIONS = ("drop partition", "truncate partition", "exchange partition")
_HOLD_NOTHING = frozenset({"view", "materialized view", "trigger", "policy", "rule"})
_TAKES_ALL = frozenset({"database", "owned"})
_CALLS = frozenset({"SELECT", "PERFORM", "WITH", "VALUES", "("})
_KEEPS = re.compile(r"\bDO\s+NOTHING\b", re.IGNORECASE)
_PERFORMS = re.compile(r"\bPERFORM\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Rows of a table that go with it, or its values of a column that are not NULL; `rows` None where it is not known.

    `why` says why not, or what happens where it is neither (`DELETE`, `UPDATE`).
    """

    revision: str
    table: str
    column: str = ""
    rows: int | None = None
    why: str = ""


def losses(one: PlannedRevision, family: Family) -> Iterator[Destroyed]:
    """Give what a revision destroys, not counted yet; a statement that cannot be read whole is named as one."""
    if one.unknown:
        yield Destroyed(one.revision.id, "", why=f"its SQL is not known before it runs: {masked_text(one.unknown)}")
    for statement in one.statements:
        if not statement.applied:
            yield from _statement(one, statement, family)


def _statement(one: PlannedRevision, statement: PlannedStatement, family: Family) -> Iterator[Destroyed]:
    revision, found = one.revision.id, sql.read(statement.sql, family, lambda _start, _end: Span(1))
    if not found and not one.unknown:  # a guarded operation, whose SQL follows from what is there
        yield Destroyed(revision, statement.table, why=f"not known before it runs: {_short(statement.sql)}")
    for sentence in found:
        text = statement.sql[sentence.start : sentence.end]
        for act in sentence.acts:
            look = _LOSSES.get(act.kind)
            yield from look(revision, act, text) if look else ()
        if _calls(sentence, text):
            yield Destroyed(revision, "", why=f"what its functions do is not known: {_short(text)}")
        if sentence.reading is not Reading.whole:
            table = min(sentence.names, default="")
            yield Destroyed(revision, table, why=f"it cannot be read whole: {_short(text)}")


def _short(text: str) -> str:
    plain = " ".join(masked_text(text).split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _verb(text: str) -> str:
    return next(iter(text.split(None, 1)), "").upper()


def _calls(sentence: Sentence, text: str) -> bool:
    """Whether it is there for what its functions do: of a plan's statements none only reads."""
    queries = {act.kind for act in sentence.acts} == {Kind.select}
    verb = _verb(text)
    return (queries and (verb in _CALLS or verb.startswith("("))) or (verb == "DO" and _performs(sentence, text))


def _performs(sentence: Sentence, text: str) -> bool:
    return any(act.item == "do" for act in sentence.acts) or _PERFORMS.search(text) is not None


def _table(revision: str, act: Act, _text: str) -> Iterator[Destroyed]:
    goes = act.kind is Kind.drop_table or "or replace" in act.options
    if goes and "temporary" not in act.options:
        yield Destroyed(revision, act.table or act.name)


def _column(revision: str, act: Act, _text: str) -> Iterator[Destroyed]:
    yield Destroyed(revision, act.table, act.name)


def _rows(revision: str, act: Act, _text: str) -> Iterator[Destroyed]:
    verb = "MERGE" if "merge" in act.options else act.kind.value.upper()
    far = " and of what refers to it" if act.kind is Kind.truncate and "cascade" in act.options else ""
    yield Destroyed(revision, act.table, why=f"{verb} changes its rows{far}")


def _inserted(revision: str, act: Act, text: str) -> Iterator[Destroyed]:
    if "replace" in act.options:
        yield Destroyed(revision, act.table, why="REPLACE changes its rows")
    elif "on duplicate" in act.options or ("on conflict" in act.options and not _KEEPS.search(text)):
        yield Destroyed(revision, act.table, why="INSERT changes its rows where their keys are there")


def _altered(revision: str, act: Act, _text: str) -> Iterator[Destroyed]:
    for one in _PARTITIONS:
        if one in act.options:
            yield Destroyed(revision, act.table, why=f"{one.upper()} takes rows")


def _converted(revision: str, act: Act, _text: str) -> Iterator[Destroyed]:
    if act.conversion:
        yield Destroyed(revision, act.table, act.name, why=f"USING {_short(act.conversion)} makes its values others")


def _dropped(revision: str, act: Act, _text: str) -> Iterator[Destroyed]:
    item = (act.item or "type").upper()
    if act.item == "schema":
        yield Destroyed(revision, "", why=f"DROP SCHEMA {act.name} takes what is in it")
    elif "cascade" in act.options and act.item not in _HOLD_NOTHING:
        yield Destroyed(revision, "", why=f"DROP {item} {act.name} CASCADE takes what depends on it")


def _other(revision: str, act: Act, text: str) -> Iterator[Destroyed]:
    if act.item in _TAKES_ALL and _verb(text) == "DROP":
        yield Destroyed(revision, "", why=f"{_short(text)} takes all that is there")


_LOSSES: Mapping[Kind, Callable[[str, Act, str], Iterator[Destroyed]]] = {
    **dict.fromkeys((Kind.drop_table, Kind.create_table), _table),
    Kind.drop_column: _column,
    **dict.fromkeys((Kind.delete, Kind.truncate, Kind.update), _rows),
    Kind.insert: _inserted,
    Kind.alter_table: _altered,
    Kind.alter_column: _converted,
    **dict.fromkeys((Kind.drop_type, Kind.drop_other), _dropped),
    Kind.other: _other,
}
