"""A release that was killed within a revision and goes on: nothing is sent twice, and nothing is left out."""

from __future__ import annotations

import contextlib
import os
import signal
import textwrap
import time
from pathlib import Path

import pytest

from migkit.errors import Interrupted, StepFailed, TargetError
from migkit.model import Server
from migkit.model.release import lock_name
from migkit.servers import login
from tests.conftest import MakeSchema
from tests.server.applying import ENGINES, MARIADB, Site, site
from tests.server.conftest import Serve
from tests.server.test_release_apply import held, once, raw, stopping_at

pytestmark = pytest.mark.server
each_engine = pytest.mark.parametrize("server", ENGINES, indirect=True)
family_of_mysql = pytest.mark.parametrize("server", ENGINES[:2], indirect=True)


def killed(it: Site, number: int) -> None:
    """Release in a process of its own, which is killed when the statement of that number is to be sent."""
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            stopping_at(it, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            it.release()
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended before that statement"
    lease = login.console(it.server.engine).lease()
    until = time.monotonic() + 20
    while any(it.asked(question(lock_name(it.database.name))) for question in (lease.holders, lease.workers)):
        assert time.monotonic() < until, "its sessions are still there"
        time.sleep(0.05)


SAVED = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
with op.get_bind().begin_nested():
    op.execute("INSERT INTO one VALUES (1)")
op.execute("INSERT INTO one VALUES (2)")
op.execute("CREATE TABLE two (id INT)")
op.execute("CREATE TABLE three (id INT)")
"""
BACK = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("INSERT INTO one VALUES (3)")
op.execute("ROLLBACK")
op.execute("INSERT INTO one VALUES (1), (2)")
op.execute("CREATE TABLE two (id INT)")
"""
PREPARED = """
op.execute("SET @sql = 'CREATE TABLE one (id INT PRIMARY KEY)'")
op.execute("PREPARE said FROM @sql")
op.execute("EXECUTE said")
op.execute("CREATE TABLE two (id INT)")
op.execute("SET @sql = 'INSERT INTO one VALUES (1), (2)'")
op.execute("PREPARE said FROM @sql")
op.execute("EXECUTE said")
op.execute("DEALLOCATE PREPARE said")
op.execute("CREATE TABLE three (id INT)")
"""
INTO = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("SELECT count(*) + 2 INTO @next FROM one WHERE id < 0")
op.execute("INSERT INTO one VALUES (1)")
op.execute("CREATE TABLE two (id INT)")
op.execute("INSERT INTO one VALUES (@next)")
"""
BEGUN = """
with op.get_context().autocommit_block():
    op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
    op.execute("START TRANSACTION")
    op.execute("INSERT INTO one VALUES (1)")
    op.execute("INSERT INTO one VALUES (2)")
    op.execute("COMMIT")
    op.execute("CREATE TABLE two (id INT)")
"""
NUMBERED = """
op.execute("CREATE TABLE made (id INT PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 40")
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("INSERT INTO made VALUES ()")
op.execute("CREATE TABLE two (id INT)")
op.execute("INSERT INTO one VALUES (LAST_INSERT_ID() - 39), (LAST_INSERT_ID() - 38)")
"""
NUMBERED_BY_SQLALCHEMY = """
op.execute("CREATE TABLE made (id INT PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 40")
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
made = sa.Table("made", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
done = op.get_bind().execute(made.insert())
assert done.rowcount == 1
op.execute("CREATE TABLE two (id INT)")
op.execute(f"INSERT INTO one VALUES (1), ({done.inserted_primary_key[0] - 38})")
"""
KILLED = {  # the body, and before which statements it is killed
    "savepoints": (SAVED, (3, 5)),
    "rollback": (BACK, (3, 4)),
    "prepared": (PREPARED, (2, 3, 4)),
    "into": (INTO, (3, 4)),
    "begun": (BEGUN, (3, 5)),
    "numbered": (NUMBERED, (5,)),
    "numbered by SQLAlchemy": (NUMBERED_BY_SQLALCHEMY, (5,)),
}
POINTS = [(name, number) for name, (_body, numbers) in KILLED.items() for number in numbers]


@family_of_mysql
@pytest.mark.parametrize(("name", "number"), POINTS, ids=[f"{name} {number}" for name, number in POINTS])
def test_what_a_session_knew_is_made_again(
    make_schema: MakeSchema, server: Server, tmp_path: Path, name: str, number: int
) -> None:
    """What goes with a session is sent again by the next one; what stays is not."""
    with site(make_schema, server, once(KILLED[name][0]), tmp_path) as it:
        killed(it, number)
        fates = it.fates()
        assert set(fates) <= {"applied", "gone", "waiting"} or name == "prepared"
        it.release(resume=True, unknown="gone")
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,)]
        assert it.current() == ("a1",)


@family_of_mysql
def test_without_the_table_a_savepoint_commits_nothing(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(SAVED), tmp_path, table=False) as it:
        killed(it, 3)
        assert it.fates() == ["applied", "unknown"]
        it.release(resume=True, unknown="gone")
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,)]


TEMPORARY = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("INSERT INTO one VALUES (1), (2)")
op.execute("CREATE TEMPORARY TABLE kept (id INT)")
op.execute("INSERT INTO kept SELECT id FROM one")
op.execute("DELETE FROM one")
op.execute("CREATE TABLE two (id INT PRIMARY KEY)")
op.execute("INSERT INTO two SELECT id FROM kept")
op.execute("DROP TEMPORARY TABLE kept")
op.execute("CREATE TABLE three (id INT PRIMARY KEY)")
op.execute("CREATE TABLE four (id INT PRIMARY KEY)")
"""


@family_of_mysql
@pytest.mark.parametrize("number", [5, 7, 8, 10])
def test_a_temporary_table_is_filled_again_or_missed(
    make_schema: MakeSchema, server: Server, tmp_path: Path, number: int
) -> None:
    """What it was filled from is emptied by the fifth statement, which the sixth one commits."""
    with site(make_schema, server, once(TEMPORARY), tmp_path) as it:
        killed(it, number)
        if number in (7, 8):  # what was put into two went with its transaction
            with pytest.raises(TargetError, match="temporary table kept went with the session"):
                it.release(resume=True)
            assert it.asked("SELECT count(*) FROM two") == [(0,)]
        else:
            it.release(resume=True)
            assert it.asked("SELECT id FROM two ORDER BY id") == [(1,), (2,)]
            assert it.current() == ("a1",)


OUTSIDE = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.execute("CREATE TABLE old (id INT) ENGINE = MyISAM")
op.execute("INSERT INTO one VALUES (1)")
op.execute("INSERT INTO old VALUES (1)")
op.execute("CREATE TABLE two (id INT)")
"""


@pytest.mark.parametrize("server", [MARIADB], indirect=True)  # MySQL with GTIDs refuses both in one transaction
def test_rows_that_are_in_no_transaction_are_not_taken_for_gone(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(OUTSIDE), tmp_path) as it:
        killed(it, 5)
        assert it.asked("SELECT count(*) FROM old") == [(1,)]
        assert it.fates() == ["applied", "applied", "gone", "unknown"]
        it.release(resume=True, unknown="applied")
        assert it.asked("SELECT id FROM old") == it.asked("SELECT id FROM one") == [(1,)]


SEVERAL = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY, n INT)")
op.execute("INSERT INTO one VALUES (1, 0), (2, 0), (3, 0)")
op.execute("CREATE TABLE two (id INT)")
op.get_bind().execute(sa.text("UPDATE one SET n = n + 1 WHERE id = :id"), [{"id": 1}, {"id": 2}, {"id": 3}])
"""


@family_of_mysql
@pytest.mark.parametrize("alone", [False, True])
def test_rows_that_are_changed_one_by_one_are_not_changed_again(
    make_schema: MakeSchema, server: Server, tmp_path: Path, *, alone: bool
) -> None:
    """A driver sends several sets of parameters one after the other: the first two are through when a lock is held."""
    within = f"with op.get_context().autocommit_block():\n{textwrap.indent(SEVERAL.strip(), '    ')}"
    with site(make_schema, server, once(within if alone else SEVERAL), tmp_path) as it, raw(it) as (other, said):
        stopping_at(it, 4, lambda: said("SELECT id FROM one WHERE id = 3 FOR UPDATE"))
        with pytest.raises(StepFailed):
            it.release()
        other.rollback()
        assert [n for (n,) in it.asked("SELECT n FROM one ORDER BY id")] == ([1, 1, 0] if alone else [0, 0, 0])
        assert it.fates()[-1] == ("unknown" if alone else "failed")
        if alone:
            it.asked("UPDATE one SET n = 0")
        it.told = []
        it.release(resume=True, unknown="gone")
        assert it.asked("SELECT DISTINCT n FROM one") == [(1,)]


DEADLOCKED = """
op.execute("INSERT INTO held (id) VALUES (2)")
try:
    op.execute("ALTER TABLE held ADD COLUMN id INT")
except sa.exc.OperationalError:
    pass
op.execute("UPDATE held SET id = id + 10 WHERE id = 1")
"""


@family_of_mysql
def test_what_a_refused_statement_has_committed_is_not_begun_anew(
    make_schema: MakeSchema, serve: Serve, server: Server, tmp_path: Path
) -> None:
    """DDL commits what is before it also where it is refused: a lock time-out behind it takes back none of that."""
    with site(make_schema, server, once(DEADLOCKED), tmp_path) as it, held(it):
        before = it.asked("SELECT @@GLOBAL.lock_wait_timeout")
        assert before
        stopping_at(it, 3, lambda: None)
        with raw(it) as (other, said):
            said("SELECT id FROM held WHERE id = 1 FOR UPDATE")
            with pytest.raises(StepFailed):
                it.release()
            other.rollback()
        assert it.asked("SELECT id FROM held ORDER BY id") == [(1,), (2,)]
        it.release(resume=True)
        assert it.asked("SELECT id FROM held ORDER BY id") == [(2,), (11,)]


CAUGHT = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
for number in (1, 2, 3):
    try:
        op.execute(f"INSERT INTO one VALUES ({number})")
    except:
        pass
"""


@each_engine
def test_code_that_catches_everything_leaves_nothing_out(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(CAUGHT), tmp_path) as it:
        stopping_at(it, 3, lambda: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(Interrupted):
            it.release()
        assert it.current() == ()
        it.told = []
        it.release(resume=not server.engine.transactional_ddl)
        assert it.asked("SELECT id FROM one ORDER BY id") == [(1,), (2,), (3,)]


CAUGHT_LOCK = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
try:
    op.execute("ALTER TABLE held ADD COLUMN more INT")
except sa.exc.DBAPIError:
    pass  # it is there already
"""


@family_of_mysql
def test_a_lock_that_was_not_had_is_no_error_to_be_caught(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(CAUGHT_LOCK), tmp_path) as it:
        with held(it), pytest.raises(StepFailed, match="Lock wait timeout") as failure:
            it.release()
        assert "; it was sent 3 times, and waited 1 s each; " in failure.value.message
        assert it.current() == ()
        it.release(resume=True)
        assert it.asked("SELECT more FROM held") == [(None,)]


GIVING = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
number = op.get_bind().execute(sa.text("INSERT INTO one VALUES (1) RETURNING id")).scalar()
op.execute("CREATE TABLE two (id INT)")
op.execute("CREATE TABLE three (id INT)")
"""


@pytest.mark.parametrize("server", [MARIADB], indirect=True)
def test_rows_of_a_statement_that_is_not_sent_again_are_missed(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(GIVING), tmp_path) as it:
        killed(it, 4)
        with pytest.raises(StepFailed) as failure:
            it.release(resume=True)
        assert "asks for the rows of statement 2, which an earlier run applied" in failure.value.message
        assert it.asked("SELECT id FROM one") == [(1,)]


BARE = """
op.execute("CREATE TABLE one (id INT PRIMARY KEY)")
op.get_bind().connection.cursor().execute("INSERT INTO one VALUES (1)")
op.execute("CREATE TABLE two (id INT)")
op.execute("wrong")
"""


@family_of_mysql
def test_what_no_journal_knows_is_not_sent_again(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, once(BARE), tmp_path) as it:
        with pytest.raises(StepFailed):
            it.release()
        with pytest.raises(TargetError, match=r"line \d+, takes a driver's own cursor"):
            it.release(resume=True)
        assert it.asked("SELECT id FROM one") == [(1,)]


CALLING = """
number = op.get_bind().execute(sa.text("SELECT given()")).scalar()
op.execute(f"CREATE TABLE one{number} (id INT)")
op.execute("wrong")
"""


@family_of_mysql
def test_what_is_not_known_to_read_is_named_where_its_rows_are_missed(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, once(CALLING), tmp_path) as it:
        it.asked("CREATE FUNCTION given() RETURNS INT DETERMINISTIC RETURN 7")
        with pytest.raises(StepFailed, match="wrong"):
            it.release()
        with pytest.raises(StepFailed) as failure:
            it.release(resume=True)
        assert "nobody knows whether given() changes something" in failure.value.message
        assert "without given()" in failure.value.remedy
