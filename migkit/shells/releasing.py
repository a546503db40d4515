"""The shells of the verbs that speak of a target: what it would get, what it gets, and what it gives back."""

from __future__ import annotations

import os
from typing import Any

from migkit.errors import Interrupted
from migkit.model import Direction, Report
from migkit.shell import Tell, chosen, terminal_ask, terminal_look, verb

TARGET = {"target": "a target of the schema (default: production)"}
GATE = {
    **TARGET,
    "check": "end after the preflight; nothing is applied",
    "dry_run": "end after the plan and its preconditions; nothing is applied",
    "verify": "prove the pending revisions by a round trip now, whatever is recorded",
    "resume": "go on with the revision that a run left unfinished",
    "unknown": "with --resume: what became of statements of which nothing tells: applied, gone, or 2=applied,4=gone",
    "confirm": "the target's word, where there is no terminal; MIGKIT_APPROVED_BY then names who approved it",
    "allow_blocking": "let this table be blocked though it is large; may be repeated",
}


@verb(repeated=("allow_blocking",), shared=GATE, to="a revision (default: head)")
def prod(
    tell: Tell,
    *,
    schema: str = "",
    target: str = "production",
    check: bool = False,
    dry_run: bool = False,
    to: str = "",
    verify: bool = False,
    resume: bool = False,
    unknown: str = "",
    confirm: str = "",
    allow_blocking: list[str] | None = None,
) -> Report:
    """Release to a target: nothing is applied until everything holds and somebody agreed.

    inv mig.prod --check
    inv mig.prod --target staging --dry-run
    inv mig.prod --resume
    """
    given = {"to": to, "check": check, "dry_run": dry_run, "verify": verify, "resume": resume, "unknown": unknown}
    return _release(tell, schema, "upgrade", allow_blocking, target=target, confirm=confirm, **given)


@verb(
    repeated=("allow_blocking",),
    shared=GATE,
    to="a revision, base, or steps downwards: -1; --resume needs none",
)
def rollback(
    tell: Tell,
    *,
    schema: str = "",
    target: str = "production",
    check: bool = False,
    dry_run: bool = False,
    to: str = "",
    verify: bool = False,
    resume: bool = False,
    unknown: str = "",
    confirm: str = "",
    allow_blocking: list[str] | None = None,
) -> Report:
    """Take a target back to a revision, through the same gate; what that destroys is counted first.

    inv mig.rollback --to -1 --dry-run
    inv mig.rollback --target staging --to 3b85d7ac5116
    """
    given = {"to": to, "check": check, "dry_run": dry_run, "verify": verify, "resume": resume, "unknown": unknown}
    return _release(tell, schema, "downgrade", allow_blocking, target=target, confirm=confirm, **given)


def _release(tell: Tell, schema: str, direction: Direction, allowed: list[str] | None, **given: Any) -> Report:
    try:
        from migkit.model.release import Order
        from migkit.prod import prod as up
        from migkit.prod import rollback as down
        from migkit.release import Hands

        place = chosen(schema)
    except KeyboardInterrupt:  # what comes later says itself how far it came
        raise Interrupted("interrupted: nothing was applied", remedy="run it again") from None
    order = Order(direction=direction, allow_blocking=tuple(allowed or ()), **given)
    hands = Hands(os.environ, terminal_ask(), tell, *terminal_look())
    return (up if direction == "upgrade" else down)(*place, order, hands)
