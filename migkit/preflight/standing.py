"""Where the database stands, held against the history and the journal: one head, nothing foreign, nothing edited since.

Pure, but for reading the revisions' files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from migkit import hashes, journal
from migkit.alembic_io.unseen import bare
from migkit.branching import ancestors
from migkit.config import shown
from migkit.model import Check, Revision, Schema
from migkit.model.release import Entry, Fate, Order, Unfinished
from migkit.preflight.naming import few

_NONE: Mapping[str, int] = {}
_UNSEEN = "; its line {} takes a driver's own cursor, and what that sent is in no journal"
_LOOK = (
    "look at the target; finish the revision by hand and stamp it, or, if it did nothing, take the lines of that run "
    "out of the journal (docs/journal.md)"
)


def history(
    schema: Schema,
    revisions: Sequence[Revision],
    heads: Sequence[str],
    current: Sequence[str],
    entries: Sequence[Entry],
    tables: int,
) -> Iterator[Check]:
    """Hold the history against the rows of the version table (`current`) and what the journal says was applied."""
    known = {one.id: one for one in revisions}
    yield _head(schema, heads)
    yield _revision(schema, known, current, tables, entries)
    below = ancestors(known, current, dependencies=True)
    texts = journal.applied_texts(entries)
    yield _missing(known, below, texts)
    yield _edited([known[ident] for ident in texts if ident in known and ident in below], texts)


def unseen(found: Sequence[Unfinished], revisions: Sequence[Revision]) -> Mapping[str, int]:
    """Give the line at which each of the unfinished revisions takes a driver's own cursor, of those that do."""
    ways = {one.revision: one.direction for one in found}
    lines = {one.id: bare(one.path.read_bytes(), ways[one.id]) for one in revisions if one.id in ways}
    return {revision: line for revision, line in lines.items() if line}


def unfinished(
    found: Sequence[Unfinished], schema: str, order: Order, first: str, *, past: Mapping[str, int] = _NONE
) -> Iterator[Check]:
    """Say what an earlier run left unfinished; nothing where all of what it began came to an end.

    `first` is the first revision of the plan. A number of steps down means another revision once the one that was to
    be resumed is finished. `past` has the line of each revision that sent what no journal knows and may have stayed.
    """
    name = "history: unfinished"
    for one in found:
        said, fates = journal.said(one), {each.fate for each in one.statements}
        if one.revision in past and Fate.running not in fates:
            yield Check(name, ok=False, message=f"{said}{_UNSEEN.format(past[one.revision])}", remedy=_LOOK)
            continue
        if Fate.running not in fates and not journal.partial(one):
            anew = "it starts anew" if one.direction == order.direction else "it left nothing"
            yield Check(name, ok=True, message=f"{said}: {anew}")
            continue
        goes_on = order.resume and order.direction == one.direction and (Fate.unknown not in fates or order.unknown)
        if goes_on and Fate.running not in fates and not any(each.stuck for each in one.statements):
            yield Check(name, ok=True, message=f"{said}: this run goes on there")
        else:
            yield Check(name, ok=False, message=said, remedy=journal.remedy(one, schema, order.target))
    if order.resume and order.to.startswith("-") and not any(_begins(one, first) for one in found):
        message = (
            f"nothing is left to finish, and this would take back {first}" if first else "nothing is left to finish"
        )
        remedy = f"inv mig.status --schema {schema} --target {order.target} says where it stands; to go on, --to REV"
        yield Check(name, ok=False, message=message, remedy=remedy)
    elif order.resume and not found:
        yield Check(name, None, "there is nothing to resume: this is a run like any other", "leave --resume out")


def _begins(one: Unfinished, first: str) -> bool:
    """Whether it is the downgrade with which a plan begins."""
    return one.direction == "downgrade" and one.revision == first


def _head(schema: Schema, heads: Sequence[str]) -> Check:
    name = "history: head"
    if len(heads) == 1:
        return Check(name, ok=True, message=f"one head, {heads[0]}")
    message = f"{len(heads)} heads: {', '.join(heads)}" if heads else "no revision"
    return Check(name, ok=False, message=message, remedy=f"inv mig.merge --schema {schema.name}")


def _revision(
    schema: Schema, known: Mapping[str, Revision], current: Sequence[str], tables: int, entries: Sequence[Entry]
) -> Check:
    """A database with tables and no revision is none of this history's, or was never told where it stands."""
    name = "history: revision"
    foreign = [ident for ident in current if ident not in known]
    if foreign:
        message = f"the database stands at {', '.join(foreign)}, which this history has not"
        return Check(name, ok=False, message=message, remedy="check out what has that revision, or look at the URL")
    if current:
        return Check(name, ok=True, message=f"the database stands at {', '.join(current)}")
    applied = journal.applied_texts(entries)
    if applied:
        message = f"the database says that nothing was applied, and the journal has {few(sorted(applied))}"
        remedy = "look whether this is the database, and whether its version table was emptied"
        return Check(name, ok=False, message=message, remedy=remedy)
    if tables and not schema.base_sql and not entries:
        message = f"the database has {tables} tables and no revision: it is not this history's, or was never stamped"
        return Check(
            name,
            ok=False,
            message=message,
            remedy="look at the URL; or alembic stamp where it stands, `base` where these are others' tables",
        )
    return Check(name, ok=True, message="nothing was applied yet")


def _missing(known: Mapping[str, Revision], below: Collection[str], texts: Mapping[str, str]) -> Check:
    """Whether what releases applied is still in the history, and below where the database stands."""
    name = "history: applied"
    lost = [ident for ident in texts if ident not in known]
    if lost:
        message = f"the journal has {few(lost)} as applied, which this history has not"
        return Check(name, ok=False, message=message, remedy="bring the files of those revisions back")
    back = [ident for ident in texts if ident not in below]
    if back:
        message = f"the journal has {few(back)} as applied, and the database stands before: taken back without the kit"
        return Check(name, None, message, "see that this is no restored copy")
    return Check(name, ok=True, message=f"nothing of {len(below)} applied revisions is missing")


def _edited(applied: Sequence[Revision], texts: Mapping[str, str]) -> Check:
    name = "history: edited"
    changed = [one for one in applied if texts[one.id] and hashes.text(one.path.read_bytes()) != texts[one.id]]
    if not changed:
        message = (
            f"{len(applied)} applied revisions are as they were applied" if applied else "the journal knows of none"
        )
        return Check(name, ok=True, message=message)
    paths = [f"{one.id} ({shown(one.path)})" for one in changed]
    message = f"edited since {'it was' if len(changed) == 1 else 'they were'} applied: {few(paths)}"
    remedy = f"git log -p {shown(changed[0].path)}: bring the applied text back, and put the change into a new revision"
    return Check(name, ok=False, message=message, remedy=remedy)
