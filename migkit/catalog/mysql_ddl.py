"""Reads what SHOW CREATE of MySQL and MariaDB prints: a table's text becomes one object for each of its parts.

Nothing is lost on the way: joined, the objects hold all of the text but the AUTO_INCREMENT counter, so two
tables have equal objects exactly when their texts are equal. What the reader does not know stays one piece.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from migkit.model import CatalogObject

_STRING = r"'(?:[^'\\]|\\.|'')*'"
_NAME = r"`(?:[^`]|``)*`"
_TOKEN = re.compile(rf"{_STRING}|{_NAME}|[(),]|[^'`(),]+|.", re.DOTALL)
_COUNTER = re.compile(rf"{_STRING}|{_NAME}| AUTO_INCREMENT=(\d+)", re.DOTALL)
_GENERATED = re.compile(rf"{_STRING}|{_NAME}|\b(GENERATED ALWAYS)\b", re.DOTALL)
_AUTO = re.compile(rf"{_STRING}|{_NAME}|\b(AUTO_INCREMENT)\b", re.DOTALL)
_ITEM_NAME = re.compile(rf"((?:[A-Z]+ )*?)(?:KEY|INDEX|CONSTRAINT|PERIOD FOR) ({_NAME})", re.DOTALL)
_TYPE = re.compile(r"[a-z0-9_]+", re.IGNORECASE)
_COLLATED = re.compile(r"(\w+(?:\((?:[^()']|'(?:[^']|'')*')*\))?) COLLATE (\w+)")


def table_objects(name: str, text: str) -> list[CatalogObject]:
    """Split the text of SHOW CREATE TABLE into a table, its columns, keys and constraints.

    The table's own definition is its options (engine, character set, comment, partitions). Positions count
    from 1 within one kind, in the order in which the server prints them.
    """
    parts = split_table(text)
    if parts is None:
        return [CatalogObject("table", name, without_counter(text))]
    head, items, options = parts
    plain = head == f"CREATE TABLE {quote(name)}"
    definition = without_counter(options if plain else f"{head} {options}")
    objects = [CatalogObject("table", name, definition)]
    counts: Counter[str] = Counter()
    for item in items:
        kind, item_name, definition = _item(item)
        counts[kind] += 1
        full_name = qualified(name, item_name or str(counts[kind]))
        objects.append(CatalogObject(kind, full_name, definition, name, counts[kind]))
    if len({(entry.kind, entry.name) for entry in objects}) < len(objects):
        return [CatalogObject("table", name, without_counter(text))]
    return objects


def split_table(text: str) -> tuple[str, list[str], str] | None:
    """Give what stands before the first parenthesis, the items in it, and what follows; None if unbalanced."""
    depth, start, head = 0, 0, ""
    items: list[str] = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece == "(":
            depth += 1
            if depth == 1:
                head, start = text[: match.start()].rstrip(), match.end()
        elif piece == "," and depth == 1:
            items.append(text[start : match.start()].strip())
            start = match.end()
        elif piece == ")":
            depth -= 1
            if depth == 0:
                items.append(text[start : match.start()].strip())
                return head, items, text[match.end() :].strip()
    return None


@lru_cache(maxsize=1024)
def columns(text: str) -> tuple[tuple[str, str], ...]:
    """Give the name and the definition of each column in the text of SHOW CREATE TABLE, in order."""
    parts = split_table(text)
    if parts is None:
        return ()
    read = (_item(item) for item in parts[1])
    return tuple((name, definition) for kind, name, definition in read if kind == "column")


@lru_cache(maxsize=1024)
def stored(text: str) -> tuple[tuple[str, str], ...]:
    """Give those of `columns` whose values are the table's own: the server computes the others."""
    return tuple((name, definition) for name, definition in columns(text) if not is_generated(definition))


def is_generated(definition: str) -> bool:
    """Whether a column's definition says that the server computes its value."""
    return _holds(_GENERATED, definition)


def is_automatic(definition: str) -> bool:
    """Whether a column's definition says AUTO_INCREMENT."""
    return _holds(_AUTO, definition)


def base_type(definition: str) -> str:
    """Give the first word of a column's type, in lower case: `varchar` of `varchar(40) NOT NULL`."""
    match = _TYPE.match(definition)
    return match.group().lower() if match else ""


def with_inherited_collation(definition: str, collation: str) -> str:
    """Leave out a column's collation that is its table's: named, MySQL prints the CHARACTER SET of the column as well.

    MySQL 9.7 keeps whether a column named its collation, and prints `COLLATE x` alone where it did not.
    """
    found = _COLLATED.match(definition)
    return f"{found[1]}{definition[found.end() :]}" if found and found[2] == collation else definition


def counter(text: str) -> int:
    """Give the AUTO_INCREMENT counter that SHOW CREATE TABLE printed; 1 where it printed none."""
    parts = split_table(text)
    for match in _COUNTER.finditer(parts[2] if parts else text):
        if match.group(1):
            return int(match.group(1))
    return 1


def without_counter(text: str) -> str:
    """Take the AUTO_INCREMENT counter out of a table's options, and out of nothing else."""
    if " AUTO_INCREMENT=" not in text:
        return text
    return _COUNTER.sub(lambda match: "" if match.group(1) else match.group(), text)


def without_database(text: str, database: str) -> str:
    """Take the qualifying name of the database itself out of text that the server wrote."""
    prefix = f"{quote(database)}."
    if prefix not in text:
        return text
    return _qualifier(database).sub(lambda match: "" if match.group() == prefix else match.group(), text)


def qualified(table: str, name: str) -> str:
    """Join a table's name and that of a part of it; parts that hold a dot are quoted, so that no two collide."""
    return ".".join(quote(part) if "." in part else part for part in (table, name))


def quote(name: str) -> str:
    """Quote an identifier as MySQL and MariaDB do in every sql_mode."""
    return "`" + name.replace("`", "``") + "`"


def unquote(name: str) -> str:
    """Give the identifier that `quote` quoted."""
    return name[1:-1].replace("``", "`")


@lru_cache(maxsize=64)
def _qualifier(database: str) -> re.Pattern[str]:
    return re.compile(rf"{_STRING}|{re.escape(quote(database))}\.|{_NAME}", re.DOTALL)


def _item(item: str) -> tuple[str, str, str]:
    """Give kind, name and definition of one line between the parentheses of CREATE TABLE."""
    if item.startswith("`"):
        match = re.match(_NAME, item, re.DOTALL)
        if match:
            return "column", unquote(match.group()), item[match.end() :].strip()
    if item.startswith("PRIMARY KEY"):
        return "key", "PRIMARY", item
    named = _ITEM_NAME.match(item)
    name = unquote(named.group(2)) if named else ""
    if item.startswith(("CONSTRAINT", "CHECK", "FOREIGN KEY")):
        return "constraint", name, _without_name(item, named)
    if item.startswith("PERIOD"):
        return "period", name, item
    return "key", name, _without_name(item, named)


def _without_name(item: str, named: re.Match[str] | None) -> str:
    if named is None:
        return item
    words = item[: named.start(2)].removeprefix("CONSTRAINT ")
    return f"{words}{item[named.end(2) :].strip()}"


def _holds(pattern: re.Pattern[str], definition: str) -> bool:
    return any(match.group(1) for match in pattern.finditer(definition))
