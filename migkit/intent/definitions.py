"""What a column's definition keeps when its type changes: MODIFY COLUMN and its like forget what is not said again."""

from __future__ import annotations

import re
from itertools import pairwise

from migkit.ddl.lexis import Token, top
from migkit.model import Engine

_SAID_ALONE = frozenset({"COLLATE", "CHARSET", "NOT", "NULL", "DEFAULT"})
_NOT_DDL = frozenset({"STORAGE", "COMPRESSION", "STATISTICS", "OPTIONS", "INHERITED", "COMMENT", "ACL", "CONSTRAINT"})
_TEXT = re.compile(
    r"(var)?char|(tiny|medium|long)?text|character|citext|enum|set\b|national|n(var)?char", re.IGNORECASE
)
_TIMES = re.compile(r"timestamp|datetime", re.IGNORECASE)
_NUMBERS = re.compile(r"(tiny|small|medium|big)?int|integer|serial", re.IGNORECASE)
_FITS = {  # clauses that go with some types only
    "CHARSET": _TEXT,
    "COLLATE": _TEXT,
    "ON": _TIMES,
    "AUTO_INCREMENT": _NUMBERS,
}
_PARTED = re.compile(r"('[^']*')")
_ORDER = ("REF_SYSTEM_ID", "SRID", "CHARSET", "COLLATE", "AS", "NULL", "DEFAULT")  # the first two are MariaDB's type


def merged(present: str, wanted: str, engine: Engine) -> str:
    """Give the wanted definition, with what it does not say kept from the present one."""
    kept, said = clauses(present, engine), clauses(wanted, engine)
    type_ = said.pop("")
    kept.pop("")
    found = {key: text for key, text in kept.items() if key not in said and _fits(key, type_)}
    if "COLLATE" in said:
        found.pop("CHARSET", None)
    return " ".join([type_, *_ordered(found | said)])


def plain(present: str, engine: Engine) -> str:
    """Give a present definition without what is no part of a column's DDL on this product."""
    found = clauses(present, engine)
    return " ".join([found.pop(""), *_ordered(found)])


def same(one: str, other: str) -> bool:
    """Whether two definitions differ in nothing but the case of words; that of texts means something."""
    return _folded(one) == _folded(other)


def _folded(definition: str) -> str:
    return "".join(part if part.startswith("'") else part.lower() for part in _PARTED.split(definition))


def clauses(definition: str, engine: Engine) -> dict[str, str]:
    """Take a definition apart: the type under "", each clause under its first word (`NOT NULL` is NULL's).

    What the product does not have in a column's DDL is left out.
    """
    tokens = top(definition, engine.family)
    starts = [0, *(at for at in range(1, len(tokens)) if _starts(tokens, at, engine)), len(tokens)]
    found: dict[str, str] = {}
    for start, end in pairwise(starts):
        if start == end:
            continue
        key = _key(tokens, start) if start else ""
        text = definition[tokens[start].start : tokens[end - 1].end]
        if not key or key in _SAID_ALONE or key in engine.columns.clauses or tokens[start].kind == "comment":
            found.setdefault(key, text)
    return found


def _key(tokens: tuple[Token, ...], at: int) -> str:
    word = tokens[at].upper
    if word == "NOT":
        return "NULL"
    if word == "CHARACTER":
        return "CHARSET"
    return "AS" if word == "GENERATED" else word or tokens[at].text


def _starts(tokens: tuple[Token, ...], at: int, engine: Engine) -> bool:
    """Whether a clause begins here: at a word that begins one and is not the value of the one before."""
    word, before = tokens[at].upper, tokens[at - 1].upper
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if tokens[at].kind == "comment":
        return True
    if before in ("DEFAULT", "COLLATE", "COMMENT") or (before, word) in (("NOT", "NULL"), ("BY", "DEFAULT")):
        return False
    if word == "CHARACTER":
        return after is not None and after.upper == "SET"
    if word == "WITH":
        return after is not None and after.kind == "group"
    if word == "AS":
        return before not in ("ALWAYS", "DEFAULT")
    return word in _SAID_ALONE | engine.columns.clauses | _NOT_DDL


def _fits(key: str, type_: str) -> bool:
    pattern = _FITS.get(key)
    return pattern is None or pattern.match(type_) is not None


def _ordered(found: dict[str, str]) -> list[str]:
    first = [found[key] for key in _ORDER if key in found]
    return [*first, *(text for key, text in found.items() if key not in _ORDER)]
