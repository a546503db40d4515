"""What is said of a revision that was begun and not finished: one sentence, what to do, and its JSON (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from migkit.journal.fates import partial
from migkit.model.release import Fate, StatementFate, Unfinished

_LONGEST = 300  # characters of what a server said, in a sentence
_SQL_LONGEST = 2_000
_ALONE = frozenset({Fate.failed, Fate.unknown, Fate.running})  # each has a reason of its own


def said(one: Unfinished) -> str:
    """Say what became of a revision that was not finished: which statements are applied, which are not, and why."""
    begun = f"{one.direction} of revision {one.revision}"
    if not one.statements:
        return f"{begun}: begun, and nothing was sent"
    total = len(one.statements)
    parts = [_part(group, total if place == 0 else 0) for place, group in enumerate(_groups(one.statements))]
    tail = ""
    if all(statement.fate is Fate.applied for statement in one.statements):
        tail = ", and its row in the version table is not written"
    return f"{begun}: {', '.join(parts)}{tail}"


def remedy(one: Unfinished, schema: str, target: str) -> str:
    """Say the one thing to do about it, as a command that is right wherever it is typed."""
    where = f"--schema {schema} --target {target}"
    again = f"inv mig.{'prod' if one.direction == 'upgrade' else 'rollback'} {where}"
    to = "" if one.direction == "upgrade" else " --to -1"
    fates = {statement.fate for statement in one.statements}
    if Fate.running in fates:
        number = one.session.partition(" ")[0]
        ending = f"where nobody is at it any more, end it there (KILL {number}; SELECT pg_terminate_backend({number}))"
        return f"wait until session {number} has ended, or, {ending}; then look again: inv mig.status {where}"
    left = [statement for each in one.statements for statement in each.left]
    if left:
        return f"{'; '.join(left)}; then: {again}{' --resume' if partial(one) else to}"
    if Fate.unknown in fates:
        unknown = [each.number for each in one.statements if each.fate is Fate.unknown]
        what = f"statement {unknown[0]} was" if len(unknown) == 1 else f"statements {_numbers(unknown)} were"
        each = f"; each by itself: {','.join(f'{number}=applied' for number in unknown)}" if len(unknown) > 1 else ""
        return f"look at the target whether {what} applied, then: {again} --resume --unknown applied (or gone{each})"
    if partial(one):
        first = "mend what it says, then: " if Fate.failed in fates else ""
        return f"{first}{again} --resume"
    return f"{'mend what it says, then run it again' if Fate.failed in fates else 'run it again'}: {again}{to}"


def facts(one: Unfinished, schema: str, target: str) -> dict[str, Any]:
    """Give it as JSON's own values."""
    return {
        "run": one.run,
        "revision": one.revision,
        "direction": one.direction,
        "session": one.session,
        "said": said(one),
        "remedy": remedy(one, schema, target),
        "statements": [_statement(each) for each in one.statements],
    }


def _statement(one: StatementFate) -> dict[str, Any]:
    return {
        "number": one.number,
        "fate": one.fate.value,
        "why": one.why,
        "sql": one.sql[:_SQL_LONGEST],
        "hash": one.hash,
    }


def _groups(statements: Sequence[StatementFate]) -> Iterable[list[StatementFate]]:
    """Put together what follows each other and came to the same, except where each has a reason of its own."""
    keys = ((each.number if each.fate in _ALONE else 0, each.fate) for each in statements)
    for _key, group in groupby(zip(keys, statements, strict=True), key=lambda pair: pair[0]):
        yield [each for _each, each in group]


def _part(group: Sequence[StatementFate], total: int) -> str:
    numbers, first = [each.number for each in group], group[0]
    of = f" of {total}" if total else ""
    name = f"{'statement' if len(group) == 1 else 'statements'} {_numbers(numbers)}{of}" if total else _numbers(numbers)
    why = " ".join(first.why.split())[:_LONGEST]
    words = {
        Fate.applied: "applied",
        Fate.failed: f"failed with: {why}",
        Fate.gone: f"{'is' if len(group) == 1 else 'are'} not applied ({why})",
        Fate.unknown: f"is unknown: {why}",
        Fate.running: f"is still running: {why}",
        Fate.waiting: "not started",
    }
    return f"{name} {words[first.fate]}"


def _numbers(numbers: Sequence[int]) -> str:
    """Write numbers as people do: 1-3, with a dash for a run of them."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)  # noqa: RUF001
