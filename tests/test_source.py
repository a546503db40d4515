"""A revision's source with another parent: every byte that does not name the parent stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.alembic_io.source import said, with_parents
from migkit.errors import HistoryError

PATH = Path("x.py")
CASES = {
    "plain": (
        'revision = "b"\ndown_revision = "a"\n',
        'revision = "b"\ndown_revision = "N"\n',
    ),
    "single quotes": (
        "down_revision = 'a'\n",
        "down_revision = 'N'\n",
    ),
    "annotated": (
        "down_revision: Union[str, None] = 'a'  # the first\n",
        "down_revision: Union[str, None] = 'N'  # the first\n",
    ),
    "several": (
        "down_revision = ('a', 'b')\nx = 1",
        "down_revision = 'N'\nx = 1",
    ),
    "over several lines": (
        'down_revision = (\n    "a",  # one\n    "b",\n)\n',
        'down_revision = "N"\n',
    ),
    "in parentheses": (
        "down_revision = ('a')\n",
        "down_revision = ('N')\n",
    ),
    "none, in the manner of its own id": (
        "revision = 'b'\ndown_revision = None\n",
        "revision = 'b'\ndown_revision = 'N'\n",
    ),
    "beside others": (
        "x = 1; down_revision = 'a'; y = 2\n",
        "x = 1; down_revision = 'N'; y = 2\n",
    ),
    "after wide letters": (
        "z = 'ü€𝄞'; down_revision = 'a' # ü\n",
        "z = 'ü€𝄞'; down_revision = 'N' # ü\n",
    ),
    "a docstring": (
        '"""title\n\nRevision ID: b\nRevises: a\nCreate Date: x\n"""\ndown_revision = "a"\n',
        '"""title\n\nRevision ID: b\nRevises: N\nCreate Date: x\n"""\ndown_revision = "N"\n',
    ),
    "a docstring without a parent": (
        '"""t\nRevises: \n"""\ndown_revision = None\n',
        '"""t\nRevises: N\n"""\ndown_revision = "N"\n',
    ),
    "a docstring that ends there": (
        '"""t\nRevises: a"""\ndown_revision = "a"\n',
        '"""t\nRevises: N"""\ndown_revision = "N"\n',
    ),
    "a docstring of a merge": (
        '"""t\nRevises: a, b\n"""\ndown_revision = "a", "b"\n',
        '"""t\nRevises: N\n"""\ndown_revision = "N"\n',
    ),
    "no mention elsewhere": (
        '"""a\n"""\n# Revises: a\ndown_revision = "a"\nq = "a"\n',
        '"""a\n"""\n# Revises: a\ndown_revision = "N"\nq = "a"\n',
    ),
    "form feeds": (
        'x = 1\n\x0cdown_revision = "a"\n',
        'x = 1\n\x0cdown_revision = "N"\n',
    ),
    "no end of line": (
        'down_revision = "a"',
        'down_revision = "N"',
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("name", CASES)
def test_only_the_parent_changes(name: str, before: str, newline: str) -> None:
    source, wanted = ((before + text).replace("\n", newline).encode() for text in CASES[name])
    assert with_parents(source, ["N"], PATH) == wanted


def test_an_old_encoding_is_kept() -> None:
    source = "# -*- coding: latin-1 -*-\nz = 'ü'; down_revision = 'a' # é\n".encode("latin-1")
    assert with_parents(source, ["N"], PATH) == source.replace(b"'a'", b"'N'")


def test_several_parents_are_a_tuple() -> None:
    assert with_parents(b"down_revision = ('a', 'b', 'c')", ["a", "b"], PATH) == b"down_revision = ('a', 'b')"


@pytest.mark.parametrize(
    "source",
    [
        "down_revision = OTHER",
        "revision, down_revision = 'b', 'a'",
        "down_revision = first = 'a'",
        "down_revision = 'a'\ndown_revision = 'b'",
        "revision = 'a'",
        "down_revision: str",
        "if True:\n    down_revision = 'a'",
    ],
)
def test_what_is_not_one_plain_assignment_is_refused(source: str) -> None:
    with pytest.raises(HistoryError, match="not one plain assignment") as caught:
        with_parents(source.encode(), ["N"], PATH)
    assert caught.value.remedy == 'write down_revision = "N" by hand'


def test_what_a_source_says() -> None:
    found = said('"""a title\n\nCreate Date: 2024-01-02 10:00\n"""\nrevision: str = "b"\n')
    assert (found.id, found.title, found.created) == ("b", "a title", "2024-01-02 10:00")
    assert said("revision = 'x' + y").id == ""
