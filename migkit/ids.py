"""What a revision's id tells of how it was made (pure): by a generator, or by hand, which others repeat.

Alembic's generator takes the last twelve hex digits of a random UUID; releases before 0.8 made nine to twelve. Ids that
people and programs type are far from random: letters and digits count up in turn (`a1b2c3d4e5f6` stands in many
public repositories), run, repeat or spell a word. Each sign below is rare enough in a generated id that all of them
together are wrong about one in fifty thousand (81 of four million; docs/merging.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from migkit.model import Finding, Severity
from migkit.values import dataclass

RULE = "hand-made-id"
REMEDY = "while no database has it, give it a generated id (and mend the down_revision that points at it)"
_GENERATED = re.compile(r"[0-9a-f]{9,12}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPED = re.compile(r"[0-9a-z]{8,16}")
_LETTERS = "abcdef"
_NEVER = 99  # a step that no sign counts
_FEW = 3
_EACH_IN_TURN = 12
# lag, step, how many pairs of a twelve-digit id must show it
_STEPS = (
    (1, (1, -1), 8, "its digits run"),
    (1, (0,), 7, "a digit is repeated"),
    (2, (0,), 7, "two digits are repeated"),
    (3, (0, 1, -1), 7, "three digits are repeated or counted on"),
    (4, (0, 1, -1), 7, "four digits are repeated or counted on"),
    (4, (2, -2), 6, "four digits are counted on"),
    (6, (0, 1, -1), 6, "six digits are repeated or counted on"),
)
_IN_TURN = 7
_SHORT_WORDS = "babe|bead|beef|c0de|cafe|dead|deaf|deed|face|fade|fade|feed|f00d"
_WORDS = re.compile(
    rf"({_SHORT_WORDS}).*({_SHORT_WORDS})|accede|acceded|badcafe|beaded|c0ffee|cafebabe|deadbeef|decade|deface|efface|facade"
)


class Named(Protocol):
    """A revision, as far as its name goes: a Revision, or an entry of a survey."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def path(self) -> Path:
        """Its file."""


Of = TypeVar("Of", bound=Named)


@dataclass(frozen=True, slots=True)
class Typed(Generic[Of]):
    """A revision whose id was typed by hand, and what shows it."""

    revision: Of
    reason: str
    severity: Severity


def hand_made(revisions: Sequence[Named]) -> tuple[Finding, ...]:
    """Give a finding for each id that a generator did not make: a warning where it shows a pattern.

    An id of another form than the generator's is a convention of its own where most of the history has it, else a note.
    """
    return tuple(_finding(one) for one in typed(revisions))


def typed(revisions: Sequence[Of]) -> Iterator[Typed[Of]]:
    """Give the revisions whose ids a generator did not make, with the reason to think so."""
    odd = {one.id for one in revisions if not generated(one.id)}
    usual = len(odd) * 2 >= len(revisions)
    for one in revisions:
        if reason := pattern(one.id):
            yield Typed(one, reason, Severity.warning)
        elif one.id in odd and not usual:
            yield Typed(one, "most of this history has generated ones", Severity.note)


def generated(ident: str) -> bool:
    """Whether an id has the form of a generator's."""
    return _GENERATED.fullmatch(ident) is not None


def pattern(ident: str) -> str:
    """Say which pattern an id shows that a generator's would not; "" where it shows none, or is another convention."""
    if not _TYPED.fullmatch(ident):
        return ""
    if _counted_in_turn(ident):
        return "letters or digits are counted in turn"
    for lag, steps, wanted, reason in _STEPS:
        found = list(map(_step, ident, ident[lag:]))
        if any(found.count(step) >= _needed(wanted, len(found)) for step in steps):
            return reason
    if len(set(ident)) <= _FEW:
        return f"it has {len(set(ident))} different digits"
    if _each_letter_in_turn(ident):
        return "digits and letters take turns, each letter once"
    return "it spells a word" if _WORDS.search(ident) else ""


def _finding(typed: Typed[Named]) -> Finding:
    one = typed.revision
    graver = ", as others will type it" if typed.severity > Severity.note else ""
    message = f"revision id {one.id} was typed by hand{graver}: {typed.reason}"
    return Finding(RULE, typed.severity, message, REMEDY, str(one.path), revision=one.id)


@cache
def _step(one: str, other: str) -> int:
    """Give how far it is from one digit or letter to another: 9 goes on with a or 0, f with a or 0."""
    if one.isdigit() and other.isdigit():
        return _around(int(other) - int(one), 10)
    if one in _LETTERS and other in _LETTERS:
        return _around(ord(other) - ord(one), len(_LETTERS))
    if one.isdigit() or other.isdigit():
        return {"9a": 1, "f0": 1, "a9": -1, "0f": -1}.get(one + other, _NEVER)
    return ord(other) - ord(one)


def _around(step: int, size: int) -> int:
    step %= size
    return step - size if step > size // 2 else step


def _needed(wanted: int, pairs: int) -> int:
    """Give how many pairs must show a step: of a short id all, but never less than six."""
    return max(min(wanted, pairs), 6)


def _counted_in_turn(ident: str) -> bool:
    """Whether every second character is counted on, letters and digits each in a direction of their own."""
    steps = list(zip(map(str.isdigit, ident), map(_step, ident, ident[2:]), strict=False))
    best = sum(max(steps.count((digit, 1)), steps.count((digit, -1))) for digit in (True, False))
    return best >= _needed(_IN_TURN, len(steps))


def _each_letter_in_turn(ident: str) -> bool:
    if len(ident) != _EACH_IN_TURN:
        return False
    first, second = ident[::2], ident[1::2]
    letters = first if second.isdigit() else second if first.isdigit() else ""
    return letters.isalpha() and len(set(letters)) == len(letters)
