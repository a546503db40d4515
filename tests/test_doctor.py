"""What doctor says of a machine and of a configuration, sound or broken; what it removes, and what it does not."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from migkit.checks.schemas import missing
from migkit.servers import owners
from tests.test_tasks import command, environment, history, invoke, run

PASS = ("pass", "pass")
NO_DOCKER = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
only = pytest.mark.parametrize


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a folder with tasks and nothing configured, in which temporary files stand under `tmp`."""
    (tmp_path / "tasks.py").write_text("from migkit.tasks import namespace\n")
    (tmp_path / "tmp").mkdir()
    return tmp_path


def doctor(place: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return invoke(place, "mig.doctor", *args, TMPDIR=str(place / "tmp"), **NO_DOCKER)


def configure(place: Path, *, engine: str = "sqlite", more: str = "", name: str = "app") -> None:
    text = f'[schemas.{name}]\ndirectory = "{name}"\nengine = "{engine}"\n{more}\n'
    with (place / "migkit.toml").open("a") as file:
        file.write(text)


def checks(place: Path, *args: str) -> dict[str, dict[str, object]]:
    done = doctor(place, "--format", "json", *args)
    told = json.loads(done.stdout)
    assert all(list(check) == ["check", "ok", "message", "remedy"] for check in told["checks"])
    wrong = [finding["object"] for finding in told["findings"]]
    assert wrong == [check["check"] for check in told["checks"] if check["ok"] is False]
    return {check["check"]: check for check in told["checks"]}


# --- configurations ---------------------------------------------------------------------------------


def test_without_a_configuration_it_says_how_to_make_one_and_looks_at_the_rest(place: Path) -> None:
    done = doctor(place)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0].startswith("· configuration")
    assert "write migkit.toml" in lines[1]
    for name in ("python", "alembic", "sqlalchemy", "driver PyMySQL", "docker", "local servers", "packaged servers"):
        assert [line for line in lines if line[2:].startswith(name)], name


def test_a_broken_configuration_is_one_line_and_the_rest_is_still_shown(place: Path) -> None:
    configure(place, more='engin = "x"')
    done = doctor(place)
    assert done.returncode == 2
    assert "✗ configuration" in done.stdout
    assert "schemas.app.engin: unknown key; did you mean engine?" in done.stdout
    assert "✓ alembic" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_sound_one_without_docker_is_clean_where_no_server_is_needed(place: Path) -> None:
    configure(place)
    history(place / "app", ("a1", *PASS), ("b2", *PASS))
    done = doctor(place)
    assert done.returncode == 0, done.stdout
    assert "✓ app: history" in done.stdout
    assert "2 revisions, head b2" in done.stdout
    assert "· docker" in done.stdout


def test_what_is_wrong_with_a_schema_keeps_nothing_of_the_others_from_being_shown(place: Path) -> None:
    for name in ("lost", "bare", "broken", "forked", "sound"):
        configure(place, name=name)
    (place / "bare").mkdir()
    history(place / "broken", ("a1", *PASS))
    (place / "broken/migrations/versions/b2.py").write_text("revision = 'b2'\ndown_revision = 'a1'\ndef upgrade(:\n")
    history(place / "forked", ("a1", *PASS), ("b2", *PASS), ("c3", *PASS))
    versions = place / "forked/migrations/versions"
    (versions / "c3.py").write_text((versions / "c3.py").read_text().replace("'b2'", "'a1'"))
    history(place / "sound", ("a1", *PASS))
    found = checks(place)
    assert "no directory" in str(found["lost: directory"]["message"])
    assert "there is no" in str(found["bare: ini"]["message"])
    assert "bare: history" not in found
    assert "b2.py:3" in str(found["broken: history"]["message"])
    assert "2 heads: b2, c3" in str(found["forked: history"]["message"])
    assert found["sound: history"]["ok"] is True
    done = doctor(place, "--schema", "forked")
    assert (done.returncode, "sound" in done.stdout) == (0, False)
    assert doctor(place, "--schema", "forked", "--fail-on", "warning").returncode == 2
    assert doctor(place, "--schema", "frked").returncode == 3


