"""What servers refuse: told where it is certain, on the engine that refuses it, and not where it cannot be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.histories import findings, judged

FIRST = (
    "CREATE TABLE notes (id INT PRIMARY KEY, body TEXT, path VARCHAR(800), title VARCHAR(40) NOT NULL DEFAULT 'x',"
    " owner_id INT, a INT, b INT, KEY notes_ab (a, b))"
)
PARENT = "CREATE TABLE owners (id BIGINT PRIMARY KEY, code VARCHAR(20))"


def rules(tmp_path: Path, *lines: str, engine: str = "mysql:9.7", first: str = FIRST, down: str = "") -> set[str]:
    """Give the rules that speak of a revision behind one that made the tables."""
    made = f'def upgrade():\n    op.execute("{PARENT}")\n    op.execute("{first}")\n'
    body = "def upgrade():\n" + "".join(f"    {line}\n" for line in lines or ("pass",))
    if down:
        body += f"\n\ndef downgrade():\n    {down}\n"
    return {rule for rule, _, _ in judged(tmp_path, [made, body], engine=engine)}


def sql(text: str) -> str:
    return f'op.execute("{text}")'


@pytest.mark.parametrize(
    ("change", "rule", "engine", "found"),
    [
        ("ADD COLUMN c TEXT DEFAULT ('')", "blob-default", "mysql:9.7", False),
        ("ADD COLUMN c TEXT DEFAULT NULL", "blob-default", "mysql:9.7", False),
        ("ADD COLUMN c JSON DEFAULT (JSON_OBJECT())", "blob-default", "mysql:9.7", False),
        ("ADD COLUMN c JSON DEFAULT '{}'", "blob-default", "mysql:9.7", True),
        ("ADD COLUMN c TEXT DEFAULT ''", "blob-default", "mariadb:10.11", False),
        ("MODIFY body LONGTEXT DEFAULT 'x'", "blob-default", "mysql:9.7", True),
        ("ADD COLUMN c DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6)", "default-precision", "mysql:9.7", False),
        ("ADD COLUMN c DATETIME(6) DEFAULT now()", "default-precision", "mysql:9.7", True),
        ("ADD COLUMN c DATETIME DEFAULT '2024-01-01'", "default-precision", "mysql:9.7", False),
        ("ADD COLUMN c CHAR(36) DEFAULT 'uuid()'", "random-default", "mysql:9.7", False),
        ("ADD COLUMN c DATETIME DEFAULT (now())", "random-default", "mysql:9.7", False),
        ("MODIFY title CHAR(36) NOT NULL DEFAULT (uuid())", "random-default", "mysql:9.7", False),
        ("ADD COLUMN c ENUM('it''s', 'b') DEFAULT 'it''s'", "enum-default", "mysql:9.7", False),
        ("ADD COLUMN c ENUM('a', 'b') DEFAULT 'B '", "enum-default", "mysql:9.7", False),
        ("ADD INDEX x (body(20), id)", "blob-key-length", "mysql:9.7", False),
        ("ADD FULLTEXT INDEX x (body)", "blob-key-length", "mysql:9.7", False),
        ("ADD INDEX x (body, id)", "blob-key-length", "mariadb:10.11", False),
        ("ADD INDEX x ((LOWER(body)))", "blob-key-length", "mysql:9.7", False),
        ("ADD INDEX x (path)", "key-length", "mysql:9.7", True),
        ("ADD INDEX x (path(768))", "key-length", "mysql:9.7", False),
        ("ADD INDEX x (path(760), title)", "key-length", "mysql:9.7", True),
        ("ADD COLUMN `rank` INT", "reserved-word", "mysql:9.7", False),
        ("ADD COLUMN rank INT", "reserved-word", "mariadb:10.11", False),
        ("ADD COLUMN offset INT", "reserved-word", "mariadb:10.11", True),
        ("ADD COLUMN ranking INT", "reserved-word", "mysql:9.7", False),
        ("ADD COLUMN c UUID", "unknown-type", "mariadb:10.11", False),
        ("ADD COLUMN c UUID", "unknown-type", "mariadb:10.6", True),
        ("ADD COLUMN c INT(11) UNSIGNED ZEROFILL", "unknown-type", "mysql:9.7", False),
        ("ADD COLUMN c DOUBLE PRECISION, ADD d NATIONAL VARCHAR(3), ADD e SERIAL", "unknown-type", "mysql:9.7", False),
        ("ADD COLUMN c VECTOR(3)", "unknown-type", "mysql:8.4", True),
        ("ADD FOREIGN KEY (owner_id) REFERENCES owners (id)", "foreign-key-type", "mysql:9.7", True),
        ("ADD FOREIGN KEY (owner_id) REFERENCES unheard (id)", "foreign-key-type", "mysql:9.7", False),
        ("ADD FOREIGN KEY (owner_id) REFERENCES owners (code)", "foreign-key-parent", "mysql:9.7", True),
        ("ADD FOREIGN KEY (owner_id) REFERENCES owners (code)", "foreign-key-parent", "mysql:8.0", False),
        ("DROP COLUMN b", "my-implicit-index-shrink", "mysql:9.7", True),
        ("DROP COLUMN b, DROP COLUMN a", "my-implicit-index-shrink", "mysql:9.7", False),
        ("DROP COLUMN b, DROP INDEX notes_ab", "my-implicit-index-shrink", "mysql:9.7", False),
        ("MODIFY title VARCHAR(60) NULL DEFAULT 'x'", "modify-forgets", "mysql:9.7", False),
        ("MODIFY title VARCHAR(60) NOT NULL", "modify-forgets", "mysql:9.7", True),
        ("MODIFY a BIGINT", "modify-forgets", "mysql:9.7", False),
        ("RENAME COLUMN title TO name", "modify-forgets", "mysql:9.7", False),
    ],
)
def test_each_engine_refuses_what_it_said(tmp_path: Path, change: str, rule: str, engine: str, found: bool) -> None:
    assert (rule in rules(tmp_path, sql(f"ALTER TABLE notes {change}"), engine=engine)) is found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("""op.execute("UPDATE notes SET body = '12:30'")""", False),
        ("""op.execute("UPDATE notes SET body = 'a: b'")""", False),
        ("""op.execute("UPDATE notes SET body = ' :b'")""", True),
        ("""op.execute("UPDATE notes SET body = ' \\\\:b'")""", False),
        ("""op.execute(sa.text("UPDATE notes SET body = :b").bindparams(b="x"))""", False),
        ("""op.get_bind().execute(sa.text("UPDATE notes SET body = :b"), {"b": "x"})""", False),
        ("""op.get_bind().execute(sa.text("UPDATE notes SET body = :b"), unheard())""", False),
        ("""op.get_bind().exec_driver_sql("UPDATE notes SET body = ' :b'")""", False),
        ("""op.execute("SELECT body::json, a[1:2] FROM notes")""", False),
    ],
)
def test_a_colon_is_a_parameter_where_a_word_follows_and_nothing_binds_it(
    tmp_path: Path, line: str, found: bool
) -> None:
    assert ("text-bind-colon" in rules(tmp_path, line, engine="postgresql:15")) is found


def test_the_place_of_a_colon_is_its_own(tmp_path: Path) -> None:
    body = 'def upgrade():\n    op.execute("""\n        UPDATE notes\n        SET body = \'x :name\'\n    """)\n'
    (one,) = [one for one in findings(tmp_path, [body]) if one.rule == "text-bind-colon"]
    line = Path(one.path or "").read_text().splitlines()[(one.line or 0) - 1]
    assert line.strip() == "SET body = 'x :name'"


