"""Reads the text of SHOW CREATE TABLE of MySQL and MariaDB: a table's columns, keys, foreign keys and checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from migkit.catalog.mysql_ddl import columns, quote, split_table, unquote
from migkit.rows.lexis import Token, tokens
from migkit.rows.mysql_types import column
from migkit.rows.schema import Check, Column, ForeignKey, Key, Table

_NAME = r"`(?:[^`]|``)*`"
_KEY = re.compile(rf"(?:PRIMARY|UNIQUE) KEY\s*(?P<name>{_NAME})?\s*\(", re.DOTALL)
_FOREIGN = re.compile(
    rf"CONSTRAINT (?P<name>{_NAME}) FOREIGN KEY (?:{_NAME} )?\((?P<columns>[^()]*)\)"
    rf" REFERENCES (?P<parent>(?:{_NAME}\.)?{_NAME}) \((?P<parents>[^()]*)\)",
    re.DOTALL,
)
_CHECK = re.compile(rf"(?:CONSTRAINT (?P<name>{_NAME}) )?CHECK\s*(?=\()", re.DOTALL)
_INLINE = re.compile(r"\bCHECK\s*(?=\()")
_CHARSET = re.compile(r"\bDEFAULT CHARSET=(\w+)")
_PARTITIONS = re.compile(r"\bPARTITION BY\s+(?:RANGE|LIST).*", re.DOTALL)
_NAMES = re.compile(_NAME)
_PERIOD = 3  # its name, where it starts, where it ends
_PREFIX = re.compile(rf"({_NAME})(?:\((\d+)\))?(?: (?:ASC|DESC))?", re.DOTALL)


@lru_cache(maxsize=4096)
def table(name: str, text: str, *, zero: bool) -> Table:
    """Read a table; what the reader does not know of it, the server will say. `zero`: it takes zero dates."""
    parts = split_table(text)
    if parts is None:
        return Table(name, (), unfit="the text of its definition cannot be read")
    _, items, options = parts
    charset = _CHARSET.search(options)
    own = [column(each, told, charset[1] if charset else "utf8mb4", zero=zero) for each, told in columns(text)]
    names = [each.name for each in own]
    rest = [item for item in items if not item.startswith("`")]
    checks = [*_checks(rest, names), *_periods(rest), *_inline(columns(text), names), *_partitioned(options, names)]
    return Table(
        name,
        tuple(_as_documents(own, checks)),
        keys=tuple(_keys(rest, names)),
        foreign=tuple(_foreign(rest)),
        checks=tuple(checks),
    )


def _keys(items: Iterable[str], names: Sequence[str]) -> Iterator[Key]:
    for item in items:
        match = _KEY.match(item)
        if match is None:
            continue
        plain: list[str] = []
        apart: list[str] = []
        prefixes: dict[str, int] = {}
        for part in _split(_inside(item, match.end() - 1)):
            found = _PREFIX.fullmatch(part.strip())
            if found is None:
                apart += _read(tokens(part), names)
                continue
            plain.append(unquote(found[1]))
            if found[2]:
                prefixes[plain[-1]] = int(found[2])
        if plain or apart:
            yield Key(unquote(match["name"]) if match["name"] else "PRIMARY", tuple(plain), prefixes, tuple(apart))


def _foreign(items: Iterable[str]) -> Iterator[ForeignKey]:
    for item in items:
        match = _FOREIGN.match(item)
        if match:
            own, other = ([unquote(each) for each in _NAMES.findall(match[part])] for part in ("columns", "parents"))
            parent = ".".join(unquote(each) for each in _NAMES.findall(match["parent"]))
            yield ForeignKey(unquote(match["name"]), tuple(own), parent, tuple(other))


def _checks(items: Iterable[str], names: Sequence[str]) -> Iterator[Check]:
    for item in items:
        match = _CHECK.match(item)
        if match and "NOT ENFORCED" not in item[match.end() :]:
            text = _inside(item, match.end())
            yield Check(unquote(match["name"]) if match["name"] else "", text, tuple(_read(tokens(text), names)))


def _inline(definitions: Iterable[tuple[str, str]], names: Sequence[str]) -> Iterator[Check]:
    """Give the checks that MariaDB prints with their columns."""
    for name, definition in definitions:
        match = _INLINE.search(_hidden(definition))
        if match:
            text = _inside(definition, match.end())
            yield Check(name, text, tuple(_read(tokens(text), names)))


def _periods(items: Iterable[str]) -> Iterator[Check]:
    """Give what MariaDB asks of the two ends of a period."""
    for item in items:
        names = [unquote(each) for each in _NAMES.findall(item)] if item.startswith("PERIOD FOR `") else []
        if len(names) == _PERIOD:
            yield Check(names[0], f"{quote(names[1])} < {quote(names[2])}", (names[1], names[2]))


def _partitioned(options: str, names: Sequence[str]) -> Iterator[Check]:
    match = _PARTITIONS.search(options)
    if match:
        yield Check("its partitions", match[0], tuple(_read(tokens(match[0]), names)))


def _as_documents(own: Iterable[Column], checks: Iterable[Check]) -> Iterator[Column]:
    """Give the columns, with those as JSON that a check of the table says are."""
    valid = [check for check in checks if "json_valid" in check.text.lower()]
    for each in own:
        told = any(check.columns == (each.name,) for check in valid)
        yield replace(each, kind="json") if told and each.kind == "text" else each


def _inside(text: str, start: int) -> str:
    """Give what stands between the parenthesis at `start` and the one that closes it."""
    depth = 0
    hidden = _hidden(text)
    for place in range(start, len(hidden)):
        depth += {"(": 1, ")": -1}.get(hidden[place], 0)
        if depth == 0:
            return text[start + 1 : place]
    return text[start + 1 :]


def _hidden(text: str) -> str:
    """Give the text with what is quoted made blank, of the same length."""
    return re.sub(rf"'(?:[^'\\]|\\.|'')*'|{_NAME}", lambda match: " " * len(match[0]), text, flags=re.DOTALL)


def _split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, sign in enumerate(_hidden(text)):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _read(found: Iterable[Token], names: Sequence[str]) -> list[str]:
    """Give the columns that tokens name, each once."""
    told = {token.text.lower() for token in found if token.kind in ("name", "word")}
    return [name for name in names if name.lower() in told]
