"""What schemas for MySQL and MariaDB are drawn from."""

from __future__ import annotations

from tests.drawn_schemas import Dialect

_TYPES = (
    "INT", "TINYINT", "TINYINT(1)", "SMALLINT UNSIGNED", "MEDIUMINT", "BIGINT UNSIGNED", "DECIMAL(10,2)",
    "DECIMAL(5,5)", "DECIMAL(38,0) UNSIGNED", "FLOAT", "DOUBLE", "BIT(1)", "BIT(33)", "CHAR(2)", "CHAR(36)",
    "VARCHAR(5)", "VARCHAR(255)", "VARCHAR(40) CHARACTER SET latin1", "VARCHAR(40) COLLATE utf8mb4_bin",
    "VARCHAR(30) CHARACTER SET ascii", "CHAR(9) CHARACTER SET utf8mb3", "TINYTEXT", "TEXT", "LONGTEXT", "BINARY(3)",
    "BINARY(16)", "VARBINARY(20)", "BLOB", "MEDIUMBLOB", "DATE", "DATETIME", "DATETIME(3)", "TIME", "TIME(6)", "YEAR",
    "ENUM('a','b c','it''s')", "SET('x','y','z')", "JSON", "POINT", "GEOMETRY", "POLYGON", "MULTIPOINT",
)  # fmt: skip
_CHECKS = {
    "INT": ("{0} > 0", "{0} BETWEEN 10 AND 20", "{0} IN (1, 2, 3)", "{0} % 7 = 3", "{0} <> 0 AND NOT {0} = 5"),
    "DECIMAL(10,2)": ("{0} >= 0", "{0} < 100.5 OR {0} = 1000"),
    "VARCHAR(255)": (
        "{0} IN ('draft', 'it''s')", "CHAR_LENGTH({0}) >= 3", "{0} LIKE '%@%.__'",
        "{0} REGEXP '^[A-Z]{{2}}-[0-9]{{1,4}}$'",
        "{0} <> ''", "LOWER({0}) = {0}",
    ),
    "DATE": ("{0} >= '2020-01-01'", "{0} < '2000-06-01' OR {0} IS NULL"),
    "ENUM('a','b c','it''s')": ("{0} <> 'a'",),
}  # fmt: skip
_KEYED = [name for name in _TYPES if "TEXT" not in name and "BLOB" not in name and name not in (
    "JSON", "POINT", "GEOMETRY", "POLYGON", "MULTIPOINT", "TINYINT(1)", "BIT(1)", "FLOAT", "CHAR(2)",
    "ENUM('a','b c','it''s')", "SET('x','y','z')", "YEAR", "TINYINT",
)]  # fmt: skip

DIALECT = Dialect(
    ids={
        "INT AUTO_INCREMENT": "INT",
        "BIGINT UNSIGNED AUTO_INCREMENT": "BIGINT UNSIGNED",
        **{kind: kind for kind in ("BINARY(16)", "CHAR(36)", "VARCHAR(32)", "INT", "SMALLINT")},
    },
    types=_TYPES,
    checks=_CHECKS,
    keyed=_KEYED,
    generated={"VARCHAR(255)": "VARCHAR(255) GENERATED ALWAYS AS (LOWER({0})) VIRTUAL UNIQUE"},
)
