"""What `mig.plan` says of a target is what stands there, and nothing on it changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migkit import applying, planning
from migkit.errors import ConfigError, StepFailed, TargetError
from migkit.model import Report, Server, Severity
from migkit.plan import Options, plan
from migkit.render import renderer
from tests.conftest import MakeSchema, write_revision
from tests.server.applying import ENGINES, Site, site

pytestmark = pytest.mark.server
each_engine = pytest.mark.parametrize("server", ENGINES, indirect=True)
OFFLINE = """
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    section = config.get_section(config.config_ini_section)
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
FIRST = """
def upgrade():
    op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("calls", sa.Column("id", sa.Integer, primary_key=True), sa.Column("parent", sa.Integer),
                    sa.Column("word", sa.String(20)), sa.Column("mark", sa.Integer))
    op.execute("INSERT INTO parents (id) VALUES (1)")
    op.execute("INSERT INTO calls (id, parent, word, mark) VALUES (1, 1, 'a', 1), (2, 9, 'a', 2), (3, NULL, 'long', 3)")


def downgrade():
    op.drop_table("calls")
    op.drop_table("parents")
"""
SECOND = """
def upgrade():
    op.create_unique_constraint("u", "calls", ["word"])
    op.create_foreign_key("f", "calls", "parents", ["parent"], ["id"])
    op.execute("UPDATE calls SET mark = 0 WHERE mark IS NULL")
    op.alter_column("calls", "mark", existing_type=sa.Integer, nullable=False)


def downgrade():
    op.drop_column("calls", "mark")
"""
THIRD = """
def upgrade():
    if not sa.inspect(op.get_bind()).has_table("others"):
        op.create_table("others", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO others (id) VALUES (1)")


def downgrade():
    pass
"""
REBUILT = """
def upgrade():
    op.alter_column("calls", "mark", existing_type=sa.Integer, type_=sa.BigInteger)


def downgrade():
    pass
"""
SEEDS = """
import uuid


def upgrade():
    op.execute(f"INSERT INTO calls (id, word) VALUES (7, '{uuid.uuid4().hex[:9]}')")


def downgrade():
    pass
"""
BODIES = {"a1": FIRST, "b2": SECOND, "c3": THIRD}


def asked(it: Site, **options: Any) -> Report:
    return plan(it.project, it.schema, Options(**options))


def pending(report: Report, revision: str) -> list[dict[str, Any]]:
    return next(one["statements"] for one in report.facts["pending"] if one["revision"] == revision)


def everything(it: Site) -> Any:
    return it.tables(), it.current(), [it.asked(f"SELECT * FROM {table} ORDER BY 1") for table in sorted(it.tables())]


