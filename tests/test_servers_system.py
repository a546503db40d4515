from __future__ import annotations

import pytest

from migkit.engines import MARIADB, POSTGRESQL
from migkit.servers import system

MYSQL_LIKE, POSTGRES = MARIADB.package, POSTGRESQL.package
assert MYSQL_LIKE is not None
assert POSTGRES is not None


@pytest.mark.parametrize(
    ("release", "refresh", "install"),
    [
        ({"ID": "debian", "VERSION_ID": "12"}, "sudo apt-get update", "sudo apt-get install -y mariadb-server"),
        (
            {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"},
            "sudo apt-get update",
            "sudo apt-get install -y mariadb-server",
        ),
        ({"ID": "fedora"}, "sudo dnf makecache", "sudo dnf install -y mariadb-server"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "sudo dnf makecache", "sudo dnf install -y mariadb-server"),
        ({"ID": "alpine"}, "sudo apk update", "sudo apk add mariadb"),
        ({"ID": "arch"}, "sudo pacman -Syu", "sudo pacman -S mariadb"),
        (
            {"ID": "opensuse-tumbleweed", "ID_LIKE": "opensuse suse"},
            "sudo zypper refresh",
            "sudo zypper install mariadb",
        ),
        ({"ID": "darwin"}, "brew update", "brew install mariadb"),
    ],
)
def test_each_system_has_its_two_commands(release: dict[str, str], refresh: str, install: str) -> None:
    assert system.commands(MYSQL_LIKE, (), release, root=False) == (refresh, install)


def test_root_needs_no_sudo() -> None:
    assert system.commands(MYSQL_LIKE, (), {"ID": "alpine"}, root=True) == ("apk update", "apk add mariadb")


def test_an_extension_is_installed_with_its_server() -> None:
    found = system.commands(POSTGRES, ("postgis", "postgis_topology"), {"ID": "debian"}, root=True)
    assert found == ("apt-get update", "apt-get install -y postgresql postgresql-postgis")


@pytest.mark.parametrize(
    ("extensions", "release"), [((), {"ID": "plan9"}), ((), {}), (("timescaledb",), {"ID": "debian"})]
)
def test_what_is_not_known_is_not_guessed(extensions: tuple[str, ...], release: dict[str, str]) -> None:
    assert system.commands(POSTGRES, extensions, release, root=True) is None


def test_the_remedy_then_names_what_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.platform, "freedesktop_os_release", lambda: {"ID": "plan9"})
    assert "install PostgreSQL with postgis, vector on this machine" in system.remedy(POSTGRES, ("postgis", "vector"))


def test_a_system_without_an_os_release_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> dict[str, str]:
        raise FileNotFoundError

    monkeypatch.setattr(system.platform, "freedesktop_os_release", none)
    monkeypatch.setattr(system.platform, "system", lambda: "Darwin")
    assert system.remedy(POSTGRES).startswith("run `brew update` and `brew install postgresql@17`")
