"""How a server is installed on this system, for the remedy of an error: two commands by /etc/os-release."""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Mapping

from migkit.product import Package

_MANAGERS = {
    "debian": "apt",
    "ubuntu": "apt",
    "fedora": "dnf",
    "rhel": "dnf",
    "centos": "dnf",
    "alpine": "apk",
    "arch": "pacman",
    "suse": "zypper",
    "opensuse": "zypper",
    "darwin": "brew",
}
_COMMANDS = {
    "apt": ("apt-get update", "apt-get install -y"),
    "dnf": ("dnf makecache", "dnf install -y"),
    "apk": ("apk update", "apk add"),
    "pacman": ("pacman -Syu", "pacman -S"),
    "zypper": ("zypper refresh", "zypper install"),
    "brew": ("brew update", "brew install"),
}
_AS_USER = ("brew",)


def release() -> Mapping[str, str]:
    """Give /etc/os-release; elsewhere than on Linux the name of the system as its ID."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {"ID": platform.system().lower()}


def commands(
    package: Package, extensions: Collection[str], release: Mapping[str, str], *, root: bool
) -> tuple[str, str] | None:
    """Give the two commands that install a product's server with these extensions.

    None where it is not known how: another system, or an extension whose package has no name there.
    """
    kin = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    manager = next((_MANAGERS[name] for name in kin if name in _MANAGERS), "")
    named = [package.install, *(package.install_extensions.get(name, {}) for name in extensions)]
    names = list(dict.fromkeys(names.get(manager, "") for names in named))
    if not all(names):
        return None
    sudo = "" if root or manager in _AS_USER else "sudo "
    refresh, install = _COMMANDS[manager]
    return f"{sudo}{refresh}", f"{sudo}{install} {' '.join(names)}"


def remedy(package: Package | None, extensions: Collection[str] = ()) -> str:
    """Say how to get such a server on this system; a product without a package needs none."""
    if package is None:
        return "leave --server out"
    found = commands(package, extensions, release(), root=os.geteuid() == 0)
    if found is None:
        what = " with ".join(part for part in (package.product, ", ".join(extensions)) if part)
        return f"start Docker, install {what} on this machine, or give --server a database URL"
    return f"run `{found[0]}` and `{found[1]}` (the kit then starts a server of its own), or start Docker"
