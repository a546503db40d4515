"""The columns that an index's name is made of: idx_customer_id_tm_create is on customer_id and tm_create."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

PREFIXES = ("idx", "ix", "index", "uq", "ux", "uidx", "uniq", "unique", "key", "fk")


def columns_of(name: str, table: str, columns: Collection[str]) -> tuple[str, ...]:
    """Give the columns of `table` that the name spells, the longest names first; () where it spells none.

    A prefix such as `idx_`, then the table's own name, may stand before them.
    """
    words = tuple(name.split("_"))
    if words[0] in PREFIXES:
        words = words[1:]
    own = tuple(table.split("_"))
    known = frozenset(columns)
    found = _spelled(words, known)
    if not found and words[: len(own)] == own:
        found = _spelled(words[len(own) :], known)
    return found


@lru_cache(maxsize=64)
def _spelled(words: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    for length in range(len(words), 0, -1):
        column = "_".join(words[:length])
        if column in known:
            rest = _spelled(words[length:], known - {column})
            if rest or length == len(words):
                return column, *rest
    return ()
