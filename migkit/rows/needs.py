"""How many rows each table wants, and what has to be asked of the database in order to make them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from migkit.rows import order
from migkit.rows.schema import Column, Held, Table
from migkit.rows.store import Question
from migkit.rows.values import few, kind

_MORE = 8  # rows for the sake of a column that came later
_MOST = 4  # times as many rows as were asked for, for that sake


def counting(tables: Mapping[str, Table]) -> list[Question]:
    """Ask how many rows each table holds, and which of its columns are alike in all of them."""
    return [Question(table, (), tuple(_varied(table)), 0) for _, table in sorted(tables.items())]


def wants(tables: Mapping[str, Table], held: Mapping[str, Held], count: int) -> dict[str, int]:
    """Give how many rows each table lacks: up to `count`, or some for the columns that are alike in all rows."""
    return {name: _wanted(table, tables, held, count) for name, table in sorted(tables.items())}


def questions(tables: Mapping[str, Table], wanted: Collection[str], count: int) -> list[Question]:
    """Ask what the keys of the tables in `wanted` hold already, and what their rows may refer to."""
    supposed = order.supposed(tables)
    asked = {name: _in_keys(tables[name]) for name in wanted}
    for name in wanted:
        for key in (*tables[name].foreign, *supposed.get(name, ())):
            if key.parent in tables:
                asked.setdefault(key.parent, set()).update(key.parent_columns)
    return [Question(tables[name], tuple(sorted(asked[name])), (), count * _MOST) for name in sorted(asked)]


def unfit(table: Table) -> str:
    """Say why a table can have no rows; "" where it can."""
    return table.unfit or next((f"{each.name}: {each.unfit}" for each in table.columns if _is_unfit(each)), "")


def _wanted(table: Table, tables: Mapping[str, Table], held: Mapping[str, Held], count: int) -> int:
    if unfit(table):
        return 0
    holds = held.get(table.name, Held())
    if holds.count < count:
        return count - holds.count
    single = {name for key in table.foreign for name in key.columns if _is_single(key.parent, tables, held, count)}
    vary = any(each.name in holds.alike and each.name not in single and _can_vary(each) for each in table.columns)
    return min(count, _MORE) if vary and holds.count < _MOST * count else 0


def _is_single(parent: str, tables: Mapping[str, Table], held: Mapping[str, Held], count: int) -> bool:
    """Whether there is no choice of rows to refer to."""
    return parent not in tables or (held.get(parent, Held()).count < 2 and (unfit(tables[parent]) != "" or count < 2))  # noqa: PLR2004  # two are a choice


def _can_vary(column: Column) -> bool:
    return column.size != 0 and (not kind(column).few or len(few(column)) > 1)


def _varied(table: Table) -> Iterator[str]:
    for column in table.columns:
        if not column.generated and not column.unfit and not column.counter:
            yield column.name


def _in_keys(table: Table) -> set[str]:
    written = {column.name for column in table.columns if not column.generated}
    found = {name for key in table.keys for name in (*key.columns, *key.apart)}
    found |= {read for column in table.columns if column.name in found for read in column.reads}
    return found & written


def _is_unfit(column: Column) -> bool:
    return bool(column.unfit) and not column.nullable and not column.generated
