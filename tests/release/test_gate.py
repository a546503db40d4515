"""What servers of the MySQL family answer a release's questions, where no server of the tests answers so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from migkit import engines
from migkit.address import Address
from migkit.gate import Ask, Denied, Gate
from migkit.model import Check, Journal, Revision, Target
from migkit.model.release import Plan, PlannedRevision, PlannedStatement
from migkit.preflight.traffic import traffic
from migkit.servers import login
from migkit.targets import Declared

UNKNOWN = Denied("1193 Unknown system variable 'server_uuid'")
REFUSED = Denied("1227 Access denied; you need (at least one of) the SYSTEM_VARIABLES_ADMIN privilege(s)")
OLD = "SELECT @@hostname, @@port, @@server_id, @@datadir"
DISKS = "SELECT path, available FROM information_schema.disks"


@pytest.fixture
def gate() -> Gate:
    return login.console(engines.parse("mariadb:10.11")).gate()


def disk(ask: Ask, *statements: PlannedStatement) -> list[Check]:
    """Give what is said of the disk."""
    target = Target("production", Journal(Path()), url="ini", hosts=("db:1",))
    found = Declared(target, engines.parse("mariadb:10.11"), Address("db", 1, "", "app"), URL.create("mysql"))
    revision = PlannedRevision(Revision("r1", "r1", Path("r1.py"), ()), "upgrade", statements)
    plan = Plan("production", "db:1/app", "upgrade", (), ("r1",), (revision,))
    return [one for one in traffic(ask, found, plan) if one.check == "traffic: disk"]


def answering(answers: Mapping[str, Any]) -> Ask:
    def ask(sql: str, **_bound: Any) -> Any:
        answer = answers[sql]
        if isinstance(answer, Denied):
            raise answer
        return answer

    return ask


def test_a_server_without_an_id_of_its_own_is_known_by_its_place(gate: Gate) -> None:
    old = {
        "SELECT @@server_uuid": UNKNOWN,
        "SELECT @@server_uid": UNKNOWN,
        OLD: [("db1", 3306, 7, "/var/lib/mysql/")],
    }
    assert gate.server_id(answering(old)) == "db1 3306 7 /var/lib/mysql/"
    assert gate.server_id(answering({**old, "SELECT @@server_uid": [("VQd",)]})) == "VQd"


@pytest.mark.parametrize("variable", ["server_uuid", "server_uid"])
def test_an_id_that_is_refused_is_no_other_id(gate: Gate, variable: str) -> None:
    answers = {"SELECT @@server_uuid": UNKNOWN, "SELECT @@server_uid": UNKNOWN, f"SELECT @@{variable}": REFUSED}
    with pytest.raises(Denied, match="1227"):
        gate.server_id(answering(answers))


def test_the_free_disk_is_that_of_the_data(gate: Gate) -> None:
    """No image of the tests has MariaDB's plugin `disks`, which gives kilobytes."""
    disks = [("/", 10), ("/var/lib/mysql", 30), ("/var/lib/mysql-log", 50)]
    answers = {"SELECT @@datadir": [("/var/lib/mysql/",)], DISKS: disks}
    assert gate.free(answering(answers)) == 30 * 1024
    assert gate.free(answering({**answers, DISKS: disks[:1]})) == 10 * 1024
    assert gate.free(answering({**answers, DISKS: []})) is None
    assert gate.free(answering({**answers, DISKS: Denied("1109 Unknown table 'disks'")})) is None


@pytest.mark.parametrize(
    ("free", "ok", "said"),
    [
        (600 * 2**20, True, "takes about 600.0 GB; 600.0 GB are free"),
        (599 * 2**20, False, "takes about 600.0 GB, and 599.0 GB are free"),
        (None, None, "takes about 600.0 GB; the server does not show its free disk"),
    ],
)
def test_what_is_written_anew_wants_room_whatever_lint_is_to_say_of_it(
    free: int | None, ok: bool | None, said: str
) -> None:
    answers = {"SELECT @@datadir": [("/data/",)], DISKS: [("/data", free)] if free else []}

    def ask(sql: str, **_bound: Any) -> Any:
        return answers.get(sql, [])

    calls = PlannedStatement(1, "ALTER TABLE calls …", table="calls", bytes=500 * 2**30, rebuilds=True)
    (check,) = disk(ask, calls, PlannedStatement(2, "ALTER TABLE old …", table="old", bytes=10))
    assert (check.ok, check.message) == (ok, f"calls is rebuilt, which {said}")
    assert disk(ask, replace(calls, rebuilds=False)) == []
