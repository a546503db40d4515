"""What became of the statements of revisions that were begun and not finished, from a journal and a look (pure).

A statement is applied when it is committed. What the journal's lines leave open, a look at the target tells: its mark
in `migkit_journal`, the objects that it names, its session. Where nothing tells, it is unknown; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field

from migkit.journal.differing import differs
from migkit.journal.stories import Attempt, Story, stories
from migkit.ledger import names
from migkit.model.release import Entry, Fate, StatementFate, Unfinished
from migkit.values import dataclass

_STANDS = frozenset({Fate.applied, Fate.unknown, Fate.running})
_DROPS = re.compile(r"\s*DROP\b", re.IGNORECASE)
_GUARDED = re.compile(r"\bIF\s+NOT\s+EXISTS\b", re.IGNORECASE)


def _nothing(_answer: str) -> tuple[str, ...]:
    return ()


def _nowhere(_line: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a target showed; the default is that nobody looked.

    `applied` are the revisions that its version table stands for, with all below them. `marks` are the lines (run and
    number) in its table, None where it has none or it cannot be read. `doing` says what each session is at work on, ""
    for nothing, None where it is gone; `objects` what each object that a statement names looks like, None where it is
    not there. `whole` is whether a statement that commits by itself is applied wholly or not at all,
    `transactional` whether DDL is part of a transaction; `half(answer)` are parts of an object that are not finished,
    and `drop(part)` is the statement that drops one of them. `loose` are tables whose rows are in no transaction.
    """

    applied: Collection[str] | None = None
    marks: Collection[tuple[str, int]] | None = None
    doing: Mapping[str, str | None] = field(default_factory=dict)
    objects: Mapping[str, str | None] = field(default_factory=dict)
    whole: bool = True
    transactional: bool = False
    half: Callable[[str], tuple[str, ...]] = _nothing
    drop: Callable[[str], str] = _nowhere
    loose: Collection[str] = ()


def unfinished(entries: Iterable[Entry], seen: Seen) -> tuple[Unfinished, ...]:
    """Give the revisions that a run began and did not finish, in the order in which they were begun.

    One of which nothing is applied is told only where it is of the last run that began any.
    """
    told = stories(entries)
    last = told[-1].run if told else ""
    found = [_judged(story, seen) for story in told if not _finished(story, seen)]
    return tuple(one for one in found if partial(one) or one.run == last)


def partial(one: Unfinished) -> bool:
    """Whether something of a revision is applied, or may be, or would be taken for it: a plain run would meet it."""
    return any(statement.fate in _STANDS or statement.stuck for statement in one.statements)


def _finished(story: Story, seen: Seen) -> bool:
    """Whether a revision came to its end: its last line says so, or the version table does."""
    if story.finished or seen.applied is None:
        return story.finished
    return (story.revision in seen.applied) is (story.direction == "upgrade")


def _judged(story: Story, seen: Seen) -> Unfinished:
    statements: list[StatementFate] = []
    behinds: dict[str, Behind] = {}  # by session: each commits what is its own
    lost = _lost(story)
    for number in sorted(story.attempts, reverse=True):  # what comes later says what was committed before it
        attempt = story.attempts[number]
        behind = behinds.get(attempt.session, Behind())
        fate, why = _fate(attempt, story, seen, behind)
        if number in lost and fate is not Fate.running:
            fate, why = Fate.gone, "its connection had been lost before it was sent"
        else:
            fate, why = _in_part(attempt, fate, why, story, seen)
        told = (number, attempt.sent.hash, attempt.sent.sql, fate, why, attempt.rows, attempt.last)
        left = _drops(attempt, seen) if fate is Fate.failed else ()
        statements.append(StatementFate(*told, left, bool(left and _GUARDED.search(attempt.sent.sql))))
        behinds[attempt.session] = _after(attempt, fate, behind)
    statements.reverse()
    sent = max(story.attempts, default=0)
    statements += [StatementFate(number, "", "", Fate.waiting) for number in range(sent + 1, story.planned + 1)]
    session = story.attempts[sent].session if sent else ""
    return Unfinished(story.run, story.revision, story.direction, story.text, session, tuple(statements))


