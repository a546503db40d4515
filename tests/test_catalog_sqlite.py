"""What a snapshot of SQLite sees: each change of the schema, and nothing of how it was written."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from migkit.catalog.sqlite import SQLiteCatalog
from migkit.diff import compare
from tests import sqlite_files
from tests.sqlite_files import BASE, Read, database, run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


@pytest.fixture
def catalog(path: Path) -> Iterator[SQLiteCatalog]:
    one = SQLiteCatalog(database(path))
    yield one
    one.close()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    numbers = itertools.count()
    return lambda sql: sqlite_files.read(tmp_path / f"{next(numbers)}.db", sql)


def test_a_schema_becomes_tables_columns_constraints_and_the_rest(read: Read) -> None:
    objects = read(BASE).objects
    assert {key: (o.definition, o.owner, o.position) for key, o in objects.items() if o.owner != "parent"} == {
        ("table", "parent"): ("TABLE", "", 0),
        ("table", "t"): ("TABLE", "", 0),
        ("column", "t.id"): ("INTEGER", "t", 1),
        ("column", "t.name"): ("VARCHAR(40) NOT NULL DEFAULT 'x' COLLATE NOCASE", "t", 2),
        ("column", "t.amount"): ("NUMERIC(10, 2) DEFAULT 0", "t", 3),
        ("column", "t.parent_id"): ("INTEGER", "t", 4),
        ("column", "t.twice"): ("INTEGER AS (amount * 2) VIRTUAL", "t", 5),
        ("constraint", "t.PRIMARY KEY"): ("PRIMARY KEY (id) AUTOINCREMENT", "t", 0),
        ("constraint", "t.FOREIGN KEY (parent_id)"): (
            "FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE", "t", 0,
        ),
        ("constraint", "t.ck_amount"): ("CONSTRAINT ck_amount CHECK (amount >= 0)", "t", 0),
        ("constraint", "t.uq_name"): ("CONSTRAINT uq_name UNIQUE (name, amount)", "t", 0),
        ("index", "ix"): ("INDEX ON t (name, amount DESC) WHERE amount > 0", "t", 0),
        ("view", "v"): ("VIEW AS SELECT id, name FROM t", "", 0),
        ("trigger", "tr"): ("TRIGGER AFTER INSERT ON t BEGIN UPDATE t SET name = 'n' WHERE id = new.id ; END", "t", 0),
    }  # fmt: skip


CHANGES = {
    "table": ("CREATE TABLE parent (", "CREATE TABLE parents ("),
    "without rowid": ("code TEXT NOT NULL UNIQUE)", "code TEXT NOT NULL UNIQUE) WITHOUT ROWID"),
    "strict": ("code TEXT NOT NULL UNIQUE)", "code TEXT NOT NULL UNIQUE) STRICT"),
    "autoincrement": ("PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY"),
    "primary key": ("id INTEGER PRIMARY KEY AUTOINCREMENT", "id INTEGER"),
    "column": ("amount NUMERIC(10,2) DEFAULT 0,", "amount NUMERIC(10,2) DEFAULT 0, extra TEXT,"),
    "column name": ("code", "kode"),
    "type": ("VARCHAR(40)", "VARCHAR(41)"),
    "type scale": ("NUMERIC(10,2)", "NUMERIC(10,3)"),
    "integer is not int": ("parent_id INTEGER", "parent_id INT"),
    "not null": ("NOT NULL DEFAULT 'x'", "DEFAULT 'x'"),
    "default": ("DEFAULT 'x'", "DEFAULT 'X'"),
    "default kind": ("DEFAULT 0", "DEFAULT '0'"),
    "no default": ("DEFAULT 'x'", ""),
    "collation": ("COLLATE NOCASE", "COLLATE RTRIM"),
    "no collation": ("COLLATE NOCASE", ""),
    "generated": ("amount * 2", "amount * 3"),
    "stored": ("VIRTUAL", "STORED"),
    "check": ("amount >= 0", "amount > 0"),
    "check literal": ("amount >= 0", "amount >= 0 AND name <> 'Q' "),
    "check name": ("ck_amount", "ck_other"),
    "unique columns": ("UNIQUE (name, amount)", "UNIQUE (name)"),
    "unique order": ("UNIQUE (name, amount)", "UNIQUE (amount, name)"),
    "unique name": ("uq_name", "uq_other"),
    "unique conflict": ("UNIQUE (name, amount)", "UNIQUE (name, amount) ON CONFLICT IGNORE"),
    "unique": ("NOT NULL UNIQUE", "NOT NULL"),
    "foreign key action": ("ON DELETE CASCADE", "ON DELETE SET NULL"),
    "foreign key update": ("ON DELETE CASCADE", "ON DELETE CASCADE ON UPDATE CASCADE"),
    "foreign key column": ("REFERENCES parent (id)", "REFERENCES parent (code)"),
    "foreign key deferred": ("ON DELETE CASCADE", "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"),
    "foreign key": ("REFERENCES parent (id) ON DELETE CASCADE", ""),
    "index unique": ("CREATE INDEX", "CREATE UNIQUE INDEX"),
    "index direction": ("amount DESC", "amount"),
    "index columns": ("(name, amount DESC)", "(amount DESC, name)"),
    "index collation": ("(name, amount DESC)", "(name COLLATE BINARY, amount DESC)"),
    "index expression": ("(name, amount DESC)", "(lower(name), amount DESC)"),
    "index predicate": ("WHERE amount > 0", "WHERE amount > 1"),
    "index not partial": (" WHERE amount > 0", ""),
    "index name": ("INDEX ix", "INDEX iy"),
    "view": ("SELECT id, name", "SELECT id, amount"),
    "view alias": ("SELECT id, name FROM", 'SELECT id, name AS "Name of it" FROM'),
    "view columns": ("VIEW v AS", "VIEW v (a, b) AS"),
    "trigger body": ("name = 'n'", "name = 'N'"),
    "trigger event": ("AFTER INSERT", "AFTER UPDATE"),
    "trigger time": ("AFTER INSERT", "BEFORE INSERT"),
    "trigger when": ("ON t BEGIN", "ON t WHEN new.id > 1 BEGIN"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_one_change_is_seen(read: Read, change: str) -> None:
    old, new = CHANGES[change]
    assert old in BASE
    assert compare(read(BASE), read(BASE.replace(old, new))) != ()


RENAMED = (
    "CREATE TABLE t (a INT, b INT CHECK (b > a)); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT t.a FROM t;"
    "CREATE TABLE c (x INT REFERENCES t (a)); CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT old.a FROM t; END"
)
SAME = {
    "blanks, comments and case": (
        "CREATE TABLE t (a INTEGER NOT NULL, b TEXT DEFAULT 'x')",
        'create table "t" ( -- first\n "a"  integer /* number */ not\tnull, [b] text default \'x\')',
    ),
    "a constraint at the column or at the table": (
        "CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT UNIQUE CHECK (b <> ''))",
        "CREATE TABLE t (a TEXT, b TEXT, CHECK (b <> ''), UNIQUE (b), PRIMARY KEY (a))",
    ),
    "a foreign key at the column or at the table": (
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT REFERENCES p ON DELETE NO ACTION)",
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES \"p\" (\"id\"))",
    ),
    "the order of constraints": (
        "CREATE TABLE t (a INT, b INT, CONSTRAINT x UNIQUE (a), CONSTRAINT y CHECK (b > 0))",
        "CREATE TABLE t (a INT, b INT, CONSTRAINT y CHECK (b > 0), CONSTRAINT x UNIQUE (a))",
    ),
    "a default in parentheses": (
        "CREATE TABLE t (a INT DEFAULT 1, b TEXT DEFAULT CURRENT_TIMESTAMP, c TEXT DEFAULT 'x')",
        "CREATE TABLE t (a INT DEFAULT (1), b TEXT DEFAULT (CURRENT_TIMESTAMP), c TEXT DEFAULT ('x'))",
    ),
    "a rowid that is not null": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
    ),
    "what SQLite does anyway": (
        "CREATE TABLE t (a TEXT UNIQUE, b TEXT); CREATE INDEX i ON t (a)",
        "CREATE TABLE t (a TEXT COLLATE BINARY UNIQUE ON CONFLICT ABORT, b TEXT NULL); CREATE INDEX i ON t (a ASC)",
    ),
    "a string in double quotes": (
        "CREATE TABLE t (a TEXT CHECK (a IN ('Yes', 'No')))",
        'CREATE TABLE t (a TEXT CHECK ("a" IN ("Yes", "No")))',
    ),
    "a table that was renamed to and fro": (
        RENAMED,
        RENAMED
        + "; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME COLUMN a TO z; ALTER TABLE u RENAME TO t;"
        + "ALTER TABLE t RENAME COLUMN z TO a",
    ),
    "a column that came and went": (
        "CREATE TABLE t (a INT CONSTRAINT k UNIQUE)",
        "CREATE TABLE t (a INT CONSTRAINT k UNIQUE); ALTER TABLE t ADD b TEXT DEFAULT ''; ALTER TABLE t DROP b",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_one_schema_of_two_hands_is_equal(read: Read, case: str) -> None:
    one, other = SAME[case]
    assert compare(read(one), read(other)) == ()


def test_another_order_of_columns_is_told_apart(read: Read) -> None:
    (found,) = compare(read("CREATE TABLE t (a INT, b INT)"), read("CREATE TABLE t (b INT, a INT)"))
    assert (found.order_only, found.object, found.before, found.after) == (True, "t", "a, b", "b, a")


def test_an_inline_descending_key_is_no_rowid(read: Read) -> None:
    inline = read("CREATE TABLE t (id INTEGER PRIMARY KEY DESC)")
    assert compare(inline, read("CREATE TABLE t (id INTEGER, PRIMARY KEY (id DESC))")) != ()


def test_a_virtual_table_is_one_object_and_its_shadows_are_none(read: Read) -> None:
    one = read("CREATE VIRTUAL TABLE ft USING fts5(body, tokenize = 'porter')")
    assert list(one.objects) == [("table", "ft")]
    assert compare(one, read("CREATE VIRTUAL TABLE ft USING fts5(body)")) != ()


def test_excluded_tables_are_left_out_with_what_they_own(catalog: SQLiteCatalog, path: Path) -> None:
    run(path, BASE)
    assert not any("t" in (o.name, o.owner) for o in catalog.snapshot(["t"]).objects.values())
    assert catalog.snapshot(["t"]).tables() == {"parent"}
    assert catalog.snapshot().tables() == {"parent", "t"}


def test_each_change_is_seen_at_once(catalog: SQLiteCatalog, path: Path) -> None:
    before = catalog.snapshot()
    run(path, "CREATE TABLE a (x INT)")
    between = catalog.snapshot()
    run(path, "CREATE TABLE b (x INT); DROP TABLE a")
    after = catalog.snapshot()
    assert [s.tables() for s in (before, between, after)] == [frozenset(), {"a"}, {"b"}]
    assert catalog.snapshot() is after


def test_a_file_that_was_replaced_is_opened_again(catalog: SQLiteCatalog, path: Path, tmp_path: Path) -> None:
    run(path, "CREATE TABLE a (x INT)")
    assert catalog.snapshot().tables() == {"a"}
    run(tmp_path / "other.db", "CREATE TABLE b (x INT); INSERT INTO b VALUES (1)")
    (tmp_path / "other.db").replace(path)
    assert catalog.snapshot().tables() == {"b"}
    assert catalog.checksums()["b"].startswith("1:")
