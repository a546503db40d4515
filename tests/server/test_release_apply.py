"""A release on a target: revision by revision, each statement in the journal, one at a time, on after a stop."""

from __future__ import annotations

import contextlib
import os
import signal
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
import sqlalchemy

from migkit import applying
from migkit.applying import ReleaseDriver
from migkit.errors import HistoryError, Interrupted, StepFailed, TargetError
from migkit.model import Server
from migkit.model.release import Kind, lock_name
from tests.conftest import ENV, MakeSchema
from tests.server.applying import ENGINES, MARIADB, MYSQL, POSTGRESQL, Site, site
from tests.server.conftest import Serve
from tests.server.test_roundtrip import ASYNC_ENV

pytestmark = pytest.mark.server
each_engine = pytest.mark.parametrize("server", ENGINES, indirect=True)
NOTHING = "def downgrade():\n    pass"
TWO = {
    "a1": """
def upgrade():
    op.execute("CREATE TABLE one (id INT PRIMARY KEY, word VARCHAR(9))")
    op.bulk_insert(sa.table("one", sa.column("id", sa.Integer), sa.column("word", sa.String)), [
        {"id": number, "word": "x"} for number in range(3)])
    op.execute("UPDATE one SET word = 'y' WHERE id > 0")


def downgrade():
    op.execute("DROP TABLE one")
""",
    "b2": f"""
def upgrade():
    assert op.get_bind().execute(sa.text("SELECT count(*) FROM one")).scalar() == 3
    op.add_column("one", sa.Column("more", sa.Integer))


{NOTHING}
""",
}


@each_engine
def test_each_revision_is_committed_and_written_down(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, TWO, tmp_path) as it:
        done = it.release()
        assert [(one.revision, one.statements, one.passed) for one in done] == [("a1", 3, 0), ("b2", 1, 0)]
        assert it.current() == ("b2",)
        assert it.asked("SELECT count(*) FROM one WHERE word = 'y' AND more IS NULL") == [(2,)]
        assert it.lines() == [
            *("revision a1", "sent a1 1", "done a1 1", "sent a1 2", "done a1 2", "sent a1 3", "done a1 3"),
            *("committed a1", "revision b2", "sent b2 1", "done b2 1", "committed b2"),
        ]
        assert it.entries()[-1].message == "finished"
        rows = it.asked("SELECT kind, revision, number FROM migkit_journal WHERE kind <> 'run' ORDER BY seq")
        assert [" ".join(map(str, (k, r, n or ""))).strip() for k, r, n in rows[:-1]] == it.lines()
        assert "✓ a1" in it.log


