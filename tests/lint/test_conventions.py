"""What a team agreed on: which types, names and defaults keep to it however they are spelt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lint.histories import findings

MY = {"uuid_type": "BINARY(16)", "timestamps": {"pattern": "tm_*", "type": "DATETIME(6)"}}
PG = {"uuid_type": "UUID", "timestamps": {"pattern": "*_at", "type": "TIMESTAMPTZ"}}


def told(tmp_path: Path, rule: str, bodies: list[str], engine: str, **conventions: Any) -> list[str]:
    upgrades = [f"def upgrade():\n    {body}\n" for body in bodies]
    found = findings(tmp_path, upgrades, engine, conventions=conventions)
    return [one.object or "" for one in found if one.rule == rule]


def sql(text: str) -> str:
    return f'op.execute("""{text}""")'


@pytest.mark.parametrize("kind", ["CHAR(36)", "char (36)", "VARCHAR(36)", "BINARY(36)", "CHARACTER(32)"])
def test_a_uuid_of_another_type(tmp_path: Path, kind: str) -> None:
    body = sql(f"CREATE TABLE notes (id {kind} PRIMARY KEY, name {kind})")
    assert told(tmp_path, "uuid-type", [body], "mysql:9.7", **MY) == ["notes.id"]


@pytest.mark.parametrize("kind", ["binary(16)", "VARCHAR(255)", "INT", "BIGINT UNSIGNED"])
def test_the_type_itself_and_what_holds_no_uuid(tmp_path: Path, kind: str) -> None:
    body = sql(f"ALTER TABLE notes ADD COLUMN customer_id {kind}")
    assert told(tmp_path, "uuid-type", [body], "mysql:9.7", **MY) == []


def test_a_uuid_in_operations_of_alembic(tmp_path: Path) -> None:
    body = "op.add_column('notes', sa.Column('customer_id', sa.String(36)))"
    assert told(tmp_path, "uuid-type", [body], "postgresql:15", **PG) == ["notes.customer_id"]
    good = "op.add_column('notes', sa.Column('customer_id', sa.UUID()))"
    assert told(tmp_path / "good", "uuid-type", [good], "postgresql:15", **PG) == []


def test_a_schema_that_agreed_on_nothing(tmp_path: Path) -> None:
    body = sql(
        "CREATE TABLE notes (id CHAR(36) PRIMARY KEY, tm_create DATETIME, tm_delete DATETIME DEFAULT '9999-01-01')"
    )
    for rule in ("uuid-type", "table-prefix", "soft-delete", "timestamp-type"):
        assert told(tmp_path / rule, rule, [body], "mysql:9.7") == []


@pytest.mark.parametrize(
    ("kind", "guilty"),
    [
        ("TIMESTAMP WITH TIME ZONE", False),
        ("timestamptz(6)", False),
        ("TIMESTAMP", True),
        ("TIMESTAMPTZ(3)", True),
        ("DATE", True),
    ],
)
def test_a_time_of_another_type(tmp_path: Path, kind: str, guilty: bool) -> None:
    body = sql(f"CREATE TABLE notes (created_at {kind}, read_on DATE)")
    assert told(tmp_path, "timestamp-type", [body], "postgresql:15", **PG) == ["notes.created_at"] * guilty


def test_a_column_that_keeps_its_old_type_is_not_told_again(tmp_path: Path) -> None:
    made = sql("CREATE TABLE notes (tm_create DATETIME)")
    same = sql("ALTER TABLE notes MODIFY tm_create DATETIME NOT NULL")
    assert told(tmp_path, "timestamp-type", [made, same], "mysql:9.7", **MY) == ["notes.tm_create"]


@pytest.mark.parametrize(
    ("default", "guilty"),
    [
        ("", False),
        ("DEFAULT NULL", False),
        ("NULL", False),
        ("DEFAULT '9999-01-01 00:00:00'", True),
        ("NOT NULL", True),
        ("DEFAULT CURRENT_TIMESTAMP(6)", True),
    ],
)
def test_what_says_that_a_row_is_not_deleted(tmp_path: Path, default: str, guilty: bool) -> None:
    body = sql(f"CREATE TABLE notes (id INT PRIMARY KEY, tm_delete DATETIME(6) {default})")
    conventions = {"soft_delete": {"column": "tm_delete", "default": "NULL"}}
    assert told(tmp_path, "soft-delete", [body], "mysql:9.7", **conventions) == ["notes.tm_delete"] * guilty


@pytest.mark.parametrize("default", ["'9999-01-01 00:00:00.000000'", "('9999-01-01 00:00:00.000000')"])
def test_a_default_that_is_no_null(tmp_path: Path, default: str) -> None:
    conventions = {"soft_delete": {"column": "tm_delete", "default": "9999-01-01 00:00:00.000000"}}
    body = sql(f"CREATE TABLE notes (tm_delete DATETIME(6) NOT NULL DEFAULT {default})")
    assert told(tmp_path, "soft-delete", [body], "mysql:9.7", **conventions) == []
    other = sql("CREATE TABLE notes (tm_delete DATETIME(6))")
    assert told(tmp_path / "other", "soft-delete", [other], "mysql:9.7", **conventions) == ["notes.tm_delete"]


def test_a_table_without_the_column_is_told_where_most_have_it(tmp_path: Path) -> None:
    conventions = {**PG, "soft_delete": {"column": "deleted_at", "default": "NULL"}}
    with_it = [sql(f"CREATE TABLE t{n} (created_at TIMESTAMPTZ, deleted_at TIMESTAMPTZ)") for n in (1, 2)]
    without = [sql("CREATE TABLE notes (created_at TIMESTAMPTZ)"), sql("CREATE TABLE links (a INT, b INT)")]
    assert told(tmp_path, "soft-delete", [*with_it, *without], "postgresql:15", **conventions) == ["notes"]
    assert told(tmp_path / "few", "soft-delete", without, "postgresql:15", **conventions) == []


PREFIXES = {"table_prefixes": ["call_", "customer_"]}


@pytest.mark.parametrize("name", ["call_calls", "customer_notes", "tmp_notes", "notes_new", "alembic_version_x"])
def test_a_table_that_belongs_or_only_passes(tmp_path: Path, name: str) -> None:
    body = sql(f"CREATE TABLE {name} (id INT)")
    assert told(tmp_path, "table-prefix", [body], "mysql:9.7", **PREFIXES) == []


def test_a_table_that_belongs_to_nothing_by_any_name(tmp_path: Path) -> None:
    made = "op.create_table('call_notes', sa.Column('id', sa.Integer()))"
    assert told(
        tmp_path, "table-prefix", [made, "op.rename_table('call_notes', 'notes')"], "mysql:9.7", **PREFIXES
    ) == ["notes"]


def test_a_table_that_the_same_revision_takes_away_again(tmp_path: Path) -> None:
    body = "op.execute('CREATE TABLE copied (id INT)')\n    op.execute('DROP TABLE copied')"
    assert told(tmp_path, "table-prefix", [body], "mysql:9.7", **PREFIXES) == []
