"""The order in which tables are filled: parents first, and tables that refer to one another in a circle together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from migkit.rows.schema import Column, ForeignKey, Table

_ID = re.compile(r"(.+?)_?(?:id|uuid|guid|fk)", re.IGNORECASE)


def groups(tables: Mapping[str, Table], supposed: Mapping[str, Sequence[ForeignKey]]) -> list[tuple[str, ...]]:
    """Give the tables in an order in which each comes after its parents; a group of several is a circle.

    Where it can be chosen, a table also comes after those that it is only `supposed` to refer to.
    """
    circles = {name: circle for circle in _circles(tables) for name in circle}
    waiting = dict.fromkeys(circles[name] for name in sorted(tables))
    before = {group: {circles[parent] for parent in _parents(tables, group)} - {group} for group in waiting}
    better = {
        group: {circles[key.parent] for name in group for key in supposed.get(name, ())} - {group} for group in waiting
    }
    done: list[tuple[str, ...]] = []
    while waiting:
        ready = [group for group in waiting if not before[group] & waiting.keys()]
        best = next((group for group in ready if not better[group] & waiting.keys()), ready[0])
        del waiting[best]
        done.append(best)
    return done


def supposed(tables: Mapping[str, Table]) -> dict[str, list[ForeignKey]]:
    """Give foreign keys that nobody declared: `customer_id` beside a table of customers whose key is of that type."""
    parents = dict(_named(tables.values()))
    found: dict[str, list[ForeignKey]] = {}
    for table in tables.values():
        declared = {name for key in table.foreign for name in key.columns}
        for column in table.columns:
            match = _ID.fullmatch(column.name)
            parent = parents.get(match[1].lower()) if match else None
            if parent is None or column.name in declared or column.generated:
                continue
            (name, key) = parent
            if name != table.name and _alike(column, key):
                found.setdefault(table.name, []).append(ForeignKey("", (column.name,), name, (key.name,)))
    return found


def narrowed(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Give the tables with columns that are no longer than those which refer to them."""
    sizes: dict[tuple[str, str], int] = {}
    for table in tables.values():
        columns = {column.name: column for column in table.columns}
        for key in table.foreign:
            for name, parent in zip(key.columns, key.parent_columns, strict=True):
                size = columns[name].size
                if size is not None:
                    sizes[key.parent, parent] = min(size, sizes.get((key.parent, parent), size))
    return {name: _narrow(table, sizes) for name, table in tables.items()}


def _narrow(table: Table, sizes: Mapping[tuple[str, str], int]) -> Table:
    if not any((table.name, column.name) in sizes for column in table.columns):
        return table
    columns = tuple(
        replace(column, size=min(column.size or size, size))
        if (size := sizes.get((table.name, column.name))) is not None and column.kind in ("text", "bytes")
        else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def _parents(tables: Mapping[str, Table], group: Iterable[str]) -> set[str]:
    return {key.parent for name in group for key in tables[name].foreign if key.parent in tables}


def _circles(tables: Mapping[str, Table]) -> Iterator[tuple[str, ...]]:
    """Give the strongly connected tables, each group sorted: by what each one reaches, and what reaches it."""
    reached = {name: _reached(tables, name) for name in tables}
    told: set[str] = set()
    for name in sorted(tables):
        if name not in told:
            circle = tuple(sorted({name} | {other for other in reached[name] if name in reached[other]}))
            told.update(circle)
            yield circle


def _reached(tables: Mapping[str, Table], name: str) -> set[str]:
    found: set[str] = set()
    left: Collection[str] = _parents(tables, [name])
    while left:
        found |= set(left)
        left = _parents(tables, left) - found
    return found


def _named(tables: Iterable[Table]) -> Iterator[tuple[str, tuple[str, Column]]]:
    """Give tables with a key of one column by the words that a column may call them by, the shortest name last."""
    for table in sorted(tables, key=lambda table: (-len(table.name), table.name)):
        single = [key.columns[0] for key in table.keys if len(key.columns) == 1 and not key.apart]
        column = next((column for column in table.columns if single and column.name == single[0]), None)
        if column is None:
            continue
        words = re.split(r"[_.]", table.name.lower())
        for start in range(len(words)):
            for name in _singular("_".join(words[start:])):
                yield name, (table.name, column)


def _singular(name: str) -> Iterator[str]:
    yield name
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    elif name.endswith(("ses", "xes", "ches", "shes")):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]


def _alike(one: Column, other: Column) -> bool:
    same = (one.kind, one.size, one.charset) == (other.kind, other.size, other.charset)
    return same and one.kind in ("integer", "uuid", "bytes", "text")