@each_engine
def test_a_failure_says_where_and_keeps_what_was_committed(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    wrong = {
        **TWO,
        "c3": f"def upgrade():\n    op.execute('CREATE TABLE two (id INT)')\n    op.execute('wrong')\n\n\n{NOTHING}",
    }
    with site(make_schema, server, wrong, tmp_path) as it:
        with pytest.raises(StepFailed, match="upgrade of c3 failed") as failure:
            it.release()
        assert [one.revision for one in failure.value.applied] == ["a1", "b2"]
        assert failure.value.current == it.current() == ("b2",)
        assert it.lines()[-3:] == ["done c3 1", "sent c3 2", "failed c3 2"]
        assert it.entries()[-1].message.startswith("failed: upgrade of c3")
        transactional = server.engine.transactional_ddl
        assert it.tables() == ({"one"} if transactional else {"one", "two"})
        assert ("nothing of it stays" in failure.value.remedy) == transactional


@each_engine
def test_a_downgrade_is_applied_as_an_upgrade_is(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, TWO, tmp_path) as it:
        it.release()
        done = it.release("a1", direction="downgrade")
        assert [(one.revision, one.statements) for one in done] == [("b2", 0)]
        assert it.current() == ("a1",)
        assert it.entries()[-1].message == "finished"


@each_engine
def test_nothing_reaches_the_target_before_the_release(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, TWO, tmp_path) as it, applying.opened(it.schema, it.found) as driver:
        with pytest.raises(TargetError, match="nothing is applied yet"):
            driver.prime()
        assert [str(one) for one in driver.destinations()] == [str(it.found.address)]


ELSEWHERE = ENV.replace("section, prefix", "{**section, 'sqlalchemy.url': section['sqlalchemy.url'] + 'x'}, prefix")


@each_engine
def test_env_py_gets_to_no_other_database(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, TWO, tmp_path, env=ELSEWHERE) as it:
        with pytest.raises(TargetError, match=r"refused: a connection to .*x, while the kit works on the target"):
            it.release()
        assert it.current() == ()
        assert it.entries()[-1].message.startswith("failed: refused")


@each_engine
def test_another_server_than_the_one_that_was_looked_at_is_refused(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, TWO, tmp_path) as it:
        with pytest.raises(TargetError, match="session is with the server"):
            it.release(server="another")
        assert it.tables() == set()
        assert it.asked("SELECT count(*) FROM migkit_journal WHERE kind = 'sent'") == [(0,)]


@each_engine
def test_a_target_that_moved_since_the_plan_is_refused(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    def move(_driver: ReleaseDriver) -> None:
        it.asked("UPDATE alembic_version SET version_num = 'b2'")

    with site(make_schema, server, TWO, tmp_path) as it:
        it.release("a1")
        with pytest.raises(TargetError, match="stands at b2, and the plan goes on from a1"):
            it.release(check=move)
        assert it.asked("SELECT * FROM one WHERE id = 0") == [(0, "x")]


@each_engine
def test_a_revision_that_was_edited_since_the_plan_is_refused(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    def edit(driver: ReleaseDriver) -> None:
        path = driver.history.revisions[1].path
        path.write_text(path.read_text() + "\n# more\n")

    with site(make_schema, server, TWO, tmp_path) as it:
        with pytest.raises(TargetError, match="the file of b2 was edited"):
            it.release(check=edit)
        assert it.current() == ()
        assert it.tables() == set()
        assert it.entries() == ()


@each_engine
def test_one_release_at_a_time(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, TWO, tmp_path) as it:
        with (
            applying.session(it.found),
            pytest.raises(TargetError, match=r"another release is at work on .*: session \d"),
        ):
            it.release()
        assert it.entries() == ()
        assert it.release()


@each_engine
def test_a_session_that_a_killed_release_left_at_work_keeps_others_out(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    """The kit's session is gone at once; the migration's lives until its statement ends."""
    with site(make_schema, server, TWO, tmp_path) as it, raw(it) as (left, said):
        lease = server.engine.console.lease()  # type: ignore[union-attr]
        assert said(lease.working(lock_name(it.database.name))[0]) == 1
        with pytest.raises(TargetError, match="session of an earlier run is still at work") as refused:
            it.release()
        assert "KILL" in refused.value.remedy or "pg_cancel_backend" in refused.value.remedy
        left.close()
        assert it.release()


_SLOW = "CREATE TABLE slow AS SELECT SLEEP(0.1) AS s FROM information_schema.columns"
SLOW = {"mysql": _SLOW, "mariadb": _SLOW, "postgresql": "DO $$ BEGIN PERFORM pg_sleep(30); END $$"}


def once(body: str) -> dict[str, str]:
    """Give a history of one revision with this upgrade."""
    return {"a1": f"def upgrade():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n\n\n{NOTHING}"}


@each_engine
def test_a_statement_that_takes_too_long_is_ended(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    body = once(f'op.execute("""{SLOW[server.engine.family]}""")')
    with site(make_schema, server, body, tmp_path, statement_timeout=1.0) as it:
        began = time.monotonic()
        with pytest.raises(StepFailed):
            it.release()
        assert time.monotonic() - began < 8
        assert it.lines() == ["revision a1", "sent a1 1", "failed a1 1"]


HELD = """
op.execute("CREATE TABLE other (id INT)")
op.execute("ALTER TABLE held ADD COLUMN more INT")
op.execute("INSERT INTO held (id) VALUES (2)")
"""


@each_engine
def test_a_lock_that_is_let_go_is_waited_for(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(HELD), tmp_path) as it, held(it) as let_go:
        timer = threading.Timer(2.2, let_go)
        timer.start()
        it.pauses = (0.1, 0.1, 0.1, 0.1)
        done = it.release()
        timer.join()
        assert [(one.revision, one.statements) for one in done] == [("a1", 3)]
        failed = it.kinds(Kind.failed)
        assert failed
        assert {one.number for one in failed} == {2}
        assert it.asked("SELECT count(*) FROM held") == [(2,)]
        assert len(it.kinds(Kind.revision)) == (1 + len(failed) if server.engine.transactional_ddl else 1)
        assert "did not get its lock" in it.log


@each_engine
def test_a_lock_that_is_not_let_go_ends_the_release(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(HELD), tmp_path) as it:
        with held(it):
            with pytest.raises(StepFailed, match="upgrade of a1 failed") as failure:
                it.release()
            assert len(it.kinds(Kind.failed)) == 3
        assert "session" in failure.value.message
        assert it.tables() == ({"held"} if server.engine.transactional_ddl else {"held", "other"})
        if server.engine.transactional_ddl:
            assert [one.statements for one in it.release()] == [3]
        else:
            assert [(one.statements, one.passed) for one in it.release(resume=True)] == [(2, 1)]
        assert it.asked("SELECT count(*) FROM held") == [(2,)]


@contextlib.contextmanager
def held(it: Site) -> Iterator[Callable[[], None]]:
    """Hold a table in a transaction of another session, until what is given is called."""
    with raw(it) as (connection, said):
        connection.cursor().execute("CREATE TABLE held (id INT PRIMARY KEY)")
        connection.cursor().execute("INSERT INTO held VALUES (1)")
        connection.commit()
        said("SELECT id FROM held")
        yield connection.close


@contextlib.contextmanager
def raw(it: Site) -> Iterator[tuple[Any, Callable[[str], Any]]]:
    """Log in with the driver alone, in a transaction; what asks gives the first value."""
    where = {"host": it.server.host, "port": it.server.port, "user": it.database.user, "password": it.database.password}
    if it.server.engine.family == "postgresql":
        connection: Any = psycopg.connect(**where, dbname=it.database.name)
    else:
        connection = pymysql.connect(**where, database=it.database.name, autocommit=False)

    def said(question: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(question)
        return cursor.fetchone()[0]

    try:
        yield connection, said
    finally:
        with contextlib.suppress(Exception):  # a test may have closed it
            connection.close()


MANY = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("INSERT INTO one VALUES (1)")
op.execute("INSERT INTO one VALUES (2)")
op.execute("CREATE TABLE two (id INT)")
op.execute({fourth!r})
op.execute("INSERT INTO one VALUES (3)")
"""


def stopping_at(it: Site, number: int, how: Callable[[], None]) -> None:
    """Let something happen while a statement of that number is told."""
    told = it.told.append

    class Told(list[Any]):
        def append(self, event: Any) -> None:
            told(event)
            if event.kind == "step" and f" {number} " in event.message:
                how()

    it.told = Told()


@each_engine
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_release_after_the_statement_that_runs(
    make_schema: MakeSchema, server: Server, tmp_path: Path, number: signal.Signals
) -> None:
    with site(make_schema, server, once(MANY.format(fourth="CREATE TABLE three (id INT)")), tmp_path) as it:
        stopping_at(it, 4, lambda: os.kill(os.getpid(), number))
        with pytest.raises(
            Interrupted, match="stopped within a1, after 4 of its statements; 0 of 1 revisions"
        ) as ended:
            it.release()
        assert ended.value.exit_code == 130
        assert it.lines()[-1] == "done a1 4"
        assert it.entries()[-1].message.startswith("interrupted: ")
        transactional = server.engine.transactional_ddl
        assert it.tables() == (set() if transactional else {"one", "two"})
        it.told = []
        if transactional:
            assert [(one.statements, one.passed) for one in it.release()] == [(6, 0)]
        else:
            assert [(one.statements, one.passed) for one in it.release(resume=True)] == [(2, 4)]
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,), (3,)]
        assert it.current() == ("a1",)


@each_engine
def test_a_second_signal_ends_the_statement_too(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(f'op.execute("""{SLOW[server.engine.family]}""")'), tmp_path) as it:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        with pytest.raises(Interrupted, match="stopped within a1"):
            it.release()
        assert time.monotonic() - began < 10
        assert it.tables() == set()


@pytest.mark.parametrize("server", [POSTGRESQL], indirect=True)
def test_a_second_signal_reaches_a_driver_that_does_not_come_back(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    """Python runs no handler while psycopg2 waits in libpq."""
    body = once(f'op.execute("""{SLOW["postgresql"]}""")')
    with site(make_schema, server, body, tmp_path, drivername="postgresql+psycopg2") as it:
        for seconds in (0.5, 1.0):
            threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        with pytest.raises(Interrupted, match="stopped within a1"):
            it.release()
        assert time.monotonic() - began < 10
        assert "stopping when the statement" in it.log


@each_engine
def test_a_signal_between_revisions_leaves_the_first_one_whole(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, TWO, tmp_path) as it:
        stopping_at(it, 3, lambda: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(Interrupted, match="stopped after a1; 1 of 2 revisions are applied") as ended:
            it.release()
        assert [one.revision for one in ended.value.applied] == ["a1"]
        assert it.current() == ("a1",)
        it.told = []
        assert [one.revision for one in it.release()] == ["b2"]


GUARDED = """
bind = op.get_bind()
if not sa.inspect(bind).has_table("one"):
    op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("INSERT INTO one VALUES (1)")
if not sa.inspect(bind).has_table("two"):
    op.execute("CREATE TABLE two (id INT)")
op.execute({last!r})
"""
family_of_mysql = pytest.mark.parametrize("server", ENGINES[:2], indirect=True)


@family_of_mysql
def test_what_guards_skip_is_stepped_over(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(GUARDED.format(last="INSERT INTO two SELECT id FROM one")), tmp_path) as it:
        stopping_at(it, 3, lambda: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(Interrupted):
            it.release()
        it.told = []
        assert [(one.statements, one.passed) for one in it.release(resume=True)] == [(1, 3)]
        assert it.asked("SELECT id FROM one") == it.asked("SELECT id FROM two") == [(1,)]
        assert it.lines() == [
            *("revision a1", "passed a1 1", "passed a1 2", "passed a1 3", "sent a1 4", "done a1 4", "committed a1")
        ]


@family_of_mysql
def test_other_statements_than_before_are_refused(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(MANY.format(fourth="wrong")), tmp_path) as it:
        with pytest.raises(StepFailed) as failure:
            it.release()
        assert "--resume" in failure.value.remedy
        path = next(it.schema.directory.glob("migrations/versions/*.py"))
        path.write_text(path.read_text().replace("VALUES (2)", "VALUES (20)"))
        with pytest.raises(TargetError, match=r"statement 3 was applied: INSERT INTO one VALUES \(2\); now it sends"):
            it.release(resume=True)
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,)]
        path.write_text(path.read_text().replace("VALUES (20)", "VALUES (2)").replace("'wrong'", "'DROP TABLE two'"))
        assert [(one.statements, one.passed) for one in it.release(resume=True)] == [(2, 4)]
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,), (3,)]


@each_engine
def test_env_py_may_begin_a_transaction_of_its_own(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    env = ENV.replace("engine.connect()", "engine.begin()")
    with site(make_schema, server, TWO, tmp_path, env=env) as it:
        assert [one.revision for one in it.release()] == ["a1", "b2"]
        assert it.current() == ("b2",)
        assert "a run of env.py to itself" in it.log


@each_engine
def test_env_py_that_commits_nothing_is_found_out(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    env = ENV.replace("    context.configure", "    connection.begin()\n    context.configure")
    with site(make_schema, server, TWO, tmp_path, env=env) as it:
        with pytest.raises(StepFailed, match="did not commit it") as failure:
            it.release()
        assert failure.value.applied == ()
        assert it.current() == ()


TWICE = ENV + "\n    with context.begin_transaction():\n        context.run_migrations()\n"


@each_engine
def test_env_py_that_asks_twice_is_refused(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, TWO, tmp_path, env=TWICE) as it, pytest.raises(HistoryError, match="more than once"):
        it.release()


ASYNC = (
    (MYSQL, "mysql+aiomysql"),
    (MARIADB, "mysql+aiomysql"),
    (POSTGRESQL, "postgresql+asyncpg"),
    (POSTGRESQL, "postgresql+psycopg2"),
    *([(MYSQL, "mysql+mysqldb"), (MARIADB, "mysql+mysqldb")] if find_spec("MySQLdb") else []),
    *([] if sqlalchemy.__version__.startswith("1.") else [(POSTGRESQL, "postgresql+psycopg")]),  # 2.0 has that dialect
)


@pytest.mark.parametrize(("engine", "driver"), ASYNC, ids=[f"{engine}-{driver}" for engine, driver in ASYNC])
def test_every_driver_of_env_py_is_bound_and_seen(
    make_schema: MakeSchema, serve: Serve, tmp_path: Path, engine: str, driver: str
) -> None:
    env = ENV if driver in ("postgresql+psycopg2", "mysql+mysqldb") else ASYNC_ENV
    with site(make_schema, serve(engine), once(HELD), tmp_path, env=env, drivername=driver) as it:
        with held(it), pytest.raises(StepFailed):
            it.release()
        assert it.kinds(Kind.failed)
        transactional = it.server.engine.transactional_ddl
        done = it.release() if transactional else it.release(resume=True)
        assert [(one.statements, one.passed) for one in done] == [(3, 0) if transactional else (2, 1)]
        assert it.asked("SELECT count(*) FROM held") == [(2,)]


@each_engine
def test_a_journal_that_cannot_be_written_lets_nothing_be_sent(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "journal").write_text("a file where the folder is to be")
    with site(make_schema, server, TWO, tmp_path) as it:
        with pytest.raises(TargetError, match="journal"):
            it.release()
        assert it.tables() == set()
        assert it.current() == ()


@each_engine
def test_a_terminal_that_is_gone_breaks_nothing(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    def gone() -> None:
        raise BrokenPipeError

    with site(make_schema, server, TWO, tmp_path) as it:
        stopping_at(it, 2, gone)
        assert len(it.release()) == 2


@each_engine
def test_the_releases_lock_is_looked_at_as_it_goes(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    """Where the kit's own session is ended, another release could begin: nothing more is begun here."""

    def end() -> None:
        number = it.asked(server.engine.console.lease().holders(lock_name(it.database.name)))[0][0]  # type: ignore[union-attr]
        it.asked(f"SELECT pg_terminate_backend({number})" if server.engine.family == "postgresql" else f"KILL {number}")

    with site(make_schema, server, TWO, tmp_path) as it:
        stopping_at(it, 3, lambda: (end(), time.sleep(1.1)))  # type: ignore[arg-type,return-value]
        with pytest.raises(TargetError, match="the release's lock with it") as ended:
            it.release()
        assert [one.revision for one in ended.value.applied] == ["a1"]
        assert it.current() == ("a1",)