def _lost(story: Story) -> frozenset[int]:
    """Give the statements without an answer whose session had been lost before: nothing reached the server."""
    sessions: set[str] = set()
    found = set()
    for number, attempt in sorted(story.attempts.items()):
        unanswered = not (attempt.passed or attempt.done or attempt.refused)
        if unanswered and attempt.session in sessions:
            found.add(number)
        if attempt.fact("lost") and attempt.session:
            sessions.add(attempt.session)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Behind:
    """What the statements after one say of it: whether a later one certainly committed it, or may have."""

    committed: bool = False
    doubtful: int = 0


def _after(attempt: Attempt, fate: Fate, behind: Behind) -> Behind:
    if attempt.passed:
        return behind
    if attempt.kept or attempt.alone or (attempt.commits and fate is Fate.applied):
        return Behind(committed=True)
    return Behind(behind.committed, attempt.sent.number) if attempt.commits else behind


def _fate(attempt: Attempt, story: Story, seen: Seen, behind: Behind) -> tuple[Fate, str]:
    if attempt.passed:
        return Fate.applied, "an earlier run applied it"
    if attempt.refused:
        said = attempt.answer.message if attempt.answer else ""
        return Fate.failed, "; ".join(part for part in (said, _left(attempt, seen)) if part)
    if attempt.kept:
        return Fate.applied, "the server answered that it is done"
    if attempt.done:
        return _held(attempt, story, seen, behind)
    return _unanswered(attempt, story, seen)


def _in_part(attempt: Attempt, fate: Fate, why: str, story: Story, seen: Seen) -> tuple[Fate, str]:
    """Doubt that nothing of a statement is applied, where a part of it may be."""
    if fate not in (Fate.failed, Fate.gone):
        return fate, why
    if attempt.doubtful:
        return Fate.unknown, f"a part of it may be applied: {why}"
    several = attempt.sent.facts.get("several") and any(number > attempt.sent.number for number in story.attempts)
    if several and fate is Fate.failed:
        return Fate.unknown, f"some of its rows may be applied, as the code went on: {why}"
    if part := _in_some(attempt, story, seen) if attempt.refused else "":
        return Fate.unknown, f"a part of it is applied: {part}: {why}"
    loose = [] if attempt.commits else [name for name in seen.loose if names(attempt.sent.sql, name)]
    if loose:
        return Fate.unknown, f"table {loose[0]} keeps rows without a transaction: {why}"
    return fate, why


def _in_some(attempt: Attempt, story: Story, seen: Seen) -> str:
    """Say what a refused statement has done to some of several objects: DROP TABLE of MariaDB takes each by itself."""
    before, number = _evidence(attempt), attempt.sent.number
    later = {name for one, other in story.attempts.items() if one > number for name in _evidence(other)}
    known = {name: text for name, text in before.items() if name in seen.objects and name not in later}
    changes = [said for name, text in known.items() if (said := differs(name, text, seen.objects[name]))]
    return "; ".join(changes) if len(before) > 1 else ""


def _evidence(attempt: Attempt) -> Mapping[str, str | None]:
    return attempt.sent.facts.get("evidence") or {}


def _held(attempt: Attempt, story: Story, seen: Seen, behind: Behind) -> tuple[Fate, str]:
    """Judge a statement that ran in an open transaction: was that committed?"""
    working = _working(attempt, seen)
    if attempt.marked and seen.marks is not None:
        if attempt.mark in seen.marks:
            return Fate.applied, "its mark in migkit_journal is committed"
        return working or (Fate.gone, "the transaction was not committed: no mark is there")
    if attempt.fact("undone"):
        return Fate.gone, "a later statement failed, and took back what was open"
    if attempt.fact("lost"):
        return working or (Fate.gone, "the connection was lost before anything could commit it")
    if attempt.fact("unseen"):
        return working or (Fate.unknown, "its transaction was ended past SQLAlchemy, and no mark tells how")
    return _unmarked(attempt, behind) or working or _open(attempt, story, seen)


