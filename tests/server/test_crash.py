"""Upgrades that are cut between their statements and run again, on real servers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pytest

from migkit import ground
from migkit.alembic_io.driver import Plan
from migkit.model import Finding, Schema, Severity
from migkit.model.rehearsal import Cut
from migkit.privileges import Privileges
from migkit.rehearsal.crash import crashed
from migkit.rehearsal.stage import Ascent, Stage
from migkit.servers import databases
from tests.conftest import MakeSchema
from tests.server.conftest import Serve
from tests.server.test_cutting import MARIADB, MYSQL, POSTGRESQL, SQLITE

pytestmark = pytest.mark.server

Told = tuple[tuple[Cut, ...], tuple[Finding, ...]]
FIRST = """
def upgrade():
    op.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, word VARCHAR(9))")

def downgrade():
    op.execute("DROP TABLE one")
"""
URLS = {
    MYSQL: "mysql+pymysql://",
    MARIADB: "mysql+pymysql://",
    POSTGRESQL: "postgresql+psycopg2://",
    SQLITE: "sqlite://",
}


def crash(
    make_schema: MakeSchema,
    serve: Serve,
    engine: str,
    body: str,
    *,
    earlier: str = "",
    required: bool = False,
    reran: bool = False,
    name: str = "app",
) -> Told:
    """Rehearse the crash of a second revision whose upgrade has this body."""
    schema: Schema = make_schema({"a1": FIRST, "b2": upgrade(body)}, engine=engine, url=URLS[engine] + "/x", name=name)
    with databases.throwaway(serve(engine)) as database, ground.opened(schema, database) as (steps, reader, keeper):
        second = steps.history.revisions[1]
        old = (
            second.path.read_text().replace(textwrap.dedent(upgrade(body)).strip(), upgrade(earlier))
            if earlier
            else None
        )
        found: list[Told] = []

        def check(stage: Stage) -> Plan[None]:
            before = stage.before
            if reran:
                yield from stage.rerun()
            found.append((yield from crashed(stage, old, required=required)))
            yield from stage.to_before()
            assert stage.read() == before

        privileges = Privileges(database, schema.server)
        Ascent(steps, reader, keeper, privileges, steps.history.revisions, lambda _event: None).rehearse({"b2"}, check)
        return found[0]


def upgrade(body: str) -> str:
    return (
        "def upgrade():\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n\n\ndef downgrade():\n    pass"
    )


def said(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Give each rule with the source line that it points at."""
    from pathlib import Path

    return [(one.rule, Path(one.path or "").read_text().splitlines()[(one.line or 0) - 1].strip()) for one in findings]


def oks(cuts: Sequence[Cut]) -> list[tuple[int, bool, bool]]:
    return [(cut.statement, cut.committed, cut.retry_ok) for cut in cuts]


TWO = """
op.execute("ALTER TABLE one ADD COLUMN code INT")
op.execute("CREATE INDEX ix ON one (code)")
"""


