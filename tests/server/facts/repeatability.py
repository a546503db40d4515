"""What servers say to a statement that they have run before, and what of a revision that failed half-way they keep."""

from __future__ import annotations

from typing import Any

from tests.server.facts import BOTH, POSTGRESQL, Fact
from tests.server.facts.measuring import answered, told
from tests.server.facts.sending import operated

NOTES = "CREATE TABLE notes (id INT PRIMARY KEY)"
BODY = "ALTER TABLE notes ADD COLUMN body VARCHAR(9)"
INDEX = "CREATE INDEX notes_body ON notes (body)"
WIDER = "CREATE TABLE IF NOT EXISTS notes (id INT PRIMARY KEY, body VARCHAR(9))"
COLUMNS = "SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 'notes'"
CREATED = "sa.Enum('open', name='state').create(op.get_bind(), checkfirst=True)"
NOTED = "op.create_table('notes', sa.Column('state', sa.Enum('open', name='state')))"
TASKED = NOTED.replace("notes", "tasks")
ENUM = "CREATE TYPE note_state AS ENUM ('open', 'done')"


def in_runs(connection: Any, code: str) -> str:
    """Run operations of Alembic; what stands behind `# the next run` in another run of it. Gives the last answer."""
    return [operated(connection, part) for part in code.split("  # the next run\n")][-1]


def rolled_back(connection: Any, sql: str) -> str:
    """Run statements, then ROLLBACK; give how many rows and columns of notes are left."""
    for statement in ("START TRANSACTION", *sql.split("; "), "ROLLBACK"):
        said = answered(connection, statement)
        if said.startswith("refused"):
            return said
    rows = connection.exec_driver_sql("SELECT COUNT(*) FROM notes").scalar()
    columns = connection.exec_driver_sql(COLUMNS + " AND table_schema = DATABASE()").scalar()
    return f"after ROLLBACK: {rows} row, {columns} columns"


def _enums(code: str, says: str) -> Fact:
    shown = code.replace("  # the next run\n", "; in the next run ").replace("\n", "; ")
    return Fact("enum-create-twice", POSTGRESQL, code, says, answer=in_runs, shown=shown)


FACTS: tuple[Fact, ...] = (
    Fact("unguarded-ddl", BOTH, NOTES, r"refused, 1050: .*", (NOTES,)),
    Fact("unguarded-ddl", POSTGRESQL, NOTES, r"refused, 42P07: .*", (NOTES,)),
    Fact("multi-ddl-revision", BOTH, BODY, r"refused, 1060: .*", (NOTES, BODY)),
    Fact("multi-ddl-revision", BOTH, INDEX, r"refused, 1061: .*", (NOTES, BODY, INDEX)),
    Fact("multi-ddl-revision", BOTH, "ALTER TABLE notes DROP COLUMN body", r"refused, 1091: .*", (NOTES,)),
    Fact(
        "mixed-ddl-and-data",
        BOTH,
        f"INSERT INTO notes VALUES (1); {BODY}",
        "after ROLLBACK: 1 row, 2 columns",
        (NOTES,),
        rolled_back,
    ),
    Fact(
        "guard-by-name-only", BOTH, WIDER, r"accepted.*: 1", (NOTES,), told(f"{COLUMNS} AND table_schema = DATABASE()")
    ),
    Fact("guard-by-name-only", POSTGRESQL, WIDER, r"accepted.*: 1", (NOTES,), told(COLUMNS)),
    Fact("enum-create-twice", POSTGRESQL, ENUM, r"refused, 42710: .*", (ENUM,)),
    Fact(
        "enum-create-twice",
        POSTGRESQL,
        "CREATE TYPE IF NOT EXISTS note_state AS ENUM ('open', 'done')",
        r"refused, 42601: .*",
    ),
    _enums(f"{CREATED}\n{NOTED}", r"refused, 42710: .*"),
    _enums(f"{NOTED}\n{TASKED}", "accepted"),
    _enums(f"{NOTED}  # the next run\n{TASKED}", r"refused, 42710: .*"),
)
