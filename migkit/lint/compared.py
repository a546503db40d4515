"""Two definitions of one object, held against each other: what of a column or a key differs for certain (pure).

What is not known, or holds something that is not constant, differs in nothing.
"""

from __future__ import annotations

import re

from migkit.lint import columntypes
from migkit.lint.state import Made
from migkit.model.script import ColumnSpec, KeySpec
from migkit.product import Family

_SERIAL = {"SERIAL": "INTEGER", "BIGSERIAL": "BIGINT", "SMALLSERIAL": "SMALLINT"}  # is kept as
_NOW = re.compile(r"^(?:now|current_timestamp|localtimestamp|transaction_timestamp)(?:\(\d?\))?$")
_NOISE = re.compile(r"[\s()`\"\[\]]+")
_CAST = re.compile(r"::[a-z_ ]+(?:\(\d+\))?(?:\[\])?")
_LENGTH = re.compile(r"\((\d+)\)")
_SORT = re.compile(r"\s+(?:asc|desc)\b", re.IGNORECASE)
_DOWN = re.compile(r"\bdesc\b", re.IGNORECASE)
_ON_UPDATE = re.compile(r"\bon\s+update\b.*$", re.IGNORECASE | re.DOTALL)
_VIEW = re.compile(r"^.*?\bview\b")
_UNSEEN = re.compile(r"[\s`\"]+")  # a view is kept as the server writes it
_MYSQL = frozenset({"mysql", "mariadb"})
HOLE = "{}"


def column(before: ColumnSpec, after: ColumnSpec, family: Family) -> str:
    """Say what of a column differs: `type INT, which was BIGINT`; "" where nothing does, or it is not known."""
    if before is after or not before.type or not after.type or HOLE in before.type + after.type:
        return ""
    if _other_type(_plain_type(before.type), _plain_type(after.type), family):
        return f"{after.type}, and was {before.type}"
    if None not in (before.nullable, after.nullable) and before.nullable != after.nullable:
        return "NULL, and was NOT NULL" if after.nullable else "NOT NULL, and was NULL"
    if before.generated != after.generated and {before.generated, after.generated} & {"virtual", "stored"}:
        return f"{after.generated or 'not generated'}, and was {before.generated or 'not generated'}"
    if before.computed and after.computed and _differ(before.computed, after.computed):
        return f"AS ({after.computed}), and was AS ({before.computed})"
    return _counting(before, after, family) or _default_of(before, after, family) or _comment_of(before, after)


def _counting(before: ColumnSpec, after: ColumnSpec, family: Family) -> str:
    if family not in _MYSQL:
        return ""
    if before.generated == "auto_increment" and after.generated in ("", "none"):
        return "without AUTO_INCREMENT, and was with it"
    was, now = _renewed(before), _renewed(after)
    return "" if was == now else f"{'with' if now else 'without'} ON UPDATE, and was {'with' if was else 'without'} it"


def _renewed(column: ColumnSpec) -> bool:
    return column.renewed or _ON_UPDATE.search(column.default or "") is not None


def _default_of(before: ColumnSpec, after: ColumnSpec, family: Family) -> str:
    was, now = default(before.default), default(after.default)
    if (
        was == now
        or _same_number(was, now, after.type, family)
        or HOLE in was + now
        or before.generated
        or after.generated
    ):
        return ""
    return f"{_said(after.default)}, and was {_said(before.default)}"


def _same_number(was: str, now: str, type_: str, family: Family) -> bool:
    """Whether two defaults of a number are one: 0 and '0.00'."""
    kind = columntypes.parse(type_, family)
    if kind is None or kind.group not in ("integer", "decimal", "float"):
        return False
    try:
        return float(was) == float(now)
    except ValueError:
        return False


def _comment_of(before: ColumnSpec, after: ColumnSpec) -> str:
    if before.comment == after.comment:
        return ""
    return "with a comment, and was without" if after.comment else "without its comment"


