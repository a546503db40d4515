"""Which statements of a revision are not sent again, since an earlier run applied them (pure).

upgrade() runs again, and what it sends is held against what the journal knows, in the order in which it was sent then.
A statement with the hash of an applied one is passed on. What the code does not send any more must be what it looked
for and found: it asked the database something, its file is as it was, and what it sends instead has another shape.
Everything else is refused, and both are shown: a statement is sent twice at no price.

A temporary table went with the session of that run. What made and filled it is sent again where nothing that stays was
applied after it; else it would be filled from another database, and a statement that needs it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace

from migkit.address import masked_text
from migkit.alembic_io.unseen import bare
from migkit.applying import lasting
from migkit.errors import ConfigError, TargetError
from migkit.ledger import names
from migkit.model.release import Fate, Plan, StatementFate, Unfinished
from migkit.values import dataclass

_ANSWERS = {"applied": Fate.applied, "gone": Fate.gone}
_TEXT = re.compile(r"'(?:[^'\\]|\\.|'')*'")
_NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")
_ROWS = re.compile(r"(\((?:[^()]|\([^()]*\))*\))(?:\s*,\s*\1)+")
_CHANGES_ROWS = re.compile(r"(insert\s+into|replace\s+into|update|delete\s+from|merge\s+into)\s+([^\s(]+)")
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a statement: its `number`, whether it is `passed`, and which applied ones are stepped over.

    Of one that is passed, `known` is what was applied.
    """

    number: int
    passed: bool = False
    over: tuple[StatementFate, ...] = ()
    known: StatementFate | None = field(default=None, compare=False)


class Numbers:
    """Numbers the statements of one revision as it runs, and knows which of them an earlier run applied.

    `unchanged` is whether the file is as it was in that run.
    """

    def __init__(self, unfinished: Unfinished | None = None, *, unchanged: bool = True) -> None:
        self._known = sorted(unfinished.statements if unfinished else (), key=lambda one: one.number)
        self._unchanged = unchanged
        self._place = 0  # of the next known statement
        self._last = 0  # the number that was given last
        self._asked = False
        self._temporary, self._lasting = _temporary(self._known)
        self._lost: set[str] = set()  # temporary tables that were filled from a database which is another one now

    def asked(self) -> None:
        """Be told that the code asked the database something."""
        self._asked = True

    def take(self, sql: str, hash_: str) -> Turn:
        """Say what becomes of the next statement; TargetError where the code sends others than it did."""
        for place in range(self._place, len(self._known)):
            one = self._known[place]
            if one.hash == hash_:
                over = self._over(place, sql)
                self._place, self._last, self._asked = place + 1, max(self._last, one.number), False
                passed = one.fate is Fate.applied and not self._again(one)
                return Turn(one.number, passed or self._needs(sql, one.number), over, one if passed else None)
        over = self._over(len(self._known), sql)
        self._place = len(self._known)
        self._last = max([self._last, *(one.number for one in over)]) + 1
        return Turn(self._last, self._needs(sql, self._last), over)

    def end(self) -> tuple[StatementFate, ...]:
        """Give the applied statements that the code did not send at its end; TargetError where it had to."""
        over = self._over(len(self._known), "")
        self._place = len(self._known)
        return over

    def _again(self, one: StatementFate) -> bool:
        """Whether an applied statement is about a temporary table, and to be sent again."""
        table = self._temporary.get(one.number, "")
        if not table:
            return False
        if one.number > self._lasting:
            return True
        self._lost.add(table)
        return False

    def _needs(self, sql: str, number: int) -> bool:
        """Refuse a statement that needs a temporary table which is lost; whether it is to drop that one."""
        self._lost -= {lasting.temporary(sql)}
        for table in self._lost:
            if names(sql, table):
                if lasting.drops(sql) and lasting.changed(sql) == table:
                    return True
                raise _without(table, number, sql)
        return False

    def _over(self, place: int, sql: str) -> tuple[StatementFate, ...]:
        """Give the applied statements before a place that the code does not send, where that is right."""
        missed = self._known[self._place : place]  # in the order of their numbers, in which they were sent
        applied = tuple(one for one in missed if one.fate is Fate.applied)
        found = self._asked and self._unchanged and not any(_alike(one.sql, sql) for one in applied)
        if applied and not found:
            raise _differs(applied[0], sql)
        return applied


def askable(unfinished: Unfinished, plan: Plan, end: Callable[[str], str] = str) -> None:
    """Raise TargetError where a plan does not go on with a revision, or it is not known how far that came.

    `end` gives the statement that ends a session of the server's.
    """
    first = plan.revisions[0] if plan.revisions else None
    if first is None or (first.revision.id, first.direction) != (unfinished.revision, unfinished.direction):
        raise TargetError(
            f"target {plan.target}: the {unfinished.direction} of {unfinished.revision} is unfinished, "
            "and the plan does not go on with it",
            remedy="finish it first: `inv mig.prod --resume`, or `inv mig.rollback --resume` for a downgrade",
        )
    for one in unfinished.statements:
        where = f"statement {one.number} of {unfinished.revision}"
        if one.fate is Fate.running:
            raise TargetError(
                f"{where} is still running: {one.why}: {_shown(one.sql)}",
                remedy=f"wait until it has ended, and resume then{_ended(unfinished.session, end)}",
            )
        if one.stuck:
            raise TargetError(
                f"{where} left behind what is not finished: {one.why}",
                remedy=f"drop it by hand, then resume: {'; '.join(one.left)}",
            )
        if one.fate is Fate.unknown:
            raise TargetError(
                f"{where} was sent and never answered, and nothing tells whether it was applied: {_shown(one.sql)}",
                remedy="look whether it was, then resume with --unknown applied or --unknown gone, or "
                f"--unknown {one.number}=applied where others are gone",
            )


