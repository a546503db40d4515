"""Whether each value of one type has its place in another: what a change of a type may refuse, cut, or round (pure)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from migkit.lint.columntypes import BYTES, ColumnType, parse, same
from migkit.product import Family

_EXACT = {"float": 24, "double": 53}  # bits of a whole number that is kept exactly
_UNLIMITED = 10**12  # characters or bytes: as many as there can be
_WIDEST_CHARACTER = 4  # bytes, in utf8mb4
_UUID_TEXT = 36
_ROW = 65_535  # bytes: no VARCHAR of MySQL's is longer than a row


class Fit(StrEnum):
    """How a new type stands to the old one."""

    same = "same"
    wider = "wider"  # each value has its place in it
    narrower = "narrower"  # a value can be refused, cut or rounded
    other = "other"  # another kind of thing, which is converted or refused
    unknown = "unknown"


def fit(old: str, new: str, family: Family) -> Fit:
    """Say how a new type stands to an old one, both as ColumnSpec has them."""
    first, second = parse(old, family), parse(new, family)
    if first is None or second is None:
        return Fit.unknown
    if same(old, new, family):
        return Fit.same
    if first.array or second.array:
        return _arrays(first, second, family)
    found = _within(first, second) if first.group == second.group else _across(first, second, family)
    return Fit.other if found is None else Fit.wider if found else Fit.narrower


def narrower(old: str, new: str, family: Family) -> bool:
    """Whether a value of the old type can be refused, cut or rounded by the new one; False where that is not known."""
    return fit(old, new, family) is Fit.narrower


def wider(old: str, new: str, family: Family) -> bool:
    """Whether each value of the old type has its place in the new one."""
    return fit(old, new, family) in (Fit.same, Fit.wider)


def _arrays(old: ColumnType, new: ColumnType, family: Family) -> Fit:
    if not old.array or not new.array:
        return Fit.other
    return fit(_element(old), _element(new), family)


def _element(one: ColumnType) -> str:
    return f"{one.base}({one.arguments})" if one.arguments else one.base


def _within(old: ColumnType, new: ColumnType) -> bool | None:
    """Compare two types of one group; None where they cannot be compared."""
    if old.group in ("char", "text", "binary", "blob"):
        return _length(old) <= _length(new)
    compare = _COMPARED.get(old.group)
    return compare(old, new) if compare else None


def _across(old: ColumnType, new: ColumnType, family: Family) -> bool | None:
    """Compare types of two groups; None where one is not made for what the other holds."""
    if new.group in ("char", "text"):
        return _as_text(old, new, family)
    if {old.group, new.group} <= {"binary", "blob"}:
        return _length(old) <= _length(new)
    if old.group == "integer":
        return _from_integer(old, new)
    if old.group in ("decimal", "float") and new.group in ("integer", "decimal", "float"):
        return False
    return False if old.group in ("char", "text") and new.group == "enum" else None


def _integer(old: ColumnType, new: ColumnType) -> bool:
    (low, high), (least, most) = _range(old), _range(new)
    return least <= low and high <= most


def _float(old: ColumnType, new: ColumnType) -> bool:
    return _EXACT[old.base] <= _EXACT[new.base]


def _labels(old: ColumnType, new: ColumnType) -> bool:
    return old.base == new.base and set(old.values) <= set(new.values)


def _range(one: ColumnType) -> tuple[int, int]:
    values = 256 ** BYTES[one.base]
    return (0, values - 1) if one.unsigned else (-values // 2, values // 2 - 1)


def _length(one: ColumnType) -> int:
    """Give how many bytes a type takes; of characters the widest ones, as far as a row of MySQL holds them."""
    if one.size is None:
        return _UNLIMITED
    return one.size * _WIDEST_CHARACTER if one.group == "char" else one.size


def _decimal(old: ColumnType, new: ColumnType) -> bool:
    if new.size is None:
        return True
    if old.size is None:
        return False
    old_scale, new_scale = old.scale or 0, new.scale or 0
    return old.size - old_scale <= new.size - new_scale and old_scale <= new_scale


def _time(old: ColumnType, new: ColumnType) -> bool | None:
    if old.base == new.base:
        return (old.size or 0) <= (new.size or 0) if old.timezone == new.timezone else None
    pair = (old.base, new.base)
    if pair in (("date", "datetime"), ("date", "timestamp")):
        return pair[1] == "datetime" or None
    if pair == ("timestamp", "datetime"):
        return (old.size or 0) <= (new.size or 0)
    return False if pair in _CUT else None


# A DATETIME of MySQL holds years that its TIMESTAMP does not; what becomes a day loses its hours.
_CUT = frozenset(
    {
        ("datetime", "timestamp"),
        ("datetime", "date"),
        ("timestamp", "date"),
        ("datetime", "time"),
        ("timestamp", "time"),
    }
)


_COMPARED: dict[str, Callable[[ColumnType, ColumnType], bool | None]] = {
    "integer": _integer,
    "float": _float,
    "decimal": _decimal,
    "time": _time,
    "enum": _labels,
}


def _as_text(old: ColumnType, new: ColumnType, family: Family) -> bool | None:
    if old.group in ("char", "text"):
        longest = _ROW if family in ("mysql", "mariadb") and old.group == "char" else _UNLIMITED
        return min(_length(old), longest) <= _length(new)
    needed = _written(old)
    if needed is None:
        return True if new.size is None or new.base == "longtext" else None
    room = _UNLIMITED if new.size is None else new.size
    return needed <= room


def _written(one: ColumnType) -> int | None:
    """Give how many characters a value takes at most, None where that is not known."""
    if one.group == "integer":
        low, high = _range(one)
        return max(len(str(low)), len(str(high)))
    if one.group == "enum":
        return max((len(value) for value in one.values), default=0) if one.base == "enum" else None
    if one.group == "decimal" and one.size is not None:
        return one.size + 2
    return _UUID_TEXT if one.group == "uuid" else None


def _from_integer(old: ColumnType, new: ColumnType) -> bool | None:
    high = max(_range(old)[1], -_range(old)[0])
    if new.group == "float":
        return high <= 1 << _EXACT[new.base]
    if new.group == "decimal":
        return new.size is None or len(str(high)) <= new.size - (new.scale or 0)
    return None
