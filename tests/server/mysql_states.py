"""Databases of MySQL and MariaDB for tests of the catalogue: a base, and changes of one field each."""

from __future__ import annotations

Change = tuple[str, ...]

BASE = (
    "CREATE TABLE parent (id INT NOT NULL, code VARCHAR(20) NOT NULL, PRIMARY KEY (id), UNIQUE KEY code (code))",
    """CREATE TABLE t (
      id INT NOT NULL AUTO_INCREMENT,
      a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT 'the a',
      b INT DEFAULT 7,
      c INT,
      g INT GENERATED ALWAYS AS (b + 1) VIRTUAL,
      e ENUM('one','two') DEFAULT NULL,
      d DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
      PRIMARY KEY (id),
      KEY by_ab (a(5), b),
      KEY by_c (c),
      CONSTRAINT to_parent FOREIGN KEY (c) REFERENCES parent (id) ON DELETE CASCADE,
      CONSTRAINT positive CHECK (b > 0)
    ) COMMENT='the table'""",
    """CREATE TABLE split (id INT NOT NULL, PRIMARY KEY (id))
       PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))""",
    "CREATE VIEW v AS SELECT id, a FROM t",
    "INSERT INTO parent VALUES (5, 'five'), (6, 'six')",
    "INSERT INTO t (a, b, c, e) VALUES ('x', 3, 5, 'two'), ('y', 4, 6, NULL)",
    "INSERT INTO split VALUES (3), (13)",
    "CREATE TRIGGER first_one BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 1",
    "CREATE TRIGGER second_one BEFORE INSERT ON t FOR EACH ROW SET NEW.c = NULL",
    "CREATE PROCEDURE proc(x INT) COMMENT 'p' SELECT x + 1",
    "CREATE FUNCTION func(x INT) RETURNS INT DETERMINISTIC RETURN x + 1",
    """CREATE EVENT evt ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE
       COMMENT 'e' DO DELETE FROM split WHERE id = 1""",
)

