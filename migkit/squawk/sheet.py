"""The SQL of one revision as squawk is shown it, and where each of its lines stands in the revision file (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

from migkit.lint.written import lines
from migkit.model.script import Reading, Script, Span, Statement
from migkit.squawk.writing import written
from migkit.values import dataclass


@dataclass
class Sheet:
    """A revision's SQL in lines: the number of each one's statement, and its place in the file (`spans`).

    `source` are the lines of the revision file; `silent` the numbers of statements that are left out.
    """

    path: Path
    revision: str
    source: Sequence[str]
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    silent: set[int] = field(default_factory=set)

    def add(self, *lines: tuple[str, Span]) -> None:
        """Write a statement down, line by line."""
        number = self.numbers[-1] + 1 if self.numbers else 0  # of the statement
        for line, span in lines:
            self.lines.append(line)
            self.spans.append(span)
            self.numbers.append(number)

    def silence(self, line: int) -> None:
        """Leave out the statement that a line belongs to; what cannot be read may be told of the line behind it."""
        self.silent.add(self.numbers[min(line, len(self.numbers) - 1)])

    def text(self) -> str:
        """Give what squawk reads; a statement that is left out keeps its lines."""
        kept = ("" if number in self.silent else line for line, number in zip(self.lines, self.numbers, strict=True))
        return "\n".join(kept) + "\n"

    def place(self, line: int, column: int) -> Span:
        """Give where a place of the text stands in the revision file; line and column count from 0.

        SQL of several lines is looked up by the line that it is; what is not found there is its statement.
        """
        if not 0 <= line < len(self.lines):
            return Span(1)
        span, text = self.spans[line], self.shown(line)
        indent = len(self.lines[line]) - len(self.lines[line].lstrip())
        for number in self._candidates(span) if text else ():
            at = self.source[number - 1].find(text)
            if at >= 0:
                return Span(number, at + max(column - indent, 0) + 1)
        return span

    def shown(self, line: int) -> str:
        """Give a line of the text without what only parts it from the next."""
        return self.lines[line].strip().rstrip(";,") if 0 <= line < len(self.lines) else ""

    def _candidates(self, span: Span) -> Iterable[int]:
        """Give the lines of the file in which the SQL of a statement can stand."""
        first, last = span.line, max(span.end_line, span.line)
        return range(max(first, 1), min(last, len(self.source)) + 1)


def sheet(script: Script, source: str) -> Sheet | None:
    """Write down what an upgrade sends, as far as it is constant; None where that is nothing.

    Where its transactions begin and end is left out: what squawk says of them is the kit's to say (`rules.OWN`).
    """
    made = Sheet(script.path, script.id, lines(source))
    for statement in script.upgrade.statements:
        for said in _said(statement):
            made.add(*said)
    return made if made.lines else None


def _said(statement: Statement) -> Iterable[tuple[tuple[str, Span], ...]]:
    """Give the statements that one of the file makes, each in lines."""
    if not statement.sql:
        yield from (written(act, statement.span) for act in statement.acts)
    elif statement.reading in (Reading.whole, Reading.names) and "{}" not in statement.sql:
        sql = f"{statement.sql.rstrip().rstrip(';')};"
        yield tuple((line, statement.span) for line in sql.splitlines())
