"""Changes written as SQL, in the words of each product (pure).

lexis.py        SQL taken apart as far as writing it needs
words.py        the words that are no names without quotes
names.py        identifiers and literals
enums.py        values that are added, each where it belongs
clauses.py      clauses of one ALTER gathered, the layout of a statement
mysql.py        MySQL and MariaDB
postgresql.py   PostgreSQL, with postgresql_columns.py (a column taken apart) and postgresql_words.py (what a catalogue
                says behind a definition)
sqlite.py       SQLite, with sqlite_remade.py: a table made anew
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import cast

from migkit.ddl.clauses import Unknown
from migkit.ddl.names import Names
from migkit.model import Change, Engine, Family, Snapshot, Table

__all__ = ["Names", "Unknown", "apart", "statements", "tables"]

_MODULES: dict[Family, str] = {
    "mysql": "mysql",
    "mariadb": "mysql",
    "postgresql": "postgresql",
    "sqlite": "sqlite",
}
_APART: dict[Family, re.Pattern[str]] = {
    "postgresql": re.compile(
        r"\s*(?:(?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b|REINDEX\b.*\bCONCURRENTLY\b"
        r"|ALTER\s+TYPE\s+(?:[^\s\"]|\"[^\"]*\")+\s+ADD\s+VALUE\b|ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY\b"
        r"|VACUUM\b|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE)\b)",
        re.IGNORECASE | re.DOTALL,
    )
}
_Writer = Callable[[Sequence[Change], Names, Iterable[Table]], list[str]]


def statements(changes: Sequence[Change], engine: Engine, tables: Iterable[Table] = ()) -> tuple[str, ...]:
    """Give the statements that make the changes, in their order, without semicolons.

    Several changes of one table, one after the other, are one ALTER. `tables` are tables as they are now, whole; only
    SQLite needs them, where it has to make a table anew. Raises Unknown for a definition that is "", and ConfigError
    for what the product cannot do or a definition that would end the statement it stands in.
    """
    writer = cast("_Writer", _module(engine).statements)
    return tuple(writer(changes, Names(engine), tables))


def tables(snapshot: Snapshot, engine: Engine) -> tuple[Table, ...]:
    """Give the tables of a catalogue as `statements` wants them; none where the product never makes a table anew."""
    reader = getattr(_module(engine), "tables", None)
    return tuple(reader(snapshot)) if reader else ()


def apart(statement: str, engine: Engine) -> bool:
    """Whether a statement cannot run inside a transaction block: CONCURRENTLY, or ALTER TYPE … ADD VALUE.

    A value that was added inside one could not be used before it ends (PostgreSQL manual, ALTER TYPE).
    """
    pattern = _APART.get(engine.family)
    return pattern is not None and bool(pattern.match(statement))


def _module(engine: Engine) -> ModuleType:
    return import_module(f"migkit.ddl.{_MODULES[engine.family]}")
