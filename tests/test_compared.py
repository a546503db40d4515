"""The values that a history compares and inserts are found in its source, whichever way it spells them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.compared import rows
from migkit.compared.asked import asked, in_document, of_length
from migkit.model.rehearsal import Rows
from migkit.product import Family

Read = Callable[..., Rows]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(source: str, family: Family = "postgresql") -> Rows:
        path = tmp_path / "a1.py"
        path.write_text(source, encoding="utf-8")
        return rows([path], family, count=3, seed=7)

    return reading


def executed(sql: str) -> str:
    return f"def upgrade():\n    op.execute({sql!r})\n"


STATEMENTS: list[tuple[Family, str, str, set[str]]] = [
    ("postgresql", "UPDATE t SET a = 1 WHERE stage = 'old'", "stage", {"old"}),
    ("postgresql", "UPDATE t SET a = 1 WHERE 'old' = lower(stage)", "stage", {"old"}),
    ("postgresql", "UPDATE t SET a = 1 FROM u WHERE t.u = u.id AND u.kind IN ('x', 'y')", "kind", {"x", "y"}),
    ("postgresql", "DELETE FROM t WHERE n > 5 AND m <= -2", "n", {"5", "6"}),
    ("postgresql", "DELETE FROM t WHERE n > 5 AND m <= -2", "m", {"-2", "-3"}),
    ("postgresql", "DELETE FROM t WHERE made < '2020-01-01'", "made", {"2020-01-01", "2019-12-31"}),
    ("postgresql", "SELECT 1 FROM t JOIN u ON t.x = u.y AND u.k = 'v'", "k", {"v"}),
    ("postgresql", "UPDATE t SET a = CASE status WHEN 'one' THEN 1 WHEN 'two' THEN 2 END", "status", {"one", "two"}),
    ("postgresql", "UPDATE t SET a = CASE WHEN status = 'one' THEN 1 END", "status", {"one"}),
    ("postgresql", "ALTER TABLE t ALTER c TYPE int USING CASE WHEN c = 'yes' THEN 1 END", "c", {"yes"}),
    ("postgresql", "CREATE UNIQUE INDEX i ON t (lower(c)) WHERE state = 'live'", "state", {"live"}),
    ("postgresql", "DELETE FROM t WHERE data->>'kind' = 'x'", "data", {'{"kind": "x"}'}),
    ("postgresql", "DELETE FROM t WHERE data->'kind' = '[1]'", "data", {'{"kind": [1]}'}),
    ("postgresql", "DELETE FROM t WHERE data #>> '{a,b}' = 'x'", "data", {'{"a": {"b": "x"}}'}),
    ("postgresql", "DELETE FROM t WHERE data ? 'kind'", "data", {'{"kind": null}'}),
    ("postgresql", "DELETE FROM t WHERE data @> '{\"a\"\\:1}'", "data", {'{"a":1}'}),
    ("postgresql", "DELETE FROM t WHERE NOT active", "active", {"true", "false"}),
    ("postgresql", "DELETE FROM t WHERE s = ANY(ARRAY['p', 'q']::text[])", "s", {"p", "q"}),
    ("postgresql", "DELETE FROM t WHERE s = 'p'::stage", "s", {"p"}),
    ("postgresql", "DO $$ BEGIN UPDATE t SET a = 1 WHERE kind = 'b''c'; END $$", "kind", {"b'c"}),
    ("postgresql", "DELETE FROM t WHERE name LIKE 'a\\_b%'", "name", {"a_b"}),
    ("mysql", "DELETE FROM t WHERE id = UNHEX(REPLACE('5e4a0680-804e-11ec', '-', ''))", "id", {"5e4a0680-804e-11ec"}),
    ("mysql", "DELETE FROM t WHERE id = X'00FF'", "id", {"0x00ff"}),
    ("mysql", "DELETE FROM t WHERE CHAR_LENGTH(id) = 3", "id", {"xxx"}),
    ("mysql", "DELETE FROM `t` WHERE JSON_UNQUOTE(JSON_EXTRACT(`data`, '$.a.b')) = 'x'", "data", {'{"a": {"b": "x"}}'}),
    ("mysql", "DELETE FROM t WHERE `Status` BETWEEN 1 AND 5", "status", {"1", "5"}),
    ("sqlite", "DELETE FROM t WHERE flag IS 1", "flag", {"1"}),
]  # fmt: skip


@pytest.mark.parametrize(("family", "sql", "column", "texts"), STATEMENTS)
def test_values_of_conditions_are_found(read: Read, family: Family, sql: str, column: str, texts: set[str]) -> None:
    assert set(read(executed(sql), family).compared.get(column, ())) == texts


@pytest.mark.parametrize(
    ("source", "column", "texts"),
    [
        ("op.execute(t.update().where(t.c.kind == 'x'))", "kind", {"x"}),
        ("op.execute(t.update().where(t.c.kind.in_(['x', 'y'])))", "kind", {"x", "y"}),
        ("op.execute(t.update().where(sa.func.lower(t.c['kind']) == op.inline_literal('x')))", "kind", {"x"}),
        ("PENDING = 0\nop.execute(t.update().where(t.c.status.in_([PENDING, -1])))", "status", {"0", "-1"}),
        ("for row in rows:\n    if row['kind'] == 'x' or row.size > 5: pass", "size", {"5", "6"}),
        ("session.query(Kind).filter_by(name='x')", "name", {"x"}),
        ("for old, new in {'a': 'b'}.items():\n    op.execute(f\"DELETE FROM t WHERE k = '{old}'\")", "k", {"a"}),
        ("for c in ('p', 'q'):\n    op.execute(f\"UPDATE t SET {c} = NULL WHERE {c} = ''\")", "q", {""}),
        ("def go(old):\n    op.execute(\"DELETE FROM t WHERE k = '%s'\" % old)\ngo('x')", "k", {"x"}),
        ("op.execute(\"DELETE FROM t WHERE k = '{}'\".format('x'))", "k", {"x"}),
        ("op.execute('DELETE FROM t ' + \"WHERE k = 'x'\")", "k", {"x"}),
        ("op.execute(sa.text('DELETE FROM t WHERE k = :old').bindparams(old='x'))", "k", {"x"}),
        ("c.execute(sa.text('DELETE FROM t WHERE k = :old'), {'old': 'x'})", "k", {"x"}),
        ("op.create_index('i', 't', ['k'], postgresql_where=sa.text(\"k = 'x'\"))", "k", {"x"}),
    ],
)  # fmt: skip
def test_values_of_python_are_found(read: Read, source: str, column: str, texts: set[str]) -> None:
    assert set(read(source).compared.get(column, ())) == texts


def test_what_is_assigned_is_not_compared(read: Read) -> None:
    found = read(executed("UPDATE t SET status = 'new' WHERE kind = 'x'")).compared
    assert found == {"kind": ("x",)}
    upsert = "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 'z'"
    assert read(executed(upsert)).compared == {}


def test_joined_columns_share_their_values(read: Read) -> None:
    joined = executed("UPDATE t SET a = 1 FROM u WHERE t.code = u.label AND u.label = 'x' AND t.p = u.q")
    assert read(joined).compared == {"code": ("x",), "label": ("x",), "p": ("1",), "q": ("1",)}


def test_what_the_history_inserts_is_told_apart(read: Read) -> None:
    said = read(executed("INSERT INTO t (id, code) VALUES (1, 'a'), (2, 'b')"))
    assert said.inserted["id"] == ("1", "2")
    assert said.inserted["code"] == ("a", "b")
    assert said.compared == {}
    assert read(executed("INSERT INTO t SELECT 7, 'c' WHERE NOT EXISTS (SELECT FROM u)")).inserted[""] == ("7", "c")
    assert read("op.bulk_insert(t, [{'id': 3, 'code': 'd'}])").inserted["code"] == ("d",)
    assert read("session.add(Kind(name='Concept'))").inserted["name"] == ("Concept",)


RENAMED = """
MAP = {'boss': 'owner'}
def upgrade():
    op.execute("UPDATE t SET name = 'administrator' WHERE name = 'admin'")
    op.execute(t.update().where(t.c.name == 'reader').values(name='viewer'))
    for old, new in MAP.items():
        op.execute(f"UPDATE t SET name = '{new}' WHERE name = '{old}'")
