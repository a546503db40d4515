"""Statements that touch no row although there are some, and values that arrive changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.judge import State
from migkit.model import Finding, Revision, Severity, Snapshot
from migkit.model.rehearsal import Sent
from migkit.rehearsal.effects import findings


@pytest.fixture
def revision(tmp_path: Path) -> Revision:
    path = tmp_path / "a1_add.py"
    path.write_text("def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n", encoding="utf-8")
    return Revision("a1", "add", path, ())


def found(revision: Revision, *sent: Sent, **rows: int) -> list[Finding]:
    state = State(Snapshot({}), {f"public.{name}": f"{count}:x" for name, count in rows.items()})
    return list(findings(revision, sent, state, state))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE one SET a = 1 WHERE a = NULL",
        "update `app`.`one` set a = 1 -- why",
        'DELETE FROM "public"."one" WHERE a = 2',
        "INSERT INTO two (a) SELECT a FROM one WHERE a = 'gone'",
        "INSERT INTO one (a) SELECT a + 1 FROM one WHERE a = 9",
        "REPLACE INTO two SELECT * FROM one WHERE a = 9",
        "WITH w AS (SELECT a FROM one) UPDATE one SET a = 1 FROM w WHERE w.a = 9",
        "DELETE FROM one WHERE a NOT IN (SELECT a FROM three)",
    ],
)
def test_a_backfill_that_touches_no_row_is_found(revision: Revision, statement: str) -> None:
    (finding,) = found(revision, Sent(statement, line=7, rows=0), one=20, two=0, three=2)
    assert (finding.rule, finding.severity, finding.line) == ("backfill-matches-nothing", Severity.warning, 7)
    assert "one has 20 rows" in finding.message


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO one (a) VALUES (1)",
        "INSERT INTO one (a) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM one WHERE a = 1)",
        "INSERT INTO one (a) SELECT a FROM three ON CONFLICT DO NOTHING",
        "INSERT IGNORE INTO one (a) SELECT a FROM three",
        "INSERT one SELECT 1",
        "UPDATE empty SET a = 1",
        "UPDATE one SET a = 1 FROM empty WHERE empty.a = one.a",
        "UPDATE unknown SET a = 1",
        "CREATE TABLE one AS SELECT * FROM three",
        "SELECT a FROM one",
        "ALTER TABLE one ADD COLUMN b INT",
        "INSERT INTO one (a) VALUES ('SELECT a FROM three')",
    ],
)
def test_what_is_no_backfill_or_had_no_rows_to_work_on(revision: Revision, statement: str) -> None:
    assert found(revision, Sent(statement, line=7, rows=0), one=20, three=2, empty=0) == []


@pytest.mark.parametrize("rows", [1, -1])
def test_a_backfill_that_touched_rows_or_may_have(revision: Revision, rows: int) -> None:
    assert found(revision, Sent("UPDATE one SET a = 1", line=7, rows=rows), one=20) == []


def test_a_loop_is_judged_as_a_whole(revision: Revision) -> None:
    one, other = Sent("UPDATE one SET a = 1", 7, 0), Sent("UPDATE one SET a = 2", 7, 3)
    assert found(revision, one, other, one=20) == []
    assert len(found(revision, one, one, one=20)) == 1


@pytest.mark.parametrize(
    ("statement", "warning", "rule", "severity"),
    [
        ("INSERT IGNORE INTO one SELECT * FROM two", "1265 Data truncated", "value-changed", Severity.error),
        ("INSERT IGNORE INTO one SELECT * FROM two", "1062 Duplicate entry", "value-changed", Severity.warning),
        ("ALTER TABLE one MODIFY a VARCHAR(2)", "1265 Data truncated", "value-changed", Severity.error),
        ("UPDATE one SET a = b", "1300 Invalid utf8mb4 string", "value-changed", Severity.error),
        ("SELECT a + 'x' FROM one", "1292 Truncated incorrect value", "server-warning", Severity.note),
        ("CREATE TABLE one (a INT(11))", "1681 Integer display width", "server-warning", Severity.note),
        ("ALTER TABLE a RENAME TO b", "42622 identifier will be truncated", "server-warning", Severity.note),
    ],
)
def test_what_the_server_said_of_a_statement(
    revision: Revision, statement: str, warning: str, rule: str, severity: Severity
) -> None:
    (finding,) = found(revision, Sent(statement, 7, 3, (warning, warning)), one=20)
    assert (finding.rule, finding.severity, finding.line) == (rule, severity, 7)
    assert warning in finding.message
    assert "1 more" in finding.message


def test_what_is_said_of_each_turn_of_a_loop_is_told_once(revision: Revision) -> None:
    sent = Sent("UPDATE one SET a = b", 7, 1, ("1265 Data truncated for column 'a' at row 1",))
    assert len(found(revision, sent, sent, one=20)) == 1
