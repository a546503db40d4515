"""Disks that are full, a journal that cannot be written, a clock that jumps, files that change meanwhile."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server.conftest import small_disk
from tests.server.faults import story
from tests.server.faults.conftest import ENGINES, Lastingly, Staged, Undisturbed
from tests.server.faults.judging import Judge
from tests.server.faults.lasting import fill
from tests.server.faults.launching import Launcher
from tests.server.faults.stage import staged

PAGE = os.sysconf("SC_PAGE_SIZE")
DECADE = 10 * 365 * 86400.0


@pytest.mark.parametrize("point", ["sent:1", "answered:2", "answered:3", "next:4", "sent:5", f"kept:{story.FIRST}"])
def test_journal_disk_full(point: str, judged: Staged, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, 1):
        judge = judged(journal=str(disk / "journal"))
        release = judge.released(point)
        release.arrives(point)
        _pad(judge.stage.journal_file())
        fill(disk / "filler")
        release.go()
        ending = release.ends()
        assert ending.code in (6, 7), ending.traceback
        assert "journal" in ending.message
        (disk / "filler").unlink()
        judge.keeps(release, gaps=True)  # what could not be written is not there
        judge.truth()
        judge.ends_well()


def _pad(journal: Path) -> None:
    """Use up the file's last page, which stands on the disk already, with a line that is none."""
    room = -journal.stat().st_size % PAGE
    with journal.open("a") as file:
        file.write("x" * max(0, room - 10) + "\n")


@pytest.mark.parametrize("engine", ENGINES)
def test_data_disk_full(
    engine: str, lastingly: Lastingly, launch: Launcher, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    one = lastingly(engine)
    with staged(one.server, tmp_path / "stage", statement_timeout="5s") as stage:
        judge = Judge(stage, launch, undisturbed(one.server))
        release = judge.released("sent:5")
        release.arrives("sent:5")
        with one.full():
            release.go()
            ending = release.ends()
        one.revive()
        judge.keeps(release)
        assert (ending.error, ending.code) == ("StepFailed", 7), ending.traceback
        judge.truth()
        judge.dropped()
        judge.ends_well()


@pytest.mark.parametrize("how", ["a file in its place", "a disk that cannot be written"])
def test_journal_not_writable(how: str, judged: Staged, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, 1):
        judge = judged(journal=str(disk / "journal"))
        with _in_the_way(disk / "journal") if how == "a file in its place" else _read_only(disk):
            ending = judge.released().ends()
        assert (ending.error, ending.code) == ("TargetError", 6), ending.traceback
        assert str(disk) in ending.message
        assert not any(judge.stage.applied().values())
        assert judge.stage.version() == story.BASE
        judge.ends_well()


@contextmanager
def _in_the_way(place: Path) -> Iterator[None]:
    place.touch()
    yield
    place.unlink()


@contextmanager
def _read_only(disk: Path) -> Iterator[None]:
    for mode in ("ro", "rw"):
        subprocess.run(["mount", "-o", f"remount,{mode}", str(disk)], check=True)
        if mode == "ro":
            yield


@pytest.mark.parametrize("cut", ["", "next:3", "answered:5"])
def test_clock_jumps(cut: str, judged: Staged) -> None:
    judge = judged()
    if cut:
        judge.cut(cut, clock=DECADE)
        judge.truth()
    release = judge.released(resume=bool(cut), clock=-DECADE)
    judge.ended_well(release, release.ends())


@contextmanager
def edited(judge: Judge, revision: str, before: str, after: str) -> Iterator[None]:
    """Edit a revision's file for the time of a block."""
    path = judge.stage.revision(revision)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    yield
    path.write_text(text, encoding="utf-8")


def test_revision_edited_after_the_plan(judged: Staged) -> None:
    judge = judged()
    release = judge.released("locks")
    release.arrives("locks")
    with edited(judge, story.SECOND, "balance + 100", "balance + 101"):
        release.go()
        ending = release.ends()
    assert (ending.error, ending.code) == ("TargetError", 6), ending.traceback
    assert judge.truth() == ()
    judge.ends_well()


def test_applied_statement_edited_before_the_resume(judged: Staged) -> None:
    judge = judged()
    judge.cut("answered:5")
    before = judge.truth()
    with edited(judge, story.SECOND, "CREATE INDEX", "CREATE  INDEX"):
        ending = judge.released(resume=True).ends()
    assert (ending.error, ending.code) == ("TargetError", 6), ending.traceback
    assert judge.truth() == before
    judge.ends_well()


def test_failed_statement_is_mended(judged: Staged) -> None:
    judge = judged()
    with edited(judge, story.SECOND, "'graded'", "'graded', 1"):
        release = judge.released()
        ending = release.ends()
    assert (ending.error, ending.code) == ("StepFailed", 7), ending.traceback
    judge.keeps(release)
    assert judge.truth() == story.ALL[:5]
    judge.ends_well()