EVERYWHERE: dict[str, Change] = {
    "column type": ("ALTER TABLE t MODIFY b BIGINT DEFAULT 7",),
    "column length": ("ALTER TABLE parent MODIFY code VARCHAR(21) NOT NULL",),
    "fractional seconds": (
        "ALTER TABLE t MODIFY d DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
    ),
    "on update": ("ALTER TABLE t MODIFY d DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3)",),
    "not null": ("ALTER TABLE t MODIFY b INT NOT NULL DEFAULT 7",),
    "default": ("ALTER TABLE t ALTER b SET DEFAULT 8",),
    "no default": ("ALTER TABLE t ALTER b DROP DEFAULT",),
    "generated expression": ("ALTER TABLE t MODIFY g INT GENERATED ALWAYS AS (b + 2) VIRTUAL",),
    "stored generated": ("ALTER TABLE t DROP g", "ALTER TABLE t ADD g INT GENERATED ALWAYS AS (b + 1) STORED AFTER c"),
    "auto_increment attribute": ("ALTER TABLE t MODIFY id INT NOT NULL",),
    "column charset": ("ALTER TABLE t MODIFY a VARCHAR(20) CHARACTER SET latin1 NOT NULL DEFAULT 'x' COMMENT 'the a'",),
    "column collation": (
        (
            "ALTER TABLE t MODIFY a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL"
            " DEFAULT 'x' COMMENT 'the a'"
        ),
    ),
    "column comment": (
        (
            "ALTER TABLE t MODIFY a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'x'"
            " COMMENT 'an a'"
        ),
    ),
    "column order": ("ALTER TABLE t MODIFY b INT DEFAULT 7 AFTER c",),
    "column name": ("ALTER TABLE parent CHANGE code kode VARCHAR(20) NOT NULL",),
    "column added": ("ALTER TABLE split ADD more INT",),
    "column dropped": ("ALTER TABLE t DROP d",),
    "enum labels": ("ALTER TABLE t MODIFY e ENUM('one','two','three') DEFAULT NULL",),
    "enum order": ("ALTER TABLE t MODIFY e ENUM('two','one') DEFAULT NULL",),
    "index parts": ("ALTER TABLE t DROP KEY by_ab, ADD KEY by_ab (a(5), b, d)",),
    "index order of parts": ("ALTER TABLE t DROP KEY by_ab, ADD KEY by_ab (b, a(5))",),
    "index prefix": ("ALTER TABLE t DROP KEY by_ab, ADD KEY by_ab (a(6), b)",),
    "index uniqueness": ("ALTER TABLE t DROP KEY by_ab, ADD UNIQUE KEY by_ab (a(5), b)",),
    "index name": ("ALTER TABLE t RENAME INDEX by_ab TO by_ba",),
    "index comment": ("ALTER TABLE t DROP KEY by_ab, ADD KEY by_ab (a(5), b) COMMENT 'i'",),
    "index dropped": ("ALTER TABLE t DROP KEY by_ab",),
    "primary key": ("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)",),
    "foreign key action": (
        "ALTER TABLE t DROP FOREIGN KEY to_parent",
        "ALTER TABLE t ADD CONSTRAINT to_parent FOREIGN KEY (c) REFERENCES parent (id) ON DELETE SET NULL",
    ),
    "foreign key name": (
        "ALTER TABLE t DROP FOREIGN KEY to_parent",
        "ALTER TABLE t ADD CONSTRAINT to_it FOREIGN KEY (c) REFERENCES parent (id) ON DELETE CASCADE",
    ),
    "foreign key dropped": ("ALTER TABLE t DROP FOREIGN KEY to_parent",),
    "check": (
        "ALTER TABLE t DROP CONSTRAINT positive",
        "ALTER TABLE t ADD CONSTRAINT positive CHECK (b > 1)",
    ),
    "table comment": ("ALTER TABLE t COMMENT='a table'",),
    "table charset": ("ALTER TABLE t DEFAULT CHARACTER SET latin1",),
    "table engine": ("ALTER TABLE split REMOVE PARTITIONING", "ALTER TABLE split ENGINE=MyISAM"),
    "row format": ("ALTER TABLE t ROW_FORMAT=COMPACT",),
    "partition added": ("ALTER TABLE split ADD PARTITION (PARTITION p2 VALUES LESS THAN (30))",),
    "partition bounds": ("ALTER TABLE split REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (21))",),
    "table added": ("CREATE TABLE another (id INT)",),
    "table dropped": ("DROP TABLE split",),
    "table renamed": ("RENAME TABLE split TO parted",),
    "parent renamed": ("RENAME TABLE parent TO mother",),
    "parent's column renamed": ("ALTER TABLE parent CHANGE id ident INT NOT NULL",),
    "view body": ("ALTER VIEW v AS SELECT id, b FROM t",),
    "view algorithm": ("ALTER ALGORITHM=TEMPTABLE VIEW v AS SELECT id, a FROM t",),
    "view security": ("ALTER SQL SECURITY INVOKER VIEW v AS SELECT id, a FROM t",),
    "view check option": ("ALTER VIEW v AS SELECT id, a FROM t WITH CASCADED CHECK OPTION",),
    "view dropped": ("DROP VIEW v",),
    "trigger body": (
        "DROP TRIGGER second_one",
        "CREATE TRIGGER second_one BEFORE INSERT ON t FOR EACH ROW SET NEW.c = 3",
    ),
    "trigger timing": (
        "DROP TRIGGER second_one",
        "CREATE TRIGGER second_one BEFORE UPDATE ON t FOR EACH ROW SET NEW.c = NULL",
    ),
    "trigger sql_mode": (
        "DROP TRIGGER second_one",
        "SET SESSION sql_mode = 'ANSI_QUOTES'",
        "CREATE TRIGGER second_one BEFORE INSERT ON t FOR EACH ROW SET NEW.c = NULL",
    ),
    "trigger order": (
        "DROP TRIGGER first_one",
        "CREATE TRIGGER first_one BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 1",
    ),
    "routine body": ("DROP FUNCTION func", "CREATE FUNCTION func(x INT) RETURNS INT DETERMINISTIC RETURN x + 2"),
    "routine parameter": ("DROP PROCEDURE proc", "CREATE PROCEDURE proc(x BIGINT) COMMENT 'p' SELECT x + 1"),
    "routine parameter name": ("DROP PROCEDURE proc", "CREATE PROCEDURE proc( x INT) COMMENT 'p' SELECT x + 1"),
    "routine returns": (
        "DROP FUNCTION func",
        "CREATE FUNCTION func(x INT) RETURNS BIGINT DETERMINISTIC RETURN x + 1",
    ),
    "routine comment": ("ALTER PROCEDURE proc COMMENT 'q'",),
    "routine security": ("ALTER PROCEDURE proc SQL SECURITY INVOKER",),
    "routine data access": ("ALTER FUNCTION func NO SQL",),
    "routine dropped": ("DROP PROCEDURE proc",),
    "event schedule": ("ALTER EVENT evt ON SCHEDULE EVERY 2 DAY STARTS '2037-01-01 00:00:00'",),
    "event start": ("ALTER EVENT evt ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:01'",),
    "event body": ("ALTER EVENT evt DO DELETE FROM split WHERE id = 2",),
    "event state": ("ALTER EVENT evt DISABLE ON SLAVE",),
    "event completion": ("ALTER EVENT evt ON COMPLETION PRESERVE",),
    "event comment": ("ALTER EVENT evt COMMENT 'f'",),
    "event dropped": ("DROP EVENT evt",),
    "database charset": ("ALTER DATABASE CHARACTER SET latin1",),
    "database collation": ("ALTER DATABASE COLLATE utf8mb4_bin",),
}
MYSQL_CHANGES: dict[str, Change] = {
    "index visibility": ("ALTER TABLE t ALTER INDEX by_ab INVISIBLE",),
    "index direction": ("ALTER TABLE t DROP KEY by_ab, ADD KEY by_ab (a(5), b DESC)",),
    "functional index": ("ALTER TABLE t ADD KEY by_sum ((b + c))",),
    "column visibility": ("ALTER TABLE t ALTER COLUMN b SET INVISIBLE",),
    "expression default": ("ALTER TABLE t ALTER b SET DEFAULT (1 + 1)",),
    "check enforcement": ("ALTER TABLE t ALTER CHECK positive NOT ENFORCED",),
    "srid": ("ALTER TABLE parent ADD spot POINT SRID 4326",),
}
MARIADB_CHANGES: dict[str, Change] = {
    "index ignored": ("ALTER TABLE t ALTER INDEX by_ab IGNORED",),
    "column visibility": ("ALTER TABLE t MODIFY b INT INVISIBLE DEFAULT 7",),
    "sequence": ("CREATE SEQUENCE s",),
    "system versioning": ("ALTER TABLE parent ADD SYSTEM VERSIONING",),
    "database comment": ("ALTER DATABASE COMMENT 'd'",),
}

