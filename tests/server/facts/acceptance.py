"""What servers refuse of columns and indexes, and what they accept in silence."""

from __future__ import annotations

from tests.server.facts import BOTH, MARIADB, MYSQL, Fact
from tests.server.facts.measuring import answered

_NOTES = ("CREATE TABLE notes (id INT PRIMARY KEY)",)
_BODY = ("CREATE TABLE notes (id INT PRIMARY KEY, body TEXT, doc JSON)",)
_PATH = "CREATE TABLE notes (id INT, path VARCHAR({}) {}) CHARSET=utf8mb4"
_TAKEN = "accepted"


def _adds(rule: str, engines: tuple[str, ...], column: str, says: str) -> Fact:
    return Fact(rule, engines, f"ALTER TABLE notes ADD COLUMN {column}", says, _NOTES, answered)


FACTS: tuple[Fact, ...] = (
    *(
        _adds("blob-default", MYSQL, f"body {column}", "refused, 1101: .*")
        for column in ("TEXT DEFAULT ''", "BLOB DEFAULT 'x'", "JSON DEFAULT '{}'", "GEOMETRY DEFAULT ''")
    ),
    _adds("blob-default", MARIADB, "body TEXT DEFAULT ''", _TAKEN),
    _adds("blob-default", BOTH, "body TEXT DEFAULT ('')", _TAKEN),
    _adds("generated-not-null", MARIADB, "twice INT AS (id * 2) STORED NOT NULL", "refused, 1064: .*"),
    _adds("generated-not-null", MARIADB, "twice INT AS (id * 2) VIRTUAL NOT NULL", "refused, 1064: .*"),
    _adds("generated-not-null", MYSQL, "twice INT AS (id * 2) VIRTUAL NOT NULL", _TAKEN),
    _adds("default-precision", MYSQL, "at DATETIME(6) DEFAULT CURRENT_TIMESTAMP", "refused, 1067: .*"),
    _adds("default-precision", MYSQL, "at DATETIME DEFAULT CURRENT_TIMESTAMP(6)", "refused, 1067: .*"),
    _adds("default-precision", MYSQL, "at TIMESTAMP(3) DEFAULT NOW()", "refused, 1067: .*"),
    _adds("default-precision", BOTH, "at DATETIME(6) DEFAULT NOW(6)", _TAKEN),
    _adds("default-precision", MARIADB, "at DATETIME(6) DEFAULT CURRENT_TIMESTAMP", _TAKEN),
    *(
        _adds("random-default", MYSQL, f"uid CHAR(36) DEFAULT ({call})", "refused, 1674: .*")
        for call in ("uuid()", "rand()", "uuid_short()", "random_bytes(8)", "sysdate()")
    ),
    _adds("random-default", MARIADB, "uid CHAR(36) DEFAULT (uuid())", _TAKEN),
    Fact("random-default", MYSQL, "CREATE TABLE notes (uid CHAR(36) DEFAULT (uuid()))", _TAKEN),
    Fact("random-default", MYSQL, "ALTER TABLE notes ALTER COLUMN body SET DEFAULT (uuid())", _TAKEN, _BODY),
    _adds("enum-default", BOTH, "mood ENUM('a', 'b') DEFAULT 'c'", "refused, 1067: .*"),
    _adds("enum-default", BOTH, "mood ENUM('a', 'b') DEFAULT ''", "refused, 1067: .*"),
    _adds("enum-default", BOTH, "mood ENUM('a', 'b') DEFAULT 'A '", _TAKEN),
    Fact("blob-key-length", MYSQL, "CREATE INDEX notes_body ON notes (body)", "refused, 1170: .*", _BODY),
    Fact("blob-key-length", MYSQL, "CREATE UNIQUE INDEX notes_body ON notes (body)", "refused, 1170: .*", _BODY),
    Fact("blob-key-length", MYSQL, "CREATE INDEX notes_doc ON notes (doc)", "refused, 3152: .*", _BODY),
    Fact("blob-key-length", BOTH, "CREATE TABLE bodies (body TEXT PRIMARY KEY)", "refused, 1170: .*"),
    Fact("blob-key-length", MARIADB, "CREATE INDEX notes_body ON notes (body)", _TAKEN, _BODY),
    Fact("blob-key-length", BOTH, "CREATE INDEX notes_body ON notes (body(100))", _TAKEN, _BODY),
    Fact("key-length", MYSQL, _PATH.format(769, ", KEY (path)"), "refused, 1071: .*"),
    Fact("key-length", MYSQL, _PATH.format(1025, "CHARACTER SET utf8mb3, KEY (path)"), "refused, 1071: .*"),
    Fact("key-length", MYSQL, _PATH.format(768, ", KEY (path, id)"), "refused, 1071: .*"),
    Fact("key-length", MYSQL, "CREATE TABLE notes (path VARBINARY(3073), KEY (path))", "refused, 1071: .*"),
    Fact("key-length", BOTH, _PATH.format(769, "PRIMARY KEY"), "refused, 1071: .*"),
    Fact("key-length", BOTH, _PATH.format(768, "PRIMARY KEY"), _TAKEN),
    Fact("key-length", MARIADB, _PATH.format(769, ", KEY (path)"), _TAKEN),
    *(
        Fact("my-trigger-privilege", BOTH, made, "refused, 1419: .*", _NOTES)
        for made in (
            "CREATE TRIGGER notes_id BEFORE INSERT ON notes FOR EACH ROW SET NEW.id = 1",
            "CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1",
        )
    ),
    Fact("my-trigger-privilege", BOTH, "CREATE VIEW all_notes AS SELECT id FROM notes", _TAKEN, _NOTES),
)
