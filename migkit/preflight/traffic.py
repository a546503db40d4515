"""Who is at work on a target: another release, what holds its tables; and whether there is room for a rebuild."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from migkit.address import masked_text
from migkit.gate import Ask, Denied, Hold
from migkit.model import Check
from migkit.model.release import Plan, lock_name
from migkit.preflight import server
from migkit.preflight.naming import few
from migkit.preflight.privileges import tables
from migkit.render.amounts import size
from migkit.servers import login
from migkit.targets import Declared

_SHOWN = 3
_LONGEST = 80  # characters of a statement that is shown
_SPARE = 1.2  # of a table's size, while its copy and what is written meanwhile stand beside it


def traffic(ask: Ask, found: Declared, plan: Plan) -> Iterator[Check]:
    """Look whether anything on the target would have to be waited for, or would not fit."""
    yield _release(ask, found)
    named, unread = tables(plan, found.engine.family)
    yield _holds(ask, found, named, few(unread))
    yield from _disk(ask, found, plan)


def _release(ask: Ask, found: Declared) -> Check:
    """No other release may be at work: its own session holds a lock, and so does a migration's that outlived it."""
    name, lease = "traffic: other releases", login.console(found.engine).lease()
    lock = lock_name(found.address.database)
    for sql, what in ((lease.holders(lock), "another release runs"), (lease.workers(lock), "a migration is at work")):
        rows = [tuple(row) for row in _plain(ask, sql)]
        if rows:
            message = f"{what}: {', '.join(map(_session, rows[:_SHOWN]))}"
            remedy = "wait until it has ended; mig.status tells how far it came"
            return Check(name, ok=False, message=message, remedy=remedy)
    return Check(name, ok=True, message="none is at work")


def _plain(ask: Ask, sql: str) -> Sequence[Sequence[object]]:
    return ask(sql.replace(":", r"\:"))  # a name with a colon in it, which would be a parameter


def _session(row: Sequence[object]) -> str:
    number, user, host, statement, seconds = (*row, None, None, None, None)[:5]
    who = f" of {user}@{host}" if user else ""
    doing = f" for {seconds} s: {_short(str(statement))}" if statement else ""
    return f"session {number}{who}{doing}"


def _holds(ask: Ask, found: Declared, named: Mapping[str, Sequence[str]], unread: str) -> Check:
    """What is held for longer than a statement of the release would wait is in its way.

    `unread` is of what it is not known which tables it concerns.
    """
    name, spoken = "traffic: transactions", server.gate(found.engine)
    if not named:
        message = f"not known which tables are concerned by {unread}" if unread else "no table is concerned"
        return Check(name, None if unread else True, message)
    try:
        holds = spoken.holds(ask, found.address.database, sorted(named))
    except Denied as denied:
        return Check(name, None, f"they cannot be seen: {denied}", spoken.seeing)
    patience = found.target.lock_timeout
    wrong = [one for one in holds if one.dump or (one.seconds is not None and one.seconds > patience)]
    if wrong:
        worst = max(wrong, key=lambda one: (one.dump, one.seconds or 0))
        message = "; ".join(map(_held, sorted(wrong, key=lambda one: one is not worst)[:_SHOWN]))
        remedy = f"wait until {'the dump' if worst.dump else 'it'} has ended; or end it: {spoken.end(worst.session)}"
        return Check(name, ok=False, message=message, remedy=remedy)
    hidden = [one for one in holds if one.seconds is None]
    if hidden:
        held = ", ".join(dict.fromkeys(one.table or "tables of the database" for one in hidden))
        several = f"{len(hidden)} sessions hold" if len(hidden) > 1 else f"session {hidden[0].session} holds"
        message = f"{several} {held}; since when is not shown to this login"
        return Check(name, None, message, spoken.seeing)
    message = f"nothing holds {', '.join(sorted(named)[:_SHOWN])} for long"
    also = f"; not known which tables are concerned by {unread}" if unread else ""
    return Check(name, None if unread else True, message + also)


def _held(one: Hold) -> str:
    what = one.table or "tables of the database (the server does not show which)"
    kind = "a dump holds" if one.dump else "holds"
    age = "" if one.seconds is None else f" for {one.seconds:.0f} s"
    doing = f", now {_short(one.doing)}" if one.doing else ""
    return f"session {one.session} ({one.who}): {kind} {what}{age}{doing}"


def _short(statement: str) -> str:
    plain = " ".join(masked_text(statement).split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _disk(ask: Ask, found: Declared, plan: Plan) -> Iterator[Check]:
    """A rebuild needs room for a copy of the table; nothing is said where none is coming."""
    name = "traffic: disk"
    rebuilt = [each for one in plan.revisions for each in one.statements if each.bytes and each.rebuilds]
    if not rebuilt:
        return
    largest = max(rebuilt, key=lambda each: each.bytes or 0)
    need = int((largest.bytes or 0) * _SPARE)
    free = server.gate(found.engine).free(ask)
    said = f"{largest.table} is rebuilt, which takes about {size(need, digits=1)}"
    if free is None:
        yield Check(name, None, f"{said}; the server does not show its free disk", "look at the disk of its data")
    elif free < need:
        message = f"{said}, and {size(free, digits=1)} are free"
        yield Check(name, ok=False, message=message, remedy="make room on its disk")
    else:
        yield Check(name, ok=True, message=f"{said}; {size(free, digits=1)} are free")
