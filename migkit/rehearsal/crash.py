"""Cuts an upgrade after each of its statements, as a killed process or a lost server would, and runs it again.

Cuts that are known to come to the same are made once: a transaction that is still open is rolled back as a whole, and a
statement that only reads leaves nothing. A cut after the last one that left everything is the rerun on its own result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from migkit.alembic_io.driver import Plan
from migkit.errors import StepFailed
from migkit.judge import State, said
from migkit.model import Finding
from migkit.model.rehearsal import Cut, Sent
from migkit.reads import reads
from migkit.rehearsal.crashes import Outcome, findings
from migkit.rehearsal.differing import differs, objects, told
from migkit.rehearsal.points import end, points
from migkit.rehearsal.stage import Stage

Rehearsal = tuple[tuple[Cut, ...], tuple[Finding, ...]]
Make = Callable[[int], Plan[Outcome | None]]
_MANY = 12  # points beyond which those between two that fail in the same way are taken to fail so too
_FEW = 2  # the same, where it is known that what is in the way stays there
_SHOWN = 300
_NAMED = re.compile(r"(?<!\w)'(?:[^'.]+\.)?([^'.]+)'")  # as MySQL and MariaDB say what is in the way
_TAKES_AWAY = re.compile(r"\b(DROP|RENAME|CHANGE|TRUNCATE|(?<!ON )(?:DELETE|UPDATE))\b", re.IGNORECASE)


def crashed(stage: Stage, earlier: str | None, *, required: bool) -> Plan[Rehearsal]:
    """Give what came of each cut and of the retry; of those in the `earlier` text of the revision too, if there is one.

    `required` is whether the policy demands that the upgrade can be run again. Who took the rerun on the own result
    before tells what that has shown.
    """
    known = end(stage.sent) if stage.reran else None
    own = yield from _own(stage)
    old: Mapping[int, Outcome] = {}
    before: Sequence[Sent] = ()
    if earlier is not None:
        before, old = yield from _edited(stage, earlier)
    cuts = (*_told(stage.sent, own), *(replace(cut, edited=True) for cut in _told(before, old)))
    return cuts, tuple(findings(stage, own, old, before, required=required, known=known))


def _own(stage: Stage) -> Plan[Mapping[int, Outcome]]:
    """Make the cuts in the upgrade as it is; give what came of each, by its point."""
    sent = stage.sent
    last = {
        point: number for number, point in enumerate(points(sent), 1) if point or not reads(sent[number - 1].statement)
    }

    def make(point: int) -> Plan[Outcome | None]:
        if point == end(sent):
            came = yield from stage.rerun()
            return (yield from _outcome(stage, came))
        if not (yield from stage.cut(last[point])):
            return None
        return (yield from _again(stage))

    wanted = sorted(last)
    ends: dict[int, Outcome] = {}
    if stage.plain and len(wanted) > 1 and wanted[0] and wanted[-1] == end(sent):
        outcome = yield from make(wanted[-1])
        if outcome is not None and _meets_the_first(sent, outcome):
            return {**dict.fromkeys(wanted, replace(outcome, inferred=True)), wanted[-1]: outcome}
    if stage.plain and len(wanted) > _FEW:
        ends = yield from _each((wanted[0], wanted[-1]), make, sent)
        if len(ends) == _FEW and _stays(sent, ends[wanted[0]], ends[wanted[-1]]):
            return dict.fromkeys(wanted, replace(ends[wanted[0]], inferred=True)) | ends
        wanted = wanted[1:-1]
    return ends | (yield from _each(wanted, make, sent))


def _stays(sent: Sequence[Sent], first: Outcome, last: Outcome) -> bool:
    """Whether what is in the way of both retries, of plain DDL, is in the way of those between: nothing removes it."""
    if first.failure is None or not first.like(last):
        return False
    words = _NAMED.findall(first.failure.message)
    named = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    refused = first.failure.statement
    others = [one.statement for one in sent if one.statement != refused and named.search(one.statement)]
    return bool(words) and not (others and _TAKES_AWAY.search(refused)) and not any(map(_TAKES_AWAY.search, others))


def _meets_the_first(sent: Sequence[Sent], last: Outcome) -> bool:
    """Whether the rerun, of plain DDL, fails on what its first statement made: so does a retry after any of them."""
    if last.failure is None:
        return False
    first, *rest = (one.statement for one in sent)
    return last.failure.statement == first and first not in rest and _stays(sent, last, last)


def _edited(stage: Stage, earlier: str) -> Plan[tuple[Sequence[Sent], Mapping[int, Outcome]]]:
    """Make the cuts in the text as it was before the edit, each followed by the upgrade as it is now.

    Where the old text fails by itself, its failure is the last cut. One that does what the upgrade does was cut there.
    """
    yield from stage.to_before()
    came = yield from stage.attempt(earlier)
    sent = _done(stage.driver.sent, came)
    if not sent or (came == stage.after and [one.statement for one in sent] == [one.statement for one in stage.sent]):
        return (), {}
    last = {point: number for number, point in enumerate(points(sent), 1) if point}
    reached = max(last, default=0)
    found: dict[int, Outcome] = {}
    if reached and points(sent)[-1] == reached == end(sent):  # it stands there
        outcome = yield from _again(stage)
        found[reached] = outcome

    def make(point: int) -> Plan[Outcome | None]:
        if not (yield from stage.cut(last[point], earlier)):
            return None
        return (yield from _again(stage))

    found |= yield from _each(sorted(last.keys() - found.keys()), make, sent)
    return sent, found


def _done(sent: Sequence[Sent], came: State | StepFailed) -> Sequence[Sent]:
    """Give the statements of a text that were done; what the last one came to is what the database shows now.

    MySQL commits before DDL, of one that fails too.
    """
    if isinstance(came, State):
        return sent
    done = sent[:-1] if came.statement else sent
    return (*done[:-1], *(replace(one, kept=None) for one in done[-1:]))


def _each(wanted: Sequence[int], make: Make, sent: Sequence[Sent]) -> Plan[dict[int, Outcome]]:
    """Make a cut for each of the points in rising order; of many, those that are needed to know all."""
    if len(wanted) <= _MANY:
        found = {}
        for point in wanted:
            outcome = yield from make(point)
            if outcome is not None:
                found[point] = outcome
        return found
    ends = yield from _each((wanted[0], wanted[-1]), make, sent)
    return ends | (yield from _between(wanted, ends, make, sent))


def _between(
    wanted: Sequence[int], ends: Mapping[int, Outcome], make: Make, sent: Sequence[Sent]
) -> Plan[dict[int, Outcome]]:
    """Learn of the points between the first and the last one, of which it is known what came of them."""
    inner = wanted[1:-1]
    first, last = ends.get(wanted[0]), ends.get(wanted[-1])
    if not inner:
        return {}
    if first is not None and last is not None and first.like(last):
        taken = any(_TAKES_AWAY.search(one.statement) for one in sent[wanted[0] : wanted[-1]])
        if not taken or _stays(sent, first, last):
            return dict.fromkeys(inner, replace(first, inferred=True))
    middle = len(wanted) // 2
    half = yield from _each((wanted[middle],), make, sent)
    known = {**ends, **half}
    half |= yield from _between(wanted[: middle + 1], known, make, sent)
    return half | (yield from _between(wanted[middle:], known, make, sent))


def _again(stage: Stage) -> Plan[Outcome]:
    """Run the upgrade again from where the database stands, unless nothing of it is there."""
    now = stage.read()
    stage.moved(now)
    if not differs(stage.before, now):
        return Outcome()
    came = yield from stage.attempt()
    return (yield from _outcome(stage, came))


def _outcome(stage: Stage, came: State | StepFailed) -> Plan[Outcome]:
    if isinstance(came, StepFailed):
        return Outcome(left=True, failure=came)
    parts = differs(stage.after, came)
    if parts and came.rows != stage.after.rows:  # a clock or a generator may have made them: so would another run
        steady = yield from stage.steady()
        parts = differs(steady(stage.after), steady(came))
        return Outcome(left=True, parts=parts, names=objects(steady(stage.after), steady(came)))
    return Outcome(left=True, parts=parts, names=objects(stage.after, came))


def _told(sent: Sequence[Sent], outcomes: Mapping[int, Outcome]) -> list[Cut]:
    """Give a Cut for each statement of which it is known what came of it."""
    cuts = []
    places = list(enumerate(zip(sent, points(sent), strict=True), 1))
    made = {point: number for number, (one, point) in places if point or not reads(one.statement)}
    for number, (one, point) in places:
        outcome = outcomes.get(point, Outcome(inferred=True) if not point else None)
        if outcome is not None:
            error = said(outcome.failure) if outcome.failure else told(outcome.parts)
            sql = " ".join(one.statement.split())[:_SHOWN]
            inferred = outcome.inferred or made.get(point) != number
            cuts.append(Cut(number, sql, one.line, outcome.left, outcome.ok, error, inferred=inferred))
    return cuts
