"""The text of a file: its bytes decoded, its lines, and where a node of its tree, or a piece of a constant, stands."""

from __future__ import annotations

import ast
import io
import tokenize
from bisect import bisect_right
from itertools import accumulate

from migkit.model.script import Span
from migkit.reading import literals


class Source:
    r"""A decoded file. Ends of lines are `\n`, as Python's own reader makes them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self._ascii = text.isascii()
        self._starts = [0, *accumulate(len(line) + 1 for line in self.lines)]
        self._literals: dict[ast.expr, literals.Literal] = {}

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword | ast.ExceptHandler) -> Span:
        """Give the place of a node."""
        line, end = node.lineno, node.end_lineno or node.lineno
        return Span(line, self._column(line, node.col_offset) + 1, end, self._column(end, node.end_col_offset or 0) + 1)

    def offset(self, line: int, column: int) -> int:
        """Give the offset in the text of a line and a column as the parser counts them: in bytes of UTF-8."""
        return self._starts[line - 1] + self._column(line, column)

    def at(self, start: int, end: int) -> Span:
        """Give the place of a piece of the text."""
        last = max(start, end)
        first_line, last_line = bisect_right(self._starts, start), bisect_right(self._starts, last)
        return Span(
            first_line, start - self._starts[first_line - 1] + 1, last_line, last - self._starts[last_line - 1] + 1
        )

    def literal(self, node: ast.expr) -> literals.Literal:
        """Give the text that a literal stands for, with its characters' places."""
        found = self._literals.get(node)
        if found is None:
            start = self.offset(node.lineno, node.col_offset)
            end = self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
            found = self._literals[node] = literals.read(self.text, start, end)
        return found

    def _column(self, line: int, column: int) -> int:
        if self._ascii:
            return column
        text = self.lines[line - 1]
        return column if text.isascii() else len(text.encode()[:column].decode(errors="replace"))


def decoded(source: bytes) -> str:
    """Decode as Python does, by the mark or the cookie; raises SyntaxError, UnicodeDecodeError or LookupError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
