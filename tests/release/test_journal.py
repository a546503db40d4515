"""The journal's file: what is written is there again, whatever happened to the file; runs and what they say."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from migkit import journal
from migkit.errors import TargetError
from migkit.journal import file, lines
from migkit.model import Journal, Target
from migkit.model.release import Entry, Kind

RUN = {"id": "r1", "schema": "app", "target": "production", "server": "s1", "operator": "ann"}


def entry(seq: int, kind: Kind = Kind.sent, **fields: object) -> Entry:
    return Entry("r1", seq, "2026-11-23T09:00:00+00:00", kind, **fields)  # type: ignore[arg-type]  # real fields


FIRST = entry(1, Kind.run, facts=RUN)
LINES = (
    FIRST,
    entry(2, Kind.revision, revision="a1", facts={"direction": "upgrade", "text": "t1", "statements": 2}),
    entry(
        3, revision="a1", number=1, hash="h", sql="ALTER TABLE naïve\nADD x int", facts={"evidence": {"table x": None}}
    ),
    entry(4, Kind.failed, revision="a1", number=1, message="no \u2028 such table"),
)


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target("production", Journal(tmp_path / "deep" / "journal"))


def written(target: Target, *told: Entry) -> Path:
    with file.opened(file.path("app", target)) as journal_file:
        for one in told:
            journal_file.add(one)
        return journal_file.path


def test_what_is_written_is_read_again(target: Target) -> None:
    path = written(target, *LINES)
    assert file.entries("app", target) == LINES
    assert len(path.read_bytes().splitlines()) == len(LINES)


def test_a_second_run_writes_behind_the_first(target: Target) -> None:
    written(target, *LINES[:2])
    written(target, *LINES[2:])
    assert file.entries("app", target) == LINES


def test_nobody_else_may_read_it_and_git_does_not_take_it(target: Target) -> None:
    path = written(target, FIRST)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_where_there_is_none_nothing_is_known(target: Target) -> None:
    assert file.entries("app", target) == ()


@pytest.mark.parametrize("cut", range(2, 60, 7))
def test_a_torn_last_line_costs_that_line_alone(target: Target, cut: int) -> None:
    path = written(target, *LINES)
    os.truncate(path, path.stat().st_size - cut)
    assert file.entries("app", target) == LINES[:3]
    written(target, LINES[3])
    assert file.entries("app", target) == LINES


def test_lines_of_a_later_version_are_passed_over(target: Target) -> None:
    path = written(target, *LINES[:3])
    with path.open("a") as more:
        more.write(json.dumps({"run": "r1", "seq": 4, "kind": "blessed"}) + "\n[1]\n\x00\n")
    written(target, LINES[3])
    assert file.entries("app", target) == LINES


def test_a_journal_that_is_another_schemas_is_left_alone(tmp_path: Path) -> None:
    mine, other = Target("b-c", Journal(tmp_path)), Target("c", Journal(tmp_path))
    assert file.path("a", mine) == file.path("a-b", other)
    with file.opened(file.path("a", mine)) as journal_file:
        journal_file.add(entry(1, Kind.run, facts={**RUN, "schema": "a", "target": "b-c"}), LINES[1])
    assert len(file.entries("a", mine)) == 2
    assert file.entries("a-b", other) == ()


def test_a_folder_that_cannot_be_written_is_refused_before_anything_else(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    target = Target("production", Journal(tmp_path / "taken" / "journal"))
    with pytest.raises(TargetError, match="cannot be written") as caught:
        written(target, FIRST)
    assert "journal.folder" in caught.value.remedy


def test_a_line_that_the_disk_does_not_take_is_an_error_and_leaves_no_half_of_it(target: Target) -> None:
    """A limit on the size of files stands for a full disk: the kernel takes a part of the line, then refuses."""
    path = written(target, *LINES[:3])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with file.opened(path) as journal_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, limits[1]))
        try:
            with pytest.raises(TargetError, match="cannot be written"):
                journal_file.add(LINES[3])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, kept)
        assert file.entries("app", target) == LINES[:3]
        journal_file.add(LINES[3])
    assert file.entries("app", target) == LINES


def test_a_line_is_on_the_disk_when_it_is_told(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_write, real_sync = os.write, os.fsync
    monkeypatch.setattr(os, "write", lambda *given: (order.append("write"), real_write(*given))[1])
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda *given: (order.append("sync"), real_sync(*given))[1], raising=False)
    with file.opened(file.path("app", target)) as journal_file:
        order.clear()
        journal_file.add(LINES[1], synced=False)
        journal_file.add(LINES[2])
    assert order == ["write", "write", "sync"]


def test_lines_of_two_writers_stay_whole(target: Target) -> None:
    def write(name: str) -> None:
        for seq in range(200):
            written(target, Entry(name, seq, "", Kind.sent, sql="x" * 5000))

    threads = [threading.Thread(target=write, args=(name,)) for name in ("r1", "r2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(file.entries("app", target)) == 400


def test_file_and_table_are_put_together() -> None:
    table = (LINES[0], LINES[2], Entry("r0", 1, "", Kind.run, facts={**RUN, "id": "r0"}))
    assert lines.merged(LINES, table) == (table[2], *LINES)


def test_a_new_run_sorts_after_all_others_whatever_the_clock_says() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    known: list[Entry] = []
    for jump in (0, 3600, -7200, 0, -1):
        ident = journal.new_id(known, now + timedelta(seconds=jump))
        assert all(one.run < ident for one in known)
        known.append(Entry(ident, 1, "", Kind.run, facts=RUN))
    assert len({one.run for one in known}) == 5


def test_runs_say_who_and_how_they_ended() -> None:
    ended = entry(9, Kind.ended, message="failed")
    (ran,) = journal.runs((*LINES, ended))
    assert (ran.run.operator, ran.run.server, ran.ended) == ("ann", "s1", "failed")
    assert journal.runs(LINES)[0].ended == ""
    assert journal.known_server(LINES) == "s1"
    assert journal.known_server(()) == ""


def test_the_server_that_was_recorded_is_the_first_one() -> None:
    moved = Entry("r2", 1, "", Kind.run, facts={**RUN, "id": "r2", "server": "s2"})
    assert journal.known_server((*LINES, moved)) == "s1"


def test_texts_are_those_of_what_is_applied_and_was_not_taken_back() -> None:
    up = (*LINES[:2], entry(3, Kind.committed, revision="a1"))
    assert journal.applied_texts(LINES) == {}
    assert journal.applied_texts(up) == {"a1": "t1"}
    down = (
        Entry("r2", 2, "", Kind.revision, revision="a1", facts={"direction": "downgrade", "text": "t1"}),
        Entry("r2", 3, "", Kind.committed, revision="a1"),
    )
    assert journal.applied_texts((*up, *down)) == {}


def test_a_run_leaves_its_record(tmp_path: Path) -> None:
    path = journal.record.written(tmp_path / "new", "r1/..", json="{}", text="done\n")
    assert path == tmp_path / "new" / "r1_...txt"
    assert path.read_text() == "done\n"
    assert path.with_suffix(".json").read_text() == "{}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(TargetError, match="cannot be written"):
        journal.record.written(path, "r1", json="{}", text="")
