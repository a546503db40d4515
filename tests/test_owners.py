"""Whose a thing is, told by processes that live, are over, or have another's number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from migkit.servers import leftovers, names, owners
from migkit.servers.leftovers import Leftover
from migkit.servers.owners import SLACK, Owner


def test_this_process_lives_and_has_the_run_s_name() -> None:
    me = owners.here()
    assert (me.run, me.pid) == (names.run(), os.getpid())
    assert owners.state(me) == "live"


def test_a_process_that_is_gone_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert owners.state(Owner("0123abcd", child.pid, time.time(), owners.home())) == "dead"


def test_a_process_that_nobody_waited_for_is_dead_too() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    process = psutil.Process(child.pid)
    while process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert owners.state(Owner("0123abcd", child.pid, time.time(), owners.home())) == "dead"
    child.wait()


def test_a_later_process_with_the_same_number_is_not_the_owner() -> None:
    """This process stands for the later one: the owner wrote itself down long before it began."""
    began = psutil.Process().create_time()
    assert owners.state(Owner("0123abcd", os.getpid(), began - SLACK - 1, owners.home())) == "dead"
    assert owners.state(Owner("0123abcd", os.getpid(), began - SLACK / 2, owners.home())) == "live"


def test_a_clock_that_was_set_makes_no_living_process_dead_where_the_kernel_counts() -> None:
    """What was written down says when it began since the machine's start, which no clock changes."""
    me = owners.here()
    hour = 3600.0
    for started in (me.started - hour, me.started + hour):
        assert owners.state(replace(me, started=started)) == "live"
    assert owners.state(replace(me, born="another start of the machine")) == "dead"


def test_of_another_machine_nothing_is_known() -> None:
    """The number may be that of any process here, or of none."""
    for pid in (os.getpid(), 2**22 + 1):
        assert owners.state(Owner("0123abcd", pid, time.time(), "another machine")) == "elsewhere"


@pytest.mark.parametrize("number", [-5, 2**40, 2**80])
def test_a_number_that_is_none_is_dead(number: int) -> None:
    assert owners.state(Owner("0123abcd", number, time.time())) == "dead"


def test_what_is_written_down_is_read_again_and_can_be_added_to(tmp_path: Path) -> None:
    owners.write(tmp_path)
    owners.write(tmp_path, server_pid=77)
    found = owners.read(tmp_path)
    assert found is not None
    assert found[0].pid == os.getpid()
    assert found[1]["server_pid"] == 77
    assert [path.name for path in tmp_path.iterdir()] == [owners.FILE]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[]",
        "{",
        "3",
        '{"pid": 1}',
        '{"run": "a", "pid": "x", "started": 1}',
        '{"run": "a", "pid": 1, "started": 1e300}',
    ],
)
def test_a_folder_without_a_readable_owner_has_none(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / owners.FILE).write_text(text)
    assert owners.read(tmp_path) is None


def test_a_process_in_a_folder_whose_name_only_begins_alike_is_not_ended(tmp_path: Path) -> None:
    left, other = tmp_path / "migkit-0badcafe-1", tmp_path / "migkit-0badcafe-10"
    left.mkdir()
    other.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, cwd=other) as process:
        try:
            owner = {"run": "0badcafe", "pid": 2**22 + 1, "started": time.time(), "server_pid": process.pid}
            (left / owners.FILE).write_text(json.dumps(owner), encoding="utf-8")
            leftovers.remove(Leftover("directory", str(left), "", "dead", ""))
            assert process.poll() is None
        finally:
            process.kill()
    assert not left.exists()
