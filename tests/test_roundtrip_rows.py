"""Round trips with rows on SQLite: what is lost and by which way, what fails on rows alone, the team's own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from migkit.catalog.sqlite import SQLiteKeeper
from migkit.errors import ConfigError, HistoryError
from migkit.model import Severity, Verdict
from tests.conftest import MakeSchema
from tests.lossy import LATER, LOST, TABLES, line, lossy, lost, trip, verdicts

WRONG: Mapping[str, str] = {**dict.fromkeys(LOST, "data-lost"), "unique": "upgrade-fails"}


def test_what_is_lost_is_told_with_its_table_column_and_rows_and_with_the_way_that_loses_it(
    make_schema: MakeSchema,
) -> None:
    schema = lossy(make_schema)
    report = trip(schema)
    assert verdicts(report) == WRONG
    assert lost(report) == LOST
    lines = {finding.revision: finding.line for finding in report.findings if finding.rule == "data-lost"}
    assert lines["all_rows"] == line(schema, "all_rows", 'DELETE FROM people")')
    assert lines["narrow"] == line(schema, "narrow", "INSERT INTO other")
    others = {(f.rule, f.revision, f.line) for f in report.findings if f.severity is Severity.warning}
    assert others == {
        ("rows-differ", "updated", line(schema, "updated", "UPDATE orders")),
        ("rows-differ", "filled", line(schema, "filled", "UPDATE orders")),
    }
    notes = [(f.rule, f.revision, f.object) for f in report.findings if f.severity is Severity.note]
    assert notes == [("destroys", "dropped", "prices"), ("destroys", "deleted", "prices")]


def test_an_upgrade_that_fails_on_rows_alone_says_so_and_what_follows_is_judged(make_schema: MakeSchema) -> None:
    report = trip(lossy(make_schema), revisions=("unique", "later"))
    assert verdicts(report) == {"unique": "upgrade-fails"}
    (finding,) = (finding for finding in report.findings if finding.rule == "upgrade-fails")
    assert finding.message.startswith("with rows in place; without them it passes: upgrade of unique failed")
    assert report.facts["rows"]["added"]["later"] == 3


def test_without_rows_none_are_put_in_and_those_of_the_history_are_looked_after(make_schema: MakeSchema) -> None:
    report = trip(lossy(make_schema), rows=0)
    assert lost(report) == {"all_rows": [("people", None, 1, 1, "downgrade")]}
    assert (verdicts(report), report.facts["rows"]) == ({"all_rows": "data-lost"}, None)


FUNCTION = "from sqlalchemy import text\n\n\ndef load(connection):\n    connection.execute(text({!r}))\n"


def test_own_rows_come_from_a_function_too(make_schema: MakeSchema) -> None:
    schema = replace(lossy(make_schema), seed="own_rows:load")
    (schema.directory / "own_rows.py").write_text(
        FUNCTION.format("INSERT INTO people VALUES (41, 'A', 1), (42, 'B', 2)")
    )
    assert lost(trip(schema, rows=1, revisions=("all_rows",))) == {"all_rows": [("people", None, 3, 3, "downgrade")]}


@pytest.mark.parametrize(
    ("seed", "seed_at", "error", "said"),
    [
        ("rows.sql", "", ConfigError, "seed rows.sql failed: .*no such table"),
        ("rows.sql", "base", ConfigError, "seed rows.sql failed: .*no such table"),
        ("rows.sql", "nowhere", HistoryError, "^seed_at: revision nowhere is not"),
        ("nothing.sql", "a1", ConfigError, "seed 'nothing.sql' is neither a file"),
    ],
)
def test_own_rows_that_cannot_be_loaded_are_told(
    make_schema: MakeSchema, seed: str, seed_at: str, error: type[Exception], said: str
) -> None:
    schema = replace(lossy(make_schema), seed=seed, seed_at=seed_at)
    with pytest.raises(error, match=said):
        trip(schema)


REFUSES = """
def upgrade():
    if "Ann" in names():
        raise RuntimeError("see to Ann first")
    op.execute("CREATE TABLE IF NOT EXISTS ages (a INTEGER)")