def key(before: KeySpec, after: KeySpec) -> str:
    """Say what of an index or a constraint differs; "" where nothing does, or it is not known."""
    if before is after or not before.kind or not after.kind:
        return ""
    said = f"{after.kind}, and was {before.kind}" if before.kind != after.kind else _parts(before, after)
    if not said and None not in (before.actions, after.actions) and before.actions != after.actions:
        return f"{_acting(after)}, and was {_acting(before)}"
    if not said and before.expression and after.expression and _differ(before.expression, after.expression):
        return f"{after.expression}, and was {before.expression}"
    if not said and _differ(before.where, after.where):
        return f"{_where(after.where)}, and was {_where(before.where)}"
    return said


def _acting(key: KeySpec) -> str:
    return ", ".join(sorted(key.actions or ())).upper() or "without ON DELETE and ON UPDATE"


def _parts(before: KeySpec, after: KeySpec) -> str:
    if _columns(before) != _columns(after):
        return f"on {_listed(after)}, and was on {_listed(before)}"
    if before.refers and after.refers and before.refers.lower() != after.refers.lower():
        return f"to {after.refers}, and was to {before.refers}"
    return ""


def _differ(was: str, now: str) -> bool:
    return plain(was) != plain(now) and HOLE not in was + now


def _where(condition: str) -> str:
    return f"WHERE {condition}" if condition else "without a condition"


def other(before: Made, after: Made) -> bool:
    """Whether a view or a routine was made anew with another text."""
    if not before.text or not after.text or HOLE in before.text + after.text or before.item not in _TEXTS:
        return False
    return _body(before) != _body(after)


def same_key(one: KeySpec, other: KeySpec) -> bool:
    """Whether two keys are one, where the name of one of them is a guess, or stands elsewhere."""
    guess = not (one.name and other.name) or one.name == other.name
    return guess and one.kind == other.kind and _columns(one) == _columns(other)


def default(text: str | None) -> str:
    """Give a default in one spelling, "" for none."""
    folded = _CAST.sub("", _ON_UPDATE.sub("", (text or "").strip().lower())).strip()
    while folded.startswith("(") and folded.endswith(")"):
        folded = folded[1:-1].strip()
    if folded in ("null", ""):
        return ""
    if _NOW.match(folded):
        return "now"
    bare = folded.strip("'")
    return {"true": "1", "false": "0", "b'1'": "1", "b'0'": "0"}.get(folded, bare) or "''"


def plain(text: str) -> str:
    """Give an expression without what servers write as they like: blanks, parentheses, quotes, casts, case."""
    return _NOISE.sub("", _CAST.sub("", text.lower()))


_TEXTS = frozenset({"view", "materialized view", "function", "procedure", "trigger"})


def _body(made: Made) -> str:
    text = re.sub(r"\bor\s+replace\b|\bif\s+not\s+exists\b", "", made.text.lower())
    if made.item == "view":
        return _UNSEEN.sub("", _VIEW.sub("", text, 1)).rstrip(";")
    return re.sub(r"\s+", " ", text).replace(" ;", ";").strip().rstrip(";").strip()


def _columns(one: KeySpec) -> tuple[str, ...]:
    """Give the parts in one spelling: the lengths of prefixes and the direction of the sort belong to them."""
    if len(one.parts) != len(one.columns):
        return tuple(name.lower() for name in one.columns)
    return tuple(_part(part) for part in one.parts)


def _part(text: str) -> str:
    length = _LENGTH.search(text)
    words = _SORT.sub("", _LENGTH.sub("", text))
    down = " desc" if _DOWN.search(text) else ""
    return plain(words) + (length[0] if length else "") + down


def _listed(one: KeySpec) -> str:
    return f"({', '.join(one.parts or one.columns)})"


def _other_type(one: str, other: str, family: Family) -> bool:
    known = columntypes.parse(one, family) is not None and columntypes.parse(other, family) is not None
    return known and not columntypes.same(one, other, family)


def _plain_type(type_: str) -> str:
    return _SERIAL.get(type_.upper(), type_)


def _said(text: str | None) -> str:
    return f"DEFAULT {text}" if text else "without a default"
