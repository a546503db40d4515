"""Servers out of packages: what apt is asked for and refuses, what is kept, and the real ones started."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from migkit.engines import parse
from migkit.errors import ServerError
from migkit.model import Event
from migkit.product import Identity, Installation
from migkit.servers import apt, cache, packaged
from migkit.servers.request import Request
from tests.conftest import lacking
from tests.server.archives import MARIADBD, Archive, served
from tests.server.conftest import small_disk

pytestmark = pytest.mark.server

MYSQL, POSTGRESQL = parse("mysql:9.7"), parse("postgresql:17")
PACKAGE = MYSQL.package
assert PACKAGE is not None


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "migkit" / "packages"


@pytest.fixture
def archive(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """Give an archive of the test's own, the only one that apt knows."""
    if not shutil.which("apt-get"):
        lacking("no apt-get: packages of Debian's archive are for Debian and Ubuntu")
    with served(tmp_path / "archive") as found:
        monkeypatch.setenv("APT_CONFIG", str(found.configuration()))
        yield found


def installed(said: list[Event] | None = None) -> Installation:
    with packaged.opened(MYSQL, PACKAGE, (said if said is not None else []).append) as found:
        return found


# --- the archive --------------------------------------------------------------------------------------


def test_a_package_is_unpacked_with_what_it_needs_and_found_again(archive: Archive, own_cache: Path) -> None:
    archive.add("libneeded1")
    archive.add("mariadb-server-core", depends="libneeded1, libc6")
    said: list[Event] = []
    found = installed(said)
    assert found.identity == Identity("mariadb", "MariaDB", "10.11.99")
    assert found.programs["mariadbd"].is_relative_to(own_cache)
    assert "libneeded1" in found.programs
    assert any("mariadb-server-core and 1 more" in event.message for event in said)
    assert not list(own_cache.glob("*/usr/share/doc"))
    archive.empty()
    said.clear()
    assert installed(said) == found
    assert said == []


def test_nothing_but_the_package_s_folder_is_left_in_the_cache(archive: Archive, own_cache: Path) -> None:
    archive.add("mariadb-server-core")
    installed()
    assert [path.name.split("-debian")[0] for path in own_cache.iterdir()] == ["mariadb-server-core"]


def test_an_older_release_s_versioned_name_is_as_good(archive: Archive) -> None:
    archive.add("mariadb-server-core-10.5")
    archive.add("mariadb-server-core-10.11")
    said: list[Event] = []
    installed(said)
    assert any("mariadb-server-core-10.11 and 0 more" in event.message for event in said)


def test_lists_of_the_machine_that_are_older_than_the_archive_do_not_matter(archive: Archive) -> None:
    archive.add("mariadb-server-core")
    subprocess.run(["apt-get", "update"], check=True, capture_output=True)
    archive.empty()
    archive.add("mariadb-server-core", "1:10.11.100-1", program=MARIADBD.replace("10.11.99", "10.11.100"))
    said: list[Event] = []
    assert installed(said).identity.version == "10.11.100"
    assert [event.message for event in said if "lists" in event.message] == ["reading the archive's lists"]


def test_lists_of_the_machine_are_used_as_they_are(archive: Archive) -> None:
    archive.add("mariadb-server-core")
    subprocess.run(["apt-get", "update"], check=True, capture_output=True)
    said: list[Event] = []
    installed(said)
    assert [event.kind for event in said] == ["pull", "step"]


@pytest.mark.parametrize("read_before", [False, True])
def test_what_is_not_signed_is_refused_although_the_machine_takes_it(
    archive: Archive, own_cache: Path, monkeypatch: pytest.MonkeyPatch, *, read_before: bool
) -> None:
    archive.options = ""
    archive.settings += ['APT::Get::AllowUnauthenticated "true";', 'Acquire::AllowInsecureRepositories "true";']
    monkeypatch.setenv("APT_CONFIG", str(archive.configuration()))
    archive.add("mariadb-server-core")
    if read_before:
        subprocess.run(["apt-get", "update"], check=True, capture_output=True)
    with pytest.raises(ServerError, match="is not signed") as refused:
        installed()
    assert refused.value.remedy
    assert list(own_cache.iterdir()) == []


