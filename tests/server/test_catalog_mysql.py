"""MySQL's and MariaDB's catalogue, against the servers: what a snapshot sees is what SHOW CREATE says."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from migkit.errors import ConfigError, ServerError
from migkit.model import Server, Snapshot
from tests.server.conftest import MYSQL_FAMILY
from tests.server.mysql_bench import Bench, login, made
from tests.server.mysql_states import BASE, DDL_WALK, Change

pytestmark = pytest.mark.server


def show_create(bench: Bench) -> list[object]:
    """What mysqldump would print, over a connection of its own and with none of the kit's code."""
    witness = login(bench.database.server, bench.database.name)
    printed: list[object] = []
    with witness.cursor() as cursor:

        def rows(statement: str) -> list[tuple[Any, ...]]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        cursor.execute("SET SESSION sql_mode = ''")
        for name, kind in rows("SHOW FULL TABLES"):
            word = {"VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}.get(kind, "TABLE")
            row = rows(f"SHOW CREATE {word} `{name.replace('`', '``')}`")[0]
            printed.append([word, name, re.sub(r"(\) ENGINE=\w+) AUTO_INCREMENT=\d+", r"\1", str(row[1])), *row[2:]])
        listed = [("TRIGGER", row[0]) for row in rows("SHOW TRIGGERS")]
        for word in ("PROCEDURE", "FUNCTION"):
            listed += [(word, row[1]) for row in rows(f"SHOW {word} STATUS WHERE Db = DATABASE()")]
        listed += [("EVENT", row[1]) for row in rows("SHOW EVENTS")]
        printed += [[word, rows(f"SHOW CREATE {word} `{name}`")[0][:6]] for word, name in listed]
        printed.append(rows(f"SHOW CREATE DATABASE `{bench.database.name}`")[0][1].replace(bench.database.name, ""))
    witness.close()
    return printed


CORPUS: dict[str, Change] = {
    "nothing": (),
    "plain": ("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))",),
    "plain, same": ("create table `t` (`id` integer not null, `a` varchar(10) default null, primary key (`id`))",),
    "plain, with rows": ("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))", "INSERT INTO t VALUES (1, 'x')"),
    "counter at 1": ("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY)",),
    "counter at 77": ("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=77",),
    "counter in a comment, 5": ("CREATE TABLE t (id INT PRIMARY KEY) COMMENT='x AUTO_INCREMENT=5'",),
    "counter in a comment, 6": ("CREATE TABLE t (id INT PRIMARY KEY) COMMENT='x AUTO_INCREMENT=6'",),
    "nasty text": (
        r"""CREATE TABLE `we``ird, (t` (`a``b` VARCHAR(30) DEFAULT 'it''s, \\ (\n' COMMENT '"),\n`x` int,' ,
        c INT COMMENT 'GENERATED ALWAYS', KEY `k,(` (`a``b`)) COMMENT='a\\'""",
    ),
    "nasty text, other": (
        r"""CREATE TABLE `we``ird, (t` (`a``b` VARCHAR(30) DEFAULT 'it''s, \\ (\n' COMMENT '"),\n`y` int,' ,
        c INT COMMENT 'GENERATED ALWAYS', KEY `k,(` (`a``b`)) COMMENT='a\\'""",
    ),
    "view": ("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))", "CREATE VIEW v AS SELECT * FROM t"),
    "view, qualified": (
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))",
        "CREATE VIEW v AS SELECT t.* FROM {db}.t",
    ),
    "view on a function": (
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE VIEW v AS SELECT f() AS one FROM t",
    ),
    "check of a literal": (r"CREATE TABLE t (a VARCHAR(9), CONSTRAINT c CHECK (a <> '),(\'')) ",),
    "child, cascade": (
        "CREATE TABLE p (id INT PRIMARY KEY)",
        "CREATE TABLE t (id INT, CONSTRAINT f FOREIGN KEY (id) REFERENCES p (id) ON DELETE CASCADE)",
    ),
    "child, restrict": (
        "CREATE TABLE p (id INT PRIMARY KEY)",
        "CREATE TABLE t (id INT, CONSTRAINT f FOREIGN KEY (id) REFERENCES p (id))",
    ),
    "keys in one order": ("CREATE TABLE t (a INT, b INT, KEY x (a), KEY y (b))",),
    "keys in the other order": ("CREATE TABLE t (a INT, b INT, KEY y (b), KEY x (a))",),
    "columns in the other order": ("CREATE TABLE t (b INT, a INT, KEY x (a), KEY y (b))",),
    "ansi trigger": (
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "SET SESSION sql_mode = 'ANSI_QUOTES'",
        'CREATE TRIGGER "tr" BEFORE INSERT ON "t" FOR EACH ROW SET NEW."id" = 1',
    ),
    "trigger": (
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1",
    ),
}


