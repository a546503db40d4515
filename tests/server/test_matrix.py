"""Servers that the sessions of one Nox run share, in Docker: one for all that want the same, and nothing left."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from migkit.engines import parse
from migkit.errors import ServerError
from migkit.servers import docker, docker_client, sharing
from migkit.servers.request import Request
from tests.conftest import ENV, lacking, write_revision
from tests.nox_project import RIGHT, NoxProject, table
from tests.server.conftest import missing

pytestmark = pytest.mark.server

ENGINE = "mariadb:10.11"
SEEN = """
import json
import os

from alembic import context

facts = json.loads(open(os.environ["MIGKIT_SERVER"].removeprefix("shared:")).read())["server"]
url = context.config.get_main_option("sqlalchemy.url")
with open("{file}", "a") as file:
    file.write(json.dumps([facts["handle"], facts["password"], url.rpartition("/")[2].partition("?")[0]]) + "\\n")
{more}
"""
WAITS = "import time\nopen('{file}.waits', 'w').close()\ntime.sleep(120)\n"
NOTHING = "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
ACCOUNT = """
def upgrade():
    op.execute("CREATE USER IF NOT EXISTS somebody_else IDENTIFIED BY 'word'")


def downgrade():
    pass
"""


@pytest.fixture(autouse=True)
def _docker() -> None:
    reason = docker.unavailable(parse(ENGINE))
    if reason:
        missing(ServerError(reason))


class Watched(NoxProject):
    """A repository whose env.py files write down which server and database they were given."""

    @property
    def file(self) -> Path:
        return self.root / "seen"

    def watch(self, name: str, body: str = RIGHT, *, more: str = "", engine: str = ENGINE, **keys: object) -> None:
        env = SEEN.format(file=self.file, more=more.format(file=self.file)) + ENV
        self.add(name, body, env=env, engine=engine, **keys)  # type: ignore[arg-type]  # the keys of a schema

    def seen(self) -> list[tuple[str, str, str]]:
        """Give the container, the administrator's password and the database that each env.py saw, once each."""
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return list(dict.fromkeys(tuple(json.loads(line)) for line in lines))


