"""Which statements of a step a cut leaves, and which cuts come to the same."""

from __future__ import annotations

import pytest

from migkit.model.rehearsal import Sent
from migkit.reads import reads
from migkit.rehearsal.points import end, points


def sent(*told: tuple[str, int | None]) -> list[Sent]:
    return [Sent(statement, kept=kept) for statement, kept in told]


@pytest.mark.parametrize(
    ("told", "expected", "last"),
    [
        ([], (), 0),
        ([("CREATE TABLE a (b INT)", 1), ("CREATE INDEX i ON a (b)", 2)], (1, 2), 2),
        ([("CREATE TABLE a (b INT)", 0), ("CREATE INDEX i ON a (b)", 0)], (0, 0), 2),
        ([("INSERT INTO a VALUES (1)", 0), ("DROP TABLE b", 2), ("UPDATE a SET b = 1", 2)], (0, 2, 2), 3),
        ([("SHOW TABLES", 1), ("CREATE TABLE a (b INT)", 2), ("SELECT * FROM a", 3)], (0, 2, 2), 2),
        ([("SELECT 1", 1), ("SHOW TABLES", 2)], (0, 0), 0),
        ([("CREATE TABLE a (b INT)", None), ("UPDATE a SET b = 1", None)], (1, 2), 2),
        ([("CREATE TABLE a (b INT)", 1), ("CREATE INDEX CONCURRENTLY i ON a (b)", 2)], (1, 2), 2),
    ],
)
def test_cuts_that_come_to_the_same_have_one_point(
    told: list[tuple[str, int | None]], expected: tuple[int, ...], last: int
) -> None:
    assert points(sent(*told)) == expected
    assert end(sent(*told)) == last


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM a WHERE b IN (1, 2)",
        "/* why */ select version_num from alembic_version",
        "SHOW CREATE TABLE a",
        'PRAGMA main.table_info("a")',
        "SET foreign_key_checks = 0",
        "SELECT a FROM b -- and no more",
        "SELECT concat_ws(' ', 'DEFAULT nextval(', quote_literal(a)) FROM b WHERE c = 'it''s $$ -- ; INTO d'",
        "SHOW CREATE TABLE `a; INTO b`",
        "/* migkit compares */ CREATE TEMP TABLE a (LIKE a)",
    ],
)
def test_what_reads(statement: str) -> None:
    assert reads(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * INTO b FROM a",
        "SELECT setval('s', 1)",
        "SELECT create_everything()",
        'SELECT "create_everything"()',
        "SELECT `create_everything` ()",
        "SELECT 'it', create_everything(), 's'",
        r"SELECT 'it\'s', create_everything(), ' or not'",
        "SELECT $$'$$, create_everything(), $$'$$",
        "SELECT 1 -- '\n, create_everything() -- '",
        "SELECT /* ' */ create_everything() /* ' */",
        "SELECT 1; DROP TABLE a",
        "SET foreign_key_checks = 0; DROP TABLE a",
        "PRAGMA user_version = 3",
        "INSERT INTO a SELECT 1",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
        "",
    ],
)
def test_what_is_not_known_to_read(statement: str) -> None:
    assert not reads(statement)
