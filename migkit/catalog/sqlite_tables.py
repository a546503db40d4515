"""A CREATE TABLE of SQLite as objects: the table, its columns in their order, its keys and constraints.

What SQLite takes for the same is the same here: a constraint at a column or at the table, the order of constraints,
`DEFAULT (1)` and `DEFAULT 1`, NO ACTION and nothing, NOT NULL of a rowid. Names of constraints are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import field, replace
from functools import lru_cache

from migkit.catalog.sqlite_text import Token, bare, closing, divided, folded, render, tokens
from migkit.model import CatalogObject
from migkit.values import dataclass

_STARTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
_ENDS_TYPE = (*_STARTS, "NOT", "NULL", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS")
_UNNAMED = re.compile(r'REFERENCES (\w+|"(?:[^"]|"")*") \(\*\)')
_VALUES = ("TRUE", "FALSE", "NULL", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP")


@dataclass(slots=True)
class _Column:
    name: str
    kind: str
    parts: dict[str, str] = field(default_factory=dict)

    def definition(self) -> str:
        order = ("NOT NULL", "DEFAULT", "COLLATE", "GENERATED")
        return " ".join(one for one in (self.kind, *(self.parts.get(key, "") for key in order)) if one)


@lru_cache(maxsize=4096)
def table_objects(name: str, sql: str) -> tuple[CatalogObject, ...]:
    """Give the objects of one table; a text that is not understood is one object, whole."""
    parts = tokens(sql)
    try:
        return _Reader(name, parts).objects()
    except (IndexError, ValueError, StopIteration):
        return (CatalogObject("table", name, render(parts)),)


def with_parents(objects: Sequence[CatalogObject]) -> list[CatalogObject]:
    """Name the columns of foreign keys that name none: they mean the parent's primary key."""
    keys = {}
    for one in objects:
        if one.kind == "constraint" and one.name == f"{one.owner}.PRIMARY KEY":
            keys[folded(one.owner)] = re.search(r"\(.*\)", one.definition)

    def named(mark: re.Match[str]) -> str:
        key = keys.get(mark[1])
        return f"REFERENCES {mark[1]} {key[0]}" if key else f"REFERENCES {mark[1]}"

    return [
        replace(one, definition=_UNNAMED.sub(named, one.definition)) if _UNNAMED.search(one.definition) else one
        for one in objects
    ]


def index_definition(sql: str, names: Collection[str]) -> str:
    """Give an index's definition without its name; `names` are those of its table and the columns."""
    parts = tokens(sql)
    start = next(place for place, token in enumerate(parts) if token.of("ON")) + 1
    end = closing(parts, start + 1)
    text = f"ON {folded(parts[start].text)} ({', '.join(_listed(parts[start + 2 : end], names))})"
    where = f" WHERE {render(_meant(bare(parts[end + 2 :]), names), names)}" if parts[end + 1 :] else ""
    return f"{'UNIQUE ' if parts[1].of('UNIQUE') else ''}INDEX {text}{where}"


def is_virtual(sql: str) -> bool:
    """Whether a table's rows are a module's."""
    return tokens(sql)[1].of("VIRTUAL")


