"""Whatever stands in a text, it is read: no exception, each piece within the text, one behind the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migkit.model.script import Act, Span
from migkit.product import Family
from migkit.sql import read

_STATEMENTS = [
    line.removeprefix("> ")
    for file in sorted((Path(__file__).parent / "statements").glob("*.txt"))
    for line in file.read_text(encoding="utf-8").splitlines()
    if line.startswith("> ")
]
_WORDS = sorted({word for sql in _STATEMENTS for word in sql.replace("(", " ( ").replace(")", " ) ").split()})
_FAMILIES: st.SearchStrategy[Family] = st.sampled_from(["mysql", "mariadb", "postgresql", "sqlite"])
_MARKS = [
    "'",
    '"',
    "`",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "#",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{}",
    ",",
    ".",
    "\\",
    "\0",
    "\n",
    "é",
]


def _sound(sql: str, family: Family) -> None:
    asked: list[tuple[int, int]] = []

    def place(start: int, end: int) -> Span:
        asked.append((start, end))
        return Span(1, start + 1, 1, end + 1)

    found = read(sql, family, place)
    assert all(0 <= start <= end <= len(sql) for start, end in asked)
    ends = [0]
    for one in found:
        assert ends[-1] <= one.start < one.end <= len(sql)
        ends.append(one.end)
        assert all("{}" not in name for name in one.names if name)
        assert all("{}" not in name for act in one.acts for name in _names(act))


def _names(act: Act) -> tuple[str, ...]:
    return (act.table, act.name, *(column.name for column in act.columns))


@given(st.text(max_size=300), _FAMILIES)
@settings(max_examples=300, deadline=None)
def test_any_text(sql: str, family: Family) -> None:
    _sound(sql, family)


@given(st.lists(st.sampled_from(_WORDS + _MARKS), max_size=40), _FAMILIES)
@settings(max_examples=300, deadline=None)
def test_any_words_of_sql(words: list[str], family: Family) -> None:
    _sound(" ".join(words), family)


@given(
    st.sampled_from(_STATEMENTS), st.integers(0, 400), st.integers(0, 30), st.sampled_from(_MARKS + _WORDS), _FAMILIES
)
@example("INSERT INTO {} SELECT * FROM s", 11, 3, "'{}'", "mysql")
@settings(max_examples=300, deadline=None)
def test_a_statement_with_a_piece_cut_out_or_put_in(sql: str, at: int, cut: int, put: str, family: Family) -> None:
    at = min(at, len(sql))
    _sound(sql[:at] + put + sql[at + cut :], family)


@pytest.mark.parametrize("family", ["mysql", "postgresql", "sqlite"])
@pytest.mark.parametrize(
    "sql",
    [
        "(" * 50_000,
        "SELECT " + "(" * 50_000 + ")" * 50_000,
        "FOO " + "(" * 9_000,
        "'" * 50_001,
        "/*" * 50_000,
        "$a$ $b$ " * 10_000,
        "".join(f"DO $t{at}$ " for at in range(3_000)),
        "DO $$ " + "BEGIN IF a THEN " * 5_000,
        "DO $$ BEGIN EXECUTE 'DO ''BEGIN END''' END $$",
        "ALTER TABLE t " + "ALGORITHM=x " * 5_000,
        "WITH " + "a AS (" * 5_000,
        "CREATE PROCEDURE p() " + "BEGIN " * 20_000,
        "UPDATE " + "a," * 20_000 + " SET " + "b = 1," * 20_000,
    ],
    ids=lambda sql: sql[:12],
)
def test_nothing_nests_too_deep(sql: str, family: Family) -> None:
    _sound(sql, family)
