"""What killed runs leave is found and removed, and nothing else is: in Docker, on this machine, on a shared server."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import doctor
from migkit.model import Server
from migkit.servers import claims, leftovers, login, names, owners
from migkit.servers.owners import Owner
from tests.server.conftest import Serve
from tests.server.runs import containers, started, wait_for
from tests.server.test_servers import MARIADB, MYSQL, POSTGRESQL, by_url, only, standing

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
DEAD = "migkit_0123abcd_1"
TOLD = "print('made', database.name, server.handle or server.origin, flush=True); time.sleep(100)"


@contextmanager
def running(name: str, choice: str, prepare: str = "") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Give another run of the kit that has a database, with its run, database, and container or place."""
    with started(name, choice, prepare=prepare, serving=TOLD) as (process, run):
        yield process, [run, *wait_for(process, "made").split()[1:]]


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def clean(server: Server | None = None) -> dict[str, bool | None]:
    """Run `mig.doctor --clean`; give what it says of each thing."""
    choice = by_url(server) if server else ""
    report = doctor.clean(doctor.Options(server=choice))
    return {check["check"]: check["ok"] for check in report.facts["checks"]}


def make(server: Server, *named: str) -> None:
    quote = server.engine.quote
    with login.connect(server) as connection:
        for name in named:
            connection.exec_driver_sql(f"CREATE DATABASE {quote(name)}")


def drop(server: Server, *named: str) -> None:
    quote = server.engine.quote
    with login.connect(server) as connection:
        for name in named:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {quote(name)}")


def logins(server: Server) -> set[str]:
    with login.connect(server) as connection:
        rows = connection.exec_driver_sql(login.console(server.engine).logins.listing_sql)
        return {str(row[0]) for row in rows if str(row[0]).startswith("migkit_")}


# --- a server that several share --------------------------------------------------------------------


@only("server", [MYSQL, MARIADB, POSTGRESQL], indirect=True)
def test_a_killed_run_s_database_and_login_go_and_those_of_a_living_one_stay(server: Server) -> None:
    choice = by_url(server)
    with running(server.engine.name, choice) as (first, killed), running(server.engine.name, choice) as (_, living):
        assert {killed[1], living[1]} <= standing(server)
        assert not clean(server)[f"database {killed[1]}"]
        kill(first)
        said = clean(server)
        assert (said[f"database {killed[1]}"], said[f"database {living[1]}"]) == (True, None)
        assert killed[1] not in standing(server)
        assert living[1] in standing(server)
        assert (killed[1] in logins(server), living[1] in logins(server)) == (False, True)


@only("server", [MYSQL, POSTGRESQL], indirect=True)
def test_what_only_looks_like_the_kit_s_is_never_touched(server: Server) -> None:
    somebodys = ["migkit_notes", "migkit", "migkit_0123abcd", "migkit_0123abcd_1_keeper", "migkit_0123ABCX_1"]
    somebodys += ["migkit_0123abcd_", "xmigkit_0123abcd_1", "migkit_0123abcd_1 ", "migkit_0123abcd_01"]
    somebodys = [name for name in somebodys if server.engine.dialect != "mysql" or not name.endswith(" ")]
    copies = [DEAD, f"{DEAD}_keep", f"{DEAD}_k12"]
    try:
        make(server, *somebodys, *copies)
        said = clean(server)
        assert set(somebodys) <= standing(server)
        assert not set(copies) & standing(server)
        assert {f"database {name}" for name in copies} <= set(said)
        assert not {f"database {name}" for name in somebodys} & set(said)
    finally:
        drop(server, *somebodys, *copies)


@only("server", [MYSQL, MARIADB, POSTGRESQL], indirect=True)
def test_a_database_that_somebody_is_in_stays_although_no_run_claims_it(server: Server) -> None:
    """The claim of a run may be lost, by a proxy that drops idle sessions, while the run goes on."""
    make(server, DEAD)
    try:
        with login.connect(server, DEAD):
            clean(server)
            assert DEAD in standing(server)
        clean(server)
        assert DEAD not in standing(server)
    finally:
        drop(server, DEAD)


@only("server", [MYSQL, POSTGRESQL], indirect=True)
def test_it_is_asked_once_more_before_it_is_dropped(server: Server) -> None:
    """A run may begin between the listing and the removal: a leftover that is stale by then stays."""
    make(server, DEAD)
    try:
        [found] = [one for one in leftovers.databases(server) if one.name == DEAD]
        assert found.state == "dead"
        with claims.held(replace(server, kind="url"), DEAD):
            leftovers.remove(found, server)
            assert DEAD in standing(server)
    finally:
        drop(server, DEAD)


