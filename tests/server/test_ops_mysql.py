"""Guarded operations on MySQL and MariaDB: made, found, found with another shape, twice, undone; scripts; crashes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest
import sqlalchemy as sa

from migkit.catalog import MARKS
from migkit.catalog.mysql_keeper import MySQLKeeper
from migkit.model import Snapshot
from migkit.ops import NotGuarded, ShapeDiffers
from migkit.ops.mysql_script import MARKS_TABLE
from migkit.servers import databases
from tests.guarded import Case, History
from tests.server.conftest import MYSQL_FAMILY, Serve
from tests.server.mysql_bench import Bench, made

pytestmark = pytest.mark.server
CALLS = (
    "CREATE TABLE calls (id BIGINT NOT NULL, status VARCHAR(16) DEFAULT 'new', note TEXT, mood ENUM('sad','happy'),"
    " agent_id BIGINT, total INT, PRIMARY KEY (id))"
)
SAT = (
    "CREATE TABLE sat (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL, b BIGINT, PRIMARY KEY (id),"
    " UNIQUE KEY uq_sat (a), CONSTRAINT fk_sat FOREIGN KEY (b) REFERENCES agents (id), KEY ix_sat_b (b)) COMMENT 'c'"
)
BASE = (
    "CREATE TABLE agents (id BIGINT PRIMARY KEY, region VARCHAR(20))",
    "CREATE TABLE `Weird %s :x` (`order` INT, `a``b` VARCHAR(20))",
    CALLS,
    "CREATE TABLE days (id INT NOT NULL, at DATE, PRIMARY KEY (id)) PARTITION BY HASH (id) PARTITIONS 2",
)


TABLE = '''op.create_table_if_missing("legs", """CREATE TABLE IF NOT EXISTS legs (
    id bigint NOT NULL AUTO_INCREMENT, name varchar(40) NOT NULL DEFAULT 'a:b 5%' COMMENT 'it''s; so', call_id bigint,
    PRIMARY KEY (id), UNIQUE KEY uq_legs (name), KEY ix_legs (name(5)),
    CONSTRAINT fk_legs FOREIGN KEY (call_id) REFERENCES calls (id) ON DELETE SET NULL ON UPDATE NO ACTION,
    CONSTRAINT ck_legs CHECK (name <> 'x')
) ENGINE=InnoDB COMMENT='the :legs'"""{})'''
TABLE_SQL = (
    "CREATE TABLE legs (id BIGINT NOT NULL AUTO_INCREMENT, name VARCHAR(40) NOT NULL DEFAULT 'a:b 5%'"
    " COMMENT 'it''s; so', call_id BIGINT {}, PRIMARY KEY (id), UNIQUE KEY uq_legs (name), KEY ix_legs (name(5)),"
    " CONSTRAINT fk_legs FOREIGN KEY (call_id) REFERENCES calls (id) ON DELETE SET NULL,"
    " CONSTRAINT ck_legs CHECK (name <> 'x')) ENGINE=InnoDB COMMENT='the :legs'"
)
CASES = {
    "column": Case(
        """op.add_column_if_missing("calls", "text", "varchar(32) DEFAULT 'a:b 100%' NOT NULL", after="status"{})""",
        """op.drop_column_if_exists("calls", "text")""",
        ("ALTER TABLE calls ADD `text` varchar(32) NOT NULL DEFAULT 'a:b 100%'",),
        ("ALTER TABLE calls ADD `text` varchar(16) AFTER status",),
    ),
    "sqlalchemy's column": Case(
        """op.add_column_if_missing(
            "calls", sa.Column("n", sa.Integer(), server_default="5", comment="it's :n 5%"){})""",
        """op.drop_column_if_exists("calls", "n")""",
        ("ALTER TABLE calls ADD n INT DEFAULT 5 COMMENT 'it''s :n 5%'",),
        ("ALTER TABLE calls ADD n INT DEFAULT 5",),
    ),
    "generated": Case(
        """op.add_column_if_missing("calls", "big", "VARCHAR(16) GENERATED ALWAYS AS (UPPER(status)) STORED"{})""",
        """op.drop_column_if_exists("calls", "big")""",
        ("ALTER TABLE calls ADD big VARCHAR(16) AS (UPPER(status)) STORED",),
    ),
    "unique column": Case(
        """op.add_column_if_missing("calls", "code", "INT UNIQUE COMMENT 'PRIMARY KEY'"{})""",
        """op.drop_column_if_exists("calls", "code")""",
        ("ALTER TABLE calls ADD code INT UNIQUE COMMENT 'PRIMARY KEY'",),
        ("ALTER TABLE calls ADD code BIGINT",),
    ),
    "collation": Case(
        """op.add_column_if_missing("calls", "word", "VARCHAR(20) COLLATE utf8mb4_bin"{})""",
        """op.drop_column_if_exists("calls", "word")""",
        ("ALTER TABLE calls ADD word VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",),
        ("ALTER TABLE calls ADD word VARCHAR(20)",),
    ),
    "column of a partitioned table": Case(
        """op.add_column_if_missing("days", "n", "INT NOT NULL"{})""",
        """op.drop_column_if_exists("days", "n")""",
        ("ALTER TABLE days ADD n INT NOT NULL",),
        ("ALTER TABLE days ADD n INT",),
    ),
    "weird names": Case(
        """op.add_column_if_missing("Weird %s :x", "x y %(z)s", "INT"{})""",
        """op.drop_column_if_exists("Weird %s :x", "x y %(z)s")""",
        ("ALTER TABLE `Weird %s :x` ADD `x y %(z)s` INT",),
        ("ALTER TABLE `Weird %s :x` ADD `x y %(z)s` BIGINT",),
    ),
    "enum value": Case(
        """op.add_enum_value_if_missing("mood", "it's", after="sad", table="calls")""",
        """op.drop_enum_value_if_exists("mood", "it's", table="calls")""",
        ("ALTER TABLE calls MODIFY mood ENUM('sad','it''s','happy')",),
    ),
    "index": Case(
        """op.create_index_if_missing("ix", "calls", ["status", sa.text("agent_id DESC")]{})""",
        """op.drop_index_if_exists("ix", "calls")""",
        ("CREATE INDEX ix ON calls (status, agent_id DESC) USING BTREE",),
        ("CREATE UNIQUE INDEX ix ON calls (status, agent_id DESC)",),
    ),
    "prefix index": Case(
        """op.create_index_if_missing("ix", "calls", ["note"], unique=True, mysql_length={{"note": 12}}{})""",
        """op.drop_index_if_exists("ix", "calls")""",
        ("CREATE UNIQUE INDEX ix ON calls (note(12))",),
        ("CREATE UNIQUE INDEX ix ON calls (note(11))",),
    ),
    "fulltext index": Case(
        """op.create_index_if_missing("ft", "calls", definition="FULLTEXT KEY (`note`)"{})""",
        """op.drop_index_if_exists("ft", "calls")""",
        ("CREATE FULLTEXT INDEX ft ON calls (note)",),
        ("CREATE INDEX ft ON calls (status)",),
    ),
    "unique": Case(
        """op.create_unique_constraint_if_missing("uq", "calls", ["status", "agent_id"]{})""",
        """op.drop_constraint_if_exists("uq", "calls", "unique")""",
        ("ALTER TABLE calls ADD UNIQUE KEY uq (status, agent_id)",),
        ("ALTER TABLE calls ADD UNIQUE KEY uq (agent_id, status)",),
    ),
    "check": Case(
        """op.create_check_constraint_if_missing("ck", "calls", "status <> 'a:b 5%'"{})""",
        """op.drop_constraint_if_exists("ck", "calls", "check")""",
        ("ALTER TABLE calls ADD CONSTRAINT ck CHECK (status <> 'a:b 5%')",),
        ("ALTER TABLE calls ADD CONSTRAINT ck CHECK (status <> 'a')",),
    ),
    "foreign key": Case(
        """op.create_foreign_key_if_missing("fk", "calls", "agents", ["agent_id"], ["id"], ondelete="CASCADE"{})""",
        """op.drop_constraint_if_exists("fk", "calls", "foreignkey")\nop.drop_index_if_exists("fk", "calls")""",
        ("ALTER TABLE calls ADD CONSTRAINT fk FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE",),
        ("ALTER TABLE calls ADD CONSTRAINT fk FOREIGN KEY (agent_id) REFERENCES agents (id)",),
    ),
    "table": Case(
        TABLE,
        """op.drop_table_if_exists("legs")""",
        (TABLE_SQL.format(""),),
        (TABLE_SQL.format(", more INT"),),
    ),
    "sqlalchemy's table": Case(
        """op.create_table_if_missing(
            "sat", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String(20), nullable=False),
            sa.Column("b", sa.BigInteger, index=True), sa.UniqueConstraint("a", name="uq_sat"),
            sa.ForeignKeyConstraint(["b"], ["agents.id"], name="fk_sat"), comment="c"{})""",
        """op.drop_table_if_exists("sat")""",
        (SAT,),
    ),
    "alter": Case(
        """op.alter_column_to("calls", "note", "TEXT NOT NULL COMMENT 'x'", after="total")""",
        """op.alter_column_to("calls", "note", "TEXT", after="status")""",
        ("ALTER TABLE calls MODIFY note TEXT NOT NULL COMMENT 'x' AFTER total",),
    ),
    "drop column": Case(
        """op.drop_column_if_exists("calls", "total")""",
        """op.add_column_if_missing("calls", "total", "INT")""",
        ("ALTER TABLE calls DROP total",),
    ),
    "drop table": Case(
        """op.drop_table_if_exists("agents")""",
        """op.create_table_if_missing("agents", "CREATE TABLE agents (id BIGINT PRIMARY KEY, region VARCHAR(20))")""",
        ("DROP TABLE agents",),
    ),
    "rename column": Case(
        """op.rename_column_if_exists("calls", "status", "state")""",
        """op.rename_column_if_exists("calls", "state", "status")""",
        ("ALTER TABLE calls RENAME COLUMN status TO state",),
    ),
    "rename table": Case(
        """op.rename_table_if_exists("days", "dates")""",
        """op.rename_table_if_exists("dates", "days")""",
        ("RENAME TABLE days TO dates",),
    ),
}  # fmt: skip
DIFFERENT = [name for name, case in CASES.items() if case.other]
REST = ["drop table", "alter", "rename column", "prefix index", "rename table"]
MANY = [name for name in CASES if name not in REST]


class Side:
    """A database with the base schema, a history for it, and what stands in it."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        self.history = History(folder, databases.url(bench.database))
        self.empty()

    def empty(self) -> None:
        """Bring back the base schema, no more."""
        tables = self.bench.ask("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
        drops = [f"DROP TABLE `{name}`" for (name,) in tables]
        self.bench.run("SET foreign_key_checks = 0", *drops, "SET foreign_key_checks = 1", *BASE)

    def sees(self) -> Snapshot:
        """Read the catalogue, Alembic's own table aside."""
        return self.bench.catalog.snapshot(("alembic_version",))

    def client(self, script: str) -> None:
        """Apply a script as a person would; what the client says of an error is raised."""
        server = self.bench.database.server
        program = "mariadb" if self.bench.mariadb else "mysql"
        told = (program, f"--user={server.user}", f"--password={server.password}", self.bench.database.name)
        done = subprocess.run(
            ("docker", "exec", "-i", server.handle, *told),
            input=script.encode(), capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stderr.decode())


@pytest.fixture(params=MYSQL_FAMILY, scope="module")
def shared(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Bench]:
    with made(serve(request.param)) as it:
        yield it


@pytest.fixture
def side(shared: Bench, tmp_path: Path) -> Side:
    return Side(shared, tmp_path / "history")


def ends(text: str, more: str = "") -> str:
    """Fill in further arguments of a call."""
    return text.format(more) if "{}" in text else text


def written(side: Side, names: Sequence[str]) -> list[Case]:
    """Write a revision of the cases' operations, and give the cases."""
    chosen = [CASES[name] for name in names]
    downs = "\n".join(case.down for case in reversed(chosen))
    side.history.add("a1", "\n".join(ends(case.up) for case in chosen), downs)
    return chosen


@pytest.mark.parametrize("names", [MANY, REST], ids=["many", "rest"])
def test_what_is_not_there_is_made_once_and_undone(names: Sequence[str], side: Side) -> None:
    before = side.sees()
    written(side, names)
    side.history.up()
    done, marks = side.sees(), side.history.marks()
    assert {state for _, _, state in marks} <= {"made", "dropped"}
    side.history.stamp("base")
    side.history.up()
    assert (side.sees(), side.history.marks()) == (done, marks)
    side.history.down("base")
    assert side.sees() == before
    side.history.up()
    assert side.sees() == done


@pytest.mark.parametrize("names", [MANY, REST], ids=["many", "rest"])
def test_what_was_there_stays_when_it_is_undone(names: Sequence[str], side: Side) -> None:
    side.bench.run(*(sql for name in names for sql in CASES[name].same))
    before = side.sees()
    written(side, names)
    side.history.up()
    assert side.sees() == before
    assert {state for _, _, state in side.history.marks()} <= {"found", "absent"}
    side.history.down("base")
    assert side.sees() == before


def otherwise(name: str, side: Side) -> tuple[Case, Snapshot, Snapshot]:
    """Let somebody else have made another thing of the name; give what the case makes alone, and what stands."""
    case = CASES[name]
    side.history.add("a1", ends(case.up), case.down)
    side.history.up()
    done = side.sees()
    side.empty()
    side.bench.run(*case.other)
    return case, done, side.sees()


@pytest.mark.parametrize("name", DIFFERENT)
def test_another_shape_is_said_with_both_or_mended(name: str, side: Side) -> None:
    case, done, before = otherwise(name, side)
    with pytest.raises(ShapeDiffers, match=r"is there as \[.+\], wanted is \[.+\]; look"):
        side.history.up()
    assert side.sees() == before
    side.history.write("a1", None, ends(case.up, ", replace=True"), case.down)
    side.history.up()
    assert side.sees() == done


def test_a_script_does_the_same_on_each_database_and_twice(side: Side) -> None:
    before = side.sees()
    chosen = written(side, MANY)
    side.history.up()
    done, marks = side.sees(), side.history.marks()
    side.empty()
    up, down = side.history.script(), side.history.script("a1:base", down=True)
    for _ in range(2):
        side.client(up)
        assert (side.sees(), side.history.marks()) == (done, marks)
        side.bench.run("DROP TABLE alembic_version")
    side.bench.run("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    side.client(down)
    assert side.sees() == before
    side.empty()
    side.bench.run(*(sql for case in chosen for sql in case.same))
    there = side.sees()
    side.client(up)
    assert side.sees() == there
    side.client(down)
    assert side.sees() == there


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_script_says_that_another_shape_is_there_or_mends_it(name: str, side: Side) -> None:
    case, done, before = otherwise(name, side)
    with pytest.raises(AssertionError, match=r"ShapeDiffers: .+ is there as \[.+\], wanted is \[.+\]"):
        side.client(side.history.script())
    assert side.sees() == before
    side.bench.run("DROP TABLE alembic_version")
    side.history.write("a1", None, ends(case.up, ", replace=True"), case.down)
    side.client(side.history.script())
    assert side.sees() == done


@pytest.mark.parametrize("offline", [False, True])
def test_a_key_that_is_written_at_a_column_is_compared_with_it(offline: bool, side: Side) -> None:
    side.history.add("a1", """op.add_column_if_missing("calls", "boss", "BIGINT UNIQUE REFERENCES agents (id)")""")

    def up() -> None:
        side.client(side.history.script()) if offline else side.history.up()

    up()
    done = side.sees()
    side.bench.run("DROP TABLE alembic_version")
    up()
    assert side.sees() == done
    for other in ("ALTER TABLE calls DROP FOREIGN KEY calls_ibfk_1", "ALTER TABLE calls DROP INDEX boss"):
        side.bench.run("DROP TABLE IF EXISTS alembic_version", other)
        with pytest.raises((ShapeDiffers, AssertionError), match=r"ShapeDiffers: column calls\.boss is there as"):
            up()


@pytest.mark.parametrize("offline", [False, True])
def test_what_was_made_anew_is_dropped_again_and_the_old_one_made(offline: bool, side: Side) -> None:
    side.bench.run("CREATE INDEX ix ON calls (status)")
    before = side.sees()
    down = CASES["index"].down + '\nop.create_index_if_missing("ix", "calls", ["status"])'
    side.history.add("a1", ends(CASES["index"].up, ", replace=True"), down)
    side.client(side.history.script()) if offline else side.history.up()
    assert side.sees() != before
    side.client(side.history.script("a1:base", down=True)) if offline else side.history.down("base")
    assert side.sees() == before


UP = """
op.create_table_if_missing("legs", "CREATE TABLE legs (id INT PRIMARY KEY, mood ENUM('a','b'))")
op.add_column_if_missing("calls", "n", "INT NOT NULL")
op.add_enum_value_if_missing("mood", "c", table="legs")
op.alter_column_to("calls", "n", "BIGINT NOT NULL")
op.add_column_if_missing("calls", "status", "VARCHAR(16) DEFAULT 'new'")
op.drop_column_if_exists("calls", "total")
op.rename_column_if_exists("agents", "region", "place")
"""
DOWN = """
op.rename_column_if_exists("agents", "place", "region")
op.add_column_if_missing("calls", "total", "INT")
op.drop_column_if_exists("calls", "status")
op.drop_column_if_exists("calls", "n")
op.drop_table_if_exists("legs")
"""


CHANGES = ("CREATE TABLE", "ALTER", "DROP TABLE", "DROP INDEX", "INSERT", "UPDATE")  # the others leave what stands


class Cut:
    """Cuts the connection of a migration after so many of the statements that change something, as a crash would."""

    def __init__(self, side: Side, after: int) -> None:
        self.side, self.left = side, after

    def __enter__(self) -> Self:
        sa.event.listen(sa.engine.Engine, "after_cursor_execute", self.count)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.engine.Engine, "after_cursor_execute", self.count)

    def count(self, connection: sa.engine.Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(CHANGES):
            self.left -= 1
        if self.left == 0:
            self.left = -1
            self.side.bench.run(f"KILL {connection.connection.dbapi_connection.thread_id()}")


def cut(side: Side, after: int, direction: str) -> bool:
    """Take a step with the connection cut; give whether it was."""
    try:
        with Cut(side, after):
            side.history.up() if direction == "up" else side.history.down("base")
    except sa.exc.DBAPIError:
        return True
    return False


def test_a_crash_after_any_statement_and_a_retry_end_as_if_there_had_been_none(side: Side) -> None:
    before = side.sees()
    side.history.add("a1", UP, DOWN)
    side.history.up()
    done, marks = side.sees(), side.history.marks()
    side.history.down("base")
    assert side.sees() == before
    after = 1
    while cut(side, after, "up"):
        side.history.up()
        assert (side.sees(), side.history.marks()) == (done, marks), after
        cut(side, after, "down")
        side.history.down("base")
        assert side.sees() == before, after
        after += 1
        side.empty()
    assert after > len(UP.split("op.")), "each operation was cut at least once"


def test_several_operations_on_one_object_may_run_twice(side: Side) -> None:
    more = """
op.add_column_if_missing("legs", "m", "INT", after="id")
op.add_column_if_missing("legs", "o", "INT", after="id")
op.create_table_if_missing("kin", "CREATE TABLE kin (id INT PRIMARY KEY, a INT, CONSTRAINT c CHECK (id > 1), KEY k (a),"
    " CONSTRAINT fk_kin FOREIGN KEY (a) REFERENCES kin (id))")
op.rename_column_if_exists("kin", "a", "b")
"""
    side.history.add("a1", UP + more, DOWN)
    side.history.up()
    done, marks = side.sees(), side.history.marks()
    side.history.stamp("base")
    side.history.up()
    assert (side.sees(), side.history.marks()) == (done, marks)
    side.bench.run("DROP TABLE alembic_version")
    side.client(side.history.script())
    assert (side.sees(), side.history.marks()) == (done, marks)


def test_nothing_is_committed_to_compare(side: Side) -> None:
    """A row that a revision wrote before a guard that finds its object goes with the transaction."""
    side.bench.run(*CASES["column"].same)
    body = f"op.execute(\"INSERT INTO agents VALUES (1, 'x')\")\n{ends(CASES['column'].up)}\nraise ZeroDivisionError"
    side.bench.run(MARKS_TABLE)  # to make it would commit
    side.history.add("a1", body)
    with pytest.raises(ZeroDivisionError):
        side.history.up()
    assert side.history.rows("SELECT * FROM agents") == []


def test_gtids_and_a_login_without_temporary_tables_are_no_obstacle(side: Side) -> None:
    bench = side.bench
    database, user = bench.database.name.replace("_", "\\_"), bench.database.user
    if not bench.mariadb:
        assert bench.ask("SELECT @@enforce_gtid_consistency") == [("ON",)]
    bench.run(
        *CASES["column"].same,
        f"REVOKE ALL ON `{database}`.* FROM `{user}`",
        f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX ON `{database}`.* TO `{user}`",
    )
    before = side.sees()
    side.history.add("a1", ends(CASES["column"].up), CASES["column"].down)
    try:
        side.history.up()
    finally:
        bench.run(f"GRANT ALL ON `{database}`.* TO `{user}`")
    assert side.sees() == before


def test_old_defaults_of_zero_dates_are_no_obstacle(side: Side) -> None:
    side.bench.run(
        "SET SESSION sql_mode = ''", "ALTER TABLE calls ADD old DATE DEFAULT '0000-00-00'", *CASES["column"].same,
        "SET SESSION sql_mode = @@GLOBAL.sql_mode",
    )  # fmt: skip
    before = side.sees()
    side.history.add("a1", ends(CASES["column"].up), CASES["column"].down)
    side.history.up()
    side.history.down("base")
    side.bench.run("DROP TABLE alembic_version")
    side.client(side.history.script())
    assert side.sees() == before


ODD = ("a\\b's", "x`y", "%s %(a)s c:d :e", "a\nb; -- z", "/*!x*/#ü€")


def odd(name: str) -> tuple[str, str]:
    """Give operations and their inverses on a table whose names, values and texts are all odd."""
    table, two, three = (repr(f"{sign}{name}") for sign in "T23")
    row = f"[{{'id': 1, {name!r}: {name!r}}}], key=['id', {name!r}]"
    text = f"sa.Column({name!r}, sa.String(20), server_default={name!r}, comment={name!r})"
    literal = "'" + name.replace("\\", "\\\\").replace("'", "''") + "'"
    enum = f"ENUM({literal}, 'b') DEFAULT {literal}"
    up = f"""
op.create_table_if_missing({table}, sa.Column("id", sa.Integer, primary_key=True), {text}, sa.Column("p", sa.Integer))
op.add_column_if_missing({table}, {two}, {enum!r})
op.create_index_if_missing({f"i{name}"!r}, {table}, [{name!r}])
op.create_unique_constraint_if_missing({f"u{name}"!r}, {table}, [{name!r}, {two}])
op.create_foreign_key_if_missing({f"f{name}"!r}, {table}, {table}, ["p"], ["id"])
op.insert_if_missing({table}, {row})
op.add_enum_value_if_missing({two}, {f"new{name}"!r}, after={name!r}, table={table})
op.rename_column_if_exists({table}, "p", {three})
"""
    down = f"""
op.rename_column_if_exists({table}, {three}, "p")
op.drop_enum_value_if_exists({two}, {f"new{name}"!r}, table={table})
op.delete_inserted({table}, {row})
op.drop_constraint_if_exists({f"f{name}"!r}, {table}, "foreignkey")
op.drop_constraint_if_exists({f"u{name}"!r}, {table}, "unique")
op.drop_index_if_exists({f"i{name}"!r}, {table})
op.drop_column_if_exists({table}, {two})
op.drop_table_if_exists({table})
"""
    return up, down


def test_names_and_texts_that_would_break_out_of_the_sql(side: Side) -> None:
    before = side.sees()
    ups, downs = zip(*map(odd, ODD), strict=True)
    side.history.add("a1", "".join(ups), "".join(downs))
    side.history.up()
    done, marks, rows = side.sees(), side.history.marks(), side.bench.catalog.checksums(("alembic_version",))
    assert {state for _, _, state in marks} == {"made"}
    for offline in (False, True, True):
        if offline:
            side.bench.run("DROP TABLE alembic_version")
            side.client(side.history.script())
        else:
            side.history.stamp("base")
            side.history.up()
        assert (side.sees(), side.history.marks()) == (done, marks)
        assert side.bench.catalog.checksums(("alembic_version",)) == rows
    side.history.down("base")
    assert side.sees() == before
    side.bench.run("DROP TABLE alembic_version")
    side.client(side.history.script())
    assert (side.sees(), side.history.marks()) == (done, marks)
    side.client(side.history.script("a1:base", down=True))
    assert side.sees() == before


def test_rows_are_inserted_by_key_and_only_these_are_deleted(side: Side) -> None:
    rows = """[{'id': 1, 'region': "it's :a 5% \\\\ é"}, {'id': 2, 'region': None},
        {'id': 3, 'region': sa.text("upper('x')")}]"""
    inserted = f"op.insert_if_missing('agents', {rows}, key='id')"
    side.history.add("a1", inserted, f"op.delete_inserted('agents', {rows}, key='id')")
    side.bench.run("INSERT INTO agents VALUES (2, 'theirs')")
    told, wanted = "SELECT id, region FROM agents", [(1, "it's :a 5% \\ é"), (2, "theirs"), (3, "X")]
    for _ in range(2):
        side.history.up()
        assert side.history.rows(told) == wanted
        side.history.stamp("base")
    side.history.stamp("a1")
    side.history.down("base")
    assert side.history.rows(told) == [(2, "theirs")]
    side.bench.run("DROP TABLE alembic_version")
    side.client(side.history.script())
    assert side.history.rows(told) == wanted
    side.client(side.history.script("a1:base", down=True))
    assert side.history.rows(told) == [(2, "theirs")]


def test_rows_whose_table_an_earlier_attempt_has_dropped_are_no_obstacle(side: Side) -> None:
    before, rows = side.sees(), "[{'id': 1}, {'id': 2}]"
    side.history.add(
        "a1",
        f"""
        op.create_table_if_missing("seeds", "CREATE TABLE seeds (id INT PRIMARY KEY)")
        op.insert_if_missing("seeds", {rows}, key="id")
        """,
        f"""
        op.delete_inserted("seeds", {rows}, key="id")
        op.drop_table_if_exists("seeds")
        """,
    )
    for _ in range(2):
        side.history.up()
        side.history.down("base")
        side.history.stamp("a1")  # a crash behind DROP TABLE: the version is still there
        side.history.down("base")
        assert side.sees() == before
    for _ in range(2):
        side.bench.run("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))")
        side.client(side.history.script("a1:base", down=True))
        assert side.sees() == before


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('op.create_enum_if_missing("mood", ["a", "b"])', "write ENUM"),
        ('op.create_extension_if_missing("postgis")', "have no extension postgis"),
        ('op.add_enum_value_if_missing("mood", "x")', "of which table"),
        ('op.create_index_if_missing("ix", "calls", ["status"], where="status = 1")', "no partial indexes"),
        ('op.add_enum_value_if_missing("mood", "x", after="none", table="calls")', "no value 'none'"),
    ],
)
def test_what_the_products_do_not_have_is_refused_with_what_to_do(call: str, said: str, side: Side) -> None:
    before = side.sees()
    side.history.add("a1", call)
    with pytest.raises(Exception, match=said) as error:
        side.history.up()
    assert isinstance(error.value, NotGuarded) or "ConfigError" in type(error.value).__name__
    assert side.sees() == before


def test_marks_are_no_part_of_a_snapshot_and_come_back_with_their_state(side: Side) -> None:
    bench = side.bench
    keeper = MySQLKeeper(bench.database, bench.catalog)
    told = f"SELECT revision, object, state FROM {MARKS} ORDER BY 1, 2"
    try:
        side.history.add("a1", ends(CASES["column"].up), CASES["column"].down)
        side.history.add("a2", ends(CASES["index"].up), CASES["index"].down)
        marks = [side.history.rows("SELECT 1 WHERE FALSE")]
        for position, to in enumerate(("a1", "a2"), 1):
            side.history.up(to)
            reading = bench.catalog.read("alembic_version")
            assert MARKS not in str([*reading.snapshot.objects, *reading.rows])
            keeper.keep(position, reading.snapshot, reading.rows)
            marks.append(side.history.rows(told))
        assert [len(rows) for rows in marks] == [0, 1, 2]
        side.history.down("base")
        for position in (2, 1, 2):
            keeper.restore(position)
            assert side.history.rows(told) == marks[position], position
    finally:
        keeper.close()