@each_engine
def test_pending_revisions_are_told_with_what_stands_there(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, BODIES, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        it.asked("ANALYZE calls" if server.engine.family == "postgresql" else "ANALYZE TABLE calls")
        before = everything(it)
        report = asked(it)
        assert everything(it) == before
        assert report.facts["current"] == ["a1"]
        assert report.facts["to"] == ["c3"]
        assert [one["revision"] for one in report.facts["pending"]] == ["b2", "c3"]
        unique, foreign, update, last = pending(report, "b2")
        assert [one["number"] for one in (unique, foreign, update, last)] == [1, 2, 3, 4]
        assert unique["sql"] == "ALTER TABLE calls ADD CONSTRAINT u UNIQUE (word)"
        assert (unique["table"], unique["rows"]) == ("calls", 3)
        assert unique["bytes"] > 0
        (doubled,) = unique["preconditions"]
        assert (doubled["kind"], doubled["ok"], doubled["count"]) == ("duplicates", False, 1)
        assert doubled["sample"] == ["word='a' (2 rows)"]
        assert it.asked(doubled["query"]) == [(1,)]
        (orphans,) = foreign["preconditions"]
        assert (orphans["kind"], orphans["count"], orphans["sample"]) == ("orphans", 1, ["id=2"])
        (nulls,) = last["preconditions"]
        assert nulls["ok"] is None
        assert "b2, of this release, changes rows of calls first" in nulls["message"]
        assert {one.rule: one.severity for one in report.findings} == {
            "plan-duplicates": Severity.error,
            "plan-orphans": Severity.error,
        }
        assert report.exit_code(Severity.error) == 2


@each_engine
def test_a_revision_that_asks_the_database_is_told_by_its_source(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, BODIES, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        last = asked(it).facts["pending"][-1]
        assert "asks the database" in last["unknown"]
        assert [one["sql"] for one in last["statements"]] == [
            "-- op.create_table: create table others",
            "INSERT INTO others (id) VALUES (1)",
        ]


BARE = """
def upgrade():
    op.get_bind().connection.cursor().execute("UPDATE calls SET mark = 1")  # no journal has it


def downgrade():
    pass
"""


@each_engine
def test_a_drivers_own_cursor_is_told_beforehand(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, {"a1": FIRST, "b2": BARE}, tmp_path, env=OFFLINE) as it:
        told = next(one for one in asked(it).facts["pending"] if one["revision"] == "b2")
        findings = [*told["findings"], *(found for each in told["statements"] for found in each["findings"])]
        (found,) = [one for one in findings if one["rule"] == "plan-driver-cursor"]
        assert found["severity"] == "warning"
        lines = next(it.schema.directory.glob("migrations/versions/b2*.py")).read_text().splitlines()
        assert "cursor()" in lines[found["line"] - 1]


@each_engine
def test_env_py_that_cannot_print_is_not_let_to_the_target(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, BODIES, tmp_path) as it:
        it.release("a1")
        report = asked(it, to="b2")
        (one,) = report.facts["pending"]
        assert one["statements"][0]["sql"] == "ALTER TABLE calls ADD CONSTRAINT u UNIQUE (word)"
        assert [each["rule"] for each in one["findings"]][:1] == ["plan-without-env"]
        assert "connects even where it is asked for SQL alone" in one["findings"][0]["message"]


@each_engine
def test_the_way_down_is_planned_too(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(
        make_schema,
        server,
        {"a1": FIRST, "b2": "def upgrade():\n    pass\n\n\n" + SECOND.partition("\n\n\n")[2]},
        tmp_path,
        env=OFFLINE,
    ) as it:
        it.release()
        report = asked(it, direction="downgrade", to="base")
        assert [one["revision"] for one in report.facts["pending"]] == ["b2", "a1"]
        assert [one["sql"] for one in pending(report, "b2")] == ["ALTER TABLE calls DROP COLUMN mark"]
        assert [one["sql"] for one in pending(report, "a1")] == ["DROP TABLE calls", "DROP TABLE parents"]
        assert report.facts["to"] == []


@each_engine
def test_a_large_table_that_is_blocked_is_a_warning_until_it_is_allowed(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, {"a1": FIRST, "b2": REBUILT}, tmp_path, env=OFFLINE, max_blocked_rows=2) as it:
        it.release("a1")
        it.asked("ANALYZE calls" if server.engine.family == "postgresql" else "ANALYZE TABLE calls")
        report = asked(it)
        waits = "all" if server.engine.family == "postgresql" else "writes"
        assert [one["blocks"] for one in pending(report, "b2")] == [waits]
        assert [one.rule for one in report.findings] == ["plan-blocks"]
        assert "--allow-blocking calls" in report.findings[0].remedy
        assert asked(it, allow_blocking=("CALLS",)).findings == ()


HALF = """
def upgrade():
    op.execute("ALTER TABLE calls DROP COLUMN mark")
    op.create_unique_constraint("u", "calls", ["word"])


def downgrade():
    pass
"""


@each_engine
def test_what_a_run_that_failed_has_applied_is_told(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, {"a1": FIRST, "b2": HALF}, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        with pytest.raises(StepFailed):
            it.release()
        dropped, unique = pending(asked(it), "b2")
        kept = server.engine.transactional_ddl
        assert (dropped["applied"], unique["applied"]) == (not kept, False)
        assert [one["ok"] for one in unique["preconditions"]] == [False]


@pytest.mark.parametrize("server", ENGINES[-1:], indirect=True)
def test_tables_that_env_py_alone_looks_for_are_found(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, BODIES, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        it.asked("CREATE SCHEMA billing; GRANT USAGE ON SCHEMA billing TO PUBLIC")
        it.asked("ALTER TABLE calls SET SCHEMA billing")
        it.asked("ALTER TABLE parents SET SCHEMA billing")
        report = asked(it, to="b2")
        (doubled,) = pending(report, "b2")[0]["preconditions"]
        assert (doubled["ok"], doubled["count"]) == (False, 1)
        (note,) = report.facts["pending"][0]["findings"]
        assert "taken to be those of schema billing" in note["message"]
        it.asked("CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO PUBLIC")
        it.asked("CREATE TABLE other.calls (id integer); CREATE TABLE other.parents (id integer)")
        *_, unknown = pending(asked(it, to="b2"), "b2")[0]["preconditions"]
        assert unknown["ok"] is None
        assert "there is no table calls there" in unknown["message"]


@each_engine
def test_a_file_that_is_edited_makes_another_plan(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    from migkit.model.release import Order

    with site(make_schema, server, {**BODIES, "d4": SEEDS}, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        found = it.found
        with applying.opened(it.schema, found) as driver:
            made = planning.planned(it.project, driver, found, Order(), ("a1",))
            assert planning.redrawn(driver, found, made) == made.digest
            assert "uuid" not in made.revisions[-1].statements[-1].sql
            path = made.revisions[0].revision.path
            path.write_text(path.read_text().replace('"u"', '"v"'))
            assert planning.redrawn(driver, found, made) != made.digest


@pytest.mark.parametrize("server", ENGINES[:1], indirect=True)
def test_where_a_plan_cannot_lead_is_said(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, BODIES, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        with pytest.raises(ConfigError, match="needs to be told where"):
            asked(it, direction="downgrade")
        with pytest.raises(ConfigError, match="leads the other way"):
            asked(it, to="-1")
        write_revision(Path(it.schema.directory) / "migrations" / "versions", "x9", "a1", "def upgrade(): pass")
        it.asked("UPDATE alembic_version SET version_num = 'gone'")
        with pytest.raises(TargetError, match="not in this history"):
            asked(it)


@pytest.mark.parametrize("server", ENGINES[-1:], indirect=True)
def test_the_text_shows_what_is_in_the_way(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    with site(make_schema, server, BODIES, tmp_path, env=OFFLINE) as it:
        it.release("a1")
        text = renderer("text").report(asked(it))
        for line in (
            "↑ b2  b2  4 statements",
            "  1  ALTER TABLE calls ADD CONSTRAINT u UNIQUE (word)",
            "✗ 1 values of calls (word) stand in more than one row",
            "word='a' (2 rows)",
            "asked: SELECT COUNT(*) FROM",
        ):
            assert line in text, text
        assert it.database.password not in text


@pytest.mark.parametrize("server", ENGINES[1:2], indirect=True)
def test_a_product_that_is_not_the_schemas_is_not_planned_for(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    with site(make_schema, server, BODIES, tmp_path, env=OFFLINE) as it:
        schema = replace(it.schema, engine="mysql:9.7")
        with pytest.raises(TargetError, match=r"it is MariaDB 10\.11\.\d+, and the schema's engine is mysql:9\.7"):
            plan(it.project, schema, Options())
