"""What a run that goes on asks of its operator, and what it refuses; which statements only read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migkit import hashes, reads
from migkit.alembic_io.unseen import bare
from migkit.applying import resuming
from migkit.applying.resuming import Numbers
from migkit.errors import ConfigError, TargetError
from migkit.model.release import Fate
from tests.release.test_applying import CREATE, INDEX, INSERT, plan, take, told

UNKNOWN = told((CREATE, Fate.applied), (INSERT, Fate.unknown), (INDEX, Fate.unknown))


def test_each_unknown_statement_can_have_an_answer_of_its_own() -> None:
    given = resuming.answered(UNKNOWN, "2=applied, 3=gone")
    assert [one.fate for one in given.statements] == [Fate.applied, Fate.applied, Fate.gone]
    assert given.statements[1].why == "the operator looked"
    resuming.askable(given, plan())
    half = resuming.answered(UNKNOWN, "3=applied")
    with pytest.raises(TargetError, match="statement 2 of a1 was sent and never answered") as asked:
        resuming.askable(half, plan())
    assert "--unknown 2=applied" in asked.value.remedy


def test_an_answer_about_another_statement_is_refused() -> None:
    with pytest.raises(ConfigError, match="statement 1 of a1 is not unknown") as refused:
        resuming.answered(UNKNOWN, "1=gone,2=applied")
    assert refused.value.remedy == "answer for these alone: 2, 3"


@pytest.mark.parametrize(
    "said", ["maybe", "2", "2=maybe", "=gone", "x=gone", "applied,2=gone", "2=gone,applied", "gone,applied", "2=gone,"]
)
def test_an_answer_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(ConfigError, match="--unknown"):
        resuming.answers(said)


def test_values_that_are_made_as_it_runs_are_told_from_another_text() -> None:
    sql = "INSERT INTO one VALUES (%(id)s)"
    known = told((CREATE, Fate.applied), (sql, Fate.applied))
    statements = (known.statements[0], replace(known.statements[1], hash=hashes.statement(sql, {"id": "a-uuid"})))
    numbers = Numbers(replace(known, statements=statements))
    take(numbers, CREATE)
    with pytest.raises(TargetError, match="sends other parameters than the run that it resumes") as refused:
        numbers.take(sql, hashes.statement(sql, {"id": "another"}))
    assert refused.value.message.count(sql) == 1
    assert "put the revision's file back" not in refused.value.remedy


def test_what_a_statement_left_unfinished_is_dropped_first() -> None:
    left = told((CREATE, Fate.applied), (INDEX, Fate.failed))
    drop = "DROP INDEX CONCURRENTLY two"
    last = replace(left.statements[1], why="it left what is not valid", left=(drop,), stuck=True)
    with pytest.raises(TargetError, match="statement 2 of a1 left behind what is not finished") as refused:
        resuming.askable(replace(left, statements=(left.statements[0], last)), plan())
    assert drop in refused.value.remedy


def test_a_session_that_nobody_uses_any_more_can_be_ended() -> None:
    running = replace(told((CREATE, Fate.running)), session="12 since 1")
    with pytest.raises(TargetError) as refused:
        resuming.askable(running, plan(), "KILL {}".format)
    assert refused.value.remedy.endswith("end its session: KILL 12")


BARE = b"""
from alembic import op
# cursor = op.get_bind().connection.cursor()
SAID = "raw_connection().cursor()"


def upgrade():
    cursor = op.get_bind().connection.cursor()
    cursor.execute("UPDATE one SET id = 2")


def downgrade():
    cursor = {}
"""


def test_a_drivers_own_cursor_is_seen_in_the_code_that_runs() -> None:
    assert bare(BARE, "upgrade") == 8
    assert bare(BARE, "downgrade") == 0
    assert bare(b"x.engine.raw_connection()", "upgrade") == 1
    assert bare(b"a.cursor = cursor(b.cursor)", "upgrade") == 0
    assert bare(b"not python", "upgrade") == 0
    with pytest.raises(TargetError, match="a1, line 8, takes a driver's own cursor"):
        resuming.seen(UNKNOWN, BARE)
    resuming.seen(replace(UNKNOWN, direction="downgrade"), BARE)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH t AS (SELECT id FROM one) SELECT * FROM t",
        "WITH RECURSIVE t(n, m) AS (SELECT 1, 2 UNION ALL SELECT n + 1, m FROM t) SELECT count(*) FROM t",
        *("SELECT date_format(now(), '%Y'), json_unquote(a), floor(b) FROM one", "SELECT to_char(now(), 'YYYY')"),
        *("EXPLAIN DELETE FROM one", "DESCRIBE one", "SELECT id FROM one FOR UPDATE", "SET x = 1"),
    ],
)
def test_what_only_reads(sql: str) -> None:
    assert reads.reads(sql)


@pytest.mark.parametrize(
    "sql",
    [
        *("EXPLAIN ANALYZE DELETE FROM one", "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM one", "explain analyse select 1"),
        "WITH t AS (DELETE FROM one RETURNING id) SELECT * FROM t",
        *("WITH t AS (SELECT 1) UPDATE one SET id = 2", "WITH t AS (SELECT backfill(1)) SELECT * FROM t"),
        *("SELECT backfill(id) AS n FROM one", "SELECT setval('a', 1)", "SELECT 1 INTO two"),
    ],
)
def test_what_may_do_more_than_read(sql: str) -> None:
    assert not reads.reads(sql)


def test_what_keeps_a_statement_from_being_a_read_is_named() -> None:
    assert reads.unsure("SELECT floor(a), backfill(id) AS n FROM one") == "backfill"
    assert reads.unsure("WITH t(n) AS (SELECT setval('a', 1)) SELECT * FROM t") == "setval"
    assert reads.unsure("SELECT floor(a) FROM one") == reads.unsure("INSERT INTO one VALUES (f(1))") == ""


def test_a_setting_asks_nothing() -> None:
    assert reads.sets("SET x = 1")
    assert not reads.sets("SELECT 1")
