"""Titles of the form `<table>_<action>_<description>`, all of it in snake_case.

A description is an item and what it names: `table` · `column NAME[:TYPE[:OPTIONS]] …` · `geometry NAME[:TYPE[:SRID]] …`
· `index NAME …` · `constraint NAME …` · `enum NAME value …`. Types, options and clauses stay out of the title.
"""

from __future__ import annotations

from difflib import get_close_matches

from migkit.errors import ConfigError
from migkit.model import TitleRules
from migkit.title import clauses, columns
from migkit.title.parts import Clause, Named, Title, Values
from migkit.title.words import check_identifier, snake, split

WHOLE_TABLE = frozenset({"create", "drop"})
PARTS_OF_TABLE = frozenset({"add", "remove", "update"})
_CLAUSES = {"index": clauses.index, "constraint": clauses.constraint, "enum": clauses.enum}
_FIELDS = ("column", "geometry")
_EXAMPLES = {
    "table": "table",
    "column": "column email:varchar(255) phone_number",
    "index": "index idx_customer_id on customer_id",
    "constraint": "constraint uq_email unique email",
    "enum": "enum status cancelled",
    "geometry": "geometry location:POINT:4326",
}


def build(table: str, action: str, description: str, rules: TitleRules) -> Title:
    """Make the title from what was typed. Raises ConfigError with what to type instead."""
    check_identifier("table", table)
    if action not in rules.actions:
        raise unknown("action", action, rules.actions)
    words = split(description)
    item = _item(table, action, words, rules)
    names, clause = _names(item, words[1:])
    parts = [table, action, item, *(named.name for named in names)]
    if isinstance(clause, Values):
        parts += [slug for slug in map(snake, clause.values) if slug]
    text = "_".join(parts)
    if len(text) > rules.max_length:
        message = f"the title {text} has {len(text)} characters; {rules.max_length} are allowed"
        raise ConfigError(message, remedy="name fewer things in one revision, or raise title.max_length")
    return Title(text, table, action, item, names, clause)


def allowed(action: str, rules: TitleRules) -> list[str]:
    """Give the items that an action may have; one of the team's own goes with every item."""
    whole = action in WHOLE_TABLE
    free = not whole and action not in PARTS_OF_TABLE
    return [item for item in rules.items if free or (item == "table") == whole]


def unknown(what: str, name: str, valid: list[str] | tuple[str, ...]) -> ConfigError:
    """Make the error about a name that is none of the valid ones."""
    near = get_close_matches(name.lower(), valid, 1, 0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    return ConfigError(f'unknown {what} "{name}"{hint}', remedy=f"valid here: {', '.join(valid)}")


def _item(table: str, action: str, words: list[str], rules: TitleRules) -> str:
    """Give the item that a description begins with, if the action may have it."""
    valid = allowed(action, rules)
    examples = " · ".join(f'"{_EXAMPLES.get(item, f"{item} NAME")}"' for item in valid)
    if not words:
        raise ConfigError(f"nothing is named that {action} is about", remedy=f"write one of {examples}")
    item = words[0]
    if item not in rules.items:
        raise unknown("item", item, valid)
    if item not in valid:
        remedy = f"write one of {examples}"
        if action in WHOLE_TABLE or item == "table":
            verb = action if action in WHOLE_TABLE else "create"
            remedy = f"to {verb} a table write `{table} {verb} table`"
        raise ConfigError(f"{action} does not go with {item}", remedy=remedy)
    if item == "table" and len(words) > 1:
        raise ConfigError(
            f'table is followed by "{words[1]}"', remedy=f"write `{table} {action} table` and nothing more"
        )
    if item != "table" and len(words) == 1:
        raise ConfigError(f"{item} names nothing", remedy=f'for example "{_EXAMPLES.get(item, f"{item} NAME")}"')
    return item


def _names(item: str, words: list[str]) -> tuple[tuple[Named, ...], Clause | None]:
    """Read what follows the item. What follows the name of an item of the team's own is not looked at."""
    if item in _FIELDS:
        return columns.columns(item, words), None
    for word in words[:1]:
        check_identifier(item, word)
    clause = _CLAUSES[item](words[0], words[1:]) if item in _CLAUSES else None
    return tuple(Named(word) for word in words[:1]), clause
