"""Reads a title's text back: which rule of the schema it breaks, for lint and for titles that were written by hand."""

from __future__ import annotations

from difflib import get_close_matches

from migkit.model import TitleRules
from migkit.title.names import WHOLE_TABLE, allowed
from migkit.title.words import is_identifier, is_sentence, snake
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """The rule that a title breaks: `rule` is title-length, title-form, title-action or title-item."""

    rule: str
    message: str
    remedy: str


def check(text: str, rules: TitleRules) -> Problem | None:
    """Say which rule of its schema a title breaks, None where it keeps them all."""
    if len(text) > rules.max_length:
        message = f"the title has {len(text)} characters; {rules.max_length} are allowed"
        return Problem("title-length", message, "name fewer things in one revision, or raise title.max_length")
    return _sentence(text) if rules.form == "sentence" else _name(text, rules)


def _sentence(text: str) -> Problem | None:
    if is_sentence(text):
        return None
    return Problem(
        "title-form", f"the title {text!r} is no sentence", 'say what it does: "add index on tickets.region"'
    )


def _name(text: str, rules: TitleRules) -> Problem | None:
    form = f"<table>_<action>_<item>…, for example customers_{_example(rules)}"
    if not is_identifier(text):
        near = snake(text)
        remedy = f"write {near}" if is_identifier(near) and _name(near, rules) is None else f"write {form}"
        return Problem("title-form", f"the title {text!r} is not in snake_case", remedy)
    words = text.split("_")
    problems = [_at(words, at, rules) for at in range(1, len(words)) if words[at] in rules.actions and words[at - 1]]
    if None in problems:
        return None
    if problems:
        return problems[-1]
    hints = [(near, word) for word in words[1:] for near in get_close_matches(word, rules.actions, 1, 0.75)]
    hint = "; did you mean {} for {}?".format(*hints[0]) if hints else ""
    message = f"the title {text} names no action{hint}"
    return Problem("title-action", message, f"write {form}; actions: {', '.join(rules.actions)}")


def _at(words: list[str], at: int, rules: TitleRules) -> Problem | None:
    """Say what is wrong with what follows, if the word at `at` is the action."""
    action, rest = words[at], words[at + 1 :]
    items = allowed(action, rules)
    text = "_".join(words)
    found = next((item for item in items if rest[: item.count("_") + 1] == item.split("_")), "")
    if not found:
        what = f"{rest[0]} does not go with it" if rest else "nothing follows it"
        hint = "".join(f"; did you mean {near}?" for near in get_close_matches("".join(rest[:1]), items, 1, 0.6))
        return Problem("title-item", f"the title {text}: {action}, and {what}{hint}", f"valid here: {', '.join(items)}")
    named = "_".join(rest[found.count("_") + 1 :])
    if action in WHOLE_TABLE and named:
        return Problem(
            "title-item", f"the title {text}: {found} is followed by {named}", f"end it with {action}_{found}"
        )
    if found != "table" and not named:
        return Problem("title-item", f"the title {text}: {found} names nothing", f"name the {found} at its end")
    return None


def _example(rules: TitleRules) -> str:
    action = rules.actions[0] if rules.actions else "add"
    item = next(iter(allowed(action, rules)), "column")
    return f"{action}_{item}" if item == "table" else f"{action}_{item}_email"
