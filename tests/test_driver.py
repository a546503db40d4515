"""Steps through real env.py files: what they do to a process, and what they are told."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migkit.address import Address
from migkit.alembic_io.driver import Done, Driver, Plan, Step, opened
from migkit.alembic_io.history import History
from migkit.alembic_io.surroundings import working_directory
from migkit.errors import HistoryError, StepFailed
from migkit.model import Schema
from tests.conftest import ENV, MakeSchema, plan, write_revision

TABLE = """
def upgrade():
    op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("{0}")
"""
TWO = {"a1": TABLE.format("first"), "b2": TABLE.format("second")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "throwaway.db"


@contextlib.contextmanager
def driving(schema: Schema, file: Path, environment: dict[str, str] | None = None) -> Iterator[Driver]:
    address = Address(database=str(file))
    with opened(schema, url=f"sqlite:///{file}", address=address, environment=environment or {}) as driver:
        driver.prime()
        yield driver


def upgrades(history: History) -> list[Step]:
    return [Step(revision, "upgrade") for revision in history.revisions]


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


def tables(file: Path) -> set[object]:
    return {name for (name,) in rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_each_step_is_committed_before_the_next(make_schema: MakeSchema, file: Path) -> None:
    seen = []
    with driving(make_schema(TWO), file) as driver:

        def after(done: Done) -> bool:
            seen.append((done.step.revision.id, rows(file, "SELECT version_num FROM alembic_version")))
            return True

        assert driver.walk(plan(upgrades(driver.history), after)) == 2
    assert seen == [("a1", [("a1",)]), ("b2", [("b2",)])]


def test_a_walk_ends_where_after_says_so(make_schema: MakeSchema, file: Path) -> None:
    with driving(make_schema(TWO), file) as driver:
        assert driver.walk(plan(upgrades(driver.history), lambda _done: False)) == 1
    assert tables(file) == {"alembic_version", "first"}


def test_what_a_step_sends_is_told_without_the_version_table(make_schema: MakeSchema, file: Path) -> None:
    told: list[Done] = []
    with driving(make_schema(TWO), file) as driver:
        driver.walk(plan(upgrades(driver.history), lambda done: told.append(done) is None))
    assert ["CREATE TABLE first" in " ".join(done.statements) for done in told] == [True, False]
    assert not any("alembic_version" in statement for done in told for statement in done.statements)


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("import sys; sys.exit(3)", "sys.exit(3)"),
        ("raise ValueError('no settings')", "ValueError: no settings"),
        ("import no_such_package_here", "No module named 'no_such_package_here'"),
        ("import asyncio; asyncio.get_running_loop()", "no running event loop"),
    ],
)
def test_env_that_fails_is_told_plainly(make_schema: MakeSchema, file: Path, trouble: str, message: str) -> None:
    schema = make_schema(TWO, env=f"print('half way')\n{trouble}\n{ENV}")
    with pytest.raises(StepFailed) as failed, driving(schema, file):
        pass
    assert message in failed.value.message
    assert "env.py" in failed.value.message
    assert failed.value.output == "half way\n"


def test_env_that_prints_and_silences_loggers_leaves_no_trace(
    make_schema: MakeSchema, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ini = """
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[formatter_plain]
format = %(message)s
[logger_root]
level = DEBUG
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
"""
    noise = """
