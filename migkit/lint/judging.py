"""Asks every rule about every revision, on each engine, and makes one of what is found alike (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from migkit.lint.case import Case, Whole
from migkit.lint.fold import cases
from migkit.lint.passage import at
from migkit.lint.rule import Found, Rule, holds
from migkit.lint.rules.comments import FAILED
from migkit.model.script import Kind, Span
from migkit.values import dataclass

Subject = TypeVar("Subject")
Question = Callable[[Case], Iterable[Found]]
LOCKS = "locks"  # what is judged for production's engine alone


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule found, in which file and revision, and on which engines."""

    rule: Rule
    found: Found
    path: Path | None
    revision: str
    engines: tuple[str, ...]


def judge(
    wholes: Sequence[Whole], sources: Mapping[Path, str], rules: Iterable[Rule], base: str | None = None
) -> tuple[Judged, ...]:
    """Ask the rules about a history as each engine sees it, production's first; what is found alike is found once.

    `sources` has the text of each file, `base` the SQL of what stands before the first revision.
    """
    listed = tuple(rules)
    found: dict[tuple[object, ...], Judged] = {}
    for number, whole in enumerate(wholes):
        asked = [one for one in listed if holds(one, whole.engine) and (not number or one.group != LOCKS)]
        for one in _judged(whole, sources, asked, base):
            key = (one.rule.name, one.path, one.found.span, one.found.object, one.found.what)
            known = found.get(key)
            engines = (*(known.engines if known else ()), *one.engines)
            found[key] = replace(known or one, engines=tuple(dict.fromkeys(engines)))
    return tuple(found.values())


def _judged(whole: Whole, sources: Mapping[Path, str], rules: Sequence[Rule], base: str | None) -> Iterator[Judged]:
    yield from _of_the_history(whole, rules)
    engines = (whole.engine.name,)
    by_kinds = _by_kinds(rules)
    for case in cases(whole, sources, base):
        for fault in filter(None, (case.up.fault, case.down.fault)):
            told = Found(f"what it does could not be followed: {fault}", Span(1), FAILED.remedy)
            yield Judged(FAILED, told, case.script.path, case.script.id, engines)
        there = {deed.act.kind for deed in (*case.upgrade, *case.downgrade)}
        asked = (one for kinds, some in by_kinds.items() if not (kinds and kinds.isdisjoint(there)) for one in some)
        for rule, question in asked:
            for by, found in _asked(rule, question, case):
                yield Judged(by, found, case.script.path, case.script.id, engines)


def _of_the_history(whole: Whole, rules: Iterable[Rule]) -> Iterator[Judged]:
    by_id = {script.id: script.path for script in reversed(whole.scripts)}
    ids = {script.path: script.id for script in whole.scripts}
    for rule in rules:
        if rule.over:
            for by, found in _asked(rule, rule.over, whole):
                path = Path(found.path) if found.path else by_id.get(found.revision)
                revision = found.revision or (ids.get(path, "") if path else "")
                yield Judged(by, found, path, revision, (whole.engine.name,))


def _by_kinds(rules: Iterable[Rule]) -> Mapping[frozenset[Kind], Sequence[tuple[Rule, Question]]]:
    """Give the rules about one revision, those together that want the same kinds of acts: most are passed over."""
    found: dict[frozenset[Kind], list[tuple[Rule, Question]]] = {}
    for rule in rules:
        if rule.judge:
            found.setdefault(rule.kinds, []).append((rule, rule.judge))
    return found


def _asked(
    rule: Rule, question: Callable[[Subject], Iterable[Found]], subject: Subject
) -> Sequence[tuple[Rule, Found]]:
    """Give what a rule finds; where it fails, that is told in its place, and the other rules are asked all the same."""
    told: list[tuple[Rule, Found]] = []
    try:
        for found in question(subject):
            told.append((rule, found))  # noqa: PERF401  # what was found before a rule fails is told
    except Exception as error:  # whatever it is
        told.append((FAILED, Found(f"{rule.name} failed with {at(error)}", Span(1), FAILED.remedy)))
    return told
