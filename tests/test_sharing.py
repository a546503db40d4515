"""Servers that several processes share: the order for one, how one is written down, and what a run leaves."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import servers
from migkit.engines import MYSQL, parse
from migkit.errors import ConfigError, ServerError
from migkit.model import Server
from migkit.product import ServerSettings
from migkit.servers import databases, owners, shared, sharing
from migkit.servers.request import Request
from tests.nox_project import KIT

SERVER = Server(
    MYSQL,
    kind="docker",
    product="MySQL",
    version="9.7.4",
    host="127.0.0.1",
    port=4711,
    user="root",
    password="secret",
    origin="migkit/mysql:9.7",
    wanted="mysql:9.7",
    options=(("charset", "utf8mb4"),),
    handle="migkit-1-1",
    passed_over=("docker: not today",),
)
RUN = """
import sys
from pathlib import Path
from migkit.engines import MYSQL
from migkit.servers import sharing
from migkit.servers.request import Request

folder = sharing.opened(lambda folder: print("ended", flush=True))
try:
    with sharing.lent(folder, Request(MYSQL, choice="dokcer"), print) as loan:
        loan.choice()
except Exception as error:
    print(error)
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a run that ends with the test."""
    with (tmp_path / "alive").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        yield tmp_path


def ordered(engine: str = "mysql:9.7", choice: str = "auto", **settings: object) -> str:
    return Request(parse(engine), ServerSettings(**settings), choice).text()  # type: ignore[arg-type]  # a test names real fields


def test_what_a_server_is_started_with_is_not_shared_with_other_wishes() -> None:
    orders = [
        ordered(),
        ordered("mysql:8.4"),
        ordered(choice="docker"),
        ordered(sql_mode="ANSI"),
        ordered(sql_mode=""),
        ordered(charset="utf8mb3"),
        ordered(args=("--event-scheduler=ON",)),
        ordered(lower_case_table_names=1),
    ]
    assert len(set(orders)) == len(orders)


def test_the_privileges_of_a_login_are_no_part_of_a_server() -> None:
    assert ordered(privileges=("ALL",)) == ordered()


def test_a_server_is_read_as_it_was_written() -> None:
    values = json.loads(json.dumps(shared.written(SERVER)))
    found = shared.loaded(MYSQL, values)
    assert found == replace(SERVER, shared=True)


def test_what_another_version_wrote_besides_is_passed_over() -> None:
    assert shared.loaded(MYSQL, shared.written(SERVER) | {"colour": "green"}).port == 4711


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(ServerError, match="no server is written down"),
        servers.serve(MYSQL, choice=f"shared:{tmp_path / 'none.json'}"),
    ):
        pytest.fail("it was served")


def test_on_a_shared_server_no_name_is_given_but_the_kits_own() -> None:
    own = shared.loaded(MYSQL, shared.written(SERVER))
    with pytest.raises(ConfigError, match="voipbin"), databases.throwaway(own, name="voipbin"):
        pytest.fail("it was made")


def test_a_server_that_cannot_be_had_is_told_to_everybody_and_tried_once(run: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        with (
            pytest.raises(ServerError, match="dokcer") as caught,
            sharing.lent(run, Request(MYSQL, choice="dokcer"), said.append) as loan,
        ):
            loan.choice()
        assert "docker" in caught.value.remedy
    assert sharing.count(run) == 0
    record = next(run.glob("*.server"))
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_a_process_that_dies_while_it_starts_a_server_is_told_with_its_log(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with (
        pytest.raises(ServerError, match="has ended"),
        sharing.lent(run, Request(MYSQL), lambda _said: None) as loan,
    ):
        loan.choice()


@pytest.mark.parametrize("ending", ["its end", "SIGINT"])
def test_a_run_leaves_no_folder(tmp_path: Path, ending: str) -> None:
    with _started(tmp_path) as child:
        folder = _folder(child)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        if ending == "its end":
            child.communicate("", timeout=60)
        else:
            child.send_signal(signal.Signals[ending])
            child.communicate(timeout=60)
    assert not folder.exists()


def test_a_run_that_is_killed_leaves_a_folder_that_the_doctor_knows(tmp_path: Path) -> None:
    with _started(tmp_path) as child:
        folder = _folder(child)
        child.kill()
        child.communicate(timeout=60)
    owned = owners.read(folder)
    assert owned is not None
    assert owners.state(owned[0]) == "dead"


def _folder(child: subprocess.Popen[str]) -> Path:
    assert child.stdout is not None
    assert "dokcer" in child.stdout.readline()
    return Path(child.stdout.readline().strip())


def _started(folder: Path) -> subprocess.Popen[str]:
    env = dict(os.environ) | {"PYTHONPATH": str(KIT), "TMPDIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", RUN],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