from logging.config import fileConfig
from alembic import context
fileConfig(context.config.config_file_name)
print("noise")
"""
    bystander = logging.getLogger("a.logger.of.somebody.else")
    before = (logging.getLogger().handlers[:], logging.getLogger().level)
    with driving(make_schema(TWO, env=noise + ENV, ini=ini), file) as driver:
        driver.walk(plan(upgrades(driver.history)))
    assert capsys.readouterr() == ("", "")
    assert (logging.getLogger().handlers, logging.getLogger().level) == before
    assert not bystander.disabled


def test_a_failing_revision_is_named_with_its_statement_and_line(make_schema: MakeSchema, file: Path) -> None:
    bodies = {"a1": TABLE.format("first"), "b2": 'def upgrade():\n    op.execute("DROP TABLE missing")'}
    with driving(make_schema(bodies), file) as driver, pytest.raises(StepFailed) as failed:
        driver.walk(plan(upgrades(driver.history)))
    error = failed.value
    assert (error.revision, error.direction, error.statement) == ("b2", "upgrade", "DROP TABLE missing")
    assert error.path is not None
    assert error.line is not None
    assert "DROP TABLE missing" in error.path.read_text().splitlines()[error.line - 1]
    assert "no such table: missing" in error.message


def test_an_exception_that_env_swallows_is_raised_all_the_same(make_schema: MakeSchema, file: Path) -> None:
    env = ENV.replace(
        "        context.run_migrations()",
        "        try:\n            context.run_migrations()\n        except Exception:\n            pass",
    )
    bodies = {"a1": 'def upgrade():\n    raise RuntimeError("broken")'}
    with driving(make_schema(bodies, env=env), file) as driver, pytest.raises(StepFailed, match="RuntimeError: broken"):
        driver.walk(plan(upgrades(driver.history)))


@pytest.mark.parametrize("raised", ['NotImplementedError("no way back")', 'IrreversibleMigration("no way back")'])
def test_a_downgrade_that_declares_itself_irreversible_is_known(
    make_schema: MakeSchema, file: Path, raised: str
) -> None:
    body = f"""
from migkit import IrreversibleMigration

def upgrade():
    op.execute("CREATE TABLE t (id INTEGER)")

def downgrade():
    raise {raised}
"""
    with driving(make_schema({"a1": body}), file) as driver:
        driver.walk(plan(upgrades(driver.history)))
        with pytest.raises(StepFailed) as failed:
            driver.walk(plan([Step(driver.history.revisions[0], "downgrade")]))
    assert failed.value.declared


def test_a_dialect_that_cannot_do_it_declares_nothing(make_schema: MakeSchema, file: Path) -> None:
    body = """
def upgrade():
    op.create_table("t", sa.Column("id", sa.Integer))

def downgrade():
    op.create_unique_constraint("u", "t", ["id"])
