"""What stands at a place of a revision file, whose lines are Python's."""

from __future__ import annotations

import pytest

from migkit.lint.written import found_at, lines, written
from migkit.model.script import Span


@pytest.mark.parametrize("mark", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_what_ends_no_line_in_python_ends_none_here(mark: str) -> None:
    source = f'NAME = "a{mark}b"\r\nop.execute("SELECT :one")\n'
    assert written(source, Span(2, 1, 2, 11)) == "op.execute"
    assert found_at(source, Span(2, 1, 2, 26), ":one") == Span(2, 20, 2, 24)


def test_lines_are_counted_as_python_counts_them() -> None:
    assert lines("a\r\nb\rc\nd\x0ce\u2028f") == ("a", "b", "c", "d\x0ce\u2028f")
