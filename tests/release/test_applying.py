"""What an earlier run applied is not sent again; what the operator's wish for the end does; how env.py gets there."""

from __future__ import annotations

import os
import signal
import ssl
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from migkit import engines, hashes
from migkit.address import Address
from migkit.applying import driving, lasting, resuming
from migkit.applying.resuming import Numbers, Turn
from migkit.applying.stopping import stopping
from migkit.errors import ConfigError, TargetError
from migkit.model import Journal, Revision, Schema, Target
from migkit.model.release import Fate, Plan, PlannedRevision, StatementFate, Unfinished
from migkit.targets import Declared
from tests.server.certificates import Authority

CREATE, INSERT, INDEX = "CREATE TABLE one (id INT)", "INSERT INTO one VALUES (1)", "CREATE INDEX two ON one (id)"


def told(*fates: tuple[str, Fate], direction: Any = "upgrade") -> Unfinished:
    """Give what a journal says of a revision's statements, in their order."""
    statements = tuple(
        StatementFate(number, hashes.statement(sql), sql, fate) for number, (sql, fate) in enumerate(fates, 1)
    )
    return Unfinished("r1", "a1", direction, "", "", statements)


def take(numbers: Numbers, sql: str) -> Turn:
    return numbers.take(sql, hashes.statement(sql))


APPLIED = told((CREATE, Fate.applied), (INSERT, Fate.applied), (INDEX, Fate.failed))


def test_statements_are_numbered_from_one() -> None:
    numbers = Numbers()
    assert [take(numbers, sql).number for sql in (CREATE, INSERT, INSERT)] == [1, 2, 3]
    assert numbers.end() == ()


def test_what_was_applied_is_passed_and_the_rest_is_sent() -> None:
    numbers = Numbers(APPLIED)
    assert [take(numbers, sql) for sql in (CREATE, INSERT, INDEX, "DROP TABLE x")] == [
        *(Turn(1, passed=True), Turn(2, passed=True), Turn(3), Turn(4))
    ]


def test_the_same_statement_twice_is_two_statements() -> None:
    numbers = Numbers(told((INSERT, Fate.applied), (INSERT, Fate.gone)))
    assert [take(numbers, INSERT) for _ in range(3)] == [Turn(1, passed=True), Turn(2), Turn(3)]


def test_the_order_is_that_of_the_numbers_whatever_a_journal_gives() -> None:
    turned = replace(APPLIED, statements=APPLIED.statements[::-1])
    numbers = Numbers(turned)
    assert [take(numbers, sql).passed for sql in (CREATE, INSERT, INDEX)] == [True, True, False]


def test_a_failed_statement_may_be_mended() -> None:
    numbers = Numbers(APPLIED, unchanged=False)
    take(numbers, CREATE)
    take(numbers, INSERT)
    assert take(numbers, "CREATE INDEX three ON one (id)") == Turn(3)


@pytest.mark.parametrize("sql", ["INSERT INTO one VALUES (2)", "insert into `one` (id) values (9)", INDEX, ""])
def test_an_applied_statement_that_is_not_sent_any_more_is_refused(sql: str) -> None:
    numbers = Numbers(APPLIED)
    take(numbers, CREATE)
    with pytest.raises(TargetError, match=r"statement 2 was applied: INSERT INTO one VALUES \(1\); now it"):
        take(numbers, sql) if sql else numbers.end()


def test_what_the_code_looked_for_and_found_is_stepped_over() -> None:
    numbers = Numbers(APPLIED)
    numbers.asked()
    turn = take(numbers, INSERT)
    assert (turn.number, turn.passed, [one.number for one in turn.over]) == (2, True, [1])
    numbers.asked()
    assert take(numbers, "CREATE TABLE other (id INT)") == Turn(3)


def test_other_values_for_rows_that_were_changed_are_never_what_was_found() -> None:
    numbers = Numbers(APPLIED)
    take(numbers, CREATE)
    numbers.asked()
    with pytest.raises(TargetError, match="statement 2 was applied"):
        take(numbers, "INSERT INTO one VALUES (2), (3)")


def test_an_edited_file_steps_over_nothing() -> None:
    numbers = Numbers(APPLIED, unchanged=False)
    numbers.asked()
    with pytest.raises(TargetError, match="statement 1 was applied"):
        take(numbers, INSERT)


def test_the_end_steps_over_what_the_code_found() -> None:
    numbers = Numbers(APPLIED)
    take(numbers, CREATE)
    numbers.asked()
    assert [one.number for one in numbers.end()] == [2]


def plan(ident: str = "a1", direction: Any = "upgrade") -> Plan:
    revision = Revision(ident, "title", Path(f"{ident}.py"), ())
    return Plan("production", "", direction, (), (ident,), (PlannedRevision(revision, direction, ()),))


