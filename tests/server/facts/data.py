"""What servers do with the rows that are there, and with code that names what is gone."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import DBAPIError

from tests.server.facts import BOTH, POSTGRESQL, SQLITE, Fact
from tests.server.facts.measuring import refusal, told

EVERY = (*BOTH, *POSTGRESQL, *SQLITE)
TYPED = (*BOTH, *POSTGRESQL)
ROWS = (
    "CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(40), number INT)",
    "INSERT INTO notes VALUES (1, 'a body of some length', 70000), (2, 'a body of some length', 70000)",
)
PRICES = ("CREATE TABLE prices (price DECIMAL(8, 3))", "INSERT INTO prices VALUES (1.256)")
NO_COLUMN = {
    "mysql": "refused, 1054: .*",
    "mariadb": "refused, 1054: .*",
    "postgresql": "refused, 42703: .*",
    "sqlite": "refused: no such column.*",
}
NO_TABLE = {
    "mysql": "refused, 1146: .*",
    "mariadb": "refused, 1146: .*",
    "postgresql": "refused, 42P01: .*",
    "sqlite": "refused: no such table.*",
}
DOUBLED = {
    "mysql": "refused, 1062: .*",
    "mariadb": "refused, 1062: .*",
    "postgresql": "refused, 23505: .*",
    "sqlite": "refused: UNIQUE constraint failed.*",
}


def beside(connection: Any, sql: str) -> str:
    """Run a statement in a transaction that stays open; give what another session's UPDATE of one row meets then."""
    other, family = connection.info["administrator"], connection.info["family"]
    for setting in _IMPATIENT.get(family, ()):
        other.exec_driver_sql(setting)
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql(sql)
        other.exec_driver_sql("UPDATE notes SET body = 'mine' WHERE id = 2")
    except DBAPIError as error:
        return f"another session's UPDATE of one row: {refusal(error)}"
    finally:
        connection.exec_driver_sql("ROLLBACK")
    return "accepted"


_IMPATIENT = {
    "mysql": ("SET innodb_lock_wait_timeout = 1",),
    "mariadb": ("SET innodb_lock_wait_timeout = 1",),
    "postgresql": ("SET lock_timeout = '500ms'",),
    "sqlite": ("PRAGMA busy_timeout = 100",),
}


def _narrowed(mysql: str, postgresql: str, says: str, state: str) -> tuple[Fact, Fact]:
    return (
        Fact("narrowing-type", BOTH, f"ALTER TABLE notes MODIFY {mysql}", says, ROWS),
        Fact(
            "narrowing-type", POSTGRESQL, f"ALTER TABLE notes ALTER COLUMN {postgresql}", f"refused, {state}: .*", ROWS
        ),
    )


FACTS: tuple[Fact, ...] = (
    Fact(
        "add-not-null-without-default",
        BOTH,
        "ALTER TABLE notes ADD COLUMN mark INT NOT NULL",
        "accepted; then .*: 0; 0",
        ROWS,
        told("SELECT mark FROM notes"),
    ),
    Fact(
        "add-not-null-without-default",
        BOTH,
        "ALTER TABLE notes ADD COLUMN mark VARCHAR(9) NOT NULL",
        "accepted; then .*: <>; <>",
        ROWS,
        told("SELECT CONCAT('<', mark, '>') FROM notes"),
    ),
    Fact(
        "add-not-null-without-default",
        BOTH,
        "ALTER TABLE notes ADD COLUMN mark DATETIME NOT NULL",
        {"mysql": "refused, 1292: .*", "mariadb": "accepted; then .*: 0000-00-00 00:00:00; 0000-00-00 00:00:00"},
        ROWS,
        told("SELECT CONCAT(mark) FROM notes"),
    ),
    Fact(
        "add-not-null-without-default",
        POSTGRESQL,
        "ALTER TABLE notes ADD COLUMN mark INT NOT NULL",
        "refused, 23502: .*",
        ROWS,
    ),
    Fact(
        "add-not-null-without-default",
        SQLITE,
        "ALTER TABLE notes ADD COLUMN mark INT NOT NULL",
        "refused: Cannot add a NOT NULL column with default value NULL",
        ROWS,
    ),
    Fact("add-unique-on-existing", EVERY, "CREATE UNIQUE INDEX numbered ON notes (number)", DOUBLED, ROWS),
    Fact("add-unique-on-existing", TYPED, "ALTER TABLE notes ADD CONSTRAINT numbered UNIQUE (number)", DOUBLED, ROWS),
    *_narrowed("body VARCHAR(5)", "body TYPE varchar(5)", "refused, (1265|1406): .*", "22001"),
    *_narrowed("number SMALLINT", "number TYPE smallint", "refused, 1264: .*", "22003"),
    Fact(
        "narrowing-type",
        BOTH,
        "ALTER TABLE prices MODIFY price DECIMAL(6, 1)",
        "accepted; then .*: 1.3",
        PRICES,
        told("SELECT price FROM prices"),
    ),
    Fact(
        "narrowing-type",
        POSTGRESQL,
        "ALTER TABLE prices ALTER COLUMN price TYPE decimal(6, 1)",
        "accepted; then .*: 1.3",
        PRICES,
        told("SELECT price FROM prices"),
    ),
    Fact(
        "drop-column",
        EVERY,
        "SELECT body FROM notes",
        NO_COLUMN,
        (*ROWS, "ALTER TABLE notes DROP COLUMN body"),
        shown="SELECT body FROM notes, after ALTER TABLE notes DROP COLUMN body",
    ),
    Fact(
        "rename-column",
        EVERY,
        "SELECT body FROM notes",
        NO_COLUMN,
        (*ROWS, "ALTER TABLE notes RENAME COLUMN body TO text"),
        shown="SELECT body FROM notes, after ALTER TABLE notes RENAME COLUMN body TO text",
    ),
    Fact(
        "drop-table",
        EVERY,
        "SELECT body FROM notes",
        NO_TABLE,
        (*ROWS, "DROP TABLE notes"),
        shown="SELECT body FROM notes, after DROP TABLE notes",
    ),
    Fact(
        "rename-table",
        EVERY,
        "SELECT body FROM notes",
        NO_TABLE,
        (*ROWS, "ALTER TABLE notes RENAME TO letters"),
        shown="SELECT body FROM notes, after ALTER TABLE notes RENAME TO letters",
    ),
    Fact(
        "unbatched-update",
        EVERY,
        "UPDATE notes SET number = 1",
        {
            "mysql": ".*refused, 1205: .*",
            "mariadb": ".*refused, 1205: .*",
            "postgresql": ".*refused, 55P03: .*",
            "sqlite": ".*refused: database is locked",
        },
        ROWS,
        beside,
    ),
)
