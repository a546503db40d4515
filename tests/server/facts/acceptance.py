"""What servers refuse, and what they accept in silence."""

from __future__ import annotations

from tests.server.facts import MARIADB, MYSQL, Fact

NOTES = ("CREATE TABLE notes (id INT PRIMARY KEY)",)

FACTS: tuple[Fact, ...] = (
    Fact(
        "blob-default",
        MYSQL,
        "ALTER TABLE notes ADD COLUMN body TEXT DEFAULT ''",
        r"refused, 1101: .*",
        NOTES,
    ),
    Fact("blob-default", MARIADB, "ALTER TABLE notes ADD COLUMN body TEXT DEFAULT ''", "accepted", NOTES),
)