def test_an_unknown_fate_is_asked_about_and_can_be_answered() -> None:
    unknown = told((CREATE, Fate.applied), (INSERT, Fate.unknown))
    with pytest.raises(TargetError, match="statement 2 of a1 was sent and never answered") as asked:
        resuming.askable(unknown, plan())
    assert "--unknown applied or --unknown gone" in asked.value.remedy
    for answer, fate in (("applied", Fate.applied), ("gone", Fate.gone)):
        known = resuming.answered(unknown, answer)
        resuming.askable(known, plan())
        assert [one.fate for one in known.statements] == [Fate.applied, fate]
    with pytest.raises(ConfigError, match="--unknown"):
        resuming.answered(unknown, "maybe")


def test_a_statement_that_still_runs_is_waited_for() -> None:
    with pytest.raises(TargetError, match="statement 1 of a1 is still running"):
        resuming.askable(told((CREATE, Fate.running)), plan())


@pytest.mark.parametrize("other", [plan("b2"), plan(direction="downgrade"), replace(plan(), revisions=())])
def test_a_plan_that_goes_on_with_another_revision_is_refused(other: Plan) -> None:
    with pytest.raises(TargetError, match="the upgrade of a1 is unfinished"):
        resuming.askable(APPLIED, other)


def test_no_password_is_shown_in_what_differs() -> None:
    numbers = Numbers(told(("CREATE USER x IDENTIFIED BY 'geheim'", Fate.applied)))
    with pytest.raises(TargetError) as refused:
        take(numbers, "CREATE USER y IDENTIFIED BY 'secret'")
    assert "geheim" not in refused.value.message
    assert "secret" not in refused.value.message


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_are_remembered_and_given_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping() as stop:
        os.kill(os.getpid(), number)
        assert (stop.wanted, stop.urgent) == (True, False)
        os.kill(os.getpid(), number)
        assert stop.urgent
    assert signal.getsignal(number) is before


def test_a_pause_ends_with_the_wish_for_the_end() -> None:
    with stopping() as stop:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        stop.pause(30)
        assert time.monotonic() - began < 5


def declared(written: str, *, url: str = "env:RELEASE", **arguments: Any) -> Declared:
    engine = engines.parse("postgresql:17" if written.startswith("postgresql") else "mysql:9.7")
    target = Target("production", Journal(Path("journal")), url=url)
    return Declared(target, engine, Address("db", 1, "", "shop"), make_url(written), arguments)


def schema(tmp_path: Path, driver: str, **fields: Any) -> Schema:
    (tmp_path / "alembic.ini").write_text(f"[alembic]\nscript_location = x\nsqlalchemy.url = {driver}://\n")
    return Schema("app", tmp_path, tmp_path / "alembic.ini", "shop", "mysql:9.7", ("mysql:9.7",), **fields)


def test_an_ini_that_has_the_targets_url_keeps_it(tmp_path: Path) -> None:
    found = declared("mysql+pymysql://u:p@db:1/shop", url="ini")
    its = schema(tmp_path, "mysql+mysqldb", url_env="DATABASE_URL", url_driver="mysql+aiomysql")
    assert driving.url(its, found) == ""
    assert driving.environment(its, found) == {"DATABASE_URL": "mysql+aiomysql://u:p@db:1/shop"}


def test_a_variable_that_has_the_targets_url_keeps_it(tmp_path: Path) -> None:
    its = schema(tmp_path, "mysql+pymysql", url_env="RELEASE")
    assert driving.environment(its, declared("mysql+pymysql://u:p@db:1/shop")) == {}


def test_env_py_gets_the_url_in_the_driver_that_its_ini_names(tmp_path: Path) -> None:
    found = declared("mysql+pymysql://u:p%40x@db:1/shop?charset=utf8mb4&ssl_ca=ca.pem")
    assert driving.url(schema(tmp_path, "mysql+pymysql"), found) == found.url.render_as_string(hide_password=False)
    assert driving.url(schema(tmp_path, "mysql+aiomysql"), found) == (
        "mysql+aiomysql://u:p%40x@db:1/shop?charset=utf8mb4"
    )


