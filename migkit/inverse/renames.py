"""Which tables and columns are the same under another name: everything else of theirs is equal (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from migkit.inverse.held import Held
from migkit.model import CatalogObject

Columns = Mapping[str, CatalogObject]


def renamed_table(wanted: Mapping[str, Held], present: Mapping[str, Held]) -> dict[str, str]:
    """Give the wanted name of each table that has another one now: the only two with these columns and options."""
    new = [one for name, one in wanted.items() if name not in present]
    old = [one for name, one in present.items() if name not in wanted]
    pairs = [(was, one) for was in old for one in new if _columns(was) == _columns(one)]
    olds, news = [was.name for was, _one in pairs], [one.name for _was, one in pairs]
    return {was.name: one.name for was, one in pairs if olds.count(was.name) == news.count(one.name) == 1}


def renamed_column(wanted: Columns, present: Columns) -> tuple[str, str] | None:
    """Give the present and the wanted name of the one column that has another name, and nothing else of its own.

    None where several columns come or go: which of them is which is not known then.
    """
    new, old = [n for n in wanted if n not in present], [n for n in present if n not in wanted]
    if len(new) != 1 or len(old) != 1:
        return None
    same = wanted[new[0]].definition == present[old[0]].definition
    return (old[0], new[0]) if same and list(wanted).index(new[0]) == list(present).index(old[0]) else None


def _columns(held: Held) -> tuple[str, list[tuple[str, str]]]:
    return held.definition, [(name, one.definition) for name, one in held.of("column").items()]
