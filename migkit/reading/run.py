"""What is known while a function is gone through: names, conditions, what was sent, how much may be spent."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field

from migkit.model.script import Span, Statement
from migkit.product import Family
from migkit.reading.prepared import Held
from migkit.reading.source import Source
from migkit.reading.values import UNKNOWN, Frame, Unknown, Value
from migkit.values import dataclass

FUEL = 150_000  # expressions that are looked at in one function, calls and loops unrolled
MOST = 2_000  # statements of one function
DEEPEST = 12  # calls of the file's own functions within each other


class SpentError(Exception):
    """More is to be gone through than anybody would write."""


@dataclass(slots=True)
class Call:
    """A function of the file that is gone through: what it returned so far, and what its `yield` runs."""

    node: ast.AST
    conditions: int = 0
    returns: list[tuple[Value, tuple[Unknown, ...]]] = field(default_factory=list)
    yields: Callable[[Value], None] | None = None


@dataclass(slots=True)
class Run:
    """One going through of a function, in order, both ways of what cannot be decided."""

    source: Source
    family: Family
    frame: Frame
    calling: Callable[[Run, ast.Call], Value]
    fold: Callable[[Run, ast.expr], Value]
    fuel: int = FUEL
    statements: list[Statement] = field(default_factory=list)
    dynamic: list[Span] = field(default_factory=list)
    conditions: list[Unknown] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    autocommit: int = 0
    repeated: int = 0
    attempts: int = 0
    prepared: dict[str, Held] = field(default_factory=dict)
    quiet: bool = False

    def name(self, name: str) -> Value:
        """Give what a name stands for."""
        frame: Frame | None = self.frame
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.outer
        return UNKNOWN

    @property
    def depth(self) -> int:
        """How unsure it is that this is run, and how often: what is changed here may not have been changed."""
        return len(self.conditions) + self.repeated

    @contextmanager
    def under(self, condition: Unknown) -> Iterator[None]:
        """Go on under a condition."""
        before = len(self.conditions)
        self.conditions.append(condition)
        try:
            yield
        finally:
            del self.conditions[before:]

    def unclear(self, node: ast.expr | ast.stmt) -> None:
        """Note a place that cannot be read."""
        if not self.quiet:
            span = self.source.span(node)
            if span not in self.dynamic[-3:]:
                self.dynamic.append(span)

    def bind(self, names: Mapping[str, Value]) -> None:
        """Let names stand for values."""
        self.frame.names.update(names)
