"""What killed runs left, as checks, and its removal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from migkit.errors import MigkitError, ServerError
from migkit.model import Check, Server, Severity
from migkit.servers import leftovers
from migkit.servers.leftovers import Leftover

_CLEAN = "inv mig.doctor --clean"
_BY_HAND = {"container": "docker rm --force --volumes {name}", "directory": "rm -r {name}"}
_STATES = {"live": "is in use", "elsewhere": "belongs to another machine or container"}


def left(server: Server | None = None) -> Iterator[Check]:
    """Check for things of runs that are over; `server` is one given by URL, with its databases."""
    count = 0
    for one in _found(server):
        count += 1
        yield one if isinstance(one, Check) else _check(one)
    if not count:
        yield Check("left behind", ok=True, message="nothing")


def clean(server: Server | None = None) -> Iterator[Check]:
    """Remove what runs that are over left, and tell of each thing; the rest is told as `left` does."""
    for one in _found(server):
        yield one if isinstance(one, Check) else _cleaned(one, server) if one.state == "dead" else _check(one)


def _found(server: Server | None) -> Iterator[Leftover | Check]:
    sources: list[Callable[[], Iterable[Leftover]]] = [leftovers.containers, leftovers.directories]
    if server is not None:
        sources.append(lambda: leftovers.databases(server))
    for source in sources:
        try:
            yield from list(source())
        except ServerError as error:
            if source is not leftovers.containers:  # without Docker there are none
                yield Check("left behind", ok=False, message=error.message, remedy=error.remedy)


def _check(one: Leftover) -> Check:
    name, where = f"{one.kind} {one.name}", f"{one.where}, " if one.where else ""
    if one.state == "dead":
        message = f"{where}{one.owner}, which is over"
        return Check(name, ok=False, message=message, remedy=_CLEAN, severity=Severity.warning, rule="left-behind")
    remedy = _BY_HAND.get(one.kind, "").format(name=one.name) if one.state == "elsewhere" else ""
    told = f"once that is over: {remedy}" if remedy else ""
    return Check(name, None, f"{where}{one.owner}, {_STATES[one.state]}", told)


def _cleaned(one: Leftover, server: Server | None) -> Check:
    name = f"{one.kind} {one.name}"
    try:
        leftovers.remove(one, server)
    except MigkitError as error:
        return Check(name, ok=False, message=error.message, remedy=error.remedy, rule="left-behind")
    return Check(name, ok=True, message=f"removed ({one.owner})")
