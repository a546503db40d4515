"""What is not there, and what is there already: said where it is certain, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.lint.rules import there, unknown
from tests.lint.histories import findings

NAMES = frozenset(rule.name for rule in (*unknown.RULES, *there.RULES))
BEFORE = """
def upgrade():
    op.execute("CREATE TABLE owners (id INT PRIMARY KEY)")
    op.execute("CREATE TABLE notes (id INT PRIMARY KEY, owner INT, body VARCHAR(40))")
    op.execute("CREATE INDEX ix_owner ON notes (owner)")


def downgrade():
    op.execute("DROP TABLE notes")
    op.execute("DROP TABLE owners")
"""


def said(folder: Path, *lines: str, engine: str = "postgresql:15", before: str = BEFORE) -> list[tuple[str, str]]:
    """Give (rule, what) of what is found in an upgrade of some lines."""
    inner = "\n    ".join(lines)
    body = f"def upgrade():\n    {inner}\n\n\ndef downgrade():\n    raise NotImplementedError\n"
    told = findings(folder, [*([before] if before else []), body], engine)
    return [(one.rule, one.message.partition(": ")[0]) for one in told if one.rule in NAMES]


def sql(text: str) -> str:
    """Give the line that sends a statement."""
    return f"op.execute({text!r})"


@pytest.mark.parametrize(
    ("statement", "rule", "what"),
    [
        ("UPDATE note SET body = 'x'", "unknown-table", "no revision made the table note"),
        ("DROP TABLE note", "unknown-table", "no revision made the table note"),
        ("ALTER TABLE notes DROP COLUMN mark", "unknown-column", "notes has no column mark"),
        ("ALTER TABLE notes RENAME COLUMN mark TO sign", "unknown-column", "notes has no column mark"),
        ("ALTER TABLE notes ADD UNIQUE (owner, mark)", "unknown-column", "notes has no column mark"),
        ("ALTER TABLE notes DROP CONSTRAINT ck", "unknown-index", "notes has no constraint ck"),
        ("CREATE TABLE notes (id INT)", "already-there", "the table notes is there already"),
        ("ALTER TABLE notes ADD COLUMN body TEXT", "already-there", "notes.body is there already"),
        ("CREATE INDEX ix_owner ON notes (body)", "already-there", "notes.ix_owner is there already"),
    ],
)
def test_what_a_server_refuses_is_told(tmp_path: Path, statement: str, rule: str, what: str) -> None:
    found = said(tmp_path, sql(statement))
    assert [(one, told.partition(",")[0]) for one, told in found] == [(rule, what)]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE IF EXISTS note",
        "ALTER TABLE notes DROP COLUMN IF EXISTS mark",
        "CREATE TABLE IF NOT EXISTS notes (id INT)",
        "CREATE INDEX IF NOT EXISTS ix_owner ON notes (body)",
        "ALTER TABLE NOTES ADD COLUMN mark INT, ADD UNIQUE (mark)",
        "ALTER TABLE notes ADD UNIQUE (mark), ADD COLUMN mark INT",
        "ALTER TABLE notes DROP COLUMN body, ADD COLUMN body TEXT",
        "UPDATE pg_index SET indisvalid = true",
        "DELETE FROM alembic_version",
        "UPDATE other.thing SET a = 1",
        "WITH gone AS (DELETE FROM notes RETURNING id) INSERT INTO owners SELECT id FROM gone",
        "ALTER TABLE notes DROP CONSTRAINT notes_pkey",
        "CREATE TEMPORARY TABLE scratch (id INT)",
    ],
)
def test_what_passes_is_not_told(tmp_path: Path, statement: str) -> None:
    assert said(tmp_path, sql(statement)) == []


def test_a_view_and_a_table_of_a_moment_ago_are_there(tmp_path: Path) -> None:
    view = (sql("CREATE VIEW seen AS SELECT id FROM notes"), sql("UPDATE seen SET id = 2"))
    assert said(tmp_path / "view", *view) == []
    scratch = (sql("CREATE TEMPORARY TABLE scratch AS SELECT * FROM notes"), sql("UPDATE scratch SET id = 2"))
    assert said(tmp_path / "scratch", *scratch) == []


def test_a_table_that_went_is_told_with_the_revision_that_took_it(tmp_path: Path) -> None:
    gone = 'def upgrade():\n    op.drop_table("owners")\n\n\ndef downgrade():\n    raise NotImplementedError\n'
    after = 'def upgrade():\n    op.execute("DELETE FROM owners WHERE id = 1")\n'
    (one,) = (one for one in findings(tmp_path, [BEFORE, gone, after]) if one.rule in NAMES)
    assert one.message.startswith("there is no table owners any more, since ")


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    body = f"def upgrade():\n    {sql('ALTER TABLE notes DROP COLUMN bodi')}\n"
    (one,) = (one for one in findings(tmp_path, [BEFORE, body]) if one.rule in NAMES)
    assert one.remedy == "did you mean body?"


def test_a_history_that_begins_on_older_tables_is_told_once(tmp_path: Path) -> None:
    lines = (sql("ALTER TABLE a ADD x INT"), sql("ALTER TABLE b ADD x INT"))
    assert said(tmp_path, *lines, before="") == [
        ("unknown-table", "no revision made the table a, and this is the first")
    ]


def test_what_may_have_been_made_in_sql_that_cannot_be_read_is_not_told(tmp_path: Path) -> None:
    hidden = "def upgrade():\n    op.execute(open('x').read())\n\n\ndef downgrade():\n    raise NotImplementedError\n"
    assert said(tmp_path, sql("ALTER TABLE note ADD mark INT"), before=hidden) == []


def test_any_name_may_be_that_of_a_constraint_that_got_none(tmp_path: Path) -> None:
    lines = ("op.create_unique_constraint(None, 'notes', ['body'])", "op.drop_constraint('uq_notes_body', 'notes')")
    assert said(tmp_path, *lines) == []


@pytest.mark.parametrize("engine", ["mysql:9.7", "mariadb:10.11"])
def test_the_last_index_under_a_foreign_key_stays(tmp_path: Path, engine: str) -> None:
    foreign = "op.create_foreign_key('fk', 'notes', 'owners', ['owner'], ['id'])"
    drop = "op.drop_index('ix_owner', table_name='notes')"
    assert [rule for rule, _what in said(tmp_path / "one", foreign, drop, engine=engine)] == ["index-under-foreign-key"]
    other = "op.create_index('ix_more', 'notes', ['owner', 'body'])"
    assert said(tmp_path / "two", foreign, other, drop, engine=engine) == []
    at_once = sql("ALTER TABLE notes DROP INDEX ix_owner, ADD INDEX ix_more (owner, body)")
    assert said(tmp_path / "three", foreign, at_once, engine=engine) == []
    gone = "op.drop_constraint('fk', 'notes', type_='foreignkey')"
    assert said(tmp_path / "four", foreign, gone, drop, engine=engine) == []


@pytest.mark.parametrize(
    "statements",
    [
        ("ALTER TABLE notes MODIFY body VARCHAR(40) UNIQUE", "ALTER TABLE notes DROP INDEX body"),
        ("ALTER TABLE notes CHANGE body text VARCHAR(40) UNIQUE", "ALTER TABLE notes DROP INDEX text"),
        ("CREATE TABLE copies (at DATETIME) SELECT * FROM notes", "ALTER TABLE copies MODIFY body VARCHAR(50)"),
        (
            "ALTER TABLE notes ADD CONSTRAINT fk FOREIGN KEY (owner) REFERENCES owners (id)",
            "ALTER TABLE notes RENAME INDEX ix_owner TO fk",
            "ALTER TABLE notes RENAME INDEX fk TO ix_owner",
            "ALTER TABLE notes DROP FOREIGN KEY fk",
        ),
        ("ALTER TABLE notes ADD UNIQUE (body)", "ALTER TABLE notes DROP INDEX uq_notes_body"),
    ],
)
def test_what_mysql_has_is_no_finding(tmp_path: Path, statements: tuple[str, ...]) -> None:
    found = said(tmp_path, *map(sql, statements), engine="mysql:9.7")
    assert [one for one, _ in found if one.startswith("unknown")] == []


def test_a_key_without_a_name_is_not_meant_by_any_name(tmp_path: Path) -> None:
    found = said(
        tmp_path, sql("ALTER TABLE notes ADD UNIQUE (body)"), sql("ALTER TABLE notes DROP INDEX k"), engine="mysql:9.7"
    )
    assert [one for one, _ in found if one == "unknown-index"] == ["unknown-index"]
