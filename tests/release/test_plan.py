"""Which revisions a plan takes, how their statements are told apart, and what of a plan stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import engines, planning
from migkit.address import Address, veiled
from migkit.alembic_io import driver as drivers
from migkit.alembic_io.driver import Driver
from migkit.errors import ConfigError, HistoryError, TargetError
from migkit.model import Finding, Report, Revision, Schema, Severity
from migkit.model.rehearsal import Piece
from migkit.model.release import Plan, PlannedRevision, PlannedStatement, Precondition
from migkit.model.script import Function
from migkit.planning import sketches
from migkit.planning.drawing import drawn
from migkit.planning.pending import way
from migkit.reading import read
from migkit.render import renderer
from tests.conftest import MakeSchema, write_revision

MYSQL = engines.parse("mysql:9.7")
NOTHING = "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
CHAIN = {"a1": NOTHING, "b2": NOTHING, "c3": NOTHING}
HERE = Path("r1.py")


@contextmanager
def opened(schema: Schema) -> Iterator[Driver]:
    with drivers.opened(schema, url="sqlite:///never-used.db", address=Address(database="x"), environment={}) as driver:
        yield driver


def ids(driver: Driver, current: tuple[str, ...], direction: str, to: str) -> list[str]:
    return [one.id for one in way(driver, current, direction, to).revisions]  # type: ignore[arg-type]  # as it is typed


# --- which revisions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "direction", "to", "expected"),
    [
        ((), "upgrade", "", ["a1", "b2", "c3"]),
        (("a1",), "upgrade", "head", ["b2", "c3"]),
        (("a1",), "upgrade", "b2", ["b2"]),
        (("a1",), "upgrade", "+1", ["b2"]),
        (("c3",), "upgrade", "", []),
        (("c3",), "upgrade", "c3", []),
        (("c3",), "downgrade", "a1", ["c3", "b2"]),
        (("c3",), "downgrade", "-1", ["c3"]),
        (("c3",), "downgrade", "base", ["c3", "b2", "a1"]),
        (("b2",), "downgrade", "b2", []),
    ],
)
def test_the_way_of_a_line(
    make_schema: MakeSchema, current: tuple[str, ...], direction: str, to: str, expected: list[str]
) -> None:
    with opened(make_schema(CHAIN)) as driver:
        assert ids(driver, current, direction, to) == expected


def test_the_version_table_is_known_between_the_steps(make_schema: MakeSchema) -> None:
    with opened(make_schema(CHAIN)) as driver:
        assert way(driver, (), "upgrade", "").stands == ((), ("a1",), ("b2",), ("c3",))
        assert way(driver, ("c3",), "downgrade", "base").stands == (("c3",), ("b2",), ("a1",), ())


def test_a_way_down_leaves_the_other_branch(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": NOTHING, "b2": NOTHING})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "x2", "a1", NOTHING)
    write_revision(versions, "m3", ("b2", "x2"), NOTHING)
    with opened(schema) as driver:
        assert ids(driver, ("m3",), "downgrade", "x2") == ["m3"]
        assert way(driver, ("m3",), "downgrade", "x2").to == ("b2", "x2")
        assert set(ids(driver, ("m3",), "downgrade", "a1")) == {"m3", "b2", "x2"}
        assert ids(driver, ("b2",), "upgrade", "") == ["x2", "m3"]


@pytest.mark.parametrize(
    ("current", "direction", "to", "error", "said"),
    [
        (("zz",), "upgrade", "", TargetError, "stands at zz, which is not in this history"),
        (("c3",), "upgrade", "a1", ConfigError, "is applied already"),
        (("c3",), "upgrade", "-1", ConfigError, "leads the other way"),
        (("c3",), "upgrade", "nothing", HistoryError, "nothing"),
        (("c3",), "downgrade", "", ConfigError, "needs to be told where it goes"),
        (("a1",), "downgrade", "c3", ConfigError, "is not applied there"),
        (("a1",), "downgrade", "+1", ConfigError, "leads the other way"),
    ],
)
def test_a_way_that_is_none(
    make_schema: MakeSchema, current: tuple[str, ...], direction: str, to: str, error: type[Exception], said: str
) -> None:
    with opened(make_schema(CHAIN)) as driver, pytest.raises(error, match=said):
        ids(driver, current, direction, to)


def test_two_heads_have_no_way_up(make_schema: MakeSchema) -> None:
    schema = make_schema(CHAIN)
    write_revision(schema.directory / "migrations" / "versions", "x3", "b2", NOTHING)
    with opened(schema) as driver:
        with pytest.raises(HistoryError, match="2 heads: c3, x3"):
            ids(driver, ("a1",), "upgrade", "")
        assert ids(driver, ("a1",), "upgrade", "x3") == ["b2", "x3"]


# --- their statements -----------------------------------------------------------------------------------


def test_statements_are_counted_without_those_that_only_read() -> None:
    texts = [
        ("SET foreign_key_checks = 0", 1),
        ("UPDATE a SET b = 1;", 2),
        ("COMMIT", 3),
        ("BEGIN", 3),
        ("DROP TABLE a", 4),
    ]
    pieces = [
        Piece("CREATE TABLE alembic_version (version_num VARCHAR(32));\n\n", "r1"),
        Piece("hello; world", "r1", 1),
        Piece("\n", "r1", 1),
        *(Piece(f"{sql};\n\n", "r1", line) for sql, line in texts),
    ]
    found = sketches.printed(pieces, Function("upgrade"), "mysql")
    assert [(one.sql, one.line, one.number) for one in found] == [
        ("SET foreign_key_checks = 0", 1, 0),
        ("UPDATE a SET b = 1;", 2, 1),
        ("COMMIT", 3, 0),
        ("BEGIN", 3, 0),
        ("DROP TABLE a", 4, 2),
    ]


def test_a_guarded_operation_is_told_as_what_it_sends_where_it_is_due(make_schema: MakeSchema) -> None:
    body = """
