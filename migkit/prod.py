"""The verbs `prod` and `rollback`: a release to a target, upwards or downwards, through the same gate."""

from __future__ import annotations

from dataclasses import replace

from migkit.applying import answers
from migkit.errors import ConfigError
from migkit.model import Project, Report, Schema
from migkit.model.release import Order
from migkit.release import Hands, released


def prod(project: Project, schema: Schema, order: Order, hands: Hands) -> Report:
    """Apply what is pending on a target, once everything holds and somebody agreed.

    Raises TargetError where the gate refuses (nothing was applied), StepFailed where a step failed, Interrupted; each
    has the Report of what was known by then.
    """
    if order.unknown and not order.resume:
        raise ConfigError(
            "--unknown says what became of the statements that nothing tells: applied or gone, with --resume",
            remedy="look at the database, then: --resume --unknown applied, or --resume --unknown gone",
        )
    if order.unknown:
        answers(order.unknown)
    return released(project, schema, order, hands)


def rollback(project: Project, schema: Schema, order: Order, hands: Hands) -> Report:
    """Take a target back to `order.to`, through the same gate; raises what `prod` does.

    `resume` needs no `to`: it then finishes the downgrade that a run left unfinished, and goes no further; where none
    is left it is refused.
    """
    if order.resume and not order.to:
        order = replace(order, to="-1")  # what is finished is the one on which the target still stands
    if not order.to:
        raise ConfigError("rollback needs to know where to", remedy="name a revision with --to, or one step: --to -1")
    return prod(project, schema, order, hands)
