"""A psql file taken apart: statements, COPY blocks, meta-commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.catalog.postgresql_queries import snapshot_sql
from migkit.catalog.postgresql_script import Piece, split
from migkit.errors import ConfigError


def statements(text: str) -> list[str]:
    return [piece.sql for piece in split(text)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a;b', 'it''s; fine';",
        "SELECT E'a\\';b';",
        'SELECT "a;b""c";',
        "SELECT $$a;b$$, $tag$ $$; $tag$;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$BEGIN RETURN 1; END; -- '\n$body$;",
        "SELECT 1 /* a; /* nested; */ ' */ + 1;",
        "SELECT 1 -- a; '\n;",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;",
        "CREATE OR REPLACE PROCEDURE p()\nBEGIN ATOMIC\n  DELETE FROM t;\nEND;",
        "SELECT a$b, $1 FROM c;",
        "BEGIN;",
        "SELECT '\n\\connect x\n';",
        "COPY t TO STDOUT;",
    ],
)
def test_a_statement_ends_at_its_own_semicolon(statement: str) -> None:
    assert statements(f"{statement}\n{statement} SELECT 2") == [statement, statement, "SELECT 2"]


def test_blanks_comments_and_nothing_are_no_statements() -> None:
    assert statements("") == []
    assert statements("\ufeff -- only\n/* comments */ ;;\n ; ") == []


def test_copy_takes_its_data_along() -> None:
    text = "-- rows\nCOPY public.t (a, b) FROM stdin;\n1\tit's; fine\n\\N\t\\\\.\n\\.\n\nSELECT 1;\n"
    assert list(split(text)) == [
        Piece("-- rows\nCOPY public.t (a, b) FROM stdin;", 1, "1\tit's; fine\n\\N\t\\\\.\n"),
        Piece("SELECT 1;", 7),
    ]


def test_copy_without_rows_and_with_other_line_ends() -> None:
    assert [
        piece.data for piece in split("COPY t FROM stdin;\r\n\\.\r\ncopy t from STDIN with (format csv);\n1\n\\.")
    ] == [
        "",
        "1\n",
    ]


def test_data_without_an_end_is_an_error() -> None:
    with pytest.raises(ConfigError, match="from line 2"):
        list(split("SELECT 1;\nCOPY t FROM stdin;\n1\n"))


@pytest.mark.parametrize("command", ["\\connect other", "\\i file.sql", "\\set x 1", "\\echo hello"])
def test_meta_commands_are_refused_with_their_line(command: str) -> None:
    with pytest.raises(ConfigError, match="line 2") as caught:
        list(split(f"SELECT 1;\n{command}\nSELECT 2;"))
    assert caught.value.line == 2
    assert command in caught.value.message


def test_what_pg_dump_writes_around_its_own_output_is_passed_over() -> None:
    assert statements("\\restrict abc\n\nSELECT 1;\n\n\\unrestrict abc\n\n") == ["SELECT 1;"]


def test_lines_are_counted() -> None:
    assert [piece.line for piece in split("SELECT\n1;\n\n\nSELECT 2; SELECT 3;\n-- x\nSELECT 4")] == [1, 5, 5, 6]


PARTS = st.sampled_from(["SELECT 1", "'a;''b'", "$$;$$", '"x;y"', "(1; 2)", "/*;*/", "--;\n", "E'\\';'", "a", "\n"])


@given(st.lists(st.lists(PARTS, max_size=5), max_size=6))
def test_splitting_loses_nothing(groups: list[list[str]]) -> None:
    text = ";\n".join("x " + " ".join(group) for group in groups)
    found = statements(text)
    assert len(found) == len(groups)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize("major", range(12, 19))
def test_the_statement_has_no_marks_left(major: int) -> None:
    sql = snapshot_sql(major)
    assert "@" not in sql
    assert ("attcompression" in sql) == (major >= 14)
    assert ("colliculocale" in sql) == (15 <= major < 17)
    assert ("k.contype = 'n' AND k.conkey" in sql) == (major >= 18)
    assert ("CASE WHEN a.attnotnull THEN 'NOT NULL' END" in sql) == (major < 18)