def test_a_step_that_was_lent_a_privilege_is_cut_too_and_the_privilege_goes_back(
    make_schema: MakeSchema, serve: Serve
) -> None:
    body = """
        op.execute("CREATE TABLE two (id INTEGER PRIMARY KEY)")
        op.execute("CREATE TRIGGER zero BEFORE INSERT ON two FOR EACH ROW SET NEW.id = 0")
        op.execute("CREATE TABLE three (id INTEGER PRIMARY KEY)")
    """
    cuts, findings = crash(make_schema, serve, MYSQL, body)
    assert oks(cuts) == [(number, True, False) for number in (1, 2, 3)]
    assert not any(cut.inferred for cut in cuts)
    assert [finding.rule for finding in findings] == ["retry-fails"]


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, SQLITE])
def test_a_first_half_stays_and_the_retry_fails(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    cuts, findings = crash(make_schema, serve, engine, TWO)
    assert oks(cuts) == [(1, True, False), (2, True, False)]
    assert "code" in cuts[0].error
    assert said(findings) == [("retry-fails", 'op.execute("ALTER TABLE one ADD COLUMN code INT")')]
    assert findings[0].severity is Severity.warning


def test_a_transaction_leaves_nothing_and_one_cut_shows_it(make_schema: MakeSchema, serve: Serve) -> None:
    cuts, findings = crash(make_schema, serve, POSTGRESQL, TWO)
    assert (oks(cuts), findings) == ([(1, False, True), (2, False, True)], ())
    assert [cut.inferred for cut in cuts] == [True, False]


def test_what_stands_before_an_autocommit_block_stays(make_schema: MakeSchema, serve: Serve) -> None:
    body = """
    op.execute("ALTER TABLE one ADD COLUMN code INT")
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix ON one (code)")
    op.execute("UPDATE one SET code = 1")
    """
    cuts, findings = crash(make_schema, serve, POSTGRESQL, body)
    assert oks(cuts) == [(1, True, False), (2, True, False), (3, True, False)]
    assert said(findings) == [("leaves-partial", 'op.execute("ALTER TABLE one ADD COLUMN code INT")')]
    assert findings[0].severity is Severity.error


def test_an_index_alone_in_its_autocommit_block_is_noted(make_schema: MakeSchema, serve: Serve) -> None:
    body = """
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix ON one (word)")
    """
    _cuts, findings = crash(make_schema, serve, POSTGRESQL, body)
    assert [(one.rule, one.severity) for one in findings] == [("leaves-partial", Severity.note)]


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, SQLITE])
def test_a_guard_that_asks_too_little_ends_elsewhere(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    body = """
    if not sa.inspect(op.get_bind()).has_table("two"):
        op.execute("CREATE TABLE two (id INTEGER)")
        op.execute("CREATE INDEX ix ON two (id)")
    """
    cuts, findings = crash(make_schema, serve, engine, body)
    assert [cut.retry_ok for cut in cuts][-2:] == [False, True]
    assert said(findings) == [("retry-differs", 'op.execute("CREATE INDEX ix ON two (id)")')]


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, SQLITE])
def test_guarded_statements_have_nothing_to_say(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    body = """
    if not sa.inspect(op.get_bind()).has_table("two"):
        op.execute("CREATE TABLE two (id INTEGER, made DATETIME)")
    if not sa.inspect(op.get_bind()).get_indexes("two"):
        op.execute("CREATE INDEX ix ON two (id)")
    if not op.get_bind().execute(sa.text("SELECT 1 FROM two")).first():
        op.bulk_insert(sa.table("two", sa.column("id"), sa.column("made")),
                       [{"id": 1, "made": __import__("datetime").datetime.now()}])
    """
    cuts, findings = crash(make_schema, serve, engine, body)
    assert (findings, {cut.retry_ok for cut in cuts}) == ((), {True})


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, SQLITE])
def test_a_guard_passes_over_what_the_earlier_text_left(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    body = """
    if "code" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("one")}:
        op.execute("ALTER TABLE one ADD COLUMN code VARCHAR(20)")
    """
    earlier = """
    op.execute("ALTER TABLE one ADD COLUMN code VARCHAR(10)")
    op.execute("ALTER TABLE nowhere ADD COLUMN code VARCHAR(10)")
    """
    cuts, findings = crash(make_schema, serve, engine, body, earlier=earlier)
    assert [(cut.statement, cut.committed, cut.retry_ok) for cut in cuts if cut.edited] == [(1, True, False)]
    assert said(findings) == [("edited-retry-differs", 'op.execute("ALTER TABLE one ADD COLUMN code VARCHAR(20)")')]


@pytest.mark.parametrize("engine", [MYSQL, MARIADB])
def test_rows_that_a_failing_statement_committed_are_met(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    body = """
    op.execute("INSERT INTO one (id) VALUES (1)")
    op.execute("ALTER TABLE one ADD COLUMN code INT")
    """
    cuts, findings = crash(make_schema, serve, engine, body, earlier=body.replace("TABLE one", "TABLE nowhere"))
    assert [(cut.statement, cut.committed, cut.retry_ok) for cut in cuts if cut.edited] == [(1, True, False)]
    assert ("edited-retry-fails", 'op.execute("INSERT INTO one (id) VALUES (1)")') in said(findings)


def test_what_the_rerun_has_shown_is_not_told_twice(make_schema: MakeSchema, serve: Serve) -> None:
    body = 'op.execute("ALTER TABLE one ADD COLUMN code INT")'
    for reran, rules in ((False, ["retry-fails"]), (True, [])):
        cuts, findings = crash(make_schema, serve, SQLITE, body, reran=reran, name=f"app{reran}")
        assert (oks(cuts), [one.rule for one in findings]) == ([(1, True, False)], rules)


def test_a_transaction_takes_the_earlier_text_back(make_schema: MakeSchema, serve: Serve) -> None:
    cuts, findings = crash(make_schema, serve, POSTGRESQL, TWO, earlier=TWO.replace("one", "uno"))
    assert ([cut for cut in cuts if cut.edited], findings) == ([], ())


TABLES = "\n".join(f'op.execute("CREATE TABLE {name} (id INTEGER PRIMARY KEY)")' for name in ("two", "three", "four"))
PASSES = 'op.execute("CREATE TABLE IF NOT EXISTS zero (id INTEGER PRIMARY KEY)")'


@pytest.mark.parametrize(
    ("body", "passing", "inferred"),
    [
        pytest.param(TABLES, [], [1, 2], id="the first statement is in the way of every retry"),
        pytest.param(f"{PASSES}\n{TABLES}", [1], [], id="the first passes"),
        pytest.param(f'{TABLES}\nop.execute("DROP TABLE two")', [], [], id="what is in the way is taken away"),
    ],
)
def test_a_cut_that_was_not_made_is_said_to_be_inferred(
    make_schema: MakeSchema, serve: Serve, body: str, passing: list[int], inferred: list[int]
) -> None:
    cuts, _findings = crash(make_schema, serve, MYSQL, body)
    assert [cut.statement for cut in cuts if cut.retry_ok] == passing
    assert [cut.statement for cut in cuts if cut.inferred] == inferred
