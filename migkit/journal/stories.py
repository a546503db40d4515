"""The lines of a journal as stories: what each run tried of a revision, statement by statement (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from typing import Any

from migkit.model import Direction
from migkit.model.release import Entry, Kind
from migkit.values import dataclass

_OF_STATEMENTS = frozenset({Kind.sent, Kind.done, Kind.failed, Kind.passed})


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last attempt at a statement: the line that sent it or `passed` on it, and the answer, if one came."""

    sent: Entry
    answer: Entry | None = None
    settled: bool | None = None  # a commit of what held it was begun; True is that its session was sent more after that
    mark: tuple[str, int] | None = None  # the line (run and number) that is in the table if it is committed
    marked: bool = False  # whether there was such a line, wherever it is

    @property
    def passed(self) -> bool:
        """Whether it was not sent: an earlier run had applied it."""
        return self.sent.kind is Kind.passed

    @property
    def session(self) -> str:
        """The server's session that it was sent to."""
        return str(self.sent.facts.get("session", ""))

    @property
    def commits(self) -> bool:
        """Whether it commits by itself, and with it what was open before it."""
        return self.sent.facts.get("pending") is False

    @property
    def alone(self) -> bool:
        """Whether it commits by itself, and no transaction was open when it was sent: what was before is settled."""
        return self.commits and self.sent.facts.get("open") is False

    @property
    def rows(self) -> int:
        """How many rows it touched; -1 where that was not said."""
        return int(self._told("rows", -1))

    @property
    def last(self) -> int:
        """The number that the server gave to a row of it, 0 where it gave none."""
        return int(self._told("last", 0))

    @property
    def done(self) -> bool:
        """Whether the server answered that it did it."""
        return self.answer is not None and self.answer.kind is Kind.done

    @property
    def refused(self) -> bool:
        """Whether the server answered that it did not."""
        return self.answer is not None and self.answer.kind is Kind.failed and not self.answer.facts.get("lost")

    @property
    def doubtful(self) -> bool:
        """Whether a part of it may be committed and the rest not, when it did not come to its end."""
        return bool(self.sent.facts.get("parts")) or (bool(self.sent.facts.get("several")) and self.commits)

    @property
    def kept(self) -> bool:
        """Whether it is certainly committed, by its own lines alone.

        The server has the last word: a transaction that is open behind it may hold it, or a part of it.
        """
        pending, alone = self.fact("pending"), self.commits and not self.doubtful
        return self.passed or (self.done and (pending is False or (alone and pending is None)))

    def _told(self, name: str, default: int) -> Any:
        facts = self.sent.facts if self.passed else self.answer.facts if self.answer is not None else {}
        return facts.get(name) or default

    def fact(self, name: str) -> Any:
        """Give what the answer says besides."""
        return self.answer.facts.get(name) if self.answer is not None else None


@dataclass(slots=True)
class Story:
    """What became of a revision in the last run that began it, with what earlier runs had applied if it resumed one."""

    run: str
    revision: str
    direction: Direction
    text: str
    planned: int
    attempts: dict[int, Attempt] = field(default_factory=dict)
    finished: bool = False
    ended: bool = False  # its run wrote its last line: it had closed its sessions, but for one that was lost


def stories(entries: Iterable[Entry]) -> tuple[Story, ...]:
    """Give the story of each revision that was ever begun, in the order in which they were begun last."""
    found: dict[str, Story] = {}
    resumes: set[str] = set()
    for entry in entries:
        if entry.kind is Kind.run and entry.facts.get("resumes"):
            resumes.add(entry.run)
        elif entry.kind is Kind.revision:
            story = _begun(entry, found.pop(entry.revision, None), resumed=entry.run in resumes)
            found[entry.revision] = story
        elif entry.kind is Kind.ended:
            for story in found.values():
                story.ended = story.ended or story.run == entry.run
        elif entry.revision in found and found[entry.revision].run == entry.run:
            _told(found[entry.revision], entry)
    return tuple(found.values())


def _begun(entry: Entry, before: Story | None, *, resumed: bool) -> Story:
    """Begin a story: with what stands if it goes on with an open one, or if the same run begins it anew."""
    facts = entry.facts
    direction: Direction = "downgrade" if facts.get("direction") == "downgrade" else "upgrade"
    story = Story(entry.run, entry.revision, direction, str(facts.get("text", "")), int(facts.get("statements") or 0))
    if before is None or before.finished or before.direction != direction:
        return story
    if before.run == entry.run:  # a transaction that was taken back: what had committed by itself stays
        story.attempts = {number: one for number, one in before.attempts.items() if one.kept}
    elif resumed:
        story.attempts = dict(before.attempts)
    return story


def _told(story: Story, entry: Entry) -> None:
    if entry.kind is Kind.committed:
        story.finished = True
    elif entry.kind is Kind.marked:
        for number in entry.facts.get("numbers") or ():
            _know(story, number, mark=(entry.run, entry.seq), marked=True)
    elif entry.kind is Kind.commits:
        _settle(story, entry, begun=True)
    elif entry.kind in _OF_STATEMENTS:
        if entry.kind is Kind.sent:
            _settle(story, entry, begun=False)
        _of_statement(story, entry)


def _settle(story: Story, entry: Entry, *, begun: bool) -> None:
    """A commit is `begun` on a session, or something else is sent to it: what was committed before is settled."""
    session = entry.facts.get("session")
    for number, one in story.attempts.items():
        if session in (None, one.session):
            _know(story, number, settled=bool(one.settled) if begun else one.settled is not None or None)
    for number in entry.facts.get("marked") or ():
        _know(story, number, marked=True)


def _of_statement(story: Story, entry: Entry) -> None:
    number = entry.number
    if entry.kind in (Kind.sent, Kind.passed):
        sent = replace(entry, sql=entry.sql or getattr(story.attempts.get(number), "sent", entry).sql)
        story.attempts.pop(number, None)
        story.attempts[number] = Attempt(sent)
        return
    _know(story, number, answer=entry)
    if (marked := entry.facts.get("marked")) is not None:
        _know(story, number, marked=marked, mark=(entry.run, entry.seq) if marked else None)


def _know(story: Story, number: int, **known: Any) -> None:
    if number in story.attempts:
        story.attempts[number] = replace(story.attempts[number], **known)
