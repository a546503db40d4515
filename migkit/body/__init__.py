"""The bodies of upgrade() and downgrade(): changes as Python source, in two styles (pure).

literals.py     texts as Python literals; colons that SQLAlchemy's text() does not take for parameters
executing.py    style sql: op.execute of raw statements, laid out
guarding.py     style ops: the guarded operations of migkit.ops
filling.py      what nobody knows yet, as a placeholder that raises
replacing.py    a function's body put into the source of a file
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from migkit.model import Change, Engine, Table
from migkit.values import dataclass

__all__ = ["Body", "Style", "body", "replaced", "unfinished"]

Style = Literal["sql", "ops"]
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of a function's body, without indentation, and the imports that the file needs for it.

    A line may hold newlines, where a text runs over several: only its first one is indented.
    """

    lines: tuple[str, ...]
    imports: tuple[str, ...] = ()

    def text(self, indent: str = _INDENT) -> str:
        """Give the source, each line indented."""
        return "\n".join(f"{indent}{line}" if line else "" for line in self.lines)


def body(changes: Sequence[Change], engine: Engine, style: str, tables: Iterable[Table] = ()) -> Body:
    """Write changes as the body of a function: raw SQL (style sql) or guarded operations (style ops).

    What has no definition yet is written with a hole, behind a `raise` that says what to fill in. Without changes it
    is `pass`. `tables` are those that are there, as `migkit.ddl.statements` wants them.
    """
    from migkit.body.executing import executed
    from migkit.body.filling import filled, raised
    from migkit.body.guarding import guarded

    known, holes = filled(changes)
    if not known and not holes:
        return Body(("pass",))
    if style == "ops":
        lines, imports = guarded(known, engine, tuple(tables))
    else:
        lines, imports = executed(known, engine, tuple(tables)), ()
    gap = ("",) if holes and lines else ()
    return Body((*raised(holes), *gap, *lines), imports)


def unfinished(what: str) -> Body:
    """Give the body of a function that has still to be written: it raises, and says `what` is to be done."""
    from migkit.body.filling import raised

    return Body(raised((what,)))


def replaced(source: str, function: str, new: Body) -> str:
    """Give a revision file's source with another body of upgrade() or downgrade(); everything else stays as it is.

    A function that is missing is added. Raises ConfigError where the source is no Python.
    """
    from migkit.body.replacing import replaced as put

    return put(source, function, new)
