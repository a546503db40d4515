"""What a rollback is said to destroy: of each statement, also of those that can only be named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migkit.model import Revision
from migkit.model.release import PlannedRevision, PlannedStatement
from migkit.product import Family
from migkit.release.losing import Destroyed, losses

MADE, PURGE = "DO $$ BEGIN EXECUTE made(); END $$", "DO $$ BEGIN PERFORM purge(); END $$"
REVISION = PlannedRevision(Revision("r1", "r1", Path("r1.py"), ()), "downgrade", ())


def lost(sql: str, family: Family = "postgresql", **fields: object) -> list[tuple[str, str, str]]:
    sent = replace(PlannedStatement(1, sql), **fields)  # type: ignore[arg-type]  # a test names real fields
    found = list(losses(replace(REVISION, statements=(sent,)), family))
    assert all(one.revision == "r1" and one.rows is None for one in found)
    return [(one.table, one.column, one.why) for one in found]


@pytest.mark.parametrize(
    ("family", "sql", "said"),
    [
        ("mysql", "DROP TABLE a, b", [("a", "", ""), ("b", "", "")]),
        ("mysql", "DROP TEMPORARY TABLE a", []),
        ("mysql", "ALTER TABLE a DROP COLUMN b, DROP COLUMN c", [("a", "b", ""), ("a", "c", "")]),
        ("mysql", "CREATE OR REPLACE TABLE a (b INT)", [("a", "", "")]),
        ("mysql", "DELETE FROM a WHERE b = 1", [("a", "", "DELETE changes its rows")]),
        ("mysql", "REPLACE INTO a VALUES (1)", [("a", "", "REPLACE changes its rows")]),
        (
            "mysql",
            "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE b = 2",
            [("a", "", "INSERT changes its rows where their keys are there")],
        ),
        ("mysql", "ALTER TABLE a DROP PARTITION p0", [("a", "", "DROP PARTITION takes rows")]),
        ("mysql", "ALTER TABLE a TRUNCATE PARTITION p0", [("a", "", "TRUNCATE PARTITION takes rows")]),
        ("mysql", "ALTER TABLE a EXCHANGE PARTITION p0 WITH TABLE b", [("a", "", "EXCHANGE PARTITION takes rows")]),
        ("mysql", "DROP DATABASE app", [("", "", "DROP DATABASE app takes all that is there")]),
        ("mysql", "DROP SCHEMA app", [("", "", "DROP SCHEMA app takes what is in it")]),
        ("mysql", "CALL purge()", [("", "", "it cannot be read whole: CALL purge()")]),
        ("mysql", "DO purge()", [("", "", "what its functions do is not known: DO purge()")]),
        (
            "postgresql",
            "TRUNCATE a CASCADE",
            [("a", "", "TRUNCATE changes its rows and of what refers to it")],
        ),
        (
            "postgresql",
            "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE",
            [("a", "", "MERGE changes its rows")],
        ),
        ("postgresql", "DROP SCHEMA app CASCADE", [("", "", "DROP SCHEMA app takes what is in it")]),
        ("postgresql", "DROP TYPE mood CASCADE", [("", "", "DROP TYPE mood CASCADE takes what depends on it")]),
        (
            "postgresql",
            "DROP EXTENSION hstore CASCADE",
            [("", "", "DROP EXTENSION hstore CASCADE takes what depends on it")],
        ),
        ("postgresql", "DROP OWNED BY app", [("", "", "DROP OWNED BY app takes all that is there")]),
        ("postgresql", "SELECT purge_all()", [("", "", "what its functions do is not known: SELECT purge_all()")]),
        (
            "postgresql",
            "ALTER TABLE a ALTER b TYPE varchar(2) USING left(b, 2)",
            [("a", "b", "USING left(b, 2) makes its values others")],
        ),
        ("postgresql", "DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$", [("a", "", "")]),
        ("postgresql", MADE, [("", "", f"it cannot be read whole: {MADE}")]),
        ("postgresql", PURGE, [("", "", f"what its functions do is not known: {PURGE}")]),
    ],
)
def test_what_a_statement_destroys_is_said(family: Family, sql: str, said: list[tuple[str, str, str]]) -> None:
    assert lost(sql, family) == said


@pytest.mark.parametrize(
    "sql",
    [
        "DROP INDEX i",
        "DROP VIEW v CASCADE",
        "DROP TYPE mood",
        "ALTER TABLE a ADD COLUMN b int",
        "ALTER TABLE a DROP CONSTRAINT c",
        "ALTER TABLE a ALTER b TYPE bigint",
        "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING",
        "CREATE TABLE a (b int)",
        "ALTER DATABASE app SET timezone = 'UTC'",
    ],
)
def test_what_destroys_nothing_is_not_named(sql: str) -> None:
    assert lost(sql) == []


def test_what_an_earlier_run_has_applied_is_not_lost_again() -> None:
    assert lost("DROP TABLE a", applied=True) == []


def test_a_guarded_operation_is_named_with_its_table() -> None:
    said = "-- migkit.ops.drop_table_if_exists: drop table a"
    assert lost(said, table="a") == [("a", "", f"not known before it runs: {said}")]


def test_a_revision_that_asks_the_database_is_named_once() -> None:
    sent = PlannedStatement(1, "-- op.drop_table: drop table a", table="a")
    one = replace(REVISION, statements=(sent,), unknown="it asks the database while it runs")
    why = "its SQL is not known before it runs: it asks the database while it runs"
    assert list(losses(one, "mysql")) == [Destroyed("r1", "", why=why)]


def test_a_password_is_not_shown() -> None:
    ((_table, _column, why),) = lost("EXECUTE IMMEDIATE \"CREATE USER a IDENTIFIED BY 'S3c!'\"", "mysql")
    assert why == "it cannot be read whole: EXECUTE IMMEDIATE \"CREATE USER a IDENTIFIED BY '***'\""