def downgrade():
    op.execute("UPDATE t SET name = 'admin' WHERE name = 'administrator'")
    op.execute(t.update().where(t.c.name == 'viewer').values(name='reader'))
    for old, new in MAP.items():
        op.execute(f"UPDATE t SET name = '{old}' WHERE name = '{new}'")
"""


def test_a_new_name_is_one_that_the_history_puts_in_and_the_old_one_is_not(read: Read) -> None:
    said = read(RENAMED)
    assert set(said.inserted["name"]) == {"administrator", "viewer", "owner"}
    assert set(said.compared["name"]) - set(said.inserted["name"]) == {"admin", "reader", "boss"}
    case = executed("UPDATE t SET a = CASE a WHEN 'x' THEN 'y' ELSE 'z' END, b = c + 1")
    assert (read(case).inserted, read(case).compared) == ({"a": ("y", "z")}, {"a": ("x",)})


@pytest.mark.parametrize(
    "insertion",
    [
        "op.bulk_insert(t, [dict(code='q')])",
        executed("INSERT INTO t SET code = 'q'"),
        executed("DELETE FROM u WHERE a = 1; REPLACE INTO t (code) VALUES ('q')"),
    ],
)
def test_rows_that_are_inserted_in_other_ways_are_found(read: Read, insertion: str) -> None:
    assert read(insertion, "mysql").inserted["code"] == ("q",)


def test_what_a_downgrade_takes_of_what_the_upgrade_brought_is_in_no_row_before(read: Read) -> None:
    up, down = "INSERT INTO t (k) VALUES ('a'), ('b')", "DELETE FROM t WHERE k IN ('a', 'b', 'c')"
    assert read(f"{executed(up)}def downgrade():\n    op.execute({down!r})\n").compared == {"k": ("c",)}
    up, down = "UPDATE t SET k = 'a' WHERE k = 'b'", "UPDATE t SET k = 'b' WHERE k = 'a'"
    both = read(f"{executed(up)}def downgrade():\n    op.execute({down!r})\n")
    assert both.compared == {"k": ("b", "a")}, "some rows may have it already, and are then not told apart"


def test_a_named_sql_file_is_read(read: Read, tmp_path: Path) -> None:
    (tmp_path / "fill.sql").write_text("UPDATE t SET a = 1 WHERE stage = 'old';")
    assert read("run(HERE / 'fill.sql')").compared == {"stage": ("old",)}


def test_docstrings_and_names_of_dialects_say_nothing(read: Read) -> None:
    source = '"""UPDATE t SET a = 1 WHERE k = \'x\'"""\nif bind.dialect.name == "mysql": pass'
    assert read(source).compared == {}


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    broken, odd, good = (tmp_path / f"{name}.py" for name in "abc")
    broken.write_text("def (")
    odd.write_text("op.execute('UPDATE WHERE FROM ((( = ')\nop.execute(f\"DELETE FROM {f()} WHERE {g} = '{h()}x'\")")
    good.write_text(executed("DELETE FROM t WHERE k = 'x'"))
    assert rows([broken, odd, good, tmp_path / "none.py"], "mysql", count=1).compared == {"k": ("x",)}


@given(st.text(max_size=40), st.sampled_from(["mysql", "postgresql", "sqlite"]))
def test_no_text_stops_it(text: str, family: Family) -> None:
    from migkit.compared.found import Found
    from migkit.compared.statements import read as read_statement

    for sql in (text, f"SELECT 1 FROM t WHERE {text}", f"INSERT INTO t VALUES ({text})"):
        read_statement(sql, family, Found(), lambda each: [each], lambda _name: ())


def test_conditions_are_met() -> None:
    assert list(asked(">", "4.5")) == ["4.5", "5.5"]
    assert list(asked("<", "2024-03-01 10:00")) == ["2024-03-01 10:00", "2024-02-29 10:00"]
    assert list(asked("<", "abc")) == ["abc"]
    assert list(asked("like", "%a_c\\%")) == ["axc%"]
    assert list(of_length(">", "3")) == ["xxxx"]
    assert in_document(["a"], "tru", is_json=True) == '{"a": "tru"}'
