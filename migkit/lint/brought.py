"""What a revision brings to a table: the columns and keys of its deeds, as they are once the deed is done.

Statements under a condition that cannot be read are left out: they may be for another product.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from migkit.lint.case import Case, Deed
from migkit.lint.keys import inline
from migkit.lint.once import once
from migkit.lint.state import any_case
from migkit.model.script import Act, ColumnSpec, KeySpec, Kind, Span
from migkit.values import dataclass

COLUMNS = frozenset({Kind.create_table, Kind.add_column, Kind.alter_column})
KEYS = frozenset({Kind.create_table, Kind.add_column, Kind.create_index, Kind.add_constraint})
_FIELDS = {"type": "type", "nullable": "nullable", "default": "default", "generated": "generated"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a deed leaves it. `old` is what it was, where it is altered and known; `said` what is set of it."""

    deed: Deed
    spec: ColumnSpec
    said: Collection[str]
    old: ColumnSpec | None = None

    @property
    def table(self) -> str:
        """Give its table's name."""
        return self.deed.act.table

    @property
    def name(self) -> str:
        """Give it as messages call it."""
        return f"{self.table}.{self.spec.name}" if self.table else self.spec.name

    @property
    def span(self) -> Span:
        """Give its own place, or that of the act."""
        return self.spec.span if self.spec.span.line else place(self.deed)


@dataclass(frozen=True, slots=True)
class Key:
    """An index or a constraint that a deed makes; `column` gives a column of its table as far as it is known."""

    deed: Deed
    spec: KeySpec
    column: Callable[[str], ColumnSpec | None]

    @property
    def name(self) -> str:
        """Give it as messages call it."""
        named = self.spec.name if self.spec.kind != "primary" else "PRIMARY"
        return named or f"({', '.join(self.spec.parts or self.spec.columns)})"

    @property
    def span(self) -> Span:
        """Give its own place, or that of the act."""
        return self.spec.span if self.spec.span.line else place(self.deed)


def deeds(case: Case, kinds: Collection[Kind]) -> Iterator[Deed]:
    """Give the deeds of those kinds, of both functions, that are done whatever the product is."""
    for deed in (*case.upgrade, *case.downgrade):
        if deed.act.kind in kinds and not deed.statement.conditional:
            yield deed


def companions(case: Case, deed: Deed) -> tuple[Deed, ...]:
    """Give the deeds of a deed's own statement, itself among them: they are done, or refused, together."""
    found = _of(case.upgrade, deed.number)
    return found if any(one is deed for one in found) else _of(case.downgrade, deed.number)


def goes_down(case: Case, deed: Deed) -> bool:
    """Whether a deed is the downgrade's."""
    return not any(one is deed for one in _of(case.upgrade, deed.number))


def _of(listed: tuple[Deed, ...], number: int) -> tuple[Deed, ...]:
    begin = bisect_left(listed, number, key=_number)
    return listed[begin : bisect_right(listed, number, lo=begin, key=_number)]


def _number(deed: Deed) -> int:
    return deed.number


def place(deed: Deed) -> Span:
    """Give where a deed stands: the act, or its whole statement."""
    return deed.act.span if deed.act.span.line else deed.statement.span


@once
def columns(case: Case) -> Iterator[Column]:
    """Give the columns that a revision makes or alters."""
    for deed in deeds(case, COLUMNS):
        yield from columns_of(deed)


def columns_of(deed: Deed) -> Iterator[Column]:
    """Give the columns that a deed makes or alters."""
    act = deed.act
    if act.kind is Kind.create_table:
        for spec in act.columns:
            yield Column(deed, spec, _FIELDS)
    elif act.kind is Kind.add_column and act.column is not None:
        yield Column(deed, act.column, _FIELDS)
    elif act.kind is Kind.alter_column and act.column is not None:
        old = _known(deed, act.name)
        yield Column(deed, _merged(act, act.column, old), act.said, old)


@once
def keys(case: Case) -> Iterator[Key]:
    """Give the indexes and constraints that a revision makes, those of a column's own clauses among them."""
    for deed in deeds(case, KEYS):
        act = deed.act
        made = list(act.keys) + [key for spec in _own(act) for key in inline(spec)]
        if act.key is not None:
            made.append(act.key)
        for key in made:
            yield Key(deed, key, lambda name, deed=deed: _column(deed, name))  # type: ignore[misc]  # a bound default


def _own(act: Act) -> tuple[ColumnSpec, ...]:
    if act.kind is Kind.create_table:
        return act.columns
    return (act.column,) if act.kind is Kind.add_column and act.column is not None else ()


def _column(deed: Deed, name: str) -> ColumnSpec | None:
    own = any_case({spec.name: spec for spec in _own(deed.act)}, name)
    return own or _known(deed, name)


def _known(deed: Deed, name: str) -> ColumnSpec | None:
    """Give a column of the deed's table as it was before; one that may be another is not known."""
    if deed.table is None or name in deed.table.doubtful:
        return None
    return deed.table.column(name)


def _merged(act: Act, spec: ColumnSpec, old: ColumnSpec | None) -> ColumnSpec:
    """Give a column as an ALTER leaves it: what is not said of it stays, unless all of it is said again."""
    if old is None or "modify" in act.options:
        return replace(spec, name=act.new or act.name)
    kept = {field: getattr(old, field) for word, field in _FIELDS.items() if word not in act.said}
    return replace(spec, name=act.new or act.name, **kept)
