"""Where in a revision file a finding stands: its statement, the call that sends it, the literals in it (pure)."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from migkit.model.script import Span
from migkit.reading.source import Source
from migkit.values import dataclass

GUARDED = re.compile(r"\w+_(?:if_missing|if_exists)|alter_column_to|delete_inserted")  # operations of migkit.ops
_FUNCTIONS = ("upgrade", "downgrade")
_BEGIN, _END = (getattr(tokenize, name, -1) for name in ("FSTRING_START", "FSTRING_END"))  # from Python 3.12 on


@dataclass(frozen=True, slots=True)
class Part:
    """One literal among those that stand side by side: where it begins and ends in the file, and its prefix."""

    begin: int
    end: int
    prefix: str

    @property
    def backslash(self) -> str:
        """How a backslash is written in it."""
        return "\\" if "r" in self.prefix else "\\\\"


class Place:
    """A revision file's text and tree; raises what `ast.parse` does."""

    def __init__(self, text: str) -> None:
        self.source = Source(text)
        self.text = text
        self.tree = ast.parse(text)
        self.operations = {
            alias.asname or alias.name
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "alembic"
            for alias in node.names
            if alias.name == "op"
        }

    def begin(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Give where a node begins."""
        return self.source.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Give where a node ends."""
        return self.source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def offset(self, span: Span) -> int:
        """Give where a place begins."""
        line = self.source.lines[span.line - 1]
        start = self.source.offset(span.line, 0)
        return start + (span.column - 1 if span.column > 1 else len(line) - len(line.lstrip()))

    def statement(self, span: Span) -> ast.Expr | None:
        """Give the statement that is nothing but a call, within which a place lies."""
        at = self.offset(span)
        for node in ast.walk(self.tree):
            called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if called and isinstance(node, ast.Expr) and self.begin(node) <= at < self.end(node):
                return node
        return None

    def operation(self, statement: ast.stmt | None) -> tuple[str, ast.Call] | None:
        """Give the name of Alembic's operation that a statement calls, and the call."""
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return None
        owner = call.func.value
        if not isinstance(owner, ast.Name) or owner.id not in self.operations:
            return None
        return call.func.attr, call

    def functions(self) -> list[list[ast.stmt]]:
        """Give what upgrade() does, and downgrade(), statement by statement."""
        return [
            [one for one in node.body if not _is_nothing(one)]
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and node.name in _FUNCTIONS
        ]

    def function(self, statement: ast.stmt) -> list[ast.stmt] | None:
        """Give what upgrade() or downgrade() does besides, and with, a statement that stands right in it."""
        return next((body for body in self.functions() if statement in body), None)

    def literals(self, node: ast.AST) -> list[ast.expr]:
        """Give the texts in a node; of an f-string the whole."""
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return [node]
        return [found for child in ast.iter_child_nodes(node) for found in self.literals(child)]

    def parts(self, literal: ast.expr) -> Iterator[Part]:
        """Give the literals of which a text consists."""
        begin = self.begin(literal)
        text = self.text[begin : self.end(literal)]
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        opened: list[tuple[int, str]] = []
        for token in tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline):
            first, last = (
                begin + starts[row - 1] + column - (row == 1) for row, column in (token.start, token.end)
            )  # behind the bracket that lets it be of several lines
            prefix = token.string[: len(token.string) - len(token.string.lstrip("rRbBfFuU"))].lower()
            if token.type == tokenize.STRING and not opened:
                yield Part(first, last, prefix)
            elif token.type == _BEGIN:
                opened.append((first, prefix))
            elif token.type == _END:
                at, prefix = opened.pop()
                if not opened:
                    yield Part(at, last, prefix)

    def part(self, literal: ast.expr, at: int) -> Part | None:
        """Give the literal in which a character of a text stands."""
        return next((one for one in self.parts(literal) if one.begin <= at < one.end), None)


def _is_nothing(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring, or pass."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )
