"""Servers of this machine's programs: what they are like, and what may go wrong around them."""

from __future__ import annotations

import shutil
import signal
import socket
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from migkit import process, servers
from migkit.engines import parse
from migkit.errors import ServerError
from migkit.model import Database, Event, Server
from migkit.product import Identity, Installation, ServerSettings
from migkit.servers import cache, databases, installed, login, names, native, places
from tests.conftest import lacking
from tests.server.conftest import missing, programs, small_disk
from tests.server.runs import dead, eventually, left, listens, started, wait_for

pytestmark = pytest.mark.server

MARIADB, POSTGRESQL = "mariadb:10.11", "postgresql:15"
ENGINES = (MARIADB, POSTGRESQL)
only = pytest.mark.parametrize


STANDING: set[str] = set()  # for other tests, when one of these begins


def left_here() -> list[str]:
    """Name what the test left."""
    return [name for name in left(names.run()) if name not in STANDING]


@pytest.fixture(autouse=True)
def standing() -> Iterator[None]:
    """See what stands already, for other tests."""
    STANDING.update(left(names.run()))
    yield
    STANDING.clear()


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache.folder()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give each engine that this machine has programs of."""
    return programs(request.param)


@contextmanager
def serving(engine: str, settings: ServerSettings | None = None, events: list[Event] | None = None) -> Iterator[Server]:
    told = events if events is not None else []
    with servers.serve(parse(engine), settings or ServerSettings(), choice="local", on_event=told.append) as server:
        yield server


def scalar(database: Database, sql: str) -> Any:
    made = sa.create_engine(databases.url(database), poolclass=sa.pool.NullPool, future=True)
    with made.connect() as connection:
        found = connection.exec_driver_sql(sql).scalar()
    made.dispose()
    return found


def variables(server: Server) -> dict[str, str]:
    sql = "SHOW ALL" if server.engine.dialect == "postgresql" else "SHOW GLOBAL VARIABLES"
    with login.connect(server) as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql(sql)}


def logs(events: list[Event]) -> list[str]:
    return [event.message for event in events if event.kind == "log"]


# --- what a server is like --------------------------------------------------------------------------


def test_a_server_is_what_was_wanted_and_forgets(engine: str) -> None:
    with serving(engine) as server:
        found = variables(server)
    assert (server.kind, server.wanted, server.substituted) == ("local", engine, "")
    wanted = {
        MARIADB: {"log_bin": "ON", "sync_binlog": "0", "innodb_flush_log_at_trx_commit": "0"},
        POSTGRESQL: {"fsync": "off", "synchronous_commit": "off", "server_encoding": "UTF8", "lc_collate": "C.UTF-8"},
    }[engine]
    assert {name: found[name] for name in wanted} == wanted


def test_a_server_is_on_the_loopback_with_its_own_files_and_user(engine: str) -> None:
    with serving(engine) as server:
        folder = Path(server.handle)
        child = psutil.Process(int(folder_owner(folder)["server_pid"]))
        places_of = {address.laddr.ip for address in child.net_connections() if address.status == psutil.CONN_LISTEN}
        user, words = child.uids().effective, child.cmdline()
        modes = {path.name: path.stat().st_mode & 0o077 for path in (folder / "server", folder / "server" / "data")}
        secret = (folder / "server" / "secret").exists()
    assert places_of == {"127.0.0.1"}
    assert server.port not in (3306, 5432)
    assert user != 0
    assert any(str(folder) in word for word in words)
    assert words[1] == "--no-defaults" or engine == POSTGRESQL
    assert (modes, secret) == ({"server": 0, "data": 0}, False)
    assert not [word for word in words if server.password in word]


def folder_owner(folder: Path) -> dict[str, Any]:
    from migkit.servers import owners

    found = owners.read(folder)
    assert found is not None
    assert found[0].run == names.run()
    return dict(found[1])


def test_nobody_logs_in_without_the_password(engine: str) -> None:
    from dataclasses import replace

    with serving(engine) as server:
        for password in ("", "postgres", "root"):
            with pytest.raises(ServerError):
                login.identified(replace(server, password=password))
        assert server.password not in repr(server) + servers.explain(server)


def test_the_caller_s_variables_and_option_files_mean_nothing(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".my.cnf").write_text("[mysqld]\nsql_mode=ANSI\nport=3306\n")
    others = {"HOME": str(tmp_path), "MYSQL_HOME": str(tmp_path), "MYSQL_TCP_PORT": "3306", "PGPORT": "5432"}
    for name, value in {**others, "PGDATA": str(tmp_path), "MYSQL_UNIX_PORT": str(tmp_path / "s")}.items():
        monkeypatch.setenv(name, value)
    with serving(engine) as server:
        found = variables(server)
        seen = psutil.Process(int(folder_owner(Path(server.handle))["server_pid"])).environ()
    assert not {*others, "PGDATA", "MYSQL_UNIX_PORT"} & set(seen)
    assert found["port"] == str(server.port)
    assert found.get("sql_mode", "").startswith("STRICT_TRANS_TABLES") or engine == POSTGRESQL
    assert list(tmp_path.iterdir()) == [tmp_path / ".my.cnf"]


@only("engine", [MARIADB], indirect=True)
def test_a_server_has_the_schema_s_settings_and_keeps_its_place(engine: str) -> None:
    settings = ServerSettings(
        charset="latin1",
        sql_mode="ANSI_QUOTES",
        args=("--port=3306", "--datadir=/var/lib/mysql"),
        lower_case_table_names=1,
    )
    with serving(engine, settings) as server:
        found = variables(server)
    assert (found["character_set_server"], found["sql_mode"], found["lower_case_table_names"]) == (
        "latin1",
        "ANSI_QUOTES",
        "1",
    )
    assert found["port"] == str(server.port)
    assert found["datadir"].startswith(server.handle)


@only("engine", [POSTGRESQL], indirect=True)
def test_an_extension_that_is_installed_is_there_and_another_is_said_to_be_missing(engine: str) -> None:
    settings = ServerSettings(extensions=("postgis",))
    try:
        with serving(engine, settings) as server, databases.throwaway(server, settings) as database:
            assert scalar(database, "SELECT postgis_version()").startswith("3.")
    except ServerError as error:
        missing(error)
    wanting = ServerSettings(extensions=("no_such_thing",))
    with pytest.raises(ServerError, match="has no no_such_thing"), serving(engine, wanting):
        pytest.fail("it was served")


def test_a_server_that_dies_is_explained(engine: str) -> None:
    product = parse(engine).native
    assert product is not None
    with serving(engine) as server:
        psutil.Process(int(folder_owner(Path(server.handle))["server_pid"])).send_signal(product.stop)
        explained = servers.explain(server)
    assert "ended by signal 9" in explained or "has exited with code" in explained
    assert "ready" in explained
    assert server.password not in explained
    assert "gone" in servers.explain(server)


def test_a_second_start_takes_the_data_directory_that_was_kept(engine: str, own_cache: Path) -> None:
    first: list[Event] = []
    second: list[Event] = []
    for told in (first, second):
        with serving(engine, events=told) as server, databases.throwaway(server) as database:
            assert scalar(database, "SELECT 1") == 1
    assert any("initialising" in event.message for event in first)
    assert not any("initialising" in event.message for event in second)
    assert len(list((own_cache / "templates").iterdir())) == 1


# --- what may go wrong ------------------------------------------------------------------------------


def test_a_port_that_is_taken_meanwhile_is_another_s(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        ports = iter([taken, taken, native.free_port()])
        monkeypatch.setattr(native, "free_port", lambda: next(ports))
        with serving(engine) as server:
            assert server.port != taken
            assert login.identified(server).version == server.version
        assert listens(taken)
    assert next(ports, None) is None


def test_ports_that_are_always_taken_are_told(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        monkeypatch.setattr(native, "free_port", lambda: stranger.getsockname()[1])
        with pytest.raises(ServerError, match="did not start") as caught, serving(engine):
            pytest.fail("it was served")
    assert "Address already in use" in caught.value.log
    assert left_here() == []


def test_two_runs_at_once_make_one_template_and_two_servers(engine: str, own_cache: Path) -> None:
    with started(engine) as (first, one), started(engine) as (second, two):
        ports = {wait_for(run, "serving") for run in (first, second)}
        for run in (first, second):
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=60)
    assert len(ports) == 2
    assert left(one) + left(two) == []
    assert [cache.whole(path) for path in (own_cache / "templates").iterdir()] == [True]


def test_a_server_that_refuses_its_arguments_shows_its_log(engine: str, own_cache: Path) -> None:
    with serving(engine):
        pass
    with (
        pytest.raises(ServerError, match="did not start") as caught,
        serving(engine, ServerSettings(args=("--no-such=1",))),
    ):
        pytest.fail("it was served")
    assert "no-such" in caught.value.log or "no_such" in caught.value.log
    assert [cache.whole(path) for path in (own_cache / "templates").iterdir()] == [True]
    assert caught.value.remedy
    assert left_here() == []


PROGRAM = """\
#!/bin/sh
case "$*" in
  *--version*) echo "mysqld  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server - GPL)" ;;
  *--initialize*) exit 0 ;;
  *) echo "thinking about it"; exec sleep 600 ;;
esac
"""


def test_a_server_that_never_gets_ready_shows_its_log(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "mysqld"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.owner() == tmp_path.owner():
            folder.chmod(folder.stat().st_mode | 0o111)
    monkeypatch.setattr(native, "READY_SECONDS", 0.5)
    found = installed.find(parse("mysql:9.7"), folders=[tmp_path])
    with (
        pytest.raises(ServerError, match="not ready after") as caught,
        native.running(found, parse("mysql:9.7"), ServerSettings(), kind="local"),
    ):
        pytest.fail("it was served")
    assert "thinking about it" in caught.value.log
    assert left_here() == []


def test_what_a_killed_run_left_goes_with_the_next_one(engine: str, memory: str) -> None:
    with started(engine, prepare=memory) as (run, name):
        port = int(wait_for(run, "serving").split()[1])
        run.kill()
        run.communicate(timeout=60)
    assert eventually(lambda: not listens(port)), "its life is bound to the run's"
    assert dead(name)
    with serving(engine):
        assert left(name) == []


UNBOUND = "\nfrom migkit import process; process._bound = lambda death: ()"


def test_a_server_that_outlives_its_killed_run_is_ended_by_the_next_one(engine: str, memory: str) -> None:
    with started(engine, prepare=memory + UNBOUND) as (run, name):
        port = int(wait_for(run, "serving").split()[1])
        run.kill()
        run.communicate(timeout=60)
    assert listens(port)
    places.sweep()
    assert left(name) == []
    assert eventually(lambda: not listens(port))


def test_a_sweep_leaves_living_runs_alone(engine: str) -> None:
    with started(engine) as (run, name):
        port = int(wait_for(run, "serving").split()[1])
        places.sweep()
        assert listens(port)
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=60)
    assert run.returncode == 128 + signal.SIGTERM
    assert left(name) == []


@only("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@only("seconds", [0.0, 0.1, 0.3])
def test_an_interrupted_start_leaves_nothing(engine: str, number: signal.Signals, seconds: float) -> None:
    with started(engine) as (run, name):
        wait_for(run, "start")
        time.sleep(seconds)
        run.send_signal(number)
        run.communicate(timeout=60)
    assert run.returncode in ((-number, 130) if number == signal.SIGINT else (128 + number,))
    assert left(name) == []


def test_a_cache_that_cannot_be_used_is_said_and_done_without(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    events: list[Event] = []
    with serving(engine, events=events) as server, databases.throwaway(server) as database:
        assert scalar(database, "SELECT 1") == 1
    assert any("cannot be used" in line for line in logs(events))
    assert left_here() == []
    assert (tmp_path / "cache").read_text() == "a file"


def test_a_corrupt_template_is_made_anew(engine: str, own_cache: Path) -> None:
    with serving(engine):
        pass
    template = next((own_cache / "templates").iterdir())
    victim = next(path for path in template.rglob("*") if path.name in ("ibdata1", "pg_control"))
    victim.write_bytes(b"\xff" * victim.stat().st_size)
    second: list[Event] = []
    with serving(engine, events=second) as server, databases.throwaway(server) as database:
        assert scalar(database, "SELECT 1") == 1
    assert any("made anew" in line for line in logs(second))
    for _ in range(2):
        last: list[Event] = []
        with serving(engine, events=last):
            pass
    assert not any("anew" in line for line in logs(last))
    assert not any("initialising" in event.message for event in last)
    assert cache.whole(template)


def test_a_template_that_lost_a_file_is_made_anew(engine: str, own_cache: Path) -> None:
    with serving(engine):
        pass
    template = next((own_cache / "templates").iterdir())
    next(path for path in template.rglob("*") if path.name in ("ibdata1", "pg_control")).unlink()
    with serving(engine) as server, databases.throwaway(server) as database:
        assert scalar(database, "SELECT 1") == 1
    assert cache.whole(template)


@pytest.fixture
def full_disk() -> Iterator[Path]:
    """Give a disk of 1 MB, too little for any server, where every user may go."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        with small_disk(Path(made), 1):
            yield Path(made)


