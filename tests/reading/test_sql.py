"""SQL is read for what it does: held by hand, statement for statement, in `statements/`.

A block there is a statement behind `>`, then, for each statement of the text, how well it was read with the tables in
it, and its acts as `told` writes them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.model.script import Kind, Reading
from migkit.product import Family
from tests.reading.told import act_told, sentences

_FAMILIES: tuple[Family, ...] = ("mysql", "postgresql", "sqlite")


def _blocks(family: Family) -> list[tuple[str, list[str]]]:
    text = (Path(__file__).parent / "statements" / f"{family}.txt").read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return [(lines[0].removeprefix("> "), lines[1:]) for lines in blocks]


_HELD = [(family, sql, lines) for family in _FAMILIES for sql, lines in _blocks(family)]


@pytest.mark.parametrize(("family", "sql", "lines"), _HELD)
def test_a_statement_does_what_it_says(family: Family, sql: str, lines: list[str]) -> None:
    found = []
    for one in sentences(sql, family):
        found.append(" ".join([one.reading.value, *sorted(one.names)]))
        found += [f"  {act_told(act)}" for act in one.acts]
    assert found == lines


def test_mariadb_is_read_as_mysql_is() -> None:
    for sql, lines in _blocks("mysql"):
        assert [line for line in lines if line.startswith("  ")] == [
            f"  {act_told(act)}" for one in sentences(sql, "mariadb") for act in one.acts
        ]


def test_each_part_has_its_place() -> None:
    sql = "ALTER TABLE t\n  ADD COLUMN a INT NOT NULL,\n  ADD INDEX i (a),\n  DROP COLUMN b;\nDROP TABLE u"
    first, second = sentences(sql, "mysql")
    places = [(act.span.column - 1, act.span.end_column - 1) for act in (*first.acts, *second.acts)]
    assert [sql[start:end] for start, end in places] == [
        "ADD COLUMN a INT NOT NULL",
        "ADD INDEX i (a)",
        "DROP COLUMN b",
        "DROP TABLE u",
    ]
    assert sql[second.start : second.end] == "DROP TABLE u"


def test_a_column_and_a_key_have_their_places() -> None:
    sql = "CREATE TABLE t (id INT NOT NULL, name VARCHAR(40) DEFAULT 'a, b', PRIMARY KEY (id))"
    (act,) = sentences(sql, "mysql")[0].acts
    parts = [sql[one.span.column - 1 : one.span.end_column - 1] for one in (*act.columns, *act.keys)]
    assert parts == ["id INT NOT NULL", "name VARCHAR(40) DEFAULT 'a, b'", "PRIMARY KEY (id)"]


def test_what_stands_in_a_block_has_its_place_in_the_file() -> None:
    sql = "DO $$ BEGIN\n CREATE TYPE st AS ENUM ('a');\nEXCEPTION WHEN duplicate_object THEN NULL; END $$"
    (act,) = sentences(sql, "postgresql")[0].acts
    assert sql[act.span.column - 1 : act.span.end_column - 1] == "CREATE TYPE st AS ENUM ('a')"


def test_rows_of_a_dump_are_no_sql() -> None:
    sql = (
        "\\restrict x\nCREATE TABLE public.t (a integer);\n"
        "COPY public.t (a) FROM stdin;\n1\tit's\n2\t;DROP TABLE t\n\\.\n\n"
        "ALTER TABLE ONLY public.t ADD CONSTRAINT pk PRIMARY KEY (a);\n"
    )
    found = sentences(sql, "postgresql")
    assert [act.kind for one in found for act in one.acts] == [Kind.create_table, Kind.insert, Kind.add_constraint]
    assert all(one.reading is Reading.whole for one in found)


def test_a_client_of_mysql_may_set_its_delimiter() -> None:
    trigger = "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.b = 1; END"
    sql = f"DELIMITER //\n{trigger} //\nDELIMITER ;\nDROP TABLE t;"
    found = sentences(sql, "mysql")
    assert [act.kind for one in found for act in one.acts] == [Kind.create_other, Kind.drop_table]


def test_what_the_grammar_does_not_know_is_asked_of_sqlglot(monkeypatch: pytest.MonkeyPatch) -> None:
    from migkit import sql as reader

    monkeypatch.setattr(reader, "_READERS", {})
    (one,) = sentences("DELETE FROM t WHERE a IN (SELECT b FROM s)", "mysql")
    assert one.reading is Reading.whole
    assert [(act.kind, act.table, act.where) for act in one.acts] == [(Kind.delete, "t", True)]
    assert one.names == {"s", "t"}


def test_a_statement_that_is_known_does_not_import_sqlglot() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from migkit.sql import read; from migkit.model.script import Span; "
        "read('CREATE TABLE t (a INT); DROP TABLE t', 'mysql', lambda a, b: Span(1)); "
        "sys.exit('sqlglot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
