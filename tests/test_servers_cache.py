from __future__ import annotations

import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from migkit.errors import ServerError
from migkit.model import Event
from migkit.servers import cache, owners
from migkit.servers.events import ignore


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder `thing` of a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "migkit" / "thing"


def write(text: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / "a").write_text(text, encoding="utf-8")

    return make


def fail(_folder: Path) -> None:
    raise AssertionError("it is there, and was made all the same")


def left_beside(place: Path) -> set[str]:
    return {path.name for path in place.parent.iterdir()}


def test_a_folder_is_made_once_and_found_again(place: Path) -> None:
    with cache.kept("thing", write("x"), on_event=ignore) as made:
        assert made == place
    with cache.kept("thing", fail, on_event=ignore) as found:
        assert (found / "a").read_text(encoding="utf-8") == "x"
    assert left_beside(place) == {"thing"}


@pytest.mark.parametrize("damage", [lambda p: (p / "a").unlink(), lambda p: (p / "a").write_text("")])
def test_a_damaged_folder_is_made_anew(place: Path, damage: Callable[[Path], object]) -> None:
    with cache.kept("thing", write("x"), on_event=ignore):
        damage(place)
    with cache.kept("thing", write("y"), on_event=ignore) as made:
        assert (made / "a").read_text(encoding="utf-8") == "y"
    assert left_beside(place) == {"thing"}


def test_a_folder_that_works_no_more_is_made_anew(place: Path) -> None:
    with cache.kept("thing", write("x"), on_event=ignore):
        pass
    with cache.kept("thing", write("y"), works=lambda p: (p / "a").read_text() == "y", on_event=ignore) as made:
        assert (made / "a").read_text(encoding="utf-8") == "y"


def test_an_old_folder_is_made_anew_and_kept_where_that_fails(place: Path) -> None:
    def refuse(_folder: Path) -> None:
        raise ServerError("offline")

    with cache.kept("thing", write("x"), on_event=ignore):
        os.utime(place / cache.SEAL, (time.time() - 3 * 86400,) * 2)
    with cache.kept("thing", refuse, days=2, on_event=ignore) as old:
        assert (old / "a").read_text(encoding="utf-8") == "x"
    os.utime(place / cache.SEAL, (time.time() - 3 * 86400,) * 2)
    with cache.kept("thing", write("y"), days=2, on_event=ignore) as new:
        assert (new / "a").read_text(encoding="utf-8") == "y"
    assert left_beside(place) == {"thing"}


@pytest.mark.parametrize("error", [ServerError("no network"), KeyboardInterrupt()])
def test_nothing_is_left_of_one_that_could_not_be_made(place: Path, error: BaseException) -> None:
    def broken(folder: Path) -> None:
        (folder / "a").write_text("half", encoding="utf-8")
        raise error

    with pytest.raises(type(error)), cache.kept("thing", broken, on_event=ignore):
        pass
    assert left_beside(place) == set()


def test_a_full_disk_is_told_with_what_to_do(place: Path) -> None:
    def full(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ServerError, match="No space left") as told, cache.kept("thing", full, on_event=ignore):
        pass
    assert told.value.remedy == f"make room on the disk of {place.parent}"


def test_a_cache_that_cannot_be_written_is_done_without(place: Path) -> None:
    place.parent.parent.write_text("a file where the folder should be", encoding="utf-8")
    said: list[Event] = []
    with cache.kept("thing", write("x"), on_event=said.append) as made:
        assert (made / "a").read_text(encoding="utf-8") == "x"
        assert oct(made.parent.parent.stat().st_mode)[-3:] == "755"
    assert not made.parent.parent.exists()
    assert "cannot be used (Not a directory)" in said[0].message


def test_two_runs_at_once_both_get_it(place: Path) -> None:
    barrier, seen = threading.Barrier(2), []

    def slow(folder: Path) -> None:
        barrier.wait(10)
        write("x")(folder)

    def run() -> None:
        with cache.kept("thing", slow, on_event=ignore) as made:
            seen.append((made / "a").read_text(encoding="utf-8"))

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert seen == ["x", "x"]
    assert left_beside(place) == {"thing"}


def test_what_another_run_has_put_there_meanwhile_stays(place: Path) -> None:
    def slow(folder: Path) -> None:
        shutil.rmtree(place)
        with cache.kept("thing", write("theirs"), on_event=ignore):
            write("ours")(folder)

    with cache.kept("thing", write("x"), on_event=ignore):
        (place / "a").write_text("damaged", encoding="utf-8")
    with cache.kept("thing", slow, on_event=ignore) as found:
        assert (found / "a").read_text(encoding="utf-8") == "theirs"
    assert left_beside(place) == {"thing"}


def _leave_half(parent: Path) -> None:
    new = parent / ".new-killed"
    new.mkdir(parents=True)
    owners.write(new)


def test_what_a_killed_run_left_half_made_is_removed_and_a_living_one_s_is_not(place: Path) -> None:
    killed = multiprocessing.get_context("spawn").Process(target=_leave_half, args=(place.parent,))
    killed.start()
    killed.join()
    living = place.parent / ".new-living"
    living.mkdir()
    owners.write(living)
    with cache.kept("thing", write("x"), on_event=ignore):
        pass
    assert left_beside(place) == {"thing", ".new-living"}


def test_root_s_cache_is_one_that_a_server_s_own_user_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert not cache.folder().is_relative_to(Path.home())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert cache.folder().is_relative_to(Path.home())
