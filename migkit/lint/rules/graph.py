"""Rules about the graph of a history: ids, parents, heads. What is wrong with it is migkit.graph's to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migkit import graph, ids
from migkit.graph import Fault
from migkit.lint.case import Whole
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Script, Span

GROUP = "history"


def _duplicate_id(whole: Whole) -> Iterator[Found]:
    return _told(graph.duplicates(_nodes(whole)))


def _unknown_parent(whole: Whole) -> Iterator[Found]:
    return _told(graph.unknown(_nodes(whole)) if _all_told(whole) else iter(()))


def _cycle(whole: Whole) -> Iterator[Found]:
    return _told(graph.cycles(_nodes(whole)))


def _multiple_heads(whole: Whole) -> Iterator[Found]:
    return _told(graph.surplus_heads(_nodes(whole), whole.schema.name) if _all_told(whole) else iter(()))


def _hand_made_id(whole: Whole) -> Iterator[Found]:
    for one in ids.typed(_nodes(whole)):
        script = one.revision
        what, span = f"revision id {script.id} was typed by hand", script.spans.get("revision", Span(1))
        graver = one.severity > Severity.note
        why = f"{one.reason}, and whoever types another one types the same" if graver else one.reason
        yield Found(
            what, span, ids.REMEDY, script.id, why, revision=script.id, path=str(script.path), severity=one.severity
        )


def _nodes(whole: Whole) -> Sequence[Script]:
    """Give the files that say an id, the oldest first, as far as the dates in their docstrings tell."""
    return sorted((one for one in whole.scripts if one.id), key=lambda one: (one.created, str(one.path)))


def _all_told(whole: Whole) -> bool:
    """Whether every file says what it is and what it follows: what another one lacks may be there, and not be seen."""
    return not any(one.computed or (one.problem and not one.id) for one in whole.scripts)


def _told(faults: Iterator[Fault[Script]]) -> Iterator[Found]:
    for fault in faults:
        script = fault.node
        span = script.spans.get(fault.word, Span(1))
        yield Found(
            fault.what,
            span,
            fault.remedy,
            script.id,
            fault.why,
            revision=script.id,
            path=str(script.path),
            severity=fault.severity,
        )


RULES: tuple[Rule, ...] = (
    Rule(
        "duplicate-id",
        GROUP,
        Severity.error,
        graph.WHY["duplicate-id"],
        over=_duplicate_id,
        remedy="give one of the files an id of its own, and mend the down_revision of what follows it",
    ),
    Rule(
        "unknown-parent",
        GROUP,
        Severity.error,
        graph.WHY["unknown-parent"],
        over=_unknown_parent,
        remedy="add the missing file, or name the revision that is meant",
    ),
    Rule(
        "cycle",
        GROUP,
        Severity.error,
        graph.WHY["cycle"],
        over=_cycle,
        remedy="name what was there before it, or None for the first revision",
    ),
    Rule(
        "multiple-heads",
        GROUP,
        Severity.error,
        graph.WHY["multiple-heads"],
        over=_multiple_heads,
        remedy="inv mig.merge, or inv mig.merge --rebase while the branch is not on the main branch",
    ),
    Rule(
        ids.RULE,
        GROUP,
        Severity.warning,
        "what one person or program types others type too, and two revisions with one id are no history",
        over=_hand_made_id,
        remedy=ids.REMEDY,
    ),
)