def seen(unfinished: Unfinished, source: bytes) -> None:
    """Raise TargetError where a revision sends what no journal knows: it would be sent again."""
    line = bare(source, unfinished.direction)
    if line:
        raise TargetError(
            f"{unfinished.revision}, line {line}, takes a driver's own cursor or connection: what it sends by that is "
            "not in the journal, and would be sent again",
            remedy="finish the revision by hand and stamp it; what op.execute sends is known, and can be resumed",
        )


def answers(told: str) -> Mapping[int, Fate]:
    """Read what an operator says of statements: `applied` or `gone` for all (0), or `2=applied,4=gone`.

    Raises ConfigError for anything else.
    """
    found: dict[int, Fate] = {}
    for part in told.split(","):
        number, equals, fate = part.rpartition("=")
        alone = not equals and told == part
        if fate.strip() not in _ANSWERS or not (alone or number.strip().isdecimal()):
            raise ConfigError(
                f'--unknown: "{told}" is not valid',
                remedy=f"write one of {', '.join(_ANSWERS)}, or one for each statement: 2=applied,4=gone",
            )
        found[int(number or 0)] = _ANSWERS[fate.strip()]
    return found


def answered(unfinished: Unfinished, told: str) -> Unfinished:
    """Give what `--unknown` makes of the statements whose fate nothing tells.

    Raises ConfigError for an answer that is none, or that is about another statement.
    """
    given = answers(told)
    unknown = {one.number for one in unfinished.statements if one.fate is Fate.unknown}
    if wrong := sorted(given.keys() - unknown - {0}):
        known = ", ".join(map(str, sorted(unknown))) or "none"
        raise ConfigError(
            f"--unknown: statement {wrong[0]} of {unfinished.revision} is not unknown",
            remedy=f"answer for these alone: {known}",
        )
    statements = tuple(
        replace(one, fate=fate, why="the operator looked")
        if one.number in unknown and (fate := given.get(one.number, given.get(0)))
        else one
        for one in unfinished.statements
    )
    return replace(unfinished, statements=statements)


def _ended(session: str, end: Callable[[str], str]) -> str:
    number = session.partition(" ")[0]
    return f"; where nobody is at it any more, end its session: {end(number)}" if number.isdecimal() else ""


def _temporary(known: Sequence[StatementFate]) -> tuple[dict[int, str], int]:
    """Give the temporary table that each statement is about, and the last applied one that is about none."""
    made: set[str] = set()
    tables: dict[int, str] = {}
    last = 0
    for one in known:
        if name := lasting.temporary(one.sql):
            made.add(name)
        table = name or lasting.changed(one.sql)
        if table in made:
            tables[one.number] = table
        elif one.fate is Fate.applied:
            last = one.number
    return tables, last


def _without(table: str, number: int, sql: str) -> TargetError:
    return TargetError(
        f"the temporary table {table} went with the session of the earlier run, and what it was filled from has "
        f"changed since: statement {number} needs it: {_shown(sql)}",
        remedy="finish the revision by hand and stamp it; then use a table that stays, and drop it at the end",
    )


def _alike(known: str, sql: str) -> bool:
    """Whether two statements may be one with other values: they change rows of one table, or have one shape."""
    one, other = _shape(known), _shape(sql)
    rows = _CHANGES_ROWS.match(one), _CHANGES_ROWS.match(other)
    if rows[0] and rows[1]:
        return rows[0].groups() == rows[1].groups()
    return one == other


def _shape(sql: str) -> str:
    text = " ".join(_NUMBER.sub("?", _TEXT.sub("?", sql)).lower().replace("`", "").replace('"', "").split())
    return _ROWS.sub(r"\1", text)


def _differs(known: StatementFate, sql: str) -> TargetError:
    was = f"statement {known.number} was applied: {_shown(known.sql)}"
    if known.sql and sql and masked_text(sql.strip()).startswith(known.sql):
        return TargetError(
            f"the revision sends other parameters than the run that it resumes: {was}; its text is the same now, and "
            "the values are others",
            remedy="values that are made as it runs (a UUID, the time, what is read from rows) are others each time: "
            "finish the revision by hand and stamp it, and let its code have them fixed",
        )
    now = f"now it sends: {_shown(sql)}" if sql else "now it ends without it"
    return TargetError(
        f"the revision sends other statements than the run that it resumes: {was}; {now}",
        remedy="put the revision's file back as it was, or finish the revision by hand and stamp it",
    )


def _shown(sql: str) -> str:
    text = " ".join(masked_text(sql).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
