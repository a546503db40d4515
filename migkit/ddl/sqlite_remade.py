"""A SQLite table made anew under another name, filled from the old one, put in its place (SQLite manual, ALTER TABLE).

Foreign keys are not enforced meanwhile: dropping the old table would delete the rows that refer to it. (The manual's
step 1; inside a transaction it has no effect.) Views that name the table stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from migkit.ddl.clauses import table_text
from migkit.ddl.lexis import top
from migkit.ddl.names import Names
from migkit.ddl.sqlite_indexes import index_text
from migkit.model import Constraint, Table

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
        "PRAGMA foreign_keys = OFF",
        _text(replace(now, name=".".join((*schema, new))), names),
        *([f"INSERT INTO {target} ({listed}) SELECT {listed} FROM {old}"] if kept else []),  # noqa: S608  # quoted names
        f"DROP TABLE {old}",
        "PRAGMA legacy_alter_table = ON",
        f"ALTER TABLE {target} RENAME TO {names.name(bare)}",
        "PRAGMA legacy_alter_table = OFF",
        *(index_text(one, names) for one in now.indexes),
        *was.triggers,
    ]


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
