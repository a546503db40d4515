"""What a release is: what is asked for, what is pending, what was planned, and what a journal knows of it."""

from __future__ import annotations

import hashlib
from dataclasses import field
from enum import StrEnum
from typing import Any

from migkit.model.findings import Finding
from migkit.model.history import Direction, Revision
from migkit.values import dataclass

_LOCK_NAME = 64  # characters (MySQL manual, GET_LOCK)


@dataclass(frozen=True, slots=True)
class Order:
    """What `mig.prod` or `mig.rollback` is asked for. `to` is "" for the head (rollback: required).

    `check` ends after the preflight, `dry_run` after the plan. `confirm` is the word as it was given without a
    terminal; `allow_blocking` are tables that may be blocked though they are large. `unknown` is what the operator
    found became of the statement of which nothing tells: applied or gone.
    """

    target: str = "production"
    direction: Direction = "upgrade"
    to: str = ""
    check: bool = False
    dry_run: bool = False
    verify: bool = False
    resume: bool = False
    confirm: str = ""
    allow_blocking: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Precondition:
    """What the rows of a target must be for a statement to pass: a query that counts those that are in the way.

    `kind` is duplicates, nulls, orphans, too-long, out-of-range, unfit, check or enum; catalogue (an object that is
    there already, or is not) and unread are of no rows, and have no query. `ok` is None where it was not asked, or
    could not be (`message` says why); `count` are the rows (or groups of equal ones) in the way, `sample` some keys of
    them as text, at most ten. `tries` is a query that converts each value: it fails where one is in the way, and
    neither counts nor shows them (`count` is None). `grouped` is that `sample_query` gives a value that several rows
    have, and last how many.
    """

    kind: str
    table: str
    query: str
    message: str
    ok: bool | None = None
    count: int | None = None
    sample: tuple[str, ...] = ()
    sample_query: str = ""
    tries: bool = False
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """One statement as it would run. `number` counts from 1 within its revision those that do not only read.

    `rows` and `bytes` of `table` are the server's estimate, None where it does not say; `blocks` is what waits while it
    runs, by lint: "", "writes" or "all"; `unjudged` says why that is not known, where it is not. `rebuilds` is that the
    server writes the whole table anew beside itself. `line` is of the revision's file. `applied` is that an earlier run
    of the release has applied it, so that it is not sent again.
    """

    number: int
    sql: str
    line: int | None = None
    table: str = ""
    rows: int | None = None
    bytes: int | None = None
    blocks: str = ""
    findings: tuple[Finding, ...] = ()
    preconditions: tuple[Precondition, ...] = ()
    applied: bool = False
    unjudged: str = ""
    rebuilds: bool = False


@dataclass(frozen=True, slots=True)
class PlannedRevision:
    """A pending revision. `text` is the hash of its file (migkit.hashes.text).

    `unknown` says why its SQL cannot be said beforehand ("" where it can): it asks the database while it runs.
    """

    revision: Revision
    direction: Direction
    statements: tuple[PlannedStatement, ...]
    text: str = ""
    unknown: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a release would do: from `current` to `to` (the rows of the version table before and after).

    `digest` is the hash of all that decides what runs: the files of the revisions, their SQL, where the target stands.
    `beside` is a schema whose tables are meant beside those that a session sees by itself, "" for none.
    """

    target: str
    address: str
    direction: Direction
    current: tuple[str, ...]
    to: tuple[str, ...]
    revisions: tuple[PlannedRevision, ...]
    digest: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run on a target, as its journal begins: who, from where, what. `id` sorts by time.

    `server` is the server's own id (server_uuid, system_identifier), `plan` the plan's digest.
    """

    id: str
    schema: str
    target: str
    address: str
    direction: Direction
    operator: str
    host: str
    server: str
    plan: str
    migkit: str
    approved_by: str = ""
    resumes: str = ""


class Kind(StrEnum):
    """What a line of the journal says happened."""

    run = "run"  # a run began; `facts` are those of Run
    revision = "revision"  # a revision begins; `facts`: text (the hash of its file), title, statements planned
    sent = "sent"  # a statement goes to the server now; `facts`: session, open, pending, evidence
    done = "done"  # the server answered; `facts`: rows, pending, warnings
    failed = "failed"  # the server refused it; `message` says how
    passed = "passed"  # not sent: an earlier run had applied it
    marked = "marked"  # put in by a migration's own session: it is there exactly if what it names is committed
    commits = "commits"  # code of the revision is about to commit what is open
    committed = "committed"  # all of the revision that was pending is committed; its version row too
    ended = "ended"  # the run's last line; `message`: finished, failed, interrupted, …


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `number` counts a revision's statements from 1, 0 where the line is about no statement.

    `hash` is that of the statement and its parameters (migkit.hashes.statement); `at` is UTC, ISO 8601, and
    `seq` orders the lines of a run, whatever the clock does.
    """

    run: str
    seq: int
    at: str
    kind: Kind
    revision: str = ""
    number: int = 0
    hash: str = ""
    sql: str = ""
    message: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Fate(StrEnum):
    """What became of a statement: it is applied when it is committed."""

    applied = "applied"
    failed = "failed"
    gone = "gone"  # it ran in a transaction that was never committed
    unknown = "unknown"  # it was sent and never answered, and nothing tells
    running = "running"  # it was sent, and its session is still at work on the server
    waiting = "waiting"  # not started


@dataclass(frozen=True, slots=True)
class StatementFate:
    """A statement of an unfinished revision, its fate, and `why` that is known: the catalogue, the journal, a mark.

    `rows` and `last` are what its session was told of it: how many rows, and the number that the server gave to one.
    `left` are statements that drop what it left unfinished. It is `stuck` where the server would take that for the
    whole if it were sent again (IF NOT EXISTS): what is left is dropped by hand first.
    """

    number: int
    hash: str
    sql: str
    fate: Fate
    why: str = ""
    rows: int = -1
    last: int = 0
    left: tuple[str, ...] = ()
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A revision that a run began and did not finish. `text` is the hash of its file then.

    `session` is the server's id of the session that sent the last statement; `statements` are in the order in which
    they were sent.
    """

    run: str
    revision: str
    direction: Direction
    text: str
    session: str
    statements: tuple[StatementFate, ...]


def lock_name(database: str) -> str:
    """Give the name under which one run at a time holds a database of a server.

    It is that of GET_LOCK, which takes 64 characters; PostgreSQL's advisory lock is hashtextextended(name, 0).
    """
    name = f"migkit:{database}"
    if len(name) <= _LOCK_NAME:
        return name
    return f"{name[: _LOCK_NAME - 17]}:{hashlib.sha256(name.encode()).hexdigest()[:16]}"
