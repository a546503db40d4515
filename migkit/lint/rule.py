"""What a rule is: a name, a severity, the servers that it holds for, why, and a pure generator of what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from migkit.model import Engine, Severity
from migkit.model.script import Kind, Span
from migkit.values import dataclass

if TYPE_CHECKING:
    from migkit.lint.case import Case, Whole

CLAIM = re.compile(r"(?P<family>[a-z]+)(?:(?P<sign>>=|<)(?P<version>[\d.]+))?")


@dataclass(frozen=True, slots=True)
class Fix:
    """A mechanical way out: `edits` are (begin, end, text) in characters of the file, `rename` its new file name."""

    edits: tuple[tuple[int, int, str], ...] = ()
    rename: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule finds: what is seen, where, and the safe way to write it.

    `what` names the object ("notes.body gets a literal default"); the rule's `why` follows it in the message, or this
    one's where it has one. `revision` is whose it is, of what a rule about the whole history finds. `severity` is for
    the case that is graver or lighter than the rule's own. `hidden` is that no report shows the line, since a secret is
    in it.
    """

    what: str
    span: Span
    remedy: str
    object: str = ""
    why: str = ""
    revision: str = ""
    path: str = ""
    severity: Severity | None = None
    fix: Fix | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `judge` is asked of each revision, `over` of the history as a whole; one of the two is there.

    `on` are the engines that it holds for: a family, `mariadb>=10.5`, `mysql<9`; () is all. `kinds` are those of acts
    without which a revision need not be asked. `why` is one sentence: the fact behind it. `remedy` is the usual one.
    """

    name: str
    group: str
    severity: Severity
    why: str
    judge: Callable[[Case], Iterable[Found]] | None = None
    over: Callable[[Whole], Iterable[Found]] | None = None
    on: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    remedy: str = ""


def holds(rule: Rule, engine: Engine) -> bool:
    """Whether a rule holds for a product and version."""
    return not rule.on or any(_meets(claim, engine) for claim in rule.on)


def _meets(claim: str, engine: Engine) -> bool:
    match = CLAIM.fullmatch(claim)
    assert match, claim
    if match["family"] != engine.family:
        return False
    if not match["version"]:
        return True
    older = _numbers(engine.version) < _numbers(match["version"])
    return older if match["sign"] == "<" else not older


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
