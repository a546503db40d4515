"""What follows the name of an index, a constraint or an enum in a description.

    index NAME [on COL …] [unique] [using METHOD] [concurrently] [where CONDITION]
    constraint NAME unique COL …
    constraint NAME foreign key COL … references TABLE(COL, …) [on delete …] [on update …]
    constraint NAME check CONDITION
    enum NAME VALUE …

A part of an index is a column, `COL:desc`, `COL(10)`, or an expression: `lower(email)`, `(a + b)`. A condition goes on
to the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from migkit.errors import ConfigError
from migkit.title.parts import Check, Clause, ForeignKey, Indexed, Key, Unique, Values
from migkit.title.words import check_identifier, check_sql, is_identifier, listed, split, unquoted

_PREFIX = re.compile(r"([a-z_][a-z0-9_]*)\((\d+)\)")
_REFERRED = re.compile(r"([a-z_][a-z0-9_]*)(?:\((.*)\))?")
_METHOD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RULE = re.compile(r"on (delete|update) (cascade|restrict|set null|set default|no action)", re.IGNORECASE)
_KINDS = "unique COL …, foreign key COL references TABLE(COL), check CONDITION"


def index(name: str, words: Sequence[str]) -> Indexed | None:
    """Read what follows an index's name; None where nothing does."""
    if name == "on":
        columns = " ".join(words) or "a"
        raise ConfigError("the index has no name", remedy=f'for example "index idx_{columns.split()[0]} on {columns}"')
    if not words:
        return None
    rest, found = list(words), Indexed()
    if rest[0].lower() != "on":
        found, rest = _attributes(name, found, rest)
    if rest and rest[0].lower() == "on":
        parts, rest = _upto(rest[1:], ("unique", "using", "where", "concurrently"))
        if not parts:
            raise ConfigError(f"index {name} is on nothing", remedy=f'for example "index {name} on customer_id"')
        found = replace(found, keys=tuple(key(name, each) for each in listed(parts)))
    found, rest = _attributes(name, found, rest)
    if rest:
        raise ConfigError(
            f'index {name}: "{rest[0]}" is not understood there',
            remedy=f'write "index {name} on COL … [unique] [using METHOD] [where CONDITION]"',
        )
    return found


def _attributes(name: str, found: Indexed, words: list[str]) -> tuple[Indexed, list[str]]:
    """Read attributes of an index as far as they go; give what is left."""
    while words:
        word, rest = words[0].lower(), words[1:]
        if word == "unique":
            found = replace(found, unique=True)
        elif word == "concurrently":
            found = replace(found, concurrently=True)
        elif word == "using" and rest and _METHOD.fullmatch(rest[0]):
            found, rest = replace(found, using=rest[0]), rest[1:]
        elif word == "where" and rest:
            found, rest = replace(found, where=check_sql(f"condition of {name}", " ".join(rest))), []
        else:
            break
        words = rest
    return found, words


def key(name: str, text: str) -> Key:
    """Read one part of an index."""
    column, *order = split(text, ":")
    if order not in ([], ["asc"], ["desc"]):
        raise ConfigError(f'index {name}: "{text}" is no part of an index', remedy="write COL, COL:desc or COL(10)")
    found = _PREFIX.fullmatch(column)
    descending = order == ["desc"]
    if found:
        return Key(found[1], found[2], descending=descending)
    if is_identifier(column) or "(" not in column:
        return Key(check_identifier("column", column), descending=descending)
    return Key(expression=check_sql(f"expression of {name}", column), descending=descending)


def constraint(name: str, words: Sequence[str]) -> Clause | None:
    """Read what follows a constraint's name; None where nothing does."""
    if not words:
        return None
    kind, rest = words[0].lower(), list(words[1:])
    if kind == "unique" and rest:
        return Unique(_columns(rest))
    if kind == "check" and rest:
        return Check(check_sql(f"condition of {name}", " ".join(rest)))
    if kind == "foreign" and rest[:1] and rest[0].lower() == "key":
        return _foreign_key(name, rest[1:])
    raise ConfigError(f'constraint {name}: "{" ".join(words)}" is not understood', remedy=f"valid here: {_KINDS}")


def enum(name: str, words: Sequence[str]) -> Values | None:
    """Read the values of an enum; None where there are none."""
    values = tuple(unquoted(item) for item in listed(words))
    for value in values:
        if not value or values.count(value) > 1 or not value.isprintable():
            why = "is named twice" if values.count(value) > 1 else "is no value"
            raise ConfigError(
                f"enum {name}: {value!r} {why}", remedy="name each value once, in quotes if it has spaces"
            )
    return Values(values) if values else None


def _foreign_key(name: str, words: Sequence[str]) -> ForeignKey:
    columns, rest = _upto(words, ("references",))
    if not columns or len(rest) < 2:  # noqa: PLR2004  # the word and a table
        raise ConfigError(
            f"constraint {name}: a foreign key refers to something",
            remedy=f'for example "constraint {name} foreign key customer_id references customers(id)"',
        )
    target, rules = rest[1], rest[2:]
    if rules and rules[0].startswith("("):  # TABLE (COL)
        target, rules = target + rules[0], rules[1:]
    found = _REFERRED.fullmatch(target)
    if not found:
        raise ConfigError(f'constraint {name}: "{target}" is no TABLE(COL)', remedy="write references customers(id)")
    own = _columns(columns)
    referenced = _columns([found[2]]) if found[2] else ("id",) if len(own) == 1 else own
    return ForeignKey(own, found[1], referenced, _rules(name, " ".join(rules)))


def _rules(name: str, text: str) -> str:
    left = _RULE.sub("", text).strip()
    if left:
        raise ConfigError(
            f'constraint {name}: "{left}" is not understood there',
            remedy="write on delete or on update, and cascade, restrict, set null, set default or no action",
        )
    return " ".join(match.group().upper() for match in _RULE.finditer(text))


def _upto(words: Sequence[str], stops: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Give the words before the first of `stops`, and the rest."""
    at = next((at for at, word in enumerate(words) if word.lower() in stops), len(words))
    return list(words[:at]), list(words[at:])


def _columns(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(check_identifier("column", item) for item in listed(words))
