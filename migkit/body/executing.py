"""Style sql: raw statements in op.execute, in triple quotes, laid out for the reader.

A statement on several lines is indented below op.execute. One in which a text or a comment runs over several lines is
written as it stands: indenting it would change it. So is what the kit did not write itself, a view or a routine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from migkit import ddl
from migkit.body.literals import for_text, tripled
from migkit.ddl.lexis import breaks_lines
from migkit.model import Change, Engine, Other, Rename, Table

_INDENT = "    "
_WIDTH = 100
_AUTOCOMMIT = "with op.get_context().autocommit_block():"


def executed(changes: Sequence[Change], engine: Engine, tables: tuple[Table, ...] = ()) -> tuple[str, ...]:
    """Write the changes' statements; those that no transaction may hold in an autocommit block."""
    own = {one for change in changes for one in _own_words(change)}
    found: list[str] = []
    for outside, group in groupby(ddl.statements(changes, engine, tables), lambda one: ddl.apart(one, engine)):
        lines = [line for one in group for line in execute(one, engine, verbatim=one in own)]
        found += [_AUTOCOMMIT, *(f"{_INDENT}{line}" for line in lines)] if outside else lines
    return tuple(found)


def execute(statement: str, engine: Engine, *, verbatim: bool = False) -> tuple[str, ...]:
    """Write op.execute of one statement; `verbatim` adds nothing to it, not even a semicolon."""
    text = for_text(statement)
    if verbatim:
        return (f"op.execute({tripled(text)})",)
    return laid_out("op.execute(", text, ")", engine, end=";")


def laid_out(before: str, text: str, behind: str, engine: Engine, *, end: str = "") -> tuple[str, ...]:
    """Write a call whose last argument is SQL: on one line, or with the SQL indented below it."""
    if breaks_lines(text, engine.family):
        return (f"{before}{tripled(text)}{behind}",)
    line = f"{before}{tripled(text + end)}{behind}"
    if "\n" not in text and len(line) <= _WIDTH:
        return (line,)
    literal = tripled(f"\n{text}{end}\n")
    opening, *lines, closing = literal.split("\n")
    return (f"{before}{opening}", *(f"{_INDENT}{each}" for each in lines), f"{closing}{behind}")


def _own_words(change: Change) -> Iterator[str]:
    """Give the statements that came as they are: their text may be what the server keeps."""
    parts = [] if isinstance(change, Rename) else [change.part, getattr(change, "was", None)]
    for part in parts:
        if isinstance(part, Other):
            yield from (*part.create, *part.drop)
