"""What a kill takes back and what it does not, where an answer, a mark or a connection says less than it seems to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pytest
from pymysql.constants import CLIENT

from migkit import journal
from migkit.errors import StepFailed, TargetError
from migkit.model import Server
from migkit.model.release import Kind
from migkit.servers import login
from tests.conftest import ENV, MakeSchema
from tests.server.applying import ENGINES, MARIADB, MYSQL, POSTGRESQL, site
from tests.server.journals import Stage, connected, killed
from tests.server.test_release_apply import once, raw
from tests.server.test_release_journal import ADD, FILL, rows, settled, stage
from tests.server.test_release_resume import killed as killed_at

pytestmark = pytest.mark.server
__all__ = ["stage"]
family_of_mysql = pytest.mark.parametrize("server", ENGINES[:2], indirect=True)
on_mariadb = pytest.mark.parametrize("server", [MARIADB], indirect=True)
on_postgresql = pytest.mark.parametrize("server", [POSTGRESQL], indirect=True)


def elsewhere(stage: Stage) -> Stage:
    """Give the stage as another machine knows it: by the table alone."""
    journal.file.path("app", stage.found.target).unlink()
    return stage


GIVING = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.get_bind().execute(sa.text("INSERT INTO one VALUES (1) RETURNING id"))
op.execute("INSERT INTO one VALUES (2)")
op.execute("CREATE TABLE two (id INT)")
"""


@on_mariadb
@pytest.mark.parametrize("number", [3, 4])
def test_rows_that_a_changing_statement_gave_are_not_kept_by_its_answer(
    make_schema: MakeSchema, server: Server, tmp_path: Path, number: int
) -> None:
    """The end of rows says nothing of the transaction that was begun."""
    with site(make_schema, server, once(GIVING), tmp_path) as it:
        killed_at(it, number)
        assert it.fates()[:2] == ["applied", "gone"]
        it.release(resume=True)
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,)]


IN_ONE = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY); INSERT INTO one VALUES (1)")
op.execute("INSERT INTO one VALUES (2)")
op.execute("CREATE TABLE two (id INT)")
op.execute("CREATE TABLE three (id INT)")
"""


@family_of_mysql
@pytest.mark.parametrize("number", [2, 4])
def test_several_statements_in_one_are_not_kept_by_their_first_answer(
    make_schema: MakeSchema, server: Server, tmp_path: Path, number: int
) -> None:
    env = ENV.replace('"sqlalchemy.", ', f'"sqlalchemy.", connect_args={{"client_flag": {CLIENT.MULTI_STATEMENTS}}}, ')
    with site(make_schema, server, once(IN_ONE), tmp_path, env=env) as it:
        killed_at(it, number)
        if number == 2:  # nothing has committed the rows by then
            assert it.fates() == ["unknown"]
            assert it.asked("SELECT id FROM one") == []
            return
        assert it.fates() == ["applied", "applied", "applied"]
        it.release(resume=True)
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,)]


CALLED = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("CREATE PROCEDURE fill() BEGIN INSERT INTO one VALUES (1); SELECT 1; SELECT 2; END")
op.execute("CALL fill()")
op.execute("CREATE TABLE two (id INT)")
op.execute("CREATE TABLE three (id INT)")
"""


@family_of_mysql
def test_more_of_an_answer_is_no_lost_connection(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(CALLED), tmp_path) as it:
        killed_at(it, 5)
        assert it.fates() == ["applied"] * 4
        it.release(resume=True)
        assert it.asked("SELECT id FROM one") == [(1,)]


PAST = """
op.execute("CREATE TABLE one (id INT)")
op.execute("INSERT INTO one VALUES (1)")
op.get_bind().connection.commit()
{then}
op.execute("INSERT INTO one VALUES (2)")
op.execute("INSERT INTO one VALUES (3)")
"""
THEN = ("", 'op.get_bind().execute(sa.text("SELECT 1"))', "with op.get_context().autocommit_block():\n    pass")


@on_postgresql
@pytest.mark.parametrize("then", THEN)
def test_a_commit_past_sqlalchemy_leaves_what_was_before_it_unknown(
    make_schema: MakeSchema, server: Server, tmp_path: Path, then: str
) -> None:
    with site(make_schema, server, once(PAST.format(then=then)), tmp_path) as it:
        killed_at(it, 4)
        assert it.asked("SELECT id FROM one") == [(1,)]
        assert it.fates() == ["unknown", "unknown", "gone"]
        with pytest.raises(TargetError, match="nothing tells whether it was applied"):
            it.release(resume=True)
        it.release(resume=True, unknown="applied")
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,), (3,)]


