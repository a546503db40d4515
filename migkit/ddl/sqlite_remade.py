"""A SQLite table made anew under another name, filled from the old one, put in its place.

The procedure of SQLite's manual (ALTER TABLE, Making Other Kinds Of Table Schema Changes) but for its first step.
Foreign keys off cannot be said in SQL: it has no effect inside a transaction, and nothing puts it back. Where they are
enforced the first statement fails instead, if rows of another table refer to this one, since dropping it would delete
them. Views that name the table stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from migkit.ddl.clauses import INDENT, table_text
from migkit.ddl.lexis import top
from migkit.ddl.names import Names
from migkit.ddl.sqlite_indexes import index_text
from migkit.model import Constraint, Table

_ROWID = re.compile(r"INTEGER(?=$| (?:DEFAULT|COLLATE|CHECK|REFERENCES|CONSTRAINT|PRIMARY|UNIQUE)\b)", re.IGNORECASE)
_KEY = re.compile(r"PRIMARY KEY \((\"(?:[^\"]|\"\")*\"|[^,()\"]+)\)(.*)", re.DOTALL)


def created(part: Table, names: Names) -> list[str]:
    """Write a table and its indexes."""
    text = part.definition or _text(part, names)
    return [text, *(index_text(one, names) for one in part.indexes)]


def made_anew(was: Table, now: Table, names: Names) -> list[str]:
    """Write the table `now` in place of what it `was`, with the rows of the columns that both have."""
    schema, bare = names.parts(now.name)[:-1], names.parts(now.name)[-1]
    new = names.engine.quote(f"{bare}_new") if "." in bare else f"{bare}_new"
    stored = {one.name for one in was.columns if not _computed(one.definition)}
    kept = [one.name for one in now.columns if one.name in stored and not _computed(one.definition)]
    listed = ", ".join(names.name(one) for one in kept)
    target, old = names.table(".".join((*schema, new))), names.table(was.name)
    return [
        _guard(now.name, names),
        _text(replace(_not_null(now), name=".".join((*schema, new))), names),
        *([f"INSERT INTO {target} ({listed}) SELECT {listed} FROM {old}"] if kept else []),  # noqa: S608  # quoted names
        f"DROP TABLE {old}",
        "PRAGMA legacy_alter_table = ON",
        f"ALTER TABLE {target} RENAME TO {names.name(bare)}",
        "PRAGMA legacy_alter_table = OFF",
        *(index_text(one, names) for one in now.indexes),
        *was.triggers,
    ]


def _guard(table: str, names: Names) -> str:
    """Write a statement that fails where dropping a table would reach rows of another; only functions can raise."""
    *schema, bare = names.parts(table)
    master = ".".join((*map(names.name, schema), "sqlite_master"))
    place = "".join(f", {names.literal(one)}" for one in schema)
    own = names.literal(bare)
    what = names.literal(f"run this without PRAGMA foreign_keys, dropping the old {bare} would delete rows of ")
    return "\n".join(
        (
            f"SELECT json_extract('{{}}', {what} || child.name)",
            f"FROM {master} AS child, pragma_foreign_key_list(child.name{place}) AS parent,",
            f"{INDENT}pragma_foreign_keys AS enforced",
            f"WHERE enforced.foreign_keys AND child.type = 'table' AND child.name <> {own} COLLATE NOCASE",
            f'{INDENT}AND parent."table" = {own} COLLATE NOCASE',
        )
    )


def _not_null(part: Table) -> Table:
    """Say NOT NULL of the key that has it by itself: a Snapshot leaves it out, SQLAlchemy reads it."""
    key = next((_unnamed(one) for one in part.constraints if _unnamed(one).startswith("PRIMARY KEY")), "")
    group = next((token.text for token in top(key, "sqlite") if token.kind == "group"), "()")
    names = {token.text.strip('"`').lower() for token in top(group[1:-1], "sqlite")}
    rowid = "WITHOUT ROWID" not in part.options.upper()
    alias = len(names) == 1 and not key.upper().rstrip().endswith(" DESC")
    columns = []
    for one in part.columns:
        implied = bool(_ROWID.match(one.definition)) and alias if rowid else True
        said = "NOT NULL" in one.definition.upper() or one.name.lower() not in names or not implied
        columns.append(one if said else replace(one, definition=f"{one.definition} NOT NULL"))
    return replace(part, columns=tuple(columns))


def _text(part: Table, names: Names) -> str:
    """Write CREATE TABLE; a key that only a column can have (AUTOINCREMENT, DESC) goes to it."""
    for one in part.constraints:
        match = _KEY.fullmatch(_unnamed(one))
        if match and match[2].strip():
            return _text(_with_key(part, one, match[1].strip(), f"PRIMARY KEY{match[2]}"), names)
    return table_text(part, names, (), part.options.removeprefix("TABLE").strip())


def _unnamed(part: Constraint) -> str:
    start = next((token.start for token in top(part.definition, "sqlite") if token.upper == "PRIMARY"), 0)
    return part.definition[start:]


def _with_key(part: Table, key: Constraint, written: str, text: str) -> Table:
    name = (written[1:-1].replace('""', '"') if written[0] == '"' else written).lower()
    columns = [
        replace(one, definition=f"{one.definition} {text}") if one.name.lower() == name else one for one in part.columns
    ]
    others = tuple(one for one in part.constraints if one is not key)
    return replace(part, columns=tuple(columns), constraints=others)


def _computed(definition: str) -> bool:
    return any(token.upper in ("AS", "GENERATED") for token in top(definition, "sqlite"))
