"""Packages of Debian's and Ubuntu's own archive, unpacked without root: downloaded by apt, unpacked by dpkg.

apt verifies each file against the signed lists; what it cannot authenticate is refused, also where the machine's
configuration would allow it. The machine's lists are used as they are; where they are missing or too old, lists of our
own are read for this once. Nothing of the machine's is written.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

from migkit import process
from migkit.errors import ServerError
from migkit.model import Event
from migkit.servers.events import OnEvent

_SECONDS = 600
_TOOLS = ("apt-get", "apt-cache", "dpkg")
_MEGABYTE = 10**6
_ROOM = 64 * _MEGABYTE  # a server unpacked, and the archive's lists
_LINE = re.compile(r"^'[^']+' (?P<name>[^_\s]+)_(?P<version>[^_\s]+)_[^_\s]+\.deb (?P<size>\d+)", re.MULTILINE)
_CONFIGURATION = """\
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Retries "1";
Acquire::Languages "none";
Dir::Cache::pkgcache "{work}/packages.bin";
Dir::Cache::srcpkgcache "{work}/sources.bin";
Dir::Cache::archives "{work}/archives/";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""
_OWN_LISTS = 'Dir::State::lists "{work}/lists/";\n'
_NOISE = ("some index files failed", "unable to fetch some archives")


def unavailable() -> str:
    """Give the reason why no package can be had here, or ""; nothing is asked of the network."""
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    return f"there is no {' and no '.join(missing)} on this system" if missing else ""


def unpack(package: str, into: Path, on_event: OnEvent) -> None:
    """Unpack `package` into a folder, with what it needs that this machine lacks.

    An older release's versioned name (mariadb-server-core-10.6) is as good. Raises ServerError with what apt said.
    """
    work = into.parent / "apt"
    for folder in (work, work / "archives" / "partial", work / "lists" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        files = _downloaded(package, work, on_event)
        for file in files:
            on_event(Event("step", f"unpacking {file.name.partition('_')[0]}"))
            _run(("dpkg", "-x", str(file), str(into)), work, f"{file.name} cannot be unpacked")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for unread in ("doc", "man", "lintian"):
        shutil.rmtree(into / "usr" / "share" / unread, ignore_errors=True)


def _downloaded(package: str, work: Path, on_event: OnEvent) -> list[Path]:
    """Download by the machine's lists, and where that fails by fresh ones: they may be empty, or too old."""
    _configure(work, own_lists=False)
    try:
        return _fetched(package, work, on_event)
    except ServerError:
        on_event(Event("step", "reading the archive's lists"))
        _configure(work, own_lists=True)
        _apt(("apt-get", "update", "-qq", "--error-on=any"), work, "the archive's lists cannot be read")
        return _fetched(package, work, on_event)


def _configure(work: Path, *, own_lists: bool) -> None:
    lines = _CONFIGURATION + (_OWN_LISTS if own_lists else "")
    (work / "apt.conf").write_text(lines.format(work=work), encoding="utf-8")


def _fetched(package: str, work: Path, on_event: OnEvent) -> list[Path]:
    name = _offered(package, work)
    listed = ("apt-get", "install", "--print-uris", "-qq", "-y", "--no-install-recommends", "--reinstall", name)
    wanted, size = parsed(_apt(listed, work, f"{name} cannot be had"))
    on_event(Event("pull", f"downloading {name} and {len(wanted) - 1} more: {size / _MEGABYTE:.1f} MB"))
    _apt(("apt-get", "download", "-qq", *wanted), work, f"{name} cannot be downloaded")
    files = sorted(work.glob("*.deb"))
    if len(files) != len(wanted):
        raise ServerError(f"apt-get downloaded {len(files)} of {len(wanted)} packages")
    return files


def _offered(package: str, work: Path) -> str:
    names = _apt(("apt-cache", "pkgnames", package), work, "the archive's lists cannot be read").split()
    name = chosen(package, names)
    shown = process.run(
        ("apt-cache", "-c", str(work / "apt.conf"), "show", "--no-all-versions", name), timeout=_SECONDS
    )
    if not name or shown.code:
        raise ServerError(f"the archive has no {package} for {_architecture(work)}")
    return name


def chosen(package: str, names: Iterable[str]) -> str:
    """Give the name of a package among those of an archive: the plain one, else the newest versioned; "" for none."""
    found = [name for name in names if re.fullmatch(rf"{re.escape(package)}(-[0-9.]+)?", name)]
    return package if package in found else max(found, key=_version, default="")


def parsed(printed: str) -> tuple[list[str], int]:
    """Give the `name=version` of each package in what `apt-get --print-uris` printed, and their bytes together."""
    matches = list(_LINE.finditer(printed))
    wanted = [f"{match['name']}={unquote(match['version'])}" for match in matches]
    return wanted, sum(int(match["size"]) for match in matches)


def _version(name: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", name)]


def _architecture(work: Path) -> str:
    said = process.run(("apt-config", "-c", str(work / "apt.conf"), "dump", "APT::Architecture"), timeout=_SECONDS)
    return said.out.partition('"')[2].partition('"')[0] or "this architecture"


def _apt(command: Sequence[str], work: Path, failed: str) -> str:
    program, *rest = command
    return _run((program, "-c", str(work / "apt.conf"), *rest), work, failed)


def _run(command: Sequence[str], work: Path, failed: str) -> str:
    done = process.run(command, timeout=_SECONDS, cwd=work)
    if done.code:
        remedy = f"make room on the disk of {work.parent}" if shutil.disk_usage(work).free < _ROOM else ""
        raise ServerError(f"{failed}: {_reason(done.err) or f'{command[0]} exited with {done.code}'}", remedy=remedy)
    return done.out


def _reason(said: str) -> str:
    """Give the first of the errors that apt or dpkg wrote, without its sermon."""
    lines = [line.strip() for line in said.splitlines() if line.startswith(("E:", "dpkg", "W: "))]
    errors = [line for line in lines if not line.startswith("W: ")] or lines
    told = [line.removeprefix("E: ").removeprefix("W: ") for line in errors]
    telling = [line for line in told if not line.lower().startswith(_NOISE)] or told
    return telling[0] if telling else ""