@only("server", [MYSQL, MARIADB, POSTGRESQL], indirect=True)
def test_a_login_without_its_database_goes(server: Server) -> None:
    spoken = login.console(server.engine).logins
    with login.connect(server) as connection:
        for statement in spoken.create(DEAD, secrets.token_urlsafe(18)):
            connection.exec_driver_sql(statement)
    assert DEAD in logins(server)
    assert clean(server)[f"login {DEAD}"] is True
    assert DEAD not in logins(server)


@only("server", [MYSQL, MARIADB, POSTGRESQL], indirect=True)
def test_another_login_can_tell_a_living_run_too(server: Server) -> None:
    """On a shared server each team, and each machine, may have a login of its own, and none is an administrator."""
    password = secrets.token_urlsafe(18)
    spoken = login.console(server.engine).logins
    users = [replace(server, user=f"team_{n}", password=password, kind="url") for n in "ab"]
    make(server, DEAD)
    try:
        with login.connect(server) as connection:
            for user in users:
                for statement in (*spoken.create(user.user, password), *_grants(server, user.user)):
                    connection.exec_driver_sql(statement)
        with claims.held(users[0], DEAD):
            assert claims.abandoned(users[1]) == {DEAD: False}
        assert claims.abandoned(users[1]) == {DEAD: True}
    finally:
        drop(server, DEAD)
        with login.connect(server) as connection:
            for user in users:
                connection.exec_driver_sql(spoken.drop(user.user))


def _grants(server: Server, user: str) -> tuple[str, ...]:
    """Let a login see the database; on PostgreSQL each does."""
    statements = login.console(server.engine).logins.grant(user, DEAD, "ALL")
    return statements if server.engine.dialect == "mysql" else ()


def test_a_server_that_does_not_answer_is_a_finding_and_the_rest_is_cleaned() -> None:
    report = doctor.clean(doctor.Options(server="mysql://root:hunter2@127.0.0.1:1/"))
    assert [finding.object for finding in report.findings] == ["server"]
    assert "hunter2" not in str(report)


# --- this machine -----------------------------------------------------------------------------------


def test_a_killed_run_s_container_goes_and_a_living_one_s_stays(serve: Serve) -> None:
    serve(POSTGRESQL)
    with running(POSTGRESQL, "docker") as (first, killed), running(POSTGRESQL, "docker") as (_, living):
        assert clean()[f"container {killed[2]}"] is None
        kill(first)
        said = clean()
        assert (said[f"container {killed[2]}"], said[f"container {living[2]}"]) == (True, None)
        assert containers(killed[0]) == []
        assert containers(living[0]) == [living[2]]


def test_a_killed_run_s_directory_goes_and_a_living_one_s_stays(memory: str) -> None:
    with running("sqlite", "auto", memory) as (first, killed), running("sqlite", "auto", memory) as (_, living):
        kill(first)
        said = clean()
        assert (said[f"directory {killed[2]}"], said[f"directory {living[2]}"]) == (True, None)
        assert (Path(killed[2]).exists(), Path(living[2]).exists()) == (False, True)


def test_a_directory_without_an_owner_or_of_another_machine_is_nobody_s_here(tmp_path: Path) -> None:
    shared = Path("/dev/shm")
    strange, foreign = shared / f"migkit-{secrets.token_hex(4)}-1", shared / f"migkit-{secrets.token_hex(4)}-1"
    owner = Owner("0123abcd", os.getpid(), 0.0, "another machine")
    try:
        strange.mkdir()
        foreign.mkdir()
        (foreign / owners.FILE).write_text(json.dumps({name: getattr(owner, name) for name in owner.__slots__}))
        said = clean()
        assert strange.is_dir()
        assert foreign.is_dir()
        assert f"directory {strange}" not in said
        assert said[f"directory {foreign}"] is None
    finally:
        for folder in (strange, foreign):
            for path in folder.glob("*"):
                path.unlink()
            folder.rmdir()


def test_this_process_s_own_are_in_use(serve: Serve) -> None:
    serve(MYSQL)
    mine = [one for one in leftovers.containers() if f"run {names.run()}," in one.owner]
    assert mine
    assert {one.state for one in mine} == {"live"}