def dialled(tmp_path: Path, found: Declared, driver: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    driving.dial(schema(tmp_path, "mysql+pymysql"), found)(driver, arguments)
    return arguments


def test_a_connection_that_is_not_made_is_given_up_unless_env_py_says_when(tmp_path: Path) -> None:
    found = declared("postgresql+psycopg://u:p@db:1/shop")
    assert dialled(tmp_path, found, "psycopg2") == {"connect_timeout": 5}
    assert dialled(tmp_path, found, "asyncpg") == {"timeout": 5}
    assert dialled(tmp_path, found, "unheard of") == {}
    given = {"connect_timeout": 60}
    driving.dial(schema(tmp_path, "mysql+pymysql"), found)("psycopg", given)
    assert given == {"connect_timeout": 60}


def test_tls_of_a_dsn_is_carried_over_to_each_driver(tmp_path: Path) -> None:
    context = ssl.create_default_context()
    found = declared("mysql+pymysql://u:p@db:1/shop", ssl=context)
    assert dialled(tmp_path, found, "pymysql")["ssl"] is context
    assert dialled(tmp_path, found, "aiomysql")["ssl"] is context
    assert dialled(tmp_path, found, "mysqldb")["ssl_mode"] == "VERIFY_IDENTITY"
    without = declared("mysql+pymysql://u:p@db:1/shop", ssl_disabled=True)
    assert dialled(tmp_path, without, "mysqldb")["ssl_mode"] == "DISABLED"
    assert "ssl" not in dialled(tmp_path, without, "aiomysql")


@pytest.mark.parametrize(("mode", "checked"), [("require", False), ("verify-full", True)])
def test_tls_of_a_url_is_carried_over_to_asyncpg(tmp_path: Path, mode: str, checked: bool) -> None:
    arguments = dialled(tmp_path, declared(f"postgresql+psycopg://u:p@db:1/shop?sslmode={mode}"), "asyncpg")
    assert arguments["ssl"].check_hostname is checked
    assert (arguments["ssl"].verify_mode is ssl.CERT_REQUIRED) is checked


@pytest.mark.parametrize(
    ("more", "checked"), [("", True), ("&ssl_check_hostname=false", False), ("&ssl_verify_identity=true", True)]
)
def test_an_authority_alone_has_the_servers_name_checked_by_every_driver(
    tmp_path: Path, more: str, checked: bool
) -> None:
    ca = Authority(tmp_path).file
    arguments = dialled(tmp_path, declared(f"mysql+pymysql://u:p@db:1/shop?ssl_ca={ca}{more}"), "aiomysql")
    assert (arguments["ssl"].check_hostname, arguments["ssl"].verify_mode) == (checked, ssl.CERT_REQUIRED)


def test_an_ini_says_itself_how_tls_is_had(tmp_path: Path) -> None:
    found = declared("mysql+pymysql://u:p@db:1/shop", url="ini", ssl_disabled=True)
    assert dialled(tmp_path, found, "pymysql") == {"connect_timeout": 5}


def test_a_temporary_table_is_made_again_where_nothing_that_stays_came_after_it() -> None:
    made, filled, drop = (
        "CREATE TEMPORARY TABLE kept (id INT)",
        "INSERT INTO kept SELECT id FROM one",
        "DROP TABLE kept",
    )
    numbers = Numbers(told((CREATE, Fate.applied), (made, Fate.applied), (filled, Fate.applied), (INSERT, Fate.gone)))
    assert [take(numbers, sql).passed for sql in (CREATE, made, filled, INSERT)] == [True, False, False, False]
    numbers = Numbers(told((made, Fate.applied), (filled, Fate.applied), (INSERT, Fate.applied), (drop, Fate.gone)))
    assert [take(numbers, sql).passed for sql in (made, filled, INSERT)] == [True, True, True]
    with pytest.raises(TargetError, match="the temporary table kept went with the session"):
        take(numbers, "INSERT INTO one SELECT id FROM `kept`")


def test_a_temporary_table_that_is_lost_is_dropped_already() -> None:
    made, drop = "CREATE TEMPORARY TABLE kept (id INT)", "DROP TEMPORARY TABLE kept"
    numbers = Numbers(told((made, Fate.applied), (INSERT, Fate.applied)))
    assert [take(numbers, sql).passed for sql in (made, INSERT, drop, "DROP TABLE one")] == [True, True, True, False]


@pytest.mark.parametrize(
    "sql",
    [
        *("USE shop", "SAVEPOINT a", "RELEASE SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "ROLLBACK", "BEGIN", "BEGIN;"),
        *("START TRANSACTION", "PREPARE s FROM @x", "DEALLOCATE PREPARE s", "LOCK TABLES a WRITE, b READ"),
        *("UNLOCK TABLES", "SELECT id INTO @x FROM one", "DO GET_LOCK('x', 1)", "SELECT set_config('a', 'b', false)"),
        *("-- first\nSELECT pg_advisory_lock(1)", "DECLARE c CURSOR FOR SELECT 1", "DISCARD ALL"),
    ],
)
def test_what_is_of_its_session_alone_is_sent_by_each_run(sql: str) -> None:
    assert lasting.of_session(sql)


@pytest.mark.parametrize(
    "sql",
    [
        *("COMMIT", "PREPARE TRANSACTION 'a'", "ROLLBACK PREPARED 'a'", "BEGIN NOT ATOMIC DELETE FROM a; END"),
        *("BEGIN; DELETE FROM a; COMMIT", "SELECT 1 INTO OUTFILE 'x'", "INSERT INTO a SELECT 1", "EXECUTE s"),
        *("CREATE TABLE savepoint (id INT)", "RESET MASTER", "SELECT setval('a', 1)", "USERS", "RELEASE ALL"),
    ],
)
def test_what_stays_is_not_of_its_session(sql: str) -> None:
    assert not lasting.of_session(sql)