def downgrade():
    if "Bob" in names():
        raise ValueError(
            "see to Bob first"
        )
    {}

def names():
    return op.get_bind().execute(sa.text("SELECT name FROM people")).scalars().all()
"""


@pytest.mark.parametrize(
    ("undo", "verdict"), [('op.drop_table("ages")', "ok"), ("op.execute('SELECT 1')", "schema-differs")]
)
@pytest.mark.parametrize(("name", "way"), [("Ann", "upgrade"), ("Bob", "downgrade")])
def test_a_step_that_refuses_rows_by_itself_is_judged_without(
    make_schema: MakeSchema, name: str, way: str, undo: str, verdict: str
) -> None:
    bodies = {"a1": TABLES, "refuses": REFUSES.format(undo), "later": LATER}
    schema = make_schema(bodies, seed="rows.sql", seed_at="a1")
    (schema.directory / "rows.sql").write_text(f"INSERT INTO people VALUES (1, '{name}', 1)")
    report = trip(schema, rows=1)
    assert verdicts(report) == ({} if verdict == "ok" else {"refuses": verdict})
    (finding,) = (one for one in report.findings if one.rule == "refuses-rows")
    assert (finding.severity, finding.revision) == (Severity.warning, "refuses")
    assert finding.message.startswith(f"the {way} refuses rows like these by itself: {way} of refuses failed")
    assert finding.line == line(schema, "refuses", "raise RuntimeError" if way == "upgrade" else "raise ValueError")


def test_what_fails_on_rows_alone_is_recorded_apart_and_what_fails_anyway_is_known_to_both(
    make_schema: MakeSchema, tmp_path: Path
) -> None:
    schema = lossy(make_schema, baseline=tmp_path / "baseline.json")
    trip(schema, rows=0, write_baseline=True)
    assert [one.revision for one in trip(schema).revisions if one.baseline] == ["all_rows"]
    trip(schema, write_baseline=True)
    report = trip(schema)
    assert {one.revision for one in report.revisions if one.baseline} == set(WRONG)
    assert report.exit_code(Severity.error) == 0
    assert "baseline-stale" not in [one.rule for one in trip(schema, rows=0).findings]


EMPTY_ONES_ONLY = """
def upgrade():
    op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    if op.get_bind().execute(sa.text("SELECT COUNT(*) FROM {0}")).scalar():
        op.execute("SELECT nothing FROM {0}")
    op.drop_table("{0}")
"""


def test_a_downgrade_goes_down_from_the_rows_that_went_up_and_not_from_those_that_came_later(
    make_schema: MakeSchema,
) -> None:
    report = trip(make_schema({name: EMPTY_ONES_ONLY.format(name) for name in ("one", "two", "three")}))
    assert verdicts(report) == {}
    assert report.facts["rows"]["added"] == {"one": 3, "two": 3, "three": 3}


DUPLICATES = """
def upgrade():
    op.execute("CREATE UNIQUE INDEX {0} ON t ({0})")

def downgrade():
    op.execute("DROP INDEX {0}")
"""


def test_what_fails_on_rows_alone_says_so_where_each_state_is_made_by_its_steps(
    make_schema: MakeSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = SQLiteKeeper.restore
    monkeypatch.setattr(SQLiteKeeper, "restore", lambda keeper, _position: restore(keeper, 0))
    table = EMPTY_ONES_ONLY.format("t").replace(
        "primary_key=True", "primary_key=True), *map(sa.Column, 'abc', [sa.Integer] * 3"
    )
    report = trip(make_schema({"t": table, **{name: DUPLICATES.format(name) for name in "abc"}}), rows=9)
    told = {one.revision: one.message for one in report.revisions if one.verdict is Verdict.upgrade_fails}
    assert set(told) == {"a", "b", "c"}
    assert all(message.startswith("with rows in place; without them it passes: ") for message in told.values())


def test_fewer_rows_than_none_are_refused(make_schema: MakeSchema) -> None:
    with pytest.raises(ConfigError, match="--rows -1"):
        trip(lossy(make_schema), rows=-1)
