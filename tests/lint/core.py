"""Asks the rules of a folder of revisions, without the verb: no git, no cache, no baseline, no ignores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from migkit import engines, reading
from migkit.lint import Case, Deed, Facts, Found, Rule, Whole, holds, rules
from migkit.lint.state import State
from migkit.model import Engine, Finding, Schema
from migkit.model.script import Script

LOCKS = "locks"


def found(folder: Path, schema: Schema, facts: Facts) -> tuple[Finding, ...]:
    """Give what the rules find on each of the schema's engines, without doubles."""
    every: dict[Finding, None] = {}
    for number, name in enumerate(schema.engines):
        every |= dict.fromkeys(_on(folder, schema, facts, engines.parse(name), first=number == 0))
    return tuple(every)


def all_rules() -> tuple[Rule, ...]:
    """Give the rules of every module that lies in migkit.lint.rules."""
    names = [one.name for one in iter_modules(rules.__path__)]
    modules = [import_module(f"migkit.lint.rules.{name}") for name in names]
    return tuple(rule for module in modules for rule in getattr(module, "RULES", ()))


def scripts(folder: Path, engine: Engine) -> tuple[Script, ...]:
    """Read the files of a folder, by name."""
    return tuple(reading.read(path, path.read_bytes(), engine.family) for path in sorted(folder.glob("*.py")))


def cases(folder: Path, schema: Schema, facts: Facts, engine: Engine) -> tuple[Whole, tuple[Case, ...]]:
    """Give the history and its revisions as the rules are asked of them."""
    read = scripts(folder, engine)
    whole = Whole(read, _ordered(read), schema, engine, facts)
    sources = {one.path: one.path.read_bytes().decode("utf-8", "replace") for one in read}
    try:
        from migkit.lint.fold import cases as folded
    except ImportError:
        return whole, tuple(_unfolded(whole, one, sources[one.path]) for one in whole.order)
    return whole, tuple(folded(whole, sources))


def _on(folder: Path, schema: Schema, facts: Facts, engine: Engine, *, first: bool) -> Iterator[Finding]:
    whole, each = cases(folder, schema, facts, engine)
    for rule in all_rules():
        if not holds(rule, engine) or (rule.group == LOCKS and not first):
            continue
        if rule.over:
            yield from (_finding(rule, one) for one in rule.over(whole))
        for case in each if rule.judge else ():
            asked = rule.judge(case) if rule.judge and _concerned(rule, case) else ()
            yield from (_finding(rule, one, case.script) for one in asked)


def _concerned(rule: Rule, case: Case) -> bool:
    return not rule.kinds or any(deed.act.kind in rule.kinds for deed in (*case.upgrade, *case.downgrade))


def _finding(rule: Rule, one: Found, script: Script | None = None) -> Finding:
    path = one.path or (str(script.path) if script else None)
    revision = one.revision or (script.id if script else None)
    message = f"{one.what}: {one.why or rule.why}"
    severity = one.severity or rule.severity
    return Finding(rule.name, severity, message, one.remedy, path, one.span.line, revision, one.object or None)


def _ordered(read: Iterable[Script]) -> tuple[Script, ...]:
    waiting = [one for one in read if one.id]
    known = {one.id for one in waiting}
    done: list[Script] = []
    while waiting:
        there = {one.id for one in done}
        ready = [one for one in waiting if not ({*one.parents, *one.depends_on} & known) - there]
        done += ready or waiting
        waiting = [one for one in waiting if one not in ready] if ready else []
    return tuple(done)


def _unfolded(whole: Whole, script: Script, source: str) -> Case:
    """Make a case on nothing known: what stands until a fold is there."""
    nothing = State(closed=False)
    up, down = (
        tuple(
            Deed(statement, act, None, new=False, number=number)
            for number, statement in enumerate(function.statements)
            for act in statement.acts
        )
        for function in (script.upgrade, script.downgrade)
    )
    return Case(script, source, whole.schema, whole.engine, nothing, nothing, nothing, up, down, whole.facts)
