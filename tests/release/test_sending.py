"""What is sent is the revision's alone, under a watch, and again only where nothing of it stays."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import StaticPool

from migkit import applying, engines
from migkit.address import Address
from migkit.alembic_io.statements import OWN, Recorder
from migkit.applying import judging, sending
from migkit.applying.judging import Judge
from migkit.applying.stopping import Stop
from migkit.applying.watching import Watcher
from migkit.errors import TargetError
from migkit.journal.turn import turn
from migkit.model import Event, Journal, Target
from migkit.model.rehearsal import Sent
from migkit.targets import Declared

beating: Any
session: Any
watching: Any
beating, session, watching = (import_module(f"migkit.applying.{one}") for one in ("beating", "session", "watching"))
DEADLOCK = Exception(1213, "Deadlock found")
LOCK = Exception(1205, "Lock wait timeout exceeded")


def declared(engine: str = "mysql:9.7") -> Declared:
    target = Target("production", Journal(Path("journal")))
    return Declared(target, engines.parse(engine), Address("db", 1, "", "shop"), sa.make_url("mysql+pymysql://db/shop"))


class Seen:
    """A watch that sends everything, and remembers it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.opened: list[Any] = []

    def connected(self, connection: Any, _info: dict[Any, Any]) -> None:
        self.opened.append(connection)

    def sends(self, _connection: Any, statement: str, _given: Any, send: Callable[[], None], *, several: bool) -> None:
        assert not several
        self.sent.append(statement)
        send()

    def answered(self, connection: Any, sent: Sent) -> None: ...

    def commits(self, connection: Any) -> None: ...


@contextlib.contextmanager
def recorded(seen: Seen) -> Iterator[None]:
    recorder = Recorder()
    with recorder.installed(), recorder.watched(seen, lambda: True), recorder.of(Path("a1.py")):
        yield


def test_what_the_kit_asks_meanwhile_is_not_the_revisions() -> None:
    """A thread of the kit's may ask between the moment a statement is announced and the one in which it is sent."""
    seen = Seen()
    engine, own = (sa.create_engine("sqlite://", poolclass=StaticPool) for _ in range(2))
    with recorded(seen), engine.connect() as connection, own.connect().execution_options(**{OWN: True}) as kits:
        event.listen(engine, "before_cursor_execute", lambda *_all: kits.exec_driver_sql("SELECT 2"))
        connection.exec_driver_sql("CREATE TABLE one (id INT)")
    assert seen.sent == ["CREATE TABLE one (id INT)"]
    assert len(seen.opened) == 2  # a session is one of the kit's by its pool's record


def test_a_session_of_the_kits_is_no_session_of_a_migration() -> None:
    seen = Seen()
    own = sa.create_engine("sqlite://", poolclass=StaticPool, execution_options={OWN: True})
    event.listen(own, "do_connect", session._marked)
    with recorded(seen), own.connect() as kits:
        kits.exec_driver_sql("SELECT 2")
    assert (seen.sent, seen.opened) == ([], [])


def judge(*sent: str, loose: Sequence[str] = ()) -> Judge:
    """Give a judge of a revision on MySQL that has sent this, nothing of it committed."""
    watcher = SimpleNamespace(patience=contextlib.nullcontext)
    driver = SimpleNamespace(kept=0, sent=[Sent(one) for one in sent])
    made = Judge(SimpleNamespace(found=declared(), watcher=watcher, driver=driver, own=None))  # type: ignore[arg-type]
    made._keeps = lambda *said: any(one in text for one in loose for text in said)  # type: ignore[method-assign]
    return made


@pytest.mark.parametrize(("said", "again"), [(False, True), (None, False), (True, False)])
def test_a_deadlock_is_tried_again_where_the_driver_says_that_nothing_went_with_it(
    monkeypatch: pytest.MonkeyPatch, said: bool | None, again: bool
) -> None:
    """The server takes back what came before, too: a driver that says nothing of its transaction had one."""
    monkeypatch.setattr(judging, "pending", lambda _connection: said)
    its = judge("INSERT INTO one VALUES (1)", "UPDATE one SET id = 2")
    assert its.failed(DEADLOCK, 0.1)
    assert its.again(MagicMock(), "UPDATE one SET id = 2", DEADLOCK) is again
    assert its.anew is not again


def test_rows_without_a_transaction_are_not_put_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "pending", lambda _connection: False)
    monkeypatch.setattr(judging, "own", lambda _connection: SimpleNamespace(whole=False))
    copies, other = "INSERT INTO old SELECT id FROM one", "UPDATE one SET id = 2"
    for sent, statement, again in (((copies,), copies, False), ((other,), other, True)):
        its = judge(*sent, loose=["old"])
        its.failed(LOCK, 0.1)
        assert (its.again(MagicMock(), statement, LOCK), its.anew) == (again, False)
    its = judge(copies, other, loose=["old"])
    its.failed(DEADLOCK, 0.1)
    monkeypatch.setattr(judging, "pending", lambda _connection: True)
    assert (its.again(MagicMock(), other, DEADLOCK), its.anew) == (False, False)


def test_what_got_its_lock_is_not_told_to_have_waited() -> None:
    its = judge()
    its.failed(LOCK, 0.1)
    assert its.waited
    its.well(by_itself=False)
    assert not its.waited