def test_a_full_disk_of_the_data_is_told(
    engine: str, own_cache: Path, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(engine):
        pass
    monkeypatch.setattr(places, "parent", lambda: full_disk)
    with pytest.raises(ServerError) as caught, serving(engine):
        pytest.fail("it was served")
    assert "No space" in caught.value.message + caught.value.log
    assert "room" in caught.value.remedy
    assert list(full_disk.iterdir()) == []
    assert [cache.whole(path) for path in (own_cache / "templates").iterdir()] == [True]


def test_a_full_disk_of_the_cache_is_told(engine: str, full_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(full_disk))
    with pytest.raises(ServerError, match="cannot be filled") as caught, serving(engine):
        pytest.fail("it was served")
    assert "room" in caught.value.remedy
    assert [path for path in full_disk.rglob("*") if path.is_file()] == []
    assert left_here() == []


# --- which programs are taken -----------------------------------------------------------------------


def program(folder: Path, name: str, said: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{said}'\n")
    path.chmod(0o755)
    return path


MYSQLD = "mysqld  Ver {} for Linux on x86_64 (MySQL Community Server - GPL)"
MARIADBD = "mysqld  Ver {}-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)"


@only(
    ("wanted", "family", "version"),
    [
        ("mysql:8.4", "mysql", "8.4.6"),
        ("mysql:9.7", "mysql", "9.7.4"),
        ("mysql:8.0", "mysql", "9.7.4"),
        ("mariadb:10.11", "mariadb", "10.11.19"),
        ("mariadb:10.6", "mariadb", "11.8.3"),
    ],
)
def test_the_programs_that_fit_best_are_taken(tmp_path: Path, wanted: str, family: str, version: str) -> None:
    for number in ("8.4.6", "8.4.5", "9.7.4"):
        program(tmp_path / f"mysql-{number}", "mysqld", MYSQLD.format(number))
    for number in ("10.11.19", "11.8.3", "10.11.2"):
        program(tmp_path / f"mariadb-{number}", "mysqld", MARIADBD.format(number))
    found = installed.find(parse(wanted), folders=sorted(tmp_path.iterdir()))
    assert (found.identity.family, found.identity.version) == (family, version)


def test_a_relative_is_taken_where_there_is_nothing_else(tmp_path: Path) -> None:
    real = program(tmp_path / "sbin", "mariadbd", MARIADBD.format("10.11.19"))
    (tmp_path / "sbin" / "mysqld").symlink_to("mariadbd")
    found = installed.find(parse("mysql:9.7"), folders=[tmp_path / "sbin"])
    assert found.identity == Identity("mariadb", "MariaDB", "10.11.19")
    assert found.origin == str(real)


def test_what_is_no_server_is_not_taken(tmp_path: Path) -> None:
    program(tmp_path, "mysqld", "I am a wrapper")
    program(tmp_path, "postgres", "postgres (PostgreSQL) 17.2")
    for wanted in ("mysql:9.7", "postgresql:17"):  # the second lacks initdb
        with pytest.raises(LookupError, match="no server program"):
            installed.find(parse(wanted), folders=[tmp_path, tmp_path / "nowhere"])


def test_programs_with_the_extension_go_before_newer_ones(tmp_path: Path) -> None:
    for number in ("17.2", "15.18"):
        folder = tmp_path / number / "bin"
        program(folder, "postgres", f"postgres (PostgreSQL) {number}")
        program(folder, "initdb", "")
    controls = tmp_path / "15.18" / "share" / "extension"
    controls.mkdir(parents=True)
    (controls / "made_up.control").touch()
    folders = [tmp_path / "17.2" / "bin", tmp_path / "15.18" / "bin"]

    def found(*extensions: str) -> Installation:
        return installed.find(parse("postgresql:17"), extensions, folders=folders)

    assert found().identity.version == "17.2"
    assert found("made_up").identity.version == "15.18"
    with pytest.raises(LookupError, match=r"PostgreSQL 17\.2 .* has no other"):
        found("other")


def test_a_program_s_life_is_bound_to_this_process_where_the_system_can() -> None:
    if not shutil.which("setpriv"):
        lacking("no setpriv: the next run ends what a killed one left")
    assert textwrap.shorten(" ".join(process._bound("KILL")), 80) == "setpriv --pdeathsig KILL --"