@pytest.mark.parametrize("call", ["op.add_column", "op.create_index"])
def test_if_not_exists_of_an_operation_is_sql_that_mysql_refuses(tmp_path: Path, call: str) -> None:
    given = 'sa.Column("c", sa.Integer())' if call == "op.add_column" else '["a"]'
    name = '"notes", ' if call == "op.add_column" else '"x", "notes", '
    line = f"{call}({name}{given}, if_not_exists=True)"
    assert "if-exists-unsupported" in rules(tmp_path, line)
    assert "if-exists-unsupported" not in rules(tmp_path / "b", line, engine="mariadb:10.11")


def test_what_stands_under_a_question_for_the_product_is_not_judged(tmp_path: Path) -> None:
    lines = ('if op.get_bind().dialect.name == "postgresql":', '    op.execute("ALTER TABLE notes ADD COLUMN c JSONB")')
    assert "unknown-type" not in rules(tmp_path, *lines)
    assert "unknown-type" not in rules(tmp_path / "b", "if unheard_of():", lines[1])
    assert "unknown-type" in rules(tmp_path / "c", lines[1].strip())


def test_a_table_is_dropped_behind_those_that_refer_to_it(tmp_path: Path) -> None:
    refers = "CREATE TABLE notes (id INT PRIMARY KEY, owner_id BIGINT, FOREIGN KEY (owner_id) REFERENCES owners (id))"
    assert "drop-table-in-use" in rules(tmp_path, sql("DROP TABLE owners"), first=refers)
    drops = (sql("DROP TABLE notes"), sql("DROP TABLE owners"))
    assert "drop-table-in-use" not in rules(tmp_path / "b", *drops, first=refers)
    both = sql("DROP TABLE owners, notes")
    assert "drop-table-in-use" not in rules(tmp_path / "c", both, first=refers)
    assert "drop-table-in-use" in rules(tmp_path / "d", both, first=refers, engine="mariadb:10.11")
    off = (sql("SET FOREIGN_KEY_CHECKS = 0"), sql("DROP TABLE owners"))
    assert "drop-table-in-use" not in rules(tmp_path / "e", *off, first=refers)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param([sql("DROP TYPE mood")], True, id="nothing is done to the column"),
        pytest.param([sql("DROP TYPE IF EXISTS public.mood")], True, id="a guard asks for the type alone"),
        pytest.param(['sa.Enum(name="mood").drop(op.get_bind(), checkfirst=True)'], True, id="by SQLAlchemy"),
        pytest.param([sql("ALTER TABLE owners DROP COLUMN felt"), sql("DROP TYPE mood")], False, id="column gone"),
        pytest.param([sql("DROP TABLE owners"), sql("DROP TYPE mood")], False, id="table gone"),
        pytest.param([sql("ALTER TABLE owners ALTER felt TYPE text"), sql("DROP TYPE mood")], False, id="another type"),
        pytest.param([sql("ALTER TYPE mood RENAME TO old"), sql("DROP TYPE old")], False, id="renamed"),
        pytest.param([sql("DROP TYPE mood CASCADE")], False, id="with what has it"),
        pytest.param(["op.execute(unheard_of())", sql("DROP TYPE mood")], False, id="anything may have been done"),
        pytest.param([sql("DROP TYPE moods")], False, id="another one"),
    ],
)
def test_a_type_is_dropped_behind_the_columns_that_have_it(tmp_path: Path, lines: list[str], told: bool) -> None:
    first = [
        sql("CREATE TYPE mood AS ENUM ('calm')"),
        sql("CREATE TYPE moods AS ENUM ('calm')"),
        sql("CREATE TABLE owners (id INT PRIMARY KEY, felt mood[])"),
    ]
    both = ["def upgrade():\n" + "".join(f"    {line}\n" for line in each) for each in (first, lines)]
    found = findings(tmp_path, both, engine="postgresql:15")
    assert ("drop-type-in-use" in {one.rule for one in found}) is told