@contextmanager
def heard() -> Iterator[list[str]]:
    """Hear what psycopg's cursors are given to send about marks."""
    said: list[str] = []
    real = psycopg.Cursor.execute

    def execute(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
        if "migkit_mark" in str(query):
            said.append(str(query))
        return real(cursor, query, *rest, **options)

    with mock.patch.object(psycopg.Cursor, "execute", execute):
        yield said


BLOCK = """
op.execute("CREATE TABLE one (id INT)")
for number in range(5):
    op.execute(f"INSERT INTO one VALUES ({number})")
with op.get_context().autocommit_block():
    op.execute("CREATE INDEX CONCURRENTLY i ON one (id)")
op.execute("INSERT INTO one VALUES (5)")
op.execute("INSERT INTO one VALUES (6)")
op.execute("INSERT INTO one VALUES (7)")
"""


@on_postgresql
def test_a_transaction_has_one_mark_where_it_is_committed_before_the_end(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(BLOCK), tmp_path) as it, heard() as said:
        it.release()
        assert len(said) == 1
        (line,) = it.kinds(Kind.marked)
        assert line.facts["numbers"] == [1, 2, 3, 4, 5, 6]
        (commits,) = it.kinds(Kind.commits)
        assert commits.facts == {"session": line.facts["session"], "marked": [1, 2, 3, 4, 5, 6]}
        kept = it.asked("SELECT seq, kind FROM migkit_journal ORDER BY seq")
        assert kept == [(one.seq, one.kind.value) for one in it.entries()]


@on_postgresql
@pytest.mark.parametrize("number", [2, 7, 8, 10])
def test_what_one_mark_names_is_not_sent_again(
    make_schema: MakeSchema, server: Server, tmp_path: Path, number: int
) -> None:
    with site(make_schema, server, once(BLOCK), tmp_path) as it:
        killed_at(it, number)
        kept = {2: 0, 7: 6}.get(number, 7)
        fates = it.fates()
        assert fates == ["applied"] * kept + ["gone"] * (len(fates) - kept)
        it.release(resume=True)
        assert it.asked("SELECT id FROM one ORDER BY id") == [(number,) for number in range(8)]


SAVED = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
{begins}
try:
    op.execute("INSERT INTO one VALUES (1)")
    op.execute("INSERT INTO one VALUES (1)")
except sa.exc.IntegrityError:
    {back}
op.execute("INSERT INTO one VALUES (2)")
with op.get_context().autocommit_block():
    op.execute("CREATE INDEX CONCURRENTLY i ON one (id)")
    op.execute("CREATE INDEX CONCURRENTLY j ON one (id)")
"""
SAVEPOINTS = {
    "SQLAlchemy": SAVED.format(begins="saved = op.get_bind().begin_nested()", back="saved.rollback()"),
    "SQL": SAVED.format(begins='op.execute("SAVEPOINT s")', back='op.execute("ROLLBACK TO s")'),
}


@on_postgresql
@pytest.mark.parametrize("how", SAVEPOINTS)
def test_what_went_with_a_savepoint_is_gone_though_the_rest_was_committed(
    make_schema: MakeSchema, server: Server, tmp_path: Path, how: str
) -> None:
    with site(make_schema, server, once(SAVEPOINTS[how]), tmp_path) as it:
        killed_at(it, 6)
        assert it.fates() == ["applied", "gone", "failed", "applied", "applied"]
        assert it.asked("SELECT id FROM one") == [(2,)]
        assert "could not be marked" not in it.log


BESIDE = """
op.execute("CREATE TABLE one (id INT)")
op.execute("INSERT INTO one VALUES (1)")
beside = sa.create_engine(op.get_bind().engine.url, isolation_level="AUTOCOMMIT")
with beside.connect() as other:
    other.execute(sa.text("CREATE TABLE two (id INT)"))
op.execute("INSERT INTO one VALUES (2)")
beside.dispose()
"""


@on_postgresql
@pytest.mark.parametrize("table", [True, False])
def test_another_connection_commits_nothing_of_an_open_transaction(
    make_schema: MakeSchema, server: Server, tmp_path: Path, *, table: bool
) -> None:
    with site(make_schema, server, once(BESIDE), tmp_path, table=table) as it:
        killed_at(it, 4)
        assert it.fates() == ["gone", "gone", "applied"]
        it.release(resume=True)
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,)]


@family_of_mysql
def test_another_machine_finds_the_mark_of_rows(stage: Stage) -> None:
    with killed(stage, "begin 2", f"whole 1 {FILL}", f"sent 2 {ADD}", f"run {ADD}"):
        pass
    settled(stage)
    one = elsewhere(stage).unfinished()[0].statements[0]
    assert (one.fate, one.why) == ("applied", "its mark in migkit_journal is committed")


@on_postgresql
def test_another_machine_finds_one_mark_for_all(stage: Stage) -> None:
    steps = (f"whole 1 {ADD}", f"whole 2 {FILL}", "autocommit", "whole 3 CREATE INDEX CONCURRENTLY i ON calls (name)")
    with killed(stage, "begin 4", *steps, f"sent 4 {FILL}"):
        pass
    settled(stage)
    assert elsewhere(stage).fates() == ["applied", "applied", "applied", "unknown"]


@family_of_mysql
def test_another_machine_knows_of_a_mark_that_was_refused(stage: Stage) -> None:
    with killed(stage, "begin 2", f"sent 1 {FILL}", f"run {FILL}") as process:
        rows(stage, "SELECT 1")
        with connected(stage, isolation_level="AUTOCOMMIT") as other:
            other.exec_driver_sql("RENAME TABLE migkit_journal TO away")
            process.start("done 1")
            process.reached()
            other.exec_driver_sql("RENAME TABLE away TO migkit_journal")
        process.start(f"sent 2 {ADD}")
        process.reached()
        process.start(f"run {ADD}")
        process.reached()
    settled(stage)
    assert elsewhere(stage).fates() == ["applied", "applied"]


@on_postgresql
def test_another_machine_knows_of_a_mark_that_a_role_may_not_put_in(stage: Stage) -> None:
    role = f"limited_{stage.found.address.database}"[-60:]
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{role}"')
        connection.exec_driver_sql(f'GRANT SELECT, UPDATE ON calls TO "{role}"')
        try:
            index = "CREATE INDEX CONCURRENTLY i ON calls (name)"
            steps = (f'run SET ROLE "{role}"', f"whole 1 {FILL}", "autocommit", "run RESET ROLE", f"sent 2 {index}")
            with killed(stage, "begin 2", *steps):
                pass
            settled(stage)
            assert rows(stage, "SELECT DISTINCT name FROM calls") == [("x",)]
            assert stage.fates() == elsewhere(stage).fates() == ["applied", "gone"]
        finally:
            connection.exec_driver_sql(f'DROP OWNED BY "{role}"')
            connection.exec_driver_sql(f'DROP ROLE "{role}"')


BATCHES = {
    "CALL": 'op.execute("CALL backfill()")',
    "DO": 'op.execute("DO $$ BEGIN UPDATE one SET n = n + 1 WHERE id = 1; COMMIT; '
    'UPDATE one SET n = n + 1 WHERE id = 2; END $$")',
}
BATCH = """
op.execute("CREATE TABLE two (id INT)")
with op.get_context().autocommit_block():
    {batch}
"""


@on_postgresql
@pytest.mark.parametrize("how", BATCHES)
def test_what_has_committed_a_part_is_not_sent_again(
    make_schema: MakeSchema, server: Server, tmp_path: Path, how: str
) -> None:
    with site(make_schema, server, once(BATCH.format(batch=BATCHES[how])), tmp_path) as it, raw(it) as (other, said):
        other.execute("CREATE TABLE one (id INT PRIMARY KEY, n INT)")
        other.execute("INSERT INTO one VALUES (1, 0), (2, 0)")
        other.execute(
            "CREATE PROCEDURE backfill() LANGUAGE plpgsql AS "
            "'BEGIN UPDATE one SET n = n + 1 WHERE id = 1; COMMIT; UPDATE one SET n = n + 1 WHERE id = 2; END'"
        )
        other.commit()
        said("SELECT id FROM one WHERE id = 2 FOR UPDATE")
        with pytest.raises(StepFailed):
            it.release()
        other.rollback()
        assert it.asked("SELECT n FROM one ORDER BY id") == [(1,), (0,)]
        assert it.fates() == ["applied", "unknown"]
        with pytest.raises(TargetError, match="nothing tells whether it was applied"):
            it.release(resume=True)


DROPPED = """
op.execute("CREATE TABLE one (id INT)")
op.execute("DROP TABLE one, nowhere")
"""


@family_of_mysql
def test_a_refused_statement_may_have_dropped_one_of_several_tables(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    """MariaDB takes each table by itself, MySQL all or none."""
    with site(make_schema, server, once(DROPPED), tmp_path) as it:
        with pytest.raises(StepFailed):
            it.release()
        mysql = server.engine.name == MYSQL
        assert it.fates() == ["applied", "failed" if mysql else "unknown"]
        assert it.tables() == ({"one"} if mysql else set())


@pytest.mark.parametrize("server", [MYSQL], indirect=True)
def test_a_warning_that_was_asked_for_hides_no_commit(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once('op.execute("CREATE TABLE one (id INT(11))")'), tmp_path) as it:
        it.release()
        (done,) = it.kinds(Kind.done)
        assert done.facts["warnings"]
        assert done.facts["pending"] is False


LEFT = """
op.execute("CREATE TABLE one (id INT)")
op.execute("INSERT INTO one VALUES (1), (1)")
with op.get_context().autocommit_block():
    op.execute("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON one (id)")
"""


@on_postgresql
def test_an_index_that_is_not_valid_is_not_taken_for_the_one_that_was_wanted(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(LEFT), tmp_path) as it:
        with pytest.raises(StepFailed):
            it.release()
        with pytest.raises(TargetError, match="left behind what is not finished") as refused:
            it.release(resume=True)
        drop = "DROP INDEX CONCURRENTLY public.i"
        assert drop in refused.value.remedy
        with login.connect(server, it.database.name, seconds=20) as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(drop)
        it.asked("DELETE FROM one WHERE ctid = (SELECT min(ctid) FROM one)")
        it.release(resume=True)
        assert it.asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(True,)]
