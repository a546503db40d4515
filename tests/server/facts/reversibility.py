"""What servers answer where an object is not there, is there already, or is in use: the steps that end there."""

from __future__ import annotations

from tests.server.facts import BOTH, POSTGRESQL, SQLITE, Fact

EVERY = (*BOTH, *POSTGRESQL, *SQLITE)
NOTES = ("CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(40))", "CREATE INDEX ix_notes_body ON notes (body)")
OWNED = (
    "CREATE TABLE owners (id INT PRIMARY KEY)",
    "CREATE TABLE notes (id INT PRIMARY KEY, owner INT)",
    "ALTER TABLE notes ADD CONSTRAINT fk_notes_owner FOREIGN KEY (owner) REFERENCES owners (id)",
    "CREATE INDEX ix_notes_owner ON notes (owner)",
)
TYPED = (
    "CREATE TYPE call_state AS ENUM ('ringing', 'over')",
    "CREATE TABLE calls (id INT PRIMARY KEY, state call_state)",
    "DROP TABLE calls",
)


def _mysql(number: int, postgresql: str, sqlite: str) -> dict[str, str]:
    said = f"refused, {number}: .*"
    return {
        "mysql": said,
        "mariadb": said,
        "postgresql": f"refused, {postgresql}: .*",
        "sqlite": f"refused: {sqlite}.*",
    }


FACTS = (
    Fact("unknown-table", EVERY, "ALTER TABLE note ADD COLUMN mark INT", _mysql(1146, "42P01", "no such table"), NOTES),
    Fact("unknown-table", EVERY, "DELETE FROM note", _mysql(1146, "42P01", "no such table"), NOTES),
    Fact("unknown-table", EVERY, "DROP TABLE note", _mysql(1051, "42P01", "no such table"), NOTES),
    Fact("unknown-column", EVERY, "CREATE INDEX i ON notes (mark)", _mysql(1072, "42703", "no such column"), NOTES),
    Fact("unknown-column", EVERY, "ALTER TABLE notes DROP COLUMN mark", _mysql(1091, "42703", "no such column"), NOTES),
    Fact(
        "unknown-column",
        EVERY,
        "ALTER TABLE notes RENAME COLUMN mark TO sign",
        _mysql(1054, "42703", "no such column"),
        NOTES,
    ),
    Fact("unknown-index", BOTH, "DROP INDEX ix_notes_mark ON notes", "refused, 1091: .*", NOTES),
    Fact("unknown-index", POSTGRESQL, "DROP INDEX ix_notes_mark", "refused, 42704: .*", NOTES),
    Fact("unknown-index", SQLITE, "DROP INDEX ix_notes_mark", "refused: no such index.*", NOTES),
    Fact("unknown-index", ("mysql:9.7",), "ALTER TABLE notes DROP CONSTRAINT ck", "refused, 3940: .*", NOTES),
    Fact("unknown-index", POSTGRESQL, "ALTER TABLE notes DROP CONSTRAINT ck", "refused, 42704: .*", NOTES),
    Fact("already-there", EVERY, "CREATE TABLE notes (id INT)", _mysql(1050, "42P07", "table notes already"), NOTES),
    Fact(
        "already-there",
        EVERY,
        "ALTER TABLE notes ADD COLUMN body VARCHAR(80)",
        _mysql(1060, "42701", "duplicate column name"),
        NOTES,
    ),
    Fact(
        "already-there",
        EVERY,
        "CREATE INDEX ix_notes_body ON notes (id)",
        _mysql(1061, "42P07", "index ix_notes_body already"),
        NOTES,
    ),
    Fact("index-under-foreign-key", BOTH, "DROP INDEX ix_notes_owner ON notes", "refused, 1553: .*", OWNED),
    Fact(
        "enum-left-behind",
        POSTGRESQL,
        "CREATE TYPE call_state AS ENUM ('ringing', 'over')",
        "refused, 42710: .*",
        TYPED,
        shown="DROP TABLE calls; CREATE TYPE call_state AS ENUM ('ringing', 'over')",
    ),
    Fact(
        "enum-create-type-ignored",
        POSTGRESQL,
        "CREATE TYPE call_state AS ENUM ('ringing', 'over')",
        "refused, 42710: .*",
        TYPED[:1],
    ),
)
