"""The SQL that makes the wanted object on a temporary twin, so that the server says what it would be.

The twin has the name of its table in pg_temp: what the server names by the table is then named alike. A temporary
table's foreign key needs a temporary parent: that one's comment says whose twin it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migkit import ddl
from migkit.ddl.lexis import top
from migkit.engines import POSTGRESQL
from migkit.model.changes import Column, Constraint, Create, Index, Table
from migkit.ops.acts import NotGuarded, Shape
from migkit.ops.postgresql_words import NAMES
from migkit.product import quoted
from migkit.values import dataclass

_AGAIN = "migkit_again"
_NAME = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
_PARENT = re.compile(
    r"[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/|\"(?:[^\"]|\"\")*\""
    rf"|\bREFERENCES\s+(?P<name>{_NAME}(?:\s*\.\s*{_NAME})?)",
    re.IGNORECASE | re.DOTALL,
)
_TABLE = re.compile(
    rf"\s*CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}(?:\s*\.\s*{_NAME})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Twin:
    """How the wanted object is made apart: names are SQL, `table` the real one's, `name` its twin's.

    `parents` are the tables that foreign keys refer to, with the names of twins that have their indexes. `first` makes
    the twin, `wanted` brings it to what is wanted.
    """

    table: str
    name: str
    parents: tuple[tuple[str, str], ...]
    first: str
    wanted: tuple[str, ...]

    @property
    def drop(self) -> str:
        """Give the statement that drops all of them."""
        return f"DROP TABLE {', '.join(f'pg_temp.{one}' for one in (self.name, *(name for _, name in self.parents)))}"


def twin(part: Table | Column | Index | Constraint) -> Twin:
    """Give the twin of a part's table with the wanted part on it; the table is there."""
    table = NAMES.table(part.name if isinstance(part, Table) else part.table)
    name = quoted(NAMES.parts(part.name if isinstance(part, Table) else part.table)[-1])
    parents = _Parents(table, name)
    first, *wanted = _wanted(part, name, parents)
    if not isinstance(part, Table):
        indexes = " INCLUDING INDEXES" if parents.own else ""
        first, wanted = f"CREATE TEMP TABLE {name} (LIKE {table}{indexes})", [first, *wanted]
    return Twin(table, name, tuple(parents.known.items())[1:], first, tuple(wanted))


def read_again(part: str, wanted: Shape, here: Shape) -> bool:
    """Whether two texts may mean the same.

    The server writes an expression with casts in it otherwise after it has read its own text again, as it does when a
    column gets another type or a dump is restored: `ANY ((ARRAY['a'])::text[])` becomes `ANY (ARRAY['a'::text])`.
    """
    texts = (wanted[part], here.get(part, ""))
    if texts[0] == texts[1] or any(wanted[one] != here.get(one) for one in wanted if one.startswith("column ")):
        return False
    checks = all(text.startswith("CHECK ") for text in texts)
    if len({" NOT VALID" in text for text in texts}) > 1:
        return False
    return checks or (part.startswith("index ") and all(text.endswith((")", "]")) for text in texts))


def once_more(apart: Twin, part: str, text: str) -> Constraint | Index:
    """Give a constraint or an index of the twin's by the server's own text."""
    place = f"pg_temp.{apart.name}"
    if not part.startswith("index "):
        return Constraint(place, _AGAIN, text)
    unique = "UNIQUE " * text.startswith("UNIQUE ")
    return Index(place, _AGAIN, definition=f"CREATE {unique}INDEX {_AGAIN} ON {place} {text.removeprefix('UNIQUE ')}")


class _Parents:
    """The temporary parents of the foreign keys in a text, by the names of the real ones."""

    def __init__(self, table: str, twin: str) -> None:
        self.known = {table: twin}
        self.own = False

    def written(self, text: str) -> str:
        """Name the twins of the parents instead of them."""
        return _PARENT.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        if found["name"] is None:
            return found[0]
        parent = ".".join(NAMES.name(part) for part in _folded(found["name"]))
        self.own = self.own or parent == next(iter(self.known))
        twin = self.known.setdefault(parent, f"migkit_parent_{len(self.known)}")
        return f"REFERENCES pg_temp.{twin}"


def _wanted(part: Table | Column | Index | Constraint, name: str, parents: _Parents) -> Iterator[str]:
    place = f"pg_temp.{name}"
    if isinstance(part, Table):
        head = _TABLE.match(part.definition)
        if head is None:
            raise NotGuarded(f"the table {part.name} is not made by a CREATE TABLE of one table")
        yield f"CREATE TEMP TABLE {name}{parents.written(part.definition[head.end() :])}"
        return
    if isinstance(part, Column):
        yield f"ALTER TABLE {place} DROP COLUMN {NAMES.name(part.name)}"
        own: Column | Index | Constraint = replace(part, table=place, definition=parents.written(part.definition))
    elif isinstance(part, Constraint):
        own = replace(part, table=place, definition=parents.written(part.definition))
    else:
        own = replace(part, table=place, concurrently=False, definition=_elsewhere(part.definition, place))
    yield from ddl.statements((Create(own),), POSTGRESQL)


def _elsewhere(definition: str, place: str) -> str:
    """Let a CREATE INDEX be on another table."""
    if not definition:
        return ""
    tokens = [token for token in top(definition, "postgresql") if token.kind != "comment"]
    words = [token.upper for token in tokens]
    on = words.index("ON")
    end = on + (2 if words[on + 1] == "ONLY" else 1)
    while tokens[end + 1].upper == ".":
        end += 2
    name = next(token for token in reversed(tokens[:on]) if token.kind in ("word", "name"))
    unique = "UNIQUE " if "UNIQUE" in words[:on] else ""
    return f"CREATE {unique}INDEX {name.text} ON {place}{definition[tokens[end].end :]}"


def _folded(name: str) -> list[str]:
    """Give the parts of a name as it is written in SQL."""
    return [part[1:-1].replace('""', '"') if part[0] == '"' else part.lower() for part in re.findall(_NAME, name)]