@pytest.mark.parametrize("server", MYSQL_FAMILY, indirect=True)
def test_snapshots_are_equal_exactly_when_show_create_says_so(server: Server) -> None:
    seen: dict[str, tuple[Snapshot, list[str]]] = {}
    for name, statements in CORPUS.items():
        with made(server) as bench:
            bench.run(*(statement.replace("{db}", bench.database.name) for statement in statements))
            own = bench.database.name
            witness = [str(entry).replace(f"`{own}`.", "") for entry in show_create(bench)]
            seen[name] = (bench.catalog.snapshot(), witness)
    for one, other in itertools.combinations(seen, 2):
        same = seen[one][1] == seen[other][1]
        assert (seen[one][0].objects == seen[other][0].objects) is same, (one, other)


def test_a_snapshot_is_stable_from_reading_to_reading(bench: Bench) -> None:
    bench.run(*BASE)
    assert bench.catalog.snapshot() == bench.catalog.snapshot() == bench.fresh()


def test_an_excluded_table_takes_what_it_owns_with_it(bench: Bench) -> None:
    bench.run(*BASE)
    left = bench.catalog.snapshot(["t"])
    assert not [entry for entry in left.objects.values() if entry.owner == "t" or entry.name == "t"]
    assert left.tables() == {"parent", "split"}
    assert set(bench.catalog.checksums(["t"])) == {"parent", "split"}


def test_order_alone_shows_in_positions_alone(bench: Bench) -> None:
    bench.run("CREATE TABLE t (a INT, b INT, KEY x (a), KEY y (b))")
    before = bench.catalog.snapshot()
    bench.run("ALTER TABLE t MODIFY a INT AFTER b")
    after = bench.catalog.snapshot()
    assert before != after
    assert {key: entry.definition for key, entry in before.objects.items()} == {
        key: entry.definition for key, entry in after.objects.items()
    }
    assert [after.objects["column", f"t.{name}"].position for name in "ba"] == [1, 2]


def test_a_change_through_a_routine_is_seen(bench: Bench) -> None:
    bench.run(*BASE, "CREATE PROCEDURE hidden() ALTER TABLE split ADD sneaky INT")
    before = bench.catalog.snapshot()
    bench.run("CALL hidden()")
    after = bench.catalog.snapshot()
    assert after.objects.keys() - before.objects.keys() == {("column", "split.sneaky")}


@pytest.mark.parametrize("bench", ["mysql:9.7"], indirect=True)  # MariaDB's tables are always read whole
def test_after_any_ddl_a_reading_is_what_a_new_one_gives(bench: Bench) -> None:
    for statements in DDL_WALK:
        bench.run(*statements)
        assert bench.catalog.read() == bench.fresh_read(), statements