def test_a_sample_stands_in_for_an_ini_and_the_remedy_copies_it(place: Path) -> None:
    configure(place)
    history(place / "app", ("a1", *PASS))
    (place / "app/alembic.ini").rename(place / "app/alembic.ini.sample")
    found = checks(place)
    assert found["app: ini"]["ok"] is None
    assert str(found["app: ini"]["remedy"]).startswith("cp app/alembic.ini.sample app/alembic.ini")
    assert found["app: history"]["ok"] is True


def test_no_code_of_the_user_s_runs(place: Path) -> None:
    configure(place)
    history(place / "app", ("a1", *PASS))
    for path in (place / "app/migrations/env.py", place / "app/migrations/versions/a1.py"):
        path.write_text(f"{path.read_text()}\nraise SystemExit(9)\n")
    assert checks(place)["app: history"]["ok"] is True


def test_requirements_that_are_not_met_are_told(place: Path) -> None:
    configure(place, more='requirements = ["pytest", "no-such-thing>=2"]')
    history(place / "app", ("a1", *PASS))
    found = checks(place)["app: requirements"]
    assert (found["ok"], found["message"]) == (False, "no-such-thing is not installed")
    assert '"no-such-thing>=2"' in str(found["remedy"])


@only(
    ("requirement", "said"),
    [
        ("pytest", ""),
        ("PyTest>=1", ""),
        ("pytest<1", "pytest<1 is wanted"),
        ("pytest[testing]", ""),
        ("no-such-thing; python_version < '3'", ""),
        ("no-such-thing", "no-such-thing is not installed"),
        ("not a requirement", "is no requirement"),
    ],
)
def test_a_requirement_is_read_as_pip_reads_it(requirement: str, said: str) -> None:
    assert missing(requirement).startswith(said) if not said.startswith("is") else said in missing(requirement)
    assert bool(missing(requirement)) == bool(said)


@only(
    ("url", "ok", "said"),
    [
        ("sqlite:///x", True, "sqlite"),
        ("mysql+pymysql://u:hunter2@h/db", True, "mysql+pymysql"),
        ("mysql://u:hunter2@h/db", True, "mysql"),
        ("mysql+mysqlconnector://u:hunter2@h/db", False, "needs the Python module mysql"),
        ("mysql+nothing://u:hunter2@h/db", False, "SQLAlchemy has no mysql+nothing"),
        ("%(MISSING)s", None, ""),
    ],
)
def test_the_driver_of_the_ini_s_url_is_looked_for(place: Path, url: str, ok: bool | None, said: str) -> None:
    configure(place)
    history(place / "app", ("a1", *PASS))
    ini = place / "app/alembic.ini"
    ini.write_text(ini.read_text().replace("sqlite:///x", url))
    found = checks(place)
    assert "hunter2" not in str(found)
    assert ("app: driver" in found) == (ok is not None)
    if ok is not None:
        assert found["app: driver"]["ok"] is ok
        assert said in str(found["app: driver"]["message"])


def test_what_runs_in_a_service_need_not_be_installed_here(place: Path) -> None:
    configure(
        place, more='requirements = ["no-such-thing"]\nurl_driver = "mysql+nothing"\ncompose = { service = "app" }'
    )
    history(place / "app", ("a1", *PASS))
    assert [name for name in checks(place) if name.startswith("app")] == ["app: ini", "app: history"]


def test_on_a_terminal_it_has_colours_unless_no_color(place: Path) -> None:
    def shown(**env: str) -> str:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command("mig.doctor"), cwd=place, env=environment(TERM="xterm", **NO_DOCKER, **env), stdout=theirs
        ) as process:
            os.close(theirs)
            out = b""
            with suppress(OSError):  # how Linux says that the other end is closed
                while part := os.read(ours, 4096):
                    out += part
        os.close(ours)
        assert process.returncode == 0
        return out.decode()

    assert "\x1b[32m✓\x1b[0m python" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")


# --- what killed runs left --------------------------------------------------------------------------


