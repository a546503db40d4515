"""How a server is asked by way of SQLAlchemy and Alembic, which may refuse before it does."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.exc import DBAPIError

from tests.server.facts.measuring import answered, refusal


def texted(connection: Any, sql: str) -> str:
    """Send a statement as op.execute() does."""
    try:
        connection.execution_options(no_parameters=False).execute(sa.text(sql))
    except DBAPIError as error:
        return refusal(error)
    except sa.exc.StatementError as error:
        return f"refused by SQLAlchemy, {type(error).__name__}: {str(error).splitlines()[0]}"
    finally:
        connection.execution_options(no_parameters=True)
    return "accepted"


def operated(connection: Any, code: str) -> str:
    """Run an operation of Alembic."""
    context = MigrationContext.configure(connection)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(code, {"op": Operations(context), "sa": sa})
    except DBAPIError as error:
        return refusal(error)
    except Exception as error:  # whatever Alembic or SQLAlchemy raise
        said = str(error).splitlines()
        return f"refused by Alembic, {type(error).__name__}: {said[0] if said else 'without a word'}"
    return "accepted"


def each(words: frozenset[str], pattern: str) -> Callable[[Any, str], str]:
    """Give a measure: which of the words the server refuses in the place of WORD, and with which errors."""

    def answer(connection: Any, _sql: str) -> str:
        errors: dict[str, list[str]] = {}
        for word in sorted(words):
            connection.exec_driver_sql("DROP TABLE IF EXISTS tried")
            said = answered(connection, pattern.replace("WORD", word))
            errors.setdefault(said.partition(":")[0].partition(";")[0], []).append(word)
        return "; ".join(f"{said}: {' '.join(found)}" for said, found in sorted(errors.items()))

    return answer


def rows_written(connection: Any, sql: str) -> str:
    """Give whether a statement is accepted, and whether it writes as many rows as the table has, or more."""
    before = _written(connection)
    said = answered(connection, sql)
    written = _written(connection) - before
    rows = connection.exec_driver_sql("SELECT COUNT(*) FROM notes").scalar()
    return f"{said}; {'every row is written' if written >= rows else 'no row is written'} (Handler_write)"


def _written(connection: Any) -> int:
    return int(connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Handler_write'").fetchone()[1])
