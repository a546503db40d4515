"""The model of the schema over a history: what stands where, and what is not known of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import engines
from migkit.lint import Case, Facts, tables
from migkit.lint.fold import based, cases
from migkit.lint.passage import opened
from migkit.lint.state import State, TableModel, member
from tests.lint.core import cases as folded
from tests.lint.histories import Bodies, ids, schema, written

NOTES = """
def upgrade():
    op.execute("CREATE TABLE notes (id INT PRIMARY KEY, owner INT NOT NULL, body VARCHAR(40))")


def downgrade():
    op.execute("DROP TABLE notes")
"""


def fold(folder: Path, bodies: Bodies, engine: str = "postgresql:15") -> tuple[Case, ...]:
    """Write a history and fold it."""
    return folded(written(folder, bodies).folder, schema(folder, engine), Facts(), engines.parse(engine))[1]


def last(folder: Path, *bodies: str, engine: str = "postgresql:15") -> State:
    """Give the schema after the last of some upgrades, each given by its statements."""
    made = [f"def upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n" for body in bodies]
    return fold(folder, [NOTES, *made], engine)[-1].after


def table(state: State, name: str = "notes") -> TableModel:
    """Give a table that must be there."""
    found = state.table(name)
    assert found is not None, sorted(state.tables)
    return found


def test_a_table_has_its_columns_and_who_made_them(tmp_path: Path) -> None:
    after = last(tmp_path, 'op.add_column("notes", sa.Column("mark", sa.Integer()))')
    one, two = ids(2)
    notes = table(after)
    assert list(notes.columns) == ["id", "owner", "body", "mark"]
    assert (notes.by, notes.origin["body"], notes.origin["mark"]) == (one, one, two)
    assert notes.whole
    assert notes.sure
    assert after.closed
    assert (notes.columns["id"].nullable, notes.columns["owner"].nullable) == (False, False)


def test_a_rename_takes_along_what_refers_to_the_table(tmp_path: Path) -> None:
    refers = 'op.execute("CREATE TABLE marks (note INT REFERENCES notes (id))")'
    after = last(tmp_path, refers, 'op.rename_table("notes", "memos")')
    assert set(after.tables) == {"marks", "memos"}
    assert [key.refers for key in table(after, "marks").keys.values()] == ["memos"]
    assert after.gone == {"notes": ids(3)[2]}


def test_a_renamed_column_keeps_its_place_and_its_keys(tmp_path: Path) -> None:
    rename = 'op.alter_column("notes", "body", new_column_name="text")'
    after = last(tmp_path, 'op.create_index("ix", "notes", ["body"])', rename)
    assert list(table(after).columns) == ["id", "owner", "text"]
    assert table(after).keys["ix"].columns == ("text",)


def test_indexes_go_with_a_column_on_postgresql_and_shrink_on_mysql(tmp_path: Path) -> None:
    bodies = ('op.create_index("ix", "notes", ["owner", "body"])', 'op.drop_column("notes", "body")')
    assert "ix" not in table(last(tmp_path / "p", *bodies)).keys
    assert table(last(tmp_path / "m", *bodies, engine="mysql:9.7")).keys["ix"].columns == ("owner",)


def test_keys_without_a_name_stand_under_the_servers(tmp_path: Path) -> None:
    add = 'op.execute("ALTER TABLE notes ADD UNIQUE (body), ADD CHECK (owner > 0)")'
    assert set(table(last(tmp_path / "p", add)).keys) == {"notes_pkey", "notes_body_key", "notes_check"}
    assert set(table(last(tmp_path / "m", add, engine="mysql:9.7")).keys) == {"PRIMARY", "body", "notes_chk_1"}


def test_mysql_makes_an_index_for_a_foreign_key_until_there_is_another(tmp_path: Path) -> None:
    foreign = 'op.create_foreign_key("fk", "notes", "notes", ["owner"], ["id"])'
    notes = table(last(tmp_path / "one", foreign, engine="mysql:9.7"))
    assert notes.implied == {member("fk (index)")}
    assert {key.kind for key in notes.keys.values()} == {"primary", "foreign", "index"}
    index = 'op.create_index("ix", "notes", ["owner", "body"])'
    later = table(last(tmp_path / "two", foreign, index, engine="mysql:9.7"))
    assert not later.implied
    assert set(later.keys) == {"PRIMARY", "fk", "ix"}
    assert not table(last(tmp_path / "three", foreign)).implied


def test_a_guard_by_name_passes_over_what_is_there(tmp_path: Path) -> None:
    body = 'op.execute("ALTER TABLE notes ADD COLUMN IF NOT EXISTS body TEXT, ADD COLUMN IF NOT EXISTS mark INT")'
    notes = table(last(tmp_path, body))
    assert (notes.columns["body"].type, notes.origin["body"]) == ("VARCHAR(40)", ids(1)[0])
    assert notes.origin["mark"] == ids(2)[1]
    assert notes.met == {"mark"}


def test_what_is_done_under_a_condition_leaves_doubt(tmp_path: Path) -> None:
    body = "import os\n    if os.path.exists('x'):\n        op.drop_column('notes', 'body')"
    notes = table(last(tmp_path, body))
    assert notes.doubtful == {"body"}
    assert "body" in notes.columns


def test_a_statement_that_cannot_be_read_leaves_nothing_certain(tmp_path: Path) -> None:
    after = last(tmp_path, "op.execute(open('x').read())", 'op.execute("CREATE TABLE marks (id INT)")')
    assert not after.closed
    assert not after.lacks("anything")
    assert not table(after).whole
    assert not table(after).sure
    assert table(after, "marks").whole
    assert table(after, "marks").sure


def test_rows_change_no_schema_however_they_are_written(tmp_path: Path) -> None:
    after = last(tmp_path, 'op.execute(f"INSERT INTO notes VALUES ({open(0).read()})")')
    assert after.closed
    assert table(after).whole


def test_rows_that_are_chosen_by_what_is_not_constant_change_no_schema(tmp_path: Path) -> None:
    after = last(tmp_path, 'op.execute(f"DELETE FROM notes {open(0).read()}")')
    assert after.closed
    assert table(after).whole


def test_a_constraint_takes_over_the_index_that_it_uses(tmp_path: Path) -> None:
    index = 'op.execute("CREATE UNIQUE INDEX ix ON notes (body)")'
    notes = table(last(tmp_path, index, 'op.execute("ALTER TABLE notes ADD CONSTRAINT uq UNIQUE USING INDEX ix")'))
    assert "ix" not in notes.keys
    assert (notes.keys["uq"].kind, notes.keys["uq"].columns) == ("unique", ("body",))


def test_what_is_not_constant_within_parentheses_hides_no_name(tmp_path: Path) -> None:
    after = last(tmp_path, 'op.execute(f"ALTER TABLE notes ADD COLUMN mark VARCHAR({len(open(0).read())})")')
    assert table(after).whole
    assert "mark" in table(after).columns
    vague = last(tmp_path / "vague", 'op.execute(f"ALTER TABLE notes ADD COLUMN mark INT {open(0).read()}")')
    assert not table(vague).whole


def test_an_unknown_table_is_met_as_a_stub_that_is_not_whole(tmp_path: Path) -> None:
    case = fold(tmp_path, ["def upgrade():\n    op.drop_column('others', 'mark')\n"])[0]
    assert case.upgrade[0].table is None
    stub = case.up.presumed.tables["others"]
    assert list(stub.columns) == ["mark"]
    assert not stub.whole
    assert "mark" not in table(case.after, "others").columns


def test_a_deed_knows_whether_its_table_is_new(tmp_path: Path) -> None:
    body = """