class _Reader:
    """Reads one statement from left to right."""

    def __init__(self, table: str, parts: Sequence[Token]) -> None:
        self.table = table
        self.parts = parts
        self.at = 0
        self.columns: list[_Column] = []
        self.constraints: list[tuple[str, str]] = []
        self.key: tuple[str, ...] = ()
        self.names: set[str] = {table.lower()}

    def objects(self) -> tuple[CatalogObject, ...]:
        start = next(place for place, token in enumerate(self.parts) if token.of("("))
        end = closing(self.parts, start)
        items = divided(self.parts[start + 1 : end])
        options = sorted(render(one) for one in divided(self.parts[end + 1 :]) if one)
        self.names |= {item[0].text.lower() for item in items if item[0].upper not in _STARTS}
        for item in items:
            self.parts, self.at = item, 0
            if item[0].upper not in _STARTS:
                self._column()
            self._constraints()
        self._settle(rowid="WITHOUT ROWID" not in options)
        return tuple(self._made(options))

    def _made(self, options: Sequence[str]) -> list[CatalogObject]:
        made = [CatalogObject("table", self.table, " ".join(("TABLE", ", ".join(options).upper())).strip())]
        for position, column in enumerate(self.columns, 1):
            made.append(
                CatalogObject("column", f"{self.table}.{column.name}", column.definition(), self.table, position)
            )
        for name, text in self.constraints:
            made.append(CatalogObject("constraint", f"{self.table}.{name}", text, self.table))
        return made

    def _column(self) -> None:
        """Read a name and a type."""
        name = self._next().text
        start = self.at
        while self.at < len(self.parts) and not self._peek(*_ENDS_TYPE):
            self.at = closing(self.parts, self.at) + 1 if self._peek("(") else self.at + 1
        kind = render(self.parts[start : self.at], self.names).upper().replace(" (", "(")
        self.columns.append(_Column(name, kind))

    def _constraints(self) -> None:
        """Read what follows a column, or one or more constraints of the table."""
        readers: dict[str, Callable[[str], None]] = {
            "PRIMARY": self._primary,
            "UNIQUE": self._unique,
            "CHECK": self._check,
            "FOREIGN": self._foreign,
            "REFERENCES": self._references,
            "NOT": self._not,
            "NULL": self._null,
            "DEFAULT": self._default,
            "COLLATE": self._collate,
            "GENERATED": self._generated,
            "AS": self._generated,
        }
        while self.at < len(self.parts):
            name, word = "", self._next().upper
            if word == "CONSTRAINT":
                name, word = self._next().text, self._next().upper
            if word not in readers:
                raise ValueError(f"{word} is no constraint")
            readers[word](name)

    def _primary(self, name: str) -> None:
        self._take("KEY")
        if self._peek("("):
            columns, suffix = self._list(), ""
            self.key = columns
        else:
            self.key = columns = (folded(self.columns[-1].name),)
            suffix = " DESC" if self._take("DESC") else ""
            self._take("ASC")
        if suffix:
            self.key = ()
        automatic = " AUTOINCREMENT" if columns[-1].endswith(" AUTOINCREMENT") else ""
        columns = (*columns[:-1], columns[-1].removesuffix(" AUTOINCREMENT"))
        suffix += self._conflict() + (" AUTOINCREMENT" if self._take("AUTOINCREMENT") else automatic)
        self._add("PRIMARY KEY", name, f"PRIMARY KEY ({', '.join(columns)}){suffix}")

    def _unique(self, name: str) -> None:
        columns = self._list() if self._peek("(") else (folded(self.columns[-1].name),)
        text = f"UNIQUE ({', '.join(columns)}){self._conflict()}"
        self._add(name or text, name, text)

    def _check(self, name: str) -> None:
        text = f"CHECK ({self._expression()}){self._conflict()}"
        self._add(name or text, name, text)

    def _foreign(self, name: str) -> None:
        self._take("KEY")
        columns = self._list()
        self._take("REFERENCES")
        self._reference(columns, name)

    def _references(self, name: str) -> None:
        self._reference((folded(self.columns[-1].name),), name)

    def _reference(self, columns: Sequence[str], name: str) -> None:
        """Read from the parent's name on; MATCH is parsed by SQLite and means nothing to it."""
        text = f"REFERENCES {folded(self._next().text)}"
        text += f" ({', '.join(self._list())})" if self._peek("(") else " (*)"
        actions = {}
        while self._peek("ON", "MATCH"):
            if self._next().upper == "MATCH":
                self._next()
                continue
            event, action = self._next().upper, self._next().upper
            actions[event] = f"{action} {self._next().upper}" if action in ("SET", "NO") else action
        text += "".join(f" ON {event} {actions[event]}" for event in sorted(actions) if actions[event] != "NO ACTION")
        text += self._deferral()
        subject = f"FOREIGN KEY ({', '.join(columns)})"
        self._add(name or subject, name, f"{subject} {text}")

    def _deferral(self) -> str:
        """Only DEFERRABLE INITIALLY DEFERRED defers."""
        refused = self._peek("NOT") and self._peek("DEFERRABLE", ahead=1) and self._take("NOT")
        if not self._take("DEFERRABLE"):
            return ""
        deferred = self._take("INITIALLY") and self._next().upper == "DEFERRED"
        return " DEFERRABLE INITIALLY DEFERRED" if deferred and not refused else ""

    def _not(self, _name: str) -> None:
        if self._take("NULL"):
            self.columns[-1].parts["NOT NULL"] = "NOT NULL" + self._conflict()
            return
        raise ValueError("NOT what")

    def _null(self, _name: str) -> None:
        self._conflict()

    def _default(self, _name: str) -> None:
        """Read a value; a bare word that is none of SQLite's values is a string."""
        if self._peek("("):
            text = self._expression()
        else:
            sign = self._next().text if self._peek("+", "-") else ""
            token = self._next()
            literal = token.kind in ("word", "double", "quoted") and token.upper not in _VALUES
            text = sign + render([Token("string", token.text) if literal else token])
        self.columns[-1].parts["DEFAULT"] = f"DEFAULT {text}"

    def _collate(self, _name: str) -> None:
        collation = self._next().text.upper()
        self.columns[-1].parts["COLLATE"] = "" if collation == "BINARY" else f"COLLATE {collation}"

    def _generated(self, _name: str) -> None:
        self._take("ALWAYS")
        self._take("AS")
        text = self._expression()
        stored = self._take("STORED")
        self._take("VIRTUAL")
        self.columns[-1].parts["GENERATED"] = f"AS ({text}) {'STORED' if stored else 'VIRTUAL'}"

    def _settle(self, *, rowid: bool) -> None:
        """Drop NOT NULL where the key implies it: a rowid is never null, nor is a key of a table without one."""
        alias = len(self.key) == 1
        for column in self.columns:
            if folded(column.name) in self.key and ((alias and column.kind == "INTEGER") or not rowid):
                column.parts.pop("NOT NULL", None)

    # --- tokens ---------------------------------------------------------------------------------------

    def _next(self) -> Token:
        self.at += 1
        return self.parts[self.at - 1]

    def _peek(self, *words: str, ahead: int = 0) -> bool:
        return self.at + ahead < len(self.parts) and self.parts[self.at + ahead].of(*words)

    def _take(self, word: str) -> bool:
        found = self._peek(word)
        self.at += found
        return found

    def _conflict(self) -> str:
        """Read ON CONFLICT; ABORT is what SQLite does without it."""
        if not (self._peek("ON") and self._peek("CONFLICT", ahead=1)):
            return ""
        self.at += 2
        action = self._next().upper
        return "" if action == "ABORT" else f" ON CONFLICT {action}"

    def _enclosed(self) -> Sequence[Token]:
        if not self._peek("("):
            raise ValueError("no parenthesis")
        start, self.at = self.at, closing(self.parts, self.at) + 1
        return self.parts[start + 1 : self.at - 1]

    def _expression(self) -> str:
        return render(_meant(bare(self._enclosed()), self.names), self.names)

    def _list(self) -> tuple[str, ...]:
        return _listed(self._enclosed(), self.names)

    def _add(self, key: str, name: str, text: str) -> None:
        known = {one for one, _text in self.constraints}
        while key in known:
            key += "'"
        self.constraints.append((key, f"CONSTRAINT {folded(name)} {text}" if name else text))


def _listed(parts: Sequence[Token], names: Collection[str]) -> tuple[str, ...]:
    """Write the columns of a key or index; ascending is the usual order."""
    found = []
    for item in divided(parts):
        shown = item[:-1] if len(item) > 1 and item[-1].of("ASC") else item
        quoted = len(shown) == 1 and shown[0].kind in ("double", "string")
        found.append(folded(shown[0].text) if quoted else render(_meant(shown, names), names))
    return tuple(found)


def _meant(parts: Sequence[Token], names: Collection[str]) -> list[Token]:
    """Take a text in double quotes for what SQLite takes it: a string, where it is no column."""
    return [
        Token("string", one.text) if one.kind == "double" and one.text.lower() not in names else one for one in parts
    ]
