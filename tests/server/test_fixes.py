"""Each fix of `mig.lint --fix`, proven on servers: what it writes goes up, down and up, and makes the same schema."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from migkit import config
from migkit.alembic_io.history import located
from migkit.catalog import connect
from migkit.check import Options, check
from migkit.diff import compare
from migkit.model import Policy, Project, Report, Schema, Server, Snapshot
from migkit.servers import databases
from tests.conftest import MakeSchema
from tests.lint.histories import ids, written
from tests.server.conftest import Serve, administrated
from tests.server.runs import eventually
from tests.server.test_rehearse import tried, words
from tests.server.test_roundtrip import MARIADB, MYSQL, POSTGRESQL, trip, verdicts

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[2]
POSTGRESQL_17 = "postgresql:17"
FIRST, SECOND = ids(2)


@dataclass(frozen=True)
class Case:
    """A revision that can be fixed, on one that makes a table; `bad` is what the round trip says before the fix.

    `asked` is a query with its answer after the fixed upgrade.
    """

    rule: str
    engines: tuple[str, ...]
    upgrade: str
    downgrade: str
    bad: str = "ok"
    asked: tuple[str, str] = ("", "")
    policy: str = "reported"


NOTES = """\
def upgrade():
    op.create_table_if_missing("notes", sa.Column("id", sa.Integer, primary_key=True), sa.Column("d", sa.String(40)))


def downgrade():
    op.drop_table_if_exists("notes")
"""
COLUMN = 'op.add_column("notes", sa.Column("e", sa.Integer))'
INSTANT = "ALTER TABLE notes ADD COLUMN e INT,\n            ALGORITHM=INSTANT,\n            LOCK=NONE\n    "
DAYS = """INSERT INTO notes (id, d) VALUES (1, '{\\"days\\":28}')"""
CASES = {
    "lock": Case(
        "instant-with-lock",
        (MYSQL,),
        f'op.execute("""\n        {INSTANT}""")',
        'op.execute("ALTER TABLE notes DROP COLUMN e, LOCK=SHARED, ALGORITHM=INSTANT")',
        "upgrade-fails",
    ),
    "colon": Case(
        "text-bind-colon",
        (MYSQL, MARIADB, POSTGRESQL),
        f'op.execute("{DAYS}")',
        """op.execute(sa.text(r"DELETE FROM notes WHERE d <> ' :none' AND id = 1"))""",
        "upgrade-fails",
        ("SELECT d FROM notes", '{"days":28}'),
    ),
    "index": Case(
        "pg-index-concurrently",
        (POSTGRESQL, POSTGRESQL_17),
        "op.create_index(\n        op.f('ix_d'),\n        'notes',\n        ['d'],\n        unique=True,\n    )",
        "op.drop_index(op.f('ix_d'), table_name='notes')",
    ),
    "index in sql": Case(
        "pg-index-concurrently",
        (POSTGRESQL, POSTGRESQL_17),
        'op.execute("""\n    CREATE INDEX ix_d\n        ON notes (lower(d)) WHERE d IS NOT NULL\n    """)',
        'op.execute("DROP INDEX ix_d")',
    ),
    "guarded index": Case(
        "pg-index-concurrently",
        (POSTGRESQL, POSTGRESQL_17),
        "op.create_index_if_missing('ix_d', 'notes', ['d'])",
        "op.drop_index_if_exists('ix_d', 'notes')",
    ),
    "block": Case(
        "pg-concurrently-in-transaction",
        (POSTGRESQL, POSTGRESQL_17),
        'op.execute("CREATE INDEX CONCURRENTLY ix_d ON notes (d)")',
        'op.drop_index("ix_d", "notes", postgresql_concurrently=True)',
        "upgrade-fails",
    ),
    "twins": Case(
        "multi-ddl-revision",
        (MYSQL, MARIADB),
        f"""\
{COLUMN}
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Integer(), index=True),
        sa.Column("name", sa.String(30), server_default="x", comment="it's"),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("length(name) > 0", name="told"),
    )
    op.create_index(op.f("ix_e"), "notes", ["e", "d"], mysql_length={{"d": 10}})
    op.create_unique_constraint("uq_d", table_name="notes", columns=["d"])
    op.create_foreign_key("fk_note", "tags", referent_table="notes", local_cols=["note"], remote_cols=["id"])""",
        """\