KINDS = """CREATE TABLE kinds (
  id INT PRIMARY KEY, s VARCHAR(20) NOT NULL DEFAULT '', s2 VARCHAR(20) NOT NULL DEFAULT '', n VARCHAR(20),
  j JSON, b BLOB, tx TEXT, l VARCHAR(20) CHARACTER SET latin1, f FLOAT, d DOUBLE, de DECIMAL(20,6), bi BIT(9),
  y YEAR, e ENUM('x','y'), se SET('p','q'), dt DATETIME(6), ts TIMESTAMP(3) NULL, ti TIME(2), bn BINARY(4),
  g GEOMETRY, big BIGINT UNSIGNED, v INT GENERATED ALWAYS AS (id + 1) VIRTUAL,
  w INT GENERATED ALWAYS AS (id + 2) STORED)"""
ROWS = (
    """INSERT INTO kinds (id, s, s2, n, j, b, tx, l, f, d, de, bi, y, e, se, dt, ts, ti, bn, g, big) VALUES
    (1, 'ab', 'c', NULL, '{"a": [1, 2.50, null, "é"]}', x'0001ff', 'text', 'naïve', 0.1, 1e300, 12.345678, b'100000001',
     2024, 'x', 'p,q', '2024-01-02 03:04:05.123456', '2024-06-07 08:09:10.123', '-12:34:56.78', x'01020300',
     ST_GeomFromText('POINT(1 2)'), 18446744073709551615),
    (2, 'a', 'bc', '', NULL, NULL, '',
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL)""",
)

