"""After a release: the version table says where the target was to go, and its catalogue is the one that was proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migkit import targets
from migkit.alembic_io.history import History
from migkit.model import Check, Finding, Project, Schema, Severity
from migkit.proofs import drifting
from migkit.proofs.ending import Ended
from migkit.proofs.finding import Proofs, taken
from migkit.proofs.finding import found as recorded
from migkit.proofs.keys import catalogue
from migkit.proofs.live import Live, live
from migkit.targets import Declared

_SHOWN = 20  # differences that are told one by one


def verified(
    project: Project,
    schema: Schema,
    found: Declared,
    history: History,
    to: Sequence[str],
    ended: Ended | None = None,
) -> tuple[Check, ...]:
    """Hold a target to the rows `to` of its version table, and to the catalogue that a round trip recorded for them.

    `ended` is what a round trip came to that was taken for this release, and stands in for the record. The last checks
    are None where nothing says what the catalogue is to be, or not all of it may be read. Raises TargetError where the
    target cannot be asked.
    """
    seen = live(found)
    version = seen.identity.version
    proofs = taken(ended, version) if ended else recorded(project, schema, seen.engine, version, history.revisions)
    current = targets.standing(found, proofs.kept_in)
    stands = _version(schema.name, found, current, tuple(sorted(to)))
    return (stands, *(_catalogue(schema.name, found, proofs, seen, current) if stands.ok else ()))


def _version(schema: str, found: Declared, current: tuple[str, ...], to: tuple[str, ...]) -> Check:
    here, there = (", ".join(each) or "nothing applied" for each in (current, to))
    if current == to:
        return Check("version", ok=True, message=f"{found.target.name} stands at {here}", rule="verify-version")
    message = f"{found.target.name} stands at {here}, and was to stand at {there}"
    remedy = f"inv mig.status --schema {schema} --target {found.target.name} says what was applied"
    return Check("version", ok=False, message=message, remedy=remedy, rule="verify-version")


def _catalogue(schema: str, found: Declared, proofs: Proofs, seen: Live, current: tuple[str, ...]) -> Iterator[Check]:
    name = found.target.name
    expected, known = proofs.snapshot(current), proofs.catalogue(current)
    if expected is None:
        yield _by_hash(schema, name, known, seen, proofs)
        return
    whole, present = drifting.comparable(expected, seen.seen, proofs.version_table, proofs.version_schema)
    differing = [
        Check("catalogue", _grave(one), one.message, one.remedy, severity=one.severity, rule=one.rule)
        for one in drifting.findings(schema, name, drifting.differences(whole, present))
    ]
    yield from differing[:_SHOWN]
    if len(differing) > _SHOWN:
        more = f"{len(differing) - _SHOWN} more differences"
        yield Check("catalogue", ok=False, message=more, remedy=drifting.command(schema, name), rule="drift-differs")
    if not differing:
        yield Check("catalogue", ok=True, message=f"as proven: {len(present.objects)} objects")
    for one in drifting.unseen(name, seen.seen):
        yield Check("catalogue", ok=None, message=one.message, remedy=one.remedy, rule=one.rule)


def _by_hash(schema: str, name: str, known: str, seen: Live, proofs: Proofs) -> Check:
    """Say whether the catalogue is the one whose hash alone is known."""
    _whole, present = drifting.comparable(seen.seen.snapshot, seen.seen, proofs.version_table, proofs.version_schema)
    if known and catalogue(present) == known:
        return Check("catalogue", ok=True, message=f"as proven: {len(present.objects)} objects")
    own = drifting.own(proofs.head(), present)
    if known and catalogue(own) == known:  # drift would be a note: an operator's extension is no fault of a release
        beside = ", ".join(f"{kind} {name}" for kind, name in sorted(present.objects.keys() - own.objects.keys()))
        said = f"as proven: {len(own.objects)} objects; beside it: {beside}"
        return Check("catalogue", ok=True, message=said)
    remedy = f"{drifting.command(schema, name)} shows it, on a throwaway server"
    if known and not seen.seen.unread | seen.seen.blind:
        message = "it is not the one that a round trip recorded for this revision"
        return Check("catalogue", ok=False, message=message, remedy=remedy, rule="drift-differs")
    why = "no proof says what it is to be" if not known else f"not all of it may be read by the login of {name}"
    return Check("catalogue", ok=None, message=why, remedy=remedy, rule="drift-unproven")


def _grave(one: Finding) -> bool | None:
    """Give what a difference makes of its check: a note is told, and spoils nothing."""
    return None if one.severity is Severity.note else False
