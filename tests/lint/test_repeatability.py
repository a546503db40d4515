"""What fails where it ran before: which guards count, what a policy asks from when on, what commits by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from tests.lint.histories import findings, ids

REQUIRED: dict[str, Any] = {"idempotent": {"policy": "required"}}
NOTES = "op.execute('CREATE TABLE notes (id INT PRIMARY KEY, body TEXT)')"


AGAIN = (
    "op.execute('DROP TABLE IF EXISTS a')\nop.execute('CREATE TABLE a (id INT)')\nop.execute('CREATE TABLE b (id INT)')"
)
ENUM = "sa.Column('{}', sa.Enum('a', name='state'))"


def told(
    tmp_path: Path, rule: str, upgrades: list[str], engine: str = "postgresql:15", **keys: Any
) -> list[tuple[int, str]]:
    """Give the number of each guilty revision, and how grave it is."""
    bodies = ["\n".join(["def upgrade():", *(f"    {line}" for line in one.splitlines())]) + "\n" for one in upgrades]
    numbers = {ident: number for number, ident in enumerate(ids(len(bodies)), 1)}
    found = [one for one in findings(tmp_path, bodies, engine, **keys) if one.rule == rule]
    return [(numbers[one.revision or ""], one.severity.name) for one in found]


@pytest.mark.parametrize(
    "line",
    [
        "op.execute('CREATE TABLE IF NOT EXISTS t (id INT)')",
        "op.execute('DROP TABLE IF EXISTS t')",
        "op.execute('DROP INDEX IF EXISTS i')\nop.execute('CREATE INDEX i ON t (a)')",
        "op.execute('DROP VIEW IF EXISTS v')\nop.execute('CREATE VIEW v AS SELECT 1')",
        "op.execute('CREATE OR REPLACE VIEW v AS SELECT 1')",
        "op.execute('ALTER TABLE t ALTER COLUMN a SET NOT NULL')",
        "op.execute('ALTER TABLE t ALTER COLUMN a TYPE BIGINT')",
        "op.execute('CREATE TEMPORARY TABLE t (id INT)')",
        "op.create_table('t', sa.Column('id', sa.Integer()), if_not_exists=True)",
        "op.drop_table('t', if_exists=True)",
        "op.execute('UPDATE t SET a = 1')",
    ],
)
def test_what_can_be_run_again(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, "unguarded-ddl", [line], **REQUIRED) == []


@pytest.mark.parametrize(
    "line",
    [
        "op.create_table('t', sa.Column('id', sa.Integer()))",
        "op.add_column('t', sa.Column('a', sa.Integer()))",
        "op.drop_column('t', 'a')",
        "op.create_index('i', 't', ['a'])",
        "op.execute('ALTER TABLE t RENAME TO u')",
        "op.execute(\"ALTER TYPE e ADD VALUE 'x'\")",
        "op.execute('DROP INDEX IF EXISTS i')\nop.execute('CREATE INDEX j ON t (a)')",
        "op.create_unique_constraint('u', 't', ['a'])",
    ],
)
def test_what_fails_the_second_time(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, "unguarded-ddl", [line], **REQUIRED) == [(1, "error")]


def test_a_requirement_holds_from_a_revision_on(tmp_path: Path) -> None:
    lines = [f"op.execute('CREATE TABLE t{n} (id INT)')\nop.execute('INSERT INTO t{n} VALUES (1)')" for n in (1, 2, 3)]
    since: dict[str, Any] = {"idempotent": {"policy": "required", "since": ids(2)[1]}}
    assert told(tmp_path, "unguarded-ddl", lines, **since) == [(2, "error"), (3, "error")]
    assert told(tmp_path / "my", "unguarded-ddl", lines, "mysql:9.7", **since) == [
        (1, "note"),
        (2, "error"),
        (3, "error"),
    ]
    since = {"idempotent": {"policy": "reported", "since": ids(2)[1][:6]}}
    assert told(tmp_path / "re", "unguarded-ddl", lines, "mysql:9.7", **since) == [(2, "note"), (3, "note")]


def test_a_report_speaks_where_a_revision_can_end_half_way(tmp_path: Path) -> None:
    reported: dict[str, Any] = {"idempotent": {"policy": "reported"}}
    seeded = [f"{NOTES}\nop.execute(\"INSERT INTO notes VALUES (1, 'a')\")"]
    assert told(tmp_path / "a", "unguarded-ddl", [NOTES], "mysql:9.7", **reported) == []
    assert told(tmp_path / "b", "unguarded-ddl", seeded, "mysql:9.7", **reported) == [(1, "note")]
    assert told(tmp_path / "c", "unguarded-ddl", seeded, "postgresql:15", **reported) == []
    block = (
        "with op.get_context().autocommit_block():\n    op.execute(\"ALTER TYPE e ADD VALUE 'x'\")\n"
        "op.execute('UPDATE t SET a = 1')"
    )
    assert told(tmp_path / "d", "unguarded-ddl", [block], "postgresql:15", **reported) == [(1, "note")]
    off: dict[str, Any] = {"idempotent": {"policy": "off"}}
    assert told(tmp_path / "e", "unguarded-ddl", seeded, "mysql:9.7", **off) == []


@pytest.mark.parametrize(
    ("lines", "guilty"),
    [
        ("op.add_column('t', sa.Column('a', sa.Integer()))\nop.create_index('i', 't', ['a'])", True),
        ("op.execute('ALTER TABLE t ADD COLUMN a INT, ADD INDEX i (a)')", False),
        ("op.execute('ALTER TABLE t MODIFY a BIGINT')\nop.execute('ALTER TABLE t MODIFY b BIGINT')", False),
        ("op.execute('ALTER TABLE t MODIFY a BIGINT')\nop.execute('ALTER TABLE t ADD COLUMN b INT')", False),
        ("op.execute('CREATE TABLE IF NOT EXISTS a (id INT)')\nop.execute('CREATE TABLE b (id INT)')", False),
        ("op.execute('CREATE TABLE a (id INT)')\nop.execute('INSERT INTO a VALUES (1)')", False),
        (AGAIN, False),
    ],
)
def test_what_is_left_where_a_later_statement_fails(tmp_path: Path, lines: str, guilty: bool) -> None:
    assert told(tmp_path / "my", "multi-ddl-revision", [lines], "mysql:9.7") == [(1, "warning")] * guilty
    assert told(tmp_path / "ma", "multi-ddl-revision", [lines], "mariadb:10.11") == [(1, "warning")] * guilty
    assert told(tmp_path / "pg", "multi-ddl-revision", [lines], "postgresql:15") == []


@pytest.mark.parametrize(
    ("lines", "guilty"),
    [
        ("op.execute('UPDATE notes SET body = 1')\nop.execute('ALTER TABLE notes DROP COLUMN body')", True),
        ("op.add_column('notes', sa.Column('a', sa.Integer()))\nop.execute('UPDATE notes SET a = 1')", True),
        ("op.execute('CREATE TABLE t (id INT)')\nop.execute('INSERT INTO t VALUES (1)')", False),
        ("op.execute('ALTER TABLE notes MODIFY body LONGTEXT')\nop.execute('UPDATE notes SET body = 1')", False),
        ("op.execute('SET foreign_key_checks = 0')\nop.execute('UPDATE notes SET body = 1')", False),
    ],
)
def test_rows_that_are_changed_beside_ddl(tmp_path: Path, lines: str, guilty: bool) -> None:
    assert told(tmp_path / "my", "mixed-ddl-and-data", [NOTES, lines], "mysql:9.7") == [(2, "warning")] * guilty
    assert (
        told(tmp_path / "pg", "mixed-ddl-and-data", [NOTES, lines.replace("MODIFY body LONGTEXT", "ADD x INT")]) == []
    )


def test_a_guard_by_name_is_graver_where_it_hides_another_table(tmp_path: Path) -> None:
    again = "op.execute('CREATE TABLE IF NOT EXISTS notes (id INT PRIMARY KEY, body TEXT, author INT)')"
    assert told(tmp_path, "guard-by-name-only", [NOTES, again]) == [(2, "warning")]
    same = "op.execute('CREATE TABLE IF NOT EXISTS notes (id INT PRIMARY KEY, body TEXT)')"
    assert told(tmp_path / "same", "guard-by-name-only", [NOTES, same]) == [(2, "note")]


@pytest.mark.parametrize(
    "line",
    [
        "op.execute('DROP TABLE IF EXISTS notes')",
        "op.execute('CREATE EXTENSION IF NOT EXISTS postgis')",
        "op.execute(\"ALTER TYPE e ADD VALUE IF NOT EXISTS 'x'\")",
        "from migkit import ops\nop.create_table_if_missing('t', sa.Column('id', sa.Integer()))",
    ],
)
def test_a_name_that_is_the_whole_shape(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, "guard-by-name-only", [line]) == []


ASKED = "if not sa.inspect(op.get_bind()).has_table('t'):\n    op.create_table('t', sa.Column('id', sa.Integer()))"


@pytest.mark.parametrize(("policy", "severity"), [("off", "note"), ("reported", "warning"), ("required", "error")])
def test_a_question_to_the_database_is_as_grave_as_the_policy(tmp_path: Path, policy: str, severity: str) -> None:
    assert told(tmp_path, "guard-breaks-offline", [ASKED], offline={"policy": policy}) == [(1, severity)]


def test_a_question_that_is_not_asked_offline(tmp_path: Path) -> None:
    body = "from alembic import context\nif context.is_offline_mode() or " + ASKED.removeprefix("if ")
    assert told(tmp_path, "guard-breaks-offline", [body], offline={"policy": "required"}) == []


CREATED = (
    "from sqlalchemy.dialects.postgresql import ENUM\nsa.Enum('a', name='state').create(op.get_bind(), checkfirst=True)"
)


@pytest.mark.parametrize("asked", ["sa.inspect(op.get_bind())", "op.get_bind().execute(sa.text('SELECT 1')).scalar()"])
def test_alembic_has_nothing_to_ask_offline(asked: str) -> None:
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
    with pytest.raises((sa.exc.NoInspectionAvailable, AttributeError)):
        eval(asked, {"op": Operations(context), "sa": sa})


MADE = "op.execute(\"CREATE TYPE state AS ENUM ('a')\")"


@pytest.mark.parametrize(
    ("lines", "guilty"),
    [
        ([MADE, MADE], [2]),
        ([f"{MADE}\n{MADE}"], [1]),
        ([MADE, f"op.execute('DROP TYPE state')\n{MADE}"], []),
        ([MADE, "op.execute('ALTER TYPE state RENAME TO old')", MADE], []),
        ([MADE, "op.create_table('t', sa.Column('a', sa.Enum('a', name='state')))"], [2]),
        ([f"op.create_table('t', {ENUM.format('a')}, {ENUM.format('b')})"], []),
        ([MADE, "sa.Enum('a', name='state').create(op.get_bind(), checkfirst=True)"], []),
        ([f"op.create_table('t', {ENUM.format('a')})\nop.create_table('u', {ENUM.format('a')})"], []),
        ([f"op.create_table('t', {ENUM.format('a')})", f"op.create_table('u', {ENUM.format('a')})"], [2]),
        ([f"{CREATED}\nop.create_table('t', {ENUM.format('a')})"], [1]),
        ([f"{CREATED}\nop.create_table('t', sa.Column('a', ENUM('a', name='state', create_type=False)))"], []),
        (["op.execute('CREATE TYPE {}'.format(op.f('x')))", MADE], []),
    ],
)
def test_a_type_that_is_made_twice(tmp_path: Path, lines: list[str], guilty: list[int]) -> None:
    assert told(tmp_path, "enum-create-twice", lines) == [(number, "error") for number in guilty]
