"""What work beside this one means for a history: revisions that the main branch has already, ids that collide.

Only what this machine knows is asked: the remote branch as it was fetched, and revision files as source. Where git has
no answer (no repository, no main branch, a shallow clone) there is no finding.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from migkit import git
from migkit.alembic_io.source import Said, said
from migkit.config import shown
from migkit.ids import REMEDY, RULE, Named, hand_made
from migkit.model import Finding, Schema, Severity
from migkit.values import dataclass

_SHOWN = 3
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True, slots=True)
class Upstream:
    """What the main branch has done to a history since this branch left it: revisions by file, and files removed."""

    branch: git.Branch
    added: Mapping[Path, Said]
    removed: frozenset[Path]


def findings(schema: Schema, revisions: Sequence[Named]) -> tuple[Finding, ...]:
    """Say what a new revision beside these `revisions` of the schema may meet; at most three findings.

    `behind-main`: the main branch holds a revision that is not among them. `id-taken`: it has one of their ids for
    another file. `hand-made-id`: one of their ids is not what a generator makes. A rule that `lint.off` of the schema
    names is not told.
    """
    return (*beside(schema, revisions), *_wanted(schema, _in_one(hand_made(revisions))))


def beside(schema: Schema, revisions: Sequence[Named]) -> tuple[Finding, ...]:
    """Say what the main branch has that these `revisions` of the schema will meet: `behind-main` and `id-taken`."""
    found = upstream(schema.directory, {one.path.parent for one in revisions})
    return _wanted(schema, against(schema.name, found, revisions, time.time())) if found else ()


def upstream(directory: Path, folders: Iterable[Path]) -> Upstream | None:
    """Look at the main branch's files below `folders`; None where there is no main branch."""
    branch = git.main_branch(directory)
    if branch is None:
        return None
    added, removed = git.changes(branch, folders)
    return Upstream(branch, read(branch, added), frozenset(one.path for one in removed))


def read(branch: git.Branch, files: Sequence[git.File]) -> dict[Path, Said]:
    """Read revision files of a branch as source; what is none, or computes its own id, is left out."""
    found = {}
    for path, text in git.contents(branch, [one for one in files if one.path.suffix == ".py"]).items():
        try:
            one = said(text)
        except (SyntaxError, ValueError):
            continue
        if one.id:
            found[path] = one
    return found


def against(schema: str, found: Upstream, revisions: Sequence[Named], now: float) -> tuple[Finding, ...]:
    """Hold a history against what the main branch has done since; `now` is in seconds since 1970."""
    here = {one.id: one for one in revisions}
    name = f"{found.branch.name}{_age(found.branch, now)}"
    missing = {path: one for path, one in found.added.items() if one.id not in here}
    taken = [
        (path, here[one.id])
        for path, one in found.added.items()
        if one.id in here and here[one.id].path != path and here[one.id].path not in found.removed
    ]
    return (*_behind(schema, name, found.branch, missing), *_taken(name, taken))


def _wanted(schema: Schema, told: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in told if one.rule not in schema.lint.off)


def _behind(schema: str, name: str, branch: git.Branch, missing: Mapping[Path, Said]) -> tuple[Finding, ...]:
    if not missing:
        return ()
    listed = [f"{one.id} ({one.title})" if one.title else one.id for one in missing.values()]
    message = f"{name} holds {_few(listed)}, which the working tree has not: merged, there will be two heads"
    remedy = f"git merge {branch.name}, then inv mig.merge --schema {schema} --rebase"
    return (Finding("behind-main", Severity.warning, message, remedy, object=schema),)


def _taken(name: str, taken: Sequence[tuple[Path, Named]]) -> tuple[Finding, ...]:
    if not taken:
        return ()
    path, one = taken[0]
    message = f"{name} has the id {one.id} for another revision, {shown(path)}: merged, no history loads"
    remedy = "give the revision here a generated id (and mend the down_revision that points at it)"
    return (Finding("id-taken", Severity.warning, message, remedy, str(one.path), revision=one.id),)


def _in_one(each: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give one finding for all hand-made ids, the gravest first: a history may have many, and lint names each."""
    if len(each) < 2:  # noqa: PLR2004  # one needs no sum
        return tuple(each)
    ordered = sorted(each, key=lambda one: -one.severity)
    ids = _few([one.revision or "" for one in ordered])
    message = f"{len(each)} revision ids were typed by hand, as others will type them: {ids}"
    return (Finding(RULE, ordered[0].severity, message, REMEDY, ordered[0].path, revision=ordered[0].revision),)


def _few(words: Sequence[str]) -> str:
    rest = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _age(branch: git.Branch, now: float) -> str:
    """Say when the remote was last asked, where that is known and long ago enough to matter."""
    if branch.fetched is None:
        return ""
    seconds = now - branch.fetched
    for size, unit in _UNITS:
        if seconds >= size:
            count = int(seconds // size)
            return f" (fetched {count} {unit}{'s'[count == 1 :]} ago)"
    return " (fetched just now)"
