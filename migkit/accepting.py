"""What the baseline accepts of a rehearsal, what of it is stale, and what is recorded anew.

A rehearsal with rows is another one than without: it has a record of its own, and knows the other's besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from migkit import baseline
from migkit.baseline import WHOLE, Rules
from migkit.model import Engine, Finding, Schema, Severity
from migkit.model.rehearsal import RULES, Order, RevisionRehearsal
from migkit.rehearsal import Rehearsed
from migkit.values import dataclass

_COMMAND = "test"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What stands in a report: findings, those that are `known`, and the revisions with their known rules."""

    findings: tuple[Finding, ...]
    known: tuple[Finding, ...]
    revisions: tuple[RevisionRehearsal, ...]


def accepted(schema: Schema, engine: Engine, order: Order, seen: Rehearsed, *, write: bool, use: bool) -> Accepted:
    """Part what was found by the baseline; `write` records it first."""
    plain, own = engine.name, engine.name + (" with rows" if order.rows else "")
    found = [*seen.findings, *(finding for _one, findings in seen.revisions for finding in findings)]
    if write and seen.ids:
        recorded = _recorded(baseline.read_rules(schema.baseline, _COMMAND, schema.name, own), order, seen, found)
        baseline.write_rules(schema.baseline, _COMMAND, schema.name, own, recorded, seen.ids)
    records = (
        [baseline.read_rules(schema.baseline, _COMMAND, schema.name, name) for name in {plain, own}] if use else []
    )
    known: list[Finding] = []
    fresh: list[Finding] = []
    for one in found:
        is_known = any(_key(one) in record.get(one.revision or WHOLE, ()) for record in records)
        (known if is_known else fresh).append(one)
    stale = _stale(baseline.read_rules(schema.baseline, _COMMAND, schema.name, own) if use else {}, order, seen, found)
    return Accepted((*fresh, *stale), tuple(known), tuple(_marked(seen, known)))


def _marked(seen: Rehearsed, known: Iterable[Finding]) -> Iterator[RevisionRehearsal]:
    """Give each revision with the rules that the baseline accepts of it."""
    rules: dict[str | None, dict[str, None]] = {}
    for finding in known:
        rules.setdefault(finding.revision, {})[finding.rule] = None
    for one, _findings in seen.revisions:
        yield replace(one, known=tuple(rules.get(one.revision, ())))


def _recorded(before: Rules, order: Order, seen: Rehearsed, found: Iterable[Finding]) -> Rules:
    """Give what is to be recorded: what was found now, and what was known of what was not looked at now."""
    now = {ident: {rule for rule in rules if not _looked(ident, rule, order, seen)} for ident, rules in before.items()}
    for finding in found:
        if finding.rule in RULES:
            now.setdefault(finding.revision or WHOLE, set()).add(_key(finding))
    return now


def _stale(known: Rules, order: Order, seen: Rehearsed, found: Iterable[Finding]) -> Iterator[Finding]:
    """Warn of what is recorded and was not found: the record would hide the next fault of that kind."""
    there = {(finding.revision or WHOLE, _key(finding)) for finding in found}
    paths = {one.revision: one.path for one, _findings in seen.revisions}
    for ident, rules in known.items():
        for rule in rules:
            if (ident, rule) not in there and _looked(ident, rule, order, seen):
                whole = ident == WHOLE
                yield Finding(
                    "baseline-stale",
                    Severity.warning,
                    f"the baseline records {rule}{' of the history' if whole else ''}, and it is found no more",
                    "record it with --write-baseline",
                    paths.get(ident),
                    None,
                    None if whole else ident,
                )


def _key(finding: Finding) -> str:
    """Give what a finding is recorded as: its rule, and the object where it speaks of no revision."""
    return finding.rule if finding.revision or not finding.object else f"{finding.rule} {finding.object}"


def _looked(ident: str, rule: str, order: Order, seen: Rehearsed) -> bool:
    """Whether this rehearsal would have found a rule of a revision."""
    check = RULES.get(rule.partition(" ")[0])
    if check == "graph":
        return check in order.checks
    if ident != WHOLE and ident not in {one.revision for one, _findings in seen.revisions}:
        return False
    return check is not None and (not check or check in order.checks) and check not in seen.not_made