@pytest.fixture
def project(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    with (tmp_path / "alive").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        yield tmp_path
    sharing._wait_for_hosts(tmp_path)


@pytest.mark.parametrize(
    ("engine", "other"),
    [
        ("mysql:9.7", '{ sql_mode = "ANSI" }'),
        ("mariadb:10.11", '{ sql_mode = "ANSI" }'),
        ("postgresql:15", '{ args = ["-c", "max_connections=20"] }'),
    ],
)
def test_schemas_that_want_the_same_share_a_server_with_a_database_for_each(
    project: Watched, engine: str, other: str
) -> None:
    project.watch("calls", engine=engine)
    project.watch("pbx", engine=engine)
    project.watch("own", engine=engine, settings=other)
    done = project.nox("-s", "migrations", "--", "--server", "docker")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = table(done.stdout)
    assert [(row[0], row[3], row[4]) for row in rows] == [(name, "passed", "1 ok") for name in ("calls", "pbx", "own")]
    assert all(re.fullmatch(r"\w+ [\d.]+ \(docker\)", row[2]) for row in rows), rows
    containers, passwords, databases = zip(*project.seen(), strict=True)
    assert containers[0] == containers[1] != containers[2]
    assert len(set(databases)) == 3
    assert all(name.startswith("migkit_") for name in databases)
    assert "2 servers shared" in done.stdout
    assert not any(password in done.stdout + done.stderr for password in passwords)
    assert_gone(project)


def test_sessions_in_parallel_share_a_server_too(project: Watched) -> None:
    if "--parallel" not in project.nox("--help").stdout:
        lacking("this Nox runs one session at a time")
    project.watch("calls")
    project.watch("pbx")
    done = project.nox("-s", "migrations", "-j", "2")
    assert [row[3] for row in table(done.stdout)] == ["passed", "passed"], done.stdout
    assert len({container for container, _password, _database in project.seen()}) == 1
    assert_gone(project)


def test_a_schema_without_changes_starts_no_server(project: Watched) -> None:
    project.watch("calls")
    project.watch("pbx")
    for args in (["init", "-q"], ["add", "calls", "pbx"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *args], cwd=project.root, check=True)
    write_revision(project.root / "pbx" / "migrations" / "versions", "second", "first_pbx", NOTHING)
    done = project.nox("-s", "migrations", "--", "--since", "HEAD")
    assert [(row[0], row[3], row[4]) for row in table(done.stdout)] == [
        ("calls", "passed", "no revisions"),
        ("pbx", "passed", "1 ok"),
    ]
    assert "1 server shared" in done.stdout
    assert len(project.seen()) == 1
    done = project.nox("-s", "migrations(calls, mariadb:10.11)", "--", "--since", "HEAD")
    assert "0 servers shared" in done.stdout


def test_a_schema_that_changes_the_server_for_all_leaves_another_one_to_the_next(project: Watched) -> None:
    project.watch("calls", ACCOUNT, settings='{ privileges = ["ALL", "CREATE USER"] }')
    project.watch("pbx")
    done = project.nox()
    assert [row[0] for row in table(done.stdout)] == ["calls", "pbx"]
    assert f"another server of {ENGINE} is started: a migration has changed it for all: somebody_else@%" in done.stderr
    assert len({container for container, _password, _database in project.seen()}) == 2
    assert_gone(project)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_in_the_middle_leaves_nothing(project: Watched, ending: signal.Signals) -> None:
    project.watch("calls", more=WAITS)
    with subprocess.Popen(
        project.arguments(),
        cwd=project.root,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        until((project.root / "seen.waits").exists, 120)
        if ending is signal.SIGINT:  # a terminal sends it to all
            os.killpg(child.pid, ending)
            out, _ = child.communicate(timeout=120)
            assert child.returncode == 130
            assert [row[3:5] for row in table(out)] == [["error", "interrupted"]]
            assert_gone(project)
        else:
            child.send_signal(ending)
            child.wait(60)
            assert_gone(project, seconds=60)
            end_group(child.pid)
    until(lambda: project.left() == [], 60)


def test_a_run_that_is_interrupted_while_its_server_starts_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "from migkit.engines import parse\n"
        "from migkit.servers import sharing\n"
        "from migkit.servers.request import Request\n"
        "folder = sharing.opened(lambda folder: None)\n"
        "order = Request(parse('mysql:9.7'), choice='docker')\n"
        "with sharing.lent(folder, order, lambda said: print(said, flush=True)) as loan:\n"
        "    loan.choice()\n"
    )
    env = NoxProject(tmp_path).environment()
    with subprocess.Popen(
        [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        assert "starting" in child.stdout.readline()
        folder = next(tmp_path.glob("migkit-run-*"))
        (mark,) = folder.glob("*.host")
        child.send_signal(signal.SIGINT)
        child.wait(60)
    assert not folder.exists()
    assert not standing(f"migkit-{mark.stem}-")


@pytest.mark.parametrize("engine", ["mysql:9.7", "mariadb:10.11", "postgresql:15"])
def test_a_server_that_nobody_changed_is_lent_again(run: Path, engine: str) -> None:
    said: list[str] = []
    choices = []
    for _ in range(2):
        with sharing.lent(run, Request(parse(engine), choice="docker"), said.append) as loan:
            choices.append(loan.choice())
    assert choices[0] == choices[1]
    assert sum(line.startswith("starting ") for line in said) == 1, said


def test_a_server_that_died_is_replaced(run: Path) -> None:
    said: list[str] = []
    handles = []
    for _ in range(2):
        with sharing.lent(run, Request(parse(ENGINE), choice="docker"), said.append) as loan:
            path = Path(loan.choice().removeprefix("shared:"))
            handles.append(json.loads(path.read_text("utf-8"))["server"]["handle"])
        if len(handles) == 1:
            with docker_client.connect() as client:
                client.api.remove_container(handles[0], v=True, force=True)
    assert handles[0] != handles[1]
    assert any(line.startswith(f"another server of {ENGINE} is started: ") for line in said)


def assert_gone(project: Watched, *, seconds: float = 0) -> None:
    """Assert that every container that was seen is gone, at once unless the run was killed."""
    handles = {handle for handle, _password, _database in project.seen()}
    assert handles
    until(lambda: not any(standing(handle) for handle in handles), seconds)


def standing(handle: str) -> bool:
    """Whether there is a container whose name begins so."""
    with docker_client.connect() as client:
        return any(
            str(found.name).startswith(handle) for found in client.containers.list(all=True, ignore_removed=True)
        )


def until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.1)


def end_group(number: int) -> None:
    """End what a killed Nox left of its own session: its round trip."""
    with suppress(ProcessLookupError):
        os.killpg(number, signal.SIGTERM)
