"""A piece's shape in the text of SHOW CREATE TABLE, MySQL's and MariaDB's (pure).

The server writes every definition in one way, so two texts are compared. Taken out is what it writes in two ways for
the same thing: a column's collation that is its table's, USING BTREE, ON DELETE RESTRICT, and the names of constraints.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from migkit.catalog.mysql_ddl import qualified, quote, split_table, table_objects, unquote, without_counter
from migkit.ddl.lexis import Token, top
from migkit.model import CatalogObject
from migkit.model.changes import Column, Constraint, EnumValue, Index, Part, Table
from migkit.ops.acts import NotGuarded, Shape
from migkit.values import dataclass

_COLLATED = re.compile(r"(\w+(?:\((?:[^()']|'(?:[^']|'')*')*\))?)((?: CHARACTER SET \w+)?(?: COLLATE \w+)?)")
_ENUM = re.compile(r"(enum|set)\(((?:'(?:[^']|'')*',?)*)\)", re.IGNORECASE)
_VALUE = re.compile(r"'((?:[^']|'')*)'")
_ESCAPES = {"\\": "\\\\", "'": "''", "\n": "\\n", "\r": "\\r", "\0": "\\0"}
_ESCAPED = re.compile(r"''|\\.", re.DOTALL)
_ACTION = re.compile(r"ON (DELETE|UPDATE) (CASCADE|SET NULL|SET DEFAULT)")
_INLINE = ("PRIMARY KEY", "UNIQUE KEY")


@dataclass(frozen=True, slots=True)
class Text:
    """What the server printed of a table: the items between its parentheses, its options, its columns' collations."""

    items: tuple[str, ...]
    options: str
    collations: Mapping[str, str]

    def entries(self) -> list[CatalogObject]:
        """Give the table's parts, its name taken out: the first one is its options."""
        body = ",\n".join(self.items)
        return table_objects("t", f"CREATE TABLE `t` (\n{body}\n) {self.options}")

    def find(self, kind: str, name: str) -> CatalogObject | None:
        """Give one part by kind and name."""
        wanted = qualified("t", name)
        return next((one for one in self.entries() if one.kind == kind and one.name == wanted), None)


def read(printed: str, collations: Mapping[str, str]) -> Text:
    """Take the text of SHOW CREATE TABLE apart; a view has no items."""
    parts = split_table(printed)
    if parts is None or not printed.startswith("CREATE T"):
        return Text((), without_counter(printed), collations)
    return Text(tuple(parts[1]), without_counter(parts[2]), collations)


def shape(text: Text, piece: Part, database: str = "") -> Shape | None:
    """Give the shape of a piece; None where it is not there. `database` is the table's own."""
    if isinstance(piece, Table):
        return _table(text, piece, database)
    if isinstance(piece, Column):
        return _column(text, piece)
    if isinstance(piece, EnumValue):
        return _value(text, piece)
    if isinstance(piece, Index):
        entry = text.find("key", piece.name)
        return {f"index {piece.name}": key(entry.definition)} if entry else None
    if isinstance(piece, Constraint):
        return _constraint(text, piece, database)
    raise NotGuarded(f"{type(piece).__name__} {piece.name}: MySQL and MariaDB have none of these")


def normal(definition: str, collation: str) -> str:
    """Name a column's collation always, and its character set never."""
    match = _COLLATED.match(definition)
    if match is None:
        return definition
    named = f" COLLATE {collation}" if collation else ""
    return f"{match[1]}{named}{definition[match.end() :]}"


def key(definition: str) -> str:
    """Leave out the kind of index that is the usual one."""
    return definition.removesuffix(" USING BTREE")


def foreign_key(definition: str, database: str = "") -> str:
    """Write a foreign key's columns and actions in one way; the name of its own database is left out.

    RESTRICT and NO ACTION are what stands there unsaid (MySQL and MariaDB manuals, FOREIGN KEY Constraints).
    """
    tokens = [one for one in top(definition, "mysql") if one.kind != "comment"]
    at = next((place for place, one in enumerate(tokens) if one.upper == "REFERENCES"), None)
    groups = [place for place, one in enumerate(tokens) if one.kind == "group"]
    if at is None or not groups or groups[0] > at:
        raise NotGuarded(f"no foreign key: {definition!r}")
    end = next((n for n in range(at + 1, len(tokens)) if tokens[n].kind == "group" or tokens[n].upper == "ON"), None)
    parent = [bare(one) for one in tokens[at + 1 : end] if one.upper != "."]
    if len(parent) > 1 and parent[0] == database:
        parent = parent[1:]
    there = names(tokens[groups[1]]) if len(groups) > 1 else []
    said = " ".join(one.upper for one in tokens[(groups[1] if len(groups) > 1 else at) + 1 :])
    actions = sorted(f" ON {event} {action}" for event, action in _ACTION.findall(said))
    return f"FOREIGN KEY ({_list(names(tokens[groups[0]]))}) REFERENCES {'.'.join(map(quote, parent))}" + (
        f" ({_list(there)})" + "".join(actions)
    )


def names(group: Token) -> list[str]:
    """Give the names in a parenthesis."""
    return [bare(one) for one in top(group.text[1:-1], "mysql") if one.kind in ("name", "word", "number")]


def bare(token: Token) -> str:
    """Give the identifier that a token writes."""
    return unquote(token.text) if token.kind == "name" else token.text


def enum_values(definition: str) -> list[str] | None:
    """Give the values of an ENUM or SET column; None for another type."""
    match = _ENUM.match(definition)
    plain = {escaped: value for value, escaped in _ESCAPES.items()}
    return [_ESCAPED.sub(lambda one: plain[one[0]], text) for text in _VALUE.findall(match[2])] if match else None


