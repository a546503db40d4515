"""What the baseline accepts of lint's findings, what of it is stale, and what is recorded anew.

A finding is known by its revision and rule; one that is about no revision by its rule and object, or file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from migkit import baseline
from migkit.baseline import WHOLE, Rules
from migkit.model import Finding, Schema, Severity

COMMAND = "lint"
STALE = "baseline-stale"
_BROKEN = frozenset({"unreadable-file", "duplicate-id", "unknown-parent", "cycle"})  # what keeps rules from judging


def known(schema: Schema) -> Rules:
    """Give the rules that are recorded of each revision."""
    return baseline.read_rules(schema.baseline, COMMAND, schema.name, schema.engine)


def parted(found: Iterable[Finding], recorded: Rules) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Part findings into new ones and those that are recorded as known."""
    fresh: list[Finding] = []
    accepted: list[Finding] = []
    for one in found:
        (accepted if _key(one) in recorded.get(one.revision or WHOLE, ()) else fresh).append(one)
    return tuple(fresh), tuple(accepted)


def record(schema: Schema, found: Iterable[Finding], history: Collection[str], judged: Collection[str]) -> None:
    """Record what was found of the `judged` revisions, and of the whole; what is known of the others stays.

    Where some revisions alone were judged, what is known of the whole stays too.
    """
    before = known(schema)
    whole = set(judged) >= set(history)
    now = {
        ident: set(rules) for ident, rules in before.items() if ident not in judged and (ident != WHOLE or not whole)
    }
    for one in found:
        if one.revision in judged or (one.revision is None and whole):
            now.setdefault(one.revision or WHOLE, set()).add(_key(one))
    baseline.write_rules(schema.baseline, COMMAND, schema.name, schema.engine, now, history)


def stale(
    recorded: Rules, found: Iterable[Finding], paths: dict[str, str], history: Collection[str], judged: Collection[str]
) -> Iterator[Finding]:
    """Warn of what is recorded of the `judged` revisions and found no more: it would hide the next such fault."""
    there = {(one.revision or WHOLE, _key(one)) for one in found}
    whole = set(judged) >= set(history)
    for ident, rules in recorded.items():
        gone = [rule for rule in rules if (ident, rule) not in there]
        if gone and (ident in judged or (whole and (ident == WHOLE or ident not in history))):
            what = "a revision that is there no more" if ident not in (*history, WHOLE) else "what is found no more"
            yield Finding(
                STALE,
                Severity.warning,
                f"the baseline records {what}: {', '.join(sorted(gone))}",
                "record it with --write-baseline",
                paths.get(ident),
                revision=None if ident == WHOLE else ident,
            )


def broken(found: Iterable[Finding], recorded: Rules) -> bool:
    """Whether the history is broken in a way that is not recorded, so that what is found no more may be there still."""
    return any(one.rule in _BROKEN for one in parted(found, recorded)[0])


def _key(finding: Finding) -> str:
    """Give what a finding is recorded as."""
    if finding.revision:
        return finding.rule
    return " ".join(filter(None, (finding.rule, finding.object or (Path(finding.path).name if finding.path else ""))))