def test_tables_that_are_dropped_in_the_wrong_order_are_told_once(tmp_path: Path) -> None:
    makes = "CREATE TABLE {} (id INT PRIMARY KEY, up INT, CONSTRAINT {}_up FOREIGN KEY (up) REFERENCES {} (id))"
    before = [sql(makes.format(name, name, parent)) for name, parent in (("notes", "owners"), ("marks", "notes"))]
    before = [sql("CREATE TABLE owners (id INT PRIMARY KEY)"), *before]
    drops = [sql(f"DROP TABLE {name}") for name in ("owners", "notes", "marks")]
    both = ["def upgrade():\n" + "".join(f"    {line}\n" for line in lines) for lines in (before, drops)]
    found = [one for one in findings(tmp_path, both, engine="mysql:9.7") if one.rule == "drop-table-in-use"]
    assert [(one.object, one.message.partition(": ")[0]) for one in found] == [
        ("owners", "owners is dropped, and the foreign key notes_up of notes refers to it; so it is with notes")
    ]


def test_a_downgrade_that_gives_back_what_was_forgets_nothing(tmp_path: Path) -> None:
    change = sql("ALTER TABLE notes MODIFY a BIGINT NOT NULL DEFAULT 5 COMMENT 'c'")
    assert "modify-forgets" not in rules(tmp_path, change, down=sql("ALTER TABLE notes MODIFY a INT"))
    change = sql("ALTER TABLE notes MODIFY title VARCHAR(60) NOT NULL DEFAULT 'x'")
    assert "modify-forgets" in rules(tmp_path / "b", change, down=sql("ALTER TABLE notes MODIFY title VARCHAR(40)"))


def test_postgresql_casts_some_types_on_its_own(tmp_path: Path) -> None:
    first = "CREATE TABLE notes (a INTEGER, b TEXT, c UUID)"

    def told(change: str, folder: str) -> bool:
        line = sql(f"ALTER TABLE notes ALTER COLUMN {change}")
        return "pg-type-needs-using" in rules(tmp_path / folder, line, engine="postgresql:15", first=first)

    assert told("b TYPE INTEGER", "a")
    assert not told("b TYPE INTEGER USING b::integer", "b")
    assert not told("a TYPE TEXT", "c")
    assert not told("c TYPE TEXT", "d")
    assert not told("b TYPE unheard_of", "e")


def test_a_type_that_the_history_made_is_known(tmp_path: Path) -> None:
    lines = (sql("CREATE DOMAIN datetime AS timestamp"), sql("ALTER TABLE notes ADD COLUMN at datetime"))
    first = "CREATE TABLE notes (id INT PRIMARY KEY)"
    assert "unknown-type" not in rules(tmp_path, *lines, engine="postgresql:15", first=first)
    assert "unknown-type" in rules(tmp_path / "b", lines[1], engine="postgresql:15", first=first)
