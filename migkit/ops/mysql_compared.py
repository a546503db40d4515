"""What a script compares: the wanted piece in a table of its own, and the expressions that tell of both (pure)."""

from __future__ import annotations

from dataclasses import replace

from migkit.catalog.mysql_ddl import is_automatic, quote
from migkit.model.changes import Column, Constraint, EnumValue, Index, Part, Table
from migkit.ops import mysql_facts as facts
from migkit.ops import mysql_words as words
from migkit.ops.mysql_text import foreign_key, indexes, inline, refers, value
from migkit.ops.mysql_twin import NAME, foreign_keys, index_item, item, whole
from migkit.ops.mysql_words import text

_ALONE = (
    "(SELECT GROUP_CONCAT(CONCAT_WS(' ', part, NULLIF(fact, '')) ORDER BY part SEPARATOR '; ') FROM ({0}) AS a"
    " WHERE (part, fact) NOT IN (SELECT part, fact FROM ({1}) AS b) AND {2})"
)


def scratch(part: Part) -> tuple[str, ...]:
    """Give the SQL that makes the wanted piece; () where what it would be is known without."""
    if isinstance(part, EnumValue) or (isinstance(part, Constraint) and part.kind == "foreign key"):
        return ()
    own = name(part)
    gone = f"DROP TABLE IF EXISTS {own}"
    if isinstance(part, Table):
        return gone, f"CREATE TABLE {own} {whole(part)}"
    like = f"CREATE TABLE {own} LIKE {words.NAMES.table(words.table(part))}"
    return gone, like, f"ALTER TABLE {own} {_wanted(part)}"


def name(part: Part) -> str:
    """Name the table in which the wanted piece is made."""
    schema = words.NAMES.parts(words.table(part))[:-1]
    return ".".join((*map(quote, schema), NAME)) if schema else NAME


def told(part: Part, touched: str = "") -> tuple[str, str]:
    """Give expressions for what is there and for what is wanted.

    `touched`, in an upgrade, is a query of the objects that the revision has touched in an earlier run;
    `@migkit_changed` says whether it altered, renamed or dropped a column.
    """
    table, own = words.table(part), name(part)
    if isinstance(part, Table):
        return _told_table(part, own, touched)
    if isinstance(part, EnumValue):
        return facts.fact(part, table, part.enum), text(value(part, [part.after, part.value, part.before])["value"])
    if isinstance(part, Constraint) and part.kind == "foreign key":
        return facts.fact(part, table, part.name), text(foreign_key(part.definition, _database(table)))
    if isinstance(part, Column):
        return _told_column(part, table, own)
    assert isinstance(part, Index | Constraint), "what else is part of a table"
    key = facts.key_name(part)
    return facts.fact(part, table, key), facts.fact(part, own, key if key == "PRIMARY" else NAME)


def _told_column(part: Column, table: str, own: str) -> tuple[str, str]:
    """Give both sides: the column, the keys that its definition makes beside it, and its place where that counts."""
    here, wanted = [facts.fact(part, table, part.name)], [facts.fact(part, own, _column_name(part))]
    for kind in inline(part.definition):
        index = "PRIMARY" if kind == "PRIMARY KEY" else ""
        here.append(f"IF({facts.column_key(table, part.name, index)}, {text(kind)}, NULL)")
        wanted.append(text(kind))
    if refers(part.definition):
        key = f"FOREIGN KEY ({quote(part.name)}) {refers(part.definition)}"
        here.append(facts.column_reference(table, part.name))
        wanted.append(text(foreign_key(key, _database(table))))
    if part.after is not None:
        here.append(facts.place(part))
        wanted.append(text(f"after {part.after}" if part.after else "first"))
    return f"CONCAT_WS(' ', {', '.join(here)})", f"CONCAT_WS(' ', {', '.join(wanted)})"


def _told_table(part: Table, own: str, touched: str) -> tuple[str, str]:
    """Give what each of the two has alone; a table that the revision met before may have grown and changed since."""
    declared = indexes(part) or frozenset()
    keys = tuple(foreign_keys(part, _database(part.name)))
    here, wanted = facts.facts(part.name, declared), facts.facts(own, declared, keys)
    if not touched:
        return _ALONE.format(here, wanted, "1"), _ALONE.format(wanted, here, "1")
    dotted = text(f" {part.name}.")
    named = f"CONCAT(SUBSTRING_INDEX(part, ' ', 1), {dotted}, SUBSTRING(part, LOCATE(' ', part) + 1))"
    rewritten = "(@migkit_changed AND SUBSTRING_INDEX(part, ' ', 1) IN ('constraint', 'index'))"
    grown = f"(@migkit_place IS NULL OR ({named} NOT IN ({touched}) AND NOT {rewritten}))"
    return _ALONE.format(here, wanted, "@migkit_place IS NULL"), _ALONE.format(wanted, here, grown)


def _wanted(part: Part) -> str:
    if isinstance(part, Column):
        first = "DROP PRIMARY KEY, " if "PRIMARY KEY" in inline(part.definition) else ""
        own = _column_name(part)
        verb = "MODIFY" if own == part.name else "ADD"
        return f"{first}{verb} COLUMN {quote(own)} {part.definition}"
    if isinstance(part, Index):
        return f"ADD {index_item(replace(part, name=NAME))}"
    assert isinstance(part, Constraint), "what else has a shape of its own"
    if part.kind == "primary key":
        return f"DROP PRIMARY KEY, ADD {item(part)}"
    return f"ADD CONSTRAINT {NAME} {part.definition}"


def _column_name(part: Column) -> str:
    """Name the wanted column: its own name where a table has only one such column."""
    only = is_automatic(part.definition.upper()) or "PRIMARY KEY" in inline(part.definition)
    return part.name if only else NAME


def _database(table: str) -> str:
    parts = words.NAMES.parts(table)
    return parts[0] if len(parts) > 1 else ""