@contextmanager
def left(place: Path, name: str = "migkit-0123abcd-1", **more: object) -> Iterator[Path]:
    """Make a directory of a run that is over, as it stands after a kill."""
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    folder = place / "tmp" / name
    folder.mkdir()
    written = {"run": "0123abcd", "pid": child.pid, "started": time.time(), "home": owners.home()} | more
    (folder / owners.FILE).write_text(json.dumps(written))
    (folder / "data").mkdir()
    (folder / "data/ibdata1").write_text("x")
    yield folder


def test_what_is_left_is_a_warning_and_clean_removes_it(place: Path) -> None:
    with left(place) as folder:
        done = doctor(place)
        assert done.returncode == 0
        assert f"✗ directory {folder}" in done.stdout
        assert "to do: inv mig.doctor --clean" in done.stdout
        assert doctor(place, "--fail-on", "warning").returncode == 2
        assert folder.exists()
        done = doctor(place, "--clean")
        assert (done.returncode, f"✓ directory {folder}" in done.stdout) == (0, True)
        assert not folder.exists()


@only("more", [{"pid": os.getpid()}, {"home": "another machine"}, {"run": None, "pid": "x"}])
def test_clean_leaves_what_lives_what_is_another_machine_s_and_what_it_cannot_read(
    place: Path, more: dict[str, object]
) -> None:
    with left(place, **more) as folder:
        assert doctor(place, "--clean").returncode == 0
        assert (folder / "data/ibdata1").exists()


def test_clean_leaves_what_has_another_name(place: Path) -> None:
    with left(place, name="notes") as folder:
        assert doctor(place, "--clean").returncode == 0
        assert folder.exists()


def test_a_server_that_outlived_its_run_is_ended_with_its_directory(place: Path) -> None:
    """It is known by its number and by its directory: a later process with that number is somebody else's."""
    sleeps = [sys.executable, "-c", "import time; time.sleep(100)"]
    with left(place) as folder, left(place, name="migkit-0123abcd-2") as other:
        server = subprocess.Popen([*sleeps, f"--datadir={folder}/data"])
        stranger = subprocess.Popen(sleeps)
        try:
            for where, process in ((folder, server), (other, stranger)):
                written = json.loads((where / owners.FILE).read_text())
                (where / owners.FILE).write_text(json.dumps(written | {"server_pid": process.pid}))
            assert doctor(place, "--clean").returncode == 0
            assert server.wait(10) == -signal.SIGTERM
            assert stranger.poll() is None
            assert (folder.exists(), other.exists()) == (False, False)
        finally:
            for process in (server, stranger):
                process.kill()
                process.wait()


def test_a_password_of_a_server_that_is_not_there_is_nowhere(place: Path) -> None:
    done = doctor(place, "--clean", "--server", "mysql://root:hunter2@127.0.0.1:1/")
    assert done.returncode == 2
    assert "127.0.0.1:1" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    done = doctor(place, "--server", "mysq://root:hunter2@127.0.0.1:1/")
    assert "✗ server" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


@only("args", [(), ("--clean",)])
def test_a_server_that_is_none_is_told_as_the_round_trip_tells_it(place: Path, args: tuple[str, ...]) -> None:
    told = checks(place, "--server", "dokcer", *args)["server"]
    assert (told["ok"], told["message"]) == (False, "no such server: 'dokcer'")
    assert told["remedy"] == "write --server docker"


@only("choice", ["auto", "local"])
def test_a_kind_of_server_is_no_address_to_look_into(place: Path, choice: str) -> None:
    assert "server" not in checks(place, "--server", choice)


def test_a_docker_daemon_that_does_not_answer_is_told_in_one_clause(place: Path) -> None:
    done = invoke(place, "mig.doctor", "--format", "json", TMPDIR=str(place / "tmp"), DOCKER_HOST="tcp://127.0.0.1:1")
    told = {check["check"]: check["message"] for check in json.loads(done.stdout)["checks"]}
    assert told["docker"] == "the Docker daemon cannot be reached: 127.0.0.1:1: Connection refused"


def test_the_console_program_has_it_without_tasks(place: Path) -> None:
    (place / "tasks.py").unlink()
    done = run(place, sys.executable, "-c", "from migkit.tasks import program; program.run()", "doctor", **NO_DOCKER)
    assert done.returncode == 0
    assert "✓ python" in done.stdout
    assert "\x1b" not in done.stdout
