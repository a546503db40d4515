"""Schemas for MySQL and MariaDB, drawn at random: tables with columns of every type, keys, checks, foreign keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

TYPES = (
    "INT", "TINYINT", "TINYINT(1)", "SMALLINT UNSIGNED", "MEDIUMINT", "BIGINT UNSIGNED", "DECIMAL(10,2)",
    "DECIMAL(5,5)", "DECIMAL(38,0) UNSIGNED", "FLOAT", "DOUBLE", "BIT(1)", "BIT(33)", "CHAR(2)", "CHAR(36)",
    "VARCHAR(5)", "VARCHAR(255)", "VARCHAR(40) CHARACTER SET latin1", "VARCHAR(40) COLLATE utf8mb4_bin",
    "VARCHAR(30) CHARACTER SET ascii", "CHAR(9) CHARACTER SET utf8mb3", "TINYTEXT", "TEXT", "LONGTEXT", "BINARY(3)",
    "BINARY(16)", "VARBINARY(20)", "BLOB", "MEDIUMBLOB", "DATE", "DATETIME", "DATETIME(3)", "TIME", "TIME(6)", "YEAR",
    "ENUM('a','b c','it''s')", "SET('x','y','z')", "JSON", "POINT", "GEOMETRY", "POLYGON", "MULTIPOINT",
)  # fmt: skip
CHECKS = {
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
IDS = (
    "INT AUTO_INCREMENT",
    "BIGINT UNSIGNED AUTO_INCREMENT",
    "BINARY(16)",
    "CHAR(36)",
    "VARCHAR(32)",
    "INT",
    "SMALLINT",
)
_KEYED = [name for name in TYPES if "TEXT" not in name and "BLOB" not in name and name not in (
    "JSON", "POINT", "GEOMETRY", "POLYGON", "MULTIPOINT", "TINYINT(1)", "BIT(1)", "FLOAT", "CHAR(2)",
    "ENUM('a','b c','it''s')", "SET('x','y','z')", "YEAR", "TINYINT",
)]  # fmt: skip


@dataclass
class Drawn:
    """A table: its statement, the statements that follow when all tables are there, and what it refers to."""

    name: str
    id: str
    create: str = ""
    after: list[str] = field(default_factory=list)
    refers: list[tuple[str, str]] = field(default_factory=list)


@st.composite
def schemas(draw: st.DrawFn) -> list[Drawn]:
    """Draw a few tables that refer to one another, to themselves and in circles."""
    names = [f"t{number}" for number in range(draw(st.integers(1, 4)))]
    tables = [Drawn(name, draw(st.sampled_from(IDS))) for name in names]
    for table in tables:
        lines = [f"id {table.id} NOT NULL PRIMARY KEY", *_columns(draw)]
        for number, parent in enumerate(draw(st.lists(st.sampled_from(tables), max_size=2))):
            null = draw(st.sampled_from(("NULL", "NULL", "NOT NULL")))
            lines.append(f"r{number} {parent.id.removesuffix(' AUTO_INCREMENT')} {null}")
            table.after.append(f"ALTER TABLE {table.name} ADD FOREIGN KEY (r{number}) REFERENCES {parent.name} (id)")
            table.refers.append((f"r{number}", parent.name))
        if len(table.refers) == 2 and draw(st.booleans()):
            lines.append("UNIQUE KEY pair (r0, r1)")
        table.create = f"CREATE TABLE {table.name} ({', '.join(lines)}) DEFAULT CHARSET=utf8mb4"
    return tables


def _columns(draw: st.DrawFn) -> list[str]:
    lines = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(TYPES), max_size=7))):
        null = draw(st.sampled_from(("NULL", "NOT NULL")))
        lines.append(f"c{number} {kind} {null}")
        if kind in CHECKS and draw(st.booleans()):
            condition = draw(st.sampled_from(CHECKS[kind])).format(f"c{number}")
            lines.append(f"CONSTRAINT CHECK ({condition})")
        elif kind in _KEYED and draw(st.integers(0, 3)) == 0:
            size = "(4)" if kind in ("VARCHAR(255)", "VARCHAR(5)") and draw(st.booleans()) else ""
            lines.append(f"UNIQUE KEY u{number} (c{number}{size})")
        elif kind == "VARCHAR(255)" and draw(st.booleans()):
            lines.append(f"g{number} VARCHAR(255) GENERATED ALWAYS AS (LOWER(c{number})) VIRTUAL UNIQUE")
    return lines
