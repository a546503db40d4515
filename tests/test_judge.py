"""The worst verdict that applies stands, and rests on what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from migkit.errors import StepFailed
from migkit.judge import State, Trip, judge
from migkit.model import CatalogObject, Revision, Snapshot, Verdict
from migkit.remedies import remedy

A = CatalogObject("column", "t.a", "int", "t", 1)
B = CatalogObject("column", "t.b", "int", "t", 2)
TABLE = CatalogObject("table", "t", "ENGINE=InnoDB")


def state(*objects: CatalogObject, rows: Mapping[str, str] | None = None) -> State:
    return State(Snapshot({(o.kind, o.name): o for o in objects}), rows or {})


BEFORE = state(TABLE, A)
AFTER = state(TABLE, A, B)


@pytest.fixture
def revision(tmp_path: Path) -> Revision:
    path = tmp_path / "a1.py"
    path.write_text("def upgrade():\n    pass\n\n\ndef downgrade():\n    op.execute('x')\n")
    return Revision("a1", "a title", path, ())


@pytest.fixture
def empty(revision: Revision) -> Revision:
    revision.path.write_text(
        'def upgrade():\n    op.execute("x")\n\n\ndef downgrade():\n    """Nothing."""\n    pass\n'
    )
    return revision


def failure(*, declared: bool = False) -> StepFailed:
    return StepFailed("it failed", revision="a1", direction="downgrade", statement="DROP\n  TABLE t", declared=declared)


def test_ok(revision: Revision) -> None:
    assert judge(Trip(revision, BEFORE, AFTER, BEFORE)).verdict is Verdict.ok
    assert judge(Trip(revision, BEFORE, AFTER, BEFORE, AFTER)).verdict is Verdict.ok


def test_upgrade_fails_with_the_statement_in_one_line(revision: Revision) -> None:
    judged = judge(Trip(revision, BEFORE, failed=Verdict.upgrade_fails, failure=failure()))
    assert judged.verdict is Verdict.upgrade_fails
    assert "DROP TABLE t" in judged.message


def test_downgrade_fails(revision: Revision) -> None:
    judged = judge(Trip(revision, BEFORE, AFTER, failed=Verdict.downgrade_fails, failure=failure()))
    assert judged.verdict is Verdict.downgrade_fails


def test_a_downgrade_that_declares_itself(revision: Revision) -> None:
    declared = failure(declared=True)
    judged = judge(Trip(revision, BEFORE, AFTER, failed=Verdict.downgrade_fails, failure=declared))
    assert judged.verdict is Verdict.irreversible


def test_reupgrade_failure_is_worse_than_a_difference_and_keeps_it(revision: Revision) -> None:
    judged = judge(Trip(revision, BEFORE, AFTER, AFTER, failed=Verdict.reupgrade_fails, failure=failure()))
    assert judged.verdict is Verdict.reupgrade_fails
    assert [d.object for d in judged.differences] == ["t.b"]


def test_schema_differs_names_what_was_and_what_is(revision: Revision) -> None:
    wrong = CatalogObject("column", "t.a", "bigint", "t", 1)
    judged = judge(Trip(revision, BEFORE, AFTER, state(TABLE, wrong), AFTER))
    assert judged.verdict is Verdict.schema_differs
    assert [(d.object, d.before, d.after) for d in judged.differences] == [("t.a", "int", "bigint")]


def test_reupgrade_differs(revision: Revision) -> None:
    judged = judge(Trip(revision, BEFORE, AFTER, BEFORE, BEFORE))
    assert judged.verdict is Verdict.reupgrade_differs


def test_order_alone_is_a_note(revision: Revision) -> None:
    swapped = state(TABLE, CatalogObject("column", "t.a", "int", "t", 2), CatalogObject("column", "t.b", "int", "t", 1))
    judged = judge(Trip(revision, AFTER, BEFORE, swapped, BEFORE))
    assert judged.verdict is Verdict.order_differs


def test_rows_that_are_gone_are_lost(revision: Revision) -> None:
    before, after = state(TABLE, A, rows={"t": "3:x"}), state(TABLE, A, B, rows={"t": "3:y"})
    judged = judge(Trip(revision, before, after, state(TABLE, A, rows={"t": "1:z"}), after))
    assert judged.verdict is Verdict.data_lost
    assert "t: 2 of 3 rows" in judged.message


def test_rows_of_a_table_that_the_upgrade_drops_on_purpose_are_not_lost(revision: Revision) -> None:
    before = state(TABLE, A, rows={"t": "3:x"})
    judged = judge(Trip(revision, before, state(), state(TABLE, A, rows={"t": "0:0"}), state()))
    assert judged.verdict is Verdict.ok
    assert [(finding.rule, finding.severity.name) for finding in judged.findings] == [("destroys", "note")]


def test_a_downgrade_that_returns_what_it_does_is_not_empty(revision: Revision) -> None:
    revision.path.write_text("def downgrade():\n    return op.execute('DELETE FROM t')\n")
    before = state(TABLE, A, rows={"t": "2:x"})
    judged = judge(Trip(revision, before, state(TABLE, A, rows={"t": "3:y"}), state(TABLE, A, rows={"t": "1:z"})))
    assert judged.verdict is Verdict.data_lost


def test_an_empty_downgrade_of_rows_alone_is_a_warning(empty: Revision) -> None:
    before, after = state(TABLE, A, rows={"t": "0:0"}), state(TABLE, A, rows={"t": "1:x"})
    judged = judge(Trip(empty, before, after, after, after))
    assert judged.verdict is Verdict.ok
    assert [(f.rule, f.severity.name, f.line) for f in judged.findings] == [("empty-downgrade", "warning", 5)]


def test_an_empty_downgrade_of_rows_alone_whose_rerun_fails(empty: Revision) -> None:
    before, after = state(TABLE, A, rows={"t": "0:0"}), state(TABLE, A, rows={"t": "1:x"})
    judged = judge(Trip(empty, before, after, after, failed=Verdict.reupgrade_fails, failure=failure()))
    assert judged.verdict is Verdict.reupgrade_fails
    assert [f.rule for f in judged.findings] == ["empty-downgrade"]


def test_an_empty_downgrade_of_the_catalogue_is_schema_differs(empty: Revision) -> None:
    judged = judge(Trip(empty, BEFORE, AFTER, AFTER, AFTER))
    assert judged.verdict is Verdict.schema_differs
    assert judged.findings == ()


@pytest.mark.parametrize(("down", "rule"), [("4:y", "rows-left"), ("3:y", "rows-differ")])
def test_rows_that_the_downgrade_leaves_otherwise_are_a_warning(revision: Revision, down: str, rule: str) -> None:
    before, after = state(TABLE, A, rows={"t": "3:x"}), state(TABLE, A, B, rows={"t": "4:z"})
    judged = judge(Trip(revision, before, after, state(TABLE, A, rows={"t": down}), after))
    assert judged.verdict is Verdict.ok
    assert [finding.rule for finding in judged.findings] == [rule]


def test_a_declared_revision_is_not_judged_further(tmp_path: Path) -> None:
    path = tmp_path / "a1.py"
    path.write_text('irreversible = "merged"\n')
    judged = judge(Trip(Revision("a1", "t", path, (), irreversible="merged"), BEFORE, AFTER))
    assert (judged.verdict, judged.message) == (Verdict.irreversible, "merged")


@pytest.mark.parametrize("verdict", [Verdict.upgrade_fails, Verdict.downgrade_fails])
def test_what_is_not_finished_is_told_as_what_to_fill_in(verdict: Verdict) -> None:
    message = "upgrade of 4f0c failed: Unfinished: fill in the type of calls.kind"
    assert remedy(verdict, [], message) == "fill in the type of calls.kind"