op.drop_constraint("fk_note", "tags", type_="foreignkey")
    op.drop_constraint(constraint_name="uq_d", table_name="notes", type_="unique")
    op.drop_index(op.f("ix_e"), table_name="notes")
    op.drop_table("tags")
    op.drop_column("notes", "e")""",
    ),
    "required": Case(
        "unguarded-ddl",
        (POSTGRESQL, POSTGRESQL_17),
        f"""\
{COLUMN}
    op.create_table("tags", sa.Column("id", sa.Uuid() if hasattr(sa, "Uuid") else sa.Text(), primary_key=True))
    op.create_check_constraint("told", "notes", "d <> ' %'")
    op.create_index("ix_e", "notes", ["e", sa.text("lower(d)")], postgresql_where=sa.text("e > 0"))""",
        """\
op.drop_index("ix_e", "notes", if_exists=True)
    op.drop_constraint("told", "notes")
    op.drop_table("tags")
    op.drop_column("notes", "e")""",
        policy="required",
    ),
    "name": Case("filename-and-id-differ", (MYSQL, POSTGRESQL), COLUMN, 'op.drop_column("notes", "e")'),
}
EACH = [pytest.param(one, engine, id=f"{name} {engine}") for name, one in CASES.items() for engine in one.engines]


@pytest.mark.parametrize(("case", "engine"), EACH)
def test_what_a_fix_writes_goes_up_down_and_up_and_makes_the_same(
    case: Case, engine: str, make_schema: MakeSchema, serve: Serve
) -> None:
    schema, server = history(make_schema, case, engine), serve(engine)
    before = trip(schema, server)
    assert verdicts(before) == {FIRST: "ok", SECOND: case.bad}, [one.message for one in before.findings]
    wanted = catalogue(schema, server) if case.bad == "ok" else None
    assert case.rule in rules(linted(schema))
    report = linted(schema, fix=True)
    assert [case.rule] == [rule for one in report.facts["fixes"] for rule in one["rules"]][:1]
    assert case.rule not in rules(report)
    after = trip(schema, server)
    assert verdicts(after) == {FIRST: "ok", SECOND: "ok"}, [one.message for one in after.findings]
    made = catalogue(schema, server, case.asked)
    assert wanted is None or compare(wanted, made) == ()
    assert linted(schema, fix=True).facts["fixes"] == []


@pytest.mark.parametrize(("name", "engine"), [("twins", MYSQL), ("twins", MARIADB), ("required", POSTGRESQL)])
def test_guarded_twins_can_be_run_again_where_the_operations_could_not(
    name: str, engine: str, make_schema: MakeSchema, serve: Serve
) -> None:
    schema = history(make_schema, CASES[name], engine)
    assert words(tried(schema, serve, engine, "idempotent"), "idempotent")[SECOND] == "fails"
    linted(schema, fix=True)
    assert words(tried(schema, serve, engine, "idempotent"), "idempotent")[SECOND] == "ok"


@pytest.mark.parametrize("name", ["index", "guarded index"])
def test_writers_go_on_while_a_fixed_index_waits(name: str, make_schema: MakeSchema, serve: Serve) -> None:
    schema, server = history(make_schema, CASES[name], POSTGRESQL), serve(POSTGRESQL)
    assert not written_meanwhile(schema, server)
    linted(schema, fix=True)
    assert written_meanwhile(schema, server)


@pytest.mark.parametrize(("name", "engine"), [("asterisk", MYSQL), ("asterisk", MARIADB), ("omni", POSTGRESQL)])
def test_a_whole_history_with_guards_makes_the_same_and_its_fixed_revisions_can_be_run_again(
    name: str, engine: str, tmp_path: Path, serve: Serve
) -> None:
    schema, server = copied(config.load(ROOT).schemas[name], tmp_path), serve(engine)
    before, wanted = verdicts(trip(schema, server)), catalogue(schema, server)
    fixed = {one["path"].split("/")[-1].split("_")[0] for one in linted(schema, fix=True).facts["fixes"]}
    assert fixed
    assert verdicts(trip(schema, server)) == before
    assert compare(wanted, catalogue(schema, server)) == ()
    again = words(tried(schema, serve, engine, "idempotent"), "idempotent")
    assert {ident: again[ident] for ident in fixed} == dict.fromkeys(fixed, "ok")


def copied(schema: Schema, folder: Path) -> Schema:
    """Copy a history to where it may be edited; every statement in it is to be guarded."""
    shutil.copytree(schema.directory, folder / "copy")
    made = replace(schema, directory=folder / "copy", ini=folder / "copy" / schema.ini.name, style="ops")
    return replace(made, idempotent=Policy("required"), baseline=None, engines=(schema.engine,))


def history(make_schema: MakeSchema, case: Case, engine: str) -> Schema:
    """Write the two revisions; the file of the one that is fixed for its name is named after another."""
    url = "postgresql://" if engine.startswith("postgresql") else "mysql+pymysql://"
    schema = make_schema({}, url=url, engine=engine, style="ops", idempotent=Policy(case.policy))
    body = f"def upgrade():\n    {case.upgrade}\n\n\ndef downgrade():\n    {case.downgrade}\n"
    found = written(schema.directory / "migrations", [f"import migkit.ops  # noqa: F401\n\n\n{NOTES}", body])
    if case.rule == "filename-and-id-differ":
        path = found.folder / f"{SECOND}_change_number_2.py"
        path.rename(path.with_name("0d1f2b3c4d5e_change_number_2.py"))
    return schema


def linted(schema: Schema, *, fix: bool = False) -> Report:
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    return check(project, schema, Options(fix=fix, use_cache=False))


def rules(report: Report) -> set[str]:
    return {one.rule for one in report.findings if one.revision == SECOND}


def catalogue(schema: Schema, server: Server, asked: tuple[str, str] = ("", "")) -> Snapshot:
    """Give the schema that the history makes; `asked` is answered there."""
    with databases.throwaway(server, schema.server) as database, pytest.MonkeyPatch.context() as patched:
        url = databases.url(administrated(database))  # who makes a view stands in its definition
        if schema.url_env:
            patched.setenv(schema.url_env, url)
        command.upgrade(alembic(schema, url), "head")
        if asked[0]:
            with connected(url) as connection:
                assert connection.exec_driver_sql(asked[0]).scalar() == asked[1]
        with connect(administrated(database)) as (catalog, _keeper):
            return catalog.snapshot(("alembic_version",))


def written_meanwhile(schema: Schema, server: Server) -> bool:
    """Whether a row can be written while the second upgrade waits for a transaction that began before it."""
    with databases.throwaway(server) as database:
        url = databases.url(database)
        command.upgrade(alembic(schema, url), FIRST)
        with connected(url) as older, connected(url) as writer, older.begin():
            older.exec_driver_sql("INSERT INTO notes (id) VALUES (1)")
            upgrade = threading.Thread(target=command.upgrade, args=(alembic(schema, url), "head"))
            upgrade.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            assert eventually(lambda: bool(writer.exec_driver_sql(waiting).scalar()))
            went_on = inserted(writer)
        upgrade.join(60)
        assert not upgrade.is_alive()
        return went_on


def inserted(writer: Any) -> bool:
    writer.exec_driver_sql("SET lock_timeout = '500ms'")
    try:
        writer.exec_driver_sql("INSERT INTO notes (id) VALUES (2)")
    except sa.exc.OperationalError:
        return False
    return True


@contextmanager
def connected(url: str) -> Iterator[Any]:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def alembic(schema: Schema, url: str) -> Config:
    made = Config(Path(located(schema, sample=True).ini))
    place = made.get_main_option("script_location") or "migrations"
    made.set_main_option("script_location", str(schema.directory / place))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made
