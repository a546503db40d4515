"""What MySQL and MariaDB hold up while a table that has rows gets or loses columns, keys and partitions.

Each sentence was measured on MySQL 9.7, MariaDB 10.11 and 11.8: tests/server/facts/locks_mysql.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint import charsets
from migkit.lint.case import Case
from migkit.lint.costs import COPIES, ELSEWHERE, Cost, Find, changed, rule, together
from migkit.lint.options import table_charset
from migkit.lint.standing import named, unchecked
from migkit.model import Severity
from migkit.model.script import ColumnSpec, Kind

_BOTH = ("mysql", "mariadb")
_KEYS = frozenset({Kind.create_index, Kind.add_constraint, Kind.add_column})
_PARTITIONS = re.compile(r"\bpartition\s+by\b|\bremove\s+partitioning\b", re.IGNORECASE)
_REBUILDS = ("engine", "force", "row_format")


def _foreign_key(case: Case) -> Iterator[Cost]:
    off = unchecked(case)
    for deed in changed(case):
        key, column = deed.act.key, deed.act.column
        if deed.act.kind not in _KEYS or off:
            continue
        if key is not None and key.kind == "foreign":
            refers = key.refers
        elif column is not None and deed.act.kind is Kind.add_column and column.references:
            refers = column.references
        else:
            continue
        what = f"{named(deed)} gets a foreign key to {refers or 'another table'}"
        yield Cost(
            deed, what, "check the rows, then add it with SET foreign_key_checks=0 around it, which copies nothing"
        )


def _check(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        key, column = deed.act.key, deed.act.column
        if deed.act.kind is Kind.add_constraint and key is not None and key.kind == "check":
            yield Cost(deed, f"{named(deed)} gets a CHECK", "add it while few write")
        elif deed.act.kind is Kind.add_column and column is not None and column.check and case.engine.family == "mysql":
            yield Cost(
                deed, f"{named(deed)}.{column.name} is added with a CHECK", "add the column alone, which is INSTANT"
            )


def _stored(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        column = deed.act.column
        if deed.act.kind is Kind.add_column and column is not None and column.generated == "stored":
            what = f"{named(deed)}.{column.name} is added as a STORED column"
            yield Cost(deed, what, "make it VIRTUAL, which is INSTANT and can be indexed")


def _expression_default(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        column = deed.act.column
        if deed.act.kind is Kind.add_column and column is not None and (column.default or "").startswith("("):
            what = f"{named(deed)}.{column.name} is added with DEFAULT {column.default}"
            yield Cost(
                deed, what, "add it with a literal default or none, then ALTER COLUMN … SET DEFAULT: both are INSTANT"
            )


def _auto_increment(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        column = deed.act.column
        if deed.act.kind is Kind.add_column and column is not None and column.generated == "auto_increment":
            what = f"{named(deed)}.{column.name} is added with AUTO_INCREMENT"
            yield Cost(deed, what, ELSEWHERE, algorithm="INPLACE")


def _primary_key(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        act = deed.act
        if act.kind is not Kind.drop_constraint or not (act.item == "primary" or act.name == "PRIMARY"):
            continue
        added = together(case, deed, [Kind.add_constraint])
        if not any(one.act.key is not None and one.act.key.kind == "primary" for one in added):
            remedy = "drop it and add the new one in one ALTER TABLE, which goes on while rows are written"
            yield Cost(deed, f"{named(deed)} loses its primary key", remedy)


def _full_text(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        key = deed.act.key
        if deed.act.kind is Kind.create_index and key is not None and key.kind in ("fulltext", "spatial"):
            what = f"{named(deed)} gets a {key.kind} index"
            yield Cost(deed, what, "make it while few write", algorithm="INPLACE")


def _charset(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        if deed.act.kind is not Kind.alter_table or "convert" not in deed.act.options or deed.table is None:
            continue
        was = charsets.charset(ColumnSpec(""), deed.table, None, case)
        now = table_charset(deed.act.options)
        if was and now and charsets.copied(was, now):
            yield Cost(deed, f"{named(deed)} is converted to {now}, and was {was}", ELSEWHERE)


def _dropped_column(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        if deed.act.kind is not Kind.drop_column or deed.table is None:
            continue
        name = deed.act.name.lower()
        keys = [one for one, key in deed.table.keys.items() if name in (column.lower() for column in key.columns)]
        if keys:
            what = f"{named(deed)}.{deed.act.name} is dropped, and {keys[0]} holds it"
            remedy = "drop the index first, as a statement of its own: the column is INSTANT then"
            yield Cost(deed, what, remedy, algorithm="INPLACE", lock="NONE")


def _partition(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        if (
            deed.act.kind is Kind.alter_table
            and "partition" in deed.act.options
            and _PARTITIONS.search(deed.statement.sql)
        ):
            yield Cost(deed, f"the partitions of {named(deed)} are changed", ELSEWHERE)


def _rebuild(case: Case) -> Iterator[Cost]:
    for deed in changed(case):
        words = [word for word in _REBUILDS if word in deed.act.options]
        if "engine" in words and "engine=innodb" not in deed.act.options:
            continue  # another engine: the table is copied
        if deed.act.kind is Kind.alter_table and words:
            what = f"{named(deed)} is built anew ({words[0].upper()})"
            yield Cost(deed, what, "leave it out where nothing needs it", algorithm="INPLACE", lock="NONE")


FINDS: tuple[Find, ...] = (
    _foreign_key,
    _check,
    _stored,
    _expression_default,
    _auto_increment,
    _primary_key,
    _full_text,
    _charset,
)
FINDS += (_dropped_column, _rebuild)

RULES = (
    rule(
        "my-fk-copy",
        Severity.warning,
        "with foreign_key_checks on, the server checks each row by copying the table, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _foreign_key,
        _KEYS,
        COPIES,
        "add it with foreign_key_checks=0 once the rows were checked",
    ),
    rule(
        "my-check-copy",
        Severity.warning,
        "the server copies the table to check each row, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _check,
        {Kind.add_constraint, Kind.add_column},
        COPIES,
        "add it while few write",
    ),
    rule(
        "my-stored-generated",
        Severity.warning,
        "the server copies the table to compute a STORED column, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _stored,
        {Kind.add_column},
        COPIES,
        "make it VIRTUAL, which is INSTANT",
    ),
    rule(
        "my-expression-default",
        Severity.warning,
        "MySQL copies the table to compute a default that is an expression, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _expression_default,
        {Kind.add_column},
        ("mysql",),
        "add the column with a literal default, or without one, and set the default afterwards",
    ),
    rule(
        "my-auto-inc-add",
        Severity.warning,
        "the server numbers each row and builds the table anew, and nothing may write meanwhile"
        " (ALGORITHM=INPLACE, LOCK=SHARED at the least)",
        _auto_increment,
        {Kind.add_column},
        _BOTH,
        "give a large table its numbers in a copy of it",
    ),
    rule(
        "my-pk-drop",
        Severity.warning,
        "dropping a primary key alone copies the table, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _primary_key,
        {Kind.drop_constraint},
        COPIES,
        "drop it and add the new one in one ALTER TABLE",
    ),
    rule(
        "my-fulltext-spatial",
        Severity.warning,
        "nothing may write to the table while a fulltext or spatial index is made"
        " (ALGORITHM=INPLACE, LOCK=SHARED at the least)",
        _full_text,
        {Kind.create_index},
        _BOTH,
        "make it while few write",
    ),
    rule(
        "my-charset-convert",
        Severity.warning,
        "the server copies the table to write its text in another charset, and nothing may write meanwhile"
        " (ALGORITHM=COPY, LOCK=SHARED at the least)",
        _charset,
        {Kind.alter_table},
        COPIES,
        "convert a large table in a copy of it",
    ),
    rule(
        "my-drop-indexed-column",
        Severity.note,
        "dropping a column that is indexed is not INSTANT (1846): the table or its index is built anew",
        _dropped_column,
        {Kind.drop_column},
        _BOTH,
        "drop the index first, as a statement of its own",
    ),
    rule(
        "my-partition",
        Severity.warning,
        "the server copies each row into its new partition, even where MariaDB accepts ALGORITHM=INSTANT",
        _partition,
        {Kind.alter_table},
        COPIES,
        "partition a large table in a copy of it",
    ),
    rule(
        "my-rebuild",
        Severity.note,
        "every row is written anew, which takes time and disk space, though rows may be written meanwhile"
        " (ALGORITHM=INPLACE, LOCK=NONE)",
        _rebuild,
        {Kind.alter_table},
        _BOTH,
        "leave it out where nothing needs it",
    ),
)
