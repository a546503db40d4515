"""`mig.prod` at a terminal: what is read there, what is typed, and what Ctrl-C does."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.conftest import Serve
from tests.server.releasing import PROGRAM, WORD, Place, proven

pytestmark = pytest.mark.server
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_SECONDS = 90
ASKED = f'Type "{WORD}" to go on: '


class Terminal:
    """A terminal of the test's own in which one program runs."""

    def __init__(self, place: Place, *words: str, **environment: str) -> None:
        self.parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.said = ""
        self.running = subprocess.Popen(
            [sys.executable, "-c", _OWN_TERMINAL + PROGRAM, *words],
            cwd=place.folder,
            env=place.surroundings({"TERM": "xterm", **environment}),
            stdin=child,
            stdout=child,
            stderr=child,
            start_new_session=True,
        )
        os.close(child)

    def until(self, seen: Callable[[str], bool]) -> str:
        """Read until `seen` says so of all that was said, or the program has ended."""
        deadline = time.monotonic() + _SECONDS
        while not seen(self.said) and time.monotonic() < deadline:
            try:
                chunk = os.read(self.parent, 4096)
            except OSError:  # the end, as Linux tells it
                break
            self.said += _CONTROL.sub("", chunk.decode(errors="replace"))
        return self.said

    def type(self, text: str) -> None:
        os.write(self.parent, text.encode())

    def end(self) -> tuple[int, str]:
        """Read to the end; give the exit code and all that was said."""
        self.until(lambda _said: False)
        code = self.running.wait(timeout=_SECONDS)
        os.close(self.parent)
        return code, self.said


_OWN_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"  # so that Ctrl-C is a signal


@pytest.fixture(params=["mysql:9.7", "postgresql:15"])
def place(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[Place]:
    with proven(serve(request.param), tmp_path, request.param) as made:
        yield made


def test_the_plan_stands_above_the_question_and_the_report_below(place: Place) -> None:
    terminal = Terminal(place, "prod")
    before = terminal.until(lambda said: ASKED in said)
    assert "CREATE TABLE item" in before
    assert place.current() == []
    terminal.type(f"{WORD}\n")
    code, said = terminal.end()
    after = said.partition(ASKED)[2]
    assert code == 0, said
    assert "typed the word" in after
    assert "passed · 3 revisions · 5 statements" in after
    assert "CREATE TABLE item" not in after.partition("preflight:")[2]  # it was read before
    assert place.current() == ["c3"]


def test_ctrl_c_at_the_question_applies_nothing(place: Place) -> None:
    terminal = Terminal(place, "prod")
    terminal.until(lambda said: ASKED in said)
    terminal.type("\x03")
    code, said = terminal.end()
    assert code == 130
    assert said.count("interrupted: nothing was applied") == 1
    assert "CREATE TABLE item" not in said.partition(ASKED)[2]
    assert place.current() == []


def test_what_does_not_hold_is_told_once(place: Place) -> None:
    configuration = place.folder / "migkit.toml"
    configuration.write_text(f"{configuration.read_text(encoding='utf-8')}# edited\n", encoding="utf-8")
    code, said = Terminal(place, "prod", "--check").end()
    assert code == 6
    assert said.count("migkit.toml") == 2, said  # the line about the configuration, and the one about git
    assert "error:" not in said
    done = place.run("prod", "--check")
    assert "git: clean" in done.stderr  # it may be all that somebody reads


def test_what_was_typed_before_the_question_is_no_answer(place: Place) -> None:
    terminal = Terminal(place, "prod")
    terminal.type(f"{WORD}\n")
    terminal.until(lambda said: ASKED in said)
    terminal.type("no\n")
    code, said = terminal.end()
    assert code == 6
    after = said.partition(ASKED)[2]
    assert after.count("what was typed is not the word") == 1
    assert "CREATE TABLE item" not in after  # it was read before
    assert place.current() == []


def test_what_another_run_began_while_this_one_asked_is_gone_over_by_nobody(place: Place) -> None:
    more = "CREATE TABLE one (id INT PRIMARY KEY)\nINSERT INTO bill (id, item) VALUES (1, 1)"
    place.revision("d4", "c3", more, "DELETE FROM bill\nDROP TABLE one", "one more")
    place.prove()
    assert place.release("--to", "c3").returncode == 0
    terminal = Terminal(place, "prod")
    terminal.until(lambda said: ASKED in said)
    place.ask_and_keep("INSERT INTO bill (id, item) VALUES (1, 7)")
    other = place.run("prod", "--confirm", WORD, MIGKIT_APPROVED_BY="Bob")
    assert other.returncode == 7, other.stdout + other.stderr
    place.ask_and_keep("DELETE FROM bill")
    terminal.type(f"{WORD}\n")
    code, said = terminal.end()
    assert code == 6, said
    assert "was at work since this one looked" in " ".join(said.split())
    assert place.ask("SELECT * FROM bill") == []
    assert place.current() == ["c3"]


SLEEPS = {
    "mysql": "INSERT INTO item (id) SELECT 1 + SLEEP(4)",
    "postgresql": "INSERT INTO item SELECT 1 FROM pg_sleep(4)",
}


def test_ctrl_c_lets_the_running_statement_end_and_says_where_it_stopped(place: Place) -> None:
    sleeping = SLEEPS[place.server.engine.dialect]
    place.revision(
        "d4", "c3", f"{sleeping}\nCREATE TABLE late (id INT PRIMARY KEY)", "DROP TABLE late\nDELETE FROM item", "late"
    )
    place.prove()
    terminal = Terminal(place, "prod")
    terminal.until(lambda said: ASKED in said)
    terminal.type(f"{WORD}\n")
    after = terminal.until(lambda said: "d4 1 INSERT" in said.partition(ASKED)[2]).partition(ASKED)[2]
    assert "c3 bill" in after  # a line for each revision that is done, above the bar
    terminal.type("\x03")
    terminal.until(lambda said: "stopping when" in said)
    code, said = terminal.end()
    assert code == 130, said
    assert "interrupted" in said
    assert "stands at c3" in said
    assert place.current() == ["c3"]
    (record,) = (place.folder / ".migkit/journal").glob("*.json")
    assert [one["revision"] for one in json.loads(record.read_text(encoding="utf-8"))["applied"]] == ["a1", "b2", "c3"]
    assert "↑ c3  bill" in record.with_suffix(".txt").read_text(encoding="utf-8")
    assert place.release(*(["--resume"] if place.server.engine.dialect == "mysql" else [])).returncode == 0
    assert place.current() == ["d4"]


def test_a_terminal_that_closes_breaks_nothing(place: Place) -> None:
    terminal = Terminal(place, "prod")
    terminal.until(lambda said: ASKED in said)
    terminal.type(f"{WORD}\n")
    os.close(terminal.parent)
    terminal.running.wait(timeout=_SECONDS)
    assert place.run("status").returncode in (0, 2)
    assert place.release().returncode == 0
    assert place.current() == ["c3"]