def _unmarked(attempt: Attempt, behind: Behind) -> tuple[Fate, str] | None:
    """Judge it by the lines behind it; None where they say nothing of a commit."""
    if behind.committed or attempt.settled:
        return Fate.applied, "its transaction was committed before a later statement"
    if behind.doubtful:
        return Fate.unknown, f"it is committed if the server began statement {behind.doubtful}, and no mark tells"
    if attempt.settled is False:
        return Fate.unknown, "its commit was begun, and no mark tells whether it came about"
    return None


def _open(attempt: Attempt, story: Story, seen: Seen) -> tuple[Fate, str]:
    """Judge one whose transaction nobody is known to have committed."""
    if seen.transactional and (story.ended or seen.doing.get(attempt.session, "") is None):
        return Fate.gone, "the session ended before the revision was committed"
    return Fate.unknown, "it ran in an open transaction, and no mark tells whether that was committed"


def _unanswered(attempt: Attempt, story: Story, seen: Seen) -> tuple[Fate, str]:
    """Judge a statement that was sent and never answered."""
    working = _working(attempt, seen)
    if working:
        return working
    gone = seen.doing.get(attempt.session, "") is None
    if not attempt.commits:
        closed = story.ended and not attempt.fact("lost")
        if attempt.sent.facts.get("pending") and (gone or closed):
            return Fate.gone, "the session ended before the transaction was committed"
        return Fate.unknown, "it was sent and never answered, and whether its session has ended is not known"
    left = _left(attempt, seen)
    if left:
        return Fate.failed, left
    return _by_objects(attempt, seen)


def _by_objects(attempt: Attempt, seen: Seen) -> tuple[Fate, str]:
    before = _evidence(attempt)
    known = {name: text for name, text in before.items() if name in seen.objects}
    if not known or len(known) < len(before):
        return Fate.unknown, "it was sent and never answered, and no object tells"
    changes = [said for name, text in known.items() if (said := differs(name, text, seen.objects[name]))]
    if not changes:
        return Fate.gone, f"{' and '.join(known)}: as before it"
    same = [name for name, text in known.items() if text is not None and text == seen.objects[name]]
    if same:
        return Fate.unknown, f"a part of it is applied: {'; '.join(changes)}; {' and '.join(same)}: as before it"
    if not seen.whole:
        return Fate.unknown, f"it was sent and never answered, and this server may do it in part: {'; '.join(changes)}"
    return Fate.applied, "; ".join(changes)


def _working(attempt: Attempt, seen: Seen) -> tuple[Fate, str] | None:
    doing = seen.doing.get(attempt.session) if attempt.session else None
    if doing is None:
        return None
    number = attempt.session.partition(" ")[0]
    return Fate.running, f"session {number} is at work on it" if doing else f"session {number} is still open"


def _left(attempt: Attempt, seen: Seen) -> str:
    """Say what a statement that was not done left behind, unfinished."""
    left = ", ".join(_halves(attempt, seen))
    if not left or _DROPS.match(attempt.sent.sql):
        return f"it did not end, and is to be sent again: {left}" if left else ""
    return f"it left what is not valid, and must be dropped first: {left}"


def _drops(attempt: Attempt, seen: Seen) -> tuple[str, ...]:
    """Give the statements that drop it by hand; what was to be dropped is, when it is sent again."""
    if _DROPS.match(attempt.sent.sql):
        return ()
    return tuple(drop for part in _halves(attempt, seen) if (drop := seen.drop(part)))


def _halves(attempt: Attempt, seen: Seen) -> list[str]:
    return [
        part
        for name, text in _evidence(attempt).items()
        for part in seen.half(seen.objects.get(name) or "")
        if part not in seen.half(text or "")
    ]
