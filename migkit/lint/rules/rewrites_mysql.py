"""What MySQL and MariaDB hold up while a column of a table that has rows is altered.

Each sentence was measured on MySQL 9.7, MariaDB 10.11 and 11.8: tests/server/facts/rewrites_mysql.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from migkit.lint import charsets, columntypes
from migkit.lint.brought import columns_of, place
from migkit.lint.case import Case, Deed
from migkit.lint.columntypes import ColumnType
from migkit.lint.costs import COPIES, ELSEWHERE, Cost, Find, changed, refused, rule
from migkit.lint.rule import Found, Rule
from migkit.lint.rules import locks_mysql
from migkit.lint.standing import named, type_before
from migkit.model import Severity
from migkit.model.script import ColumnSpec, Kind

_BOTH = ("mysql", "mariadb")
_ALTER = frozenset({Kind.alter_column})
_LENGTH_BYTE = 255  # bytes of a VARCHAR whose length takes one byte
_UNMARKED = {"mariadb": 127}  # bytes up to which it takes a second byte without a copy; measured on 10.11.19
_LARGER = {"enum": (255,), "set": (8, 16, 24, 32)}  # how many values a byte more is needed for


def _type(case: Case) -> Iterator[Cost]:
    for deed, was, now in _types(case):
        plain = _comparable(was) == _comparable(now)
        if plain or was.base == now.base == "varchar" or (was.base == now.base and was.values):
            continue
        what = f"{named(deed)}.{deed.act.name} becomes {_written(deed)}, and was {type_before(deed)}"
        yield Cost(deed, what, ELSEWHERE)


def _varchar(case: Case) -> Iterator[Cost]:
    for deed, was, now in _types(case):
        if not (was.base == now.base == "varchar") or was.size is None or now.size is None or was.size == now.size:
            continue
        what = f"{named(deed)}.{deed.act.name} becomes {_written(deed)}, and was {type_before(deed)}"
        if now.size < was.size:
            yield Cost(deed, what, ELSEWHERE, why=_SHORTER)
            continue
        width = _width(case, deed)
        least = _UNMARKED.get(case.engine.family, -1)
        if width and least < was.size * width <= _LENGTH_BYTE < now.size * width:
            most = _LENGTH_BYTE // width
            yield Cost(deed, what, f"stay within {most} characters, or give it more than {most} from the start")


_SHORTER = (
    "the server copies the table to look at each value of a VARCHAR that gets shorter, and nothing may write meanwhile"
    " (ALGORITHM=COPY, LOCK=SHARED at the least)"
)


def _enum(case: Case) -> Iterator[Cost]:
    for deed, was, now in _types(case):
        if was.base != now.base or not was.values or not now.values or was.values == now.values:
            continue
        appended = now.values[: len(was.values)] == was.values
        if appended and not any(len(was.values) <= most < len(now.values) for most in _LARGER[was.base]):
            continue
        what = f"{named(deed)}.{deed.act.name} gets other values than new ones at the end of its list"
        if appended:
            what = f"{named(deed)}.{deed.act.name} gets so many values that each takes a byte more"
        yield Cost(deed, what, "append new values behind the old ones, which is INSTANT")


def _nullable(case: Case) -> Iterator[Cost]:
    dear = _dear(case)
    for deed, was, now in _specs(case):
        if was.nullable is None or now.nullable is None or was.nullable == now.nullable or id(deed) in dear:
            continue
        word = "may be NULL" if now.nullable else "becomes NOT NULL"
        yield Cost(deed, f"{named(deed)}.{deed.act.name} {word}", _ANEW, algorithm="INPLACE", lock="NONE")


def _order(case: Case) -> Iterator[Cost]:
    dear = _dear(case)
    for deed, was, now in _specs(case):
        moved = bool(deed.act.options & {"first", "after"}) and not _stays(deed)
        same = was.nullable == now.nullable or None in (was.nullable, now.nullable)
        if moved and same and id(deed) not in dear:
            what = f"{named(deed)}.{deed.act.name} is moved to another place"
            yield Cost(
                deed,
                what,
                "leave FIRST and AFTER out: a column's place means nothing",
                algorithm="INPLACE",
                lock="NONE",
            )


_ANEW = "do it while few write, and look at the disk space and the replicas"


def _charset(case: Case) -> Iterator[Cost]:
    for deed, was, now in _specs(case):
        old, new = (one.charset or charsets.of_collation(one.collation) for one in (was, now))
        old = old or charsets.charset(was, deed.table, None, case)
        if new and old and charsets.copied(old, new) and "collation" in deed.act.said:
            yield Cost(deed, f"{named(deed)}.{deed.act.name} becomes {new}, and was {old}", ELSEWHERE)


def _numbered(case: Case) -> Iterator[Cost]:
    for deed, was, now in _specs(case):
        if now.generated == "auto_increment" != was.generated and "autoincrement" in deed.act.said:
            yield Cost(deed, f"{named(deed)}.{deed.act.name} gets AUTO_INCREMENT", ELSEWHERE)


def _specs(case: Case) -> Iterator[tuple[Deed, ColumnSpec, ColumnSpec]]:
    """Give the columns that are altered, as they were and as they will be, where both are known."""
    for deed in changed(case):
        if deed.act.kind is Kind.alter_column:
            for column in columns_of(deed):
                if column.old is not None:
                    yield deed, column.old, column.spec


def _types(case: Case) -> Iterator[tuple[Deed, ColumnType, ColumnType]]:
    """Give the types that columns have and get, where both are known."""
    for deed in changed(case):
        if deed.act.kind is not Kind.alter_column or "type" not in deed.act.said or deed.act.column is None:
            continue
        was = columntypes.parse(type_before(deed), case.engine.family)
        now = columntypes.parse(deed.act.column.type, case.engine.family)
        if was is not None and now is not None:
            yield deed, was, now


def _written(deed: Deed) -> str:
    return deed.act.column.type if deed.act.column is not None else ""


def _comparable(one: ColumnType) -> ColumnType:
    return replace(
        one, arguments="" if one.size is not None or one.group in ("integer", "text", "blob") else one.arguments
    )


def _width(case: Case, deed: Deed) -> int | None:
    known = deed.table.column(deed.act.name) if deed.table else None
    column = replace(deed.act.column or ColumnSpec(deed.act.name), charset="", collation="")
    return charsets.width(charsets.charset(known or column, deed.table, None, case))


def _dear(case: Case) -> frozenset[int]:
    """Give the deeds that copy the table for another reason."""
    finds = (_type, _varchar, _enum, _charset, _numbered)
    return frozenset(id(cost.deed) for find in finds for cost in find(case))


def _stays(deed: Deed) -> bool:
    """Whether a column stands already where it is put."""
    names = [name.lower() for name in deed.table.columns] if deed.table is not None and deed.table.whole else []
    name = deed.act.name.lower()
    if "first" in deed.act.options:
        return names[:1] == [name]
    return (deed.act.after.lower(), name) in pairwise(names)


def _algorithm(case: Case) -> Iterator[Found]:
    if not any(deed.act.algorithm or deed.act.lock for deed in case.upgrade):
        return
    told: set[int] = set()
    for find in (*_FINDS, *locks_mysql.FINDS, _index):
        for cost in find(case):
            words = refused(cost)
            if words and cost.deed.number not in told:
                told.add(cost.deed.number)
                least = f"ALGORITHM={cost.algorithm}" + (f", LOCK={cost.lock}" if cost.lock != "NONE" else "")
                yield Found(
                    f"{cost.what} with {words}", place(cost.deed), f"write {least}, or {cost.remedy}", named(cost.deed)
                )


def _index(case: Case) -> Iterator[Cost]:
    """An index is never INSTANT."""
    for deed in changed(case):
        if deed.act.kind is Kind.create_index:
            yield Cost(deed, f"{named(deed)} gets an index", "leave ALGORITHM out", algorithm="INPLACE", lock="NONE")


_FINDS: tuple[Find, ...] = (_type, _varchar, _enum, _nullable, _charset, _numbered)

RULES = (
    rule(
        "my-type-change",
        Severity.warning,
        "a column of another type is written by copying the table, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _type,
        _ALTER,
        COPIES,
        "add a new column, fill it in batches, and swap",
    ),
    rule(
        "my-varchar-255-bytes",
        Severity.warning,
        "the length of a VARCHAR takes a second byte from 256 bytes on, so that the table is copied and nothing may"
        " write meanwhile (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _varchar,
        _ALTER,
        COPIES,
        "stay on one side of 255 bytes, which copies nothing: 63 characters of utf8mb4",
    ),
    rule(
        "my-enum-set-order",
        Severity.warning,
        "an ENUM or SET whose values are not its old ones with new ones behind them is written by copying the table,"
        " and nothing may write meanwhile (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _enum,
        _ALTER,
        COPIES,
        "append new values behind the old ones, which is INSTANT",
    ),
    rule(
        "my-column-charset",
        Severity.warning,
        "a column of another charset is written by copying the table, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _charset,
        _ALTER,
        COPIES,
        "convert a large table in a copy of it",
    ),
    rule(
        "my-auto-inc-alter",
        Severity.warning,
        "AUTO_INCREMENT is given to a column by copying the table, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _numbered,
        _ALTER,
        _BOTH,
        "let the column have it from the start",
    ),
    rule(
        "my-nullable-rebuild",
        Severity.note,
        "every row is written anew where a column becomes NOT NULL, or NULL again, though rows may be written"
        " meanwhile (ALGORITHM=INPLACE, LOCK=NONE)",
        _nullable,
        _ALTER,
        _BOTH,
        _ANEW,
    ),
    rule(
        "my-column-order",
        Severity.note,
        "MySQL writes every row anew where a column gets another place, though rows may be written meanwhile"
        " (ALGORITHM=INPLACE, LOCK=NONE)",
        _order,
        _ALTER,
        ("mysql",),
        "leave FIRST and AFTER out",
    ),
    Rule(
        "algorithm-refused",
        "acceptance",
        Severity.error,
        "the server cannot do it so and refuses the ALTER with 1845 or 1846",
        _algorithm,
        on=("mysql", "mariadb<11.2"),
        kinds=frozenset({Kind.alter_column, Kind.add_column, Kind.create_index, Kind.add_constraint, Kind.alter_table})
        | {Kind.drop_constraint, Kind.drop_column},
        remedy="leave ALGORITHM and LOCK out, or ask for what the server can do",
    ),
)
