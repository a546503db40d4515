"""DO blocks of PostgreSQL: the statements in them, each under the conditions and handlers that stand around it.

An idempotent history asks the catalogue first (IF NOT EXISTS (SELECT 1 FROM pg_type …) THEN) or catches what is there
already (EXCEPTION WHEN duplicate_object): what stands in such a block has a guard by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace

from migkit.model.script import Act, Guard, Reading, Span
from migkit.sql.cursor import Cursor, Place, Unread
from migkit.sql.tokens import HOLE, Token, tokens, unquoted
from migkit.values import dataclass

_CATALOGUE = ("PG_", "INFORMATION_SCHEMA", "TO_REG")
_CAUGHT = ("DUPLICATE_", "UNDEFINED_", "OTHERS", "INVALID_SCHEMA_NAME")
_ENDS = frozenset({"IF", "LOOP", "CASE"})
_HEADS = frozenset({"IF", "ELSIF", "ELSEIF", "WHEN"})  # up to THEN
_LOOPS = frozenset({"FOR", "WHILE", "FOREACH"})  # up to LOOP
_OWN = frozenset({"RAISE", "NULL", "RETURN", "GET", "ASSERT", "EXIT", "CONTINUE", "OPEN", "FETCH", "CLOSE", "COMMIT"})


@dataclass(slots=True)
class Read:
    """A statement of a block, as `migkit.sql` reads one."""

    acts: tuple[Act, ...]
    reading: Reading
    names: frozenset[str]


Reader = Callable[[str, Sequence[Token], Place], Read]


@dataclass(slots=True)
class _Level:
    """A BEGIN, an IF, a loop that is open: which acts stand in it, and what guards them."""

    word: str
    first: int
    guard: Guard = Guard.none
    catches: bool = False
    raises: bool = False
    handled: int = 0


@dataclass(slots=True)
class Block:
    """What was read of a block so far.

    `opaque` is that it runs SQL that it puts together itself, `blind` that a table which it changes is not known.
    """

    sql: str
    place: Place
    read: Reader
    acts: list[Act] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    readings: set[Reading] = field(default_factory=set)
    opaque: bool = False
    blind: bool = False
    levels: list[_Level] = field(default_factory=list)

    @property
    def guard(self) -> Guard:
        """What guards a statement here."""
        guards = [level.guard for level in self.levels if level.guard]
        return Guard.unknown if Guard.unknown in guards else guards[0] if guards else Guard.none


def read_block(cursor: Cursor, read: Reader) -> Block:
    """Read what follows DO. Raises Unread where its body is no dollar-quoted text in plpgsql."""
    body = None
    while cursor:
        if cursor.take("LANGUAGE"):
            if unquoted(cursor.now.text).lower() != "plpgsql":
                raise Unread("LANGUAGE")
            cursor.at += 1
        elif cursor.now.kind == "string" and body is None:
            body = cursor.now
            cursor.at += 1
        else:
            raise Unread(cursor.now.text)
    if body is None or not body.text.startswith("$"):
        raise Unread("DO")
    text = unquoted(body.text)
    shift = body.start + body.text.find("$", 1) + 1
    block = Block(text, _shifted(cursor.scan.place, shift), read)
    _walk(tokens(text, "postgresql"), block)
    return block


def _shifted(place: Place, by: int) -> Place:
    def shifted(start: int, end: int) -> Span:
        return place(start + by, end + by)

    return shifted


def _walk(found: list[Token], block: Block) -> None:
    at = 0
    while at < len(found):
        up = found[at].up
        step = _STEPS.get(up)
        if up in _HEADS:
            at = _head(found, at, block)
        elif up in _LOOPS:
            at = _until(found, at, "LOOP") + 1
            block.levels.append(_Level("LOOP", len(block.acts), Guard.unknown))
        elif step is not None:
            at = step(found, at, block)
        else:
            at = _statement(found, at, block)


def _head(found: list[Token], at: int, block: Block) -> int:
    """Read a condition up to THEN: it opens an IF, begins another branch of one, or a handler."""
    end = _until(found, at, "THEN")
    condition = found[at + 1 : end]
    up = found[at].up
    if up == "IF":
        block.levels.append(_Level("IF", len(block.acts), _asked(condition)))
    elif up == "WHEN" and block.levels and block.levels[-1].word == "EXCEPTION":
        level = block.levels[-1]
        level.catches = level.catches or any(token.text.upper().startswith(_CAUGHT) for token in condition)
    elif block.levels:
        block.levels[-1].guard = _asked(condition)
    return end + 1


def _asked(condition: list[Token]) -> Guard:
    """Give the guard that a condition is: a question for a name in the catalogue, or one that cannot be read."""
    return Guard.name if any(token.text.upper().startswith(_CATALOGUE) for token in condition) else Guard.unknown


def _begin(_found: list[Token], at: int, block: Block) -> int:
    block.levels.append(_Level("BEGIN", len(block.acts)))
    return at + 1


def _declare(found: list[Token], at: int, _block: Block) -> int:
    return _until(found, at, "BEGIN")


def _exception(_found: list[Token], at: int, block: Block) -> int:
    if block.levels:
        block.levels[-1].word = "EXCEPTION"
        block.levels[-1].handled = len(block.acts)
    return at + 1


def _end(found: list[Token], at: int, block: Block) -> int:
    if block.levels:
        level = block.levels.pop()
        if level.catches and not level.raises:
            guarded = [replace(act, guard=act.guard or Guard.name) for act in block.acts[level.first : level.handled]]
            block.acts[level.first : level.handled] = guarded
    return min(_until(found, at, ";") + 1, len(found))


def _skip(_found: list[Token], at: int, _block: Block) -> int:
    return at + 1


def _case(_found: list[Token], at: int, block: Block) -> int:
    block.levels.append(_Level("CASE", len(block.acts), Guard.unknown))
    return at + 1


def _loop(_found: list[Token], at: int, block: Block) -> int:
    block.levels.append(_Level("LOOP", len(block.acts), Guard.unknown))
    return at + 1


_STEPS: dict[str, Callable[[list[Token], int, Block], int]] = {
    "BEGIN": _begin,
    "DECLARE": _declare,
    "EXCEPTION": _exception,
    "END": _end,
    "ELSE": _skip,
    ";": _skip,
    "LOOP": _loop,
    "CASE": _case,
}


def _until(found: list[Token], at: int, word: str) -> int:
    """Find a word, or the end."""
    while at < len(found) and found[at].up != word:
        at += 1
    return at


def _statement(found: list[Token], at: int, block: Block) -> int:
    """Read one statement up to its semicolon."""
    end = _until(found, at, ";")
    piece = found[at:end]
    up = piece[0].up
    if up == "RAISE":
        if block.levels and block.levels[-1].word == "EXCEPTION":
            block.levels[-1].raises = len(piece) == 1 or piece[1].up == "EXCEPTION"
    elif up == "EXECUTE":
        _executed(piece, block)
    elif up not in _OWN and not (len(piece) > 1 and piece[1].up in (":=", "=")):
        _add(block, block.read(block.sql, piece, block.place))
    return end + 1


def _executed(piece: list[Token], block: Block) -> None:
    """Read the SQL that EXECUTE runs, as far as it is constant: what format() puts in is a hole."""
    text = _constant(piece[1:])
    if text is None:
        block.opaque = True
        return
    begin, end = piece[0].start, piece[-1].end
    found = block.read(text, tokens(text, "postgresql"), lambda _start, _end: block.place(begin, end))
    _add(block, found)


def _constant(piece: list[Token]) -> str | None:
    """Give the text behind EXECUTE: of one string, or of format() with holes; None where it is not known."""
    words = [token.up for token in piece]
    if words[:2] == ["FORMAT", "("] and len(piece) > 2 and piece[2].kind == "string":  # noqa: PLR2004  # its first argument
        text = unquoted(piece[2].text)
        for mark in ("%I", "%s", "%L"):
            text = text.replace(mark, HOLE)
        return text
    if piece and piece[0].kind == "string" and (len(piece) == 1 or words[1] in ("USING", "INTO")):
        return unquoted(piece[0].text)
    return None


def _add(block: Block, found: Read) -> None:
    guard = block.guard
    block.acts += [replace(act, guard=_both(act.guard, guard)) for act in found.acts]
    block.names |= found.names
    block.readings.add(found.reading)
    block.blind = block.blind or (found.reading is not Reading.whole and not found.names)


def _both(own: Guard, around: Guard) -> Guard:
    return around if around is Guard.unknown else own or around