from migkit import ops as guarded


def upgrade():
    guarded.add_column_if_missing("t", sa.Column("z", sa.String(10)))


def downgrade():
    guarded.drop_column_if_exists("t", "z")
"""
    schema = make_schema({"a1": body}, env=OFFLINE, engine="mysql:9.7", url="mysql+pymysql://u:p@127.0.0.1:9/x")
    with drivers.opened(
        schema, url="mysql+pymysql://u:p@127.0.0.1:9/x", address=Address("127.0.0.1", 9, "", "x"), environment={}
    ) as driver:
        (up,) = drawn(driver, way(driver, (), "upgrade", ""), "mysql")
        assert [one.sql for one in up.planned.statements] == ["ALTER TABLE t ADD COLUMN z VARCHAR(10)"]
        (down,) = drawn(driver, way(driver, ("a1",), "downgrade", "base"), "mysql")
        assert [one.sql for one in down.planned.statements] == ["ALTER TABLE t DROP COLUMN z"]


OFFLINE = """
from alembic import context

context.configure(url=context.config.get_main_option("sqlalchemy.url"), literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""
ASKING = """
def upgrade():
    if op.get_bind().execute(sa.text("SELECT 1")).scalar():
        op.drop_table("a")


def downgrade():
    pass
"""
PLAIN = "def upgrade():\n    op.execute('DROP TABLE b')\n\n\ndef downgrade():\n    pass\n"


def test_what_follows_a_revision_that_cannot_be_printed_is_printed(make_schema: MakeSchema) -> None:
    with opened(make_schema({"a1": PLAIN, "b2": ASKING, "c3": PLAIN, "d4": ASKING}, env=OFFLINE)) as driver:
        found = drawn(driver, way(driver, (), "upgrade", ""), "sqlite")
    assert [bool(one.planned.unknown) for one in found] == [False, True, False, True]
    assert [[each.sql for each in one.planned.statements] for one in found] == [
        ["DROP TABLE b"],
        ["-- op.drop_table: drop table a"],
        ["DROP TABLE b"],
        ["-- op.drop_table: drop table a"],
    ]
    assert found[1].planned.unknown == "it asks the database while it runs (line 10)"


def test_a_parameter_that_nobody_gave_a_value_is_said(make_schema: MakeSchema) -> None:
    body = "def upgrade():\n    op.execute('INSERT INTO a VALUES (:given)')\n\n\ndef downgrade():\n    pass\n"
    with opened(make_schema({"a1": body}, env=OFFLINE)) as driver:
        (one,) = drawn(driver, way(driver, (), "upgrade", ""), "sqlite")
    assert one.planned.unknown.endswith(":given has no value before it runs")


def test_env_py_that_prints_elsewhere_is_said(make_schema: MakeSchema) -> None:
    elsewhere = OFFLINE.replace("literal_binds=True", "literal_binds=True, output_buffer=__import__('io').StringIO()")
    with opened(make_schema({"a1": PLAIN}, env=elsewhere)) as driver:
        (one,) = drawn(driver, way(driver, (), "upgrade", ""), "sqlite")
    assert "env.py printed nothing of it" in one.planned.unknown
    assert [each.sql for each in one.planned.statements] == ["DROP TABLE b"]


def test_env_py_that_fails_is_done_without(make_schema: MakeSchema) -> None:
    with opened(make_schema({"a1": PLAIN, "b2": PLAIN}, env="raise RuntimeError('no settings here')")) as driver:
        found = drawn(driver, way(driver, (), "upgrade", ""), "sqlite")
    for one in found:
        assert [each.sql for each in one.planned.statements] == ["DROP TABLE b"]
        (note,) = one.planned.findings
        assert note.rule == "plan-without-env"
        assert "no settings here" in note.message


def test_a_loop_sends_from_one_line() -> None:
    loop = "    for name in ('a', 'b'):\n        op.execute(f'DROP TABLE {name}')\n"
    head = "from alembic import op\nrevision = 'r1'\ndown_revision = None\n\n\n"
    source = f"{head}def upgrade():\n{loop}".encode()
    function = read(HERE, source, "mysql").upgrade
    found = sketches.unrun(function)
    assert [(one.sql, one.line, one.number) for one in found] == [("DROP TABLE a", 8, 1), ("DROP TABLE b", 8, 2)]


# --- what stands in the way -----------------------------------------------------------------------------


def plan(*statements: PlannedStatement, unknown: str = "") -> Plan:
    revision = PlannedRevision(Revision("r1", "a title", HERE, ()), "upgrade", statements, "text", unknown)
    made = Plan("production", "db:3306/app", "upgrade", ("r0",), ("r1",), (revision,))
    return replace(made, digest=planning.digest(made))


def statement(**fields: object) -> PlannedStatement:
    return replace(PlannedStatement(1, "ALTER TABLE t ADD c INT", 9, "t", 10, 20), **fields)  # type: ignore[arg-type]  # as above


FAILS = Precondition(
    "nulls", "t", "SELECT 2", "2 rows of t hold NULL in c", ok=False, count=12, sample=("id=1", "id=2")
)
OPEN = Precondition("nulls", "t", "", "not asked whether rows of t hold NULL in c: r0 …")
HOLDS = Precondition("nulls", "t", "SELECT 0", "no rows of t hold NULL in c", ok=True, count=0)


def test_large_tables_that_are_blocked_are_refused_unless_they_are_allowed() -> None:
    found = planning.blocked(plan(statement(blocks="writes", rows=101)), 100, ())
    assert [(one.ok, one.message) for one in found] == [
        (False, "r1 statement 1: writes wait for t (about 101 rows) while it runs")
    ]
    assert "--allow-blocking t" in found[0].remedy
    assert [one.ok for one in planning.blocked(plan(statement(blocks="writes", rows=101)), 100, ("T",))] == [True]
    assert [one.ok for one in planning.blocked(plan(statement(blocks="all", rows=None)), 100, ())] == [False]
    for small in (statement(blocks="writes", rows=100), statement(rows=10**9), statement(blocks="all", table="")):
        assert [one.ok for one in planning.blocked(plan(small), 100, ())] == [True]


def test_rows_that_are_not_ready_are_refused_with_their_keys() -> None:
    found = planning.unmet(plan(statement(preconditions=(HOLDS, FAILS, OPEN))))
    assert [one.ok for one in found] == [True, False, None]
    assert found[0].message == "1 of 3 met"
    assert found[1].message == "r1 statement 1: 2 rows of t hold NULL in c (id=1; id=2; …)"
    assert (found[1].rule, found[1].remedy) == ("plan-nulls", "give those rows a value")
    assert [one.ok for one in planning.unmet(plan(statement()))] == [True]
    assert [one.ok for one in planning.unmet(plan(statement(preconditions=(OPEN,))))] == [None]


def test_the_digest_follows_what_decides_what_runs() -> None:
    made = plan(statement())
    assert plan(statement(rows=99, blocks="all", preconditions=(FAILS,))).digest == made.digest
    assert plan(statement(sql="ALTER TABLE t ADD d INT")).digest != made.digest
    assert plan(statement(), unknown="it asks").digest != made.digest
    seeded = [plan(statement(sql=f"INSERT INTO t VALUES ({value}, 'it''s {value}')")).digest for value in (1, 2)]
    assert seeded[0] == seeded[1]
    for other in (
        replace(made, current=("r9",)),
        replace(made, target="staging"),
        replace(made, direction="downgrade"),
    ):
        assert planning.digest(other) != made.digest


SECRET = "def upgrade():\n    op.execute(\"CREATE USER a IDENTIFIED BY 'S3cr3t!pw'\")\n\n\ndef downgrade():\n    pass\n"


def test_a_password_that_a_statement_sets_is_kept_in_mind_before_it_is_sent(make_schema: MakeSchema) -> None:
    with opened(make_schema({"a1": SECRET}, env=OFFLINE)) as driver:
        (one,) = drawn(driver, way(driver, (), "upgrade", ""), "sqlite")
    assert one.planned.statements[0].sql == "CREATE USER a IDENTIFIED BY 'S3cr3t!pw'"
    assert veiled("the server says: S3cr3t!pw is too short") == "the server says: *** is too short"


def test_a_plan_tells_no_password_and_its_digest_follows_it() -> None:
    made = [plan(statement(sql=f"CREATE USER a IDENTIFIED BY '{word}'")) for word in ("p1!", "p2!")]
    for one, word in zip(made, ("p1!", "p2!"), strict=True):
        assert planning.facts(one)["pending"][0]["statements"][0]["sql"] == "CREATE USER a IDENTIFIED BY '***'"
        assert word not in renderer("text").report(report(one))
        assert word not in renderer("json").report(report(one))
    assert made[0].digest != made[1].digest


# --- as text and JSON -----------------------------------------------------------------------------------


def report(made: Plan) -> Report:
    facts = {"target": "production", "direction": "upgrade", "current": ["r0"], **planning.facts(made)}
    return Report("plan", "app", facts=facts)


def test_text_shows_statements_sizes_and_rows() -> None:
    long = "CREATE TABLE t (\n" + "\n".join(f"  c{number} INT," for number in range(40)) + "\n)"
    told = renderer("text").report(
        report(
            plan(
                statement(blocks="all", bytes=5_000_000, preconditions=(FAILS, OPEN, HOLDS)),
                statement(number=2, sql=long),
            )
        )
    )
    for line in (
        "↑ r1  a title  2 statements\n",
        "   1  ALTER TABLE t ADD c INT\n      t: about 10 rows, 5 MB, reads and writes wait\n",
        "      ✗ 2 rows of t hold NULL in c\n          id=1\n          id=2\n          …\n          asked: SELECT 2\n",
        "      – not asked whether",  # noqa: RUF001  # a dash for what was not asked
        "      ✓ no rows of t hold NULL in c\n",
        "… 18 lines more: --format json has all\n",
    ):
        assert line in told, told


def test_text_of_a_value_that_cannot_be_converted_has_the_servers_words() -> None:
    tried = Precondition("unfit", "t", "SELECT 3", 'values of t.c cannot become INTEGER: invalid input "x"', ok=False)
    made = plan(statement(preconditions=(tried,)))
    told = renderer("text").report(report(made))
    assert '✗ values of t.c cannot become INTEGER: invalid input "x"\n          asked: SELECT 3\n' in told
    (check,) = planning.unmet(made)
    assert (check.rule, check.remedy) == ("plan-unfit", "correct those values")


def test_text_says_what_is_applied_already_and_puts_a_revisions_own_findings_above_its_statements() -> None:
    made = plan(statement(applied=True))
    note = Finding("hand-made-id", Severity.warning, "it is made by hand", "make it with mig.create", line=12)
    made = replace(made, revisions=(replace(made.revisions[0], findings=(note,)),))
    told = renderer("text").report(report(made))
    assert "      ✓ applied already, by an earlier run; it is not sent again\n" in told
    assert told.index("hand-made-id") < told.index("ALTER TABLE t ADD c INT")


def test_text_of_many_statements_keeps_those_that_matter() -> None:
    many = [statement(number=number) for number in range(1, 100)]
    told = renderer("text").report(report(plan(*many, statement(number=100, sql="DROP TABLE last", blocks="all"))))
    assert "… and 59 statements more: --format json has all" in told
    assert "DROP TABLE last" in told


def test_text_says_of_an_unknown_revision_that_it_is() -> None:
    told = renderer("text").report(report(plan(statement(), unknown="it asks the database while it runs")))
    assert "what it sends is not known: it asks the database while it runs; this is what its source tells" in told


def test_text_of_nothing() -> None:
    made = Plan("production", "db:3306/app", "upgrade", ("r1",), ("r1",), ())
    assert "nothing is pending" in renderer("text").report(report(made))