class Asked:
    """A session of the watcher's own; `raising` is how many of its questions fail."""

    def __init__(self, raising: int = 0) -> None:
        self.questions: list[str] = []
        self.raising = raising
        self.free = threading.Event()
        self.free.set()

    def exec_driver_sql(self, question: str) -> Any:
        self.free.wait(5)
        if self.raising:
            self.raising -= 1
            raise OSError("gone")
        self.questions.append(question)
        return MagicMock(fetchall=lambda: [("row",)])


def watcher(monkeypatch: pytest.MonkeyPatch, *asked: Asked, meanwhile: Callable[[], None] = lambda: None) -> Watcher:
    left = list(asked)

    @contextlib.contextmanager
    def connected(_found: Declared) -> Iterator[Asked]:
        meanwhile()
        yield left.pop(0)

    monkeypatch.setattr(watching, "connected", connected)
    return Watcher(declared(), Stop(), None, lambda _event: None)


def over(its: Watcher) -> Any:
    """Let a statement be watched that is to be ended."""
    its.begin(object(), 60, "7")
    wait = its._wait
    assert wait is not None
    wait.over, wait.looked = time.monotonic(), True
    return wait


def test_a_statement_that_ended_while_the_watcher_logged_in_is_not_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    session_ = Asked()
    its = watcher(monkeypatch, session_, meanwhile=lambda: its.begin(object(), 60, "7"))
    its._look(over(its))
    assert session_.questions == []


def test_no_other_statement_begins_while_one_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    session_ = Asked()
    its = watcher(monkeypatch, session_)
    wait = over(its)
    session_.free.clear()
    ending, on = (threading.Thread(target=work) for work in (lambda: its._look(wait), its.end))
    ending.start()
    while not its._ending.locked():
        time.sleep(0.01)
    on.start()
    on.join(0.2)
    assert on.is_alive()
    session_.free.set()
    on.join(5)
    ending.join(5)
    assert session_.questions == ["KILL QUERY 7"]


def test_a_session_of_the_watchers_that_was_ended_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Asked(), Asked()
    its = watcher(monkeypatch, first, second)
    assert its._ask("SELECT 1") == [("row",)]
    first.raising = 1
    assert its._ask("SELECT 2") == [("row",)]
    assert second.questions == ["SELECT 2"]


def test_what_was_watched_before_is_watched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    its = watcher(monkeypatch)
    with its.waiting("the migration's", 60, "7"):
        with its.patience("another"):
            assert its._wait is not None
            assert (its._wait.connection, its._wait.session) == ("another", "")
        assert its._wait is not None
        assert (its._wait.connection, its._wait.session) == ("the migration's", "7")
    assert its._wait is None


def sends(monkeypatch: pytest.MonkeyPatch, its: Watcher, journal: Any) -> sending.Sending:
    means = MagicMock(found=declared(), watcher=its, journal=journal, pauses=())
    monkeypatch.setattr(sending, "own", lambda _connection: SimpleNamespace(id="7", whole=True))
    monkeypatch.setattr(sending, "driver_connection", lambda _connection: "the migration's")
    made = sending.Sending(means)
    made._revision = MagicMock(id="a1")
    means.stop.wanted = means.stop.urgent = False
    return made


def test_a_session_of_a_migration_is_watched_from_its_first_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    its, watched = watcher(monkeypatch), []
    monkeypatch.setattr(sending, "bounded", lambda *_all: watched.append(its._wait and its._wait.connection))
    sends(monkeypatch, its, MagicMock()).connected("the new one", {})
    assert watched == ["the new one"]


def test_a_mark_is_watched_in_the_session_that_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    its, journal, watched = watcher(monkeypatch), MagicMock(), []
    journal.marked.side_effect = lambda: watched.append(its._wait and its._wait.connection)
    made = sends(monkeypatch, its, journal)
    made.sends(MagicMock(), "SELECT 1", None, lambda: None)
    made.commits(MagicMock())
    made.sends(MagicMock(), "CREATE TABLE one (id INT)", None, lambda: None)
    assert watched == ["the migration's"] * 2


def test_a_setting_is_no_look_at_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    made = sends(monkeypatch, watcher(monkeypatch), MagicMock())
    for statement, asked in (("SET foreign_key_checks = 0", False), ("SELECT 1", True)):
        made._numbers = MagicMock()
        made.sends(MagicMock(), statement, None, lambda: None)
        assert made._numbers.asked.called is asked, statement


def test_a_last_line_that_cannot_be_written_makes_no_failure() -> None:
    told: list[Event] = []
    journal = MagicMock()
    journal.ended.side_effect = TargetError("the journal's disk is full")
    applying._carry_out(MagicMock(), journal, told.append)
    assert "all of it is applied" in told[0].message
    assert "disk is full" in told[0].message


def test_the_kits_own_session_is_used_now_and_then_and_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beating, "EACH", 0.01)
    asked = threading.Event()
    own = MagicMock(info={})
    own.connection.cursor().execute.side_effect = lambda _question: asked.set()
    with beating.beating(own):
        with turn(own):
            asked.clear()
            assert not asked.wait(0.2)
        assert asked.wait(5)
