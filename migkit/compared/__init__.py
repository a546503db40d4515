"""The values that a history speaks of: those with which it compares a column, and those that it inserts itself.

Rows that are put in before a step have to meet its conditions (a backfill that finds no row shows nothing), and must
not stand where the history's own rows will. Revision files are read as source, and their SQL by sqlglot; none is run,
and what cannot be read is passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from migkit.compared.found import Found
from migkit.compared.sources import read
from migkit.model.rehearsal import Rows
from migkit.product import Family


def rows(paths: Iterable[Path], family: Family, *, count: int, seed: int = 0) -> Rows:
    """Give the `count` rows to ask for, with what the revision files in `paths` say of the columns of each name.

    A column of that name in any table is meant: files say too seldom which table it is.
    """
    found = Found()
    for path in sorted(paths):
        try:
            tree = ast.parse(path.read_bytes(), str(path))
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        read(tree, path.parent, family, found)
    return Rows(count, seed, found.compared(), found.inserted())
