"""What a step sends, twice: as the plan tells it, and as the reader reads it (pure).

The statements of the reading have the number of their place in the step as the line of every span, so that what rules
find of them leads back to the statement, however many one line of the file sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from migkit.model.rehearsal import Piece
from migkit.model.release import PlannedRevision
from migkit.model.script import Act, ColumnSpec, Function, Guard, KeySpec, Reading, Span, Statement
from migkit.product import Family
from migkit.reads import reads
from migkit.sql import read
from migkit.values import dataclass

_END = ";\n\n"  # how Alembic ends a statement that it prints; what a revision prints itself does not end so
_CONTROL = re.compile(r"(?:BEGIN|COMMIT|ROLLBACK|END|START\s+TRANSACTION)(?:\s+\w+)?\s*;*", re.IGNORECASE)
_GUARDED = "migkit.ops."
_INNER = "migkit_"  # stands in every guarded script, and in no plain statement
_WORST = (Reading.nothing, Reading.names, Reading.part, Reading.whole)


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement at its place in a step: its text and line, how it is read, its number (0 where it only reads)."""

    sql: str
    line: int | None
    statement: Statement
    number: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """A revision of the plan with all that it sends; `function` is its step in the file, `other` the one not taken."""

    planned: PlannedRevision
    sent: tuple[Sent, ...]
    function: Function
    other: Function


def printed(pieces: Iterable[Piece], function: Function, family: Family) -> tuple[Sent, ...]:
    """Give what was printed of a step: what has no line is Alembic's own, of its version table and transactions."""
    texts = [(one.text.removesuffix(_END), one.line) for one in pieces if one.line and one.text.endswith(_END)]
    told: list[tuple[str, int | None, Statement]] = []
    for sql, line in texts:
        own = _guarded(function, line)
        if own is None or _INNER not in sql:
            statement = _read(sql, len(told) + 1, family)
            told.append((sql, line, replace(statement, guard=Guard.shape) if own else statement))
        elif not told or told[-1][1] != line:  # a guarded operation whose plain statement follows from what is there
            told.append((described(own), line, _placed(own, len(told) + 1)))
    return _numbered(told)


def unrun(function: Function) -> tuple[Sent, ...]:
    """Give what a step sends as far as its source tells, where it cannot be printed."""
    return _numbered(
        [
            (one.sql or described(one), one.span.line or None, _placed(one, place))
            for place, one in enumerate(function.statements, 1)
        ]
    )


def described(statement: Statement) -> str:
    """Say what an operation does whose SQL is not known."""
    acts = ", ".join(f"{act.kind.value} {_object(act)}".strip() for act in statement.acts)
    return f"-- {statement.via}: {acts}" if acts else f"-- {statement.via}"


def _object(act: Act) -> str:
    return ".".join(part for part in (act.table, act.name) if part)


def _numbered(told: Sequence[tuple[str, int | None, Statement]]) -> tuple[Sent, ...]:
    found: list[Sent] = []
    number = 0
    for sql, line, statement in told:
        quiet = reads(sql) or _CONTROL.fullmatch(sql.strip()) is not None
        number += not quiet
        found.append(Sent(sql, line, statement, 0 if quiet else number))
    return tuple(found)


def _guarded(function: Function, line: int | None) -> Statement | None:
    """Give the guarded operation that stands on a line."""
    return next((one for one in function.statements if one.via.startswith(_GUARDED) and holds(one.span, line)), None)


def holds(span: Span, line: int | None) -> bool:
    """Whether a line is one of a span's."""
    return line is not None and span.line <= line <= max(span.line, span.end_line)


def _read(sql: str, place: int, family: Family) -> Statement:
    """Read a text of one statement, or of several that are sent at once."""
    sentences = read(sql, family, lambda start, end: Span(place, start + 1, 0, end))
    reading = min((one.reading for one in sentences), key=_WORST.index, default=Reading.whole)
    acts = tuple(act for one in sentences for act in one.acts)
    names = frozenset().union(*(one.names for one in sentences))
    return Statement("", Span(place), sql, acts, reading, names)


def _placed(statement: Statement, place: int) -> Statement:
    return replace(statement, span=Span(place), acts=tuple(_act(act, Span(place)) for act in statement.acts))


def _act(act: Act, span: Span) -> Act:
    return replace(
        act,
        span=span,
        column=_spec(act.column, span),
        columns=tuple(replace(one, span=span) for one in act.columns),
        key=_key(act.key, span),
        keys=tuple(replace(one, span=span) for one in act.keys),
    )


def _spec(column: ColumnSpec | None, span: Span) -> ColumnSpec | None:
    return replace(column, span=span) if column is not None else None


def _key(key: KeySpec | None, span: Span) -> KeySpec | None:
    return replace(key, span=span) if key is not None else None