def test_two_changes_within_a_second_are_both_seen(bench: Bench) -> None:
    bench.run(*BASE, "CREATE TABLE u (id INT)")
    bench.catalog.snapshot()
    for number in range(12):
        bench.run(
            f"SET @s = 'ALTER TABLE u COMMENT = ''{number}'''",
            "PREPARE p FROM @s",
            "EXECUTE p",
            "DROP PROCEDURE proc",
            f"CREATE PROCEDURE proc(x INT) COMMENT 'p' SELECT x + {number}",
            "DROP TRIGGER second_one",
            f"CREATE TRIGGER second_one BEFORE INSERT ON t FOR EACH ROW SET NEW.c = {number}",
            f"ALTER EVENT evt COMMENT '{number}'",
        )
        assert bench.catalog.snapshot() == bench.fresh(), number


def test_a_table_dropped_and_made_again_is_seen(bench: Bench) -> None:
    bench.run(*BASE)
    bench.catalog.snapshot()
    for kind in ("INT", "BIGINT", "INT"):
        bench.run("DROP TABLE split", f"CREATE TABLE split (id {kind})")
        assert bench.catalog.snapshot() == bench.fresh()


def test_tables_that_swap_names_are_seen(bench: Bench) -> None:
    bench.run("CREATE TABLE one (a INT)", "CREATE TABLE two (b INT)")
    bench.catalog.snapshot()
    bench.run("RENAME TABLE one TO three, two TO one, three TO two")
    assert bench.catalog.snapshot() == bench.fresh()


def test_many_tables_come_and_go(bench: Bench) -> None:
    for number in range(40):
        bench.run(f"CREATE TABLE t{number} (id INT)")
        if number % 3 == 0:
            bench.run(f"DROP TABLE t{number}")
        bench.catalog.snapshot()
    assert bench.catalog.snapshot() == bench.fresh()


def test_the_version_table_is_read_and_stamped(bench: Bench) -> None:
    assert bench.catalog.version_rows("alembic_version", None) == ()
    bench.run("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    assert bench.catalog.version_rows("alembic_version", None) == ()
    bench.catalog.stamp("alembic_version", None, ["b'x", "a"])
    assert bench.catalog.version_rows("alembic_version", bench.database.name) == ("a", "b'x")
    bench.catalog.stamp("alembic_version", None, [])
    assert bench.catalog.version_rows("alembic_version", None) == ()


SCRIPT = """\ufeff-- a dump; with `quotes' in a comment
/*!40101 SET NAMES utf8mb4 */;
# another
CREATE TABLE t (id INT, a VARCHAR(20) DEFAULT ';'); INSERT INTO t VALUES (1, 'a;b -- no comment'), (2, "it''s; \\";");
/* a comment; with a semicolon */
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN
  SET NEW.id = NEW.id + 1; -- inside;
  SET NEW.a = '//';
END//
delimiter ;
INSERT INTO t VALUES (5, NULL)"""


def test_a_script_runs_as_the_client_would(bench: Bench) -> None:
    bench.catalog.script(SCRIPT)
    assert bench.ask("SELECT * FROM t") == [(1, "a;b -- no comment"), (2, "it''s; \";"), (6, "//")]


def test_a_script_that_fails_names_its_line(bench: Bench) -> None:
    with pytest.raises(ConfigError, match=r"^line 3: CREATE TABEL") as caught:
        bench.catalog.script("CREATE TABLE t (id INT);\n\nCREATE TABEL u (id INT);\n")
    assert caught.value.line == 3


@pytest.mark.parametrize("statement", ["USE mysql", "create  database other", "/*!32312 USE */ mysql"])
def test_a_script_may_not_leave_its_database(bench: Bench, statement: str) -> None:
    with pytest.raises(ConfigError):
        bench.catalog.script(f"{statement};")


def test_a_lost_server_is_a_server_error(bench: Bench) -> None:
    bench.run(*BASE)
    before = bench.catalog.snapshot()
    bench.run(f"KILL {bench.catalog.session.identity()}")
    with pytest.raises(ServerError, match="lost"):
        bench.catalog.snapshot()
    bench.run("ALTER TABLE split ADD a INT")
    assert bench.catalog.snapshot().objects.keys() - before.objects.keys() == {("column", "split.a")}
