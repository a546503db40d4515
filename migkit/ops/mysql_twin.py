"""The text of a table that holds the wanted piece, for the server to say what it would be (pure).

A column, an index or a constraint takes the place of the one that is there in the table's own text: nothing has to be
altered, since ALTER TABLE commits on MySQL and MariaDB even where the table is a temporary one, and CREATE TEMPORARY
TABLE does not (9.7, 10.11, 11.8). Foreign keys are left out, which no temporary table may have, and the names of
check constraints, which are taken.
"""

from __future__ import annotations

import re

from migkit.catalog.mysql_ddl import quote, table_objects
from migkit.ddl.lexis import top
from migkit.model.changes import Column, Constraint, Index, Part, Table
from migkit.ops.acts import NotGuarded
from migkit.ops.mysql_text import Text, bare, foreign_key, inline, items, unqualified

NAME = "migkit_wanted"
_CHECK = re.compile(r"CONSTRAINT\s+(?:`(?:[^`]|``)*`\s+|(?!CHECK\b)[\w$]+\s+)?(?=CHECK\b)", re.IGNORECASE)
_FOREIGN = re.compile(r"(?:CONSTRAINT\s+(?:`(?:[^`]|``)*`\s+|(?!FOREIGN\b)[\w$]+\s+)?)?FOREIGN\s+KEY\b", re.IGNORECASE)
_OWN = re.compile(r"((?:UNIQUE |FULLTEXT |SPATIAL |VECTOR )?(?:KEY|INDEX))\s*(?=\()", re.IGNORECASE)
_STRING = re.compile(r"'(?:[^'\\]|\\.|'')*'")
_NEEDED = re.compile(r"(?:ENGINE|DEFAULT CHARSET|COLLATE)=\w+")


def twin(base: Text | None, piece: Part) -> tuple[str, str]:
    """Give what follows the name in CREATE TEMPORARY TABLE, and in CREATE TABLE where that is refused."""
    if isinstance(piece, Table):
        text = whole(piece)
        return text, text
    assert base is not None, "a part has a table"
    body = ",\n  ".join(_items(base, piece))
    return f"(\n  {body}\n) {_options(base.options)}", f"(\n  {body}\n) {base.options}"


def whole(piece: Table) -> str:
    """Give what follows the name in a table's CREATE TABLE, its foreign keys and the names of its checks left out."""
    tokens = [one for one in top(piece.definition, "mysql") if one.kind != "comment"]
    start = _after_name(piece)
    group = next((one for one in tokens if one.kind == "group" and one.start >= start), None)
    if group is None or piece.definition[start : group.start].strip():
        return piece.definition[start:]  # LIKE, SELECT
    kept = [_nameless(one) for one in items(group) if not _FOREIGN.match(one)]
    kept += [index_item(one) for one in piece.indexes]
    return f"({', '.join(kept)}) {piece.definition[group.end :].strip()}"


def foreign_keys(piece: Table, database: str) -> list[str]:
    """Give the foreign keys of a table's CREATE TABLE, as a shape has them."""
    start = _after_name(piece)
    group = next((one for one in top(piece.definition, "mysql") if one.kind == "group" and one.start >= start), None)
    return [foreign_key(one, database) for one in items(group) if _FOREIGN.match(one)] if group else []


def item(piece: Part) -> str:
    """Write a piece as it stands in CREATE TABLE."""
    if isinstance(piece, Column):
        return f"{quote(piece.name)} {piece.definition}"
    if isinstance(piece, Index):
        return index_item(piece)
    if isinstance(piece, Constraint):
        own = piece.definition
        return f"CONSTRAINT {quote(piece.name)} {own}" if piece.kind == "unique" else own
    raise NotGuarded(f"{type(piece).__name__} is no part of a table")


def index_item(piece: Index) -> str:
    """Write an index as it stands in CREATE TABLE."""
    name, own = quote(piece.name), piece.definition.strip()
    if not own:
        using = f" USING {piece.using}" if piece.using else ""
        return f"{'UNIQUE ' * piece.unique}KEY {name} ({', '.join(piece.parts)}){using}"
    if own.upper().startswith("CREATE"):
        return _created(own, name)
    return own if own.upper().startswith("PRIMARY") else _OWN.sub(rf"\g<1> {name.replace(chr(92), chr(92) * 2)} ", own)


def _created(own: str, name: str) -> str:
    """Turn a CREATE INDEX into an item: the words before INDEX, the columns, what follows them."""
    tokens = [one for one in top(own, "mysql") if one.kind != "comment"]
    index = next(place for place, one in enumerate(tokens) if one.upper == "INDEX")
    group = next(one for one in tokens if one.kind == "group")
    words = [one.text for one in tokens[1:index]]
    return " ".join(filter(None, [*words, "KEY", name, own[group.start :].strip()]))


def _items(base: Text, piece: Part) -> list[str]:
    found: list[str] = []
    wanted, replaced = item(piece), False
    for one in base.items:
        if _FOREIGN.match(one) or _in_the_way(one, piece):
            continue
        if isinstance(piece, Column) and _is(one, "column", piece.name):
            found.append(wanted)
            replaced = True
        else:
            found.append(_nameless(one))
    return found if replaced else [*found, wanted]


def _nameless(one: str) -> str:
    """Take the name out of a check constraint."""
    match = _CHECK.match(one)
    return one[match.end() :] if match else one


def _in_the_way(one: str, piece: Part) -> bool:
    """Whether an item gives way: what has the piece's name, a second primary key, all checks but the wanted one."""
    if isinstance(piece, Column):
        return any(one.startswith(kind) and _is_of(one, piece.name) for kind in inline(piece.definition))
    if isinstance(piece, Constraint):
        if piece.kind == "check":
            return one.startswith(("CONSTRAINT", "CHECK"))
        return _is(one, "key", "PRIMARY" if piece.kind == "primary key" else piece.name)
    return isinstance(piece, Index) and _is(one, "key", piece.name)


def _is_of(one: str, column: str) -> bool:
    """Whether a key has one column, this one: the column's own definition makes such a key."""
    return one.startswith("PRIMARY KEY") or one.endswith((f" ({quote(column)})", f" ({quote(column)}) USING BTREE"))


def _is(one: str, kind: str, name: str) -> bool:
    entry = table_objects("t", f"CREATE TABLE `t` (\n  {one}\n)")[-1]
    return entry.kind == kind and unqualified(entry.name.removeprefix("t.")) == name


def _options(options: str) -> str:
    """Keep what decides about columns and indexes: a temporary table takes no partitions, compression, versions."""
    return " ".join(_NEEDED.findall(_STRING.sub("''", options)))


def _after_name(piece: Table) -> int:
    """Find the end of `CREATE TABLE IF NOT EXISTS name`."""
    tokens = [one for one in top(piece.definition, "mysql") if one.kind != "comment"]
    place = next((n for n, one in enumerate(tokens) if one.upper == "TABLE"), None)
    if place is None or tokens[0].upper != "CREATE":
        raise NotGuarded(f"no CREATE TABLE: {piece.definition[:80]!r}")
    place += 1
    while tokens[place].upper in ("IF", "NOT", "EXISTS"):
        place += 1
    if place + 1 < len(tokens) and tokens[place + 1].upper == ".":
        place += 2
    bare(tokens[place])
    return tokens[place].end
