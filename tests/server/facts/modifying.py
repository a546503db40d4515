"""What a new definition of a column loses, what an index loses with one, and what Alembic refuses."""

from __future__ import annotations

from tests.server.facts import BOTH, MARIADB, MYSQL, POSTGRESQL, SQLITE, Fact
from tests.server.facts.measuring import told
from tests.server.facts.sending import operated

_TITLE = ("CREATE TABLE notes (id INT, title VARCHAR(40) NOT NULL DEFAULT 'new' COMMENT 'of it')",)
_SHOWN = (
    "SELECT is_nullable, column_default, column_comment FROM information_schema.columns"
    " WHERE table_schema = DATABASE() AND column_name = 'title'"
)
_PLAIN = ("CREATE TABLE notes (id INT, a INT, b INT, KEY notes_ab (a, b))",)
_UNIQUE = ("CREATE TABLE notes (id INT, a INT, b INT, UNIQUE KEY notes_ab (a, b))",)
_PARTS = (
    "SELECT index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics"
    " WHERE table_schema = DATABASE() GROUP BY index_name"
)
_DROP = "ALTER TABLE notes DROP COLUMN b"
_SIZED = ("CREATE TABLE notes (id INT PRIMARY KEY, size INT)",)
_CASTS = (
    ("VARCHAR(20)", "INTEGER"),
    ("TEXT", "UUID"),
    ("TEXT", "JSONB"),
    ("TEXT", "DATE"),
    ("INTEGER", "BOOLEAN"),
    ("BOOLEAN", "INTEGER"),
    ("INTEGER", "UUID"),
    ("INTEGER", "TIMESTAMP"),
    ("TEXT", "BYTEA"),
    ("TEXT", "TEXT[]"),
)
_TAKEN = (("INTEGER", "TEXT"), ("BOOLEAN", "TEXT"), ("UUID", "TEXT"), ("NUMERIC", "INTEGER"), ("JSON", "JSONB"))


def _cast(old: str, new: str, says: str) -> Fact:
    return Fact(
        "pg-type-needs-using",
        POSTGRESQL,
        f"ALTER TABLE notes ALTER COLUMN size TYPE {new}",
        says,
        (f"CREATE TABLE notes (size {old})",),
        shown=f"ALTER TABLE notes ALTER COLUMN size /* {old} */ TYPE {new}",
    )


FACTS: tuple[Fact, ...] = (
    Fact("modify-forgets", BOTH, "ALTER TABLE notes MODIFY title VARCHAR(60)", ".*: YES, NULL, ", _TITLE, told(_SHOWN)),
    Fact(
        "modify-forgets",
        BOTH,
        "ALTER TABLE notes CHANGE title title VARCHAR(60)",
        ".*: YES, NULL, ",
        _TITLE,
        told(_SHOWN),
    ),
    Fact(
        "modify-forgets",
        BOTH,
        'op.alter_column("notes", "title", existing_type=sa.String(40), type_=sa.String(60))',
        "accepted",
        _TITLE,
        operated,
    ),
    Fact("my-implicit-index-shrink", BOTH, _DROP, "accepted; .*: notes_ab, a", _PLAIN, told(_PARTS)),
    Fact(
        "my-implicit-index-shrink",
        MYSQL,
        f"{_DROP} /* of a unique index */",
        "accepted; .*: notes_ab, a",
        _UNIQUE,
        told(_PARTS),
    ),
    Fact(
        "my-implicit-index-shrink",
        MYSQL,
        f"{_DROP} /* of a unique index, where a is twice the same */",
        "refused, 1062: .*",
        (*_UNIQUE, "INSERT INTO notes VALUES (1, 1, 1), (2, 1, 2)"),
    ),
    Fact("my-implicit-index-shrink", MARIADB, f"{_DROP} /* of a unique index */", "refused, 1072: .*", _UNIQUE),
    *(_cast(old, new, "refused, 42804: .*") for old, new in _CASTS),
    *(_cast(old, new, "accepted") for old, new in _TAKEN),
    Fact(
        "alter-without-type",
        BOTH,
        'op.alter_column("notes", "size", nullable=False)',
        "refused by Alembic, CommandError: .*",
        _SIZED,
        operated,
    ),
    Fact(
        "alter-without-type", BOTH, 'op.alter_column("notes", "size", server_default="1")', "accepted", _SIZED, operated
    ),
    Fact(
        "drop-constraint-without-type",
        BOTH,
        'op.drop_constraint("notes_size", "notes")',
        "refused by Alembic, NotImplementedError: .*",
        _SIZED,
        operated,
    ),
    Fact(
        "sqlite-alter",
        SQLITE,
        'op.alter_column("notes", "size", nullable=False)',
        "refused: .*syntax error",
        _SIZED,
        operated,
    ),
    *(
        Fact("sqlite-alter", SQLITE, code, "refused by Alembic, NotImplementedError: .*", _SIZED, operated)
        for code in (
            'op.create_unique_constraint("notes_size", "notes", ["size"])',
            'op.create_foreign_key("notes_owner", "notes", "owners", ["size"], ["id"])',
            'op.drop_constraint("notes_size", "notes", type_="unique")',
        )
    ),
)
