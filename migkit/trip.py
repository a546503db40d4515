"""What a round trip saw of one revision: the states that it met, and what each step sent."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import field

from migkit.errors import StepFailed
from migkit.model import Revision, Snapshot, Values, Verdict
from migkit.model.rehearsal import Sent
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """What the database held at one moment: its catalogue, and `COUNT:CHECKSUM` of each table's rows.

    `values` are those of the tables that had rows put in, where they were asked for: no part of what makes two states
    equal, since the checksums say it.
    """

    snapshot: Snapshot
    rows: Mapping[str, str]
    values: Mapping[str, Values] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Trip:
    """What was seen of one revision; a state is None where the pass before it failed or was not taken.

    `before` and `after` are the states on either side of the upgrade, `down` the state after the downgrade, `again`
    the state after the second upgrade. `failure` is the step that failed, if one did, and `failed` which of them;
    `with_rows` says that it passes where no rows were put in; so does a `refusal`, which is no failure. `sent_up` and
    `sent_down` are the steps' statements.
    """

    revision: Revision
    before: State
    after: State | None = None
    down: State | None = None
    again: State | None = None
    failed: Verdict | None = None
    failure: StepFailed | None = None
    with_rows: bool = False
    refusal: StepFailed | None = None
    sent_up: Sequence[Sent] = ()
    sent_down: Sequence[Sent] = ()


def refuses(failure: StepFailed) -> bool:
    """Whether a step failed by a `raise` of the revision's own, and not by what a server or a library says."""
    if failure.statement or failure.declared or failure.path is None or failure.line is None:
        return False
    line, raises = failure.line, (n for n in ast.walk(ast.parse(failure.path.read_bytes())) if isinstance(n, ast.Raise))
    return any(n.exc is not None and n.lineno <= line <= (n.end_lineno or n.lineno) for n in raises)


def is_empty_downgrade(revision: Revision) -> bool:
    """Whether downgrade() holds nothing but `pass`, a docstring or `return`."""
    function = _function(revision, "downgrade")
    return function is not None and all(
        isinstance(n, ast.Pass) or (isinstance(n, ast.Return | ast.Expr) and isinstance(n.value, ast.Constant | None))
        for n in function.body
    )


def downgrade_line(revision: Revision) -> int | None:
    """Give the line on which downgrade() begins."""
    function = _function(revision, "downgrade")
    return function.lineno if function else None


def upgrade_line(revision: Revision) -> int | None:
    """Give the line on which upgrade() begins."""
    function = _function(revision, "upgrade")
    return function.lineno if function else None


def count(checksum: str) -> int:
    """Give the number of rows of `COUNT:CHECKSUM`; 0 of ""."""
    return int(checksum.partition(":")[0] or 0)


def _function(revision: Revision, name: str) -> ast.FunctionDef | None:
    tree = ast.parse(revision.path.read_bytes())
    return next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
