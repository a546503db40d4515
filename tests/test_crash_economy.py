"""Cuts that are spared come to the same as those that are made: what is known of one, and what goes on from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from migkit.errors import StepFailed
from migkit.model import Project, Schema
from migkit.model.rehearsal import Sent
from migkit.rehearsal.crash import _stays
from migkit.rehearsal.crashes import Outcome
from migkit.rehearsal.stage import Stage
from migkit.rehearse import Options, rehearse
from tests.conftest import MakeSchema

ADDS = "ALTER TABLE t ADD INDEX ix (a)"
THERE = """OperationalError: (1061, "Duplicate key name 'ix'")"""


def refused(statement: str, message: str = THERE, line: int = 9) -> Outcome:
    failure = StepFailed(message, revision="a1", direction="upgrade", statement=statement, line=line)
    return Outcome(left=True, failure=failure)


@pytest.mark.parametrize(
    ("others", "holds"),
    [
        (["ALTER TABLE t ADD COLUMN b INT", "DROP TABLE other"], True),
        (["ALTER TABLE t ADD INDEX ix_two (a)", "ALTER TABLE t DROP INDEX ix_two"], True),
        (["ALTER TABLE t DROP INDEX `ix`", ADDS], False),
        (["ALTER TABLE t RENAME INDEX ix TO iy", "ALTER TABLE t ADD COLUMN b INT"], False),
    ],
)
def test_what_nothing_removes_is_in_the_way_of_each_retry(others: Sequence[str], holds: bool) -> None:
    sent = [Sent(statement) for statement in (ADDS, *others)]
    assert _stays(sent, refused(ADDS), refused(ADDS)) is holds


def test_what_is_gone_stays_gone_unless_it_is_made_again() -> None:
    drops = "ALTER TABLE t DROP INDEX ix"
    gone = """OperationalError: (1091, "Can't DROP 'ix'; check that column/key exists")"""
    only, again = [Sent(drops), Sent("DROP TABLE u")], [Sent(drops), Sent(ADDS), Sent("DROP TABLE u")]
    assert _stays(only, refused(drops, gone), refused(drops, gone))
    assert not _stays(again, refused(drops, gone), refused(drops, gone))


def test_retries_that_fail_otherwise_or_at_what_is_not_named_say_nothing() -> None:
    sent = [Sent(ADDS), Sent("DROP TABLE u"), Sent("DROP TABLE v")]
    assert not _stays(sent, refused(ADDS), refused(ADDS, line=10))
    assert not _stays(sent, refused(ADDS), Outcome(left=True))
    assert not _stays(sent, refused(ADDS, "(1068, Multiple primary key defined)"), refused(ADDS, "(1068, …)"))
    assert not _stays(sent, *[refused(ADDS, '(1068, "Multiple primary key defined")')] * 2)


def test_what_comes_and_goes_is_cut_each_time(make_schema: MakeSchema) -> None:
    tables = "for table in 'pqrstuvw':\n        op.execute(f'{0}')"
    comes_and_goes = "ALTER TABLE {table} ADD COLUMN x')\n        op.execute(f'ALTER TABLE {table} DROP COLUMN x"
    bodies = {
        "a1": "def upgrade():\n    " + tables.format("CREATE TABLE {table} (a INTEGER)"),
        "b2": f"def upgrade():\n    {tables.format(comes_and_goes)}\n    op.execute('ALTER TABLE p ADD COLUMN x')",
    }
    found = outcomes(make_schema({ident: f"{body}\n\ndef downgrade():\n    pass" for ident, body in bodies.items()}))
    assert [ok for _statement, _committed, ok, _error in found["b2"]] == [number % 2 == 0 for number in range(1, 18)]


MAKES = "CREATE TABLE {0} (a INTEGER)"
GUARDED = "CREATE TABLE IF NOT EXISTS {0} (a INTEGER)"
DROPS = "DROP TABLE {0}"
BODIES = {
    "a1": [MAKES.format("kept"), MAKES.format("old")],
    "b2": [MAKES.format("one"), MAKES.format("two"), DROPS.format("one"), MAKES.format("three")],
    "c3": [
        GUARDED.format("four"),
        "ALTER TABLE four ADD COLUMN b INTEGER",
        GUARDED.format("five"),
        DROPS.format("old"),
    ],
    "d4": [GUARDED.format("kept"), GUARDED.format("six"), "CREATE INDEX IF NOT EXISTS ix ON six (a)"],
    "e5": [
        "ALTER TABLE kept RENAME TO away",
        "ALTER TABLE away RENAME TO gone",
        GUARDED.format("kept"),
        DROPS.format("gone"),
    ],
}


def test_a_cut_that_goes_on_from_the_last_one_comes_to_the_same(
    make_schema: MakeSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, resumed = cuts(make_schema, "quick", monkeypatch, goes_on=True)
    whole, none = cuts(make_schema, "whole", monkeypatch, goes_on=False)
    assert quick == whole
    assert {len(outcomes) for outcomes in quick.values()} == {2, 3, 4}
    assert resumed
    assert not none


def cuts(
    make_schema: MakeSchema, name: str, monkeypatch: pytest.MonkeyPatch, *, goes_on: bool
) -> tuple[dict[str, Any], list[int]]:
    """Give what came of each cut, and after which statements a cut went on from another."""
    from migkit.rehearsal.stage import Ascent

    resumed: list[int] = []
    cut = Ascent.cut

    def seen(ascent: Ascent, number: int, after: int, source: str | None, done: int = 0) -> Any:
        resumed.extend([done] if done else [])
        return (yield from cut(ascent, number, after, source, done))

    bodies = {
        ident: "def upgrade():\n    "
        + "\n    ".join(f"op.execute({sql!r})" for sql in statements)
        + "\n\ndef downgrade():\n    pass"
        for ident, statements in BODIES.items()
    }
    schema = make_schema(bodies, name=name)
    with monkeypatch.context() as patch:
        patch.setattr(Ascent, "cut", seen)
        if not goes_on:
            patch.setattr(Stage, "_keeps_each", False)
        told = outcomes(schema)
    return told, resumed


def outcomes(schema: Schema) -> dict[str, Any]:
    """Give of each cut its statement, whether anything was left, whether the retry worked, and what went wrong."""
    project = Project(schema.directory, schema.ini, {schema.name: schema})
    report = rehearse(project, schema, Options(only=("crash",)))
    return {
        one["revision"]: [(cut["statement"], cut["committed"], cut["retry_ok"], cut["error"]) for cut in one["crash"]]
        for one in report.facts["revisions"]
    }
