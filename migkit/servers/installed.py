"""Server programs that are installed on this machine: found on PATH and in the usual places of systems."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from migkit import engines, process
from migkit.model import Engine
from migkit.product import Identity, Installation

_SECONDS = 30
_USUAL = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # the PostgreSQL project's own packages for Red Hat
    "/usr/sbin",
    "/usr/bin",
    "/usr/libexec",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/local/mysql/bin",
    "/usr/local/opt/*/bin",  # Homebrew
    "/opt/homebrew/opt/*/bin",
    "/home/linuxbrew/.linuxbrew/opt/*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


def find(engine: Engine, extensions: Collection[str] = (), *, folders: Sequence[Path] | None = None) -> Installation:
    """Give the installation that fits best: the wanted product and series before the product before its relatives.

    Of equals the newest. Raises LookupError, whose text is the reason, where there is none with these extensions.
    `folders` are looked through instead of PATH and the usual places.
    """
    places = _folders() if folders is None else folders
    found = list(_installations(engine, places))
    fitting = [one for one in found if not lacking(one, extensions)]
    if fitting:
        return max(fitting, key=lambda one: _rank(engine, one.identity))
    if not found:
        raise LookupError(f"no server program of {engine.product} is on PATH or in the usual places")
    best = max(found, key=lambda one: _rank(engine, one.identity))
    missing = " and no ".join(lacking(best, extensions))
    raise LookupError(f"{best.identity.product} {best.identity.version} ({best.origin}) has no {missing}")


def lacking(installation: Installation, extensions: Iterable[str]) -> list[str]:
    """Give the extensions that are not installed beside the server."""
    native = engines.ENGINES[installation.identity.family].native
    if native is None:
        return []
    program = next(installation.programs[name] for name in native.programs if name in installation.programs)
    return [
        name for name in extensions if (places := native.controls(program, name)) and not any(map(Path.is_file, places))
    ]


def _rank(engine: Engine, identity: Identity) -> tuple[bool, bool, list[int]]:
    numbers = [int(part) for part in identity.version.split(".") if part.isdecimal()]
    return engines.matches(engine, identity), engine.family == identity.family, numbers


def _folders() -> list[Path]:
    named = [Path(folder) for folder in os.get_exec_path() if folder]
    return [*named, *(found for pattern in _USUAL for found in sorted(Path("/").glob(pattern[1:])))]


def _installations(engine: Engine, folders: Sequence[Path]) -> Iterator[Installation]:
    native = engine.native
    names = native.programs if native else ()
    seen: set[Path] = set()
    for path in (folder / name for folder in folders for name in names):
        program = path.resolve()
        if program in seen or not os.access(path, os.X_OK) or not program.is_file():
            continue
        seen.add(program)
        found = _installation(path, program)
        if found is not None:
            yield found


def _installation(path: Path, program: Path) -> Installation | None:
    """Give an installation by its server's program; None where it is no server, or its helpers are missing.

    `path` may be a link of another name to `program`: the product is what `--version` says.
    """
    identity = _identity(program, program.stat().st_mtime_ns)
    native = engines.ENGINES[identity.family].native if identity else None
    if identity is None or native is None:
        return None
    helpers = {name: program.parent / name for name in native.helpers}
    if not all(os.access(helper, os.X_OK) for helper in helpers.values()):
        return None
    return Installation(identity, {path.name: program, program.name: program, **helpers}, str(program))


@cache
def _identity(program: Path, _changed: int) -> Identity | None:
    done = process.run((str(program), "--no-defaults", "--version"), timeout=_SECONDS)
    if done.code:
        done = process.run((str(program), "--version"), timeout=_SECONDS)
    told = (engine.native.identify(done.out) for engine in engines.ENGINES.values() if engine.native)
    return next((identity for identity in told if identity), None)
