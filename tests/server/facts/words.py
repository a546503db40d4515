"""What servers, and SQLAlchemy, refuse of the words of a statement."""

from __future__ import annotations

from migkit.engines import parse
from migkit.lint.reserved import reserved
from migkit.lint.rules.types import FOREIGN
from tests.server.facts import BOTH, MARIADB, MYSQL, POSTGRESQL, SQLITE, Fact
from tests.server.facts.sending import each, texted

_NOTES = ("CREATE TABLE notes (id INT PRIMARY KEY, size INT)",)
_SYNTAX = {"mysql": "refused, 1064: .*", "postgresql": "refused, 42601: .*", "sqlite": "refused: .*syntax error"}
_LONG = "n" * 65
_ALTER = "ALTER TABLE notes"
_EVERY = (*BOTH, *POSTGRESQL, *SQLITE)
_IF_MYSQL = (
    f"{_ALTER} ADD COLUMN IF NOT EXISTS body INT",
    f"{_ALTER} DROP COLUMN IF EXISTS size",
    f"{_ALTER} MODIFY COLUMN IF EXISTS size BIGINT",
    f"{_ALTER} RENAME COLUMN IF EXISTS size TO width",
    "CREATE INDEX IF NOT EXISTS notes_size ON notes (size)",
    "DROP INDEX IF EXISTS notes_size ON notes",
    f"{_ALTER} ADD CONSTRAINT IF NOT EXISTS ck CHECK (size > 0)",
    f"{_ALTER} DROP CONSTRAINT IF EXISTS ck",
    "ALTER TABLE IF EXISTS notes ADD COLUMN body INT",
)
_IF_POSTGRESQL = (
    f"{_ALTER} ADD CONSTRAINT IF NOT EXISTS ck CHECK (size > 0)",
    f"{_ALTER} ALTER COLUMN IF EXISTS size SET NOT NULL",
    f"{_ALTER} RENAME COLUMN IF EXISTS size TO width",
    "CREATE TYPE IF NOT EXISTS mood AS ENUM ('ok')",
    "CREATE DOMAIN IF NOT EXISTS size AS INT",
    "CREATE VIEW IF NOT EXISTS sizes AS SELECT size FROM notes",
    "CREATE POLICY IF NOT EXISTS mine ON notes",
    "TRUNCATE TABLE IF EXISTS notes",
)


def _reserved(engine: str) -> Fact:
    """Each word of the list is refused as a name; `says` holds the whole answer."""
    words = reserved(parse(engine))
    number = "42601" if engine.startswith("postgresql") else "1064"
    pattern = "CREATE TABLE tried (WORD INT)"
    says = f"refused, {number}: {' '.join(sorted(words))}"
    return Fact("reserved-word", (engine,), pattern, says, answer=each(words, pattern))


def _types(engine: str) -> Fact:
    pattern = "CREATE TABLE tried (name WORD)"
    says = f"refused, 42704: {' '.join(sorted(FOREIGN))}"
    return Fact("unknown-type", (engine,), pattern, says, answer=each(FOREIGN, pattern))


def _column(engines: tuple[str, ...], type_: str, says: str) -> Fact:
    return Fact("unknown-type", engines, f"CREATE TABLE notes (id {type_})", says)


FACTS: tuple[Fact, ...] = (
    Fact(
        "text-bind-colon",
        _EVERY,
        """SELECT '{"days":28}'""",
        "refused by SQLAlchemy, StatementError: .*",
        answer=texted,
    ),
    Fact("text-bind-colon", _EVERY, r"""SELECT '{"days"\:28}'""", "accepted", answer=texted),
    Fact(
        "instant-with-lock", MYSQL, f"{_ALTER} ADD body INT, ALGORITHM=INSTANT, LOCK=NONE", "refused, 1221: .*", _NOTES
    ),
    Fact(
        "instant-with-lock",
        MYSQL,
        f"{_ALTER} ADD body INT, ALGORITHM=INSTANT, LOCK=SHARED",
        "refused, 1221: .*",
        _NOTES,
    ),
    Fact("instant-with-lock", MARIADB, f"{_ALTER} ADD body INT, ALGORITHM=INSTANT, LOCK=NONE", "accepted", _NOTES),
    *(Fact("if-exists-unsupported", MYSQL, sql, "refused, 1064: .*", _NOTES) for sql in _IF_MYSQL),
    Fact("if-exists-unsupported", MARIADB, _IF_MYSQL[0], "accepted", _NOTES),
    *(Fact("if-exists-unsupported", POSTGRESQL, sql, "refused, 42601: .*", _NOTES) for sql in _IF_POSTGRESQL),
    Fact("if-exists-unsupported", POSTGRESQL, _IF_MYSQL[0], "accepted", _NOTES),
    Fact("if-exists-unsupported", SQLITE, _IF_MYSQL[0], _SYNTAX["sqlite"], _NOTES),
    Fact("if-exists-unsupported", SQLITE, _IF_MYSQL[1], _SYNTAX["sqlite"], _NOTES),
    *(_reserved(engine) for engine in (*MYSQL, *MARIADB, *POSTGRESQL)),
    Fact("identifier-length", BOTH, f"CREATE INDEX {_LONG} ON notes (size)", "refused, 1059: .*", _NOTES),
    Fact("identifier-length", MYSQL, f"CREATE TABLE {_LONG} (id INT)", "refused, 1059: .*"),
    Fact("identifier-length", MARIADB, f"CREATE TABLE {_LONG} (id INT)", "refused, 1103: .*"),
    Fact("identifier-length", POSTGRESQL, f"CREATE INDEX {_LONG} ON notes (size)", "accepted", _NOTES),
    Fact(
        "identifier-length",
        POSTGRESQL,
        f"CREATE INDEX {_LONG}x ON notes (size)",
        f'refused, 42P07: relation "{"n" * 63}" already exists',
        (*_NOTES, f"CREATE INDEX {_LONG} ON notes (size)"),
    ),
    _column(MYSQL, "UUID", "refused, 1064: .*"),
    _column(MARIADB, "UUID", "accepted"),
    _column(BOTH, "JSONB", "refused, (1064|4161): .*"),
    _column(BOTH, "TIMESTAMP WITH TIME ZONE", "refused, 1064: .*"),
    _column(BOTH, "BYTEA", "refused, (1064|4161): .*"),
    _column(BOTH, "BIGSERIAL", "refused, (1064|4161): .*"),
    _column(BOTH, "TEXT[]", "refused, 1064: .*"),
    _column(BOTH, "VARCHAR", "refused, 1064: .*"),
    _column(POSTGRESQL, "INT(11)", "refused, 42601: .*"),
    _column(POSTGRESQL, "INT UNSIGNED", "refused, 42601: .*"),
    *(_types(engine) for engine in POSTGRESQL),
)
