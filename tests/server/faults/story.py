"""The release that the faults happen to: six statements in two revisions, and what the server knows of each.

DDL and rows are mixed, one statement is guarded, and none may be applied twice: the rows would say so. What a guarded
operation sends besides (its table of marks) is not counted here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

BASE, FIRST, SECOND = "a0", "b1", "c2"
REVISIONS = (BASE, FIRST, SECOND)
ROWS = 3

_BASE = """
def upgrade():
    op.execute("CREATE TABLE account (id INT NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, balance INT NOT NULL)")
    op.execute("INSERT INTO account (id, name, balance) VALUES (1, 'Ada', 10), (2, 'Bo', 20), (3, 'Cy', 30)")


def downgrade():
    op.execute("DROP TABLE account")
"""
_FIRST = """
from migkit import ops


def upgrade():
    op.execute(
        "CREATE TABLE ledger "
        "(id INT NOT NULL {counted} PRIMARY KEY, account_id INT NOT NULL, note VARCHAR(40) NOT NULL)"
    )
    op.execute("INSERT INTO ledger (account_id, note) SELECT id, 'opened' FROM account")
    ops.add_column_if_missing("account", sa.Column("grade", sa.Integer(), nullable=True))


def downgrade():
    ops.drop_column_if_exists("account", "grade")
    op.execute("DROP TABLE ledger")
"""
_SECOND = """
def upgrade():
    op.execute("UPDATE account SET balance = balance + 100 WHERE id > 0")
    {index}
    op.execute("INSERT INTO ledger (account_id, note) SELECT id, 'graded' FROM account WHERE balance > 100")


def downgrade():
    op.execute("DELETE FROM ledger WHERE note = 'graded'")
    {drop}
    op.execute("UPDATE account SET balance = balance - 100 WHERE id > 0")
"""
_CONCURRENTLY = """with op.get_context().autocommit_block():
        op.execute("{} INDEX CONCURRENTLY {}")"""

_BEGINS = (
    r"CREATE TABLE ledger\b",
    r"INSERT INTO ledger \(account_id, note\) SELECT id, 'opened'",
    r"ALTER TABLE \W?account\W? ADD COLUMN\b",
    r"UPDATE account SET balance = balance \+ 100\b",
    r"CREATE INDEX (CONCURRENTLY )?account_name\b",
    r"INSERT INTO ledger \(account_id, note\) SELECT id, 'graded'",
    r"DELETE FROM ledger WHERE note = 'graded'",
    r"DROP INDEX (CONCURRENTLY )?account_name\b",
    r"UPDATE account SET balance = balance - 100\b",
    r"ALTER TABLE \W?account\W? DROP COLUMN\b",
    r"DROP TABLE ledger\b",
)
_VERSION = re.compile(r"\s*(UPDATE|INSERT INTO) alembic_version\b.*?'(?P<id>\w+)'", re.DOTALL)
UNDONE = {7: (6,), 8: (5,), 9: (4,), 10: (3,), 11: (1, 2)}  # the statements of the way down, and what each takes back
DDL = (1, 3, 5)
ALL = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Story:
    """How one product tells it: the source of each revision, and the queries that count how often each was applied.

    `alone` are the statements that are committed as soon as they are answered, with all that went before; `atomic`
    says of the others that a revision is one transaction.
    """

    bodies: dict[str, str]
    probes: dict[int, str]
    alone: tuple[int, ...]


def number(sql: str) -> int:
    """Give which of the six statements this is, or of the five that take them back; 0 for any other."""
    found = (n for n, begins in enumerate(_beginnings(), 1) if begins.match(sql.strip()))
    return next(found, 0)


@cache
def _beginnings() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in _BEGINS)


def version(sql: str, *_parameters: Any) -> str:
    """Give the revision that this statement puts into the version table; "" for any other."""
    found = _VERSION.match(sql)
    return found["id"] if found else ""


def told(family: str) -> Story:
    """Give the story as a product tells it."""
    return _POSTGRESQL if family == "postgresql" else _MYSQL


def _bodies(counted: str, index: str, drop: str) -> dict[str, str]:
    second = _SECOND.replace("{index}", index).replace("{drop}", drop)
    return {BASE: _BASE, FIRST: _FIRST.replace("{counted}", counted), SECOND: second}


def _probes(column: str, index: str) -> dict[int, str]:
    return {
        1: "SELECT count(*) FROM information_schema.tables WHERE table_name = 'ledger' AND table_schema = {schema}",
        2: f"SELECT count(*) / {ROWS} FROM ledger WHERE note = 'opened'",
        3: column,
        4: f"SELECT (sum(balance) - 60) / {100 * ROWS} FROM account",
        5: index,
        6: f"SELECT count(*) / {ROWS} FROM ledger WHERE note = 'graded'",
    }


_COLUMN = (
    "SELECT count(*) FROM information_schema.columns "
    "WHERE table_schema = {schema} AND table_name = 'account' AND column_name = 'grade'"
)
_MYSQL = Story(
    _bodies(
        "AUTO_INCREMENT",
        'op.execute("CREATE INDEX account_name ON account (name)")',
        'op.execute("DROP INDEX account_name ON account")',
    ),
    _probes(
        _COLUMN,
        "SELECT count(*) FROM information_schema.statistics "
        "WHERE table_schema = {schema} AND table_name = 'account' AND index_name = 'account_name'",
    ),
    alone=DDL,
)
_POSTGRESQL = Story(
    _bodies(
        "GENERATED BY DEFAULT AS IDENTITY",
        _CONCURRENTLY.format("CREATE", "account_name ON account (name)"),
        _CONCURRENTLY.format("DROP", "account_name"),
    ),
    _probes(
        _COLUMN,
        "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('account_name')",
    ),
    alone=(5,),
)


def base_sql() -> tuple[str, ...]:
    """Give the statements that make what stands before the release, the version table too."""
    return (
        *re.findall(r'op\.execute\("(.*)"\)', _BASE.partition("def downgrade")[0]),
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
        f"INSERT INTO alembic_version (version_num) VALUES ('{BASE}')",
    )