def upgrade():
    op.execute("CREATE TABLE marks (id INT)")
    op.execute("ALTER TABLE marks RENAME TO signs")
    op.execute("CREATE INDEX a ON signs (id)")
    op.execute("CREATE INDEX b ON notes (owner)")
"""
    case = fold(tmp_path, [NOTES, body])[-1]
    assert [deed.new for deed in case.upgrade] == [False, True, True, False]
    assert [deed.number for deed in case.upgrade] == [0, 1, 2, 3]


def test_postgresql_drops_an_index_by_its_name_alone(tmp_path: Path) -> None:
    case = fold(
        tmp_path,
        [
            NOTES.replace("body VARCHAR(40)", "body INT UNIQUE"),
            "def upgrade():\n    op.execute('DROP INDEX notes_body_key')\n",
        ],
    )[-1]
    (deed,) = case.upgrade
    assert deed.table is not None
    assert deed.table.name == "notes"
    assert "notes_body_key" not in table(case.after).keys


def branch(ident: str, parents: object, sql: str) -> str:
    """Write a whole revision file."""
    return (
        f'"""{ident}"""\nfrom alembic import op\nrevision = {ident!r}\ndown_revision = {parents!r}\n\n\n'
        f"def upgrade():\n    op.execute({sql!r})\n\n\ndef downgrade():\n    pass\n"
    )


def test_a_branch_does_not_see_the_other_and_a_merge_sees_both(tmp_path: Path) -> None:
    files = {
        "a.py": branch("a", None, "CREATE TABLE a (id INT)"),
        "b.py": branch("b", "a", "CREATE TABLE b (id INT)"),
        "c.py": branch("c", "a", "ALTER TABLE a ADD COLUMN c INT"),
        "d.py": branch("d", ("b", "c"), "SELECT 1"),
    }
    seen = {case.script.id: case.before for case in fold(tmp_path, files)}
    assert set(seen["c"].tables) == {"a"}
    assert list(table(seen["b"], "a").columns) == ["id"]
    assert set(seen["d"].tables) == {"a", "b"}
    assert list(table(seen["d"], "a").columns) == ["id", "c"]


def test_a_revision_whose_parent_is_not_there_may_stand_on_anything(tmp_path: Path) -> None:
    (case,) = fold(tmp_path, {"b.py": branch("b", "a", "CREATE TABLE b (id INT)")})
    assert not case.before.closed
    assert table(case.after, "b").whole


def test_a_base_is_folded_before_the_first_revision(tmp_path: Path) -> None:
    base = based("CREATE TABLE old (id INT PRIMARY KEY); CREATE INDEX ix_old ON old (id);", "postgresql")
    assert set(table(base, "old").keys) == {"old_pkey", "ix_old"}
    assert base.closed
    whole = folded(written(tmp_path, [NOTES]).folder, schema(tmp_path), Facts(), engines.parse("postgresql:15"))[0]
    (case,) = cases(whole, {}, "CREATE TABLE old (id INT)")
    assert set(case.after.tables) == {"old", "notes"}


def test_a_base_that_is_a_function_is_not_known(tmp_path: Path) -> None:
    made = schema(tmp_path, base_sql="base:load")
    whole = folded(written(tmp_path, [NOTES]).folder, made, Facts(), engines.parse("postgresql:15"))[0]
    (case,) = cases(whole, {})
    assert not case.before.closed


def test_opening_a_schema_makes_nothing_of_it_certain(tmp_path: Path) -> None:
    after = opened(last(tmp_path, 'op.create_index("ix", "notes", ["body"])'))
    notes = table(after)
    assert notes.doubtful == {"id", "owner", "body", member("ix"), member("notes_pkey")}
    assert not notes.sure


def test_what_is_made_between_two_unreadable_statements_is_doubted_too(tmp_path: Path) -> None:
    after = last(
        tmp_path, "op.execute(X)\n    op.create_table('marks', sa.Column('id', sa.Integer()))\n    op.execute(Y)"
    )
    assert not table(after).sure
    assert not table(after, "marks").sure
    assert not table(after, "marks").whole


def test_unreadable_statements_one_after_another_cost_no_more_than_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blurred, names = tables.blurred, list[str]()

    def counted(one: TableModel, *, sure: bool | None = None) -> TableModel:
        names.append(one.name)
        return blurred(one, sure=sure)

    monkeypatch.setattr(tables, "blurred", counted)
    last(tmp_path, "\n    ".join(f"op.execute(X{number})" for number in range(30)))
    assert names == ["notes"]
