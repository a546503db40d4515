"""What servers refuse of foreign keys, and for their sake."""

from __future__ import annotations

from tests.server.facts import BOTH, MARIADB, MYSQL, POSTGRESQL, Fact
from tests.server.facts.measuring import told

_REFUSED = {"mysql": "refused, 3780: .*", "mariadb": "refused, 1005: .*", "postgresql": "refused, 42804: .*"}
_PARENT = {"mysql": "refused, 6125: .*", "mariadb": "refused, 1005: .*", "postgresql": "refused, 42830: .*"}
_COUNT = "SELECT COUNT(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"
_ALL = (*BOTH, *POSTGRESQL)
_OWNERS = ("CREATE TABLE owners (id INT PRIMARY KEY, kind INT, code VARCHAR(20))",)
_INDEXED = (*_OWNERS, "CREATE INDEX owners_kind ON owners (kind)")
_NOTES = "id INT PRIMARY KEY, owner_id INT, CONSTRAINT notes_owner FOREIGN KEY (owner_id) REFERENCES owners (id)"
_PAIR = ("CREATE TABLE owners (id INT PRIMARY KEY)", f"CREATE TABLE notes ({_NOTES})")

_TYPES = (
    "CREATE TYPE mood AS ENUM ('calm', 'cross')",
    "CREATE TYPE moods AS ENUM ('calm', 'cross')",
    "CREATE DOMAIN short AS VARCHAR(8)",
    "CREATE TABLE notes (id INT PRIMARY KEY, feels mood, felt moods[], name short)",
)


def _typed(engines: tuple[str, ...], child: str, parent: str, *, taken: bool = False) -> Fact:
    return Fact(
        "foreign-key-type",
        engines,
        f"CREATE TABLE notes (owner {child}, FOREIGN KEY (owner) REFERENCES owners (id))",
        "accepted" if taken else _REFUSED,
        (f"CREATE TABLE owners (id {parent} PRIMARY KEY)",),
        shown=f"CREATE TABLE notes (owner {child}, FOREIGN KEY (owner) REFERENCES owners (id /* {parent} */))",
    )


FACTS: tuple[Fact, ...] = (
    _typed(BOTH, "INT", "BIGINT"),
    _typed(BOTH, "INT", "INT UNSIGNED"),
    _typed(BOTH, "CHAR(36)", "BINARY(16)"),
    _typed(BOTH, "CHAR(36)", "INT"),
    _typed(BOTH, "DATE", "DATETIME"),
    _typed(BOTH, "VARCHAR(36) CHARACTER SET latin1", "VARCHAR(36) CHARACTER SET utf8mb4"),
    _typed(BOTH, "VARCHAR(40)", "VARCHAR(36)", taken=True),
    _typed(POSTGRESQL, "UUID", "INT"),
    _typed(POSTGRESQL, "VARCHAR(36)", "UUID"),
    _typed(POSTGRESQL, "INT", "BIGINT", taken=True),
    Fact(
        "foreign-key-parent",
        _ALL,
        "CREATE TABLE notes (k INT, FOREIGN KEY (k) REFERENCES owners (kind))",
        _PARENT,
        _OWNERS,
    ),
    Fact(
        "foreign-key-parent",
        (*MYSQL, *POSTGRESQL),
        "CREATE TABLE notes (owner INT, FOREIGN KEY (owner) REFERENCES owners (kind))",
        _PARENT,
        _INDEXED,
        shown="CREATE TABLE notes (owner INT, FOREIGN KEY (owner) REFERENCES owners (kind /* an index */))",
    ),
    Fact(
        "foreign-key-parent",
        MARIADB,
        "CREATE TABLE notes (owner INT, FOREIGN KEY (owner) REFERENCES owners (kind))",
        "accepted",
        _INDEXED,
        shown="CREATE TABLE notes (owner INT, FOREIGN KEY (owner) REFERENCES owners (kind /* an index */))",
    ),
    Fact(
        "inline-references", MARIADB, "CREATE TABLE notes (owner INT REFERENCES owners)", "refused, 1005: .*", _OWNERS
    ),
    Fact(
        "inline-references", MYSQL, "CREATE TABLE notes (owner INT REFERENCES owners)", ".*: 1", _OWNERS, told(_COUNT)
    ),
    Fact(
        "inline-references",
        BOTH,
        "CREATE TABLE notes (owner INT REFERENCES owners (id))",
        ".*: 1",
        _OWNERS,
        told(_COUNT),
    ),
    Fact(
        "drop-column-in-use",
        BOTH,
        "ALTER TABLE notes DROP COLUMN owner_id",
        {"mysql": "refused, 1828: .*", "mariadb": "refused, 1553: .*"},
        _PAIR,
    ),
    Fact(
        "drop-column-in-use",
        BOTH,
        "ALTER TABLE notes DROP FOREIGN KEY notes_owner, DROP COLUMN owner_id",
        "accepted",
        _PAIR,
    ),
    Fact("drop-column-in-use", POSTGRESQL, "ALTER TABLE notes DROP COLUMN owner_id", "accepted", _PAIR),
    Fact(
        "drop-table-in-use",
        _ALL,
        "DROP TABLE owners",
        {"mysql": "refused, 3730: .*", "mariadb": "refused, 1451: .*", "postgresql": "refused, 2BP01: .*"},
        _PAIR,
    ),
    Fact("drop-table-in-use", _ALL, "DROP TABLE notes, owners", "accepted", _PAIR),
    Fact("drop-table-in-use", MARIADB, "DROP TABLE owners, notes", "refused, 1451: .*", _PAIR),
    Fact("drop-table-in-use", (*MYSQL, *POSTGRESQL), "DROP TABLE owners, notes", "accepted", _PAIR),
    Fact("drop-table-in-use", POSTGRESQL, "DROP TABLE owners CASCADE", "accepted", _PAIR),
    Fact(
        "alter-column-in-use",
        BOTH,
        "ALTER TABLE notes MODIFY owner_id BIGINT",
        {"mysql": "refused, 3780: .*", "mariadb": "refused, 1832: .*"},
        _PAIR,
    ),
    Fact(
        "alter-column-in-use",
        BOTH,
        "ALTER TABLE owners MODIFY id BIGINT",
        {"mysql": "refused, 3780: .*", "mariadb": "refused, 1833: .*"},
        _PAIR,
    ),
    Fact("alter-column-in-use", BOTH, "ALTER TABLE notes MODIFY owner_id INT NOT NULL", "accepted", _PAIR),
    Fact("alter-column-in-use", POSTGRESQL, "ALTER TABLE notes ALTER COLUMN owner_id TYPE BIGINT", "accepted", _PAIR),
    Fact("drop-type-in-use", POSTGRESQL, "DROP TYPE mood", "refused, 2BP01: .*", _TYPES),
    Fact("drop-type-in-use", POSTGRESQL, "DROP DOMAIN short", "refused, 2BP01: .*", _TYPES),
    Fact("drop-type-in-use", POSTGRESQL, "DROP TYPE moods", "refused, 2BP01: .*", _TYPES),
    Fact("drop-type-in-use", POSTGRESQL, "DROP TYPE mood CASCADE", "accepted", _TYPES),
)
