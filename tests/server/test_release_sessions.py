"""The sessions of a release: kept alive, given up by the server, and what waits for a lock in them tried again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from migkit.errors import StepFailed, TargetError
from migkit.model import Server
from migkit.model.release import Kind, lock_name
from tests.conftest import ENV, MakeSchema
from tests.server.applying import ENGINES, MARIADB, POSTGRESQL, Site, site
from tests.server.test_release_apply import HELD, NOTHING, held, once, raw, stopping_at

pytestmark = pytest.mark.server
each_engine = pytest.mark.parametrize("server", ENGINES, indirect=True)
family_of_mysql = pytest.mark.parametrize("server", ENGINES[:2], indirect=True)
postgresql = pytest.mark.parametrize("server", [POSTGRESQL], indirect=True)
beating: Any
session: Any
beating, session = (import_module(f"migkit.applying.{one}") for one in ("beating", "session"))
WAIT = {"mysql": "DO SLEEP(3)", "mariadb": "DO SLEEP(3)", "postgresql": "DO $$ BEGIN PERFORM pg_sleep(3); END $$"}


@each_engine
def test_the_kits_own_session_outlives_a_statement_that_takes_its_time(
    make_schema: MakeSchema, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "IDLE", 1.0)
    monkeypatch.setattr(beating, "EACH", 0.2)
    bodies = {
        "a1": f'def upgrade():\n    op.execute("{WAIT[server.engine.family]}")\n\n\n{NOTHING}',
        "b2": f'def upgrade():\n    op.execute("CREATE TABLE one (id INT)")\n\n\n{NOTHING}',
    }
    with site(make_schema, server, bodies, tmp_path) as it:
        assert [one.revision for one in it.release()] == ["a1", "b2"]


def shown(it: Site) -> dict[str, str]:
    return dict(it.asked("SELECT name, value FROM settings"))  # type: ignore[arg-type]  # rows of two


@postgresql
def test_postgresql_gives_up_a_migration_whose_client_is_gone(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    body = "op.execute('CREATE TABLE settings AS SELECT name, setting AS value FROM pg_settings')"
    with site(make_schema, server, once(body), tmp_path) as it:
        it.asked(f'ALTER ROLE "{it.database.user}" SET idle_session_timeout = 7000')
        it.release()
        said = shown(it)
        assert said["tcp_keepalives_idle"] == "30"
        assert said["tcp_keepalives_interval"] == "10"
        assert said["tcp_keepalives_count"] == "3"
        assert said["tcp_user_timeout"] == "60000"
        assert said["idle_in_transaction_session_timeout"] == "3600000"
        assert said["idle_session_timeout"] == "7000"  # what somebody set stays


@family_of_mysql
@pytest.mark.parametrize(("own", "then"), [("28800", "3600"), ("600", "600")])
def test_mysql_gives_up_a_migration_that_does_nothing(
    make_schema: MakeSchema, server: Server, tmp_path: Path, own: str, then: str
) -> None:
    body = "op.execute(\"CREATE TABLE settings AS SELECT 'wait_timeout' AS name, @@SESSION.wait_timeout AS value\")"
    told = f'poolclass=pool.NullPool, connect_args={{"init_command": "SET SESSION wait_timeout = {own}"}}'
    env = ENV.replace("poolclass=pool.NullPool", told)
    with site(make_schema, server, once(body), tmp_path, env=env) as it:
        it.release()
        assert {name: str(value) for name, value in shown(it).items()} == {"wait_timeout": then}


@each_engine
def test_a_session_that_is_left_over_can_be_ended_by_what_is_said(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    body = once('op.execute("CREATE TABLE one (id INT)")')
    with site(make_schema, server, body, tmp_path) as it, raw(it) as (_left, said):
        lease = server.engine.console.lease()  # type: ignore[union-attr]
        assert said(lease.working(lock_name(it.database.name))[0]) == 1
        with pytest.raises(TargetError) as refused:
            it.release()
        assert " for " not in refused.value.message  # nothing runs there
        it.asked(refused.value.remedy.rpartition("end the session: ")[2])
        lasts = time.monotonic() + 10
        while it.asked(lease.workers(lock_name(it.database.name))):
            assert time.monotonic() < lasts
        assert it.release()


LATE = 'op.execute("CREATE TABLE one (id INT)")\nop.execute("ALTER TABLE held ADD COLUMN more INT")\n'


@each_engine
def test_what_fails_after_a_wait_is_not_told_as_one(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    body = once(LATE + "raise RuntimeError('later')")
    with site(make_schema, server, body, tmp_path) as it, held(it) as let_go:
        it.pauses = (0.1, 0.1, 0.1, 0.1)
        timer = threading.Timer(1.5, let_go)
        timer.start()
        with pytest.raises(StepFailed) as failure:
            it.release()
        timer.join()
        assert it.kinds(Kind.failed)
        assert failure.value.message.endswith("RuntimeError: later")


@postgresql
def test_an_env_py_that_fails_when_a_revision_begins_anew_is_told_as_what_it_is(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    env = f"""
import pathlib
runs = pathlib.Path({str(tmp_path / "runs")!r})
runs.write_text((runs.read_text() if runs.exists() else "") + "x")
if len(runs.read_text()) > 1:
    raise RuntimeError("the second run")
{ENV}"""
    with site(make_schema, server, once(HELD), tmp_path, env=env) as it, held(it):
        with pytest.raises(StepFailed, match=r"env\.py failed: RuntimeError: the second run"):
            it.release()
        assert it.log.count("it begins anew") == 1


@contextlib.contextmanager
def locking(it: Site, sql: str, seconds: float) -> Iterator[None]:
    """Hold what a statement locks for so many seconds."""
    with raw(it) as (connection, _said):
        cursor = connection.cursor()
        cursor.execute(sql)
        timer = threading.Timer(seconds, connection.close)
        timer.start()
        yield
        timer.join()


TABLE = "CREATE TABLE held (id INT PRIMARY KEY)"
READ = """
op.execute("CREATE TABLE one (id INT)")
assert op.get_bind().execute(sa.text("SELECT id FROM held WHERE id = 1 FOR UPDATE")).scalar() == 1
"""


@each_engine
def test_a_read_that_got_no_lock_is_tried_again(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(READ), tmp_path) as it:
        it.pauses = (0.1, 0.1, 0.1, 0.1)
        with raw(it) as (connection, _said):
            for statement in (TABLE, "INSERT INTO held VALUES (1)"):
                connection.cursor().execute(statement)
            connection.commit()
        with locking(it, "UPDATE held SET id = 1 WHERE id = 1", 1.5):
            assert [(one.statements, one.passed) for one in it.release()] == [(1, 0)]
        assert "did not get its lock" in it.log


@postgresql
def test_a_version_row_that_is_held_lets_the_revision_begin_anew(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    bodies = {
        "a1": f"def upgrade():\n    pass\n\n\n{NOTHING}",
        "b2": f'def upgrade():\n    op.execute("CREATE TABLE one (id INT)")\n\n\n{NOTHING}',
    }
    with site(make_schema, server, bodies, tmp_path) as it:
        it.pauses = (0.1, 0.1, 0.1, 0.1)
        it.release("a1")
        with locking(it, "SELECT * FROM alembic_version FOR UPDATE", 1.5):
            assert [one.revision for one in it.release()] == ["b2"]
        assert "b2 did not get its lock, it begins anew" in it.log


LOOSE = """
op.execute("CREATE TABLE old (id INT) ENGINE = MyISAM")
op.execute("INSERT INTO old SELECT id FROM held FOR UPDATE")
"""


@pytest.mark.parametrize("server", [MARIADB], indirect=True)
def test_rows_in_no_transaction_are_put_in_once(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(LOOSE), tmp_path) as it:
        with raw(it) as (connection, _said):
            for statement in (TABLE, "INSERT INTO held VALUES (1), (2), (3)"):
                connection.cursor().execute(statement)
            connection.commit()
        with locking(it, "UPDATE held SET id = 3 WHERE id = 3", 1.5), pytest.raises(StepFailed):
            it.release()
        assert [one.number for one in it.kinds(Kind.sent)] == [1, 2]
        assert it.asked("SELECT id FROM old ORDER BY id") == [(1,), (2,)]
        assert it.fates() == ["applied", "unknown"]


DEADLOCKED = """
op.execute("INSERT INTO mine VALUES (1)")
op.execute("UPDATE held SET n = n + 1 WHERE id = 1")
"""
DRIVERS = ["mysql+pymysql", *(["mysql+mysqldb"] if find_spec("MySQLdb") else [])]


@family_of_mysql
@pytest.mark.parametrize("driver", DRIVERS)
def test_what_a_deadlock_takes_back_is_sent_again(
    make_schema: MakeSchema, server: Server, tmp_path: Path, driver: str
) -> None:
    """mysqlclient does not say whether a transaction stands."""
    tables = ("CREATE TABLE mine (id INT PRIMARY KEY)", "CREATE TABLE held (id INT PRIMARY KEY, n INT)")
    fills = "INSERT INTO held VALUES " + ", ".join(f"({number}, 0)" for number in range(1, 50))
    with site(make_schema, server, once(DEADLOCKED), tmp_path, drivername=driver) as it, raw(it) as (other, _said):
        for statement in (*tables, fills):
            it.asked(statement)
        more = "INSERT INTO held SELECT id + 100, 0 FROM held"  # it has more to take back, and is spared
        other.cursor().execute(more)
        other.cursor().execute("SELECT n FROM held WHERE id = 1 FOR UPDATE")
        waits = threading.Thread(target=lambda: other.cursor().execute("DELETE FROM mine WHERE id = 1"))
        stopping_at(it, 2, lambda: (waits.ident is None and waits.start(), time.sleep(0.5)))  # type: ignore[arg-type,return-value]
        release = threading.Timer(2.0, other.rollback)
        release.start()
        assert [(one.statements, one.passed) for one in it.release()] == [(2, 0)]
        for thread in (waits, release):
            thread.join()
        assert it.kinds(Kind.failed)[0].number == 2
        assert len(it.kinds(Kind.revision)) > 1
        assert it.asked("SELECT id FROM mine") == [(1,)]
        assert it.asked("SELECT n FROM held WHERE id = 1") == [(1,)]
