"""With which locks MySQL and MariaDB change tables that have rows: keys, columns that come and go, the table itself."""

from __future__ import annotations

from tests.server.facts import BOTH, MARIADB, MYSQL, Fact
from tests.server.facts.measuring import quietest
from tests.server.facts.sending import rows_written

COPY = {
    "mysql": "ALGORITHM=COPY, LOCK=SHARED",
    "mariadb:10.11": "ALGORITHM=COPY, LOCK=SHARED",
    "mariadb:11.8": "ALGORITHM=COPY, LOCK=NONE",
}
SHARED = "ALGORITHM=INPLACE, LOCK=SHARED.*"
ANEW = "ALGORITHM=INPLACE, LOCK=NONE; every row is written anew"
_COLUMNS = (
    "id INT NOT NULL PRIMARY KEY, size INT, kind INT NOT NULL DEFAULT 1, title VARCHAR(50), place GEOMETRY NOT NULL"
)
_TABLE = (
    "CREATE TABLE owners (id INT PRIMARY KEY)",
    f"CREATE TABLE notes ({_COLUMNS}, KEY notes_size (size)) CHARSET=utf8mb3",
)
_OFF = "SET foreign_key_checks=0"
_FOREIGN = "ADD FOREIGN KEY (size) REFERENCES owners (id)"
_ROWS = (
    "CREATE TABLE notes (id INT NOT NULL PRIMARY KEY)",
    "INSERT INTO notes VALUES " + ", ".join(f"({number})" for number in range(200)),
)
_HASH = "PARTITION BY HASH (id) PARTITIONS 4"


def cost(
    rule: str, engines: tuple[str, ...], change: str, says: object, before: tuple[str, ...] = _TABLE, shown: str = ""
) -> Fact:
    """Give a fact about the least ALGORITHM and LOCK of an ALTER TABLE."""
    return Fact(rule, engines, f"ALTER TABLE notes {change}", says, before, quietest, shown)  # type: ignore[arg-type]


FACTS: tuple[Fact, ...] = (
    cost("my-fk-copy", BOTH, _FOREIGN, COPY),
    cost("my-fk-copy", BOTH, "ADD COLUMN owner INT REFERENCES owners (id)", COPY),
    cost(
        "my-fk-copy",
        MYSQL,
        _FOREIGN,
        "ALGORITHM=INPLACE, LOCK=NONE",
        (*_TABLE, _OFF),
        f"{_OFF}; ALTER TABLE notes {_FOREIGN}",
    ),
    cost(
        "my-fk-copy", MARIADB, _FOREIGN, "ALGORITHM=INSTANT", (*_TABLE, _OFF), f"{_OFF}; ALTER TABLE notes {_FOREIGN}"
    ),
    cost("my-check-copy", BOTH, "ADD CONSTRAINT size_ck CHECK (size > 0)", COPY),
    cost("my-check-copy", MYSQL, "ADD COLUMN width INT CHECK (width > 0)", COPY),
    cost("my-check-copy", MARIADB, "ADD COLUMN width INT CHECK (width > 0)", "ALGORITHM=INSTANT"),
    cost("my-stored-generated", BOTH, "ADD COLUMN twice INT AS (size * 2) STORED", COPY),
    cost("my-stored-generated", BOTH, "ADD COLUMN twice INT AS (size * 2) VIRTUAL", "ALGORITHM=INSTANT"),
    cost("my-expression-default", MYSQL, "ADD COLUMN doc JSON DEFAULT (JSON_OBJECT())", COPY),
    cost("my-expression-default", MYSQL, "ADD COLUMN at DATETIME DEFAULT (now())", COPY),
    cost("my-expression-default", MYSQL, "ADD COLUMN at DATETIME DEFAULT CURRENT_TIMESTAMP", "ALGORITHM=INSTANT"),
    cost("my-expression-default", MYSQL, "ALTER COLUMN title SET DEFAULT ('x')", "ALGORITHM=INSTANT"),
    cost("my-expression-default", MARIADB, "ADD COLUMN doc JSON DEFAULT (JSON_OBJECT())", "ALGORITHM=INSTANT"),
    cost("my-auto-inc-add", BOTH, "ADD COLUMN number INT AUTO_INCREMENT UNIQUE", SHARED),
    cost("my-pk-drop", BOTH, "DROP PRIMARY KEY", COPY),
    cost("my-pk-drop", BOTH, "DROP PRIMARY KEY, ADD PRIMARY KEY (id, kind)", ANEW),
    cost("my-fulltext-spatial", BOTH, "ADD FULLTEXT INDEX notes_title (title)", SHARED),
    cost("my-fulltext-spatial", BOTH, "ADD SPATIAL INDEX notes_place (place)", SHARED),
    cost("my-fulltext-spatial", BOTH, "ADD INDEX notes_title (title)", "ALGORITHM=INPLACE, LOCK=NONE"),
    cost("my-charset-convert", BOTH, "CONVERT TO CHARACTER SET latin1", COPY),
    cost("my-charset-convert", MYSQL, "CONVERT TO CHARACTER SET utf8mb4", "ALGORITHM=INPLACE, LOCK=NONE"),
    cost("my-charset-convert", MARIADB, "CONVERT TO CHARACTER SET utf8mb4", "ALGORITHM=INSTANT"),
    cost("my-charset-convert", MYSQL, "DEFAULT CHARACTER SET utf8mb4", "ALGORITHM=INPLACE, LOCK=NONE"),
    cost("my-charset-convert", MARIADB, "DEFAULT CHARACTER SET utf8mb4", "ALGORITHM=INSTANT"),
    cost("my-drop-indexed-column", BOTH, "DROP COLUMN size", "ALGORITHM=INPLACE, LOCK=NONE.*"),
    cost("my-drop-indexed-column", BOTH, "DROP COLUMN kind", "ALGORITHM=INSTANT"),
    cost("my-rebuild", BOTH, "ENGINE=InnoDB", ANEW),
    cost("my-rebuild", BOTH, "FORCE", ANEW),
    cost("my-rebuild", BOTH, "ROW_FORMAT=COMPRESSED", ANEW),
    Fact("my-partition", MYSQL, f"ALTER TABLE notes ALGORITHM=INPLACE {_HASH}", "refused, 1845: .*", _ROWS),
    Fact("my-partition", BOTH, f"ALTER TABLE notes {_HASH}", "accepted; every row is written.*", _ROWS, rows_written),
    Fact(
        "my-partition",
        ("mariadb:10.11",),
        f"ALTER TABLE notes ALGORITHM=INSTANT {_HASH}",
        "accepted; every row is written.*",
        _ROWS,
        rows_written,
    ),
)
