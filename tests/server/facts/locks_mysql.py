"""With which locks MySQL and MariaDB change tables that have rows."""

from __future__ import annotations

from tests.server.facts import MYSQL, Fact
from tests.server.facts.measuring import quietest

FACTS: tuple[Fact, ...] = (
    Fact(
        "my-type-change",
        MYSQL,
        "ALTER TABLE notes MODIFY id BIGINT NOT NULL",
        "ALGORITHM=COPY, LOCK=SHARED.*",
        ("CREATE TABLE notes (id INT NOT NULL PRIMARY KEY)",),
        quietest,
    ),
)
