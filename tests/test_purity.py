"""The third pass may be left out only for what is known to do the same thing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.alembic_io.purity import has_plain_upgrade, is_plain_ddl
from migkit.alembic_io.statements import leave_no_trace


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (a INT DEFAULT 'select; me')",
        "  alter table `select` add column b int",
        "/* why */ DROP TABLE t;",
        "-- INSERT INTO t\nCREATE UNIQUE INDEX i ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (a) ON UPDATE CASCADE ON DELETE SET NULL",
        "COMMENT ON TABLE t IS 'x'",
        "CREATE TYPE mood AS ENUM ('a', 'b')",
    ],
)
def test_plain_ddl(statement: str) -> None:
    assert is_plain_ddl(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "SELECT 1",
        "CREATE TABLE t AS SELECT * FROM s",
        "ALTER TABLE t ADD a INT; INSERT INTO t VALUES (1)",
        "CALL p()",
        "SET foreign_key_checks = 0",
        "DO $$ BEGIN END $$",
        "/*! INSERT INTO t VALUES (1) */",
        "WITH x AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM x",
        "",
    ],
)
def test_what_is_not_plain_ddl(statement: str) -> None:
    assert not is_plain_ddl(statement)


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ('op.execute("ALTER TABLE t ADD a INT")', True),
        ('"""doc"""\n    op.create_table("t", sa.Column("a", sa.Integer, sa.ForeignKey("p.a")))', True),
        ('with op.batch_alter_table("t") as batch:\n        batch.add_column(sa.Column("a", sa.Integer))', True),
        ("pass", True),
        ("for name in NAMES:\n        op.drop_table(name)", False),
        ("if seen():\n        op.drop_table('t')", False),
        ("bind = op.get_bind()", False),
        ("op.get_bind().execute(x)", False),
        ("helper()", False),
        ('op.create_table("t", sa.Column("a", sa.Integer, server_default=str(uuid.uuid4())))', False),
        ('op.execute("ALTER TABLE t ADD a INT DEFAULT %d" % random.randrange(9))', False),
        ('op.add_column("t", sa.Column("a", postgresql.ENUM("x"), server_default=sa.text("now()")))', True),
        ("op.bulk_insert(t, rows)", False),
        ("op.drop_table([name for name in NAMES][0])", False),
        ("try:\n        op.drop_table('t')\n    except Exception:\n        pass", False),
    ],
)
def test_source_of_an_upgrade(body: str, plain: bool) -> None:
    assert has_plain_upgrade(f"def upgrade():\n    {body}\n".encode()) is plain


def test_an_upgrade_that_is_no_function_is_not_plain() -> None:
    assert not has_plain_upgrade(b"upgrade = make()\n")
    assert not has_plain_upgrade(b"def upgrade(:\n")


@pytest.mark.parametrize(
    ("statement", "neutral"),
    [
        ("ALTER TABLE t ADD a INT", True),
        ("\n   INSERT INTO t VALUES (1);", True),
        ("SELECT a FROM t", True),
        ("SET FOREIGN_KEY_CHECKS = 0", False),
        ("USE other", False),
        ("CREATE TEMPORARY TABLE t (a INT)", False),
        ("SELECT @a := 1", False),
        ("SELECT GET_LOCK('x', 1)", False),
        ("LOCK TABLES t WRITE", False),
        ("CREATE /* x */ TEMPORARY TABLE t (a INT)", False),
        ("UPDATE t SET a = (@n := 41)", False),
        ("INSERT INTO t SELECT GET_LOCK('x', 1)", False),
        ("CALL p()", False),
        ("ALTER TABLE t ADD a INT; SET sql_mode = ''", False),
        ("/*!40014 SET FOREIGN_KEY_CHECKS=0 */", False),
        ("START TRANSACTION", False),
    ],
)
def test_what_leaves_a_session_as_it_was(statement: str, neutral: bool, tmp_path: Path) -> None:
    source = tmp_path / "r.py"
    source.write_text("def upgrade(): pass")
    assert leave_no_trace([statement], source) is neutral


def test_a_bare_cursor_is_not_trusted_to_leave_a_session_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "r.py"
    source.write_text("def upgrade(): op.get_bind().connection.cursor().execute('SET x = 1')")
    assert not leave_no_trace([], source)