def test_a_download_that_is_not_what_the_list_says_is_refused(archive: Archive, own_cache: Path) -> None:
    made = archive.add("mariadb-server-core")
    made.write_bytes(bytes(reversed(made.read_bytes())))
    with pytest.raises(ServerError, match=r"(?i)hash sum mismatch|size"):
        installed()
    assert list(own_cache.iterdir()) == []


def test_an_archive_without_the_package_says_so_with_the_architecture(archive: Archive, own_cache: Path) -> None:
    with pytest.raises(ServerError, match=r"the archive has no mariadb-server-core for \w+") as missing:
        installed()
    assert "mariadb-server" in missing.value.remedy
    assert list(own_cache.iterdir()) == []


def on(archive: Archive, architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let apt be on another architecture than this machine."""
    archive.settings += [f'APT::Architecture "{architecture}";', f'APT::Architectures {{ "{architecture}"; }};']
    monkeypatch.setenv("APT_CONFIG", str(archive.configuration()))


def test_each_architecture_gets_its_own_package(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    on(archive, "arm64", monkeypatch)
    archive.add("mariadb-server-core", architecture="amd64")
    archive.add("mariadb-server-core", architecture="arm64", program=MARIADBD.replace("10.11.99", "10.11.64"))
    assert installed().identity.version == "10.11.64"


def test_an_architecture_without_a_package_is_named(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    on(archive, "riscv64", monkeypatch)
    archive.add("mariadb-server-core", architecture="amd64")
    with pytest.raises(ServerError, match="the archive has no mariadb-server-core for riscv64"):
        installed()


def test_a_full_disk_is_said_and_nothing_is_left(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    archive.add("mariadb-server-core", program=MARIADBD + "#" * 4_000_000)
    with small_disk(disk, 2):
        monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
        with pytest.raises(ServerError, match=r"(?i)no space left") as full:
            installed()
        assert "make room" in full.value.remedy
        assert list((disk / "migkit" / "packages").iterdir()) == []


def test_without_a_network_apt_s_own_reason_is_shown_in_a_line(
    archive: Archive, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.port = 9
    monkeypatch.setenv("APT_CONFIG", str(archive.configuration()))
    with pytest.raises(ServerError, match=r"(?i)connect") as offline:
        installed()
    assert "\n" not in offline.value.message
    assert len(offline.value.message) < 300
    assert list(own_cache.iterdir()) == []


def test_a_program_that_does_not_run_here_is_not_kept(archive: Archive, own_cache: Path) -> None:
    archive.add("mariadb-server-core", program="#!/bin/sh\necho 'libgone.so.1: cannot open' >&2\nexit 127\n")
    with pytest.raises(ServerError, match=r"does not run here: libgone\.so\.1: cannot open"):
        installed()
    assert list(own_cache.iterdir()) == []


def test_a_program_that_runs_no_more_is_fetched_anew(archive: Archive) -> None:
    archive.add("mariadb-server-core")
    program = installed().programs["mariadbd"]
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace("echo", "exit"), encoding="utf-8")
    assert program.stat().st_size == len(text)
    installed()
    assert program.read_text(encoding="utf-8") == text


# --- what is said before anything is downloaded -------------------------------------------------------


def test_elsewhere_than_on_debian_it_says_why_and_how_a_server_is_installed(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apt.shutil, "which", lambda _name: None)
    monkeypatch.setattr(packaged.system, "release", lambda: {"ID": "fedora"})
    with pytest.raises(ServerError) as refused, packaged.serve(Request(MYSQL)):
        pass
    said = "no packaged server: there is no apt-get and no apt-cache and no dpkg on this system"
    assert refused.value.message == said
    assert "dnf makecache` and `" in refused.value.remedy
    assert "dnf install -y mariadb-server`" in refused.value.remedy


def test_what_is_in_the_cache_is_available_without_apt(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add("mariadb-server-core")
    installed()
    monkeypatch.setattr(apt.shutil, "which", lambda _name: None)
    assert packaged.offer(Request(MYSQL)).family == "mariadb"
    assert cache.whole(cache.folder() / packaged._name(PACKAGE))
