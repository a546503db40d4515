"""The journal on real servers: its table, marks in a migration's own transaction, and what is known after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from migkit import journal
from migkit.alembic_io.cursors import session_number
from migkit.journal.evidence import Eyes
from migkit.model import Database, Event, Server
from migkit.model.release import Kind, lock_name
from migkit.servers import databases, login
from tests.server.conftest import administrated
from tests.server.journals import REVISION, Stage, connected, killed, of, releasing

SERVERS = ("mysql:9.7", "mariadb:10.11", "postgresql:15")
MYSQL = SERVERS[:2]
everywhere = pytest.mark.parametrize("server", SERVERS, indirect=True)
on_mysql = pytest.mark.parametrize("server", MYSQL, indirect=True)
on_postgresql = pytest.mark.parametrize("server", SERVERS[2:], indirect=True)

ADD = "ALTER TABLE calls ADD COLUMN note varchar(20)"
FILL = "UPDATE calls SET name = 'x'"
MORE = "ALTER TABLE calls ADD COLUMN more varchar(20)"


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    made = of(database, tmp_path)
    with connected(made, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE TABLE calls (id int PRIMARY KEY, name varchar(20))")
        connection.exec_driver_sql("INSERT INTO calls VALUES (1, 'a'), (2, 'b')")
    return made


def rows(stage: Stage, sql: str) -> list[tuple[object, ...]]:
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds: the server takes a moment to see that a process is gone."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def settled(stage: Stage) -> None:
    until(lambda: "running" not in stage.fates())


@everywhere
def test_a_run_stands_in_the_file_and_in_the_table(stage: Stage) -> None:
    with releasing(stage) as release:
        release.begin("2")
        release.whole("1", ADD)
        release.whole("2", FILL)
        release.end()
        release.committed()
        release.ended()
    kept = journal.kept(stage.schema, "production")
    kinds = ["run", "revision", "sent", "done", "sent", "done", "committed", "ended"]
    assert [one.kind.value for one in kept] == kinds
    listed = "SELECT seq, kind, revision, number, hash FROM migkit_journal ORDER BY run, seq"
    assert rows(stage, listed) == [(one.seq, one.kind.value, one.revision, one.number, one.hash) for one in kept]
    assert journal.entries(stage.schema, stage.found) == kept
    assert stage.unfinished([REVISION.id]) == ()


@everywhere
def test_a_mark_is_committed_with_its_rows(stage: Stage) -> None:
    kind = "marked" if stage.found.engine.transactional_ddl else "done"
    marks = f"SELECT count(*) FROM migkit_journal WHERE kind = '{kind}'"
    with releasing(stage) as release:
        release.begin()
        release.whole("1", FILL)
        assert rows(stage, marks) == [(0,)]
        release.commit()
        assert rows(stage, marks) == [(1,)]
        release.whole("2", "UPDATE calls SET name = 'y'")
        release.connection.rollback()
        assert rows(stage, marks) == [(1,)]
    assert stage.fates() == ["applied", "gone"]


@on_mysql
def test_a_mark_leaves_the_last_number_that_was_given(stage: Stage) -> None:
    with releasing(stage) as release:
        release.begin()
        release.run("CREATE TABLE numbered (id int PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 77")
        release.whole("1", "INSERT INTO numbered VALUES ()")
        assert release.connection.exec_driver_sql("SELECT LAST_INSERT_ID()").scalar() == 77


@everywhere
def test_a_mark_that_is_refused_does_not_disturb_the_migration(stage: Stage) -> None:
    events: list[Event] = []
    with releasing(stage, events.append) as release:
        release.begin()
        release.sent("1", FILL)
        with connected(stage, isolation_level="AUTOCOMMIT") as other:
            other.exec_driver_sql("ALTER TABLE migkit_journal DROP COLUMN message")
        release.run(FILL)
        release.done("1")
        release.commit()
    assert rows(stage, "SELECT DISTINCT name FROM calls") == [("x",)]
    assert [event.message for event in events if "migkit_journal" in event.message]
    answers = [one for one in journal.kept(stage.schema, "production") if one.kind is Kind.done]
    assert answers[-1].facts["marked"] is False
    assert answers[-1].facts["lost"] is False


@everywhere
def test_a_table_that_fails_is_said_once_and_the_file_goes_on(stage: Stage) -> None:
    events: list[Event] = []
    with releasing(stage, events.append) as release:
        release.begin("2")
        with connected(stage, isolation_level="AUTOCOMMIT") as other:
            other.exec_driver_sql("DROP TABLE migkit_journal")
        release.autocommit()
        release.whole("1", ADD)
        release.whole("2", MORE)
        release.committed()
        release.ended()
    assert len(events) == 1
    assert "migkit_journal takes no more lines" in events[0].message
    assert [one.seq for one in journal.kept(stage.schema, "production")] == list(range(1, 9))


@everywhere
def test_a_login_that_may_make_no_table_has_the_file_alone(stage: Stage, database: Database, tmp_path: Path) -> None:
    engine = database.server.engine
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        for statement in READER[engine.dialect]:
            connection.exec_driver_sql(statement.format(name=database.name))
    found = stage.found.url.set(username=f"reader_{database.name}"[-30:], password="r")
    poor = of(database, tmp_path)
    object.__setattr__(poor.found, "url", found)
    events: list[Event] = []
    with releasing(poor, events.append) as release:
        assert not release.book.has_table
        release.begin()
        release.whole("1", FILL)
        release.end()
    assert "cannot be made" in events[0].message
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        for statement in DROPPED[engine.dialect]:
            connection.exec_driver_sql(statement.format(name=database.name))
    assert journal.kept(poor.schema, "production")[-1].facts == {"rows": 2, "pending": True}


READER = {
    "mysql": (
        "CREATE USER `reader_{name}` IDENTIFIED BY 'r'",
        "GRANT SELECT, UPDATE ON `{name}`.* TO `reader_{name}`",
    ),
    "postgresql": (
        "CREATE ROLE \"reader_{name}\" LOGIN PASSWORD 'r'",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        'GRANT SELECT, UPDATE ON calls TO "reader_{name}"',
    ),
}
DROPPED = {
    "mysql": ("DROP USER `reader_{name}`",),
    "postgresql": ('DROP OWNED BY "reader_{name}"', 'DROP ROLE "reader_{name}"'),
}


@on_mysql
def test_a_kill_after_a_statement_of_ddl_leaves_what_the_catalogue_shows(stage: Stage) -> None:
    with killed(stage, "begin 2", f"sent 1 {ADD}", f"run {ADD}"):
        pass
    settled(stage)
    (one,) = stage.unfinished()
    assert journal.said(one) == ("upgrade of revision a1: statement 1 of 2 applied, 2 not started")
    assert "`note` varchar(20)" in one.statements[0].why


@on_mysql
def test_a_kill_before_a_statement_of_ddl_leaves_what_the_catalogue_shows(stage: Stage) -> None:
    with killed(stage, "begin 2", f"whole 1 {ADD}", f"sent 2 {MORE}"):
        pass
    settled(stage)
    assert stage.fates() == ["applied", "gone"]


@everywhere
def test_rows_that_a_kill_took_back_are_gone(stage: Stage) -> None:
    with killed(stage, "begin 3", f"whole 1 {FILL}", f"sent 2 {FILL}"):
        pass
    settled(stage)
    assert stage.fates() == ["gone", "gone", "waiting"]
    assert rows(stage, "SELECT DISTINCT name FROM calls ORDER BY 1") == [("a",), ("b",)]


@on_mysql
def test_rows_that_a_later_ddl_committed_are_applied(stage: Stage) -> None:
    with killed(stage, "begin 2", f"whole 1 {FILL}", f"sent 2 {ADD}", f"run {ADD}"):
        pass
    settled(stage)
    assert stage.fates() == ["applied", "applied"]
    with killed(stage, "begin 2", f"whole 1 {FILL}", f"sent 2 {MORE}"):
        pass
    settled(stage)
    assert stage.fates() == ["gone", "gone"]


@on_mysql
def test_without_the_table_rows_of_an_open_transaction_are_unknown(database: Database, tmp_path: Path) -> None:
    stage = of(database, tmp_path, table=False)
    rows_of = "CREATE TABLE calls (id int PRIMARY KEY, name varchar(20))"
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(rows_of)
    with killed(stage, "begin 2", "whole 1 INSERT INTO calls VALUES (1, 'a')", f"sent 2 {ADD}"):
        pass
    settled(stage)
    assert stage.fates() == ["unknown", "gone"]


@on_mysql
def test_a_statement_that_outlives_a_kill_is_running_until_it_has_ended(stage: Stage) -> None:
    with connected(stage) as holder:
        holder.exec_driver_sql("SELECT * FROM calls")
        with killed(stage, "begin 1", f"sent 1 {ADD}") as process:
            process.start(f"run {ADD}")
            waiting = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'ALTER%'"
            until(lambda: rows(stage, waiting) == [(1,)])
        assert stage.fates() == ["running"]
        (one,) = stage.unfinished()
        assert "has ended" in journal.remedy(one, "app", "production")
        holder.rollback()
    settled(stage)
    assert stage.fates() == ["applied"]


@everywhere
def test_a_statement_that_the_server_refused_has_failed(stage: Stage) -> None:
    with killed(stage, "begin 3", f"whole 1 {ADD}", "whole 2 ALTER TABLE nowhere ADD COLUMN a int"):
        pass
    settled(stage)
    (one,) = stage.unfinished()
    fates = {"applied": "statement 1 of 3 applied"}
    told = journal.said(one)
    assert "nowhere" in told
    assert told.endswith("3 not started")
    kept = one.statements[0].fate.value
    assert kept == ("gone" if stage.found.engine.transactional_ddl else "applied")
    assert fates.get(kept, "statement 1 of 3 is not applied") in told


@on_postgresql
def test_an_index_that_a_kill_left_unfinished_is_to_be_dropped(stage: Stage) -> None:
    concurrently = "CREATE INDEX CONCURRENTLY IF NOT EXISTS calls_name ON calls (name)"
    with connected(stage) as holder:
        holder.exec_driver_sql("UPDATE calls SET name = 'z'")
        with killed(stage, "begin 1", "autocommit", f"sent 1 {concurrently}") as process:
            process.start(f"run {concurrently}")
            waiting = (
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'"
            )
            until(lambda: rows(stage, waiting) == [(1,)])
        assert stage.fates() == ["running"]
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%'"
        rows(stage, ended)
        settled(stage)
    (one,) = stage.unfinished()
    assert one.statements[0].fate.value == "failed"
    assert "calls_name" in one.statements[0].why
    assert one.statements[0].left == ("DROP INDEX CONCURRENTLY public.calls_name",)
    assert journal.partial(one)
    with connected(stage, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(one.statements[0].left[0])
    (one,) = stage.unfinished()
    assert (one.statements[0].fate.value, one.statements[0].left) == ("gone", ())


@on_postgresql
def test_what_ran_before_a_statement_of_its_own_transaction_is_applied(stage: Stage) -> None:
    index = "CREATE INDEX CONCURRENTLY calls_name ON calls (name)"
    with killed(stage, "begin 2", f"whole 1 {ADD}", "autocommit", f"sent 2 {index}", f"run {index}"):
        pass
    settled(stage)
    assert stage.fates() == ["applied", "applied"]


@everywhere
def test_a_resumed_run_knows_what_the_first_one_applied(stage: Stage) -> None:
    with killed(stage, "begin 3", f"whole 1 {ADD}", "commit", f"sent 2 {FILL}"):
        pass
    settled(stage)
    (one,) = stage.unfinished()
    with killed(stage, f"begin 3 {one.run}"):
        pass
    settled(stage)
    assert stage.fates()[0] == "applied"
    with killed(stage, f"begin 3 {one.run}", f"passed 1 {ADD}", f"whole 2 {FILL}", "commit", "committed", "ended"):
        pass
    assert stage.unfinished() == ()


@everywhere
def test_what_is_too_long_for_the_table_loses_no_more_than_it_must(stage: Stage) -> None:
    many = "; ".join(f"wide_{number}" for number in range(3)) + "é" * 70_000
    with releasing(stage) as release:
        release.begin()
        release.sent("1", f"UPDATE calls SET name = '{many}'")
        release.ended("stopped")
    path = journal.file.path("app", stage.found.target)
    path.unlink()
    (sent,) = [one for one in journal.entries(stage.schema, stage.found) if one.kind is Kind.sent]
    assert 50_000 < len(sent.sql) < 70_000
    assert sent.facts["pending"] is True


@everywhere
def test_a_session_of_another_login_is_known_by_the_lock_that_it_holds(server: Server, tmp_path: Path) -> None:
    with databases.throwaway(server) as database:
        mine, other = of(database, tmp_path), of(administrated(database), tmp_path)
        lock = lock_name(database.name)
        lease = login.console(server.engine).lease()
        with connected(mine, isolation_level="AUTOCOMMIT") as own:
            eyes = Eyes(server.engine, own)
            with connected(other, isolation_level="AUTOCOMMIT") as worker:
                name = eyes.session(session_number(worker))
                for question in lease.working(lock):
                    if worker.exec_driver_sql(question).scalar() == 1:
                        break
                assert eyes.doing([name], lock) == {name: ""}
            until(lambda: eyes.doing([name], lock) == {name: None})
