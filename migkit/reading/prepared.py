"""MySQL's prepared statements: what a variable may hold, read where EXECUTE runs it.

It is how people guard DDL by hand there: SET @sql = IF(@there = 0, 'ALTER TABLE …', 'SELECT 1'), PREPARE, EXECUTE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from migkit import sql as reader
from migkit.model.script import Act, Guard, Kind, Reading, Span
from migkit.product import Family
from migkit.sql.tokens import HOLE, Token, tokens, unquoted
from migkit.values import dataclass

_FAMILIES = frozenset({"mysql", "mariadb"})
_CONCERNED = frozenset({"PREPARE", "EXECUTE", "SET", "SELECT"})
_STATEMENT = re.compile(
    r"\s*(?:alter|create|drop|rename|insert|replace|update|delete|truncate|select|do)\b", re.IGNORECASE
)
_WORST = (Reading.nothing, Reading.names, Reading.part)


@dataclass(frozen=True, slots=True)
class Held:
    """What a variable may hold: statements, and the `names` that were asked for; `certain` where it is one alone."""

    sentences: tuple[reader.Sentence, ...] = ()
    names: frozenset[str] = frozenset()
    certain: bool = False


def followed(
    known: dict[str, Held], one: reader.Sentence, sql: str, family: Family, place: reader.Place
) -> reader.Sentence:
    """Note what a statement puts in a variable, or give what one that runs a variable does."""
    text = sql[one.start : one.end]
    if family not in _FAMILIES or not ("@" in text or one.reading is Reading.nothing):
        return one
    found = tokens(text, family)
    word = found[0].up if found else ""
    if word not in _CONCERNED:
        return one
    if word in ("SET", "SELECT"):
        for name, value in _assigned(found, word):
            known[name] = _held(known, value, family, _moved(place, one.start))
        return one
    source = _source(found, word)
    held = (
        known.get(source)
        if source
        else _held(known, [each for each in found if each.kind == "string"][:1], family, _moved(place, one.start))
    )
    if held is None or not held.sentences:
        return one
    if word == "PREPARE":
        known[found[1].text.lower()] = held
        return replace(one, reading=Reading.whole)
    return _run(one, held)


def _source(found: Sequence[Token], word: str) -> str:
    """Give the variable, or the prepared statement, that is prepared or run; "" where a text is."""
    if word == "EXECUTE" and len(found) > 1 and found[1].up != "IMMEDIATE":
        return found[1].text.lower()
    return next((f"@{name.text.lower()}" for at, name in pairwise(found) if at.up == "@"), "")


def _run(one: reader.Sentence, held: Held) -> reader.Sentence:
    acts = tuple(_guarded(act, held) for each in held.sentences for act in each.acts)
    readings = {each.reading for each in held.sentences}
    reading = next((worst for worst in _WORST if worst in readings), Reading.whole)
    names = frozenset().union(*(each.names for each in held.sentences))
    return replace(one, acts=acts, reading=reading, names=names)


def _guarded(act: Act, held: Held) -> Act:
    if held.certain or act.kind is Kind.select or act.guard is not Guard.none:
        return act
    names = {each.lower() for each in (act.name, act.table, act.new) if each}
    return replace(act, guard=Guard.name if names & held.names else Guard.unknown)


def _assigned(found: Sequence[Token], word: str) -> Iterator[tuple[str, Sequence[Token]]]:
    """Give the variables that SET @x = …, SELECT … INTO @x and SELECT @x := … fill, and from what."""
    for at, (sign, name) in enumerate(pairwise(found)):
        if sign.up != "@" or name.kind not in ("word", "name"):
            continue
        variable = f"@{unquoted(name.text).lower()}"
        then = found[at + 2].up if at + 2 < len(found) else ""
        if then == ":=" or (then == "=" and word == "SET" and found[at - 1].up in ("SET", ",")):
            yield variable, found[at + 3 : _end(found, at + 3)]
        elif word == "SELECT" and found[at - 1].up == "INTO":
            yield variable, [*found[:at], *found[at + 2 :]]


def _end(found: Sequence[Token], at: int) -> int:
    """Give where an expression ends: at a comma, or a parenthesis, that is not its own."""
    depth = 0
    while at < len(found):
        up = found[at].up
        if depth == 0 and up in (",", ")"):
            break
        depth += (up == "(") - (up == ")")
        at += 1
    return at


def _held(known: dict[str, Held], value: Sequence[Token], family: Family, place: reader.Place) -> Held:
    names: set[str] = set()
    texts: list[tuple[str, Token]] = []
    inherited: list[reader.Sentence] = []
    skip = 0
    for at, token in enumerate(value):
        if at < skip:
            continue
        if token.up == "CONCAT" and at + 1 < len(value) and value[at + 1].up == "(":
            skip = _end(value, at + 2)
            texts.append((_joined(value[at + 2 : skip]), token))
        elif token.kind == "string":
            texts.append((unquoted(token.text), token))
        elif token.up == "@" and at + 1 < len(value):
            other = known.get(f"@{value[at + 1].text.lower()}", Held())
            names |= other.names
            inherited += other.sentences
    sentences = [one for text, token in texts if _STATEMENT.match(text) for one in _read(text, token, family, place)]
    names |= {text.lower() for text, _token in texts if not _STATEMENT.match(text)}
    alone = sum(token.up not in ("(", ")") for token in value) == 1 or (bool(value) and value[0].up == "CONCAT")
    return Held((*sentences, *inherited), frozenset(names), certain=alone)


def _joined(args: Sequence[Token]) -> str:
    """Give the text that CONCAT makes, what is no literal as a hole."""
    found, at = [], 0
    while at < len(args):
        end = _end(args, at)
        lone = end == at + 1 and args[at].kind == "string"
        found.append(unquoted(args[at].text) if lone else HOLE)
        at = end + 1
    return "".join(found)


def _read(text: str, token: Token, family: Family, place: reader.Place) -> tuple[reader.Sentence, ...]:
    """Read a text that stands in a token of a statement, whose places are the token's where they are not its own."""
    own = token.text[1:-1] == text

    def inner(start: int, end: int) -> Span:
        return place(token.start + 1 + start, token.start + 1 + end) if own else place(token.start, token.end)

    return reader.read(text, family, inner)


def _moved(place: reader.Place, by: int) -> reader.Place:
    return lambda start, end: place(start + by, end + by)