DDL_WALK: tuple[Change, ...] = (
    ("CREATE TABLE a (id INT PRIMARY KEY, b INT, c VARCHAR(20))",),
    (
        (
            "CREATE TABLE p (id INT PRIMARY KEY, b INT, c VARCHAR(20)) PARTITION BY RANGE (id)"
            " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)"
        ),
        "CREATE TABLE q LIKE p",
        "ALTER TABLE q REMOVE PARTITIONING",
        "INSERT INTO p VALUES (1, 2, 'x')",
    ),
    ("ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE q",),
    ("ALTER TABLE p TRUNCATE PARTITION p0", "ALTER TABLE p DROP PARTITION p0"),
    ("CREATE INDEX i ON a (c(3))",),
    ("DROP INDEX i ON a", "ALTER TABLE a ADD FULLTEXT KEY ft (c)"),
    ("LOCK TABLES a WRITE, q WRITE", "ALTER TABLE a ADD z INT", "ALTER TABLE q COMMENT 'x'", "UNLOCK TABLES"),
    (
        "CREATE TABLE par (id INT PRIMARY KEY, u INT, UNIQUE KEY (u))",
        "CREATE TABLE ch (id INT, FOREIGN KEY (id) REFERENCES par (u))",
        "CREATE TABLE ch2 (id INT, FOREIGN KEY (id) REFERENCES par (u) ON UPDATE CASCADE)",
    ),
    ("ALTER TABLE par RENAME COLUMN u TO v",),
    ("ALTER TABLE par RENAME TO par2",),
    ("RENAME TABLE par2 TO par3, ch TO chx",),
    ("SET foreign_key_checks = 0", "DROP TABLE par3"),
    ("CREATE TABLE par3 (id INT PRIMARY KEY, v INT, UNIQUE KEY (v))",),
    ("ALTER TABLE par3 CHANGE v w INT",),
    ("SET foreign_key_checks = 1", "ALTER TABLE a ALTER b SET DEFAULT 5"),
    ("ALTER TABLE a MODIFY c VARCHAR(30) FIRST",),
    ("ALTER TABLE a AUTO_INCREMENT = 5", "ANALYZE TABLE a", "OPTIMIZE TABLE a", "FLUSH TABLES", "TRUNCATE TABLE a"),
    ("SET sql_log_bin = 0", "ALTER TABLE a STATS_PERSISTENT = 1", "SET sql_log_bin = 1"),
    ("ALTER TABLE a CONVERT TO CHARACTER SET latin1", "ALTER TABLE q DISCARD TABLESPACE"),
    ("CREATE VIEW v AS SELECT * FROM a", "RENAME TABLE v TO v2"),
    ("RENAME TABLE a TO b",),
    ("CREATE OR REPLACE ALGORITHM=MERGE VIEW v2 AS SELECT 1 AS one",),
    ("CREATE TABLE v (id INT)", "DROP VIEW v2", "RENAME TABLE v TO v2"),
    ("DROP TABLE v2", "CREATE VIEW v2 AS SELECT 1 AS x"),
    ("CREATE LIBRARY l LANGUAGE JAVASCRIPT AS 'export function f(){}'",),
    ("ALTER LIBRARY l COMMENT 'an f'",),
    ("DROP LIBRARY l", "CREATE LIBRARY l LANGUAGE JAVASCRIPT AS 'export function g(){}'"),
    ("DROP LIBRARY l", "SET sql_generate_invisible_primary_key = 1", "CREATE TABLE gi (a INT)"),
    ("CREATE TEMPORARY TABLE b (other INT)", "ALTER TABLE b ADD more INT", "DROP TEMPORARY TABLE b"),
    ("ALTER TABLE ch2 ADD more INT, ALGORITHM=INSTANT",),
)