"""
    with driving(make_schema({"a1": body}), file) as driver:
        driver.walk(plan(upgrades(driver.history)))
        with pytest.raises(StepFailed, match="NotImplementedError") as failed:
            driver.walk(plan([Step(driver.history.revisions[0], "downgrade")]))
    assert not failed.value.declared


def test_a_folder_named_by_a_dot_is_the_one_that_alembic_stands_in(tmp_path: Path) -> None:
    """Python remembers for "." what it was when something was first looked for there (importlib's FileFinder)."""
    before = sys.path[:]
    sys.path.insert(0, ".")
    try:
        for name in ("migkit_test_one", "migkit_test_two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / f"{name}.py").write_text("")
            with working_directory(tmp_path / name):
                importlib.import_module(name)
                sys.modules.pop(name)
    finally:
        sys.path[:] = before


def test_url_from_an_environment_variable_that_is_read_once_at_the_first_import(
    make_schema: MakeSchema, file: Path
) -> None:
    env = ENV.replace(
        "config = context.config",
        "import app_settings\nconfig = context.config\nconfig.set_main_option('sqlalchemy.url', app_settings.URL)",
    )
    schema = make_schema(TWO, env=env, ini="prepend_sys_path = .\n")
    (schema.directory / "app_settings.py").write_text("import os\nURL = os.environ['APP_DATABASE_URL']\n")
    before = sys.path[:]
    try:
        with driving(schema, file, {"APP_DATABASE_URL": f"sqlite:///{file}"}) as driver:
            assert driver.walk(plan(upgrades(driver.history))) == 2
    finally:
        sys.path[:] = before
        sys.modules.pop("app_settings", None)
    assert {"first", "second"} <= tables(file)
    assert "APP_DATABASE_URL" not in os.environ


@pytest.mark.parametrize("per_migration", ["", "transaction_per_migration=True", "transactional_ddl=True"])
def test_transaction_scopes_of_every_kind(make_schema: MakeSchema, file: Path, per_migration: str) -> None:
    env = ENV.replace("connection=connection", f"connection=connection, {per_migration}")
    with driving(make_schema(TWO, env=env), file) as driver:
        assert driver.walk(plan(upgrades(driver.history))) == 2
    assert rows(file, "SELECT version_num FROM alembic_version") == [("b2",)]


def test_version_table_of_another_name_is_known(make_schema: MakeSchema, file: Path) -> None:
    env = ENV.replace("connection=connection", "connection=connection, version_table='app_version'")
    with driving(make_schema(TWO, env=env), file) as driver:
        driver.walk(plan(upgrades(driver.history)))
        assert driver.version_table == "app_version"
    assert rows(file, "SELECT version_num FROM app_version") == [("b2",)]


def test_an_async_engine_and_an_old_style_loop(make_schema: MakeSchema, file: Path) -> None:
    env = """
import asyncio
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

def work(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    url = context.config.get_main_option("sqlalchemy.url").replace("sqlite:", "sqlite+aiosqlite:")
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(work)
        await connection.commit() if hasattr(connection, "commit") else None
    await engine.dispose()

{run}
"""
    for name, run in {
        "new": "asyncio.run(main())",
        "old": "asyncio.get_event_loop().run_until_complete(main())",
    }.items():
        database = file.with_name(f"{name}.db")
        with driving(make_schema(TWO, env=env.replace("{run}", run), name=name), database) as driver:
            assert driver.walk(plan(upgrades(driver.history))) == 2
        assert {"first", "second"} <= tables(database)


def test_branches_merges_and_dependencies_are_walked_step_by_step(make_schema: MakeSchema, file: Path) -> None:
    schema = make_schema({"a1": TABLE.format("root")})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b1", "a1", TABLE.format("left"))
    write_revision(versions, "b2", "a1", TABLE.format("right"))
    write_revision(versions, "b3", "b2", 'depends_on = "b1"\n' + TABLE.format("leaning"))
    write_revision(versions, "c1", ("b1", "b3"), "def upgrade():\n    pass\n\ndef downgrade():\n    pass")
    with driving(schema, file) as driver:
        heads: list[tuple[str, ...]] = [()]
        steps = upgrades(driver.history)

        def after(done: Done) -> bool:
            heads.append(driver.heads_after(done.step, heads[-1]))
            found = rows(file, "SELECT version_num FROM alembic_version ORDER BY 1")
            assert tuple(version for (version,) in found) == heads[-1]
            return True

        assert driver.walk(plan(steps, after)) == 5
        assert heads[-1] == ("c1",)
        for step, expected in zip(reversed(steps), reversed(heads[:-1]), strict=True):
            driver.walk(plan([Step(step.revision, "downgrade")]))
            found = rows(file, "SELECT version_num FROM alembic_version ORDER BY 1")
            assert tuple(version for (version,) in found) == expected


def test_a_revision_sees_no_state_of_an_earlier_run(make_schema: MakeSchema, file: Path) -> None:
    body = """
columns = [sa.Column("id", sa.Integer)]

def upgrade():
    op.create_table("t", *columns)

def downgrade():
    op.drop_table("t")
"""
    with driving(make_schema({"a1": body}), file) as driver:
        revision = driver.history.revisions[0]
        steps = [Step(revision, "upgrade"), Step(revision, "downgrade"), Step(revision, "upgrade")]
        assert driver.walk(plan(steps)) == 3


def test_env_that_migrates_nothing_is_an_error(make_schema: MakeSchema, file: Path) -> None:
    with pytest.raises(HistoryError, match="asked for no migrations"), driving(make_schema(TWO, env="x = 1"), file):
        pass


def test_what_the_server_refuses_is_passed_over_when_asked(make_schema: MakeSchema, file: Path) -> None:
    body = """
def upgrade():
    op.execute("CREATE TABLE one (id INTEGER)")
    op.execute("CREATE TABLE one (id INTEGER)")
    op.execute("CREATE TABLE two (id INTEGER)")
"""
    with driving(make_schema({"a1": body}), file) as driver, driver.tolerant() as refused:
        assert driver.walk(plan(upgrades(driver.history))) == 1
    assert {"one", "two", "alembic_version"} == tables(file)
    assert refused == ["table one already exists"]


def test_a_revision_without_a_downgrade_fails_there_and_says_so(make_schema: MakeSchema, file: Path) -> None:
    with driving(make_schema({"a1": "def upgrade():\n    pass"}), file) as driver:
        driver.walk(plan(upgrades(driver.history)))
        with pytest.raises(StepFailed, match=r"downgrade of a1 failed.*no downgrade\(\)") as failed:
            driver.walk(plan([Step(driver.history.revisions[0], "downgrade")]))
    assert failed.value.revision == "a1"


def test_a_revision_that_reads_the_environment_when_it_loads_gets_the_throwaway_url(
    make_schema: MakeSchema, file: Path
) -> None:
    body = 'import os\nURL = os.environ["APP_DATABASE_URL"]\nSECRET = os.environ["APP_SECRET"]\n' + TABLE.format("t")
    schema = replace(make_schema({"a1": body}), env={"APP_SECRET": "set"})
    with driving(schema, file, {"APP_DATABASE_URL": f"sqlite:///{file}"}) as driver:
        script = driver.history.script.get_revision("a1")
        assert f"sqlite:///{file}" == script.module.URL
    assert "APP_SECRET" not in os.environ


def test_an_env_that_migrates_only_when_it_is_behind_is_told_and_ends(make_schema: MakeSchema, file: Path) -> None:
    env = ENV.replace(
        "        context.run_migrations()",
        "        if context.get_context().get_current_revision() != 'b2':\n            context.run_migrations()",
    )
    with driving(make_schema(TWO, env=env), file) as driver:
        assert driver.walk(plan(upgrades(driver.history))) == 2
        with pytest.raises(StepFailed, match="asked for no migrations"):
            driver.walk(plan([Step(driver.history.revisions[1], "downgrade")]))


def test_passwords_are_masked_in_what_is_told_of_a_failure(make_schema: MakeSchema, file: Path) -> None:
    url = "postgresql://app:s3cret@db.internal/live"
    env = f"print('connecting to {url}')\nraise RuntimeError('cannot reach {url}')"
    with pytest.raises(StepFailed) as failed, driving(make_schema(TWO, env=env), file):
        pass
    assert "s3cret" not in failed.value.message + failed.value.output
    assert "app:***@db.internal" in failed.value.message


def test_a_failure_is_thrown_into_the_plan_which_goes_on(make_schema: MakeSchema, file: Path) -> None:
    bodies = {"a1": TABLE.format("first"), "b2": 'def upgrade():\n    op.execute("DROP TABLE missing")'}
    with driving(make_schema(bodies), file) as driver:
        first, second = upgrades(driver.history)

        def told() -> Plan[list[str]]:
            seen = [(yield first).step.direction]
            with pytest.raises(StepFailed, match="no such table"):
                yield second
            seen.append((yield Step(first.revision, "downgrade")).step.direction)
            return seen

        assert driver.walk(told()) == ["upgrade", "downgrade"]
    assert tables(file) == {"alembic_version"}


def test_what_a_plan_raises_is_no_failure_of_its_step(make_schema: MakeSchema, file: Path) -> None:
    with driving(make_schema(TWO), file) as driver:
        first, second = upgrades(driver.history)

        def broken() -> Plan[None]:
            yield first
            yield second
            raise StepFailed("the plan's own", revision="b2", direction="upgrade")

        with pytest.raises(StepFailed, match="the plan's own"):
            driver.walk(broken())
    assert tables(file) == {"alembic_version", "first", "second"}


def test_an_interrupted_plan_puts_back_what_it_changed_before_the_interrupt_goes_on(
    make_schema: MakeSchema, file: Path
) -> None:
    put_back = []
    with driving(make_schema({"a1": "def upgrade():\n    raise KeyboardInterrupt"}), file) as driver:

        def raised() -> Plan[None]:
            try:
                yield upgrades(driver.history)[0]
            finally:
                put_back.append("privilege")

        held = raised()  # as a traceback holds it
        with pytest.raises(KeyboardInterrupt):
            driver.walk(held)
        assert put_back == ["privilege"]


def test_env_that_asks_twice_gets_each_step_once(make_schema: MakeSchema, file: Path) -> None:
    twice = "        context.run_migrations()\n"
    schema = make_schema(TWO, env=ENV.replace(twice.rstrip(), twice + twice.rstrip()))
    with driving(schema, file) as driver:
        assert driver.walk(plan(upgrades(driver.history))) == 2
    assert rows(file, "SELECT version_num FROM alembic_version") == [("b2",)]