def with_values(definition: str, values: Iterable[str]) -> str:
    """Give the definition of an ENUM or SET column with other values."""
    match = _ENUM.match(definition)
    assert match is not None, "asked of enums only"
    return f"{match[1]}({','.join(map(quoted_value, values))}){definition[match.end() :]}"


def quoted_value(value: str) -> str:
    """Write a value of an enum as SHOW CREATE TABLE and information_schema do, in every sql_mode."""
    return "'" + "".join(_ESCAPES.get(sign, sign) for sign in value) + "'"


def inline(definition: str) -> tuple[str, ...]:
    """Name the keys that a column's definition makes beside the column."""
    words = [one.upper for one in top(definition, "mysql") if one.kind == "word"]
    unique = "UNIQUE" in words
    primary = "PRIMARY" in words or ("KEY" in words and not unique)
    return tuple(kind for kind, said in zip(_INLINE, (primary, unique), strict=True) if said)


def value(piece: EnumValue, values: Collection[str]) -> Shape:
    """Say where a value stands in an enum: before or after the one that the piece names."""
    beside = piece.after or piece.before
    if not beside or beside not in values:
        return {"value": repr(piece.value)}
    listed = list(values)
    place = "after" if listed.index(beside) < listed.index(piece.value) else "before"
    return {"value": f"{piece.value!r} {place} {beside!r}"}


def refers(definition: str) -> str:
    """Give what a column's definition says from REFERENCES on; "" where it does not."""
    at = next((one.start for one in top(definition, "mysql") if one.upper == "REFERENCES"), None)
    return "" if at is None else definition[at:]


def _column(text: Text, piece: Column) -> Shape | None:
    entry = text.find("column", piece.name)
    if entry is None:
        return None
    found = {f"column {piece.name}": normal(entry.definition, text.collations.get(piece.name, ""))}
    keys = {key(one.definition) for one in text.entries() if one.kind == "key"}
    for kind in inline(piece.definition):
        if f"{kind} ({quote(piece.name)})" in keys:
            found[kind.lower()] = ""
    if refers(piece.definition):
        own = f"FOREIGN KEY ({quote(piece.name)})"
        keyed = [one.definition for one in text.entries() if one.definition.startswith(own)]
        found["foreign key"] = "; ".join(sorted(map(foreign_key, keyed)))
    if piece.after is not None:
        columns = [one for one in text.entries() if one.kind == "column"]
        place = columns.index(entry)
        found["place"] = f"after {columns[place - 1].name.removeprefix('t.')}" if place else "first"
    return found


def _value(text: Text, piece: EnumValue) -> Shape | None:
    entry = text.find("column", piece.enum)
    if entry is None:
        return None
    values = enum_values(entry.definition)
    if values is None:
        raise NotGuarded(f"the column {piece.table}.{piece.enum} is no ENUM: {entry.definition}")
    return value(piece, values) if piece.value in values else None


def _constraint(text: Text, piece: Constraint, database: str) -> Shape | None:
    name = "PRIMARY" if piece.kind == "primary key" else piece.name
    if not name:
        raise NotGuarded(f"a constraint of {piece.table} has no name, by which it could be found: give it one")
    entry = text.find("constraint", name) or text.find("key", name)
    if entry is None or (entry.kind == "key" and piece.kind in ("check", "foreign key")):
        return None  # an index may have a foreign key's name
    return {f"constraint {piece.name}": _constrained(entry, database)}


def _constrained(entry: CatalogObject, database: str) -> str:
    if entry.definition.startswith("FOREIGN KEY"):
        return foreign_key(entry.definition, database)
    return key(entry.definition)


def _table(text: Text, piece: Table, database: str) -> Shape:
    """Give each part; checks and foreign keys by what they say, since the names of the wanted ones are taken.

    Indexes that are not unique count where the wanted table declares them: the server makes those of foreign keys.
    """
    declared, found = indexes(piece), dict[str, str]()
    for one in text.entries()[1:]:
        name = unqualified(one.name.removeprefix("t."))
        if one.kind == "column":
            found[f"column {name}"] = normal(one.definition, text.collations.get(name, ""))
        elif one.kind != "key":
            found[f"constraint {_constrained(one, database)}"] = ""
        elif one.definition.startswith(_INLINE):
            found[f"constraint {name}"] = key(one.definition)
        elif declared is None or name in declared:
            found[f"index {name}"] = key(one.definition)
    return {**found, "table": text.entries()[0].definition}


def unqualified(name: str) -> str:
    """Give the name of a part that holds a dot, and is quoted for it."""
    return unquote(name) if name.startswith("`") else name


def indexes(piece: Table) -> frozenset[str] | None:
    """Name the indexes that a CREATE TABLE declares; None where there is none to say."""
    if not piece.definition:
        return None
    group = next((one for one in top(piece.definition, "mysql") if one.kind == "group"), None)
    found = {one.name for one in piece.indexes}
    for item in items(group) if group else ():
        tokens = [one for one in top(item, "mysql") if one.kind != "comment"]
        words = [one.upper for one in tokens]
        at = next((place for place, word in enumerate(words) if word in ("KEY", "INDEX")), 9)
        if words[:1] and words[0] in ("KEY", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR") and at + 1 < len(tokens):
            found.add(bare(tokens[at + 1]))
    return frozenset(found)


def items(group: Token) -> list[str]:
    """Give what stands between the commas of a parenthesis."""
    inner = group.text[1:-1]
    commas = [one for one in top(inner, "mysql") if one.upper == ","]
    starts, ends = (0, *(one.end for one in commas)), (*(one.start for one in commas), len(inner))
    return [inner[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _list(columns: Iterable[str]) -> str:
    return ", ".join(map(quote, columns))
