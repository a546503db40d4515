"""The grammar of a migration's title (pure): `<table>_<action>_<description>`, all of it in snake_case.

    customers add "column email:varchar(255) phone_number"   -> customers_add_column_email_phone_number
    registrar_trunks create table                             -> registrar_trunks_create_table
    calls add "index idx_customer_id on customer_id"          -> calls_add_index_idx_customer_id

A description is an item and what it names: `table` · `column NAME[:TYPE[:OPTIONS]] …` · `geometry NAME[:TYPE[:SRID]] …`
· `index NAME …` · `constraint NAME …` · `enum NAME value …`. Types, options and clauses stay out of the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from migkit.errors import ConfigError
from migkit.model import TitleRules

WHOLE_TABLE = frozenset({"create", "drop"})
PARTS_OF_TABLE = frozenset({"add", "remove", "update"})
FIELD_ITEMS = frozenset({"column", "geometry"})
_EXAMPLES = {
    "table": "table",
    "column": "column email:varchar(255) phone_number",
    "index": "index idx_customer_id on customer_id",
    "constraint": "constraint uq_email unique email",
    "enum": "enum status cancelled",
    "geometry": "geometry location:POINT:4326",
}
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_CLOSING = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Named:
    """One name of a description, with the type and options that were given for it, or ""."""

    name: str
    type: str = ""
    options: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """A migration's title in its parts; `clause` is what follows an index's, a constraint's or an enum's name."""

    text: str
    table: str
    action: str
    item: str
    names: tuple[Named, ...] = ()
    clause: tuple[str, ...] = ()


def build(table: str, action: str, description: str, rules: TitleRules) -> Title:
    """Make the title from what was typed. Raises ConfigError with what to type instead."""
    _check_identifier("table", table)
    if action not in rules.actions:
        raise _unknown("action", action, rules.actions)
    words = split(description)
    item = _item(table, action, words, rules)
    names, clause = _names(item, words[1:])
    parts = [table, action, item, *(named.name for named in names)]
    if item == "enum":
        parts += [slug for slug in map(snake, clause) if slug]
    text = "_".join(parts)
    if len(text) > rules.max_length:
        message = f"the title {text} has {len(text)} characters; {rules.max_length} are allowed"
        raise ConfigError(message, remedy="name fewer things in one revision, or raise title.max_length")
    return Title(text, table, action, item, names, clause)


def snake(name: str) -> str:
    """Give the snake_case form of a name: `customerId` and `Customer-ID` are `customer_id`."""
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[^A-Za-z0-9]+", "_", humps).strip("_").lower()


def split(text: str, separator: str = "") -> list[str]:
    """Split at white space, or at `separator`, but not within brackets or quotes: `a:enum('x y')` is one word."""
    words: list[str] = []
    open_: list[str] = []
    word = quote = ""
    for char in text:
        if not open_ and not quote and (char == separator if separator else char.isspace()):
            words.append(word)
            word = ""
            continue
        word += char
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"`":
            quote = char
        elif char in _CLOSING:
            open_.append(_CLOSING[char])
        elif open_ and char == open_[-1]:
            open_.pop()
    if open_ or quote:
        raise ConfigError(f"{text}: there is no closing {quote or open_[-1]}", remedy="close it")
    return [part for part in [*words, word] if part or separator]


def _item(table: str, action: str, words: list[str], rules: TitleRules) -> str:
    """Give the item that a description begins with, if the action may have it."""
    whole = action in WHOLE_TABLE
    free = not whole and action not in PARTS_OF_TABLE  # an action of the team's own goes with every item
    allowed = [item for item in rules.items if free or (item == "table") == whole]
    examples = " · ".join(f'"{_EXAMPLES.get(item, f"{item} NAME")}"' for item in allowed)
    if not words:
        raise ConfigError(f"nothing is named that {action} is about", remedy=f"write one of {examples}")
    item = words[0]
    if item not in rules.items:
        raise _unknown("item", item, allowed)
    if item not in allowed:
        remedy = f"write one of {examples}"
        if whole or item == "table":
            verb = action if whole else "create"
            remedy = f"to {verb} a table write `{table} {verb} table`"
        raise ConfigError(f"{action} does not go with {item}", remedy=remedy)
    if item == "table" and len(words) > 1:
        raise ConfigError(
            f'table is followed by "{words[1]}"', remedy=f"write `{table} {action} table` and nothing more"
        )
    if item != "table" and len(words) == 1:
        raise ConfigError(f"{item} names nothing", remedy=f'for example "{_EXAMPLES.get(item, f"{item} NAME")}"')
    return item


def _names(item: str, words: list[str]) -> tuple[tuple[Named, ...], tuple[str, ...]]:
    if item not in FIELD_ITEMS:
        for word in words[:1]:
            _check_identifier(item, word)
        return tuple(Named(word) for word in words[:1]), tuple(words[1:])
    names = tuple(_named(item, word) for word in words)
    seen: set[str] = set()
    for named in names:
        if named.name in seen:
            raise ConfigError(f"{item} {named.name} is named twice", remedy="name it once")
        seen.add(named.name)
    return names, ()


def _named(item: str, word: str) -> Named:
    name, *rest = split(word, ":")
    _check_identifier(item, name)
    if "" in rest:
        raise ConfigError(
            f'{item} "{word}": nothing follows a colon', remedy="write NAME, NAME:TYPE or NAME:TYPE:OPTIONS"
        )
    return Named(name, rest[0] if rest else "", ":".join(rest[1:]))


def _check_identifier(what: str, name: str) -> None:
    if _IDENTIFIER.fullmatch(name):
        return
    if not name:
        raise ConfigError(f"the {what} has no name", remedy="name it in snake_case")
    near = snake(name)
    remedy = f"write {near}" if _IDENTIFIER.fullmatch(near) else "letters, digits and underscores, no digit first"
    if "," in name:
        remedy = f"part names with spaces: {' '.join(snake(part) for part in name.split(',') if part)}"
    reason = "not in snake_case" if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else "no identifier"
    raise ConfigError(f'the {what} name "{name}" is {reason}', remedy=remedy)


def _unknown(what: str, name: str, valid: list[str] | tuple[str, ...]) -> ConfigError:
    near = get_close_matches(name.lower(), valid, 1, 0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    return ConfigError(f'unknown {what} "{name}"{hint}', remedy=f"valid here: {', '.join(valid)}")
