"""How a release has a target for itself: its locks, the bounds of its sessions, and what a refusal means.

What differs between products stands here as fields; the values are in `migkit.engines`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """SQL and judgements by which one release at a time works on a database. Names go in bare.

    `keeps(idle)` are told to the kit's own session, which the server then ends when nothing came from it for so many
    seconds; `leaves(idle)` to one of a migration, if it has no such bound that is narrower. `lock(name)` asks for the
    release's lock (one row: 1 where it is had), `held(name)` whether this session still has it (a row that begins with
    neither 0 nor NULL). `working(name)` are questions of which the first that answers 1 says, for as long as a
    migration's own session lives, that one is at work. `holders(name)` and `workers(name)` list the sessions that have
    the one and the other: id, user, host, statement and its seconds; all but the id may be NULL where the login may not
    see it.

    `bounds(lock, statement)` are the statements that bound a session, in seconds. `own_sql` gives a session's id, and 1
    where a lock time-out takes back the whole transaction, as `undone(error, that)` judges of an error. `stop(session)`
    ends the statement that a session runs, `end(session)` the session; `blockers(session)` are questions of which the
    first that is answered lists whom it waits for, as `holders` does; `others(session)` lists who else is in its
    database, where nothing is shown of that ("" is not needed).

    Of a driver's error, `answered` says that it is the server's word on the statement, and not that the connection
    was lost; `busy` that a lock could not be had. `repeats(statement)` says whether one that was refused so can be sent
    again as it is.
    """

    keeps: Callable[[float], tuple[str, ...]] = field(repr=False)
    leaves: Callable[[float], tuple[str, ...]] = field(repr=False)
    lock: Callable[[str], str] = field(repr=False)
    held: Callable[[str], str] = field(repr=False)
    working: Callable[[str], tuple[str, ...]] = field(repr=False)
    holders: Callable[[str], str] = field(repr=False)
    workers: Callable[[str], str] = field(repr=False)
    bounds: Callable[[float, float], tuple[str, ...]] = field(repr=False)
    own_sql: str = field(repr=False)
    stop: Callable[[str], str] = field(repr=False)
    end: Callable[[str], str] = field(repr=False)
    blockers: Callable[[str], tuple[str, ...]] = field(repr=False)
    others: Callable[[str], str] = field(repr=False)
    answered: Callable[[BaseException], bool] = field(repr=False)
    undone: Callable[[BaseException, bool], bool] = field(repr=False)
    busy: Callable[[BaseException], bool] = field(repr=False)
    repeats: Callable[[str], bool] = field(repr=False)
