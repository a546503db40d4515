"""The verb of `inv mig.status`: where each target stands, what its last release did, and what it did not finish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migkit import engines, journal, preflight, proofs, targets
from migkit.alembic_io.source import said
from migkit.branching import ancestors, heads, in_order
from migkit.config import shown
from migkit.errors import TargetError
from migkit.expected import revisions
from migkit.journal import fates, file
from migkit.journal.reading import asked, entries_in, look
from migkit.model import Event, Finding, Project, Report, Revision, Schema, Severity
from migkit.model.release import Entry, Unfinished, lock_name
from migkit.product import Identity
from migkit.servers import login
from migkit.targets import Declared, network
from migkit.targets.standing import VersionTable, rows
from migkit.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Tell = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a target: by asking it, or else by its journal's file alone, with the `error` that kept it so.

    `working` are the sessions of a release that is at work there now.
    """

    entries: tuple[Entry, ...]
    unfinished: tuple[Unfinished, ...]
    address: str = ""
    current: tuple[str, ...] | None = None
    working: tuple[str, ...] = ()
    error: TargetError | None = None
    identity: Identity | None = None


def status(project: Project, schema: Schema, target: str = "", *, on_event: Tell = lambda _event: None) -> Report:
    """Say of each target, or of one, where it stands, what is pending, and what became of its last release.

    Targets are only read. Where the only one cannot be asked, what its journal's file knows goes with the TargetError;
    of several, that is a finding.
    """
    began = time.perf_counter()
    names = targets.named(project, schema, target)
    history = {one.id: one for one in revisions(schema)}
    known = {name: _known(project, schema, name, history, on_event) for name in names}
    report = Report(
        "status",
        schema.name,
        {"family": engines.parse(schema.engine).family, "wanted": schema.engine},
        findings=tuple(one for name in names for one in _findings(schema, name, known[name], history)),
        facts={"targets": [_facts(schema, name, known[name], history) for name in names]},
        seconds=time.perf_counter() - began,
    )
    error = known[names[0]].error if len(names) == 1 else None
    if error is not None:
        error.report, error.told = report, True
        raise error
    return report


def _known(project: Project, schema: Schema, name: str, history: Mapping[str, Revision], tell: Tell) -> Known:
    """Ask a target; where that cannot be done, read what this machine wrote down."""
    try:
        found = targets.declared(project, schema, name)
        tell(Event("wait", f"asking {found.address}"))
        network.reached(found)
        with asked(found) as connection:
            return _seen(connection, schema, found, history, proofs.version_table(project, schema))
    except TargetError as error:
        entries = _kept(schema, name)
        return Known(entries, fates.unfinished(entries, journal.Seen()), error=error)


def _seen(
    connection: Connection, schema: Schema, found: Declared, history: Mapping[str, Revision], table: VersionTable
) -> Known:
    entries = entries_in(connection, schema, found)
    identity = preflight.met(connection, schema, found, entries)
    current = rows(connection, found, table)
    applied = ancestors(history, current, dependencies=True) | set(current)
    left = fates.unfinished(entries, journal.Seen(applied=applied))
    if left:
        left = fates.unfinished(entries, look(connection, found, entries, applied))
    return Known(entries, left, str(found.address), current, _working(connection, found), identity=identity)


def _working(connection: Connection, found: Declared) -> tuple[str, ...]:
    """Name the sessions that hold the release's lock: one that holds it is at work now."""
    spoken = login.console(found.engine)
    listed = connection.exec_driver_sql(spoken.lease().holders(lock_name(found.address.database)))
    return tuple(_session(row) for row in listed)


def _session(row: Sequence[Any]) -> str:
    user, host = (str(part) if part is not None else "" for part in row[1:3])
    return f"session {row[0]}{f' ({user}@{host})' if user else ''}"


def _kept(schema: Schema, name: str) -> tuple[Entry, ...]:
    try:
        return journal.kept(schema, name)
    except TargetError:
        return ()  # the reason why the target could not be asked is the one to tell


def _findings(schema: Schema, name: str, known: Known, history: Mapping[str, Revision]) -> Iterator[Finding]:
    error = known.error
    if error is not None:
        yield Finding("target-unreachable", Severity.error, error.message, error.remedy, object=name)
    foreign = [one for one in known.current or () if one not in history]
    if foreign:
        message = f"{name} stands at {', '.join(foreign)}, which the working tree has not"
        yield Finding("foreign-revision", Severity.error, message, "bring that revision in: git pull", object=name)
    if known.working:
        message = f"a release is at work on {name} now: {', '.join(known.working)}"
        yield Finding("release-at-work", Severity.note, message, "wait until it has ended", object=name)
    for one in known.unfinished:
        yield _left(schema, name, one, history, at_work=bool(known.working))


def _left(schema: Schema, name: str, one: Unfinished, history: Mapping[str, Revision], *, at_work: bool) -> Finding:
    severity = Severity.error if journal.partial(one) else Severity.warning
    remedy = "wait until the release has ended" if at_work else journal.remedy(one, schema.name, name)
    path = shown(history[one.revision].path) if one.revision in history else None
    level = Severity.note if at_work else severity
    return Finding("unfinished-revision", level, journal.said(one), remedy, path, revision=one.revision, object=name)


def _facts(schema: Schema, name: str, known: Known, history: Mapping[str, Revision]) -> dict[str, Any]:
    current = known.current
    below = ancestors(history, current or (), dependencies=True)
    pending = None if current is None else [one for one in in_order(history) if one.id not in below]
    return {
        "target": name,
        "address": known.address,
        "product": known.identity.product if known.identity else "",
        "version": known.identity.version if known.identity else "",
        "current": None if current is None else list(current),
        "head": list(heads(history.values())),
        "pending": None if pending is None else len(pending),
        "revisions": [{"revision": one.id, "title": _title(one)} for one in pending or ()],
        "journal": shown(file.path(schema.name, schema.targets[name])),
        "last_run": _last(known.entries),
        "working": list(known.working),
        "unfinished": [journal.facts(one, schema.name, name) for one in known.unfinished],
        **({"error": known.error.message, "remedy": known.error.remedy} if known.error else {}),
    }


def _title(one: Revision) -> str:
    """Give what a revision says of itself; a history that is read as source has no titles."""
    try:
        return one.title or said(one.path.read_text(encoding="utf-8")).title
    except (OSError, ValueError, SyntaxError):
        return ""


def _last(entries: Sequence[Entry]) -> dict[str, Any] | None:
    """Give the last run: `ended` says how, "" where it never said so."""
    ran = journal.runs(entries)
    if not ran:
        return None
    run = ran[-1].run
    said = {"run": run.id, "direction": run.direction, "operator": run.operator, "host": run.host}
    return said | {
        "approved_by": run.approved_by,
        "began": ran[-1].began,
        "last": ran[-1].last,
        "ended": ran[-1].ended,
        "migkit": run.migkit,
    }
